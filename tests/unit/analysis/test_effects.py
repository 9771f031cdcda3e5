"""From samples to one row per case: verdicts, exact counts, shares, and what has no verdict."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_records import case, counted, missed, record, swapped, timed, timing, with_frames, with_ratios
from scipy.stats import ttest_1samp

from unitdocs.analysis import to_effects
from unitdocs.analysis.effects import COLUMNS
from unitdocs.records import Status

FASTER = (0.50, 0.51, 0.49, 0.52, 0.50, 0.48)
SAME = (1.001, 0.999, 1.0, 1.0005, 0.9995, 1.0002)
WIDE = (0.8, 1.3, 0.9, 1.2, 1.0, 1.1)
DIFFERENCE = ["difference", "difference_low", "difference_high"]
ANSWERS = [
    *(
        "ratio",
        "low",
        "high",
        "level",
        "p",
        "p_adjusted",
        "verdict",
        "below_margin",
        "minimum_detectable_effect",
        "exact",
    ),
    *(*DIFFERENCE, "minimum_detectable_difference"),
]
OPPOSITE = {
    "faster": "slower",
    "slower": "faster",
    "less": "more",
    "more": "less",
    "fewer": "more",
    "higher": "lower",
    "lower": "higher",
}


def row(*cases: Any, **fields: Any) -> dict[str, Any]:
    first = to_effects(record(*cases, **fields)).to_dict("records")[0]
    return {str(name): value for name, value in first.items()}


def test_the_effect_is_that_of_a_t_test_over_the_rounds_log_ratios() -> None:
    # scipy.stats.ttest_1samp is the outside source: mean, interval and p-value of ln(treatment / control).
    test = ttest_1samp(np.log(FASTER), 0)
    interval = test.confidence_interval(0.99)
    effect = row(with_ratios(*FASTER))
    assert effect["ratio"] == pytest.approx(math.exp(np.log(FASTER).mean()), rel=1e-6)
    assert (effect["low"], effect["high"]) == pytest.approx((math.exp(interval.low), math.exp(interval.high)), rel=1e-6)
    assert effect["p"] == pytest.approx(test.pvalue, rel=1e-4)
    assert (effect["n"], effect["level"], effect["exact"]) == (6, 0.99, False)
    assert (effect["control"], effect["treatment"]) == ("old", "new")


def test_a_round_counts_once_by_the_median_of_its_blocks_smaller_batches() -> None:
    # Ratios of the smaller batches: 50/100, 40/100, 45/90; their median is 0.5, and it is all that a round gives.
    noisy = timing([100, 120, 100, 100, 90, 110], [60, 50, 40, 90, 45, 45])
    effect = row(timed(noisy, noisy, noisy))
    assert effect["n"] == 3
    assert (effect["ratio"], effect["low"], effect["high"]) == pytest.approx((0.5, 0.5, 0.5))
    # The means are of all batches: 620/6 ns and 330/6 ns.
    assert (effect["control_mean"], effect["treatment_mean"]) == pytest.approx((620e-9 / 6, 330e-9 / 6))


@pytest.mark.parametrize(
    ("ratios", "verdict", "below_margin"),
    [
        (FASTER, "faster", False),
        ([1 / ratio for ratio in FASTER], "slower", False),
        (SAME, "equivalent", False),
        (WIDE, "inconclusive", False),
        ([ratio * 0.995 for ratio in SAME], "faster", True),
    ],
)
def test_the_verdict_is_written_in_the_metrics_own_words(ratios: Any, verdict: str, below_margin: bool) -> None:  # noqa: FBT001
    effect = row(with_ratios(*ratios))
    assert (effect["verdict"], effect["below_margin"]) == (verdict, below_margin)


@pytest.mark.parametrize(
    ("counts", "ratio", "verdict", "below_margin"),
    [
        ((2000, 1000), 0.5, "less", False),
        ((1000, 2000), 2.0, "more", False),
        ((1000, 1000), 1.0, "equivalent", False),
        ((1000, 1005), 1.005, "more", True),
        ((0, 0), 1.0, "equivalent", False),
        ((5, 0), 0.0, "less", False),
    ],
)
def test_an_exact_count_needs_no_interval(
    counts: tuple[float, float],
    ratio: float,
    verdict: str,
    below_margin: bool,  # noqa: FBT001
) -> None:
    effect = row(counted(counts, counts))
    assert (effect["ratio"], effect["low"], effect["high"]) == (ratio, ratio, ratio)
    assert (effect["verdict"], effect["below_margin"], effect["exact"]) == (verdict, below_margin, True)
    assert (effect["control_mean"], effect["treatment_mean"], effect["level"]) == (*counts, 1.0)
    assert pd.isna(effect["p"])


def test_something_instead_of_nothing_has_a_direction_and_no_ratio() -> None:
    effect = row(counted((0, 5), (0, 5)))
    assert effect["verdict"] == "more"
    assert math.isnan(effect["ratio"])


def test_a_count_that_varies_is_a_sample() -> None:
    counts = [(1000 + 3 * i, 2000 + 5 * i) for i in range(6)]
    effect = row(counted(*counts))
    test = ttest_1samp([math.log(b / a) for a, b in counts], 0)
    assert (effect["exact"], effect["verdict"], effect["n"]) == (False, "more", 6)
    assert effect["p"] == pytest.approx(test.pvalue)


@pytest.mark.parametrize("nothing", [0, None])
def test_a_round_that_counted_nothing_has_no_ratio_and_says_so(nothing: int | None) -> None:
    effect = row(counted(*[(nothing if i == 3 else 5, 5) for i in range(6)]))
    assert (effect["status"], effect["reason"]) == ("not measured", "a round that counted nothing has no ratio")
    assert all(pd.isna(effect[name]) for name in ANSWERS)


def test_times_are_never_exact() -> None:
    effect = row(with_ratios(0.5, 0.5, 0.5))
    assert effect["exact"] is False
    assert effect["p"] == 0.25  # three rounds on one side: 2 / 2**3


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ((None, 0.9), "old does not count it"),
        ((0.9, None), "new does not count it"),
        ((None, None), "neither arm counts it"),
    ],
)
def test_a_rate_that_an_arm_does_not_count_is_not_compared(
    counts: tuple[float | None, float | None], reason: str
) -> None:
    rate = {"metric": "cache hit rate", "unit": "1", "direction": "higher"}
    effect = row(counted(counts, counts, **rate))
    assert (effect["status"], effect["reason"]) == ("not applicable", reason)
    assert all(pd.isna(effect[name]) for name in ANSWERS)
    means = [None if pd.isna(effect[name]) else effect[name] for name in ("control_mean", "treatment_mean")]
    assert means == list(counts)


def test_rates_are_higher_or_lower() -> None:
    rate = {"metric": "cache hit rate", "unit": "1", "direction": "higher"}
    assert row(counted((0.5, 0.9), (0.5, 0.9), **rate))["verdict"] == "higher"
    assert row(counted((0.9, 0.5), (0.9, 0.5), **rate))["verdict"] == "lower"


@pytest.mark.parametrize(
    ("late", "verdict", "below_margin"),
    [
        ([(60, 6), (66, 3), (60, 9), (72, 6), (60, 0), (57, 6)], "fewer", False),
        ([(6, 60), (3, 66), (9, 60), (6, 72), (0, 60), (6, 57)], "more", False),
        ([(1, 0), (0, 1), (0, 0), (1, 1), (0, 0), (0, 1)], "equivalent", False),
        ([(60, 6), (6, 90)] * 3, "inconclusive", False),
    ],
)
def test_missed_frames_are_judged_by_the_difference_of_their_shares(
    late: Any,
    verdict: str,
    below_margin: bool,  # noqa: FBT001
) -> None:
    effect = row(missed(*late, frames=600))
    assert (effect["verdict"], effect["below_margin"], effect["exact"]) == (verdict, below_margin, False)
    shares = [sum(side) / 600 / 6 for side in zip(*late, strict=True)]
    assert (effect["control_mean"], effect["treatment_mean"]) == pytest.approx(tuple(shares))
    assert effect["difference"] == pytest.approx(shares[1] - shares[0])
    assert effect["difference_low"] < effect["difference"] < effect["difference_high"]
    assert all(pd.isna(effect[name]) for name in ("ratio", "low", "high", "minimum_detectable_effect"))


def test_no_missed_frames_in_either_arm_are_equivalent_with_a_bound() -> None:
    effect = row(missed(*[(0, 0)] * 6, frames=1000))
    assert (effect["verdict"], effect["exact"], effect["difference"], effect["level"]) == ("equivalent", True, 0, 0.99)
    # 1 - 0.01^(1/6000), by 0.01 = exp(-4.60517): a little less than 4.60517 / 6000.
    assert effect["difference_high"] == pytest.approx(4.60517 / 6000, rel=1e-3)
    assert effect["difference_low"] == -effect["difference_high"]


@pytest.mark.parametrize(
    ("counts", "verdict"), [((0.0, 0.0), "equivalent"), ((0.3, 0.0), "lower"), ((0.0, 0.3), "higher")]
)
def test_errors_that_never_vary_are_compared_exactly(counts: tuple[float, float], verdict: str) -> None:
    effect = row(counted(counts, counts, metric="error rate", unit="1"))
    assert (effect["verdict"], effect["exact"], effect["level"]) == (verdict, True, 1.0)
    assert [effect[name] for name in DIFFERENCE] == [counts[1] - counts[0]] * 3


def test_a_rate_of_its_own_is_compared_as_one_where_its_tries_are_known() -> None:
    effect = row(missed((500, 550), (500, 550), metric="plan hits", direction="higher"))
    assert (effect["verdict"], effect["exact"]) == ("higher", True)
    assert row(counted((0.5, 0.9), (0.5, 0.9), metric="plan hits", unit="1"))["ratio"] == 1.8


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([(0.5, 0.5)], "too few rounds for an interval"),
        ([(0.5, 0.5), (None, 0.5)], "a round that counted nothing has no rate"),
        ([(0.5, 0.5), (2.0, 0.5)], "a rate above 1 is not a proportion"),
    ],
)
def test_rates_that_cannot_be_judged_say_why(counts: Any, reason: str) -> None:
    effect = row(counted(*counts, metric="error rate", unit="1"))
    assert (effect["status"], effect["reason"]) == ("not measured", reason)


def test_frame_times_are_faster_or_slower_and_never_exact() -> None:
    frames = ([2.0, 2.0, 2.0], [1.0, 1.0, 1.0])
    effect = row(with_frames(*[frames] * 8))
    assert (effect["verdict"], effect["exact"], effect["ratio"]) == ("faster", False, pytest.approx(0.5))
    assert effect["p"] == effect["p_adjusted"] == 2 / 2**8


@pytest.mark.parametrize("status", [Status.FAILED, Status.NOT_MEASURED, Status.NOT_APPLICABLE])
def test_without_a_measurement_every_cell_is_missing_and_none_is_zero(status: Status) -> None:
    about = {"metric": "time", "unit": "s", "direction": "lower", "status": status, "reason": "because"}
    effects = to_effects(record(case("one", **about), with_ratios(*FASTER, scenario="two")))
    assert tuple(effects.columns) == COLUMNS
    effect = effects.iloc[0]
    assert (effect["status"], effect["reason"], effect["n"]) == (status.value, "because", 0)
    assert effect[[*ANSWERS, "control_mean", "treatment_mean"]].isna().all()
    assert effects.iloc[1]["verdict"] == "faster"


def test_a_failed_case_keeps_its_rounds_and_has_no_effect() -> None:
    effect = row(with_ratios(*FASTER, status=Status.FAILED, reason="the worker was ended by signal SIGKILL"))
    assert effect["n"] == 6
    assert all(pd.isna(effect[name]) for name in [*ANSWERS, "control_mean", "treatment_mean"])


def test_one_round_has_no_interval() -> None:
    effect = row(with_ratios(0.5))
    assert (effect["status"], effect["reason"]) == ("not measured", "too few rounds for an interval")


def test_a_record_without_cases_has_no_effects() -> None:
    effects = to_effects(record())
    assert effects.empty
    assert tuple(effects.columns) == COLUMNS


def test_the_level_of_a_look_widens_the_interval() -> None:
    wide, narrow = (row(with_ratios(*FASTER), look_level=level) for level in (0.001, 0.05))
    assert wide["low"] < narrow["low"] < narrow["high"] < wide["high"]
    assert (wide["level"], narrow["level"]) == (0.999, 0.95)


@settings(max_examples=20)
@given(
    st.lists(st.floats(0.5, 2.0), min_size=2, max_size=12),
    st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 1000)), min_size=2, max_size=6),
)
def test_exchanging_the_arms_reverses_every_effect(ratios: list[float], counts: list[tuple[int, int]]) -> None:
    rate = {"metric": "cache hit rate", "direction": "higher"}
    measured = record(
        with_ratios(*ratios), counted(*counts), missed(*counts, frames=1000), missed(*counts, frames=1000, **rate)
    )
    there, back = to_effects(measured).to_dict("records"), to_effects(swapped(measured)).to_dict("records")
    for one, other in zip(there, back, strict=True):
        opposite = OPPOSITE.get(one["verdict"], one["verdict"])
        assert other["verdict"] == ("fewer" if (one["metric"], opposite) == ("missed frames", "less") else opposite)
        assert (other["ratio"], other["low"], other["high"]) == pytest.approx(
            (1 / one["ratio"], 1 / one["high"], 1 / one["low"]), nan_ok=True
        )
        assert tuple(other[name] for name in DIFFERENCE) == pytest.approx(
            (-one["difference"], -one["difference_high"], -one["difference_low"]), nan_ok=True
        )
        assert (other["control_mean"], other["treatment_mean"]) == (one["treatment_mean"], one["control_mean"])
        assert (other["control"], other["treatment"]) == ("new", "old")
        assert other["below_margin"] == one["below_margin"]
