"""The band with the answer: chip, shape, and one plain sentence."""

import re

import pytest

from unitdocs.analysis.decision import CriterionResult, Decision, Finding, Recommendation, State
from unitdocs.portal.components.answer import answer_band, why_in_words


def decision(recommendation: Recommendation, *reasons: str) -> Decision:
    state = State.NOT_MET if recommendation is Recommendation.NO_GO else State.NOT_MEASURED
    criteria = tuple(CriterionResult(reason, state, Finding(), reason) for reason in reasons)
    return Decision(recommendation, criteria or (CriterionResult("a", State.MET, Finding()),), is_current=True)


def test_each_answer_has_a_class_and_a_shape_of_its_own() -> None:
    bands = [answer_band(decision(kind, *([] if kind is Recommendation.GO else ["x"]))) for kind in Recommendation]
    shapes = {re.findall(r'd="([^"]+)"', band)[0] for band in bands}
    classes = {re.findall(r'class="ud-band ([^"]+)"', band)[0] for band in bands}
    assert len(shapes) == 3
    assert classes == {"ud-go", "ud-no-go", "ud-not-yet"}
    assert all(f"</svg>{kind.capitalize()}</strong>" in band for kind, band in zip(Recommendation, bands, strict=True))


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [
        (["one is open"], "One is open."),
        (["one is", "two is"], "One is, and two is."),
        (["a is", "b is", "c is"], "A is, b is, and c is."),
        (["a is", "b is", "c is", "d is"], "A is, b is, c is, and 1 more criterion is open."),
        (["a is", "b is", "c is", "d is", "e is"], "A is, b is, c is, and 2 more criteria are open."),
    ],
    ids=["one", "two", "three", "four", "five"],
)
def test_reasons_become_one_sentence(reasons: list[str], sentence: str) -> None:
    assert why_in_words(decision(Recommendation.NOT_YET, *reasons)) == sentence


def test_reasons_are_text_and_details_follow() -> None:
    band = answer_band(decision(Recommendation.NOT_YET, "<b>bold</b>"), "16 of 18", "")
    assert "<strong>&lt;b&gt;bold&lt;/b&gt;.</strong></p><p>16 of 18</p></div>" in band
