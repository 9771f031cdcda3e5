"""`unitdocs load stress`: the rate of requests up to which each system keeps up, and what breaks above it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from unitdocs.cli import extras, flags
from unitdocs.cli.formats import Format
from unitdocs.errors import InputError, MeasurementError
from unitdocs.formatting import NO_ANSWER, counted, duration, number

if TYPE_CHECKING:
    from unitdocs.studies import KneeInterval, LoadStep, LoadStress, StressSettings

COLUMNS = ("system", "sustained", "95 % interval", "one after the other", "breaks first")


def stress(
    *,
    scenes: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of scene files.")] = Path("benchmarks/scenes"),
    system: Annotated[
        list[str] | None, typer.Option(help="System to measure; repeatable (default: both).", show_default=False)
    ] = None,
    seconds: Annotated[float, typer.Option(help="Length of a step.")] = 4.0,
    requests: Annotated[int, typer.Option(help="Requests of a step, at least.")] = 500,
    repeats: Annotated[int, typer.Option(help="Searches of each system, for the interval.")] = 5,
    updates: Annotated[float, typer.Option(help="Share of the requests that update the scene first, 0 to 1.")] = 0.3,
    arrivals: Annotated[
        Literal["poisson", "uniform"], typer.Option(help="When requests arrive: at random, or evenly.")
    ] = "poisson",
    clock: Annotated[
        Literal["cpu", "wall"],
        typer.Option(help="What counts as time: cpu leaves out what other programs take; wall needs a quiet machine."),
    ] = "cpu",
    workers: Annotated[int, typer.Option(help="Threads that serve the requests.")] = 1,
    limit: Annotated[
        float, typer.Option(help="Latency that 1 % of the requests may exceed, in mean service times.")
    ] = 10.0,
    seed: Annotated[int, typer.Option(help="Seed of the arrivals and the requests.")] = 1,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The record.")] = Path("build/load-stress.json.gz"),
    resume: Annotated[bool, typer.Option("--resume", help="Continue the record of an interrupted run.")] = False,
    form: Annotated[Literal["table", "json", "markdown"], typer.Option("--format", help="Form of the result.")] = (
        "table"
    ),
) -> None:
    """Raise the rate of requests until a system no longer keeps up, and say what breaks first.

    A request resolves a scene at a new viewport, or updates it first. Requests arrive at times that are scheduled
    before, whether or not the system keeps up, and their latency counts from there. A rate is sustained if at most 1 %
    of the requests take longer than 10 mean service times and the queue does not grow. Says first how long it takes,
    and writes the record after every step. Ends with 4 if a request raised.

    Examples:
    unitdocs load stress --seconds 0.3 --repeats 2

    unitdocs load stress --out benchmarks/results/load-stress.json.gz

    unitdocs load stress --out benchmarks/results/load-stress.json.gz --resume
    """
    extras.require("tuning")
    from unitdocs.cli.load_progress import LoadProgressBar  # noqa: PLC0415 -- only this command needs it
    from unitdocs.load import scene_mix  # noqa: PLC0415
    from unitdocs.load import stress as running  # noqa: PLC0415

    mix = scene_mix.read_mix(scenes, running.VIEWPORTS, seed)
    settings = settings_from(
        systems=tuple(system or ("original", "refactored")),
        scenes=tuple(one.name for one in mix),
        updates=updates,
        arrivals=arrivals,
        clock=clock,
        workers=workers,
        seconds=seconds,
        requests=requests,
        repeats=repeats,
        limit=limit,
        factor=running.FACTOR,
        resolution=running.RESOLUTION,
        seed=seed,
    )
    steps = running.steps_of(settings)
    with LoadProgressBar(steps, running.seconds_of(settings)) as bar:
        run = running.scene_run(settings, mix, lambda step: bar.advance(_line(step)))
        record = running.stress(run, out, root=Path.cwd(), command=_command(), is_resumed=resume)
    _print(record, form)
    errors = sum(step.errors for step in record.steps)
    if errors:
        first = next(step for step in record.steps if step.errors)
        raise MeasurementError(f"load stress: {counted(errors, 'request')} raised; the first: {first.error}")


def settings_from(**members: object) -> "StressSettings":
    """Return the settings of a run.

    Raises:
        InputError: a value is out of range, or a system is unknown; one problem for each.
    """
    from pydantic import ValidationError  # noqa: PLC0415 -- takes long to import

    from unitdocs.studies import StressSettings  # noqa: PLC0415

    check_systems(members["systems"])
    try:
        return StressSettings.model_validate(members)
    except ValidationError as error:
        raise InputError(*option_problems(error)) from None


def check_systems(names: object) -> None:
    """Check names of unit systems.

    Raises:
        InputError: there is none of a name, or a name is repeated.
    """
    from unitdocs.units import SYSTEMS  # noqa: PLC0415

    assert isinstance(names, tuple)
    unknown = [name for name in names if name not in SYSTEMS]
    if unknown or len(set(names)) < len(names):
        what = f"there is no unit system {unknown[0]!r}" if unknown else "a system is given twice"
        raise InputError(f"--system: {what}; give {' or '.join(SYSTEMS)}, each once")


def option_problems(error: "object") -> list[str]:
    """Return a sentence for each option whose value is out of range."""
    from pydantic import ValidationError  # noqa: PLC0415

    assert isinstance(error, ValidationError)
    return [
        f"--{str(one['loc'][0]).replace('_', '-')} {one['input']}: "
        f"{one['msg'][0].lower()}{one['msg'][1:].replace('input ', 'the value ')}"
        for one in error.errors()
    ]


def _command() -> str:
    import shlex  # noqa: PLC0415

    return shlex.join(["unitdocs", *(word for word in sys.argv[1:] if word != "--resume")])


def _line(step: "LoadStep") -> str:
    outcome = "sustained" if step.is_sustained else step.breakage.value
    return f"{step.system}, search {step.repeat + 1}: {number(step.rate)}/s, p99 {duration(step.p99)}, {outcome}"


def _print(record: "LoadStress", form: str) -> None:
    if form == "json":
        knees = [knee.model_dump(mode="json") for knee in record.knees]
        typer.echo(flags.as_json({"generator": record.generator, "knees": knees}, indent=2))
        return
    rows = [COLUMNS, *(_row(record, system) for system in record.settings.systems)]
    flags.print_rows(rows, Format(form))
    if form == "table":
        typer.echo(f"The generator itself makes {number(record.generator)} requests a second.")


def _row(record: "LoadStress", system: str) -> tuple[str, ...]:
    knees = record.knees_of(system)
    found = [knee.rate for knee in knees if knee.rate is not None]
    interval = record.interval(system)
    one_by_one = [1 / baseline.mean for baseline in record.baselines if baseline.system == system]
    least = "at least " if any(knee.above is None and knee.rate for knee in knees) else ""
    breaks = ", ".join(sorted({knee.breaks.value for knee in knees}))
    middle = interval.rate if interval else (found[0] if found else None)
    return (
        system,
        NO_ANSWER if middle is None else f"{least}{number(middle)}/s",
        _spread(interval),
        f"{number(sum(one_by_one) / len(one_by_one))}/s",
        breaks,
    )


def _spread(interval: "KneeInterval | None") -> str:
    return NO_ANSWER if interval is None else f"{number(interval.low)} to {number(interval.high)}/s"
