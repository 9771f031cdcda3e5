"""A self-check as text: a table, Markdown or JSON."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from unitdocs.cli.rows import aligned, marked_up
from unitdocs.errors import InputError
from unitdocs.studies import GateCheck, SelfCheck, TimeVerdict, family_rate, gate_rates, rates

COLUMNS = ("Operation", "Slowdown", "Margin", "Trials", "Slower", "Faster", "~", "?", "Found", "Coverage", "Median")
GATE_COLUMNS = ("Slowdown", "Runs", "Found", "False alarms", "Cases without a verdict", "Median")
GATE_TEXTS = (2, 3)
"""The columns of it that are aligned to the left."""

Written = TypeVar("Written")


def parse_slowdowns(text: str) -> tuple[float, ...]:
    """Return slowdowns in percent, such as `0,1,2.5`, as shares.

    Raises:
        InputError: a part is not a number.
    """
    try:
        return tuple(round(float(part.strip().removesuffix("%")) / 100, 6) for part in text.split(","))
    except ValueError as error:
        raise InputError(f"--slowdown {text}: expected percentages separated by commas, such as 0,1,2") from error


def writer(form: str) -> Callable[[SelfCheck], str]:
    """Return the function that formats a self-check.

    Raises:
        InputError: the format does not exist.
    """
    return _chosen({"table": table, "markdown": markdown, "json": to_json}, form)


def table(check: SelfCheck) -> str:
    """Return an aligned table of operations and slowdowns, then the error rate of suites."""
    rows = [COLUMNS, *_cells(check)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, *_family(check)])


def markdown(check: SelfCheck) -> str:
    """Return a Markdown table of operations and slowdowns, then the error rate of suites."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *_cells(check)]
    return "\n".join(
        [*(f"| {' | '.join(row)} |" for row in rows), *(line for sentence in _family(check) for line in ("", sentence))]
    )


def to_json(check: SelfCheck) -> str:
    """Return the rows with verdicts and rates, and the error rate of suites, as JSON."""
    suites = family_rate(check)
    family = suites and {
        "cases": check.suite_size,
        "suites": suites.n,
        "wrong": suites.count,
        "low": suites.low,
        "high": suites.high,
    }
    return json.dumps(
        {"rows": [_json_row(row) for row in rates(check).to_dict("records")], "family": family},
        indent=2,
        ensure_ascii=False,
    )


def _chosen(writers: Mapping[str, Callable[[Written], str]], form: str) -> Callable[[Written], str]:
    if form not in writers:
        raise InputError(f"--format {form}: give one of {', '.join(writers)}")
    return writers[form]


def gate_writer(form: str) -> Callable[[GateCheck], str]:
    """Return the function that formats a check of the gate.

    Raises:
        InputError: the format does not exist.
    """
    writers: dict[str, Callable[[GateCheck], str]] = {
        "table": lambda check: "\n".join(aligned([GATE_COLUMNS, *_gate_cells(check)], GATE_TEXTS)),
        "markdown": lambda check: "\n".join(marked_up([GATE_COLUMNS, *_gate_cells(check)], GATE_TEXTS)),
        "json": lambda check: json.dumps({"rows": gate_rates(check).to_dict("records")}, indent=2),
    }
    return _chosen(writers, form)


def _gate_cells(check: GateCheck) -> list[tuple[str, ...]]:
    return [
        (
            f"{row['slowdown']:.1%}",
            str(row["trials"]),
            _gate_share(row, "found", "found") if row["slowdown"] else "",
            _gate_share(row, "false_alarms", "false"),
            f"{row['failed']} of {row['cases']}",
            f"{row['median_seconds']:.1f} s",
        )
        for row in gate_rates(check).to_dict("records")
    ]


def _gate_share(row: Mapping[Any, Any], count: str, name: str) -> str:
    return f"{row[count]}: {row[f'{name}_share']:.1%} [{row[f'{name}_low']:.1%}, {row[f'{name}_high']:.1%}]"


def _json_row(row: Mapping[Any, Any]) -> dict[str, object]:
    verdicts = {word.value: row[word.value] for word in TimeVerdict}
    return {name: value for name, value in row.items() if name not in verdicts} | {"verdicts": verdicts}


def _cells(check: SelfCheck) -> list[tuple[str, ...]]:
    return [
        (
            row["operation"],
            f"{row['slowdown']:.1%}",
            f"{row['margin']:.1%}",
            str(row["repeats"]),
            *(str(row[word.value]) for word in TimeVerdict),
            _share(row, "found"),
            _share(row, "coverage"),
            f"{row['median_seconds']:.1f} s",
        )
        for row in rates(check).to_dict("records")
    ]


def _share(row: Mapping[Any, Any], name: str) -> str:
    return f"{row[name]:.1%} [{row[f'{name}_low']:.1%}, {row[f'{name}_high']:.1%}]"


def _family(check: SelfCheck) -> list[str]:
    """Return a sentence on the error rate of suites; none if no suites were judged."""
    suites = family_rate(check)
    if suites is None:
        return []
    wrong = f"{suites.count} of {suites.n} (95 % interval {suites.low:.1%} to {suites.high:.1%})"
    return [f"Suites of {check.suite_size} equal cases in which at least one got a difference: {wrong}"]
