"""Reading what an outside model answered: exactly what was asked for, or nothing.

A hostile description can talk a model into anything. So an answer is data too: it may only name
questions that were asked, each once, and vendors and codes of the lists that were sent.
"""

import json
from collections import Counter
from dataclasses import dataclass

from ledgersync.outside_ai.failures import NOT_AS_ASKED, NOT_THE_PROTOCOL, Trouble
from ledgersync.outside_ai.prompt import Lists
from ledgersync.outside_ai.questions import Answer

# A model's own confidence is not calibrated: it never outweighs what was learned or ruled here.
MOST_CONFIDENCE = 0.75
# What it takes for likelier wrong than right itself is no proposal, like any other such code.
LEAST_CONFIDENCE = 0.5
_FIELDS = {"question", "vendor", "gl", "confidence"}


@dataclass(frozen=True, slots=True)
class Reading:
    """The usable answers by the number of their question, and how many were refused."""

    answers: dict[int, Answer]
    refused: int


def content_of(body: bytes) -> str | Trouble:
    """What the model said, out of the protocol's envelope."""
    try:
        said = _strict(body.decode("utf-8-sig"))["choices"][0]["message"]["content"]  # type: ignore[index]
    except (ValueError, RecursionError, TypeError, LookupError):
        return NOT_THE_PROTOCOL
    return said if isinstance(said, str) else NOT_AS_ASKED


def read_answers(content: str, asked: int, lists: Lists) -> Reading | Trouble:
    """The answers to questions 0 to `asked` - 1.

    An answer that says "" twice, or that is likelier wrong, is no coding, and no fault either.
    """
    try:
        document = _strict(content)
    except (ValueError, RecursionError):
        return NOT_AS_ASKED
    if not isinstance(document, dict) or set(document) != {"answers"}:
        return NOT_AS_ASKED
    entries = document["answers"]
    if not isinstance(entries, list):
        return NOT_AS_ASKED
    times = Counter(_number(entry) for entry in entries)
    answers: dict[int, Answer] = {}
    refused = 0
    for entry in entries:
        number, answer = _number(entry), _answer(entry, lists)
        if answer is None or not 0 <= number < asked or times[number] > 1:
            refused += 1
        elif (answer.vendor_id or answer.gl_code) and answer.confidence >= LEAST_CONFIDENCE:
            answers[number] = answer
    return Reading(answers, refused)


def _number(entry: object) -> int:
    """Which question an entry answers; -1 when that is no number. True is none, though an int."""
    number = entry.get("question") if isinstance(entry, dict) else None
    return number if type(number) is int else -1


def _answer(entry: object, lists: Lists) -> Answer | None:
    if not isinstance(entry, dict) or set(entry) != _FIELDS:
        return None
    vendor, gl, confidence = entry["vendor"], entry["gl"], entry["confidence"]
    if not isinstance(vendor, str) or not isinstance(gl, str):
        return None
    if (vendor and vendor not in lists.vendors) or (gl and gl not in lists.chart):
        return None
    if type(confidence) not in {int, float} or not 0 <= confidence <= 1:
        return None
    vendor_id = lists.vendors[vendor].id if vendor else ""
    return Answer(vendor_id, gl, min(float(confidence), MOST_CONFIDENCE))


def _strict(text: str) -> object:
    """JSON as the standard has it: no NaN, and no object that names a field twice.

    Raises:
        ValueError, RecursionError: for everything else.
    """
    return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    if len(plain) != len(pairs):
        raise ValueError("an object that names a field twice")
    return plain


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
