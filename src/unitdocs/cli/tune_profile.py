"""`unitdocs tune profile`: where the time and the allocations of scenarios go."""

import shlex
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from unitdocs.cli import extras
from unitdocs.errors import InputError
from unitdocs.formatting import counted, percent, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unitdocs.studies.profile import ArmProfile, CodeProfile
    from unitdocs.tuning.profiling import Listener, ProfilePlan

REFERENCE = Path("benchmarks/results/reference.json.gz")
SHOWN = 8
"""Functions of each arm that are printed."""
COUNTING = 3.0
"""Seconds of a pass beyond its samples, about."""
COLUMNS = ("function", "self", "total", "allocations", "bytes")


def profile(
    suite: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SUITES]", help="Suites to profile (default: all).", show_default=False),
    ] = None,
    *,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GLOB",
            help="Scenarios to profile, such as 'layouts/*/first'; can be given repeatedly (default: the heaviest of "
            "each suite in the reference record).",
            show_default=False,
        ),
    ] = None,
    arm: Annotated[
        list[str] | None,
        typer.Option(help="Arms to profile, such as refactored (default: both).", show_default=False),
    ] = None,
    seconds: Annotated[float, typer.Option(help="Seconds that each arm is sampled for.")] = 5.0,
    interval: Annotated[float, typer.Option(help="Seconds between two samples.")] = 0.001,
    seed: Annotated[int, typer.Option(help="Random seed of the suites' input.")] = 1,
    suites: Annotated[Path, typer.Option(help="Folder of the suites.")] = Path("benchmarks"),
    reference: Annotated[Path, typer.Option(help="Record that says which scenarios are the heaviest.")] = REFERENCE,
    parts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Parts of the project as JSON: lists of patterns of file:function by part (default: a module each).",
            show_default=False,
        ),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File for the record.")] = Path("build/profile.json"),
    svg: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the first arm's flame graph as an SVG file.", show_default=False),
    ] = None,
    speedscope: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a file for speedscope.", show_default=False)
    ] = None,
    form: Annotated[Literal["table", "json", "markdown"], typer.Option("--format", help="table, json or markdown.")] = (
        "table"
    ),
) -> None:
    """Show where the time and the allocations of scenarios go.

    Each arm runs in two fresh processes. In the first, pyinstrument takes samples of the call stack while the operation
    is repeated; in the second, memray records every allocation of some operations (on Windows, tracemalloc counts what
    one operation leaves). Shares are of the sampled time; sampling slows calls of short functions down more than
    others, so a share is a hint, and bench run measures what a change is worth. Counts are for one operation.

    The record is written when all is done: after Ctrl-C there is no file. The exit code is 2 for wrong use, 4 if a
    scenario could not be profiled, 130 after Ctrl-C, and 143 after SIGTERM.

    Examples:
    unitdocs tune profile

    unitdocs tune profile --scenario 'layouts/*/first' --arm refactored --svg flames.svg

    unitdocs tune profile churn --seconds 10 --speedscope churn.speedscope.json
    """
    extras.require("tuning")
    for option, file in (("--out", out), ("--svg", svg), ("--speedscope", speedscope)):
        if file is not None and file.is_dir():
            raise InputError(f"{option} {file}: is a folder; give a file")
    from unitdocs import records  # noqa: PLC0415 -- slow to import
    from unitdocs.files import write_atomically  # noqa: PLC0415
    from unitdocs.portal.components.speedscope import to_speedscope  # noqa: PLC0415
    from unitdocs.portal.figures.flame_graph import flame_graph_file, flame_tree  # noqa: PLC0415
    from unitdocs.studies.kinds import kind_of  # noqa: PLC0415
    from unitdocs.tuning.profiling import ProfilePlan, read_parts  # noqa: PLC0415
    from unitdocs.tuning.profiling import profile as measure  # noqa: PLC0415

    chosen, rule = _chosen(suites, suite or [], scenario or [], reference)
    plan = ProfilePlan(
        chosen, rule, tuple(arm or ()), seconds, interval, seed, {} if parts is None else read_parts(parts)
    )
    with _progress(plan) as listener:
        record = measure(
            plan,
            root=Path.cwd(),
            command=shlex.join(["unitdocs", *sys.argv[1:]]),
            digest=kind_of("profile").digest(Path.cwd()),
            on_pass=listener,
        )
    records.save(record, out)
    first = record.scenarios[0]
    if svg is not None:
        name = f"{first.name}, {first.arms[-1].arm}"
        write_atomically(svg, flame_graph_file(flame_tree(first.arms[-1], record.places, name), name).encode())
    if speedscope is not None:
        write_atomically(speedscope, to_speedscope(record).encode())
    typer.echo(_written(record, form))
    typer.echo(f"Record: {out}", err=True)


def _chosen(folder: Path, names: list[str], patterns: list[str], reference: Path) -> tuple[tuple, str]:  # type: ignore[type-arg]
    """Return the scenarios to profile, and the rule by which they were chosen.

    Raises:
        InputError: nothing matches, or the reference record has none of the suites.
    """
    from unitdocs import records  # noqa: PLC0415 -- slow to import
    from unitdocs.bench import revisions  # noqa: PLC0415
    from unitdocs.bench.finding import find_suites  # noqa: PLC0415
    from unitdocs.tuning.heaviest import RULE, heaviest  # noqa: PLC0415
    from unitdocs.tuning.profiling import matching  # noqa: PLC0415

    found = find_suites(folder, names, sources=revisions.import_roots(Path.cwd()))
    if patterns:
        return matching(found, patterns), f"The scenarios that match {', '.join(patterns)}."
    if not reference.is_file():
        raise InputError(f"--reference {reference}: no such file; name scenarios with --scenario, or give a run record")
    chosen = heaviest(found, records.load(reference))
    if not chosen:
        raise InputError(f"--reference {reference}: has no case of these suites; name scenarios with --scenario")
    return chosen, RULE


@contextmanager
def _progress(plan: "ProfilePlan") -> "Iterator[Listener]":
    """Show the progress on standard error, and how long it takes first, if a person looks."""
    from rich.console import Console  # noqa: PLC0415 -- slow to import
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True)
    arms = len(plan.passes())
    if console.is_terminal:
        minutes = arms * (plan.seconds + 2 * COUNTING) / 60
        console.print(f"{counted(arms, 'arm')}, about {minutes:.1f} minutes", highlight=False)
    columns = (BarColumn(bar_width=24), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
    with Progress(
        *columns, TextColumn("{task.description}", markup=False), console=console, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("starting", total=2 * arms)
        yield lambda what, done, total: bar.update(task, completed=done, total=total, description=what)


def _written(record: "CodeProfile", form: str) -> str:
    if form == "json":
        return record.model_dump_json(indent=2)
    from unitdocs.cli.rows import aligned, marked_up  # noqa: PLC0415 -- only this form needs it

    write = aligned if form == "table" else marked_up
    return "\n\n".join(
        "\n".join(
            [_heading(scenario.name, arm), *([""] if form == "markdown" else []), *write(_rows(record, arm), {0})]
        )
        for scenario in record.scenarios
        for arm in scenario.arms
    )


def _heading(name: str, arm: "ArmProfile") -> str:
    return (
        f"{name}, {arm.arm}: {arm.samples:,} samples in {arm.seconds:.1f} s, "
        f"{percent(arm.collecting / arm.seconds)} of it garbage collection; one operation allocates {size(arm.size)} "
        f"in {arm.allocations:,.0f} pieces ({arm.tracer}), at most {size(arm.peak)} at once"
    )


def _rows(record: "CodeProfile", arm: "ArmProfile") -> list[tuple[str, ...]]:
    from unitdocs.studies.profile import hottest  # noqa: PLC0415 -- takes long to import

    rows = [
        (
            record.places[cost.place].label,
            percent(cost.own),
            percent(cost.total),
            f"{cost.allocations:,.1f}",
            size(cost.size),
        )
        for cost in hottest(arm)[:SHOWN]
    ]
    return [COLUMNS, *rows]
