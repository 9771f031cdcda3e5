"""The table that is a figure: rows are scenarios by suite, columns are metrics, and each cell draws its effect.

All ratios share one logarithmic axis; a share of tries has an axis of its own. The table is complete without a script:
`portal/theme/assets/effect_table.js` sorts and filters its rows by the ranks and verdicts that are written here as
attributes.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, EffectScale, Outcome, measured, worst_first
from unitdocs.analysis.descriptions import arms_of, plain_metric, shared_arms
from unitdocs.formatting import counted, listed, visible
from unitdocs.portal.components.effect_marks import (
    MEANINGS,
    EffectAxis,
    axis_of_differences,
    axis_of_ratios,
    directions,
    is_on_the_right,
    key_of_marks,
    sentence,
    text,
    verdict_name,
)
from unitdocs.portal.components.markup import Html, escape, join, tag
from unitdocs.portal.components.page_output import slug
from unitdocs.records import Metric, Status

OTHER = "This machine"
_ORDER: Mapping[str, int] = {metric: place for place, metric in enumerate(Metric)}
"""The order of the columns; metrics that a project counts are after these."""
Address = Callable[[CaseResult], str]
"""Where the page of a case is."""


@dataclass(frozen=True)
class OtherRun:
    """A run on the reader's machine, whose main times get a column.

    Args:
        machine: what it ran on.
        day: when.
        cases: its results.
    """

    machine: str
    day: str
    cases: Sequence[CaseResult]


@dataclass(frozen=True)
class Row:
    """One scenario.

    Args:
        cells: its cases, at least one, by the name of their column.
    """

    cells: Mapping[str, CaseResult]

    @property
    def first(self) -> CaseResult:
        """Any case of the scenario, for what all of them share."""
        return next(iter(self.cells.values()))

    @property
    def name(self) -> tuple[str, str]:
        """Suite and scenario, unique in a table."""
        return self.first.suite, self.first.scenario

    @property
    def main(self) -> CaseResult | None:
        """The case of the time that represents the scenario."""
        return self.cells.get(Metric.TIME)

    @property
    def from_worst(self) -> tuple[float, ...]:
        """A key that sorts rows: failed, worse, inconclusive, then by the gain in the main time, the least first."""
        for place, kind in enumerate((Status.FAILED, Outcome.WORSE, Outcome.INCONCLUSIVE)):
            keys = [worst_first(case) for case in self.cells.values() if kind in (case.status, case.outcome)]
            if keys:
                return float(place), *min(keys)
        return 3.0, *(worst_first(self.main) if self.main and self.main.effect else (math.inf,))

    @property
    def from_most_gain(self) -> tuple[float, ...]:
        """A key that sorts rows by the gain in the main time, the most first; rows without one are last."""
        if self.main is None or self.main.effect is None:
            return (math.inf,)
        return tuple(-part for part in worst_first(self.main))


@dataclass(frozen=True)
class EffectTable:
    """Scenarios by suite with the effect of every metric.

    Args:
        cases: the results of a run.
        suites: title of each suite by its name, in their order.
        address: where the page of a case is; None if there are no such pages.
        other: a run on this machine, if its times are shown.
    """

    cases: Sequence[CaseResult]
    suites: Mapping[str, str]
    address: Address | None = None
    other: OtherRun | None = None

    @cached_property
    def rows(self) -> list[Row]:
        """A row a scenario, in the order of the suites; within a suite from the worst on."""
        order = list(dict.fromkeys([*self.suites, *(suite for suite, _ in self._scenarios)]))
        rows = [Row(_by_column(cases)) for cases in self._scenarios.values()]
        return sorted(rows, key=lambda row: (order.index(row.first.suite), row.from_worst))

    @cached_property
    def columns(self) -> list[str]:
        """Names of the columns: the main time, then every other metric that was measured or failed."""
        cells = [cell for cases in self._scenarios.values() for cell in _by_column(cases).items()]
        shown = {column for column, case in cells if case.effect or case.status is Status.FAILED}
        return sorted(shown, key=lambda column: (_ORDER.get(column, math.inf), column))

    @property
    def without_column(self) -> list[CaseResult]:
        """The cases whose metric has no column, because it was measured nowhere."""
        return [case for row in self.rows for column, case in row.cells.items() if column not in self.columns]

    def of_column(self, column: str) -> list[CaseResult]:
        """Return the cases of a column, in the order of the rows."""
        return [row.cells[column] for row in self.rows if column in row.cells]

    @cached_property
    def axes(self) -> dict[str, EffectAxis]:
        """The axis of each column; all ratios share one."""
        ratios = axis_of_ratios(self.cases)
        columns = {column: self.of_column(column) for column in self.columns}
        return {
            column: axis_of_differences(cases) if cases[0].is_share else ratios for column, cases in columns.items()
        }

    def html(self) -> Html:
        """Return the table alone, as a report shows it."""
        return self._table(lambda *title: tag("strong", *title))

    def page_part(self) -> Html:
        """Return the table with its key and its controls, as a page shows it."""
        parts = [key_of_marks(), controls(self), self._table(lambda *title: tag("button", *title, type="button"))]
        return tag("div", join(["", *parts, ""]), data_effect_table="", data_search_exclude="")

    def _table(self, title: Callable[..., Html]) -> Html:
        """Return the table with the titles of its columns in an element of their own."""
        suites = dict.fromkeys(row.first.suite for row in self.rows)
        bodies = [self._body(suite, [row for row in self.rows if row.first.suite == suite]) for suite in suites]
        treatments = listed(list(dict.fromkeys(case.treatment for case in self.cases)))
        name = f"Effects of {treatments}, a row a scenario" if treatments else "Effects"
        return tag(
            "table",
            join(["", tag("thead", self._head(title)), *bodies, ""]),
            class_="ud-effects",
            style=f"--columns: {len(self.columns) + (self.other is not None)}",
            aria_label=visible(name),
        )

    @cached_property
    def _scenarios(self) -> dict[tuple[str, str], list[CaseResult]]:
        scenarios: dict[tuple[str, str], list[CaseResult]] = {}
        for case in self.cases:
            scenarios.setdefault((case.suite, case.scenario), []).append(case)
        return scenarios

    @cached_property
    def _ranks(self) -> dict[tuple[str, str, str], int]:
        """The place of each case among the measured ones of its column, the worst first."""
        columns = (sorted(measured(self.of_column(column)), key=worst_first) for column in self.columns)
        return {case.key: place for cases in columns for place, case in enumerate(cases)}

    @cached_property
    def _places(self) -> dict[tuple[str, str], dict[str, str]]:
        """The places of each row in the two orders that need no suites, as attributes."""
        orders = {
            "data_worst": sorted(self.rows, key=lambda row: row.from_worst),
            "data_gain": sorted(self.rows, key=lambda row: row.from_most_gain),
        }
        places: dict[tuple[str, str], dict[str, str]] = {row.name: {} for row in self.rows}
        for order, rows in orders.items():
            for place, row in enumerate(rows):
                places[row.name][order] = str(place)
        return places

    def _head(self, title: Callable[..., Html]) -> Html:
        heads = [self._column_head(column, title) for column in self.columns]
        if self.other:
            label = (tag("span", OTHER), tag("small", f"{self.other.machine}, {self.other.day}"))
            heads.insert(self._other_place, tag("th", *label, scope="col", class_="ud-other"))
        return tag("tr", tag("th", "Scenario", scope="col"), *heads)

    def _column_head(self, column: str, title: Callable[..., Html]) -> Html:
        axis = self.axes[column]
        ticks = tag("span", *(tag("i", tick) for tick in axis.ticks), class_="ud-ticks")
        sides = tag("span", *(tag("i", side) for side in directions(self.of_column(column)[0])), class_="ud-sides")
        is_share = axis.scale is EffectScale.DIFFERENCE
        unit = [" ", tag("small", "points")] if is_share else []
        kind = {"class_": "ud-share"} if is_share else {}
        return tag(
            "th",
            title(plain_metric(column).capitalize(), *unit),
            sides,
            ticks,
            scope="col",
            data_column=visible(column),
            **kind,
        )

    def _body(self, suite: str, rows: Sequence[Row]) -> Html:
        times = listed(list(dict.fromkeys(plain_metric(row.main.metric) for row in rows if row.main)))
        note = [] if times in ("", Metric.TIME) else [" ", tag("small", f"Time: {times}")]
        width = 1 + len(self.columns) + (self.other is not None)
        head = tag("th", self.suites.get(suite, suite), *note, scope="rowgroup", colspan=str(width))
        lines = [tag("tr", head, class_="ud-suite-row"), *map(self._row, rows)]
        return tag("tbody", Html("\n"), join(lines), Html("\n"), data_suite=visible(suite))

    def _row(self, row: Row) -> Html:
        case = row.main or row.first
        title = (
            tag("a", case.title, href=self.address(case), title=visible(case.title))
            if self.address
            else escape(case.title)
        )
        arms = [] if shared_arms(self.cases) else [" ", tag("small", arms_of(case))]
        head = tag("th", title, *arms, scope="row", data_in=visible(self.suites.get(case.suite, case.suite)))
        cells = [self._cell(row.cells.get(column), column) for column in self.columns]
        if self.other:
            cells.insert(self._other_place, self._other_cell(row))
        return tag("tr", head, *cells, **self._places[row.name])

    def _cell(self, case: CaseResult | None, column: str) -> Html:
        if case is None:
            return Html("<td></td>")
        address = self.address(case) if self.address else ""
        rank = {"data_rank": str(self._ranks[case.key])} if case.key in self._ranks else {}
        return _effect_cell(case, column, self.axes[column], address, **rank)

    @property
    def _other_place(self) -> int:
        return 1 if Metric.TIME in self.columns else 0

    def _other_cell(self, row: Row) -> Html:
        """Return the main time of a scenario on this machine, which may not have measured it."""
        others = self.other.cases if self.other else ()
        case = next((case for case in others if row.main and case.key == row.main.key), None)
        if case is None:
            return tag("td", tag("b", "not run"), data_label=OTHER, class_="ud-none")
        return _effect_cell(case, OTHER, axis_of_ratios(self.cases), "", class_="ud-other")


def controls(table: EffectTable) -> Html:
    """Return the form that sorts and filters a table; without a script it is not shown."""
    orders = {"suite": "by suite", "worst": "worst first", "gain": "most gain first"}
    names = dict.fromkeys(row.first.suite for row in table.rows)
    suites = {"": "all", **{name: table.suites.get(name, name) for name in names}}
    verdicts = {"": "any", **{slug(outcome): word for outcome, word in MEANINGS.items()}, "failed": "failed"}
    metrics = {column: plain_metric(column) for column in table.columns}
    parts = [
        _select("Order", "order", orders),
        _select("Suite", "suite", suites),
        _select("Verdict", "verdict", verdicts),
        tag("label", "Metric ", _options("metric", metrics), class_="ud-narrow"),
        tag("label", "Find ", Html('<input type="search" name="text" autocomplete="off">')),
        tag("button", "Reset", type="reset"),
        tag("span", f"{len(table.rows)} of {counted(len(table.rows), 'scenario')}", role="status"),
    ]
    return tag("form", join(parts), class_="ud-effect-controls", aria_label="Rows of the table")


def _select(label: str, name: str, options: Mapping[str, str]) -> Html:
    return tag("label", f"{label} ", _options(name, options))


def _options(name: str, options: Mapping[str, str]) -> Html:
    return tag("select", *(tag("option", text, value=visible(value)) for value, text in options.items()), name=name)


def _effect_cell(case: CaseResult, label: str, axis: EffectAxis, address: str, **attributes: str) -> Html:
    """Return a cell; what it says in full is the name of its link, or of its picture without one."""
    content = (axis.drawing(case), tag("b", text(case), aria_hidden="true"))
    words = visible(sentence(case))
    inner = (
        tag("a", *content, href=address, title=words)
        if address
        else tag("span", *content, title=words, role="img", aria_label=words)
    )
    side = {"data_side": "worse"} if is_on_the_right(case) else {}
    return tag(
        "td",
        inner,
        data_verdict=verdict_name(case),
        data_label=visible(plain_metric(label).capitalize()),
        **side,
        **attributes,
    )


def _by_column(cases: Sequence[CaseResult]) -> dict[str, CaseResult]:
    """Return the cases of a scenario by column: the first of the times that can represent it is in the one of time."""
    found = {case.metric: case for case in cases}
    main = next((metric for metric in MAIN_TIMES if metric in found), None)
    return {str(Metric.TIME) if metric == main else metric: case for metric, case in found.items()}
