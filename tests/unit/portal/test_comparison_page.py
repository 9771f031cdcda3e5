# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""The page with the absolute values of both systems, of which a switch hides one, and how their times grow."""

import html
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from page_building import Files, files_of, stale

from unitdocs import analysis, records
from unitdocs.analysis.case_result import CaseResult
from unitdocs.portal import figures
from unitdocs.portal.pages import comparison
from unitdocs.portal.pages.sizes import amount, group_by_work
from unitdocs.records import Direction, Pair, Role, Round, RunRecord, Status

MakeRecord = Callable[..., RunRecord]
MakeCase = Callable[..., CaseResult]
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/benchmarks/comparison.md"
ROLES = ("control", "treatment")


def page(record: RunRecord) -> Files:
    return files_of(comparison.build_page(stale(record), None))


def sized(record: RunRecord) -> RunRecord:
    """Return the record with its case `scenes/big` at two sizes, a rate of shares, and one that an arm alone counts."""
    big = record.cases[1]
    about: dict[str, Any] = {
        "suite": "scenes",
        "scenario": "big",
        "title": "Big",
        "status": Status.MEASURED,
        "unit": "1",
    }
    share = records.Case(
        **about,
        metric="error rate",
        direction=Direction.LOWER,
        rounds=tuple(
            Round(
                index=i,
                hash_seed=i,
                count=Pair(control=0.25, treatment=0.0),
                tries=Pair[int | None](control=4, treatment=4),
            )
            for i in range(2)
        ),
    )
    alone = records.Case(
        **about,
        metric="plan hit rate",
        direction=Direction.HIGHER,
        rounds=tuple(Round(index=i, hash_seed=i, count=Pair(control=None, treatment=0.75)) for i in range(2)),
    )
    sizes = tuple(
        big.model_copy(
            update={
                "scenario": f"list-{size}/first",
                "title": f"List ({size:,} elements): <first>",
                "elements": size,
                "rounds": rounds,
            }
        )
        for size, rounds in ((10, big.rounds), (200, big.rounds), (2000, record.cases[2].rounds))
    )
    return record.model_copy(update={"cases": (*record.cases, share, alone, *sizes)})


Cells = dict[str, dict[str, dict[str, str]]]
"""Values by title of the row, metric and role; `""` is the role of a cell without values."""


def table_of(content: str, suite: str) -> Cells:
    """Return the values of a suite's table as text."""
    table = content.partition(f"<caption>{suite}")[2].partition("</table>")[0]
    cells: Cells = {}
    for title, rest in re.findall(r'<tr><th scope="row"><a[^>]*>(.*?)</a></th>(.*?)</tr>', table):
        cells[title] = {
            metric: dict(re.findall(r'<span class="ud-(control|treatment)">(.*?)</span>', cell)) or {"": cell}
            for metric, cell in re.findall(r'<td[^>]*data-label="([^"]*)"[^>]*>(.*?)</td>', rest)
        }
    return cells


def test_every_snippet_that_the_page_includes_is_made_and_shown_in_the_navigation(make_record: MakeRecord) -> None:
    included = set(re.findall(r'--8<-- "generated/(.+)"', PAGE.read_text()))
    assert included == {name for name in page(make_record()) if name.startswith("comparison/")}
    assert "Baseline, improved, comparison: benchmarks/comparison.md" in (ROOT / "mkdocs.yml").read_text()


def test_a_time_is_the_arm_s_mean_with_the_span_of_its_rounds_where_they_differ(make_record: MakeRecord) -> None:
    record = make_record(changed=("size", 3))  # of the control alone
    frame = records.to_frame(record)
    of_size = frame[frame["scenario"] == "size"]
    control, treatment = (of_size[of_size["role"] == role] for role in ROLES)
    means = control.groupby("round")["value"].mean()
    expected = {
        "control": [control["value"].mean(), means.min(), means.max()],
        "treatment": [treatment["value"].mean()],
    }
    cells = table_of(page(record)["comparison/suites.md"], "Single units")["Size"]["Time"]
    for role, values in expected.items():
        values_shown = [float(number) * 1e-6 for number in re.findall(r"([\d.]+) µs", cells[role])]
        assert values_shown == pytest.approx(values, rel=6e-3), role
    assert '<small class="ud-alone">' in cells["control"], "the span is shown where a system is alone"


def test_the_page_names_no_effect_and_no_verdict(make_record: MakeRecord) -> None:
    content = page(make_record())["comparison/suites.md"]
    assert not re.search(r"faster|slower|×|better|worse|equivalent|inconclusive", content)


def test_a_metric_that_does_not_apply_says_so_and_is_never_0(make_record: MakeRecord) -> None:
    content = page(sized(make_record()))["comparison/suites.md"]
    rows = table_of(content, "Whole scenes")
    assert rows["Small"]["Peak memory"] == {"": '<span class="ud-none">not applicable</span>'}
    assert "Not applicable here: cache hit rate (no arm counts a cache)." in content
    assert not any("Cache hit rate" in cells for cells in rows.values())


def test_what_one_arm_alone_counts_is_shown_with_that_arm_alone(make_record: MakeRecord) -> None:
    content = page(sized(make_record()))["comparison/suites.md"]
    assert table_of(content, "Whole scenes")["Big"]["Plan hit rate"] == {"treatment": "75 %"}
    cell = re.search(r'<td class="([^"]*)" data-label="Plan hit rate">', content)
    assert cell
    assert cell[1].split() == ["ud-number", "ud-treatment", "ud-alone"]


def test_memory_and_shares_are_each_arm_s_own(make_record: MakeRecord) -> None:
    cells = table_of(page(sized(make_record()))["comparison/suites.md"], "Whole scenes")["Big"]
    assert cells["Peak memory"] == {"control": "2 kB", "treatment": "3 kB"}
    assert cells["Error rate"] == {
        "control": '25 %<small class="ud-alone">2 of 8</small>',
        "treatment": '0 %<small class="ud-alone">0 of 8</small>',
    }


def test_a_failed_case_has_its_reason_in_place_of_a_number(make_record: MakeRecord) -> None:
    rows = table_of(page(make_record())["comparison/suites.md"], "Whole scenes")
    cells = next(cells for title, cells in rows.items() if title.startswith("Odd"))
    assert cells["Time"][""].startswith('<span class="ud-none">failed</span>')
    assert "<small>results differ at [3]: &lt;b&gt;1&lt;/b&gt; != 2</small>" in cells["Time"][""]


def test_a_suite_in_which_every_case_failed_has_a_table_and_no_figure(make_record: MakeRecord) -> None:
    record = make_record()
    files = page(record.model_copy(update={"cases": record.cases[3:4]}))
    assert "results differ at [3]" in files["comparison/suites.md"]
    assert not [name for name in files if name.startswith("figures/")]


def test_a_case_leads_to_its_page(make_record: MakeRecord) -> None:
    assert '<a href="../cases/units/size/">Size</a>' in page(make_record())["comparison/suites.md"]


def test_the_first_table_is_open_and_the_others_are_folded(make_record: MakeRecord) -> None:
    content = page(make_record())["comparison/suites.md"]
    assert [" open" in one for one in re.findall(r'<details class="ud-more"[^>]*>', content)] == [True, False]


def switch_of(record: RunRecord) -> list[tuple[str, str, str]]:
    """Return role, value and label of each button of the switch."""
    content = page(record)["comparison/switch.md"]
    buttons = re.findall(r'<input [^>]*value="([^"]*)" data-role="(\w+)"[^>]*><label [^>]*>(.*?)</label>', content)
    assert re.findall(r'data-role="(\w+)" checked>', content) == ["both"]
    return [(role, value, re.sub("<[^>]*>", "", label)) for value, role, label in buttons]


def test_the_switch_names_the_arms_of_the_record(make_record: MakeRecord) -> None:
    assert switch_of(make_record()) == [
        ("control", "original", "Original (baseline)"),
        ("treatment", "refactored", "Refactored (improved)"),
        ("both", "both", "Both (comparison)"),
    ]


def with_arms(record: RunRecord, *arms: tuple[str, str]) -> RunRecord:
    suites = [suite.model_copy(update={"arms": pair}) for suite, pair in zip(record.suites, arms, strict=True)]
    return record.model_copy(update={"suites": tuple(suites)})


@pytest.mark.parametrize(
    ("arms", "values"),
    [
        ([("v1.2", "v2 <b>")] * 2, ["v1-2", "v2-b", "both"]),
        ([("both", "new")] * 2, ["control", "treatment", "both"]),
        ([("old", "new"), ("1", "2")], ["control", "treatment", "both"]),
    ],
    ids=["other names", "a name that the switch has already", "suites with arms of their own"],
)
def test_the_switch_of_another_project_has_values_that_differ(
    make_record: MakeRecord, arms: list[tuple[str, str]], values: list[str]
) -> None:
    buttons = switch_of(with_arms(make_record(), *arms))
    assert [value for _, value, _ in buttons] == values
    assert all("<" not in label for _, _, label in buttons)


def test_the_same_work_at_three_sizes_is_drawn_against_the_number_of_elements(make_record: MakeRecord) -> None:
    record = sized(make_record())
    files = page(record)
    cases = {case.scenario: case for case in analysis.compare_cases(record) if case.metric == "time"}
    key = "scaling-scenes-time"
    _, *lines = json.loads(files[f"figures/{key}.json"])["data"]
    assert [line["name"] for line in lines] == ["original: List: &lt;first&gt;", "refactored: List: &lt;first&gt;"]
    content = files["comparison/scaling.md"]
    for line, role, arm in zip(lines, Role, ("original", "refactored"), strict=True):
        times = [amount(cases[f"list-{size}/first"], role) or 0.0 for size in (10, 200, 2000)]
        assert (line["x"], line["y"]) == ([10, 200, 2000], pytest.approx(times, rel=1e-5))
        assert line["meta"] == {"role": role}
        sentence = re.search(rf"{arm} takes ([\d.]+)× the time", content)
        assert sentence
        assert float(sentence[1]) == pytest.approx(times[2] / times[0], rel=6e-3)
    assert "With 200 times the elements" in content
    assert "unitdocs bench run --profile full --seed 7" in content
    rows = pd.read_csv(io.StringIO(files[f"data/{key}.csv"]))
    assert rows["elements"].tolist() == [10, 200, 2000] * 2


def test_works_of_one_scene_are_named_without_it(make_record: MakeRecord) -> None:
    record = sized(make_record())
    works = tuple(
        case.model_copy(update={"scenario": case.scenario.replace("first", work), "title": f"List: {work}"})
        for case in record.cases[-3:]
        for work in ("first", "again")
    )
    files = page(record.model_copy(update={"cases": works}))
    names = [trace["name"] for trace in json.loads(files["figures/scaling-scenes-time.json"])["data"][1:]]
    assert names == ["original: first", "original: again", "refactored: first", "refactored: again"]
    assert "Whole scenes, List: mean time" in files["comparison/scaling.md"]


def test_without_work_at_three_sizes_the_page_says_so(make_record: MakeRecord) -> None:
    record = sized(make_record())
    for fewer in (make_record(), record.model_copy(update={"cases": record.cases[:-1]})):
        files = page(fewer)
        assert "no work at three numbers of elements" in files["comparison/scaling.md"]
        assert not any("scaling-" in name for name in files)


def test_a_record_without_any_case_says_so(make_record: MakeRecord) -> None:
    assert page(make_record(cases=()))["comparison/suites.md"] == "<p>The record holds no case.</p>\n"


def test_families_are_recognised_by_the_number_of_elements_in_the_name(make_case: MakeCase) -> None:
    names = [
        ("a-10/x", 10),
        ("a-100/x", 100),
        ("a-100/y", 100),
        ("wheel", 17),
        ("b-60", 241),
        ("b-7", 17),
        ("c-9", None),
    ]
    cases = [make_case(0.5, name, elements=size) for name, size in reversed(names)]
    assert {name: [case.scenario for case in same] for name, same in group_by_work(cases).items()} == {
        "a-#/x": ["a-10/x", "a-100/x"]
    }


def test_kinds_of_work_differ_by_shape_and_systems_by_colour_and_dashes_on_two_log_axes() -> None:
    times = pd.DataFrame(
        {"work": work, "role": role, "system": system, "elements": size, "value": size * 1e-6 * factor}
        for factor, work in enumerate(("one", "two", "<b>three"), 1)
        for role, system in zip(ROLES, ("old", "new"), strict=True)
        for size in (100, 1000, 10_000)
    )
    plot = figures.plain(figures.scaling(times))
    proportional, *lines = plot["data"]
    assert proportional["y"] == pytest.approx([3e-4, 3e-2])
    assert [line["name"] for line in lines[:3]] == ["old: one", "old: two", "old: &lt;b&gt;three"]
    assert len({line["marker"]["symbol"] for line in lines}) == 3
    assert {(line["meta"]["role"], line["line"]["color"], line["line"]["dash"]) for line in lines} == {
        ("control", "#7A7A7A", "dot"),
        ("treatment", "#0072B2", "solid"),
    }
    assert [plot["layout"][axis]["type"] for axis in ("xaxis", "yaxis")] == ["log", "log"]
    assert plot["layout"]["xaxis"]["ticktext"] == ["100", "1,000", "10,000"]
    assert all(plot["layout"][axis]["title"]["text"] for axis in ("xaxis", "yaxis"))
    assert html.unescape(lines[2]["text"][1]) == "<b>three, old, 1,000 elements: 3 ms"


def test_no_number_of_the_page_is_typed_by_hand() -> None:
    prose = re.sub(r"--8<--.*", "", PAGE.read_text())
    assert re.findall(r"\d", prose) == []
