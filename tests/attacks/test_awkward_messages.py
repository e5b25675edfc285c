"""Fields filled with what no page lets anybody type, by somebody who speaks to the WebSocket.

PostgreSQL takes less than SQLite does: what it can't hold is told in a sentence, and no more.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.attacks.hosted_office import PAGES, HostedOffice
from tests.attacks.visitor import Answer, Visitor, visiting

TEXTS = ("a\0b", "\u202e\u2066<b>\uffff", "%_\\'\"; --", "x" * 50_000)
_SENT = ("Add ", "Save ", "Invite", "Test ", "Import ", "Search", "Create ")


@pytest.fixture
def ann(hosted_on_postgresql: HostedOffice) -> Iterator[Visitor]:
    with visiting(hosted_on_postgresql.port, hosted_on_postgresql.cookie("ann")) as visitor:
        yield visitor


@pytest.mark.parametrize("page", PAGES)
def test_no_text_of_any_field_ends_in_a_trace(
    hosted_on_postgresql: HostedOffice, ann: Visitor, page: str
) -> None:
    attacked = hosted_on_postgresql
    things = attacked.clients["C1"]
    query = f"client={things.client}&account={things.account}&start=2026-10-01&end=2026-10-31"
    before = attacked.log.count("Traceback")
    for text in TEXTS:
        seen = ann.visit(page, query)
        searches = [field for field in seen.elements if _is_search(field)]
        others = [field for field in seen.elements if not _is_search(field)]
        for fields, button in [(searches, ""), *((others, one) for one in _buttons(seen))]:
            widgets = [state for field in fields for state in _filled(field, text)]
            if button:
                widgets.append(WidgetState(id=button, trigger_value=True))
            ann.ask(page, query, widgets=widgets, page_script_hash=seen.page)
            answer = ann.read_until_quiet() if button else ann.read()
            assert not answer.exceptions
            assert "Something went wrong" not in answer.text, (text[:20], button)
    assert attacked.log.count("Traceback") == before
    assert "Client C2" in ann.visit("clients").text


def _is_search(element: Any) -> bool:
    """A field that leaves out most of the page, and its buttons with it."""
    return str(getattr(element, "label", "")).startswith(("Search", "Find"))


def _filled(element: Any, text: str) -> Iterator[WidgetState]:
    """What a browser would send of a field, holding that text."""
    kind, id_ = type(element).__name__, getattr(element, "id", "")
    if kind in {"TextInput", "TextArea"}:
        yield WidgetState(id=id_, string_value=text)
    elif kind == "NumberInput":
        yield WidgetState(id=id_, double_value=2.0**63)
    elif kind == "Dataframe" and id_:
        half = {"edited_rows": {0: {"name": f"{text}\ud800"}}, "added_rows": [], "deleted_rows": []}
        yield WidgetState(id=id_, string_value=json.dumps(half))


def _buttons(seen: Answer) -> list[str]:
    """Those that send what was filled in; what takes something away is not pressed."""
    found = [e for e in seen.elements if type(e).__name__ == "Button"]
    return [e.id for e in found if e.label.startswith(_SENT)]
