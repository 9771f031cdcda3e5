"""What is said about events, on sums whose answer is known."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from unitdocs.experiment.analysing import ArmComparison, EventAnalysis, analyse
from unitdocs.experiment.events import LARGEST_BIN, LEAST_BIN, bin_of, bounds_of
from unitdocs.experiment.quantiles import quantile_of
from unitdocs.experiment.sums import EventSums

DAY = dt.date(2026, 11, 30)


def made_sums(means: dict[str, float], errors: dict[str, int], *, version: int = 1, sessions: int = 400) -> EventSums:
    """Return sums of sessions with 10 frames each, of which some have an error."""
    rows, bins = [], []
    for arm, mean in means.items():
        each = mean * (1 + 0.1 * np.sin(np.arange(sessions)))
        for number, value in enumerate(each):
            key = (10_000 * version + 2 * number + (arm == "original"), arm, version, True, "menu")
            rows.append((*key, "frame time", DAY, 10, 10 * value, 10 * value**2))
            bins.append((arm, version, True, "menu", "frame time", DAY, bin_of(value), 10))
            if number < errors.get(arm, 0):
                rows.append((*key, "error", DAY, 1, 1.0, 1.0))
                bins.append((arm, version, True, "menu", "error", DAY, bin_of(1.0), 1))
    labels = ["arm", "flag_version", "is_assigned", "scenario", "metric", "day"]
    return EventSums(
        sessions=pd.DataFrame(rows, columns=["session", *labels, "n", "total", "squares"]),
        histograms=pd.DataFrame(bins, columns=[*labels, "bin", "n"]),
    )


def together(*parts: EventSums) -> EventSums:
    return EventSums(
        sessions=pd.concat([part.sessions for part in parts], ignore_index=True),
        histograms=pd.concat([part.histograms for part in parts], ignore_index=True),
    )


def compared(analysis: EventAnalysis, metric: str, version: int | None) -> ArmComparison:
    return next(one for one in analysis.comparisons if (one.metric, one.flag_version) == (metric, version))


def test_an_arm_is_described_by_its_sessions_and_the_quantiles_of_its_events() -> None:
    sums = made_sums({"original": 0.004, "refactored": 0.005}, {})
    original, refactored = analyse(sums).arms
    assert (original.arm, original.sessions, original.events) == ("original", 400, 4_000)
    assert original.mean == pytest.approx(0.004, rel=0.01)
    assert refactored.mean == pytest.approx(1.25 * original.mean)
    values = np.repeat(0.004 * (1 + 0.1 * np.sin(np.arange(400))), 10)
    for quantile in original.quantiles:
        exact = np.quantile(values, quantile.share, method="inverted_cdf")
        assert abs(exact - quantile.value) <= quantile.error
        assert quantile.error <= quantile.value / 64


def test_a_slower_arm_has_a_ratio_and_a_difference_with_intervals_around_the_truth() -> None:
    comparison = compared(analyse(made_sums({"original": 0.004, "refactored": 0.0044}, {})), "frame time", 1)
    assert comparison.ratio.estimate == pytest.approx(1.1)
    assert 1 < comparison.ratio.low < 1.1 < comparison.ratio.high
    assert comparison.difference.estimate == pytest.approx(0.0004, rel=0.01)
    assert 0 < comparison.difference.low < 0.0004 < comparison.difference.high


def test_versions_are_compared_each_by_itself_and_a_day_that_is_slow_for_all_changes_nothing() -> None:
    first = made_sums({"original": 0.004, "refactored": 0.004}, {}, version=1)
    slow = made_sums({"original": 0.008, "refactored": 0.008}, {}, version=2)
    few = slow.sessions[(slow.sessions["arm"] == "refactored") | (slow.sessions.index % 4 == 0)]
    overall = compared(analyse(together(first, EventSums(few, slow.histograms))), "frame time", None)
    assert overall.ratio.low < 1 < overall.ratio.high
    assert overall.ratio.estimate == pytest.approx(1, abs=0.02)  # all sessions together would say 1.3
    assert overall.difference is None


def test_errors_are_compared_by_the_sessions_that_have_one() -> None:
    comparison = compared(
        analyse(made_sums({"original": 0.004, "refactored": 0.004}, {"original": 4, "refactored": 40})), "error", 1
    )
    assert comparison.compared == "share"
    assert comparison.ratio.estimate == pytest.approx(10)
    assert 1 < comparison.ratio.low < 10 < comparison.ratio.high
    assert 0 < comparison.difference.low < comparison.difference.high


def test_sessions_that_the_share_did_not_choose_are_counted_and_not_compared() -> None:
    sums = made_sums({"original": 0.004, "refactored": 0.004}, {})
    allowed = made_sums({"refactored": 0.4}, {}, sessions=7, version=1)
    allowed.sessions["is_assigned"] = allowed.histograms["is_assigned"] = False
    allowed.sessions["session"] += 5_000
    analysis = analyse(together(sums, allowed))
    assert analysis.not_assigned == 7
    assert analysis.comparisons == analyse(sums).comparisons
    assert analysis.arms == analyse(sums).arms


def test_dropped_events_and_notes_are_passed_on() -> None:
    sums = replace(made_sums({"original": 0.004}, {}), dropped=3, notes=("a note",))
    assert (analyse(sums).dropped, analyse(sums).notes) == (3, ("a note",))


def test_one_arm_alone_is_not_compared() -> None:
    assert analyse(made_sums({"original": 0.004}, {})).comparisons == ()


def test_a_quantile_is_in_the_bin_of_the_exact_one() -> None:
    values = np.sort(np.random.default_rng(1).lognormal(size=1_000))
    histogram = pd.DataFrame({"bin": [bin_of(value) for value in values], "n": 1})
    for share in (0.001, 0.5, 0.95, 1.0):
        quantile = quantile_of(histogram, share)
        assert bin_of(quantile.value) == bin_of(np.quantile(values, share, method="inverted_cdf"))


def test_a_quantile_without_values_or_bounds_is_none_and_one_of_zeros_is_zero() -> None:
    assert quantile_of(pd.DataFrame({"bin": [], "n": []}), 0.5) is None
    assert quantile_of(pd.DataFrame({"bin": [LARGEST_BIN], "n": [1]}), 0.5) is None
    zero = quantile_of(pd.DataFrame({"bin": [LEAST_BIN], "n": [1]}), 0.5)
    assert (zero.value, zero.error) == (0.0, 0.0)


def test_the_example_of_a_quantile_is_true() -> None:
    histogram = pd.DataFrame({"bin": [bin_of(1), bin_of(2)], "n": [2, 1]})
    quantile = quantile_of(histogram, 0.5)
    assert (quantile.value - quantile.error, quantile.value + quantile.error) == bounds_of(bin_of(1)) == (1, 1.03125)
