"""Page benchmarks/trust: verdicts of other tools and of unitdocs on the same known work, side by side."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from unitdocs import studies
from unitdocs.formatting import NO_ANSWER, counted, duration, listed, number, percent
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.studies import GateCheck, SideBySide, Study, ToolComparison, WholeCommands

PAGE = Page("benchmarks/trust.md")
MISSING = "The tools were not compared for this site."
NO_GATE = "The gate was not checked for this site."


def build_page(
    side_by_side: Study[SideBySide] | None,
    whole_commands: Study[WholeCommands] | None,
    gate_check: Study[GateCheck] | None,
) -> PageOutput:
    """Return the snippets `tools` and `rates`, `command-tools` and `command-rates` of whole commands, and `gate`."""
    output = PageOutput(PAGE, "trust")
    output.snippet("gate", _gate(gate_check) if gate_check else paragraph(NO_GATE))
    for study, prefix, key in ((side_by_side, "", "power"), (whole_commands, "command-", "command-power")):
        record = study.record if study else None
        output.snippet(f"{prefix}tools", Html("") if record is None else _tools(record))
        output.snippet(
            f"{prefix}rates",
            paragraph(MISSING)
            if record is None
            else join([_power(output, record, key), _wrong_way(record), _origin(record)]),
        )
    return output


def _gate(study: Study[GateCheck]) -> Html:
    """Return how often the gate was wrong and how often it found a slowdown, how long it took, and where."""
    record = study.record
    rows = studies.gate_rates(record).to_dict("records")
    columns = [
        Column("One case does"),
        Column("Runs", is_number=True),
        Column("Slowed case called slower", is_number=True),
        Column("Another case called slower, which is wrong", is_number=True),
        Column("Cases without a verdict", is_number=True),
        Column("Time of a run", is_number=True),
    ]
    cells = [
        [
            f"{percent(row['slowdown'])} more" if row["slowdown"] else "no more",
            str(row["trials"]),
            _counted(row, "found", "found") if row["slowdown"] else NO_ANSWER,
            _counted(row, "false_alarms", "false"),
            f"{row['failed']:,} of {row['cases']:,}",
            f"{duration(row['median_seconds'])}, at most {duration(row['longest_seconds'])}",
        ]
        for row in rows
    ]
    here, loads = record.environment, [trial.load for trial in record.trials if trial.load is not None]
    commits = counted(len({trial.commit for trial in record.trials}), "commit")
    sentence = (
        f"Measured on {record.created:%Y-%m-%d} with {here.implementation} {here.python} on {here.cpu} "
        f"({counted(here.cores, 'core')}, {here.system}), on {commits} of this project that change documentation "
        f"alone, {counted(record.cases, 'case')} a run"
        + (f"; the load before a run was from {number(min(loads))} to {number(max(loads))}." if loads else ".")
    )
    notes = paragraph(
        "" if record.finished else f"The check did not finish: {len(record.trials)} of {record.planned} runs.",
        "" if study.is_current else "The code that measures or decides has changed since.",
    )
    return join(
        [
            table("What the gate said of changes whose effect is known", columns, cells),
            tag("p", sentence, class_="ud-origin"),
            notes,
            tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce"),
        ]
    )


def _counted(row: Mapping[Any, Any], count: str, name: str) -> Html:
    return cell_lines(
        f"{row[count]} of {row['trials']}", f"{percent(row[f'{name}_low'])} to {percent(row[f'{name}_high'])}"
    )


def _tools(record: ToolComparison) -> Html:
    columns = [Column("Tool"), Column("Version"), Column("Method, and when it calls code different")]
    rows = [[tool.name, tool.version, tool.rule] for tool in record.tools]
    return table("The tools as used", columns, rows)


def _origin(record: ToolComparison) -> Html:
    """Return when and where the tools were compared, the load of the machine, and the command."""
    here = record.environment
    operations = listed(list(dict.fromkeys(trial.operation for trial in record.trials))) or "nothing"
    sentence = (
        f"Measured on {record.created:%Y-%m-%d} with {here.implementation} {here.python} on {here.cpu} "
        f"({counted(here.cores, 'core')}, {here.system}), commit {(here.commit or 'unknown')[:10]}, "
        f"seed {record.seed}, on operations of {operations}."
    )
    planned = len(record.slowdowns) * sum(record.repeats.values())
    unfinished = (
        "" if record.finished else f"The session did not finish: {len(record.trials)} of {planned} comparisons."
    )
    reproduce = tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce")
    return join([tag("p", sentence, class_="ud-origin"), paragraph(_load(record), unfinished), reproduce])


def _load(record: ToolComparison) -> str:
    """Return the load of the machine as one sentence."""
    here = record.environment
    loads = [trial.load for trial in record.trials if trial.load is not None]
    if not loads:
        return "The load of the machine is unknown."
    end = f", {number(here.load_end)} at the end" if here.load_end is not None else ""
    start = f"{number(here.load_start)} at the start" if here.load_start is not None else "unknown at the start"
    median = number(statistics.median_high(loads))
    return (
        f"Load on {counted(here.cores, 'core')}: {start}{end}; before each comparison from "
        f"{number(min(loads))} to {number(max(loads))}, half of them at or above {median}."
    )


def _power(output: PageOutput, record: ToolComparison, name: str) -> Html:
    """Return how often each tool was right, in one figure; nothing without a trial."""
    rates = studies.tool_rates(record)
    slowed, equal = rates[rates["slowdown"] > 0], rates[rates["slowdown"] == 0]
    if rates.empty:
        return Html("")
    rows = rates.to_dict("records")
    data = pd.DataFrame([_point(row, "slower" if row["slowdown"] else "different") for row in rows])
    columns = [Column("Tool"), Column("More work", is_number=True), Column("Called so", is_number=True)]
    cells = [
        [row["name"], percent(row["slowdown"]), cell_lines(f"{row['found']} of {row['trials']}", _interval(row))]
        for row in data.to_dict("records")
    ]
    figure = Figure(
        key=output.key(name, "tools"),
        finding=_finding(record.tools[0].name, slowed, equal),
        measured="Shares of comparisons with 95 % intervals (Clopper and Pearson); the counts are at the right.",
        plot=figures.pinned(figures.power(data)),
        table=table("Shares as drawn", columns, cells),
        reproduce=record.command,
    )
    return output.figure(figure, data)


def _finding(tool: str, slowed: pd.DataFrame, equal: pd.DataFrame) -> str:
    """Return how often a tool was right, of slowed code, of equal code, or of both."""
    if slowed.empty:
        return f"{tool}: equal code was called different in {_count_of(equal, 'different', tool)} comparisons."
    same = f", equal code different in {_count_of(equal, 'different', tool)}" if len(equal) else ""
    return f"{tool}: slowed code was called slower in {_count_of(slowed, 'slower', tool)} comparisons{same}."


def _point(row: Mapping[Any, Any], called: str) -> dict[str, object]:
    return {
        "name": row["tool"],
        "slowdown": row["slowdown"],
        "called": called,
        "found": row[called],
        "trials": row["trials"],
        "share": row[f"{called}_share"],
        "low": row[f"{called}_low"],
        "high": row[f"{called}_high"],
    }


def _interval(row: Mapping[Any, Any]) -> str:
    return f"{percent(row['low'])} to {percent(row['high'])}"


def _count_of(rates: pd.DataFrame, called: str, tool: str) -> str:
    rows = rates[rates["tool"] == tool]
    return f"{rows[called].sum()} of {rows['trials'].sum()}"


def _wrong_way(record: ToolComparison) -> Html:
    """Return how often each tool called slowed code faster, and how long its comparisons took."""
    rates = studies.tool_rates(record)
    slowed = rates[rates["slowdown"] > 0]
    slowdowns = list(dict.fromkeys(slowed["slowdown"]))
    columns = [
        Column("Tool"),
        *(Column(f"{percent(slowdown)} more", is_number=True) for slowdown in slowdowns),
        Column("Median time", is_number=True),
    ]
    by_tool = {tool: rows.to_dict("records") for tool, rows in rates.groupby("tool", sort=False)}
    cells = [[str(tool), *_faster(rows, slowdowns), _times(rows)] for tool, rows in by_tool.items()]
    return table("Slowed code called faster, which is wrong; and how long a comparison took", columns, cells)


def _faster(rows: Sequence[Mapping[Any, Any]], slowdowns: Sequence[float]) -> list[str]:
    counts = {row["slowdown"]: f"{row['faster']} of {row['trials']}" for row in rows}
    return [counts.get(slowdown, NO_ANSWER) for slowdown in slowdowns]


def _times(rows: Sequence[Mapping[Any, Any]]) -> str:
    """Return the median time of a comparison, or from which to which it goes over the amounts of extra work."""
    times = list(dict.fromkeys(duration(seconds) for seconds in sorted(row["median_seconds"] for row in rows)))
    return " to ".join(dict.fromkeys((times[0], times[-1])))
