# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""The page that shows how cases developed: a series a machine, and change points where there are records enough."""

import json
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
from unitdocs.portal.pages import trend
from unitdocs.portal.pages.trend import MOST_ROWS, build_series
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
    return files_of(trend.build_page(stale(record), None, kept, study))


def test_every_snippet_that_the_page_includes_is_made_and_the_page_is_in_the_navigation(
    make_record: MakeRecord,
) -> None:
    included = set(re.findall(r'--8<-- "generated/(.+)"', PAGE.read_text()))
    assert included == page(make_record()).keys()
    assert "benchmarks/trend.md" in (ROOT / "mkdocs.yml").read_text()


def test_without_a_history_and_a_measurement_the_page_says_so(make_record: MakeRecord) -> None:
    files = page(make_record())
    assert "No history of records was kept" in files["trend/series.md"]
    assert "were not measured for this site" in files["trend/finders.md"]


def test_machines_are_never_mixed(make_record: MakeRecord) -> None:
    kept = history(make_record(), [1.0, 1.1], strangers=3)
    content = page(make_record(), kept)["trend/series.md"]
    assert "5 records of 2 machines" in content
    headings = re.findall(r"^### (.+?) \{", content, re.MULTILINE)
    assert headings == [
        "A processor, 2 cores, Linux, CPython 3.11.7",
        "Another processor, 2 cores, Linux, CPython 3.11.7",
    ]
    ours, theirs = content.split("### Another processor")
    assert set(re.findall(r'</th><td class="ud-number">(\d+)</td>', ours)) == {"2"}
    assert set(re.findall(r'</th><td class="ud-number">(\d+)</td>', theirs)) == {"3"}


@pytest.mark.parametrize("n", [2, NEEDED - 1])
def test_a_series_of_too_few_records_says_so(make_record: MakeRecord, n: int) -> None:
    content = page(make_record(), history(make_record(), [1.0] * n))["trend/series.md"]
    assert f"Here no machine has more than {n}: too few to search." in content
    assert "<th>Change points" not in content
    assert content.count("<figure") == 3


def test_effects_are_written_as_on_other_pages_with_how_they_moved(make_record: MakeRecord) -> None:
    content = page(make_record(), history(make_record(), [1.0, 1.25]))["trend/series.md"]
    row = next(row for row in content.splitlines() if ">Size<" in row)
    cells = [cell.partition("<")[0] for cell in row.split('ud-number">')[1:]]
    assert cells == ["2", "10× faster", "8.01× faster", "25 % worse"]  # a ratio a quarter larger


def test_a_long_series_shows_its_newest_records_and_leaves_the_rest_to_the_file(make_record: MakeRecord) -> None:
    files = page(make_record(), history(make_record(), [1.0] * (MOST_ROWS + 3)))
    assert f"Ratios as drawn: the newest {MOST_ROWS}; 3 more in the CSV file" in files["trend/series.md"]
    [data] = [text for name, text in files.items() if re.search(r"data/trend-.*units-size-time\.csv", name)]
    assert len(data.splitlines()) == 1 + MOST_ROWS + 3


def test_a_single_record_makes_no_series(make_record: MakeRecord) -> None:
    content = page(make_record(), history(make_record(), [1.0, 1.1], strangers=1))["trend/series.md"]
    ours, theirs = content.split("### Another processor")
    assert "A single record is not a series." not in ours
    assert "A single record is not a series." in theirs
    assert "<table" not in theirs


def test_a_step_is_named_with_its_record_and_the_levels_on_both_sides(make_record: MakeRecord) -> None:
    factors = [*(1 + 0.001 * i for i in range(8)), *(2 + 0.001 * i for i in range(8))]
    files = page(make_record(), history(make_record(), factors))
    content = files["trend/series.md"]
    assert "too few" not in content
    assert re.search(r"2026-12-01 \(commit c000008\): from [\d.]+× faster to [\d.]+× faster", content)
    assert content.count("1 change point.") == 3
    [figure] = [json.loads(text) for name, text in files.items() if re.search(r"figures/trend-.*units-size", name)]
    assert figure["data"][0]["x"] == [8.5, 8.5]
    [data] = [text for name, text in files.items() if re.search(r"data/trend-.*units-size-time\.csv", name)]
    assert [line.rpartition(",")[2] for line in data.splitlines()].index("True") == 9


def test_a_steady_series_has_no_change_point(make_record: MakeRecord) -> None:
    factors = [1 + 0.01 * (i * 7 % 5) for i in range(16)]
    content = page(make_record(), history(make_record(), factors))["trend/series.md"]
    assert content.count("<td>none</td>") == 3


def test_a_case_that_some_records_lack_has_a_shorter_series(make_record: MakeRecord) -> None:
    first, second = history(make_record(), [1.0, 1.5]).entries
    shorter = first.model_copy(update={"cases": first.cases[1:]})
    counts = {one.last.scenario: len(one.points) for one in build_series([shorter, second])}
    assert counts == {"size": 1, "big": 2, "small": 2}


def test_titles_are_shown_as_they_are(make_record: MakeRecord) -> None:
    kept = history(make_record(), [1.0, 1.0])
    odd = tuple(
        entry.model_copy(
            update={"cases": tuple(case.model_copy(update={"title": "<b>Odd</b>"}) for case in entry.cases)}
        )
        for entry in kept.entries
    )
    content = page(make_record(), History(entries=odd))["trend/series.md"]
    assert "<b>Odd</b>" not in content
    assert "&lt;b&gt;Odd&lt;/b&gt;" in content


def test_the_figure_names_its_records_and_says_which_side_is_better() -> None:
    points = pd.DataFrame(
        {"label": [f"11-{i:02} abc" for i in range(20)], "ratio": 0.5, "low": 0.49, "high": 0.52},
    )
    plot = figures.pinned(figures.trend(points, "new / old: lower is better", (10,)))
    axis = plot["layout"]["xaxis"]
    assert axis["tickvals"][0] == 1
    assert axis["tickvals"][-1] == 20
    assert len(axis["tickvals"]) <= 6
    assert axis["ticktext"][0] == "11-00<br>abc"
    assert any(note["text"] == "new / old: lower is better" for note in plot["layout"]["annotations"])
    assert plot["data"][1]["error_y"]["array"][0] == pytest.approx(0.02)


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
    assert "No history of records was kept" in page(make_record(), History())["trend/series.md"]
    content = page_of_downloads(project, make_record(), history=History())["downloads/records.md"]
    assert "history.json.gz" in content
    assert "nothing yet" in content
