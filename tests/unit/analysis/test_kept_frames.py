"""Frames that the control keeps: what a stall of the treatment is, and what the machine may do to either arm."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from unitdocs.analysis.kept_frames import LEVEL, FramesState, kept_frames, sign_probability
from unitdocs.records import FRAME

QUICK, STALL = 0.002, 0.09
slowest_frames = st.lists(st.tuples(*[st.floats(1e-6, 1.0)] * 2), min_size=1, max_size=40)


KEPT, BROKEN, UNDECIDED = FramesState


@pytest.mark.parametrize(
    ("rounds", "state"),
    [
        ([(QUICK, QUICK)] * 6, KEPT),
        ([(QUICK, FRAME)] * 6, KEPT),
        ([(QUICK, STALL)] * 6, BROKEN),
        ([(STALL, STALL)] * 6, KEPT),
        ([(STALL, STALL * 1.1)] * 6, BROKEN),
        ([(STALL, QUICK)] * 6, KEPT),
        ([(QUICK, QUICK)] * 5 + [(QUICK, STALL)], KEPT),
    ],
)
def test_a_stall_in_the_typical_round_breaks_the_rule(rounds: list[tuple[float, float]], state: FramesState) -> None:
    is_slower = all(control < treatment for control, treatment in rounds)
    assert kept_frames(rounds).state(is_slower=is_slower) is state


def test_a_typical_stall_that_chance_may_explain_is_undecided() -> None:
    rounds = [(QUICK, STALL)] * 4 + [(STALL, QUICK)] * 2
    assert kept_frames(rounds).state(is_slower=False) is UNDECIDED


@pytest.mark.parametrize(("lost", "gained", "state"), [
    (1, 0, KEPT), (6, 0, KEPT), (7, 0, BROKEN), (8, 1, KEPT), (10, 1, BROKEN), (11, 2, KEPT), (12, 2, BROKEN),
])  # fmt: skip
def test_a_stall_that_comes_back_in_some_rounds_breaks_the_rule(lost: int, gained: int, state: FramesState) -> None:
    rounds = [(QUICK, QUICK)] * 20 + [(QUICK, STALL)] * lost + [(STALL, QUICK)] * gained
    assert kept_frames(rounds).state(is_slower=False) is state


def test_the_counts_and_medians_are_those_of_the_rounds() -> None:
    kept = kept_frames([(0.001, 0.03), (0.02, 0.01), (0.004, 0.002), (0.05, 0.05)])
    assert (kept.rounds, kept.lost, kept.gained) == (4, 1, 1)
    assert (kept.control, kept.treatment) == (0.012, 0.02)


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_probability_is_that_of_the_sign_test(lost: int, gained: int) -> None:
    expected = binomtest(lost, lost + gained, alternative="greater").pvalue if lost + gained else 1.0
    assert sign_probability(lost, gained) == pytest.approx(expected)


@given(slowest_frames)
def test_an_arm_against_itself_keeps_every_frame(rounds: list[tuple[float, float]]) -> None:
    assert kept_frames([(control, control) for control, _ in rounds]).state(is_slower=True) is KEPT


@given(slowest_frames)
def test_a_treatment_that_is_faster_in_every_round_keeps_every_frame(rounds: list[tuple[float, float]]) -> None:
    assert kept_frames([(max(pair), min(pair)) for pair in rounds]).state(is_slower=False) is KEPT


@pytest.mark.parametrize("share", [0.1, 0.3, 0.8, 1.0])
def test_equal_arms_on_a_machine_that_disturbs_both_are_almost_never_broken(share: float) -> None:
    """The verdict "slower" has an error of its own, which is tested elsewhere; here it is never given."""
    rng = random.Random(7)
    wrong = 0
    for _ in range(1_000):
        rounds = [tuple(STALL * rng.random() if rng.random() < share else QUICK for _ in range(2)) for _ in range(20)]
        wrong += kept_frames(rounds).state(is_slower=False) is BROKEN  # type: ignore[arg-type]
    assert wrong <= binom.ppf(0.999, 1_000, LEVEL)
