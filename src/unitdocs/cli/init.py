"""`unitdocs init`: a portal for a project, and its files brought up to date."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.cli import extras
from unitdocs.errors import InputError
from unitdocs.formatting import counted, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unitdocs.portal.scaffold import MeasuredBenchmarks, SuiteName, WrittenFile


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The project's folder.", show_default=False)],
    title: Annotated[
        str | None, typer.Option(help="The name of the site (default: that of the folder).", show_default=False)
    ] = None,
    pytest: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="Measure the tests of this file or folder that use pytest-benchmark's fixture, as they are.",
            show_default=False,
        ),
    ] = None,
    asv: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="The same for the benchmarks of a folder of asv.", show_default=False),
    ] = None,
    pyperf: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="The same for a script of pyperf, or a folder of them.", show_default=False),
    ] = None,
    upgrade: Annotated[  # noqa: FBT002 -- an option, never a positional argument
        bool,
        typer.Option("--upgrade", help="Bring the files of a portal to the templates of this version of unitdocs."),
    ] = False,
) -> None:
    """Write a portal into a folder: pages, settings, a benchmark suite, workflows.

    The folder may be empty or that of a project. Files that are there stay as they are: where one has the name of a
    file of the portal, that one gets .new at the end of its name, and the output says so. So does README.md where the
    project has a README in another format. Paths are relative to the folder.

    Benchmarks of the project are measured as they are: suites of unitdocs in the folder benchmarks; tests with
    pytest-benchmark's fixture, benchmarks of asv and scripts of pyperf, which --pytest, --asv and --pyperf name if they
    are not found. Without any, the portal gets a small suite to begin with.

    With --upgrade, files that you have not changed are updated. Those that you have changed stay as they are, and what
    the templates have now is next to them, with .new at the end of the name.

    Example: unitdocs init my-portal

    Example: unitdocs init . --pytest tests/benchmarks

    Example: unitdocs init --upgrade my-portal
    """
    extras.require("portal")
    from unitdocs.portal import scaffold  # noqa: PLC0415 -- pandas would slow the start of every command

    given = {"pytest": pytest, "asv": asv, "pyperf": pyperf}
    named = {tool: _inside(tool, path, folder) for tool, path in given.items() if path is not None}
    if upgrade:
        if named or title is not None:
            raise InputError("--upgrade: keeps the title and the benchmarks of the portal; leave other options out")
        _show(scaffold.upgrade(folder), folder)
        return
    benchmarks = (
        scaffold.MeasuredBenchmarks(others=named) if named else scaffold.find_benchmarks(folder, measured_suites)
    )
    portal = scaffold.describe(folder, benchmarks, title)
    changes = scaffold.create(folder, portal)
    _show(changes, folder)
    _show_steps(folder, portal.run_command(), benchmarks, [changed.new for changed in changes if changed.new])


def measured_suites(name: str, title: str, arms: "Sequence[str]") -> "list[SuiteName]":
    """Return what a run measures of a suite: itself, or a suite for each of several treatments."""
    from unitdocs.bench.suite import Operation, Suite, pairs_of  # noqa: PLC0415 -- as above
    from unitdocs.portal.scaffold import SuiteName  # noqa: PLC0415 -- as above

    declared = Suite(name, title, tuple(arms), (), lambda *_: Operation(list))  # nothing is set up here
    return [SuiteName(name=pair.name, title=pair.title) for pair in pairs_of(declared)]


def _inside(tool: str, path: str, folder: Path) -> str:
    """Return a path of the project, relative to it."""
    place = (folder / path).resolve()
    if not place.exists():
        raise InputError(f"--{tool} {path}: no such file or folder in {folder}")
    if not place.is_relative_to(folder.resolve()):
        raise InputError(f"--{tool} {path}: is not inside {folder}; give a path of the project")
    return place.relative_to(folder.resolve()).as_posix()


def _show(changes: "Sequence[WrittenFile]", folder: Path) -> None:
    """Print what happened to each file; the many that were added are counted."""
    added = [changed for changed in changes if changed.outcome == "added"]
    for changed in changes:
        if changed.outcome == "kept":
            typer.echo(f"kept yours: {changed.path} (the portal's is {changed.new})")
        elif changed.outcome != "added":
            typer.echo(f"{changed.outcome}: {changed.path}")
    if added:
        typer.echo(f"added: {counted(len(added), 'file')} in {folder}")
    if not changes:
        typer.echo("up to date: nothing to change")


def _show_steps(folder: Path, command: str, benchmarks: "MeasuredBenchmarks", new: "Sequence[str]") -> None:
    """Print what was found, and what makes the site: files to merge, if any, and two commands."""
    for suite in benchmarks.suites:
        typer.echo(f"found: the suite {suite.name}")
    for tool, path in benchmarks.others.items():
        typer.echo(f"found: benchmarks of {tool} in {path}")
    merging = f"  merge what you need of {listed(new)} into your own files\n" if new else ""
    typer.echo(f"\nNext, in {folder}:\n{merging}  {command}\n  unitdocs site build")
