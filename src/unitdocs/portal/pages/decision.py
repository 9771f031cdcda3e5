"""Page decision: go or no go, with every criterion and risk and what is known of it."""

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
    output.snippet("answer", _answer(decision))
    output.snippet("criteria", _criteria(criteria, decision))
    output.snippet("risks", _risks(criteria.risks, reference.cases))
    return output


def badge(state: State) -> str:
    """Return a state marked for the stylesheet."""
    return tag("span", state, class_=f"ud-verdict ud-{slug(state)}")


def _answer(decision: Decision) -> str:
    kinds = {Recommendation.GO: "success", Recommendation.NO_GO: "failure", Recommendation.NOT_YET: "question"}
    title = tag("p", f"{decision.recommendation.capitalize()}", class_="admonition-title")
    return tag(
        "div", title, paragraph(*_reasons(decision)), class_=f"admonition {kinds[decision.recommendation]} ud-decision"
    )


def _reasons(decision: Decision) -> list[str]:
    if not decision.criteria:
        return ["No criteria are declared."]
    counts = [f"{decision.count(state)} {state}" for state in State]
    named = [item.title for item in decision.criteria if item.state is State.NOT_MET]
    return [
        f"Of {counted(len(decision.criteria), 'criterion', 'criteria')}: {', '.join(counts)}.",
        f"Not met: {'; '.join(named)}." if named else "",
        "" if decision.is_current else "The record is stale, so it cannot carry a go.",
    ]


def _criteria(criteria: Criteria, decision: Decision) -> str:
    rows = [
        _row(result.title, badge(result.state), _known(criterion, result))
        for criterion, result in zip(criteria.criteria, decision.criteria, strict=True)
    ]
    return _table(["Criterion", "State", "Evidence"], rows)


def _known(criterion: Criterion, result: CriterionResult) -> str:
    return " ".join(part for part in (inert(result.finding), criterion.evidence) if part)


def _risks(risks: Sequence[Risk], cases: Sequence[CaseResult]) -> str:
    rows = [_row(risk.title, _risk_state(risk, cases), risk.guards, risk.missing) for risk in risks]
    return _table(["Risk", "Measured", "What guards against it", "What is missing"], rows)


def _risk_state(risk: Risk, cases: Sequence[CaseResult]) -> str:
    if risk.check is None:
        return badge(State.NOT_MEASURED)
    state, finding = check(risk.check, cases)
    return f"{badge(state)}<br>{inert(finding)}"


def _table(titles: list[str], rows: list[str]) -> str:
    """Return a Markdown table: its cells may hold Markdown links, which the site's builder checks."""
    return "\n".join([_row(*titles), _row(*("---" for _ in titles)), *rows]) if rows else "None are declared."


def _row(*cells: str) -> str:
    return f"| {' | '.join(' '.join(cell.split()) for cell in cells)} |"
