"""`unitdocs compare`: two files of results, or the two arms of a run record."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.cli.bench import parse_absolute_margins, parse_margin

if TYPE_CHECKING:
    from unitdocs.analysis.comparison import Comparison

WORSE = 1
INCONCLUSIVE = 3


class Format(StrEnum):
    """How a comparison is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class Failure(StrEnum):
    """Verdicts that give an exit code other than 0."""

    SLOWER = "slower"
    INCONCLUSIVE = "inconclusive"


def compare(
    base: Annotated[
        Path,
        typer.Argument(
            help="The results to compare against. Given alone, it must be a run record; its two arms are compared."
        ),
    ],
    head: Annotated[
        Path | None, typer.Argument(help="The file of results to compare with it.", show_default=False)
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="table for people, json for programs, markdown for a pull request.")
    ] = Format.TABLE,
    metric: Annotated[
        list[str] | None, typer.Option(help="A metric to compare, such as time (default: all).", show_default=False)
    ] = None,
    margin: Annotated[
        str | None,
        typer.Option(
            help="Differences smaller than this are treated as equivalent (default: the record's own, or 1%).",
            show_default=False,
        ),
    ] = None,
    absolute_margin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC=SIZE",
            help="The same in the unit of a metric, whatever the ratio; repeatable, e.g. peak memory=16384.",
            show_default=False,
        ),
    ] = None,
    fail_on: Annotated[
        list[Failure] | None,
        typer.Option(
            help="slower: exit code 1 if a case got worse. inconclusive: also 3 if none did and a case is undecided."
        ),
    ] = None,
) -> int:
    """Compare case by case: change, interval, p-value and verdict.

    The arms of a run record are compared in pairs of rounds. Two files are matched by suite, name and metric, and
    compared by processes; they may come from pyperf, pytest-benchmark, asv, Google Benchmark, hyperfine or unitdocs.
    The exit code is 0 whatever the verdicts, unless --fail-on is given; 2 for invalid input. The p-value of the table
    is that of the case alone; JSON also has it adjusted by Holm's method over the cases of each metric.

    Example: unitdocs compare before.json after.json --fail-on slower
    """
    from unitdocs.analysis.comparison import compare_files, to_json  # noqa: PLC0415
    from unitdocs.cli import tables  # noqa: PLC0415 -- pandas takes a while

    share = None if margin is None else parse_margin(margin)
    comparison = compare_files(
        base,
        head,
        margin=share,
        absolute_margins=parse_absolute_margins(absolute_margin, {}) if absolute_margin else None,
        metrics=metric or (),
    )
    write = {Format.TABLE: tables.as_text, Format.JSON: to_json, Format.MARKDOWN: tables.as_markdown}
    typer.echo(write[form](comparison))
    return exit_code(comparison, fail_on or [])


def exit_code(comparison: "Comparison", failures: list[Failure]) -> int:
    """Return the exit code: a case that got worse takes precedence over an undecided one."""
    from unitdocs.analysis.case_result import Outcome  # noqa: PLC0415 -- NumPy takes a while

    if failures and any(case.outcome is Outcome.WORSE for case in comparison.cases):
        return WORSE
    if Failure.INCONCLUSIVE in failures and any(case.is_undecided for case in comparison.cases):
        return INCONCLUSIVE
    return 0
