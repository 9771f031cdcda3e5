"""The pages that show every case: a summary by metric, and each suite with its rounds."""

from collections.abc import Callable

from page_building import Files, files_of, stale

from unitdocs.portal.pages import comparison, summary
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]


def page(record: RunRecord) -> Files:
    return files_of(summary.build_page(stale(record), None))


def case_by_case(record: RunRecord) -> Files:
    return files_of(comparison.build_case_by_case(stale(record), None))


def test_a_metric_that_does_not_apply_says_so_and_has_no_number(make_record: MakeRecord) -> None:
    content = page(make_record())["summary/metrics.md"]
    section = content.partition("## Cache hit rate")[2]
    assert "Not applicable in 1 case: no arm counts a cache." in section
    assert "figure" not in section


def test_failed_cases_are_listed_with_their_reason(make_record: MakeRecord) -> None:
    content = page(make_record())["summary/failed.md"]
    assert "Odd &lt;script&gt;alert(1)&lt;/script&gt;" in content
    assert "results differ at [3]: &lt;b&gt;1&lt;/b&gt; != 2" in content


def test_a_run_that_did_not_finish_says_so(make_record: MakeRecord) -> None:
    assert "did not finish" in page(make_record(finished=None))["summary/status.md"]
    assert "did not finish" not in page(make_record())["summary/status.md"]


def test_one_changed_sample_changes_one_row_of_a_figures_data(make_record: MakeRecord) -> None:
    before = case_by_case(make_record())["data/rounds-scenes-small.csv"].splitlines()
    after = case_by_case(make_record(changed=("small", 3)))["data/rounds-scenes-small.csv"].splitlines()
    assert [row for row, other in zip(before, after, strict=True) if row != other] == [before[1 + 3]]


def test_names_that_look_alike_as_addresses_keep_files_of_their_own(make_record: MakeRecord) -> None:
    record = make_record()
    twins = tuple(record.cases[1].model_copy(update={"scenario": name}) for name in ("a/b", "a-b"))
    files = case_by_case(record.model_copy(update={"cases": twins}))
    assert len([name for name in files if name.startswith("figures/rounds-")]) == 2
