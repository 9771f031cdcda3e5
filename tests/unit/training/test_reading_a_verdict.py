"""What the lesson Reading a verdict teaches is the rule of `unitdocs.stats`, and what `compare` writes."""

import json
import math
import random
from pathlib import Path

import pytest

from unitdocs import cli
from unitdocs.stats.effect import RatioEffect, effect_of
from unitdocs.stats.sample import LogRatios
from unitdocs.stats.verdict import Verdict, is_below_margin, verdict_of
from unitdocs.training import read_lesson
from unitdocs.training.checks import reading_a_verdict as checks

LESSON = "reading-a-verdict"
LABELS = {Verdict.LESS: "faster", Verdict.MORE: "slower"}


def names_of(exercise: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(next(iter(read_lesson(LESSON).exercise(exercise).solution.values())), names)
    return names


def test_the_words_of_intervals_are_those_of_the_statistics() -> None:
    for (low, high), (word, _) in checks.WORDS.items():
        effect = RatioEffect((low * high) ** 0.5, low, high, 0.01, 0.5, 6, 1.1)
        verdict = verdict_of(effect, 0.01)
        below = is_below_margin(effect, 0.01)
        assert word == ("below margin" if below else LABELS.get(verdict, str(verdict)))


def test_the_solutions_compute_the_effect_and_the_interval_of_the_statistics() -> None:
    control, treatment = checks._times(random.Random(3), 0.8)
    ratios = checks._ratios(control, treatment)
    expected = effect_of(LogRatios([math.log(ratio) for ratio in ratios]), 0.01)
    assert names_of("effect")["effect"](control, treatment) == pytest.approx(expected.ratio, rel=1e-12)
    low, high = names_of("interval")["interval"](ratios, checks._QUANTILE)
    assert (low, high) == pytest.approx((expected.low, expected.high), rel=1e-3)  # the quantile has four digits


def test_the_report_reads_what_compare_writes(capsys: pytest.CaptureFixture[str]) -> None:
    record = Path(__file__).parents[3] / "benchmarks" / "results" / "reference.json.gz"
    with pytest.raises(SystemExit):
        cli.main(["compare", str(record), "--format", "json", "--metric", "time"])
    cases = json.loads(capsys.readouterr().out)["cases"]
    report = names_of("report")["report"](cases)
    assert set(report["worse"]) | set(report["undecided"]) <= {case["name"] for case in cases}
    assert report["worse"] == [
        case["name"] for case in cases if case["verdict"] == "slower" and not case["below_margin"]
    ]
