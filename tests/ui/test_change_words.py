"""Why rows stay as they are, in words."""

import pytest

from ledgersync.domain.undoing import Outlook, Stay, Why
from ledgersync.ui.change_words import reasons


@pytest.mark.parametrize(
    ("stay", "words"),
    [
        (Stay("r", Why.CLOSED, "Ann"), "1 row is in a period that was closed by Ann"),
        (Stay("r", Why.CODES_GONE), "1 row had a vendor or GL code that is deleted by now"),
        (Stay("r", Why.OTHER_AMOUNT), "1 row had a split for another amount than the bank has now"),
        (Stay("r", Why.EXPORTED, export=14), "1 row is locked by export 14"),
        (Stay("r", Why.CHANGED, "Maria"), "1 row was changed later by Maria"),
        (Stay("r", Why.LOADED), "1 row was changed by a later load"),
    ],
)
def test_every_reason_to_stay_has_its_words(stay: Stay, words: str) -> None:
    assert reasons(Outlook(stay=(stay,))) == words


def test_no_reason_is_without_words() -> None:
    everything = tuple(Stay("r", why) for why in Why)
    assert reasons(Outlook(stay=everything)).count("1 row ") == len(Why)
