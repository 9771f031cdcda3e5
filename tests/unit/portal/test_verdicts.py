# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""Badges, cells and tables of cases: what pages and reports share."""

from collections.abc import Callable

import pytest
from made_records import with_effect

from unitdocs.analysis.case_result import CaseResult, EffectScale, NoEffect
from unitdocs.portal.components.verdicts import (
    count_verdicts,
    effect_cell,
    sample_note,
    state_verdicts,
    verdict_badge,
    verdict_table,
)
from unitdocs.records import Status
from unitdocs.stats import Verdict

MakeCase = Callable[..., CaseResult]


def test_a_badge_has_the_verdict_in_the_metrics_own_words_and_the_style_of_its_outcome(make_case: MakeCase) -> None:
    assert verdict_badge(make_case(0.5)) == '<span class="ud-verdict ud-better">faster</span>'
    assert 'ud-worse">more<' in verdict_badge(make_case(2.0, metric="peak memory", unit="B"))


def test_a_difference_below_the_margin_has_one_word(make_case: MakeCase) -> None:
    case = with_effect(make_case(1.005), verdict=Verdict.MORE, is_below_margin=True)
    assert verdict_badge(case) == '<span class="ud-verdict ud-below-margin">below margin</span>'


@pytest.mark.parametrize(
    ("changes", "size"),
    [
        ({"minimum_detectable_effect": 1.03}, "3 %"),
        ({"minimum_detectable_effect": 0.02, "scale": EffectScale.DIFFERENCE, "estimate": 0.0}, "2 points"),
    ],
)
def test_an_inconclusive_case_says_how_small_a_difference_was_detectable(
    make_case: MakeCase, changes: dict[str, object], size: str
) -> None:
    case = with_effect(make_case(1.0), **changes)
    assert f"a difference of {size} could have been found" in verdict_badge(case)


def test_a_case_without_an_effect_has_its_status_as_a_badge(make_case: MakeCase) -> None:
    case = make_case(None, result=NoEffect(Status.FAILED, "a crash"))
    assert verdict_badge(case) == '<span class="ud-verdict ud-failed">failed</span>'
    assert sample_note(case) == "n = 8"


@pytest.mark.parametrize(
    ("p_adjusted", "note"),
    [(0.0123, "n = 8, p = 0.0123"), (0.00001, "n = 8, p < 0.001"), (None, "n = 8")],
)
def test_a_note_gives_the_rounds_and_the_adjusted_p_value(
    make_case: MakeCase, p_adjusted: float | None, note: str
) -> None:
    assert sample_note(with_effect(make_case(), p=0.00001, p_adjusted=p_adjusted)) == note


def test_an_effect_has_its_interval_below_its_size(make_case: MakeCase) -> None:
    case = with_effect(make_case(0.05), low=1 / 20.6, high=1 / 19.5)
    assert effect_cell(case) == "20× faster<br><small>19.5× to 20.6×</small>"


def test_verdicts_are_counted_in_words(make_case: MakeCase) -> None:
    cases = [make_case(0.5), make_case(0.4), make_case(2.0), make_case(1.0), make_case(None)]
    assert count_verdicts(cases) == "faster in 2, slower in 1 and inconclusive in 1 of 4 cases"
    assert state_verdicts(cases[:1]) == "Refactored is faster in 1 of 1 case."


def test_a_table_has_a_row_a_case_and_a_column_for_another_run(make_case: MakeCase) -> None:
    cases = [make_case(0.5, "a"), make_case(None, "b", result=NoEffect(Status.FAILED, "a <crash>"))]
    alone = verdict_table("Caption", cases, None)
    assert "This machine" not in alone
    assert "a &lt;crash&gt;" in alone
    other = make_case(2.0, "a")
    both = verdict_table("Caption", cases, {other.key: other})
    assert "This machine" in both
    assert "2× slower (" in both
    assert "not run" in both
