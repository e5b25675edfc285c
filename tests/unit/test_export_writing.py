import hashlib

import pytest
import time_machine

from ledgersync.errors import ExportRefused
from ledgersync.exports.registry import LAYOUTS, Layout
from ledgersync.exports.writing import render
from tests.unit.export_samples import line, many_lines

every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))


@every_layout
def test_the_same_batch_gives_the_same_bytes_on_any_day(layout: Layout) -> None:
    with time_machine.travel("2026-11-01"):
        first = render(layout, many_lines(1_200), watermark="DEMO")
    with time_machine.travel("2027-03-01"):
        second = render(layout, many_lines(1_200), watermark="DEMO")
    assert first == second
    assert first.sha256 == hashlib.sha256(first.data).hexdigest()


@every_layout
def test_another_memo_or_description_gives_another_hash(layout: Layout) -> None:
    changed = [line(memo="x", description="y")]
    assert render(layout, [line()]).sha256 != render(layout, changed).sha256


@every_layout
def test_the_sum_counts_each_transaction_once(layout: Layout) -> None:
    lines = [
        line(amount=-300, distribution=-100),
        line(amount=-300, distribution=-200),
        line(transaction_id="t2", amount=1_000),
    ]
    assert render(layout, iter(lines)).total == 700


@every_layout
def test_a_pending_transaction_is_never_written(layout: Layout) -> None:
    with pytest.raises(ExportRefused, match=r"10/05/2026, 'HARBOR .* is still pending"):
        render(layout, [line(pending=True)])


@every_layout
def test_a_split_that_does_not_add_up_is_refused(layout: Layout) -> None:
    parts = [line(amount=-300, distribution=-100), line(amount=-300, distribution=-100)]
    with pytest.raises(ExportRefused, match="does not add up"):
        render(layout, parts)


def test_the_bytes_stay_out_of_what_is_printed_of_an_export() -> None:
    assert "HARBOR" not in repr(render(LAYOUTS["qbo-csv"], [line()]))
