"""Page decision: go or no go, with every criterion and risk, what supports it, and what closes those that are open."""

from collections.abc import Sequence

from unitdocs.analysis.case_result import CaseResult, measured
from unitdocs.analysis.criteria import Budget, Criteria, Criterion, Risk
from unitdocs.analysis.decision import CriterionResult, Finding, State, check, decide
from unitdocs.analysis.descriptions import amounts
from unitdocs.analysis.run import Run
from unitdocs.analysis.tuning_proof import tuning_proof
from unitdocs.formatting import counted, quantity
from unitdocs.portal.components.answer import answer_band
from unitdocs.portal.components.case_links import case_page
from unitdocs.portal.components.markup import Html, Page, tag
from unitdocs.portal.components.page_output import PageOutput, inert, paragraph, slug
from unitdocs.portal.components.provenance import status
from unitdocs.studies import GuideExecutions, MonitoringDrill, Study, TuningSearch

PAGE = Page("decision.md")


def build_page(  # noqa: PLR0917 -- the inputs of the page, by name
    reference: Run,
    machine: Run | None,
    criteria: Criteria,
    guide_executions: Study[GuideExecutions] | None = None,
    monitoring_drill: Study[MonitoringDrill] | None = None,
    tuned: Run | None = None,
    tuning_search: Study[TuningSearch] | None = None,
) -> PageOutput:
    """Return the snippets `status`, `answer`, `open`, `met` and `risks`."""
    output = PageOutput(PAGE, "decision")
    decision = decide(criteria, reference, guide_executions, monitoring_drill, tuning_proof(tuned, tuning_search))
    judged = list(zip(criteria.criteria, decision.criteria, strict=True))
    open_ones = sorted(
        ((criterion, result) for criterion, result in judged if result.state is not State.MET),
        key=lambda pair: pair[1].state is State.NOT_MEASURED,
    )
    met = [(criterion, result) for criterion, result in judged if result.state is State.MET]
    every = counted(len(judged), "criterion", "criteria")
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet("answer", answer_band(decision, f"{len(met)} of {every} met."))
    output.snippet("open", _rows([_open_row(*pair) for pair in open_ones]) if open_ones else paragraph("Nothing."))
    output.snippet(
        "met", _rows([_met_row(*pair) for pair in met]) if met else paragraph("None."), _budgets(criteria, reference)
    )
    output.snippet("risks", _risks(criteria.risks, reference.cases))
    return output


def badge(state: State) -> Html:
    """Return a state as a badge."""
    return tag("span", state, class_=f"ud-verdict ud-{slug(state)}")


def _rows(rows: Sequence[str]) -> str:
    """Return a list whose items are laid out in columns, in Markdown: the site's builder checks its links."""
    return "\n".join(['<div class="ud-criteria" markdown>', "", *rows, "", "</div>"])


def _row(state: Html, title: str, *texts: str) -> str:
    """Return one item: its state, its title, and texts in Markdown, of which empty ones are left out."""
    text = " ".join(" ".join(text.split()) for text in texts if text)
    return f"- {state} **{title}** <span>{text}</span>"


def _open_row(criterion: Criterion, result: CriterionResult) -> str:
    reason = f"{inert(result.open[:1].upper() + result.open[1:])}." if criterion.open else ""
    return _row(
        badge(result.state), inert(result.title), reason, _step(result), _linked(result.finding), criterion.evidence
    )


def _step(result: CriterionResult) -> str:
    """Return what closes an open criterion, with a link to where it is done."""
    if result.closes is None:
        return ""
    text = inert(result.closes.text)
    return f"Next step: {f'[{text}]({result.closes.page})' if result.closes.page else text}."


def _met_row(criterion: Criterion, result: CriterionResult) -> str:
    return _row(badge(result.state), inert(result.title), _linked(result.finding), criterion.evidence)


def _linked(finding: Finding) -> str:
    """Return a finding in Markdown, in which each case leads to its page."""
    return "".join(
        f"[{inert(part.title)}]({case_page(part.suite, part.scenario).source})"
        if isinstance(part, CaseResult)
        else _inert_part(part)
        for part in finding.parts
    )


def _inert_part(text: str) -> str:
    """Return a text of a finding without markup; spaces at its ends stay, since a case may follow."""
    before, after = (" " if text[:1] == " " else ""), (" " if text[-1:] == " " else "")
    return f"{before}{inert(text)}{after}"


def _budgets(criteria: Criteria, run: Run) -> str:
    """Return the declared budgets of metrics that the record has, whose unit it knows."""
    units = {case.metric: case.unit for case in run.cases}
    return "\n\n".join(
        f"Budget of {inert(budget.of)}, {inert(budget.metric)}: {inert(quantity(budget.most, units[budget.metric]))}. "
        f"{inert(budget.reason)} {_largest(run, budget)}"
        for budget in criteria.budgets
        if budget.metric in units
    )


def _largest(run: Run, budget: Budget) -> str:
    """Return the largest amount of a budget's metric with both systems, and whether it is within the budget."""
    cases = measured(run.cases, budget.metric)
    if not cases:
        return ""
    case = max(cases, key=lambda one: one.treatment_mean or 0.0)
    before, after = amounts(case)
    state = "over" if (case.treatment_mean or 0.0) > budget.most else "within"
    place = f"[{inert(case.title)}]({case_page(case.suite, case.scenario).source})"
    systems = f"{after} with {inert(case.treatment)}, {before} with {inert(case.control)}"
    return f"The largest: {systems}, {state} budget, in {place}."


def _risks(risks: Sequence[Risk], cases: Sequence[CaseResult]) -> str:
    return _rows([_risk_row(risk, cases) for risk in risks]) if risks else paragraph("None declared.")


def _risk_row(risk: Risk, cases: Sequence[CaseResult]) -> str:
    state, finding = check(risk.check, cases) if risk.check else (State.NOT_MEASURED, Finding())
    missing = f"Missing: {risk.missing}" if risk.missing else ""
    return _row(badge(state), inert(risk.title), _linked(finding), risk.guards, missing)
