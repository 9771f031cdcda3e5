"""Page decision: go or no go, with every criterion and risk and what is known of it."""

from unitdocs.analysis.criteria import Criterion, Risk
from unitdocs.analysis.decision import Answer, Decision, Judged, State, check, decide
from unitdocs.formatting import counted
from unitdocs.portal.components.markup import Page, tag
from unitdocs.portal.components.page_output import Parts, inert, paragraph, slug
from unitdocs.portal.components.provenance import status
from unitdocs.portal.site.evidence import Evidence

PAGE = Page("decision.md")


def parts(evidence: Evidence) -> Parts:
    """Return the snippets `status`, `answer`, `criteria` and `risks`."""
    made = Parts(PAGE, "decision")
    decision = decide(evidence.criteria, evidence.reference)
    made.snippet("status", status(PAGE, evidence))
    made.snippet("answer", _answer(decision))
    made.snippet("criteria", _criteria(evidence, decision))
    made.snippet("risks", _risks(evidence))
    return made


def badge(state: State) -> str:
    """Return a state marked for the stylesheet."""
    return tag("span", state, class_=f"ud-verdict ud-{slug(state)}")


def _answer(decision: Decision) -> str:
    kinds = {Answer.GO: "success", Answer.NO_GO: "failure", Answer.NOT_YET: "question"}
    title = tag("p", f"{decision.answer.capitalize()}", class_="admonition-title")
    return tag("div", title, paragraph(*_reasons(decision)), class_=f"admonition {kinds[decision.answer]} ud-decision")


def _reasons(decision: Decision) -> list[str]:
    if not decision.judged:
        return ["No criteria are declared."]
    counts = [f"{decision.count(state)} {state}" for state in State]
    named = [item.title for item in decision.judged if item.state is State.NOT_MET]
    return [
        f"Of {counted(len(decision.judged), 'criterion', 'criteria')}: {', '.join(counts)}.",
        f"Not met: {'; '.join(named)}." if named else "",
        "" if decision.is_current else "The record is stale, so it cannot carry a go.",
    ]


def _criteria(evidence: Evidence, decision: Decision) -> str:
    rows = [
        _row(judged.title, badge(judged.state), _known(criterion, judged))
        for criterion, judged in zip(evidence.criteria.criteria, decision.judged, strict=True)
    ]
    return _table(["Criterion", "State", "Evidence"], rows)


def _known(criterion: Criterion, judged: Judged) -> str:
    return " ".join(part for part in (inert(judged.finding), criterion.evidence) if part)


def _risks(evidence: Evidence) -> str:
    rows = [
        _row(risk.title, _risk_state(evidence, risk), risk.guards, risk.missing) for risk in evidence.criteria.risks
    ]
    return _table(["Risk", "Measured", "What guards against it", "What is missing"], rows)


def _risk_state(evidence: Evidence, risk: Risk) -> str:
    if risk.check is None:
        return badge(State.NOT_MEASURED)
    state, finding = check(risk.check, evidence.reference.cases)
    return f"{badge(state)}<br>{inert(finding)}"


def _table(titles: list[str], rows: list[str]) -> str:
    """Return a Markdown table: its cells may hold Markdown links, which the site's builder checks."""
    return "\n".join([_row(*titles), _row(*("---" for _ in titles)), *rows]) if rows else "None are declared."


def _row(*cells: str) -> str:
    return f"| {' | '.join(' '.join(cell.split()) for cell in cells)} |"
