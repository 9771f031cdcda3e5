"""The page that shows the recommendation with what supports it."""

from collections.abc import Callable

from page_building import current, files_of

from unitdocs.analysis.criteria import Budget, Check, ClosingStep, Criteria, Criterion, Need, Risk
from unitdocs.portal.pages import decision
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]
FASTER = Criterion(title="faster", check=Check(need=Need.IMPROVED, suites=("units",)), evidence="[All](summary.md).")
SLOWER = Criterion(title="never slower", check=Check(need=Need.NONE_WORSE))
WATCHED = Criterion(
    title="watched", open="nothing watches it", closes=ClosingStep(text="Set up *alerts*", page="deploy/game-loop.md")
)


def page(record: RunRecord, criteria: Criteria) -> dict[str, str]:
    return files_of(decision.build_page(current(record), None, criteria))


def test_the_decision_is_shown_with_its_evidence(make_record: MakeRecord) -> None:
    files = page(make_record(), Criteria(criteria=(FASTER,)))
    assert "</svg>Go</strong>" in files["decision/answer.md"]
    assert "1 of 1 criterion met." in files["decision/answer.md"]
    met = files["decision/met.md"]
    assert '- <span class="ud-verdict ud-met">met</span> **faster** <span>Better in 1 of 1 case, worse in 0. ' in met
    assert "[Size](benchmarks/cases/units/size.md)" in met, "a case that a finding names is a link"
    assert "[All](summary.md).</span>" in met
    assert files["decision/open.md"] == "<p>Nothing.</p>\n"


def test_open_criteria_have_the_step_that_closes_each_those_not_met_first(make_record: MakeRecord) -> None:
    record = make_record(cases=make_record().cases[:3])
    files = page(record, Criteria(criteria=(WATCHED, FASTER, SLOWER)))
    first, second = (line for line in files["decision/open.md"].splitlines() if line.startswith("- "))
    assert "ud-not-met" in first
    assert "**never slower**" in first
    assert "[Small](benchmarks/cases/scenes/small.md)" in first
    step = "Nothing watches it. Next step: [Set up &#42;alerts&#42;](deploy/game-loop.md)."
    assert f"**watched** <span>{step}</span>" in second
    assert "“never slower” is not met" in files["decision/answer.md"]


def test_risks_and_budgets_are_shown(make_record: MakeRecord) -> None:
    risk = Risk(title="Loss", guards="Nothing is stored.", missing="A backup.", check=Check(need=Need.IMPROVED))
    budgets = (
        Budget(metric="peak memory", most=2e6, of="a layout", reason="Few of many."),
        Budget(metric="handles", most=3, of="a process", reason="Unknown here."),
    )
    files = page(make_record(), Criteria(risks=(risk,), budgets=budgets))
    assert "**Loss** <span>1 case failed, first" in files["decision/risks.md"]
    assert "Nothing is stored. Missing: A backup.</span>" in files["decision/risks.md"]
    assert "Budget of a layout, peak memory: 2 MB. Few of many." in files["decision/met.md"]
    assert "handles" not in files["decision/met.md"], "the record does not know their unit"
