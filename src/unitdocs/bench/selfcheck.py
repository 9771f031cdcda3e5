"""A self-check: how often, on this machine, equal code gets a difference and a known slowdown is detected.

Each trial measures work with a known answer (`calibration_suite.py`) until it has a verdict, as any run does. Trials of
all kinds alternate, so that a busy hour of the machine affects all of them alike. The record is written after every
trial.
"""

import platform
import shlex
import signal
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from unitdocs import stats
from unitdocs.bench import calibration_suite, environment, instructions
from unitdocs.bench.interruption import held_back
from unitdocs.bench.job import JobKind
from unitdocs.bench.measurement import Measurement
from unitdocs.bench.plan import Profile, RunPlan
from unitdocs.bench.process import run_worker
from unitdocs.bench.scratch import remove_abandoned
from unitdocs.errors import InputError, Interrupted
from unitdocs.files import locks
from unitdocs.records import Clock, save
from unitdocs.records.store import load_as, new_id, read_json
from unitdocs.studies import SelfCheck, TimeVerdict, Trial, Truth, kind_of

SUITE_FILE = Path(calibration_suite.__file__)
REPEATS_A_SUITE = 10
"""Repeats for each suite that is judged as a whole."""
INSTRUCTIONS = 100_000_000
"""Approximate number of instructions of the work that are counted, without those of starting Python."""
INSTRUCTIONS_A_PASS = 220
"""Approximate number of instructions of one pass."""
WORDS = {
    stats.Verdict.LESS: TimeVerdict.FASTER,
    stats.Verdict.MORE: TimeVerdict.SLOWER,
    stats.Verdict.EQUIVALENT: TimeVerdict.EQUIVALENT,
    stats.Verdict.INCONCLUSIVE: TimeVerdict.INCONCLUSIVE,
}


@dataclass(frozen=True)
class SelfCheckSettings:
    """The settings of a self-check.

    Args:
        repeats: verdicts for each operation and slowdown, at least 1.
        slowdowns: slowdowns as shares of the work; 0 is equal code.
        suite_size: cases of a suite that is judged as a whole; 0 judges no suites.
        seed: seed of the orders and hash seeds.

    Raises:
        InputError: a setting is out of range, or a slowdown is not available; one problem for each.
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
            f"--slowdown {100 * share:.6g}: expected a multiple of {100 * calibration_suite.STEP:g} percent "
            f"from 0 to {100 * calibration_suite.MOST:g}"
            for share in self.slowdowns
            if round(share, 6) not in calibration_suite.SLOWDOWNS
        ]
        if problems:
            raise InputError(*problems)

    @property
    def suites(self) -> int:
        """The number of suites that are judged."""
        return -(-self.repeats // REPEATS_A_SUITE) if self.suite_size else 0


@dataclass(frozen=True)
class PlannedTrial:
    """A trial that has not run yet."""

    operation: str
    slowdown: float
    repeat: int
    suite: int | None = None

    @property
    def margin(self) -> float:
        """The margin of its verdict: half the slowdown, at most the default margin, which equal code has too."""
        return min(stats.MARGIN, self.slowdown / 2) if self.slowdown else stats.MARGIN


TrialListener = Callable[[PlannedTrial, int, int], None]
"""Called before each trial with the trial, the number of trials done and the number of all trials."""


@held_back()
def selfcheck(
    settings: SelfCheckSettings,
    *,
    root: Path,
    out: Path,
    command: str,
    on_trial: TrialListener,
    truths: Sequence[Truth] | None = None,
) -> tuple[SelfCheck, Path]:
    """Run a self-check, and return its record and the file of the record.

    Args:
        settings: the settings.
        root: the project, whose commit is recorded.
        out: the folder for the record.
        command: the command that starts the self-check, for the record.
        on_trial: called before each trial.
        truths: the known ratios of the work (default: counted under valgrind, which takes minutes).

    Raises:
        MeasurementError: a round crashed or ran out of time.
    """
    remove_abandoned()
    check = _begin(settings, root, command, count_instructions(settings.slowdowns) if truths is None else truths)
    path = out / f"{check.id}.json"
    locks.remove_abandoned(out)
    with locks.locked(path):
        return _measure(check, settings, path, on_trial), path


def is_selfcheck(path: Path) -> bool:
    """Return whether a file is the record of a self-check.

    Raises:
        InputError: the file cannot be read.
    """
    data = read_json(path, "a record")
    return isinstance(data, dict) and data.get("format") == SelfCheck.model_fields["format"].default


@held_back()
def resume(path: Path, *, root: Path, on_trial: TrialListener) -> SelfCheck:
    """Continue an interrupted self-check after the trials in its record, and return the finished record.

    Args:
        path: the record, which is updated.
        root: the project, whose files must be unchanged.
        on_trial: called before each trial.

    Raises:
        InputError: the self-check has finished, its trials are none of its settings, or the code or Python changed.
        MeasurementError: a round crashed or ran out of time.
        Interrupted: a signal ended it; the message says what is kept.
    """
    remove_abandoned()
    with locks.locked(path):
        check = load_as(SelfCheck, path, "a self-check")
        if check.finished:
            raise InputError(f"{path}: the self-check has finished; start a new one with `{check.command}`")
        if kind_of("selfcheck").digest(root) != check.digest or check.environment.python != platform.python_version():
            raise InputError(
                f"{path}: the code or Python changed since the self-check was interrupted; "
                f"start a new one with `{check.command}`"
            )
        slowdowns = tuple(dict.fromkeys(truth.slowdown for truth in check.truths))
        settings = SelfCheckSettings(check.repeats, slowdowns, check.suite_size, check.seed)
        done, planned = check.trials, list(_planned_trials(settings))
        if [_key(trial) for trial in done] != [_key(trial) for trial in planned[: len(done)]]:
            raise InputError(
                f"{path}: its trials are not those of its settings; start a new one with `{check.command}`"
            )
        return _measure(check, settings, path, on_trial)


def _key(trial: "PlannedTrial | Trial") -> tuple[object, ...]:
    return trial.operation, trial.slowdown, trial.repeat, trial.suite


def _measure(check: SelfCheck, settings: SelfCheckSettings, path: Path, on_trial: TrialListener) -> SelfCheck:
    """Run the trials that a record lacks, and finish it.

    Raises:
        Interrupted: a signal ended it; the message says what is kept, and how to continue.
    """
    ticks = environment.cpu_ticks()
    planned, clock = list(_planned_trials(settings)), check.environment.clock
    with held_back() as signals:
        save(check, path)
        for done, trial in enumerate(planned[len(check.trials) :], len(check.trials)):
            on_trial(trial, done, len(planned))
            try:
                check = check.model_copy(update={"trials": (*check.trials, decide(trial, settings, clock))})
            except KeyboardInterrupt as stopped:
                raise Interrupted(
                    f"stopped; {done} of {len(planned)} trials are kept in {path}; "
                    f"continue with `unitdocs bench resume {shlex.quote(str(path))}`",
                    getattr(stopped, "number", signal.SIGINT),
                ) from None
            save(check, path)
        closed = environment.closed(check.environment, ticks)
        check = check.model_copy(update={"finished": datetime.now(UTC), "environment": closed})
        save(check, path)
        signals.pending = None  # one that came too late to end it
    return check


def decide(trial: PlannedTrial, settings: SelfCheckSettings, clock: Clock) -> Trial:
    """Measure until there is a verdict, and return the trial with it.

    Args:
        trial: the operation and its slowdown.
        settings: the settings of the self-check.
        clock: the clock by which times are judged.

    Raises:
        MeasurementError: a round crashed or ran out of time.
    """
    started = time.monotonic()
    measurement = _measurement(trial, settings, clock)
    while measurement.next_kind(max(measurement.plan.looks)) is JobKind.TIME:
        job, hash_seed = measurement.next_job(JobKind.TIME, measurement.plan.limit)
        measurement.add(hash_seed, run_worker(job, hash_seed=hash_seed))
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
        seconds=round(time.monotonic() - started, 3),
    )


def count_instructions(slowdowns: Sequence[float]) -> tuple[Truth, ...]:
    """Return the ratio of instructions for every operation and slowdown; the ratio is None without valgrind."""
    has_valgrind = instructions.is_available()
    return tuple(
        Truth(operation=operation, slowdown=slowdown, ratio=_ratio(operation, slowdown) if has_valgrind else None)
        for operation in calibration_suite.PASSES
        for slowdown in slowdowns
    )


def _ratio(operation: str, slowdown: float) -> float | None:
    """Return the instructions of the slowed arm over those of the plain one, or None if valgrind fails."""
    calls = max(1, INSTRUCTIONS // (INSTRUCTIONS_A_PASS * calibration_suite.PASSES[operation]))
    plain = _per_call(calibration_suite.PLAIN, calibration_suite.scenario_name(operation, 0), calls)
    slowed = _per_call(calibration_suite.SLOWED, calibration_suite.scenario_name(operation, slowdown), calls)
    return slowed / plain if plain and slowed else None


def _per_call(arm: str, scenario: str, calls: int) -> float | None:
    """Return the instructions of one call, without those of starting the process."""
    without, with_calls = (instructions.instructions(SUITE_FILE, arm, scenario, n) for n in (0, calls))
    return (with_calls - without) / calls if without and with_calls else None


def _planned_trials(settings: SelfCheckSettings) -> Iterator[PlannedTrial]:
    """Return the trials in the order in which they run: all kinds in turn, with a suite after every ten repeats."""
    for repeat in range(settings.repeats):
        for operation in calibration_suite.PASSES:
            for slowdown in settings.slowdowns:
                yield PlannedTrial(operation, slowdown, repeat)
        if repeat % REPEATS_A_SUITE == 0 and settings.suite_size:
            suite = repeat // REPEATS_A_SUITE
            operations = list(calibration_suite.PASSES)
            for number in range(settings.suite_size):
                yield PlannedTrial(
                    operations[number % len(operations)], 0.0, suite * settings.suite_size + number, suite
                )


def _measurement(trial: PlannedTrial, settings: SelfCheckSettings, clock: Clock) -> Measurement:
    """Return the measurement of a trial, with the error level of a suite if the trial belongs to one."""
    scenario = calibration_suite.SUITE.scenario(calibration_suite.scenario_name(trial.operation, trial.slowdown))
    cases = 1 if trial.suite is None else settings.suite_size
    suite = replace(calibration_suite.SUITE, scenarios=(scenario,) * cases)
    kind = "alone" if trial.suite is None else "in a suite"
    seed = zlib.crc32(f"{settings.seed}/{kind}/{trial.repeat}".encode())
    plan = RunPlan({SUITE_FILE: suite}, profile=Profile.FULL, seed=seed, margin=trial.margin, gate=True)
    return Measurement(plan, SUITE_FILE, suite, scenario, clock)


def _begin(settings: SelfCheckSettings, root: Path, command: str, truths: Sequence[Truth]) -> SelfCheck:
    created = datetime.now(UTC).replace(microsecond=0)
    return SelfCheck(
        id=new_id(created),
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
