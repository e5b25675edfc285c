"""Presence: colleagues at the same account are known for three minutes, and nowhere else."""

from datetime import timedelta

import time_machine

from ledgersync import clock
from ledgersync.services import presence
from tests.services.conftest import Office


def names(office: Office) -> list[str]:
    found = presence.colleagues(office.admin, office.workspace, office.account().id)
    return [colleague.name for colleague in found]


def test_colleagues_are_seen_and_oneself_is_not(loaded: Office) -> None:
    for actor in (loaded.admin, loaded.hire("Robin"), loaded.hire("Dana")):
        presence.note(actor, loaded.workspace, loaded.account().id)
    assert names(loaded) == ["Dana", "Robin"]


def test_who_is_noted_again_is_seen_once_at_the_newer_moment(loaded: Office) -> None:
    robin, account_id = loaded.hire("Robin"), loaded.account().id
    presence.note(robin, loaded.workspace, account_id)
    presence.note(robin, loaded.workspace, account_id)
    [seen] = presence.colleagues(loaded.admin, loaded.workspace, account_id)
    assert clock.now() - seen.seen_at < timedelta(minutes=1)


def test_after_three_minutes_nobody_is_there_any_more(loaded: Office) -> None:
    presence.note(loaded.hire("Robin"), loaded.workspace, loaded.account().id)
    with time_machine.travel(clock.now() + timedelta(seconds=175)):
        assert names(loaded) == ["Robin"]
    with time_machine.travel(clock.now() + timedelta(seconds=185)):
        assert names(loaded) == []


def test_presence_is_not_in_the_audit_trail(loaded: Office) -> None:
    before = len(loaded.audit())
    presence.note(loaded.hire("Robin"), loaded.workspace, loaded.account().id)
    assert len(loaded.audit()) == before
