"""A scenario on its way to verdicts, fed with answers that no process had to give."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.bench import Operation, Scenario, suite
from unitdocs.bench.job import BatchTimes, FrameTimes, JobKind, RoundCounts, RoundResult
from unitdocs.bench.measurement import Measurement, RoundSeries, StoppingRule, is_exact
from unitdocs.bench.plan import Profile, RunPlan
from unitdocs.errors import InputError, MeasurementError
from unitdocs.records import Case, Clock, Pair, Role, Round, Status, unpack

PATH = Path("benchmarks/some.py")
ONE = Scenario("one", title="One", elements=12, quick=True)
SOME = suite("some", title="Some", arms=("old", "new"), scenarios=[ONE], setup=lambda *_: Operation(list))
FASTER = (0.50, 0.51, 0.49, 0.52, 0.50, 0.48)
WIDE = (0.8, 1.3, 0.9, 1.2, 1.0, 1.1)
RULE = StoppingRule(looks=(6, 8, 11), level=0.01, margin=0.01)


def measurement(clock: Clock = Clock.THREAD_CPU, **settings: Any) -> Measurement:
    plan = RunPlan({PATH: SOME}, **({"profile": Profile.FULL} | settings))
    return Measurement(plan, PATH, SOME, ONE, clock)


def timed(ratio: float) -> RoundResult:
    control, treatment = [1_000_000] * 4, [round(1_000_000 * ratio)] * 4
    return RoundResult(times=BatchTimes("AB", (1, 1), (control, treatment), (control, treatment)), first_warmed=1)


def counted(
    peak: tuple[int, int] = (1000, 2000), blocks: tuple[int, int] = (3, 3), **rates: tuple[Any, Any]
) -> RoundResult:
    named = {name.replace("_", " "): rate for name, rate in rates.items()}
    return RoundResult(counts=RoundCounts(peak, blocks, named))


def with_answers(*answers: RoundResult, **settings: Any) -> Measurement:
    made = measurement(**settings)
    for answer in answers:
        made.add(1, answer)
    return made


def cases(made: Measurement) -> dict[str, Case]:
    return {case.metric: case for case in made.cases()}


def kinds_to(made: Measurement, look: int, ratios: Sequence[float] = WIDE, counts: Sequence[RoundResult] = ()) -> str:
    """Bring a measurement to a look; return what its rounds measured, `T` for time and `M` for memory."""
    log, ratios, counts = "", list(ratios), list(counts)
    while kind := made.next_kind(look):
        log += kind[0].upper()
        if kind is JobKind.TIME:
            made.add(1, timed(ratios[len(log.replace("M", "")) % len(ratios) - 1]))
        else:
            made.add(1, counts.pop(0) if counts else counted())
    return log


def test_time_comes_first_and_exact_counts_are_taken_twice() -> None:
    made = measurement()
    assert kinds_to(made, 6) == "TTTTTTMM"
    assert not made.is_settled
    assert kinds_to(made, 8) == "TT"


def test_a_decided_time_is_measured_no_more() -> None:
    made = measurement()
    assert kinds_to(made, 6, FASTER) == "TTTTTTMM"
    assert made.is_settled
    assert kinds_to(made, 40, FASTER) == ""
    assert (made.rounds, made.is_begun, made.name) == (6, True, "some/one")


def test_counts_that_vary_are_a_sample_and_followed_from_look_to_look() -> None:
    made = measurement()
    varying = [counted(peak=(1000 + 400 * (i % 3), 1500 - 300 * (i % 2))) for i in range(40)]
    assert kinds_to(made, 6, FASTER, varying) == "TTTTTT" + "MMMMMM"
    assert not made.is_settled
    assert kinds_to(made, 8, FASTER, varying[6:]) == "MM"


def test_counts_that_vary_stop_where_they_are_decided() -> None:
    made = measurement()
    varying = [counted(peak=(1000 + i, 2000 + i)) for i in range(6)]
    assert kinds_to(made, 40, FASTER, varying) == "TTTTTTMMMMMM"
    assert made.is_settled


def test_a_hit_rate_that_varies_is_followed_though_memory_is_exact() -> None:
    made = measurement()
    varying = [counted(cache_hit_rate=((90 + i, 100), (50 + i, 100))) for i in range(6)]
    assert kinds_to(made, 40, FASTER, varying) == "TTTTTTMMMMMM"
    assert cases(made)["cache hit rate"].status is Status.MEASURED


@pytest.mark.parametrize(
    "varying",
    [
        [counted(cache_hit_rate=(None, (50 + i, 100))) for i in range(2)],
        [counted(blocks=(0, i)) for i in range(2)],
    ],
)
def test_what_can_have_no_ratio_is_not_followed_to_the_last_look(varying: list[RoundResult]) -> None:
    made = measurement()
    assert kinds_to(made, 40, FASTER, varying) == "TTTTTTMM"
    assert made.is_settled
    assert {case.status for case in made.cases()} <= {Status.MEASURED, Status.NOT_APPLICABLE}


def test_a_quick_run_stops_at_its_last_look() -> None:
    made = measurement(profile=Profile.QUICK)
    assert kinds_to(made, max(made.plan.looks)).count("T") == 15
    assert made.is_settled


def test_without_counters_there_is_no_case_of_a_rate() -> None:
    without = ["time", "peak memory", "allocated blocks"]
    assert list(cases(with_answers(timed(0.5)))) == without
    assert list(cases(with_answers(timed(0.5), counted(), counted()))) == without


def test_a_hit_rate_is_hits_over_lookups_of_the_arms_that_count() -> None:
    answer = counted(cache_hit_rate=(None, (90, 100)), plan_hits=((0, 0), (1, 4)))
    found = cases(with_answers(answer, answer))
    for metric, share in (("cache hit rate", 0.9), ("plan hits", 0.25)):
        case = found[metric]
        assert (case.status, case.direction, case.unit) == (Status.MEASURED, "higher", "1")
        assert [round_.count for round_ in case.rounds] == [Pair(control=None, treatment=share)] * 2


def test_every_round_keeps_what_was_measured_and_how() -> None:
    made = measurement(clock=Clock.WALL)
    made.add(17, timed(0.5))
    made.add(18, counted())
    found = cases(made)
    (time,), (peak,), (blocks,) = (found[name].rounds for name in ("time", "peak memory", "allocated blocks"))
    assert (time.index, time.hash_seed, time.first_loaded, time.first_warmed) == (0, 17, Role.CONTROL, Role.TREATMENT)
    assert time.timing is not None
    assert (time.timing.order, unpack(time.timing.cpu.treatment).tolist()) == ("AB", [500_000] * 4)
    assert (peak.hash_seed, peak.count) == (18, Pair(control=1000, treatment=2000))
    assert blocks.count == Pair(control=3, treatment=3)
    assert {name: (case.unit, case.clock) for name, case in found.items()} == {
        "time": ("s", Clock.WALL),
        "peak memory": ("B", None),
        "allocated blocks": ("1", None),
    }
    assert {(case.suite, case.scenario, case.title, case.elements) for case in found.values()} == {
        ("some", "one", "One", 12)
    }


def test_different_answers_are_a_failure_with_the_place() -> None:
    with pytest.raises(MeasurementError, match=r"^the arms give different answers: result\[1\]: 2 \(old\), 3 \(new\)$"):
        measurement().add(1, RoundResult(difference="result[1]: 2 (old), 3 (new)"))


def test_where_timing_fails_the_whole_scenario_does() -> None:
    made = with_answers(timed(0.5), timed(0.5))
    made.fail(JobKind.TIME, "the worker ended with exit code 1")
    assert made.is_settled
    assert {(case.status, case.reason) for case in made.cases()} == {
        (Status.FAILED, "the worker ended with exit code 1")
    }
    assert len(cases(made)["time"].rounds) == 2


def test_where_counting_fails_the_time_stands() -> None:
    made = with_answers(*map(timed, FASTER))
    made.fail(JobKind.MEMORY, "out of memory")
    assert made.is_settled
    found = cases(made)
    assert found.pop("time").status is Status.MEASURED
    assert {(case.status, case.reason) for case in found.values()} == {(Status.FAILED, "out of memory")}


def test_a_failure_before_the_first_round_is_something_to_tell() -> None:
    made = measurement()
    assert not made.is_begun
    made.fail(JobKind.TIME, "no")
    assert made.is_begun


def test_what_a_run_left_undone_says_how_far_it_came() -> None:
    made = with_answers(*map(timed, WIDE[:3]))
    made.stop("the 75 s of a quick run were used up")
    found = cases(made)
    assert (found["time"].status, found["time"].reason) == (
        Status.NOT_MEASURED,
        "the 75 s of a quick run were used up after 3 rounds; a verdict needs 6",
    )
    assert found["peak memory"].reason == "the 75 s of a quick run were used up after 0 rounds; a verdict needs 6"


def test_what_was_looked_at_and_is_open_stays_measured_with_a_note() -> None:
    made = with_answers(*map(timed, WIDE), counted(), counted())
    made.stop("the run was interrupted")
    found = cases(made)
    assert (found["time"].status, found["time"].reason) == (Status.MEASURED, "the run was interrupted after 6 rounds")
    assert (found["peak memory"].status, found["peak memory"].reason) == (Status.MEASURED, None)


def test_what_is_settled_has_nothing_to_note() -> None:
    made = with_answers(*map(timed, FASTER), counted(), counted())
    made.stop("the run was interrupted")
    assert {case.reason for case in made.cases()} == {None}


PLAY = Scenario("play", title="Play", quick=True, frames=50)
FRAME_METRICS = ["frame time p50", "frame time p95", "frame time p99", "missed frames"]


def played(control: float = 1.0, treatment: float = 0.5, slow: tuple[int, int] = (2, 0)) -> RoundResult:
    """Return two passes of 50 frames of some milliseconds each; the slow ones take 20 ms on the wall clock."""
    wall = [
        [round(ms * 1e6) * (1 + i % 2) for i in range(100 - late)] + [20_000_000] * late
        for ms, late in zip((control, treatment), slow, strict=True)
    ]
    cpu = [[nanoseconds // 2 for nanoseconds in arm] for arm in wall]
    return RoundResult(frames=FrameTimes("AB", 50, (cpu[0], cpu[1]), (wall[0], wall[1])))


def of_frames(*answers: RoundResult, is_counted: bool = True, clock: Clock = Clock.THREAD_CPU) -> Measurement:
    plan = RunPlan({PATH: SOME}, profile=Profile.FULL)
    made = Measurement(plan, PATH, SOME, PLAY, clock, is_counted)
    for answer in answers:
        made.add(1, answer)
    return made


def test_a_sequence_of_frames_makes_four_cases_and_keeps_the_frames_once() -> None:
    made = of_frames(*[played(1 + i / 100) for i in range(6)], counted(), counted())
    found = cases(made)
    assert list(found) == [*FRAME_METRICS, "peak memory", "allocated blocks"]
    assert {name: (found[name].unit, found[name].direction, found[name].clock) for name in FRAME_METRICS} == {
        "frame time p50": ("s", "lower", Clock.THREAD_CPU),
        "frame time p95": ("s", "lower", Clock.WALL),
        "frame time p99": ("s", "lower", Clock.WALL),
        "missed frames": ("1", "lower", Clock.WALL),
    }
    assert {case.status for case in found.values()} == {Status.MEASURED}
    assert made.is_settled
    first = {name: found[name].rounds[0] for name in FRAME_METRICS}
    kept = first["frame time p50"].frames
    assert kept is not None
    assert (kept.order, kept.length, unpack(kept.wall.control).max()) == ("AB", 50, 20_000_000)
    assert [round_.frames for name, round_ in first.items() if name != "frame time p50"] == [None] * 3
    # Of the control's hundred frames 49 take 1 ms, 49 take 2 ms and two take 20 ms; half of that on the CPU clock.
    assert first["frame time p50"].count == Pair(control=pytest.approx(1e-3), treatment=pytest.approx(0.375e-3))
    assert first["frame time p95"].count == Pair(control=pytest.approx(2e-3), treatment=pytest.approx(1e-3))
    assert first["frame time p99"].count == Pair(control=pytest.approx(20e-3), treatment=pytest.approx(1e-3))
    assert first["missed frames"].count == Pair(control=0.02, treatment=0.0)
    assert first["missed frames"].tries == Pair(control=100, treatment=100)


def test_where_work_waits_the_wall_clock_decides_about_the_median_too() -> None:
    median = cases(of_frames(played(), clock=Clock.WALL))["frame time p50"]
    assert (median.clock, median.rounds[0].count) == (
        Clock.WALL,
        Pair(control=pytest.approx(2e-3), treatment=pytest.approx(0.75e-3)),
    )


def test_frames_that_are_the_same_to_the_bit_are_no_exact_count() -> None:
    made = of_frames(*[played() for _ in range(2)])
    assert made.next_kind(6) is JobKind.FRAMES
    assert {case.reason for case in made.cases() if case.metric in FRAME_METRICS} == {
        "the run ended after 2 rounds; a verdict needs 6"
    }


def test_rounds_of_frames_go_on_until_every_metric_of_them_is_decided() -> None:
    late = [(2, 3), (3, 2), (2, 2), (4, 4), (2, 4), (3, 1)]
    made = of_frames(*[played(1 + i / 100, slow=slow) for i, slow in enumerate(late)])
    found = {case.metric for case in made.cases() if case.metric in FRAME_METRICS and case.status is Status.MEASURED}
    assert found == set(FRAME_METRICS)
    assert made.time.is_decided
    assert made.next_kind(6) is JobKind.MEMORY
    assert made.next_kind(8) is JobKind.FRAMES


def test_the_same_code_is_judged_by_the_median_frame_alone() -> None:
    made = of_frames(*[played(1 + i / 100) for i in range(6)], is_counted=False)
    assert [case.metric for case in made.cases()] == ["frame time p50"]
    assert made.is_settled


def test_where_the_frames_fail_everything_does() -> None:
    made = of_frames(played())
    made.fail(JobKind.FRAMES, "no result within the limit of 60 s")
    assert made.is_settled
    assert {case.status for case in made.cases()} == {Status.FAILED}


def test_a_stopped_measurement_of_frames_goes_on_with_the_same_orders() -> None:
    def jobs(made: Measurement, kind: JobKind) -> tuple[int, int]:
        job, hash_seed = made.next_job(kind, 1)
        return job.order_seed, hash_seed

    whole, first, other = of_frames(), of_frames(), of_frames()
    for made in (whole, first):
        for _ in range(2):
            jobs(made, JobKind.FRAMES)
            made.add(1, played())
        jobs(made, JobKind.MEMORY)
        made.add(1, counted(error_rate=((1, 10), (0, 10))))
    other.restore(first.cases())
    assert other.cases() == first.cases()
    assert [jobs(other, kind) for kind in (JobKind.FRAMES, JobKind.MEMORY)] == [
        jobs(whole, kind) for kind in (JobKind.FRAMES, JobKind.MEMORY)
    ]


def test_an_error_rate_is_better_lower_and_keeps_what_each_arm_says() -> None:
    counts = RoundCounts((1, 1), (0, 0), {"error rate": ((0, 10), (3, 10))}, ({}, {"NaN": "width: is NaN"}))
    made = with_answers(*map(timed, FASTER), RoundResult(counts=counts), RoundResult(counts=counts))
    found = cases(made)["error rate"]
    assert (found.status, found.direction) == (Status.MEASURED, "lower")
    assert found.messages == Pair(control={}, treatment={"NaN": "width: is NaN"})
    assert [(round_.count, round_.tries) for round_ in found.rounds] == [
        (Pair(control=0.0, treatment=0.3), Pair(control=10, treatment=10))
    ] * 2
    assert made.is_settled
    assert {case.messages for case in made.cases() if case.metric != "error rate"} == {None}


def test_messages_of_arms_that_do_not_count_their_errors_are_kept_too() -> None:
    counts = RoundCounts((1, 1), (0, 0), {}, ({}, {"NaN": "width: is NaN"}))
    found = cases(with_answers(*map(timed, FASTER), RoundResult(counts=counts)))["error rate"]
    assert (found.status, found.messages is not None) == (Status.NOT_APPLICABLE, True)


def test_a_rate_of_nothing_in_both_arms_is_decided_at_once() -> None:
    none = counted(error_rate=((0, 10), (0, 10)))
    made = with_answers(*map(timed, FASTER), none, none)
    assert made.is_settled
    assert cases(made)["error rate"].status is Status.MEASURED


def test_jobs_differ_by_round_and_are_the_same_for_the_same_seed() -> None:
    def drawn(seed: int) -> list[str]:
        made = measurement(seed=seed)
        jobs = [made.next_job(kind, 3.5) for kind in (JobKind.TIME, JobKind.MEMORY, JobKind.TIME, JobKind.TIME)]
        return [f"{job.order_seed} {hash_seed}" for job, hash_seed in jobs]

    assert len(set(drawn(1))) == 4
    assert drawn(1) == drawn(1) != drawn(2)


def test_the_order_of_time_rounds_does_not_depend_on_how_often_memory_was_counted() -> None:
    one, other = measurement(), measurement()
    other.next_job(JobKind.MEMORY, 1)
    assert one.next_job(JobKind.TIME, 1) == other.next_job(JobKind.TIME, 1)


def test_a_job_says_everything_that_the_worker_needs() -> None:
    job, hash_seed = measurement(clock=Clock.WALL, seed=9).next_job(JobKind.TIME, 3.5)
    assert (job.kind, job.scenario, job.seed, job.on_wall_clock, job.limit) == (JobKind.TIME, "one", 9, True, 3.5)
    assert Path(job.path) == PATH.resolve()
    assert 0 <= hash_seed < 2**32


def test_a_series_stays_decided_though_rounds_follow() -> None:
    series = RoundSeries("time", RULE)
    seen: list[bool] = []
    for ratio in (*(-0.7, -0.71, -0.69) * 2, 5.0, -5.0):
        count = Pair[float | None](control=1.0, treatment=math.exp(ratio))
        series.add(Round(index=len(seen), hash_seed=1, count=count))
        seen.append(series.is_decided)
    assert seen == [False] * 5 + [True] * 3


@given(st.lists(st.floats(0, 10), min_size=1, max_size=4))
def test_counts_are_exact_where_two_or_more_rounds_agree_to_the_bit(numbers: list[float]) -> None:
    rounds = [
        Round(index=i, hash_seed=0, count=Pair[float | None](control=number, treatment=None))
        for i, number in enumerate(numbers)
    ]
    assert is_exact(rounds) == (len(numbers) >= 2 and len({json.dumps(number) for number in numbers}) == 1)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"seed": -1}, "seed: expected a whole number from 0 to 4294967295, got -1"),
        ({"seed": 2**32}, "seed: expected a whole number from 0 to 4294967295, got 4294967296"),
        ({"limit": 0.0}, "limit: expected seconds up to 86400, got 0"),
        ({"limit": float("inf")}, "limit: expected seconds up to 86400, got inf"),
        ({"limit": float("nan")}, "limit: expected seconds up to 86400, got nan"),
    ],
)
def test_a_setting_out_of_range_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as raised:
        measurement(**settings)
    assert raised.value.problems == (said,)


def test_a_quick_run_without_a_quick_scenario_is_refused() -> None:
    slow = suite("slow", title="", arms=("a", "b"), scenarios=[Scenario("x", title="")], setup=SOME.setup)
    with pytest.raises(InputError, match="slow: no scenario is marked quick=True"):
        RunPlan({PATH: slow})
    assert len(RunPlan({PATH: slow}, profile=Profile.FULL).work) == 1


def test_a_gate_divides_the_level_by_the_cases() -> None:
    two = suite("two", title="", arms=("a", "b"), scenarios=[ONE, Scenario("x", title="")], setup=SOME.setup)
    plans = [RunPlan({PATH: two}, profile=Profile.FULL, gate=gate) for gate in (False, True)]
    assert [plan.look_level for plan in plans] == [0.01, 0.005]


def test_a_gate_on_two_revisions_is_stricter_and_uses_ranks() -> None:
    two = suite("two", title="", arms=("a", "b"), scenarios=[ONE, Scenario("x", title="")], setup=SOME.setup)
    plan = RunPlan({PATH: two}, profile=Profile.FULL, gate=True, base="HEAD")
    assert (plan.look_level, plan.ranks_from) == (0.0005, 20)
    assert RunPlan({PATH: two}, profile=Profile.FULL, base="HEAD").ranks_from is None
    assert Measurement(plan, *plan.work[0], Clock.THREAD_CPU).time.rule.ranks_from == 20
