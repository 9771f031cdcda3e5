# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""The pages that show one system alone, and how its times grow."""

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
from unitdocs.portal.pages import single_system
from unitdocs.portal.pages.single_system import amount, group_by_work
from unitdocs.records import Direction, Pair, Role, Round, RunRecord, Status

MakeRecord = Callable[..., RunRecord]
MakeCase = Callable[..., CaseResult]
ROOT = Path(__file__).parents[3]
ARMS = {"baseline": "original", "improved": "refactored"}


def pages(record: RunRecord) -> Files:
    run = stale(record)
    return files_of(single_system.build_baseline(run, None), single_system.build_improved(run, None))


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
        for size, rounds in ((10, big.rounds), (2000, record.cases[2].rounds))
    )
    return record.model_copy(update={"cases": (*record.cases, share, alone, *sizes)})


def table_of(content: str, suite: str) -> dict[str, dict[str, str]]:
    """Return the cells of a suite's table by title and column."""
    table = content.partition(f"<caption>{suite}")[2].partition("</table>")[0]
    columns = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table.replace("<br>", " "))
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table)
    return {
        title: dict(zip(columns[1:], re.findall(r"<td[^>]*>(.*?)</td>", rest), strict=True)) for title, rest in rows
    }


@pytest.mark.parametrize("page", ARMS)
def test_every_snippet_that_the_page_includes_is_made_and_shown_in_the_navigation(
    make_record: MakeRecord, page: str
) -> None:
    included = set(re.findall(r'--8<-- "generated/(.+)"', (ROOT / f"docs/benchmarks/{page}.md").read_text()))
    assert included == {name for name in pages(make_record()) if name.startswith(f"{page}/")}
    assert included
    assert f"benchmarks/{page}.md" in (ROOT / "mkdocs.yml").read_text()


def test_a_time_is_the_arm_s_mean_with_the_span_of_its_rounds_where_they_differ(make_record: MakeRecord) -> None:
    record = make_record(changed=("size", 3))  # of the control alone
    frame = records.to_frame(record)
    of_size = frame[frame["scenario"] == "size"]
    control, treatment = (of_size[of_size["role"] == role] for role in ("control", "treatment"))
    means = control.groupby("round")["value"].mean()
    expected = {
        "baseline": [control["value"].mean(), means.min(), means.max()],
        "improved": [treatment["value"].mean()],
    }
    files = pages(record)
    for page, values in expected.items():
        cell = table_of(files[f"{page}/suites.md"], f"Single units: {ARMS[page]} alone")["Size"]["Time"]
        values_shown = [float(number) * 1e-6 for number in re.findall(r"([\d.]+) µs", cell)]
        assert values_shown == pytest.approx(values, rel=6e-3), page


def test_a_metric_that_does_not_apply_says_so_and_is_never_0(make_record: MakeRecord) -> None:
    files = pages(sized(make_record()))
    for page, arm in ARMS.items():
        rows = table_of(files[f"{page}/suites.md"], "Whole scenes")
        assert rows["Small"]["Peak memory"] == "not applicable"
        assert f"Not applicable to the {arm} system here: cache hit rate" in files[f"{page}/suites.md"]
        assert "(no arm counts a cache)" in files[f"{page}/suites.md"]
        assert not any("Cache hit rate" in cells for cells in rows.values())


def test_what_one_arm_alone_counts_is_on_its_page_and_not_on_the_other_s(make_record: MakeRecord) -> None:
    files = pages(sized(make_record()))
    assert table_of(files["improved/suites.md"], "Whole scenes")["Big"]["Plan hit rate"] == "75 %"
    assert "here: cache hit rate and plan hit rate" in files["baseline/suites.md"]


def test_memory_and_shares_are_each_arm_s_own(make_record: MakeRecord) -> None:
    files = pages(sized(make_record()))
    control, treatment = (table_of(files[f"{page}/suites.md"], "Whole scenes")["Big"] for page in ARMS)
    assert (control["Peak memory"], treatment["Peak memory"]) == ("2 kB", "3 kB")
    assert control["Error rate"] == "25 %<br><small>2 of 8</small>"
    assert treatment["Error rate"] == "0 %<br><small>0 of 8</small>"


def test_a_failed_case_has_its_reason_in_place_of_a_number(make_record: MakeRecord) -> None:
    rows = table_of(pages(make_record())["baseline/suites.md"], "Whole scenes")
    cells = next(cells for title, cells in rows.items() if title.startswith("Odd"))
    assert cells["Time"] == "failed<br><small>results differ at [3]: &lt;b&gt;1&lt;/b&gt; != 2</small>"


def test_the_same_work_at_several_sizes_is_drawn_against_the_number_of_elements(make_record: MakeRecord) -> None:
    record = sized(make_record())
    files = pages(record)
    cases = {case.scenario: case for case in analysis.compare_cases(record) if case.metric == "time"}
    for page, role in (("baseline", Role.CONTROL), ("improved", Role.TREATMENT)):
        few, many = (amount(cases[f"list-{size}/first"], role) or 0.0 for size in (10, 2000))
        key = f"scaling-{page}-scenes-time"
        _, line = json.loads(files[f"figures/{key}.json"])["data"]
        assert (line["x"], line["y"]) == ([10, 2000], pytest.approx([few, many], rel=1e-5))
        assert line["name"] == "List: &lt;first&gt;"
        content = files[f"{page}/scaling.md"]
        sentence = re.search(
            rf"With 200 times the elements, the {ARMS[page]} system takes ([\d.]+)× the time\.", content
        )
        assert sentence
        assert float(sentence[1]) == pytest.approx(many / few, rel=6e-3)
        assert "unitdocs bench run --profile full --seed 7" in content
        rows = pd.read_csv(io.StringIO(files[f"data/{key}.csv"]))
        assert rows["elements"].tolist() == [10, 2000]


def test_without_work_at_several_sizes_the_page_says_so(make_record: MakeRecord) -> None:
    files = pages(make_record())
    for page in ARMS:
        assert "no work at several numbers of elements" in files[f"{page}/scaling.md"]
    assert not any("scaling-" in name for name in files)


def test_a_record_without_any_case_says_so(make_record: MakeRecord) -> None:
    assert pages(make_record(cases=()))["baseline/suites.md"] == "<p>The record holds no case.</p>\n"


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


def test_kinds_of_work_differ_by_colour_and_shape_on_two_log_axes() -> None:
    times = pd.DataFrame(
        {"work": work, "elements": size, "value": size * 1e-6 * factor}
        for factor, work in enumerate(("one", "two", "<b>three"), 1)
        for size in (100, 1000, 10_000)
    )
    plot = figures.plain(figures.scaling(times))
    proportional, *lines = plot["data"]
    assert proportional["y"] == pytest.approx([3e-4, 3e-2])
    assert [line["name"] for line in lines] == ["one", "two", "&lt;b&gt;three"]
    assert len({line["marker"]["symbol"] for line in lines}) == len({line["line"]["color"] for line in lines}) == 3
    assert [plot["layout"][axis]["type"] for axis in ("xaxis", "yaxis")] == ["log", "log"]
    assert plot["layout"]["xaxis"]["ticktext"] == ["100", "1,000", "10,000"]
    assert all(plot["layout"][axis]["title"]["text"] for axis in ("xaxis", "yaxis"))
    assert html.unescape(lines[2]["text"][1]) == "<b>three, 1,000 elements: 3 ms"


@pytest.mark.parametrize("page", ARMS)
def test_no_number_of_the_page_is_typed_by_hand(page: str) -> None:
    prose = re.sub(r"--8<--.*", "", (ROOT / f"docs/benchmarks/{page}.md").read_text())
    assert re.findall(r"\d", prose) == []
