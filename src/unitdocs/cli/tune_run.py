"""`unitdocs tune run`: search for the settings of the refactored system, by counts and paired rounds."""

import json
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Self

import typer

from unitdocs.cli import flags
from unitdocs.cli.budgets import parse_budget
from unitdocs.cli.formats import Format
from unitdocs.formatting import change, counted, duration

if TYPE_CHECKING:
    from unitdocs.studies import Sensitivity, TuningSearch
    from unitdocs.tuning.search.searching import SearchProgress

FOLDER: Final = Path("benchmarks/studies/tuning")
"""The folder of the suites."""
SENSITIVITY: Final = Path("benchmarks/results/sensitivity.json")
COLUMNS: Final = ("environment", "trial", "time", "bytes", "changed settings")


def run(
    *,
    budget: Annotated[str, typer.Option(help="Time after which no trial begins, such as 120s or 30m.")] = "120s",
    environment: Annotated[
        str, typer.Option(help="Choose settings for development, staging, production, small-memory, or all.")
    ] = "all",
    seed: Annotated[int, typer.Option(help="Random seed: the values that are tried, and the order of the arms.")] = 1,
    suites: Annotated[Path, typer.Option(help="Folder of the suite training.")] = FOLDER,
    out: Annotated[Path, typer.Option(help="File of the record; a search in it is continued.")] = Path(
        "build/tuning/search.json"
    ),
    settings: Annotated[Path, typer.Option(help="Folder for the settings files.")] = Path("build/tuning/settings"),
    sensitivity: Annotated[
        Path, typer.Option(help="Record of the sensitivity: what changes nothing is not searched; without it all is.")
    ] = SENSITIVITY,
    form: Annotated[Format, typer.Option("--format", help="How to write the chosen settings.")] = Format.TABLE,
) -> None:
    """Search for settings that need less CPU time a frame or less memory.

    Each trial plays the sessions of the suite training with other settings. Hits and bytes are counted, once. Time is
    measured in paired rounds against the default settings, only in sessions in which a trial does other work than an
    earlier one, and only if no earlier trial is better by its counts. Values that make no difference stay at their
    defaults.

    The record is written after each trial: Ctrl-C and SIGTERM end the search, and the same command continues it, as
    does a larger budget. For each environment it writes a settings file, which UnitSystem loads. What it finds holds
    for the sessions that it played: unitdocs tune verify measures others.

    Ends with 0, with 2 for wrong use, with 4 if a session could not be measured, and with 130 or 143 if it was stopped.

    Example: unitdocs tune run --budget 120s

    Example: unitdocs tune run --budget 45m --environment production --out production.json
    """
    from unitdocs.tuning.search.environments import environments_named  # noqa: PLC0415 -- slow to import
    from unitdocs.tuning.search.running import SearchPlan, run_search, write_settings  # noqa: PLC0415

    given = {"--budget": budget, "--environment": environment, "--seed": seed, "--suites": suites, "--out": out}
    words = [word for option, value in {**given, "--settings": settings}.items() for word in (option, f"{value}")]
    plan = SearchPlan(
        environments=environments_named(environment),
        budget=parse_budget(budget),
        seed=seed,
        sensitivity=_sensitivity(sensitivity),
        command=shlex.join(["unitdocs", "tune", "run", *words]),
    )
    with SearchProgressBar(plan.budget) as bar:
        record = run_search(plan, folder=suites, root=Path.cwd(), out=out, watch=bar.show)
    files = write_settings(record, settings)
    _print(record, form)
    typer.echo(f"Record: {out}", err=True)
    typer.echo(f"Settings: {', '.join(map(str, files))}", err=True)


def _sensitivity(path: Path) -> "Sensitivity | None":
    """Return the record of the sensitivity; None if the default one is missing.

    Raises:
        InputError: the file cannot be read.
    """
    from unitdocs.studies import load_record  # noqa: PLC0415 -- slow to import

    if path == SENSITIVITY and not path.is_file():
        return None
    record: Sensitivity = load_record("sensitivity", path)
    return record


class SearchProgressBar:
    """The progress of a search on standard error: a bar on a terminal, else a line for each trial.

    Args:
        budget: seconds that the search may take, which are said first.
    """

    def __init__(self, budget: float) -> None:
        from rich.console import Console  # noqa: PLC0415 -- slow to import
        from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

        self.console = Console(stderr=True)
        columns = (BarColumn(bar_width=24), TextColumn("{task.description}", markup=False))
        self.progress = Progress(*columns, console=self.console)
        about = f"about {duration(budget)}, and up to a minute for the last trial"
        self.task = self.progress.add_task(about, total=budget, visible=self.console.is_terminal)
        self.trial = -1
        self.started = time.monotonic()
        if not self.console.is_terminal:
            self._line(about)

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.console.is_terminal:
            self.progress.stop()

    def show(self, progress: "SearchProgress") -> None:
        """Show the trial, what is measured, and the time left."""
        left = duration(max(progress.budget - progress.seconds, 0.0), 2)
        text = f"trial {progress.trial}, {progress.step}, {left} left"
        self.progress.update(self.task, completed=min(progress.seconds, progress.budget), description=text)
        if not self.console.is_terminal and progress.trial != self.trial:
            self._line(text)
        self.trial = progress.trial

    def _line(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)


def _print(record: "TuningSearch", form: Format) -> None:
    if form is Format.JSON:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in record.chosen], indent=2))
        return
    flags.print_rows([COLUMNS, *_rows(record)], form)
    timed = len(record.timed)
    typer.echo(
        f"{counted(len(record.trials), 'trial')}, {timed} timed; {counted(len(record.front), 'trial')} on the Pareto "
        f"front. Times and bytes are those of the searched sessions; `unitdocs tune verify` measures others."
    )


def _rows(record: "TuningSearch") -> list[tuple[str, ...]]:
    from unitdocs.tuning.search.environments import ENVIRONMENTS  # noqa: PLC0415 -- slow to import
    from unitdocs.tuning.search.objectives import changed, objectives_of  # noqa: PLC0415

    weights = {one.name: one.weights for one in ENVIRONMENTS}
    rows: list[tuple[str, ...]] = []
    for chosen in record.chosen:
        trial, default = record.trials[chosen.trial], record.trials[0]
        place = objectives_of(trial.measures, default.measures, record.scenarios, weights[chosen.environment])
        values = [f"{name}={trial.point[name]}" for name in changed(trial.point, record)]
        sizes = (_change(place.time), _change(place.bytes))
        rows.append((chosen.environment, str(chosen.trial), *sizes, " ".join(values) or "none"))
    return rows


def _change(ratio: float) -> str:
    if f"{ratio:.3f}" == "1.000":
        return "the same"
    return change(ratio, "less") if ratio < 1 else change(ratio, "more")
