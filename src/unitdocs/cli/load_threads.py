"""`unitdocs load threads`: threads that share a scene or a system, with every answer checked."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from unitdocs.cli import extras, flags
from unitdocs.cli.formats import Format
from unitdocs.cli.load_stress import check_systems, option_problems
from unitdocs.errors import InputError, MeasurementError
from unitdocs.formatting import counted, number

if TYPE_CHECKING:
    from unitdocs.studies import LoadThreads, ThreadSettings, ThreadStep

COLUMNS = ("Python", "system", "shared", "threads", "answers", "wrong", "answers a second", "fairness")


def threads(
    *,
    numbers: Annotated[str, typer.Option("--threads", metavar="LIST", help="Numbers of threads.")] = "1,2,4,8",
    answers: Annotated[int, typer.Option(help="Answers to check in the whole run.")] = 10_000_000,
    scenes: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of scene files.")] = Path("benchmarks/scenes"),
    system: Annotated[
        list[str] | None, typer.Option(help="System to measure; repeatable (default: both).", show_default=False)
    ] = None,
    free_threaded: Annotated[
        str | None,
        typer.Option(
            metavar="PROGRAM",
            help="A free-threaded Python with NumPy (default: python3.14t or python3.13t, if there is one).",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the viewports and the order of the requests.")] = 1,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The record.")] = Path("build/load-threads.json"),
    resume: Annotated[bool, typer.Option("--resume", help="Continue the record of an interrupted run.")] = False,
    form: Annotated[Literal["table", "json", "markdown"], typer.Option("--format", help="Form of the result.")] = (
        "table"
    ),
) -> None:
    """Let threads resolve at the same time, check every answer bit by bit, and measure throughput and fairness.

    Threads share one scene, the same with updates, one system, or nothing. The right answers are made before, by the
    original system in one thread. Each step runs in a process of its own; a free-threaded Python is measured as well if
    there is one. Says first how long it takes, and writes the record after every step. Ends with 4 if an answer was
    wrong.

    Examples:
    unitdocs load threads --answers 20000 --threads 1,2

    unitdocs load threads --out benchmarks/results/load-threads.json
    """
    extras.require("tuning")
    from unitdocs.cli.load_progress import LoadProgressBar  # noqa: PLC0415 -- only this command needs it
    from unitdocs.load import interpreters, scene_mix  # noqa: PLC0415
    from unitdocs.load import threads as running  # noqa: PLC0415

    mix = scene_mix.read_mix(scenes, running.VIEWPORTS, seed)
    free = interpreters.free_threaded(free_threaded)
    pythons = (interpreters.this_python(), *([free] if free else []))
    settings = settings_from(
        systems=tuple(system or ("original", "refactored")),
        scenes=tuple(one.name for one in mix),
        threads=parse_numbers(numbers),
        answers=answers,
        original_part=running.ORIGINAL_PART,
        update_every=running.UPDATE_EVERY,
        viewports=running.VIEWPORTS,
        seed=seed,
        interpreters=tuple(python.about for python in pythons),
    )
    waiting = running.ThreadRun(settings, scenes.resolve(), pythons, lambda *_: None)
    with LoadProgressBar(len(waiting.planned()), running.seconds_of(waiting)) as bar:
        run = running.ThreadRun(settings, scenes.resolve(), pythons, lambda step, *_: bar.advance(_line(step)))
        record = running.check_threads(run, out, root=Path.cwd(), command=_command(), is_resumed=resume)
    _print(record, form)
    if record.wrong:
        raise MeasurementError(_wrong(record))


def settings_from(**members: object) -> "ThreadSettings":
    """Return the settings of a run.

    Raises:
        InputError: a value is out of range, or a system is unknown; one problem for each.
    """
    from pydantic import ValidationError  # noqa: PLC0415 -- takes long to import

    from unitdocs.studies import ThreadSettings  # noqa: PLC0415

    check_systems(members["systems"])
    try:
        return ThreadSettings.model_validate(members)
    except ValidationError as error:
        raise InputError(*option_problems(error)) from None


def parse_numbers(text: str) -> tuple[int, ...]:
    """Return numbers of threads, such as those of `1,2,4,8`, in order and each once.

    Raises:
        InputError: a part is no whole number of 1 or more.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and int(part) for part in parts):
        raise InputError(f"--threads {text}: expected whole numbers of 1 or more with commas between, such as 1,2,4,8")
    return tuple(sorted({int(part) for part in parts}))


def _command() -> str:
    return shlex.join(["unitdocs", *(word for word in sys.argv[1:] if word != "--resume")])


def _line(step: "ThreadStep") -> str:
    return f"{step.interpreter}, {step.system}, {counted(step.threads, 'thread')}, shared: {step.sharing.value}"


def _wrong(record: "LoadThreads") -> str:
    step = next(step for step in record.steps if step.wrong)
    first = step.first_wrong
    place = f" ({first.scene} at {first.viewport[0]:g} x {first.viewport[1]:g}: {first.problem})" if first else ""
    return f"load threads: {counted(record.wrong, 'answer')} wrong, the first of {_line(step)}{place}"


def _print(record: "LoadThreads", form: str) -> None:
    if form == "json":
        typer.echo(flags.as_json([step.model_dump(mode="json") for step in record.steps], indent=2))
        return
    flags.print_rows([COLUMNS, *(_row(step) for step in record.steps)], Format(form))
    if form == "table":
        typer.echo(f"{counted(record.checked, 'answer')} checked, {record.wrong:,} wrong.")
        if record.free_threaded:
            typer.echo(f"Free-threaded Python: {record.free_threaded}.")


def _row(step: "ThreadStep") -> tuple[str, ...]:
    return (
        f"{step.interpreter}{'' if step.gil else 't'}",
        step.system,
        step.sharing.value,
        str(step.threads),
        f"{step.checked:,}",
        str(step.wrong),
        number(step.throughput),
        number(step.fairness, 4),
    )
