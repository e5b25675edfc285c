"""Made files, whole and spoiled, against every parser: a short form of `bench_parsers`."""

from collections import Counter

import pytest

from ledgersync.imports import workbooks
from tests.benchmarks.made_files.contracts import PARSERS
from tests.benchmarks.made_files.forked_reader import ForkedReader


@pytest.mark.parametrize("name", PARSERS)
def test_whole_files_are_read_to_the_cent_and_others_read_or_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks the contract is an error; the benchmark has files of 10 MB besides."""
    monkeypatch.setattr(workbooks, "subprocess", ForkedReader())
    count = 40 if name == "lists-xlsx" else 110
    made = [PARSERS[name].file(f"suite {name} {number}") for number in range(count)]
    small = [one for one in made if len(one.data) < 100_000]
    verdicts = Counter(PARSERS[name].verdict(one) for one in small)
    assert set(verdicts) <= {"exact", "read", "refused"}
    assert verdicts["exact"] > count / 5
    assert verdicts["read"] + verdicts["refused"] > count / 5
