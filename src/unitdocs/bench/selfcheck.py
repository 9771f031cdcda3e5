"""A self-check: on this machine, how often equal code is called different, and how often a known slowdown is found.

Each trial is a whole verdict on work whose answer is known (`known.py`), from its first round to its last, as any run
gives it. Trials of all kinds take turns, so that an hour in which the machine is busy hits all of them alike. The
record is written after every trial.
"""

import secrets
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from unitdocs import stats
from unitdocs.bench import environment, instructions, known
from unitdocs.bench.job import Kind
from unitdocs.bench.measurement import Measurement
from unitdocs.bench.plan import Plan, Profile
from unitdocs.bench.process import run_worker
from unitdocs.errors import InputError
from unitdocs.records import Clock, save
from unitdocs.studies import SelfCheck, TimeVerdict, Trial, Truth, kind_of

SUITE_FILE = Path(known.__file__)
REPEATS_A_SUITE = 10
"""One suite is judged as a whole for so many repeats."""
INSTRUCTIONS = 100_000_000
"""Roughly how many instructions of the work are counted, beside those of starting Python."""
INSTRUCTIONS_A_PASS = 220
WORDS = {
    stats.Verdict.LESS: TimeVerdict.FASTER,
    stats.Verdict.MORE: TimeVerdict.SLOWER,
    stats.Verdict.EQUIVALENT: TimeVerdict.EQUIVALENT,
    stats.Verdict.INCONCLUSIVE: TimeVerdict.INCONCLUSIVE,
}


@dataclass(frozen=True)
class Settings:
    """What a self-check is to do.

    Args:
        repeats: verdicts of each operation and slowdown, at least 1.
        slowdowns: the slowdowns as shares of the work, 0 among them for equal code.
        suite_size: cases of a suite that is judged as one; 0 leaves suites out.
        seed: where orders and hash seeds come from.

    Raises:
        InputError: a setting is out of range, or a slowdown is none of those that the work offers; all of them at once.
    """

    repeats: int = 20
    slowdowns: tuple[float, ...] = (0.0, 0.01, 0.02, 0.05)
    suite_size: int = 30
    seed: int = 1

    def __post_init__(self) -> None:
        problems = [] if self.repeats >= 1 else [f"--repeats {self.repeats}: expected 1 or more"]
        if self.suite_size < 0:
            problems.append(f"--suite-size {self.suite_size}: expected 0 or more")
        problems += [
            f"--slowdown {share:.4g}: expected a multiple of {known.STEP:.1%} from 0 to {known.MOST:.0%}"
            for share in self.slowdowns
            if round(share, 6) not in known.SLOWDOWNS
        ]
        if problems:
            raise InputError(*problems)

    @property
    def suites(self) -> int:
        """How many suites are judged."""
        return -(-self.repeats // REPEATS_A_SUITE) if self.suite_size else 0


@dataclass(frozen=True)
class Due:
    """A trial to come."""

    operation: str
    slowdown: float
    repeat: int
    suite: int | None = None

    @property
    def margin(self) -> float:
        """The margin of its verdict: half the slowdown, at most the usual one, which equal code has too."""
        return min(stats.MARGIN, self.slowdown / 2) if self.slowdown else stats.MARGIN


Watch = Callable[[Due, int, int], None]
"""Is told of each trial before it begins: the trial, how many are done, how many there are."""


def selfcheck(
    settings: Settings, *, root: Path, out: Path, command: str, watch: Watch, truths: Sequence[Truth] | None = None
) -> tuple[SelfCheck, Path]:
    """Run a self-check, and return its record with the file that it was written to.

    Args:
        settings: what to do.
        root: the project, whose commit is noted.
        out: the folder that takes the record.
        command: the command that started it, for the record.
        watch: is told of each trial before it begins.
        truths: what is known of the work; counted where missing, which takes minutes.

    Raises:
        MeasurementError: a round crashed or ran out of time.
    """
    check = _begin(settings, root, command, count_instructions(settings.slowdowns) if truths is None else truths)
    path = out / f"{check.id}.json"
    ticks = environment.cpu_ticks()
    due, clock = list(_due(settings)), check.environment.clock
    for done, trial in enumerate(due):
        watch(trial, done, len(due))
        check = check.model_copy(update={"trials": (*check.trials, decide(trial, settings, clock))})
        save(check, path)
    closed = environment.closed(check.environment, ticks)
    check = check.model_copy(update={"finished": datetime.now(UTC), "environment": closed})
    save(check, path)
    return check, path


def decide(trial: Due, settings: Settings, clock: Clock) -> Trial:
    """Measure until there is a verdict, and return it.

    Args:
        trial: the operation and its slowdown.
        settings: the seed, and how many cases a suite has.
        clock: the clock that decides.

    Raises:
        MeasurementError: a round crashed or ran out of time.
    """
    begun = time.monotonic()
    measurement = _measurement(trial, settings, clock)
    while measurement.next_kind(max(measurement.plan.looks)) is Kind.TIME:
        job, hash_seed = measurement.next_job(Kind.TIME, measurement.plan.limit)
        measurement.take(hash_seed, run_worker(job, hash_seed=hash_seed))
    effect = stats.effect_of(stats.LogRatios(measurement.time.log_ratios), measurement.plan.look_level)
    return Trial(
        operation=trial.operation,
        slowdown=trial.slowdown,
        margin=trial.margin,
        repeat=trial.repeat,
        suite=trial.suite,
        verdict=WORDS[stats.verdict_of(effect, trial.margin)],
        ratio=effect.ratio,
        low=effect.low,
        high=effect.high,
        rounds=effect.n,
        seconds=round(time.monotonic() - begun, 3),
    )


def count_instructions(slowdowns: Sequence[float]) -> tuple[Truth, ...]:
    """Return what is known of every operation and slowdown: the ratio of instructions, where valgrind counts them."""
    counted = instructions.is_available()
    return tuple(
        Truth(operation=operation, slowdown=slowdown, ratio=_ratio(operation, slowdown) if counted else None)
        for operation in known.PASSES
        for slowdown in slowdowns
    )


def _ratio(operation: str, slowdown: float) -> float | None:
    calls = max(1, INSTRUCTIONS // (INSTRUCTIONS_A_PASS * known.PASSES[operation]))
    plain = _per_call(known.PLAIN, known.scenario_name(operation, 0), calls)
    slowed = _per_call(known.SLOWED, known.scenario_name(operation, slowdown), calls)
    return slowed / plain if plain and slowed else None


def _per_call(arm: str, scenario: str, calls: int) -> float | None:
    without, with_calls = (instructions.instructions(SUITE_FILE, arm, scenario, n) for n in (0, calls))
    return (with_calls - without) / calls if without and with_calls else None


def _due(settings: Settings) -> Iterator[Due]:
    """Return the trials in the order in which they run: all kinds in turn, and a suite after every few of them."""
    for repeat in range(settings.repeats):
        for operation in known.PASSES:
            for slowdown in settings.slowdowns:
                yield Due(operation, slowdown, repeat)
        if repeat % REPEATS_A_SUITE == 0 and settings.suite_size:
            suite = repeat // REPEATS_A_SUITE
            operations = list(known.PASSES)
            for number in range(settings.suite_size):
                yield Due(operations[number % len(operations)], 0.0, suite * settings.suite_size + number, suite)


def _measurement(trial: Due, settings: Settings, clock: Clock) -> Measurement:
    scenario = known.SUITE.scenario(known.scenario_name(trial.operation, trial.slowdown))
    cases = 1 if trial.suite is None else settings.suite_size
    suite = replace(known.SUITE, scenarios=(scenario,) * cases)
    kind = "alone" if trial.suite is None else "in a suite"
    seed = zlib.crc32(f"{settings.seed}/{kind}/{trial.repeat}".encode())
    plan = Plan({SUITE_FILE: suite}, profile=Profile.FULL, seed=seed, margin=trial.margin, gate=True)
    return Measurement(plan, SUITE_FILE, suite, scenario, clock)


def _begin(settings: Settings, root: Path, command: str, truths: Sequence[Truth]) -> SelfCheck:
    created = datetime.now(UTC).replace(microsecond=0)
    return SelfCheck(
        id=f"{created:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}",
        created=created,
        seed=settings.seed,
        repeats=settings.repeats,
        suite_size=settings.suite_size,
        suites=settings.suites,
        look_level=stats.LOOK_LEVEL,
        command=command,
        digest=kind_of("selfcheck").digest(root),
        environment=environment.describe(root),
        truths=tuple(truths),
    )
