"""What the benchmarks make of their figures: a missed goal fails, a skipped test is told."""

import math
from pathlib import Path

import pytest

from tests.benchmarks import bench_large_firm, bench_workspace, trust
from tests.benchmarks.bench_sessions import Clicks


def test_a_crowd_meets_its_goal_by_95_of_100_clicks_and_without_errors() -> None:
    swift = [0.2] * 98 + [9.0] * 2
    assert Clicks(swift).meet(0.5)
    assert not Clicks(swift, ["connection: refused"]).meet(0.5)
    assert not Clicks([0.2] * 90 + [9.0] * 10).meet(0.5)
    assert Clicks().p95 == math.inf
    assert not Clicks().meet(0.5)


@pytest.mark.parametrize(
    ("seconds", "goal", "met"),
    [
        ([4.0, 0.9, 1.0, 0.8], 1.0, "goal 1.0 s: met"),  # the first is cold
        ([0.5, 1.1, 1.2, 0.9], 1.0, "NOT met"),
        ([1.1], 1.0, "NOT met"),
        ([9.0, 9.0], None, "worst 9.00 s)"),
    ],
)
def test_what_a_person_waits_for_is_judged_by_the_warm_figures(
    seconds: list[float], goal: float | None, met: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench_workspace.report("An edit", seconds, goal) is (met != "NOT met")
    assert capsys.readouterr().out.strip().endswith(met)


def test_a_part_that_misses_its_goal_fails_the_whole_after_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def fails(options: list[str]) -> bool:
        asked.append(options[1])
        return options[1] == "acs-csv-11"

    monkeypatch.setattr(bench_large_firm, "_fails", fails)
    monkeypatch.setattr("sys.argv", ["bench_large_firm"])
    with pytest.raises(SystemExit) as ended:
        bench_large_firm.main()
    assert ended.value.code
    assert asked == list(bench_large_firm.GOALS)


def test_a_part_fails_by_its_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_large_firm, "MOST_MEGABYTES", math.inf)
    monkeypatch.setattr("sys.argv", ["bench_large_firm", "--part", "acs-xlsx"])
    for seconds, code in ((30.0, 0), (30.1, 1)):
        monkeypatch.setattr(bench_large_firm, "_export", lambda _, took=seconds: (1, took))
        with pytest.raises(SystemExit) as ended:
            bench_large_firm.main()
        assert int(ended.value.code or 0) == code
    assert capsys.readouterr().out.count("NOT met") == 1


def test_skipped_tests_are_told_with_their_reason_and_never_as_passed(tmp_path: Path) -> None:
    some = tmp_path / "test_some.py"
    some.write_text(
        "import pytest\n"
        "@pytest.mark.skipif(True, reason='Caddy is not installed')\n"
        "def test_behind_caddy(): pass\n"
        "def test_other(): pass\n"
    )
    command = f"-m pytest -q -p no:cacheprovider --rootdir {tmp_path} -c /dev/null {some}"
    ended = trust.run(command)
    assert ended.passed
    assert str(ended).endswith(
        "passed but for what was skipped\n    skipped: 1 x Caddy is not installed"
    )
    some.write_text("def test_other(): assert False\n")
    assert str(trust.run(command)).endswith("FAILED")
    assert str(trust.run("-c pass")) == "python -c pass: passed"
