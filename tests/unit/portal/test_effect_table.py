"""The table of effects: its rows, columns and axes, and what a cell says."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from unitdocs.analysis.case_result import CaseResult, EffectScale, NoEffect, Outcome
from unitdocs.formatting import NO_ANSWER, change_size
from unitdocs.portal.components.effect_marks import (
    CENTRE,
    GLYPHS,
    MEANINGS,
    WIDTH,
    axis_of_differences,
    axis_of_ratios,
    is_on_the_right,
    sentence,
    text,
    verdict_name,
)
from unitdocs.portal.components.effect_table import EffectTable, OtherRun
from unitdocs.records import Direction, Status
from unitdocs.stats import Verdict

MakeCase = Callable[..., CaseResult]
HOSTILE = '"><script>alert(1)</script>\x1b[31m\u202e & {{ x }}'
ATTRIBUTES = {
    "style",
    "href",
    "title",
    "class",
    "scope",
    "colspan",
    "role",
    "viewbox",
    "d",
    "transform",
    "width",
    "height",
}
ATTRIBUTES |= {"type", "name", "value", "autocomplete", "aria-hidden", "aria-label"}


class Cells(HTMLParser):
    """Collects the rows of a table as texts of their cells, and the attributes of all elements."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def mark_of(case: CaseResult) -> float:
    """Return where the mark of a case is drawn on an axis of its own."""
    axis = axis_of_differences([case]) if case.is_share else axis_of_ratios([case])
    found = re.search(r"translate\(([\d.]+) ", axis.drawing(case))
    assert found
    return float(found[1])


def share(case: CaseResult, difference: float, low: float, high: float) -> CaseResult:
    assert case.effect
    verdict = Verdict.LESS if high < 0 else Verdict.MORE if low > 0 else Verdict.EQUIVALENT
    changes = {"scale": EffectScale.DIFFERENCE, "estimate": difference, "low": low, "high": high, "verdict": verdict}
    return replace(case, metric="missed frames", unit="1", result=replace(case.effect, **changes))


def test_rows_are_scenarios_by_suite_with_what_is_worst_first(make_case: MakeCase) -> None:
    cases = [
        make_case(0.1, "fast", suite="b"),
        make_case(0.5, "slower", suite="b"),
        make_case(1.2, "worse", suite="b"),
        make_case(1.0, "unclear", suite="b"),
        make_case(0.5, "broken", suite="b", result=NoEffect(Status.FAILED, "a crash")),
        make_case(0.5, "other", suite="a"),
        make_case(3.0, "slower", suite="b", metric="peak memory", unit="B"),
    ]
    table = EffectTable(cases, {"a": "A", "b": "B"})
    assert [row.first.scenario for row in table.rows] == ["other", "broken", "slower", "worse", "unclear", "fast"]
    titles = [row[0] for row in Cells(table.html()).rows]
    assert titles[1:4] == ["A", "Title of other", "B"]


def test_the_main_times_share_a_column_and_the_suite_says_which_it_is(make_case: MakeCase) -> None:
    cases = [
        make_case(0.5, "one", suite="a"),
        make_case(0.4, "two", suite="b", metric="frame time p50"),
        make_case(0.3, "two", suite="b", metric="slowest frame"),
    ]
    table = EffectTable(cases, {"a": "A", "b": "B"})
    assert table.columns == ["time", "slowest frame"]
    heads = [row[0] for row in Cells(table.html()).rows if row[0] in ("A", "BTime: typical frame")]
    assert heads == ["A", "BTime: typical frame"]


def test_metrics_have_one_order_and_those_measured_nowhere_have_no_column(make_case: MakeCase) -> None:
    cases = [
        make_case(0.5, metric=name)
        for name in ("frames drawn", "error rate", "peak memory", "time", "allocated blocks")
    ]
    cases.append(make_case(None, metric="cache hit rate"))
    table = EffectTable(cases, {})
    assert table.columns == ["time", "peak memory", "allocated blocks", "error rate", "frames drawn"]
    assert [case.metric for case in table.without_column] == ["cache hit rate"]


def test_better_is_on_the_left_whichever_of_less_and_more_is_better(make_case: MakeCase) -> None:
    less, more = make_case(0.5), make_case(2.0)
    assert mark_of(less) < CENTRE < mark_of(more)
    rate = {"metric": "hits", "unit": "1", "direction": Direction.HIGHER}
    assert mark_of(make_case(2.0, **rate)) < CENTRE < mark_of(make_case(0.5, **rate))
    assert not is_on_the_right(make_case(2.0, **rate))
    assert is_on_the_right(more)


def test_equal_factors_are_equally_far_from_the_middle_on_the_axis_that_all_share(make_case: MakeCase) -> None:
    cases = [make_case(ratio, str(ratio)) for ratio in (0.1, 10.0, 0.01, 3.0)]
    axis = axis_of_ratios(cases)
    assert axis.reach == 100
    places = [float(re.findall(r"translate\(([\d.]+)", axis.drawing(case))[0]) for case in cases[:3]]
    assert places[0] + places[1] == pytest.approx(WIDTH)
    assert CENTRE - places[2] == pytest.approx(2 * (CENTRE - places[0]))


@pytest.mark.parametrize("ratio", [1e6, math.inf, 1e-6, 0.0])
def test_what_lies_beyond_the_axis_is_an_arrow_at_its_end(make_case: MakeCase, ratio: float) -> None:
    case = make_case(2.0, control_mean=0.0, treatment_mean=1.0)
    assert case.effect
    verdict = Verdict.MORE if ratio > 1 else Verdict.LESS
    beyond = replace(case, result=replace(case.effect, estimate=ratio, low=ratio, high=ratio, verdict=verdict))
    drawing = axis_of_ratios([case]).drawing(beyond)
    usual = axis_of_ratios([case]).drawing(case)
    assert re.findall(r' d="([^"]*)"/></svg>', drawing) != re.findall(r' d="([^"]*)"/></svg>', usual)
    assert "nan" not in drawing
    assert "inf" not in drawing


def test_a_cell_says_the_size_and_where_there_is_none_why(make_case: MakeCase) -> None:
    assert text(make_case(0.1)) == change_size(0.1)
    assert text(make_case(1.0)).startswith("+")
    assert text(make_case(None)) == "not applicable"
    broken = make_case(None, result=NoEffect(Status.FAILED, "a crash"))
    assert (text(broken), verdict_name(broken)) == ("failed", "failed")
    assert sentence(broken) == "time: failed, a crash"
    case = make_case(2.0, unit="1", control_mean=0.0, treatment_mean=207.0)
    assert case.effect
    infinite = replace(case, result=replace(case.effect, estimate=math.inf, low=math.inf, high=math.inf))
    assert text(infinite) == "0\N{RIGHTWARDS ARROW}207"
    assert "from 0 to 207" in sentence(infinite)
    same = replace(case, result=replace(case.effect, estimate=1.0, is_exact=True, verdict=Verdict.EQUIVALENT))
    assert text(same) == "same"
    assert NO_ANSWER not in text(same)


def test_shares_have_an_axis_of_points_that_ends_at_a_round_number(make_case: MakeCase) -> None:
    cases = [share(make_case(0.5), -0.00833, -0.009, -0.007), share(make_case(0.5, "two"), 0.0, -0.0064, 0.0064)]
    table = EffectTable(cases, {})
    assert table.axes["missed frames"].ticks == ("1", "same", "1")
    assert text(cases[0]) == "0.833"
    assert mark_of(cases[0]) < CENTRE == mark_of(cases[1])
    assert "Missed framespoints" in Cells(table.html()).rows[0][1]
    assert axis_of_differences([share(make_case(0.5), 0.0, 0.0, 0.0)]).reach == 0.01


def test_every_cell_leads_to_the_page_of_its_case_and_names_it_in_full(make_case: MakeCase) -> None:
    cases = [make_case(0.1, "a"), make_case(1.5, "a", metric="peak memory", unit="B")]
    table = EffectTable(cases, {}, lambda case: f"../cases/{case.scenario}/{case.metric}/")
    links = [attributes for tag, attributes in Cells(table.html()).tags if tag == "a"]
    assert [link["href"] for link in links] == ["../cases/a/time/", "../cases/a/time/", "../cases/a/peak memory/"]
    assert [link.get("title") for link in links] == ["Title of a", sentence(cases[0]), sentence(cases[1])]
    assert "href" not in EffectTable(cases, {}).html()


def test_the_ranks_of_rows_and_cells_give_the_other_orders(make_case: MakeCase) -> None:
    cases = [make_case(ratio, name) for name, ratio in (("a", 0.5), ("b", 0.1), ("c", 2.0))]
    rows = {
        attributes["data-worst"]: (attributes["data-gain"])
        for tag, attributes in Cells(EffectTable(cases, {}).html()).tags
        if tag == "tr" and "data-worst" in attributes
    }
    assert rows == {"0": "2", "1": "1", "2": "0"}
    ranks = [a["data-rank"] for tag, a in Cells(EffectTable(cases, {}).html()).tags if "data-rank" in a]
    assert ranks == ["0", "1", "2"]


def test_another_run_has_a_column_of_its_main_times_next_to_the_reference(make_case: MakeCase) -> None:
    cases = [make_case(0.1, "a"), make_case(0.1, "b"), make_case(0.5, "b", metric="peak memory")]
    other = OtherRun("My machine", "2026-11-28", [make_case(2.0, "a"), make_case(2.0, "b", metric="peak memory")])
    rows = Cells(EffectTable(cases, {}, None, other).html()).rows
    assert rows[0][2] == "This machineMy machine, 2026-11-28"
    assert [row[2] for row in rows[2:]] == [change_size(2.0), "not run"]


def test_a_table_of_nothing_is_a_head_without_rows(make_case: MakeCase) -> None:
    for cases in ([], [make_case(None)]):
        content = EffectTable(cases, {}).page_part()
        assert Cells(content).rows[0] == ["Scenario"]
    assert axis_of_ratios([]).reach > 1


def test_scenarios_that_compare_other_arms_name_them(make_case: MakeCase) -> None:
    cases = [make_case(0.5, "a"), make_case(0.5, "b", control="list", treatment="array")]
    titles = [row[0] for row in Cells(EffectTable(cases, {}).html()).rows]
    assert titles[2:] == ["Title of aoriginal, refactored", "Title of blist, array"]


def test_labels_stay_text_in_cells_and_attributes(make_case: MakeCase) -> None:
    names = {"suite": HOSTILE, "title": HOSTILE, "control": HOSTILE, "treatment": HOSTILE, "metric": HOSTILE}
    cases = [
        make_case(0.5, HOSTILE, **names),
        make_case(None, HOSTILE + "2", **names, result=NoEffect(Status.FAILED, HOSTILE)),
    ]
    content = EffectTable(cases, {HOSTILE: HOSTILE}, lambda _: "../", OtherRun(HOSTILE, HOSTILE, cases)).page_part()
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", content)
    tags = Cells(content).tags
    assert "script" not in {tag for tag, _ in tags}
    named = {name for _, attributes in tags for name in attributes if not name.startswith("data-")}
    assert named <= ATTRIBUTES


def test_every_verdict_has_a_shape_of_its_own_and_a_word() -> None:
    assert len({GLYPHS[outcome] for outcome in Outcome}) == len(Outcome)
    assert len(set(MEANINGS.values())) == len(MEANINGS) == len(Outcome) - 1
