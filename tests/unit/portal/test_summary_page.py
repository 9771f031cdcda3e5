"""The page that shows every case by metric."""

from collections.abc import Callable

from page_building import Files, files_of, stale

from unitdocs.portal.pages import summary
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]


def page(record: RunRecord) -> Files:
    return files_of(summary.build_page(stale(record), None))


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
