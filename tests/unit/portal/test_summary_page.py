"""The page that shows every effect."""

import re
from collections.abc import Callable

from page_building import Files, files_of, stale

from unitdocs.portal.pages import summary
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]


def page(record: RunRecord) -> Files:
    return files_of(summary.build_page(stale(record), None))


def test_a_metric_that_does_not_apply_says_so_and_has_no_number(make_record: MakeRecord) -> None:
    files = page(make_record())
    assert "Without a column: cache hit rate, not applicable in 1 case." in files["summary/failed.md"]
    assert "ache hit rate" not in files["summary/table.md"] + files["summary/figures.md"]


def test_every_case_of_the_table_leads_to_its_page(make_record: MakeRecord) -> None:
    table = page(make_record())["summary/table.md"]
    assert set(re.findall('href="([^"]*)"', table)) == {
        "../cases/units/size/",
        "../cases/scenes/big/",
        "../cases/scenes/small/",
        "../cases/scenes/odd/",
    }


def test_every_metric_with_an_effect_has_a_folded_figure(make_record: MakeRecord) -> None:
    content = page(make_record())["summary/figures.md"]
    assert re.findall("<summary>([^<]*)</summary>\n<figure", content) == ["Time", "Peak memory"]
    assert 'class="ud-svg"' not in content


def test_a_run_on_this_machine_has_a_column_that_says_where_and_when_it_ran(make_record: MakeRecord) -> None:
    here = make_record(environment=make_record().environment.model_copy(update={"cpu": "My <processor>"}))
    table = files_of(summary.build_page(stale(make_record()), stale(here)))["summary/table.md"]
    assert "This machine" in table
    assert "My &lt;processor&gt;, 2026-11-23" in table
    assert "This machine" not in page(make_record())["summary/table.md"]


def test_failed_cases_are_listed_with_their_reason(make_record: MakeRecord) -> None:
    content = page(make_record())["summary/failed.md"]
    assert "Odd &lt;script&gt;alert(1)&lt;/script&gt;" in content
    assert "results differ at [3]: &lt;b&gt;1&lt;/b&gt; != 2" in content


def test_a_run_that_did_not_finish_says_so(make_record: MakeRecord) -> None:
    assert "The run was stopped" in page(make_record(finished=None))["summary/status.md"]
    assert "The run was stopped" not in page(make_record())["summary/status.md"]
