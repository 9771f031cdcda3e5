"""What a command that measures prints at its end."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from unitdocs.errors import MeasurementError
from unitdocs.formatting import counted

if TYPE_CHECKING:
    from unitdocs.analysis import CaseResult
    from unitdocs.records import RunRecord


def report(record: "RunRecord", path: Path) -> int:
    """Print the warnings, times and path of a record, and return the exit code."""
    from unitdocs.bench.run import traceback_file  # noqa: PLC0415 -- slow to import
    from unitdocs.bench.text import encodable  # noqa: PLC0415

    for warning in record.environment.warnings:
        typer.echo(f"warning: {warning}", err=True)
    typer.echo(table_of(record))
    if left := unmeasured(record):
        typer.echo(
            f"warning: the time of a {record.profile} run was too short for a verdict on {counted(left, 'case')}; "
            "--profile full has no limit",
            err=True,
        )
    if is_blind := _is_blind(record):
        typer.echo(
            "warning: no case could be compared, since the base runs none of them; if all of them are new, the next "
            "change is the first to be compared",
            err=True,
        )
    typer.echo(encodable(f"Record: {path}"))
    if (tracebacks := traceback_file(path)).exists():
        typer.echo(encodable(f"Tracebacks: {tracebacks}"))
    has_failed = any(case.status == "failed" for case in record.cases)
    return MeasurementError.exit_code if has_failed or is_blind else 0


def _is_blind(record: "RunRecord") -> bool:
    """Return whether the base runs no case: a gate that passed then would always pass where the base cannot be run."""
    statuses = {case.status for case in record.cases}
    return "new" in statuses and "measured" not in statuses


def unmeasured(record: "RunRecord") -> int:
    """Return how many scenarios have no verdict since the time of a quick run was used up."""
    if record.profile != "quick":
        return 0
    return len({(case.suite, case.scenario) for case in record.cases if case.status == "not measured"})


def table_of(record: "RunRecord") -> str:
    """Return a line for each scenario: how its time changed, with the interval, or why there is none.

    The time of a sequence of frames is that of its median frame, and that of a start its slowest one.
    """
    from unitdocs.analysis import compare_cases  # noqa: PLC0415 -- slow to import
    from unitdocs.analysis.case_result import MAIN_TIMES  # noqa: PLC0415
    from unitdocs.cli.rows import aligned  # noqa: PLC0415

    cases = [case for case in compare_cases(record) if case.metric in MAIN_TIMES]
    names = aligned([(f"{case.suite}/{case.scenario}",) for case in cases], left={0}) if cases else []
    width = max(map(len, names), default=0)
    effects = [_effect_row(case) for case in cases if case.effect]
    written = iter(aligned(effects, left={1, 3}) if effects else [])
    results = [next(written) if case.effect else f"{case.status}: {case.reason}" for case in cases]
    return "\n".join(f"{name.ljust(width)}  {result}" for name, result in zip(names, results, strict=True))


def _effect_row(case: "CaseResult") -> tuple[str, ...]:
    from unitdocs.analysis.case_result import Outcome  # noqa: PLC0415 -- slow to import
    from unitdocs.analysis.descriptions import extent, interval  # noqa: PLC0415 -- slow to import

    # The word of the effect is the verdict, except where the interval or the margin does not allow one.
    note = "" if case.outcome in (Outcome.BETTER, Outcome.WORSE) else case.outcome_label
    return extent(case), interval(case), f"n = {case.control_n}", note
