"""Progress where there is no terminal: a line per scenario, on standard error."""

import re
from collections.abc import Sequence

import pytest

from unitdocs.bench.progress import RunProgressBar
from unitdocs.bench.run import RunProgress
from unitdocs.records import Case, Direction, Pair, Round, Status, Timing, pack

TIMES = Pair[str](control=pack([1, 1]), treatment=pack([1, 1]))
ROUND = Round(
    index=0, hash_seed=0, timing=Timing(order="A", operations=Pair[int](control=1, treatment=1), cpu=TIMES, wall=TIMES)
)


@pytest.fixture(autouse=True)
def _without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def case(scenario: str, metric: str = "time", **about: object) -> Case:
    fields = {
        "suite": "suite",
        "title": scenario,
        "unit": "s",
        "direction": Direction.LOWER,
        "status": Status.MEASURED,
        "rounds": (ROUND,) * 6,
    }
    return Case(scenario=scenario, metric=metric, **(fields | about))


def shown(*settled: Sequence[Case]) -> None:
    with RunProgressBar() as bar:
        for cases in settled:
            bar.round(RunProgress(f"suite/{cases[0].scenario}", done=0, left=None, share=0.0))
            bar.round(RunProgress(f"suite/{cases[0].scenario}", done=1, left=75.0, share=0.5))
            bar.settled(cases)


def test_each_settled_scenario_is_one_line_and_nothing_else_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    long_name = "a/long/name/" * 20
    failed = [case("two", status=Status.FAILED, reason="the worker ended; it printed: [bold]x[/] 1 2 3")]
    counts = [case("three"), case("three", "peak memory", status=Status.FAILED, reason="out of memory")]
    shown([case("one")], failed, counts, [case(long_name)])
    out, err = capsys.readouterr()
    assert out == ""
    assert [re.sub(r"^ +\d+ s  ", "", line) for line in err.splitlines()] == [
        "suite/one: 6 rounds",
        "suite/two: failed: the worker ended; it printed: [bold]x[/] 1 2 3",
        "suite/three: failed: out of memory",
        f"suite/{long_name}: 6 rounds",
    ]


def test_on_a_terminal_the_bar_shows_the_scenario_its_round_and_the_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    shown([case("one")])
    err = capsys.readouterr().err
    assert "at most 1:15 left   suite/one, round 2" in err
    assert "6 rounds" not in err
