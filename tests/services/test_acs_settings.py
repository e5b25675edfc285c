"""A client's settings in Accounting CS: kept, checked, and heard by pre-flight."""

import json
from datetime import date

import pytest

from ledgersync.domain.acs_settings import AcsSettings
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import acs_settings, exporting
from ledgersync.services.exporting import ExportRequest, FindingKind
from tests.services.conftest import OCTOBER, Office

SEPTEMBER = AcsSettings("06-30", date(2026, 9, 1), date(2026, 9, 30), "9999", "6200")


def save(office: Office, settings: AcsSettings) -> AcsSettings:
    client = office.account().client_id
    return acs_settings.save_acs_settings(office.admin, office.workspace, client, settings)


def stored(office: Office) -> AcsSettings:
    client = office.account().client_id
    return acs_settings.acs_settings_of(office.admin, office.workspace, client)


def kinds(office: Office, layout: str = "acs-xlsx") -> set[FindingKind]:
    request = ExportRequest(office.account().id, OCTOBER, layout)
    found = exporting.check_export(office.admin, office.workspace, request)
    return {finding.kind for finding in found.findings}


def test_settings_are_kept_with_who_changed_what(loaded: Office) -> None:
    assert stored(loaded) == AcsSettings()
    assert save(loaded, SEPTEMBER) == stored(loaded) == SEPTEMBER
    newest = loaded.audit()[0]
    assert (newest.action, newest.subject) == ("set", "client")
    assert json.loads(newest.detail)["gl_mask"] == ["", "9999"]
    save(loaded, SEPTEMBER)
    assert loaded.audit()[0] == newest, "nothing changed, so there is nothing to tell"


def test_settings_make_pre_flight_speak(loaded: Office) -> None:
    loaded.code_all("6200")
    assert kinds(loaded) == set()
    save(loaded, SEPTEMBER)
    assert kinds(loaded) == {FindingKind.OUTSIDE_OPEN_PERIOD, FindingKind.GL_UNDISTRIBUTED}
    save(loaded, AcsSettings(gl_mask="9999-99"))
    assert kinds(loaded) == {FindingKind.GL_OFF_MASK}


def test_a_journal_needs_the_bank_accounts_own_code(loaded: Office) -> None:
    loaded.code_all()
    assert kinds(loaded, "acs-csv-journal") == {FindingKind.NO_BANK_GL}
    account = loaded.account().id
    with pytest.raises(InvalidInput, match="'1000' is not in the client's chart"):
        acs_settings.set_bank_gl(loaded.admin, loaded.workspace, account, "1000")
    acs_settings.set_bank_gl(loaded.admin, loaded.workspace, account, " 6200 ")
    assert loaded.account().gl_code == "6200"
    assert json.loads(loaded.audit()[0].detail) == {"gl_code": ["", "6200"]}
    assert kinds(loaded, "acs-csv-journal") == set()


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (AcsSettings("02-30"), "can't end on '02-30'"),
        (AcsSettings("1231"), "can't end on '1231'"),
        (AcsSettings("13-01"), "can't end on '13-01'"),
        (AcsSettings("", date(2026, 2, 1), date(2026, 1, 31)), "before it starts on 02/01/2026"),
        (AcsSettings(gl_mask="6100"), "has no 9, A or X"),
        (AcsSettings(undistributed_gl="7"), "'7' is not in the client's chart"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_cannot_be_is_refused_in_words(
    loaded: Office, wanted: AcsSettings, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        save(loaded, wanted)
    assert stored(loaded) == AcsSettings()


def test_a_client_that_is_not_there_has_no_settings(office: Office) -> None:
    with pytest.raises(NotFound):
        acs_settings.acs_settings_of(office.admin, office.workspace, "nobody's")
