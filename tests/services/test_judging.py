"""Judging: what is told of a client's past, and that it is read again when that changes."""

import pytest

from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.judgement import NEVER_SEEN, ClientHistory
from ledgersync.errors import NotFound
from ledgersync.services import client_records, judging
from tests.services.conftest import Office
from tests.services.scripted_ledgersync import ScriptedLedgerSync, row


@pytest.fixture
def feed() -> ScriptedLedgerSync:
    """Two accounts of one client that meet the same shop."""
    rows = [row(f"t{n}", f"2026-10-{n:02}", -10.0 * n) for n in range(1, 12)]
    back = row("back", "2026-10-20", 15.0)
    return ScriptedLedgerSync(
        clients={"C1": ["A1", "A2"]}, rows={"A1": [*rows, back], "A2": [row("u1")]}
    )


def history(office: Office, known: ClientHistory | None = None) -> ClientHistory:
    client_id = office.account().client_id
    return judging.client_history(office.admin, office.workspace, client_id, known)


def test_the_past_of_a_vendor_is_counted_by_code_direction_and_size(loaded: Office) -> None:
    shop = client_records.add_vendor(
        loaded.admin, loaded.workspace, loaded.account().client_id, "Pier Shop", "PIER"
    )
    codes = ["6100"] * 9 + ["6200"] * 3
    rows = loaded.rows()
    loaded.save(*[Edit(r.id, 0, shop.id, code) for r, code in zip(rows, codes, strict=True)])
    found = history(loaded).vendors
    assert set(found) == {shop.id}
    known = found[shop.id]
    assert known.rows == 12
    assert known.codes == {loaded.account().id: {"6100": 9, "6200": 3}}
    out, back = known.amounts["USD", False], known.amounts["USD", True]
    assert (out.rows, out.low, out.first, out.median, out.third, out.high) == (
        11, 2000, 3000, 6000, 9000, 10000,
    )  # fmt: skip
    assert (back.rows, back.median) == (1, 1500)


def test_only_reviewed_rows_are_the_past(loaded: Office) -> None:
    shop = client_records.add_vendor(
        loaded.admin, loaded.workspace, loaded.account().client_id, "Pier Shop", "PIER"
    )
    first, second, *_ = loaded.rows()
    loaded.save(Edit(first.id, 0, shop.id), Edit(second.id, 0, shop.id, "6100", Standing.EXCLUDED))
    assert history(loaded).vendors.get(shop.id, NEVER_SEEN) == NEVER_SEEN


def test_the_past_is_read_again_only_after_a_decision(loaded: Office) -> None:
    before = history(loaded)
    assert history(loaded, before) is before
    loaded.code_all()
    after = history(loaded, before)
    assert after is not before
    assert after.version > before.version


def test_a_client_out_of_scope_has_no_past(loaded: Office) -> None:
    with pytest.raises(NotFound):
        judging.client_history(loaded.admin, loaded.workspace, "nobody")
