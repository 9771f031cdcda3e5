"""Page benchmarks/comparison: the absolute values of both systems, suite by suite, with a switch that hides one.

The switch is a group of radio buttons that the style sheet reads, so that it works without a script. What belongs to
one system has the class `ud-control` or `ud-treatment`, in tables as in figures; what joins both has `ud-both`, and
what is shown only where a system is alone has `ud-alone`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from unitdocs import records
from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, measured, metrics
from unitdocs.analysis.descriptions import ROLES, amounts, shared_arms
from unitdocs.analysis.run import Run
from unitdocs.formatting import capitalized, counted, listed, milliseconds, percent, quantity
from unitdocs.portal import figures
from unitdocs.portal.components.case_links import case_link
from unitdocs.portal.components.markup import Column, Figure, Html, Page, folded, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph, slug
from unitdocs.portal.components.provenance import load, status
from unitdocs.portal.figures.row_groups import row_groups
from unitdocs.portal.pages.frames import count_missed
from unitdocs.portal.pages.sizes import amount, growth_figures
from unitdocs.records import FRAME, QUANTILES, Metric, Role

PAGE = Page("benchmarks/comparison.md")
NOT_APPLICABLE = records.Status.NOT_APPLICABLE.value
BOTH = "both"
PHASES: Mapping[str, str] = {Role.CONTROL: "baseline", Role.TREATMENT: "improved", BOTH: "comparison"}
"""What the choices of the switch are called in a migration."""
MOST_PAIRS = 4
"""Metrics of a table whose cells have room for two values in one line."""
Key = tuple[str, str, str]
Spans = Mapping[tuple[Key, Role], tuple[float, float]]
"""Lowest and highest mean of a round, by case and role."""


def build_page(reference: Run, machine: Run | None) -> PageOutput:
    """Return the snippets `status`, `switch`, `suites`, `scaling` and `load`: the values of both systems, by suite."""
    output = PageOutput(PAGE, "comparison")
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet(
        "load",
        paragraph(load(reference), "Another machine gives other values; ratios are expected to carry over better."),
    )
    phases = {} if reference.record.base else PHASES
    output.snippet("switch", _switch(shared_arms(reference.cases) or ROLES, phases))
    values = RecordedValues.of(reference)
    of_suites = ([case for case in reference.cases if case.suite == name] for name in reference.suites)
    suites = [cases for cases in of_suites if cases]
    blocks = [
        block
        for index, cases in enumerate(suites)
        # The first table is open: it shows what is in the others.
        for block in _suite(output, reference, values, cases, is_open=index == 0)
    ]
    output.snippet("suites", *(blocks or [paragraph("The record holds no case.")]))
    growths = [figure for cases in suites for figure in growth_figures(output, reference, cases)]
    output.snippet("scaling", *(growths or [paragraph("The record holds no work at three numbers of elements.")]))
    return output


@dataclass(frozen=True)
class RecordedValues:
    """What a record holds of each case besides its result.

    Args:
        cases: the recorded cases by key.
        spans: of the means of rounds.
    """

    cases: Mapping[Key, records.Case]
    spans: Spans

    @classmethod
    def of(cls, run: Run) -> "RecordedValues":
        """Return the values of a run."""
        spans = {}
        for key, rounds in run.rounds.items():
            for role, means in zip(Role, (rounds.control_means, rounds.treatment_means), strict=True):
                spans[key, role] = float(means.min()), float(means.max())
        return cls({(case.suite, case.scenario, case.metric): case for case in run.record.cases}, spans)


def _switch(arms: tuple[str, str], phases: Mapping[str, str]) -> Html:
    """Return the radio buttons that choose the arms shown; their values are what an address has after `show=`."""
    names = [*map(capitalized, arms), "Both"]
    values = [*map(slug, arms), BOTH]
    if len(set(values)) < len(values):
        values = [*Role, BOTH]
    roles = (*Role, BOTH)
    options = [
        join([_option(role, value), _label(role, name, phases)], "")
        for role, value, name in zip(roles, values, names, strict=True)
    ]
    return tag("fieldset", tag("legend", "Show"), *options, class_="ud-switch")


def _label(role: str, name: str, phases: Mapping[str, str]) -> Html:
    """Return the label of a button; a narrow screen leaves out what the arm is called in a migration."""
    phase = [tag("span", f" ({phases[role]})", class_="ud-phase")] if role in phases else []
    return tag("label", name, *phase, for_=f"ud-show-{role}")


def _option(role: str, value: str) -> Html:
    checked = " checked" if role == BOTH else ""
    return Html(f'<input type="radio" name="ud-show" id="ud-show-{role}" value="{value}" data-role="{role}"{checked}>')


def _suite(
    output: PageOutput, run: Run, values: RecordedValues, cases: Sequence[CaseResult], *, is_open: bool
) -> Iterator[str]:
    name = cases[0].suite
    yield heading(2, run.suites[name], output.key(name))
    main = _main_metric(cases)
    if main:
        yield _figure(output, run, [case for case in cases if case.metric == main])
    summary = f"Absolute values of {counted(len({case.scenario for case in cases}), 'case')} in every metric"
    yield folded(summary, _table(run.suites[name], values, cases), is_open=is_open)
    hidden = [metric for metric in metrics(cases) if not _roles_with(cases, metric)]
    if hidden:
        yield _not_applicable(values, [case for case in cases if case.metric in hidden])


def _main_metric(cases: Sequence[CaseResult]) -> str | None:
    """Return the time that the figure of a suite shows, else its first metric; None if nothing was measured."""
    names = metrics(measured(cases))
    return next((metric for metric in names if metric in MAIN_TIMES), next(iter(names), None))


def _roles_with(cases: Sequence[CaseResult], metric: str) -> list[Role]:
    """Return the systems that a metric applies to in at least one case."""
    of_metric = [case for case in cases if case.metric == metric]
    if any(case.status != NOT_APPLICABLE for case in of_metric):
        return [*Role]
    return [role for role in Role if any(amount(case, role) is not None for case in of_metric)]


def _figure(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Html:
    first = cases[0]
    effects = run.effects[(run.effects["suite"] == first.suite) & (run.effects["metric"] == first.metric)]
    figure = Figure(
        key=output.key("comparison", first.suite, first.metric),
        finding=_finding(measured(cases)),
        measured=f"{_clock(first)}; means over all rounds, {_axis(first)}.",
        plot=figures.pinned(figures.arm_means(cases)),
        table=_drawn_values(measured(cases)),
        reproduce=run.record.command,
    )
    return output.figure(figure, effects)


def _finding(cases: Sequence[CaseResult]) -> str:
    """Return the least and the most of each system as a sentence."""
    first = cases[0]
    clauses = []
    for index, role in enumerate(Role):
        ordered = sorted(cases, key=lambda case: amount(case, role) or 0.0)
        span = " to ".join(dict.fromkeys(amounts(case)[index] for case in (ordered[0], ordered[-1])))
        clauses.append(f"{span} with {_arm(first, role)}")
    return f"{first.metric.capitalize()}: {', '.join(clauses)}."


def _axis(case: CaseResult) -> str:
    return "in percent" if case.is_share else "on a log axis"


def _clock(case: CaseResult) -> str:
    """Return how a metric was measured, as the beginning of a sentence."""
    if case.metric == Metric.TIME:
        return "CPU time of the measuring thread for one operation"
    if case.metric == Metric.START_TIME:
        return "Importing and creating the system in a fresh process, by the wall clock"
    if case.metric == Metric.SLOWEST_FRAME:
        return "The slowest frame after a start in a fresh process, by the wall clock"
    if case.metric in QUANTILES:
        return f"The time that {percent(QUANTILES[case.metric])} of a round's frames stay within"
    if case.metric == Metric.MISSED_FRAMES:
        return f"Frames that took longer than {milliseconds(FRAME)} by the wall clock"
    return "Counted in a separate pass, without timing"


def _drawn_values(cases: Sequence[CaseResult]) -> Html:
    columns = [Column("Case"), *(Column(name, is_number=True) for name in (cases[0].control, cases[0].treatment))]
    return table("Values as drawn", columns, [[case_link(PAGE, case), *amounts(case)] for case in cases])


# The table of a suite: a row for each scenario, a column for each metric, both values in each cell.


def _table(title: str, values: RecordedValues, cases: Sequence[CaseResult]) -> Html:
    """Return the absolute values of a suite; scenarios are in the order and groups of its figure."""
    results = {case.key: case for case in cases}
    columns = {metric: roles for metric in metrics(cases) if (roles := _roles_with(cases, metric))}
    head = tag("tr", tag("th", "Case", scope="col"), *(_head(cases[0], *column) for column in columns.items()))
    bodies = [
        tag(
            "tbody",
            *([_group_row(group.heading, len(columns) + 1)] if group.heading else []),
            *(
                tag(
                    "tr",
                    tag("th", case_link(PAGE, case, label), scope="row"),
                    *(
                        _cell(results.get((case.suite, case.scenario, metric)), metric, roles, values)
                        for metric, roles in columns.items()
                    ),
                )
                for label, case in group.rows
            ),
        )
        for group in row_groups(_representatives(cases))
    ]
    parts = [tag("caption", f"{title}: absolute values"), tag("thead", head), *bodies]
    width = "" if sum(len(roles) > 1 for roles in columns.values()) <= MOST_PAIRS else " ud-many"
    return Html(f'<div class="ud-table ud-systems{width}" data-search-exclude>\n{tag("table", join(parts))}\n</div>')


def _representatives(cases: Sequence[CaseResult]) -> list[CaseResult]:
    """Return one case of each scenario, in the order of the record: of its main time, if there is one."""
    chosen: dict[str, CaseResult] = {}
    for case in cases:
        if case.scenario not in chosen or (case.metric in MAIN_TIMES and case.metric == _main_metric(cases)):
            chosen[case.scenario] = case
    return [*chosen.values()]


def _group_row(title: str, width: int) -> Html:
    return tag("tr", tag("th", title, scope="rowgroup", colspan=str(width)), class_="ud-group")


def _head(case: CaseResult, metric: str, roles: Sequence[Role]) -> Html:
    names = [tag("span", _arm(case, role), class_=f"ud-{role}") for role in roles]
    pair = tag("span", *names, class_="ud-pair")
    return tag("th", tag("span", metric.capitalize(), class_="ud-metric"), pair, scope="col", class_=_column(roles))


def _column(roles: Sequence[Role]) -> str:
    """Return the classes of a column; that of a metric which one system alone has is shown with that system only."""
    return "ud-number" if len(roles) > 1 else f"ud-number ud-{roles[0]} ud-alone"


def _cell(case: CaseResult | None, metric: str, roles: Sequence[Role], values: RecordedValues) -> Html:
    """Return both values of a case, or why there is none."""
    attributes = {"class_": _column(roles), "data_label": metric.capitalize()}
    if case is None or all(amount(case, role) is None for role in roles):
        return tag("td", *_no_value(case, values), **attributes)
    pair = [tag("span", *_value(case, role, values), class_=f"ud-{role}") for role in roles]
    return tag("td", tag("span", *pair, class_="ud-pair"), **attributes)


def _no_value(case: CaseResult | None, values: RecordedValues) -> list[Html]:
    text = tag("span", NOT_APPLICABLE if case is None else case.status, class_="ud-none")
    reason = values.cases[case.key].reason if case and case.status != NOT_APPLICABLE else None
    return [text, tag("small", reason)] if reason else [text]


def _value(case: CaseResult, role: Role, values: RecordedValues) -> list[str]:
    """Return a mean, with the counts of a share, or with the span of the rounds if they differ."""
    mean = amount(case, role)
    if mean is None:
        return [NOT_APPLICABLE]
    if case.is_share:
        counts = count_missed(values.cases[case.key], role)
        return [percent(mean), *([_note(f"{counts[0]:,} of {counts[1]:,}")] if counts else [])]
    # A rate that a suite counts itself has the unit 1, and is written as percent.
    is_rate = case.unit == "1" and case.metric.endswith(" rate")
    ends = [
        percent(value) if is_rate else quantity(value, case.unit) for value in (mean, *values.spans[case.key, role])
    ]
    return [ends[0], *([_note(f"{ends[1]} to {ends[2]}")] if ends[1] != ends[2] else [])]


def _note(text: str) -> Html:
    return tag("small", text, class_="ud-alone")


def _arm(case: CaseResult, role: Role) -> str:
    return case.control if role is Role.CONTROL else case.treatment


def _not_applicable(values: RecordedValues, cases: Sequence[CaseResult]) -> Html:
    """Return which metrics apply to none of the suite's scenarios, with the reasons in the record."""
    reasons = listed(list(dict.fromkeys(reason for case in cases if (reason := values.cases[case.key].reason))))
    return paragraph(
        f"{NOT_APPLICABLE.capitalize()} here: {listed(metrics(cases))}{f' ({reasons})' if reasons else ''}."
    )
