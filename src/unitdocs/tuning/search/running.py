"""A search from beginning to end: its record, which is kept after each trial, and the settings files that it gives."""

import json
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from unitdocs.bench import environment as machine
from unitdocs.bench.interruption import held_back
from unitdocs.bench.scratch import remove_abandoned, scratch_folder
from unitdocs.errors import InputError, Interrupted
from unitdocs.files import locks, write_atomically
from unitdocs.formatting import counted, duration
from unitdocs.records import save
from unitdocs.records.store import load_as
from unitdocs.studies import kind_of
from unitdocs.studies.sensitivity import Sensitivity
from unitdocs.studies.tuning_search import SearchScenario, TuningSearch
from unitdocs.tuning.search import sampling
from unitdocs.tuning.search.environments import TunedEnvironment
from unitdocs.tuning.search.evaluation import SuiteEvaluator
from unitdocs.tuning.search.searching import Searcher, Watch
from unitdocs.tuning.search.space import effects_of, parameters

KIND: Final = "tuning_search"


@dataclass(frozen=True)
class SearchPlan:
    """What a search does.

    Args:
        environments: the environments that settings are chosen for.
        budget: seconds after which no further trial begins, above 0.
        seed: seed of the search, 0 or more.
        sensitivity: the study that says which settings are worth a search; None to search all.
        command: the command that begins and continues the search.

    Raises:
        InputError: the budget or the seed is out of range.
    """

    environments: Sequence[TunedEnvironment]
    budget: float
    seed: int
    sensitivity: Sensitivity | None
    command: str

    def __post_init__(self) -> None:
        problems = [] if self.budget > 0 else [f"--budget {self.budget:g}: expected a time above 0, such as 120s"]
        if self.seed < 0:
            problems.append(f"--seed {self.seed}: expected a whole number, 0 or more")
        if problems:
            raise InputError(*problems)


@held_back()
def run_search(plan: SearchPlan, *, folder: Path, root: Path, out: Path, watch: Watch) -> TuningSearch:
    """Run a search, or continue the one in a file, and return its record.

    Args:
        plan: what to do.
        folder: the folder of the suite `training`.
        root: the project.
        out: the file of the record, written after each trial.
        watch: receives progress.

    Raises:
        InputError: the file holds another search, or one that has used its budget; or the suite cannot be loaded.
        MeasurementError: a process crashed or ran out of time; the file has all trials before it.
        Interrupted: a signal ended it; the message says what is kept.
    """
    remove_abandoned()
    with locks.locked(out), scratch_folder() as scratch:
        evaluator = SuiteEvaluator(folder, root=root, seed=plan.seed, scratch=scratch)
        record = _record(plan, evaluator.scenarios, root, out)
        ticks = machine.cpu_ticks()
        searcher = Searcher(record, evaluator, plan.environments, save=lambda one: save(one, out), watch=watch)
        try:
            record = searcher.run()
        except KeyboardInterrupt as stopped:
            raise Interrupted(
                f"stopped; {counted(len(searcher.record.trials), 'trial')} kept in {out}; "
                f"continue with `{record.command}`",
                getattr(stopped, "number", signal.SIGINT),
            ) from None
        closed = machine.closed(record.environment, ticks)
        record = record.model_copy(update={"finished": datetime.now(UTC), "environment": closed})
        save(record, out)
    return record


def write_settings(record: TuningSearch, folder: Path) -> list[Path]:
    """Write the chosen settings, a file for each environment, and return the files.

    Raises:
        InputError: a file cannot be written.
    """
    files = [folder / f"{chosen.environment}.json" for chosen in record.chosen]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, chosen in zip(files, record.chosen, strict=True):
            write_atomically(file, f"{json.dumps(chosen.settings, indent=2)}\n".encode())
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror or error}); choose another folder") from error
    return files


def _record(plan: SearchPlan, scenarios: Sequence[SearchScenario], root: Path, out: Path) -> TuningSearch:
    """Return the record to continue, or a new one.

    Raises:
        InputError: the file holds another search, or one that has used its budget.
    """
    new = _new_record(plan, scenarios, root)
    if not out.exists():
        return new
    record = load_as(TuningSearch, out, "a search for settings")
    another = [
        name
        for name in ("seed", "digest", "settings", "scenarios", "sampler")
        if getattr(record, name) != getattr(new, name)
    ]
    if another:
        raise InputError(f"{out}: holds a search with another {another[0]}; delete it, or give another --out")
    if record.seconds >= plan.budget:
        used = f"{counted(len(record.trials), 'trial')} in {duration(record.seconds)}"
        raise InputError(f"{out}: has used its budget, {used}; give a larger --budget to continue, or another --out")
    return record.model_copy(update={"finished": None, "budget": plan.budget, "command": plan.command})


def _new_record(plan: SearchPlan, scenarios: Sequence[SearchScenario], root: Path) -> TuningSearch:
    return TuningSearch(
        created=datetime.now(UTC).replace(microsecond=0),
        command=plan.command,
        digest=kind_of(KIND).digest(root),
        environment=machine.describe(root),
        seed=plan.seed,
        budget=plan.budget,
        sampler=sampling.NAME,
        sensitivity=plan.sensitivity.digest if plan.sensitivity else "",
        settings=parameters(effects_of(plan.sensitivity) if plan.sensitivity else None),
        scenarios=tuple(scenarios),
    )
