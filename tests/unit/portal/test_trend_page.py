# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""The page that shows how cases developed: a series a machine, and change points where there are records enough."""

import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import mean

import pandas as pd
import pytest
from page_building import Files, files_of, page_of_downloads, stale

from unitdocs import analysis, studies
from unitdocs.analysis import History, HistoryEntry
from unitdocs.analysis.change_points import NEEDED
from unitdocs.portal import figures
from unitdocs.portal.figures.trend import movement_reach
from unitdocs.portal.pages import trend
from unitdocs.portal.pages.trend import MOST_COLUMNS, build_series
from unitdocs.records import RunRecord
from unitdocs.studies import ChangePoints, Study

MakeRecord = Callable[..., RunRecord]
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/benchmarks/trend.md"
RESULTS = ROOT / "benchmarks" / "results"
OTHER = {"cpu": "Another processor"}


def history(record: RunRecord, factors: Sequence[float], *, strangers: int = 0) -> History:
    """Return a history of a record whose ratios are multiplied, and of as many records of another machine."""
    [first] = analysis.history_of([record]).entries
    entries = [_entry(first, day, factor) for day, factor in enumerate(factors)]
    for day in range(strangers):
        machine = first.machine.model_copy(update=OTHER)
        entries.append(_entry(first, day - 100, 3.0).model_copy(update={"machine": machine, "id": f"other-{day}"}))
    return History(entries=tuple(sorted(entries, key=lambda entry: entry.created)))


def _entry(first: HistoryEntry, day: int, factor: float) -> HistoryEntry:
    cases = tuple(
        case.model_copy(update={name: getattr(case, name) * factor for name in ("ratio", "low", "high")})
        for case in first.cases
    )
    changed = {"id": f"run-{day}", "created": first.created + timedelta(days=day), "commit": f"c{day:06}"}
    return first.model_copy(update={**changed, "cases": cases})


def page(record: RunRecord, kept: History | None = None, finders: ChangePoints | None = None) -> Files:
    study = Study(finders, is_current=None) if finders else None
    return files_of(trend.build_page(stale(record), kept, study))


def test_every_snippet_that_the_page_includes_is_made_and_the_page_is_in_the_navigation(
    make_record: MakeRecord,
) -> None:
    included = set(re.findall(r'--8<-- "generated/(.+)"', PAGE.read_text()))
    assert included == page(make_record()).keys()
    assert "benchmarks/trend.md" in (ROOT / "mkdocs.yml").read_text()


def test_without_a_history_and_a_measurement_the_page_says_so(make_record: MakeRecord) -> None:
    files = page(make_record())
    assert "A trend is shown from 12 records of one machine on; so far there is none." in files["trend/series.md"]
    assert "were not measured for this site" in files["trend/finders.md"]


def test_with_too_few_records_of_each_machine_one_sentence_says_from_when_on_a_trend_is_shown(
    make_record: MakeRecord,
) -> None:
    files = page(make_record(), history(make_record(), [1.0] * (NEEDED - 1), strangers=3))
    assert files.keys() == {"trend/status.md", "trend/series.md", "trend/finders.md"}
    assert files["trend/series.md"].strip() == (
        "<p>A trend is shown from 12 records of one machine on; so far there are 14 records of 2 machines, "
        "at most 11 of one.</p>"
    )


def test_only_a_machine_with_enough_records_has_a_trend(make_record: MakeRecord) -> None:
    kept = history(make_record(), [1.0] * NEEDED, strangers=NEEDED - 1)
    content = page(make_record(), kept)["trend/series.md"]
    assert "23 records of 2 machines. Machines with fewer than 12 are left out." in content
    headings = re.findall(r"^### (.+?) \{", content, re.MULTILINE)
    assert headings == ["A processor, 2 cores, Linux, CPython 3.11.7"]
    both = page(make_record(), history(make_record(), [1.0] * NEEDED, strangers=NEEDED))["trend/series.md"]
    assert "left out" not in both
    ours, theirs = both.split("### Another processor")
    for part in (ours, theirs):
        assert set(re.findall(r'</th><td class="ud-number">(\d+)</td>', part)) == {"12"}


def test_a_suite_is_folded_with_one_figure_that_is_drawn_when_it_is_opened(make_record: MakeRecord) -> None:
    files = page(make_record(), history(make_record(), [1.0] * NEEDED))
    content = files["trend/series.md"]
    assert content.count('<details class="ud-more"') == content.count("<figure") == 2
    assert content.count("ud-later") == 2
    assert "<summary>Whole scenes: 2 cases, 0 with a change point</summary>" in content
    assert len([name for name in files if name.startswith("figures/")]) == 2


def test_cases_of_the_reference_record_lead_to_their_pages(make_record: MakeRecord) -> None:
    kept = history(make_record(), [1.0] * NEEDED)
    content = page(make_record(), kept)["trend/series.md"]
    assert '<a href="../cases/units/size/">Size</a>' in content
    gone = make_record().model_copy(update={"cases": make_record().cases[1:]})
    assert '<a href="../cases/units/size/">' not in page(gone, kept)["trend/series.md"]


def test_effects_are_written_as_on_other_pages_with_how_they_moved(make_record: MakeRecord) -> None:
    content = page(make_record(), history(make_record(), [*[1.0] * (NEEDED - 1), 1.25]))["trend/series.md"]
    row = next(row for row in content.splitlines() if ">Size</a>" in row)
    cells = [cell.partition("<")[0] for cell in row.split('ud-number">')[1:]]
    assert cells == ["12", "10× faster", "8.01× faster", "25 % worse"]  # a ratio a quarter larger


def test_a_long_series_shows_its_newest_records_and_leaves_the_rest_to_the_file(make_record: MakeRecord) -> None:
    files = page(make_record(), history(make_record(), [1.0] * (MOST_COLUMNS + 3)))
    assert f"Ratios as drawn: the newest {MOST_COLUMNS} records; 3 more in the CSV file" in files["trend/series.md"]
    [data] = [text for name, text in files.items() if re.search(r"data/trend-.*units\.csv", name)]
    assert len(data.splitlines()) == 1 + MOST_COLUMNS + 3


def test_a_step_is_named_with_its_record_and_the_levels_on_both_sides(make_record: MakeRecord) -> None:
    factors = [*(1 + 0.001 * i for i in range(8)), *(2 + 0.001 * i for i in range(8))]
    files = page(make_record(), history(make_record(), factors))
    content = files["trend/series.md"]
    assert "too few" not in content
    assert re.search(r"2026-12-01 \(commit c000008\): from [\d.]+× faster to [\d.]+× faster", content)
    assert "<summary>Whole scenes: 2 cases, 2 with a change point</summary>" in content
    assert "Of 1 case, Size has a change point." in content
    [figure] = [json.loads(text) for name, text in files.items() if re.search(r"figures/trend-.*units", name)]
    assert figure["data"][0]["x"] == [8.5, 8.5]
    assert figure["data"][1]["y"][0] > figure["data"][1]["y"][-1]  # more is higher; rows are counted downwards
    [data] = [text for name, text in files.items() if re.search(r"data/trend-.*units\.csv", name)]
    assert [line.rpartition(",")[2] for line in data.splitlines()].index("True") == 9


def test_a_steady_series_has_no_change_point(make_record: MakeRecord) -> None:
    factors = [1 + 0.01 * (i * 7 % 5) for i in range(16)]
    content = page(make_record(), history(make_record(), factors))["trend/series.md"]
    assert content.count("<td>none</td>") == 3
    assert "None of 2 cases has a change point." in content


def test_a_case_that_is_new_says_that_it_has_too_few_records(make_record: MakeRecord) -> None:
    *older, newest = history(make_record(), [1.0] * NEEDED).entries
    without = [entry.model_copy(update={"cases": entry.cases[1:]}) for entry in older]
    content = page(make_record(), History(entries=(*without, newest)))["trend/series.md"]
    assert content.count("<td>too few records</td>") == 1


def test_a_case_that_some_records_lack_has_a_shorter_series(make_record: MakeRecord) -> None:
    first, second = history(make_record(), [1.0, 1.5]).entries
    shorter = first.model_copy(update={"cases": first.cases[1:]})
    counts = {one.last.scenario: len(one.points) for one in build_series([shorter, second])}
    assert counts == {"size": 1, "big": 2, "small": 2}


def test_titles_are_shown_as_they_are(make_record: MakeRecord) -> None:
    kept = history(make_record(), [1.0] * NEEDED)
    odd = tuple(
        entry.model_copy(
            update={"cases": tuple(case.model_copy(update={"title": "<b>Odd</b>"}) for case in entry.cases)}
        )
        for entry in kept.entries
    )
    content = page(make_record(), History(entries=odd))["trend/series.md"]
    assert "<b>Odd</b>" not in content
    assert "&lt;b&gt;Odd&lt;/b&gt;" in content


def test_the_figure_names_its_records_and_gives_every_case_a_row_on_one_scale() -> None:
    points = pd.DataFrame(
        [
            {
                "scenario": name,
                "metric": "time",
                "case": "The same title",
                "at": at,
                "label": f"11-{at:02} abc",
                "ratio": 0.5 * step ** (at == 19),
                "low": 0.4,
                "high": 1.2,
                "new_level": at == 10,
            }
            for name, step in (("one", 2.0), ("two", 1.1))
            for at in range(20)
        ]
    )
    plot = figures.pinned(figures.trend(points))
    axis = plot["layout"]["xaxis"]
    assert axis["tickvals"][0] == 1
    assert axis["tickvals"][-1] == 20
    assert len(axis["tickvals"]) <= 6
    assert axis["ticktext"][0] == "11-00<br>abc"
    assert movement_reach(points) == pytest.approx(math.log(2))
    rows = [trace["y"] for trace in plot["data"] if len(trace["x"]) == 20]
    assert rows[1][0] - rows[0][0] == pytest.approx(1)
    moved = [row[0] - row[-1] for row in rows]
    assert moved[0] / moved[1] == pytest.approx(math.log(2) / math.log(1.1), rel=1e-3)


def test_every_number_on_how_change_points_are_found_comes_from_its_record(
    project: Path, make_record: MakeRecord
) -> None:
    reference = studies.load_record("change_points", RESULTS / "change-points.json")
    changed = reference.model_copy(
        update={"finders": tuple(one.model_copy(update={"false_alarms": 123}) for one in reference.finders)}
    )
    for finders, share in ((reference, "0.9 %"), (changed, "12.3 %")):
        content = page(make_record(), finders=finders)["trend/finders.md"]
        row = next(row for row in content.splitlines() if "<td>yes</td>" in row)
        assert share in row
    offer = page_of_downloads(project, make_record(), change_points=reference)["downloads/records.md"]
    assert "studies.load_record('change_points', Path(&#x27;change-points.json&#x27;))" in offer.replace(
        "&#x27;change_points&#x27;", "'change_points'"
    )


def test_the_method_that_pages_use_is_the_best_by_the_rule_that_the_page_gives() -> None:
    reference: ChangePoints = studies.load_record("change_points", RESULTS / "change-points.json")
    allowed = [one for one in reference.finders if one.false_alarms / reference.made <= reference.most]
    [chosen] = [one for one in reference.finders if one.is_chosen]
    assert chosen == max(allowed, key=lambda one: mean(one.f1))


def test_the_data_page_offers_the_history_with_its_span(project: Path, make_record: MakeRecord) -> None:
    kept = history(make_record(), [1.0, 1.1], strangers=1)
    content = page_of_downloads(project, make_record(), history=kept)["downloads/records.md"]
    for fact in ("2026-08-15 to 2026-11-24", "3 records", "2 machines", "c000001", "history.json.gz"):
        assert fact in content, fact


def test_an_empty_history_is_offered_too(project: Path, make_record: MakeRecord) -> None:
    assert "so far there is none" in page(make_record(), History())["trend/series.md"]
    content = page_of_downloads(project, make_record(), history=History())["downloads/records.md"]
    assert "history.json.gz" in content
    assert "nothing yet" in content
