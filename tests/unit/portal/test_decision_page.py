"""The page that shows the recommendation with its evidence."""

from collections.abc import Callable

from page_building import current, files_of

from unitdocs.analysis.criteria import Check, Criteria, Criterion, Need
from unitdocs.portal.pages import decision
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]
FASTER = Criteria(criteria=(Criterion(title="faster", check=Check(need=Need.IMPROVED, suites=("units",))),))


def test_the_decision_is_shown_with_its_evidence(make_record: MakeRecord) -> None:
    files = files_of(decision.build_page(current(make_record()), None, FASTER))
    assert '<p class="admonition-title">Go</p>' in files["decision/answer.md"]
    assert (
        '| faster | <span class="ud-verdict ud-met">met</span> | Better in 1 of 1 case' in files["decision/criteria.md"]
    )
