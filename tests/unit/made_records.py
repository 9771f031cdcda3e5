"""Records made by hand: every batch is written out, so that a test can compute the expected result itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median
from typing import Any

from unitdocs.analysis.case_result import CaseResult
from unitdocs.records import (
    Case,
    Clock,
    Direction,
    Environment,
    Frames,
    Pair,
    Round,
    RunRecord,
    Status,
    SuiteInfo,
    Timing,
    pack,
    unpack,
)

ENVIRONMENT = Environment(
    cpu="A processor",
    cores=2,
    system="Linux",
    python="3.11.7",
    implementation="CPython",
    packages={"numpy": "2.4.0"},
    clock=Clock.THREAD_CPU,
    clock_step_ns=1,
)
Batches = Sequence[int]


def record(*cases: Case, **fields: Any) -> RunRecord:
    about = {
        "id": "20261123T120000Z-abcd",
        "created": datetime(2026, 11, 23, 12, tzinfo=UTC),
        "profile": "full",
        "seed": 7,
        "margin": 0.01,
        "look_level": 0.01,
        "looks": (6, 8, 11, 15, 20, 28, 40),
        "command": "unitdocs bench run --profile full --seed 7",
        "digest": "sha256:0",
        "environment": ENVIRONMENT,
        "suites": tuple(SuiteInfo(name=name, title=name, arms=("old", "new")) for name in ("units", "scenes")),
    }
    return RunRecord(**(about | fields), cases=cases)


def timing(
    control: Batches, treatment: Batches, operations: tuple[int, int] = (1, 1), wall: Batches | None = None
) -> Timing:
    cpu = Pair[str](control=pack(list(control)), treatment=pack(list(treatment)))
    return Timing(
        order="A" * (len(control) // 2),
        operations=Pair[int](control=operations[0], treatment=operations[1]),
        cpu=cpu,
        wall=cpu if wall is None else Pair[str](control=pack(list(wall)), treatment=pack(list(wall))),
    )


def timed(*timings: Timing, scenario: str = "one", **about: Any) -> Case:
    defaults = {"clock": Clock.THREAD_CPU, "metric": "time", "unit": "s", "direction": Direction.LOWER}
    rounds = tuple(Round(index=index, hash_seed=index, timing=timing) for index, timing in enumerate(timings))
    return case(scenario, rounds, **(defaults | about))


def with_ratios(*ratios: float, scenario: str = "one", **about: Any) -> Case:
    """Return a time case of one block a round, in which the control takes a millisecond."""
    return timed(*(timing([10**6] * 2, [round(10**6 * ratio)] * 2) for ratio in ratios), scenario=scenario, **about)


def counted(*counts: tuple[float | None, float | None], scenario: str = "one", **about: Any) -> Case:
    defaults = {"metric": "peak memory", "unit": "B", "direction": Direction.LOWER}
    rounds = tuple(
        Round(index=index, hash_seed=index, count=Pair[float | None](control=control, treatment=treatment))
        for index, (control, treatment) in enumerate(counts)
    )
    return case(scenario, rounds, **(defaults | about))


def with_frames(*rounds: tuple[Sequence[float], Sequence[float]], scenario: str = "one", **about: Any) -> Case:
    """Return a case of medians with its frames, one pass a round: milliseconds of each frame, on both clocks."""
    measured = []
    for index, (control, treatment) in enumerate(rounds):
        times = Pair[str](
            control=pack([round(ms * 1e6) for ms in control]), treatment=pack([round(ms * 1e6) for ms in treatment])
        )
        medians = Pair[float | None](control=median(control) / 1e3, treatment=median(treatment) / 1e3)
        frames = Frames(order="A", length=len(control), cpu=times, wall=times)
        measured.append(Round(index=index, hash_seed=index, count=medians, frames=frames))
    defaults = {"metric": "frame time p50", "unit": "s", "direction": Direction.LOWER, "clock": Clock.THREAD_CPU}
    return case(scenario, tuple(measured), **(defaults | about))


def with_cold_start(
    *rounds: tuple[Sequence[float], Sequence[float]],
    starts: Sequence[tuple[float, float]],
    firsts: Mapping[str, int],
    scenario: str = "one",
    **about: Any,
) -> tuple[Case, Case, Case]:
    """Return the cases of a start that was measured cold: its slowest frame, its start time, and its missed frames.

    Args:
        rounds: milliseconds of each frame of control and of treatment, on both clocks.
        starts: milliseconds of the start of both in each round.
        firsts: the frames in which something is done for the first time.
        scenario: its name.
        about: other members of all three cases.
    """
    defaults = {"unit": "s", "direction": Direction.LOWER, "clock": Clock.WALL} | about
    slowest = []
    for one in with_frames(*rounds).rounds:
        assert one.frames
        ends = [unpack(getattr(one.frames.wall, role)).max() / 1e9 for role in ("control", "treatment")]
        slowest.append(one.model_copy(update={"count": Pair[float | None](control=ends[0], treatment=ends[1])}))
    late = [tuple(sum(ms > 1e3 / 60 for ms in arm) for arm in pair) for pair in rounds]
    return (
        case(scenario, tuple(slowest), metric="slowest frame", firsts=firsts, **defaults),
        counted(*[(a / 1e3, b / 1e3) for a, b in starts], scenario=scenario, metric="start time", **defaults),
        missed(*late, frames=len(rounds[0][0]), scenario=scenario, clock=Clock.WALL, **about),  # type: ignore[arg-type]
    )


def missed(
    *late: tuple[int, int], frames: int = 600, scenario: str = "one", metric: str = "missed frames", **about: Any
) -> Case:
    """Return a case of missed frames: the late ones of each round, of `frames` in each arm."""
    rounds = tuple(
        Round(
            index=index,
            hash_seed=index,
            count=Pair[float | None](control=control / frames, treatment=treatment / frames),
            tries=Pair[int | None](control=frames, treatment=frames),
        )
        for index, (control, treatment) in enumerate(late)
    )
    return case(scenario, rounds, **({"metric": metric, "unit": "1", "direction": Direction.LOWER} | about))


def case(scenario: str, rounds: tuple[Round, ...] = (), **about: Any) -> Case:
    defaults = {"suite": "units", "title": f"Title of {scenario}", "elements": 10, "status": Status.MEASURED}
    return Case(scenario=scenario, rounds=rounds, **(defaults | about))


def swapped(measured: RunRecord) -> RunRecord:
    """Return the same measurement with control and treatment exchanged."""
    cases = [one.model_copy(update={"rounds": tuple(map(_swapped_round, one.rounds))}) for one in measured.cases]
    suites = [suite.model_copy(update={"arms": suite.arms[::-1]}) for suite in measured.suites]
    return measured.model_copy(update={"cases": tuple(cases), "suites": tuple(suites)})


def _swapped_round(round_: Round) -> Round:
    def turned(pair: Any) -> Any:
        return pair.model_copy(update={"control": pair.treatment, "treatment": pair.control})

    if round_.timing is None:
        return round_.model_copy(update={"count": turned(round_.count)})
    pairs = {name: turned(getattr(round_.timing, name)) for name in ("operations", "cpu", "wall")}
    return round_.model_copy(update={"timing": round_.timing.model_copy(update=pairs)})


def with_effect(result: CaseResult, **changes: Any) -> CaseResult:
    """Return a measured result of a case with changes of its effect."""
    assert result.effect
    return replace(result, result=replace(result.effect, **changes))
