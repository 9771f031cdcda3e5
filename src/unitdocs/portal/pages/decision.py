"""Page decision: go or no go, with every criterion and risk and its evidence."""

from collections.abc import Sequence

from unitdocs.analysis.case_result import CaseResult
from unitdocs.analysis.criteria import Criteria, Criterion, Risk
from unitdocs.analysis.decision import CriterionResult, Decision, Recommendation, State, check, decide
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted
from unitdocs.portal.components.markup import Page, tag
from unitdocs.portal.components.page_output import PageOutput, inert, paragraph, slug
from unitdocs.portal.components.provenance import status

PAGE = Page("decision.md")


def build_page(reference: Run, machine: Run | None, criteria: Criteria) -> PageOutput:
    """Return the snippets `status`, `answer`, `criteria` and `risks`."""
    output = PageOutput(PAGE, "decision")
    decision = decide(criteria, reference)
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet("answer", _recommendation(decision))
    output.snippet("criteria", _criteria(criteria, decision))
    output.snippet("risks", _risks(criteria.risks, reference.cases))
    return output


def badge(state: State) -> str:
    """Return a state as a badge."""
    return tag("span", state, class_=f"ud-verdict ud-{slug(state)}")


def _recommendation(decision: Decision) -> str:
    """Return the recommendation in a box, with its reasons."""
    kinds = {Recommendation.GO: "success", Recommendation.NO_GO: "failure", Recommendation.NOT_YET: "question"}
    title = tag("p", f"{decision.recommendation.capitalize()}", class_="admonition-title")
    return tag(
        "div", title, paragraph(*_reasons(decision)), class_=f"admonition {kinds[decision.recommendation]} ud-decision"
    )


def _reasons(decision: Decision) -> list[str]:
    if not decision.criteria:
        return ["No criteria are declared."]
    counts = [f"{decision.count(state)} {state}" for state in State]
    not_met = [item.title for item in decision.criteria if item.state is State.NOT_MET]
    return [
        f"Of {counted(len(decision.criteria), 'criterion', 'criteria')}: {', '.join(counts)}.",
        f"Not met: {'; '.join(not_met)}." if not_met else "",
        "" if decision.is_current else "The record is stale, so the recommendation cannot be go.",
    ]


def _criteria(criteria: Criteria, decision: Decision) -> str:
    rows = [
        _row(result.title, badge(result.state), _evidence(criterion, result))
        for criterion, result in zip(criteria.criteria, decision.criteria, strict=True)
    ]
    return _table(["Criterion", "State", "Evidence"], rows)


def _evidence(criterion: Criterion, result: CriterionResult) -> str:
    """Return the finding from the record, then the declared evidence."""
    return " ".join(part for part in (inert(result.finding), criterion.evidence) if part)


def _risks(risks: Sequence[Risk], cases: Sequence[CaseResult]) -> str:
    rows = [_row(risk.title, _risk_state(risk, cases), risk.guards, risk.missing) for risk in risks]
    return _table(["Risk", "Measured", "Safeguards", "Missing"], rows)


def _risk_state(risk: Risk, cases: Sequence[CaseResult]) -> str:
    if risk.check is None:
        return badge(State.NOT_MEASURED)
    state, finding = check(risk.check, cases)
    return f"{badge(state)}<br>{inert(finding)}"


def _table(titles: list[str], rows: list[str]) -> str:
    """Return a Markdown table: its cells may hold Markdown links, which the site's builder checks."""
    return "\n".join([_row(*titles), _row(*("---" for _ in titles)), *rows]) if rows else "None declared."


def _row(*cells: str) -> str:
    return f"| {' | '.join(' '.join(cell.split()) for cell in cells)} |"
