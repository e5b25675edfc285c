"""Ids of another client, in the address of a page or as a widget's value: as if they were none."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.attacks.hosted_office import PAGES, HostedOffice
from tests.attacks.visitor import Answer, Visitor, visiting
from tests.services.two_clients import WORDS, Things

# What the pages read from their address.
PARAMETERS = [
    ("review", "client"), ("review", "account"), ("review", "search"), ("clients", "client"),
    ("rules", "rule"), ("", "month"), ("help", "layout"), ("clients", "view"),
    ("rules", "learned_client"), ("import", "client"),
]  # fmt: skip
# ... and what they read only beside a client, as which one's own is named here.
BESIDE_A_CLIENT = [
    ("rules", "learned_client", "learned_text"), ("rules", "learned_client", "learned_search"),
    ("import", "client", "account"), ("review", "client", "account"),
]  # fmt: skip
DAYS = "start=2026-10-01&end=2026-10-31"


@pytest.fixture
def dana(hosted: HostedOffice) -> Iterator[Visitor]:
    """Staff who work on the first client alone."""
    with visiting(hosted.port, hosted.cookie("dana")) as visitor:
        yield visitor


def ids_of(things: Things) -> list[str]:
    """Everything that an address could name, what is asked for most first."""
    return [
        things.client, things.account, things.rule.rule.id, things.rows[0], things.run,
        things.batch, things.export, things.statement, things.closing, things.rule_change,
        things.list_import, things.vendor.id, things.gl.id, things.template.id, things.link.acs.id,
    ]  # fmt: skip


def require_nothing_of(things: Things, answer: Answer, *sent: str) -> None:
    """No word of another's; what the visitor sent may come back, but no other id."""
    text = answer.text
    for value in sent:
        text = text.replace(value, "")
    told = [mark for mark in (*things.marks, "Traceback", 'File "') if mark in text]
    assert not told, (sent, told)
    assert not answer.exceptions


@pytest.mark.parametrize(("page", "name"), PARAMETERS)
def test_an_address_with_anothers_ids_shows_nothing_of_it(
    hosted: HostedOffice, dana: Visitor, page: str, name: str
) -> None:
    for id_ in ids_of(hosted.clients["C2"])[:3]:
        answer = dana.visit(page, f"{name}={id_}&{DAYS}")
        require_nothing_of(hosted.clients["C2"], answer, id_)


@pytest.mark.long
@pytest.mark.parametrize(("page", "name"), PARAMETERS)
def test_an_address_with_any_id_of_anothers_shows_nothing_of_it(
    hosted: HostedOffice, dana: Visitor, page: str, name: str
) -> None:
    for id_ in ids_of(hosted.clients["C2"])[3:]:
        answer = dana.visit(page, f"{name}={id_}&{DAYS}")
        require_nothing_of(hosted.clients["C2"], answer, id_)


@pytest.mark.parametrize(("page", "beside", "name"), BESIDE_A_CLIENT)
def test_anothers_ids_and_words_beside_ones_own_client_show_nothing_of_it(
    hosted: HostedOffice, page: str, beside: str, name: str
) -> None:
    own, others = hosted.clients["C1"], hosted.clients["C2"]
    for value in (*ids_of(others)[:3], WORDS["C2"]):
        with visiting(hosted.port, hosted.cookie("dana")) as dana:
            answer = dana.visit(page, f"{beside}={own.client}&{name}={quote(value)}&{DAYS}")
        require_nothing_of(others, answer, value)
        assert "Client C1" in answer.text  # the page did open


@pytest.mark.parametrize(
    ("page", "link", "shown"),
    [
        (
            "rules",
            "learned_client={client}&learned_text={words}&learned_search={words}",
            "Vendor of {name}",
        ),
        ("rules", "learned_client={client}&learned_search={words}", "Vendor of {name}"),
        ("import", "client={client}&account={account}", "Checking {account}"),
    ],
)
def test_a_whole_link_opens_for_those_alone_who_see_the_client(
    hosted: HostedOffice, page: str, link: str, shown: str
) -> None:
    def opened(who: str, name: str) -> Answer:
        things, words = hosted.clients[name], quote(WORDS[name])
        with visiting(hosted.port, hosted.cookie(who)) as visitor:
            return visitor.visit(
                page, link.format(client=things.client, account=things.account, words=words)
            )

    def what_shows(name: str) -> str:
        return shown.format(name=name, account=name.replace("C", "A"))

    others = hosted.clients["C2"]
    assert what_shows("C2") in opened("ann", "C2").text
    assert what_shows("C1") in opened("dana", "C1").text
    answer = opened("dana", "C2")
    require_nothing_of(others, answer, WORDS["C2"], others.account)
    assert what_shows("C2") not in answer.text


def test_a_link_to_anothers_account_says_that_it_leads_nowhere(
    hosted: HostedOffice, dana: Visitor
) -> None:
    own, others = hosted.clients["C1"], hosted.clients["C2"]
    with visiting(hosted.port, hosted.cookie("ann")) as ann:  # all share the rows that she reads
        seen = ann.visit("review", f"client={others.client}&account={others.account}&{DAYS}")
        assert any(mark in seen.text for mark in others.marks)
    for account in (others.account, "no account"):
        require_nothing_of(
            others,
            dana.visit("review", f"client={others.client}&account={account}&{DAYS}"),
            account,
        )
        answer = dana.visit("review", f"client={own.client}&account={account}&{DAYS}")
        require_nothing_of(others, answer, account)
        said = [e.body for e in answer.elements if type(e).__name__ == "Alert"]
        assert any("link" in sentence for sentence in said), said


def test_anothers_words_as_values_of_ones_own_widgets_show_and_change_nothing(
    hosted: HostedOffice, dana: Visitor
) -> None:
    others, before = hosted.clients["C2"], hosted.content()
    values = ("Client C2", others.account)
    for page in PAGES:
        seen = dana.visit(page)
        fields = [e for e in seen.elements if type(e).__name__ in {"Selectbox", "MultiSelect"}]
        for value in values:
            widgets = [_filled(field, value) for field in fields]
            answer = dana.visit(widgets=widgets, page_script_hash=seen.page)
            require_nothing_of(others, answer, value)
    assert hosted.content() == before


def _filled(field: object, value: str) -> WidgetState:
    state = WidgetState(id=field.id)  # type: ignore[attr-defined]
    if type(field).__name__ == "Selectbox":
        state.string_value = value
    else:
        state.string_array_value.data.append(value)
    return state


def test_what_only_administrators_can_press_does_nothing_for_staff(
    hosted: HostedOffice, dana: Visitor
) -> None:
    before = hosted.content()
    with visiting(hosted.port, hosted.cookie("ann")) as ann:
        shown = [(page, ann.visit(page)) for page in ("clients", "rules", "settings")]
    pressed = 0
    for page, seen in shown:
        own = dana.visit(page)
        ids = sorted(seen.widgets - own.widgets)
        pressed += len(ids)
        for fragment in ("", *sorted(seen.fragments - own.fragments)):
            for widgets in (
                [WidgetState(id=id_, trigger_value=True) for id_ in ids],
                [WidgetState(id=id_, string_value="x") for id_ in ids],
            ):
                dana.ask(widgets=widgets, page_script_hash=seen.page, fragment_id=fragment)
        dana.ask(page_script_hash=seen.page)
        require_nothing_of(hosted.clients["C2"], dana.read_until_quiet())
    assert pressed > 25
    assert hosted.content() == before


def test_another_pages_hash_opens_that_page_as_for_oneself(
    hosted: HostedOffice, dana: Visitor
) -> None:
    dana.visit("help")
    for hash_ in ("0" * 32, "../settings", "app.py", "ledgersync/asgi.py", "x" * 5000):
        answer = dana.visit(page_script_hash=hash_)
        require_nothing_of(hosted.clients["C2"], answer)
    for name in ("../app", "pages/settings.py", "settings/../exports", "%2e%2e/app", "nowhere"):
        require_nothing_of(hosted.clients["C2"], dana.visit(name))
