"""The vendor benchmark's arithmetic, with an index whose answers are written down here."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from ledgersync.errors import InvalidInput
from ledgersync.matching.vendors import VendorIndex, VendorMatch
from tests.benchmarks.bench_vendor_names import (
    DEVELOPED_SET,
    OWN_SET,
    Case,
    Figures,
    Outcome,
    figures,
    load,
    lowest_cut,
    misses,
    report,
    run,
)

ANSWERS = {
    "ACME 1": [("ACME", 0.9), ("ZENITH", 0.2)],
    "ACME 2": [("ACME", 0.6)],
    "ZENITH 1": [("ACME", 0.4), ("ZENITH", 0.3)],
    "ZENITH 2": [],
    "ACMEVILLE FAIR": [("ACME", 0.7)],
    "TOLL": [],
}
CASES = [
    Case("ACME 1", "ACME"),
    Case("ACME 2", "ACME"),
    Case("ZENITH 1", "ZENITH"),
    Case("ZENITH 2", "ZENITH"),
    Case("ACMEVILLE FAIR"),
    Case("TOLL"),
]


class WrittenIndex:
    """Answers as written above, and proposes from 0.5 on."""

    def best(self, descriptions: Sequence[str], count: int = 3) -> list[list[VendorMatch]]:
        return [
            [VendorMatch(vendor, score, "written") for vendor, score in ANSWERS[text][:count]]
            for text in descriptions
        ]

    def accepts(self, match: VendorMatch) -> bool:
        return match.score >= 0.5


def outcome(score: float, *, right: bool, look_alike: bool = False) -> Outcome:
    case = Case("X") if look_alike else Case("X", "ACME")
    return Outcome(case, "ACME" if right or look_alike else "ZENITH", score, "", proposed=True)


def test_every_figure_of_a_small_run() -> None:
    assert figures(run(WrittenIndex(), CASES)) == Figures(
        top_one=2 / 4,
        coverage=1 / 4,  # the look-alike at 0.7 bars everything below 0.9
        cut=0.9,
        share_proposed=2 / 4,
        precision_proposed=2 / 3,
        look_alikes_proposed=1,
    )


def test_a_laxer_precision_covers_more_wrong_names_included() -> None:
    measured = figures(run(WrittenIndex(), CASES), precision=0.5)
    assert measured.cut == 0.4
    assert measured.coverage == 3 / 4


def test_a_right_vendor_in_second_place_is_no_hit() -> None:
    (only,) = run(WrittenIndex(), [Case("ZENITH 1", "ZENITH")])
    assert not only.right


def test_look_alikes_alone_measure_nothing_but_what_was_accepted() -> None:
    measured = figures(run(WrittenIndex(), CASES[4:]))
    assert measured == Figures(0.0, 0.0, None, 0.0, 0.0, 1)


def test_nineteen_of_twenty_is_enough() -> None:
    outcomes = [outcome(0.5, right=True)] * 19 + [outcome(0.4, right=False)]
    assert lowest_cut(outcomes, 0.95) == 0.4
    assert lowest_cut(outcomes[1:], 0.95) == 0.5


def test_equal_scores_stand_or_fall_together() -> None:
    outcomes = [
        outcome(0.8, right=True),
        outcome(0.7, right=True),
        outcome(0.7, right=False, look_alike=True),
    ]
    assert lowest_cut(outcomes, 0.95) == 0.8
    assert lowest_cut(outcomes[::-1], 0.95) == 0.8
    assert lowest_cut(outcomes[1:], 0.95) is None


def test_a_cut_may_lie_below_a_stretch_that_is_not_good_enough() -> None:
    early_miss = [outcome(0.9, right=False, look_alike=True)]
    later_hits = [outcome(0.8, right=True)] * 19
    assert lowest_cut(early_miss + later_hits, 0.95) == 0.8


def test_an_unnamed_case_never_counts_as_covered() -> None:
    unnamed = Outcome(Case("X", "ACME"), "", 0.0, "", proposed=False)
    measured = figures([unnamed, outcome(0.0, right=True)])
    assert measured.cut == 0.0
    assert measured.coverage == 1 / 2


def test_the_report_says_how_many_and_which_share() -> None:
    outcomes = run(WrittenIndex(), CASES)
    lines = report(figures(outcomes), outcomes)
    assert lines[0] == "4 messy descriptors, 2 look-alikes"
    assert [line.split()[-1] for line in lines[1:]] == ["50.0%", "above)", "50.0%", "66.7%", "1"]
    assert "25.0%  (score 0.900 and above)" in lines[2]


def test_misses_name_the_fault_of_each_and_leave_out_the_rest() -> None:
    kept_back = Outcome(CASES[0], "ACME", 0.3, "written", proposed=False)
    named_wrong = Outcome(CASES[2], "ACME", 0.8, "written", proposed=True)
    lines = misses([*run(WrittenIndex(), CASES), kept_back, named_wrong])
    assert lines == [
        "not found     0.400 'ZENITH 1': ACME for ZENITH (written)",
        "not found     0.000 'ZENITH 2': none for ZENITH ()",
        "look-alike    0.700 'ACMEVILLE FAIR': ACME for none (written)",
        "not proposed  0.300 'ACME 1': ACME for ACME (written)",
        "wrong         0.800 'ZENITH 1': ACME for ZENITH (written)",
    ]


def written_set(folder: Path, messy: str) -> Path:
    (folder / "vendors.csv").write_text("vendor_code,vendor_name,default_gl\n1,Acme,6000\n")
    (folder / "messy.csv").write_text(messy)
    (folder / "look_alikes.csv").write_text("description\nACMEVILLE FAIR\n")
    return folder


def test_another_folder_is_read(tmp_path: Path) -> None:
    folder = written_set(tmp_path, 'description,vendor_code\n"SQ *ACME, INC",1\n')
    assert load(folder) == ({"1": "Acme"}, [Case("SQ *ACME, INC", "1"), Case("ACMEVILLE FAIR")])


def test_a_vendor_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    folder = written_set(tmp_path, "description,vendor_code\nZENITH,2\n")
    with pytest.raises(InvalidInput, match=r"asks for 2, which vendors\.csv does not list"):
        load(folder)


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    folder = written_set(tmp_path, "text,vendor_code\nACME,1\n")
    with pytest.raises(InvalidInput, match=r"messy\.csv lacks description"):
        load(folder)


def test_the_own_set_is_whole() -> None:
    vendors, cases = load(OWN_SET)
    messy = [case for case in cases if case.vendor]
    assert len(vendors) == 245
    assert (len(messy), len(cases) - len(messy)) == (150, 50)
    assert len({case.description for case in cases}) == len(cases)


def test_no_code_of_the_own_set_is_listed_twice() -> None:
    with (OWN_SET / "vendors.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["vendor_code"] for row in csv.DictReader(file)]
    assert len(codes) == len(set(codes))


def test_the_set_that_the_table_is_worked_on_with_keeps_its_figures() -> None:
    vendors, cases = load(DEVELOPED_SET)
    measured = figures(run(VendorIndex(vendors), cases))
    assert measured.look_alikes_proposed == 0
    assert measured.top_one >= 0.98
    assert measured.coverage >= 0.95
