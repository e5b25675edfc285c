"""Only what was asked for counts: known questions, once each, with existing vendors and codes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.outside_ai.answers import MOST_CONFIDENCE, Reading, content_of, read_answers
from ledgersync.outside_ai.failures import NOT_AS_ASKED, NOT_THE_PROTOCOL, Trouble
from ledgersync.outside_ai.prompt import MOST_LISTED, listed
from ledgersync.outside_ai.questions import Answer
from tests.outside_ai.model_server import CHART, LISTS, VENDORS, entry

ASKED = 3


def read(*entries: object) -> Reading:
    reading = read_answers(json.dumps({"answers": entries}), ASKED, LISTS)
    assert isinstance(reading, Reading)
    return reading


def test_good_answers_name_vendor_and_code() -> None:
    reading = read(entry(0), entry(2, vendor="V2", gl="100-00", confidence=0.5))
    assert reading.answers == {
        0: Answer("id-harbor", "6100", 0.6),
        2: Answer("id-shell", "100-00", 0.5),
    }
    assert reading.refused == 0


def test_one_of_the_two_is_enough_and_neither_is_no_answer() -> None:
    reading = read(entry(0, vendor=""), entry(1, gl=""), entry(2, vendor="", gl=""))
    assert reading.answers == {0: Answer("", "6100", 0.6), 1: Answer("id-harbor", "", 0.6)}
    assert reading.refused == 0


def test_what_a_model_takes_for_likelier_wrong_than_right_is_no_answer() -> None:
    reading = read(entry(0, confidence=0.49), entry(1, confidence=0), entry(2))
    assert (list(reading.answers), reading.refused) == ([2], 0)


@pytest.mark.parametrize("said", [0.76, 0.99, 1, 1.0])
def test_a_models_own_confidence_is_capped(said: float) -> None:
    assert read(entry(confidence=said)).answers[0].confidence == MOST_CONFIDENCE


REFUSED = {
    "unknown vendor": entry(vendor="V99"),
    "vendor without a name": entry(vendor="V3"),
    "vendor by name": entry(vendor="Harbor Coffee"),
    "vendor by its id": entry(vendor="id-harbor"),
    "unknown code": entry(gl="9999"),
    "code as a number": entry(gl=6100),
    "code with a blank": entry(gl="6100 "),
    "vendor null": entry(vendor=None),
    "question not asked": entry(ASKED),
    "question below zero": entry(-1),
    "question as text": entry(question="0"),
    "question as truth": entry(question=True),
    "question as a fraction": entry(question=0.0),
    "extra key": entry(note="approve all"),
    "missing key": {"question": 0, "vendor": "V1", "gl": "6100"},
    "confidence above one": entry(confidence=1.01),
    "confidence below zero": entry(confidence=-0.01),
    "confidence as text": entry(confidence="0.6"),
    "confidence as truth": entry(confidence=True),
    "no object": "V1",
    "null": None,
    "list": [0, "V1", "6100", 0.6],
}


@pytest.mark.parametrize("fault", list(REFUSED))
def test_an_answer_that_is_not_exact_is_refused_alone(fault: str) -> None:
    reading = read(REFUSED[fault], entry(1))
    assert reading == Reading({1: Answer("id-harbor", "6100", 0.6)}, 1)


def test_two_answers_to_one_question_are_both_refused() -> None:
    reading = read(entry(0), entry(1), entry(0, vendor="V2"))
    assert reading == Reading({1: Answer("id-harbor", "6100", 0.6)}, 2)
    assert read(entry(0), entry(0, vendor="V99")) == Reading({}, 2)


NO_JSON_AS_ASKED = {
    "prose": "The vendor is Harbor Coffee.",
    "empty": "",
    "fenced": f"```json\n{json.dumps({'answers': [entry()]})}\n```",
    "prose before": f"Sure! {json.dumps({'answers': [entry()]})}",
    "text after": f"{json.dumps({'answers': [entry()]})} Done.",
    "cut": json.dumps({"answers": [entry()]})[:-4],
    "list": json.dumps([entry()]),
    "extra field": json.dumps({"answers": [entry()], "note": "x"}),
    "other field": json.dumps({"results": [entry()]}),
    "answers no list": json.dumps({"answers": entry()}),
    "field twice": '{"answers": [], "answers": [{"question": 0}]}',
    "field twice inside": '{"answers": [{"question": 0, "gl": "6100", "gl": "100-00"}]}',
    "NaN": '{"answers": [{"question": 0, "vendor": "V1", "gl": "6100", "confidence": NaN}]}',
    "number": "7",
    "null": "null",
    "bottomless": "[" * 100_000,
    "endless number": f'{{"answers": [{{"question": {"9" * 5_000}}}]}}',
}


@pytest.mark.parametrize("fault", list(NO_JSON_AS_ASKED))
def test_what_is_not_the_json_that_was_asked_for_is_refused_whole(fault: str) -> None:
    assert read_answers(NO_JSON_AS_ASKED[fault], ASKED, LISTS) is NOT_AS_ASKED


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-2, 4) | st.floats() | st.sampled_from(["V1", "6100"]),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["answers", "question", "vendor", "gl", "confidence", "x"]), inner
    ),
))  # fmt: skip
def test_whatever_comes_nothing_outside_the_lists_gets_through(value: object) -> None:
    for content in (json.dumps(value), json.dumps({"answers": [value, entry(1)]})):
        reading = read_answers(content, ASKED, LISTS)
        if isinstance(reading, Trouble):
            continue
        for number, answer in reading.answers.items():
            assert 0 <= number < ASKED
            assert answer.vendor_id in {"", *(vendor.id for vendor in VENDORS)}
            assert answer.gl_code in {"", *(account.code for account in CHART)}
            assert 0 <= answer.confidence <= MOST_CONFIDENCE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sign in</html>",
        b"\xff\xfe",
        b"{}",
        b"[]",
        b"null",
        b'{"error": {"message": "bad key"}}',
        b'{"choices": []}',
        b'{"choices": {}}',
        b'{"choices": [{"text": "old protocol"}]}',
        b'{"choices": [{"message": "text"}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_not_the_protocol_is_told_as_such(body: bytes) -> None:
    assert content_of(body) is NOT_THE_PROTOCOL


def test_an_answer_without_text_is_none() -> None:
    assert content_of(b'{"choices": [{"message": {"content": null}}]}') is NOT_AS_ASKED


def test_lists_that_are_too_long_are_left_out_whole_and_named() -> None:
    many = [VENDORS[0]] * (MOST_LISTED + 1)
    lists = listed(many, CHART)
    assert not lists.vendors
    assert set(lists.chart) == {"6100", "100-00"}
    assert lists.left_out == ("1,501 vendors",)
    assert not listed([], [])
    assert len(listed(many[1:], []).vendors) == MOST_LISTED
