"""A check of the gate: what it says of commits that change documentation alone, and of slowdowns planted in them.

Each trial is what `unitdocs bench run --base PARENT --gate` measures in a checkout of such a commit. A planted slowdown
makes one case of the suite do a known share of its calls more on the commit. The record is written after every trial.
"""

import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, zip_longest
from pathlib import Path
from typing import Final

from unitdocs.analysis import CaseResult, Outcome, compare_cases
from unitdocs.analysis.case_result import MAIN_TIMES
from unitdocs.bench import calibration_suite, environment
from unitdocs.bench.finding import find_suites
from unitdocs.bench.interruption import held_back
from unitdocs.bench.plan import RunPlan
from unitdocs.bench.revisions import git, import_roots
from unitdocs.bench.run import run
from unitdocs.bench.scratch import remove_abandoned, scratch_folder
from unitdocs.bench.suite import Scenario, Suite
from unitdocs.errors import InputError, Interrupted
from unitdocs.files import locks
from unitdocs.records import save
from unitdocs.records.digest import digest_patterns, matching
from unitdocs.records.store import load_as, new_id
from unitdocs.studies import GateCheck, GateTrial, kind_of, trials_of

DOCUMENTATION: Final = (".md", ".rst", ".txt")
"""Endings of the files of which a commit may change nothing else."""
HISTORY: Final = 5_000
"""Commits that are looked at, from the newest."""


@dataclass(frozen=True)
class GateCheckSettings:
    """The settings of a check of the gate.

    Args:
        slowdowns: slowdowns that are planted, as shares; 0 plants none.
        repeats: trials that plant none, at least 1.
        cases: cases of a run, at least 1.
        suites: names of the suites that they are taken from (default: all).
        seed: seed of the order, the cases that are slowed, and the runs.

    Raises:
        InputError: a setting is out of range.
    """

    slowdowns: tuple[float, ...] = (0.0, 0.02, 0.05, 0.1)
    repeats: int = 20
    cases: int = 30
    seed: int = 1
    suites: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problems = [
            f"--slowdown {100 * share:.6g}: expected percentages from 0 to {100 * calibration_suite.MOST:g}"
            for share in self.slowdowns
            if not 0 <= share <= calibration_suite.MOST
        ]
        problems += [] if self.repeats >= 1 else [f"--repeats {self.repeats}: expected 1 or more"]
        problems += [] if self.cases >= 1 else [f"--cases {self.cases}: expected 1 or more"]
        if problems:
            raise InputError(*problems)


@dataclass(frozen=True)
class PlannedGateTrial:
    """A trial that has not run yet."""

    slowdown: float
    repeat: int


GateListener = Callable[[PlannedGateTrial, int, int], None]
"""Called before each trial with the trial, the number of trials done and the number of all trials."""


@held_back()
def gate_check(
    settings: GateCheckSettings, *, root: Path, suites: Path, out: Path, command: str, on_trial: GateListener
) -> GateCheck:
    """Run the gate on commits that change documentation alone, and return the record.

    Args:
        settings: the settings.
        root: the project, the top of a git repository.
        suites: folder of its suites, below the project.
        out: file of the record; one that exists is continued.
        command: the command that starts it, for the record.
        on_trial: called before each trial.

    Raises:
        InputError: the project has no such commit, its suites cannot be loaded, or the record is another check's.
        Interrupted: a signal ended it; the message says what is kept.
    """
    remove_abandoned()
    if not suites.resolve().is_relative_to(root.resolve()):
        raise InputError(f"{suites}: is not inside {root}, whose commits are measured; give a folder of the project")
    folder = suites.resolve().relative_to(root.resolve())
    find_suites(
        suites, settings.suites, sources=import_roots(root)
    )  # of older commits, only what can be loaded is used
    with locks.locked(out), _clone(root) as place:
        check = _begin(settings, root, out, command)
        commits = documentation_commits(place)
        if not commits:
            is_shallow = git(root, "rev-parse", "--is-shallow-repository") == "true"
            hint = "; the clone is shallow, so fetch the history first" if is_shallow else ""
            raise InputError(f"{root}: no commit of the last {HISTORY} changes documentation alone{hint}")
        planned, ticks = list(planned_trials(settings)), environment.cpu_ticks()
        done = {(trial.slowdown, trial.repeat) for trial in check.trials}
        with held_back() as signals:
            save(check, out)
            for number, trial in enumerate(planned):
                if (trial.slowdown, trial.repeat) in done:
                    continue
                on_trial(trial, number, len(planned))
                commit, chosen = _chosen_at(commits, number, place, folder, settings)
                try:
                    measured = _measure(trial, settings, place, chosen, commit)
                except (KeyboardInterrupt, Interrupted) as stopped:
                    raise Interrupted(
                        f"stopped; {len(check.trials)} of {len(planned)} trials are kept in {out}; the same command "
                        "continues",
                        getattr(stopped, "number", signal.SIGINT),
                    ) from None
                check = check.model_copy(update={"trials": (*check.trials, measured)})
                save(check, out)
            closed = environment.closed(check.environment, ticks)
            check = check.model_copy(update={"finished": datetime.now(UTC), "environment": closed})
            save(check, out)
            signals.pending = None  # one that came too late to end it
    return check


def planned_trials(settings: GateCheckSettings) -> Iterator[PlannedGateTrial]:
    """Return the trials in the order in which they run: those of each slowdown are spread over the whole check."""
    places = random.Random(settings.seed)  # noqa: S311 -- an experiment's order
    placed = [
        ((repeat + places.random()) / count, PlannedGateTrial(slowdown, repeat))
        for slowdown in settings.slowdowns
        for count in (trials_of(settings.repeats, slowdown),)
        for repeat in range(count)
    ]
    return (trial for _, trial in sorted(placed, key=lambda pair: pair[0]))


def documentation_commits(root: Path) -> list[str]:
    """Return the commits that change documentation alone, and nothing that the project names as measured.

    Raises:
        InputError: git fails, or the project does not name what is measured.
    """
    measured = set(matching(root, digest_patterns(root)))
    only = ("--min-parents=1", "--max-parents=1", f"--max-count={HISTORY}")
    log = git(root, "-c", "core.quotePath=false", "log", *only, "--format=%x00%H", "--name-only", "HEAD")
    commits = []
    for entry in log.split("\0")[1:]:
        commit, *files = filter(None, entry.splitlines())
        if files and not measured & {*files} and all(map(_is_documentation, files)):
            commits.append(commit)
    return commits


def chosen_cases(suites: dict[Path, Suite], count: int) -> dict[Path, Suite]:
    """Return suites with the cases that are timed call by call, as many as are asked for, from each suite in turn.

    Raises:
        InputError: there are none.
    """
    plain = [[(path, one) for one in suite.scenarios if _is_plain(one)] for path, suite in suites.items()]
    chosen = [case for case in chain.from_iterable(zip_longest(*plain)) if case is not None][:count]
    if not chosen:
        raise InputError("no suite has a case that is timed call by call; --suites gives another folder")
    kept: dict[Path, list[Scenario]] = {}
    for path, scenario in chosen:
        kept.setdefault(path, []).append(replace(scenario, quick=True))
    return {path: replace(suites[path], scenarios=tuple(scenarios)) for path, scenarios in kept.items()}


def _chosen_at(
    commits: list[str], number: int, place: Path, folder: Path, settings: GateCheckSettings
) -> tuple[str, dict[Path, Suite]]:
    """Check out the commit of a trial, and return it with its cases.

    Commits whose suites cannot be loaded are removed from the list: what their suites import is this process's, which
    may be too new for them.
    """
    while commits:
        commit = commits[number % len(commits)]
        git(place, "checkout", "--quiet", "--detach", commit)
        try:
            suites = find_suites(place / folder, settings.suites, sources=import_roots(place))
        except InputError:
            commits.remove(commit)
        else:
            return commit, chosen_cases(suites, settings.cases)
    raise InputError(f"{folder}: the suites of no commit that changes documentation alone can be loaded")


def _measure(
    trial: PlannedGateTrial, settings: GateCheckSettings, place: Path, suites: dict[Path, Suite], commit: str
) -> GateTrial:
    chance = random.Random(f"{settings.seed}/{trial.slowdown}/{trial.repeat}")  # noqa: S311 -- an experiment's order
    plan = RunPlan(suites, gate=True, base=f"{commit}^")
    names = [f"{suite.name}/{scenario.name}" for _, suite, scenario in plan.work]
    planted = {chance.choice(names): trial.slowdown} if trial.slowdown else {}
    plan = replace(plan, seed=chance.getrandbits(32), planted=planted)
    load, started = environment.load(), time.monotonic()
    with scratch_folder() as out:
        record, _ = run(plan, root=place, out=out, command="")
    seconds = time.monotonic() - started
    cases = [case for case in compare_cases(record) if case.metric in MAIN_TIMES]
    return GateTrial(
        commit=commit,
        slowdown=trial.slowdown,
        planted=next(iter(planted), None),
        repeat=trial.repeat,
        cases=len(names),
        slower=_called(cases, Outcome.WORSE),
        faster=_called(cases, Outcome.BETTER),
        failed=sum(case.effect is None for case in cases),
        seconds=round(seconds, 3),
        load=load,
    )


def _called(cases: Sequence[CaseResult], outcome: Outcome) -> tuple[str, ...]:
    return tuple(f"{case.suite}/{case.scenario}" for case in cases if case.outcome is outcome)


def _is_plain(scenario: Scenario) -> bool:
    return not (scenario.frames or scenario.is_cold or scenario.commands or scenario.waits)


def _is_documentation(file: str) -> bool:
    return file.endswith(DOCUMENTATION)


def _begin(settings: GateCheckSettings, root: Path, out: Path, command: str) -> GateCheck:
    created = datetime.now(UTC).replace(microsecond=0)
    check = GateCheck(
        id=new_id(created),
        created=created,
        seed=settings.seed,
        slowdowns=settings.slowdowns,
        repeats=settings.repeats,
        cases=settings.cases,
        suites=settings.suites,
        command=command,
        digest=kind_of("gate_check").digest(root),
        environment=environment.describe(root),
    )
    if not out.exists():
        return check
    earlier = load_as(GateCheck, out, "a check of the gate")
    same = ("seed", "slowdowns", "repeats", "cases", "suites", "digest")
    changed = [name for name in same if getattr(earlier, name) != getattr(check, name)]
    if earlier.finished or changed:
        why = f"has another {' and '.join(changed)}" if changed else "has finished"
        raise InputError(f"{out}: this check {why}; give another file with --out")
    return earlier


@contextmanager
def _clone(root: Path) -> Iterator[Path]:
    """Return a clone of the project's repository for checking commits out, so that the project stays as it is."""
    with scratch_folder() as folder:
        place = folder.resolve() / "clone"
        git(root, "clone", "--quiet", "--shared", "--no-checkout", str(root.resolve()), str(place))
        git(place, "checkout", "--quiet", "--detach", "HEAD")
        yield place
