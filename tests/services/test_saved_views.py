"""Saved views: a person's own, one of each name."""

import pytest

from ledgersync.domain.saved_views import SavedView
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import saved_views
from tests.services.conftest import Office

LARGE = "search=%3E500&order=judgement"


def names(office: Office) -> list[tuple[str, str]]:
    found = saved_views.list_views(office.admin, office.workspace)
    return [(view.name, view.query) for view in found]


def save(office: Office, name: str, query: str = LARGE) -> SavedView:
    return saved_views.save_view(office.admin, office.workspace, name, query)


def test_views_are_listed_by_name(office: Office) -> None:
    save(office, "unmatched", "show=unmatched")
    save(office, "  Large\namounts ")
    assert names(office) == [("Large amounts", LARGE), ("unmatched", "show=unmatched")]


def test_a_name_used_again_stands_for_the_new_view(office: Office) -> None:
    first = save(office, "Large")
    second = save(office, "LARGE", "show=reviewed")
    assert second.id == first.id
    assert names(office) == [("LARGE", "show=reviewed")]


def test_each_person_has_their_own(office: Office) -> None:
    mine = save(office, "Large")
    dana = office.hire("Dana")
    saved_views.save_view(dana, office.workspace, "Large", "show=ai")
    assert names(office) == [("Large", LARGE)]
    with pytest.raises(NotFound):
        saved_views.delete_view(dana, office.workspace, mine.id)
    saved_views.delete_view(office.admin, office.workspace, mine.id)
    assert names(office) == []
    assert len(saved_views.list_views(dana, office.workspace)) == 1


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        (" ", LARGE, "This needs a name."),
        ("x" * 41, LARGE, "longer than 40 characters"),
        ("x", "client=7", "not a view of Review"),
        ("x", "search=" + "y" * 1000, "not a view of Review"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_is_no_view_is_refused(office: Office, name: str, query: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        save(office, name, query)
    assert names(office) == []


def test_there_is_an_end_to_views(office: Office) -> None:
    for number in range(50):
        save(office, f"View {number}")
    with pytest.raises(InvalidInput, match="50 views already"):
        save(office, "One more")
    save(office, "View 7", "show=ai")
