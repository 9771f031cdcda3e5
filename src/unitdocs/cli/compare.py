"""`unitdocs compare`: two sides of results, or the two arms of a run record."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from unitdocs.cli.formats import ComparisonForm
from unitdocs.cli.margins import parse_absolute_margins, parse_margin
from unitdocs.errors import InputError

if TYPE_CHECKING:
    from unitdocs.analysis.comparison import Comparison
    from unitdocs.analysis.margins import Margins

WORSE = 1
INCONCLUSIVE = 3
TWO = 2


class Failure(StrEnum):
    """Outcomes that give an exit code other than 0."""

    SLOWER = "slower"
    INCONCLUSIVE = "inconclusive"
    MISSING = "missing"


class CompareCommand(TyperCommand):
    """The command, in which `--against` and `--pair` take several values."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 -- the type is private to typer
        """Parse the arguments with one option for each value, since an option takes one value here."""
        return super().parse_args(ctx, one_value_each(args))


def one_value_each(arguments: Sequence[str]) -> list[str]:
    """Return arguments in which options of several values are repeated, once for each value.

    `--against` takes all values up to the next option, `--pair` takes two names, whatever they are.

    Example:
        `a --against b c --filter x` is `a --against=b --against=c --filter x`.

    Raises:
        InputError: an option has too few values.
    """
    repeated: list[str] = []
    rest = list(arguments)
    while rest:
        option = rest.pop(0)
        count = _count_of_values(option, rest)
        if count is None:
            repeated.append(option)
            continue
        repeated += [f"{option}={value}" for value in rest[:count]]
        del rest[:count]
    return repeated


def _count_of_values(option: str, rest: Sequence[str]) -> int | None:
    """Return how many of the following arguments belong to an option; None for other options and values."""
    if option == "--pair":
        if len(rest) < TWO:
            raise InputError("--pair: give two names, one of the base and one of the head")
        return TWO
    if option != "--against":
        return None
    count = next((index for index, value in enumerate(rest) if value.startswith("-")), len(rest))
    if count == 0:
        raise InputError("--against: give the files of the head")
    return count


def compare(
    base: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="The results to compare against, and those to compare with them: files, or folders of asv and "
            "pytest-benchmark with the beginning of a file name or commit, such as results/machine/1a2b3c4d. A run "
            "record alone is compared arm by arm.",
            show_default=False,
        ),
    ],
    against: Annotated[
        list[Path] | None,
        typer.Option(
            help="The files of the head, all up to the next option; those before it are then repetitions of the base.",
            show_default=False,
        ),
    ] = None,
    commit: Annotated[
        list[str] | None,
        typer.Option(help="With a folder: the commit or file of the base, and again that of the head."),
    ] = None,
    pair: Annotated[
        list[str] | None,
        typer.Option(
            metavar="BASE HEAD",
            help="Compare two names with each other, also of one file; can be repeated.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        ComparisonForm,
        typer.Option(
            "--format",
            help="table for people, json for programs, markdown with every case, comment for a pull request with what "
            "changed, html as a page, junit for build servers.",
        ),
    ] = ComparisonForm.TABLE,
    metric: Annotated[
        list[str] | None, typer.Option(help="A metric to compare, such as time (default: all).", show_default=False)
    ] = None,
    pattern: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            help="Compare only cases that match: part of suite/name, or a pattern with * and ?; can be repeated.",
            show_default=False,
        ),
    ] = None,
    margin: Annotated[
        list[str] | None,
        typer.Option(
            help="Differences smaller than this are treated as equivalent (default: the record's own, or 1%). For some "
            "cases: PATTERN=SHARE, such as 'parse/*=5%'.",
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
            help="slower: exit code 1 if a case got worse, failed in the head alone, or failed in the run whose arms "
            "are compared. inconclusive: also 3 if none did and a case is undecided, or none is compared. "
            "missing: 1 if the head lacks a case that the base has."
        ),
    ] = None,
) -> int:
    """Compare case by case: change, interval, p-value and verdict.

    The arms of a run record are compared in pairs of rounds. Two files are matched by suite, name and metric, and
    compared by processes; they may come from pyperf, pytest-benchmark, asv, Google Benchmark, hyperfine or unitdocs.
    One value a side, or a saved mean, has a ratio but no verdict. What is not compared is listed with its reason.

    The exit code is 0 whatever the verdicts, unless --fail-on is given; 2 for invalid input. The p-value of the table
    is that of the case alone; JSON also has it adjusted by Holm's method over the cases of each metric.

    Example: unitdocs compare before.json after.json --fail-on slower

    Example: unitdocs compare a1.json a2.json a3.json --against b1.json b2.json b3.json

    Example: unitdocs compare both.json --pair "sort --old" "sort --new" --margin 2% --margin "parse/*=5%"
    """
    from unitdocs.analysis.comparison import compare_files  # noqa: PLC0415
    from unitdocs.cli.comparison_formats import write  # noqa: PLC0415 -- pandas takes a while

    sides = sides_of(base, against or [], commit or [])
    names = pair or []
    if not (against or commit or names):
        _refuse_two_runs_on_revisions(base)
    pairs = list(zip(names[::2], names[1::2], strict=True))
    comparison = compare_files(
        *sides,
        margin=parse_margins(margin or []),
        absolute_margins=parse_absolute_margins(absolute_margin, {}) if absolute_margin else None,
        metrics=metric or (),
        patterns=pattern or (),
        pairs=pairs,
    )
    typer.echo(write(comparison, form))
    return exit_code(comparison, fail_on or [])


def sides_of(files: list[Path], against: list[Path], commits: list[str]) -> tuple[list[Path], list[Path] | None]:
    """Return the files of base and head; None for the head if there is one file.

    Raises:
        InputError: it is not clear which files belong to which side.
    """
    if commits:
        if len(files) != 1 or against or len(commits) != TWO:
            raise InputError("--commit: give one folder, and --commit twice: for the base and for the head")
        return [files[0] / commits[0]], [files[0] / commits[1]]
    if against:
        return files, against
    if len(files) > TWO:
        raise InputError(
            f"{len(files)} files: give those of the base, then --against, then those of the head, or two files"
        )
    return files[:1], files[1:] or None


def _refuse_two_runs_on_revisions(files: Sequence[Path]) -> None:
    """Raise an error for two runs with --base: `*.json` names both where a gate has run twice.

    Compared with each other, each gives its working tree, which is the same: a gate would pass whatever they found.
    """
    from unitdocs.records import load  # noqa: PLC0415 -- pydantic takes a while

    def is_on_revisions(file: Path) -> bool:
        try:
            return load(file).base is not None
        except InputError:
            return False

    if len(files) == TWO and all(map(is_on_revisions, files)):
        raise InputError(
            f"{files[0]} and {files[1]}: each run compares two revisions itself; give one of them, such as the newest, "
            "or write --against between them"
        )


def parse_margins(texts: Sequence[str]) -> "Margins":
    """Return margins from texts such as `2%` and `parse/*=5%`.

    Raises:
        InputError: a text is not a margin.
    """
    from unitdocs.analysis.margins import Margins  # noqa: PLC0415

    share: float | None = None
    by_pattern: dict[str, float] = {}
    for text in texts:
        pattern, has_pattern, value = text.rpartition("=")
        if has_pattern:
            by_pattern[pattern] = parse_margin(value)
        else:
            share = parse_margin(text)
    return Margins(share, by_pattern)


def exit_code(comparison: "Comparison", failures: list[Failure]) -> int:
    """Return the exit code: a case that got worse or is lost takes precedence over an undecided one."""
    from unitdocs.analysis.case_result import Outcome  # noqa: PLC0415 -- NumPy takes a while

    is_worse = any(case.outcome is Outcome.WORSE for case in comparison.cases)
    has_failed = any(case.is_worse for case in comparison.not_compared)
    if (is_worse or has_failed) and {Failure.SLOWER, Failure.INCONCLUSIVE}.intersection(failures):
        return WORSE
    if Failure.MISSING in failures and any(case.is_lost for case in comparison.not_compared):
        return WORSE
    is_undecided = not comparison.cases or any(case.is_undecided for case in comparison.cases)
    if Failure.INCONCLUSIVE in failures and is_undecided:
        return INCONCLUSIVE
    return 0
