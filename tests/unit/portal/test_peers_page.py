# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""The page that shows one scene in other layout engines."""

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from page_building import Files, files_of, page_of_downloads

from unitdocs import analysis
from unitdocs.analysis import Run
from unitdocs.formatting import change, change_interval
from unitdocs.portal.pages import explore, peers
from unitdocs.portal.site.rendering import PAGES
from unitdocs.records import RunRecord, SuiteInfo

MakeRecord = Callable[..., RunRecord]
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/benchmarks/peers.md"
COMMAND = "unitdocs bench run --profile full --suites benchmarks/studies/peers"


def page(run: RunRecord | None = None, *, is_current: bool = False) -> Files:
    return files_of(peers.build_page(Run(run, is_current) if run else None))


def measured(make_record: MakeRecord, **changes: object) -> RunRecord:
    """Return a run in which the refactored system is faster once, slower once, and fails once."""
    record = make_record(**changes)
    cases = tuple(
        case.model_copy(update={"suite": "engine"}) for case in record.cases if case.scenario in {"big", "small", "odd"}
    )
    environment = record.environment.model_copy(
        update={"load_start": 1.5, "load_end": 2.5, "packages": {"poga": "0.1.2", "other": "3"}}
    )
    suites = (SuiteInfo(name="engine", title="An <engine>", arms=("engine", "refactored")),)
    changed = {"id": "peers", "cases": cases, "suites": suites, "command": COMMAND, "environment": environment}
    return record.model_copy(update=changed)


def test_every_snippet_that_the_page_includes_is_made_with_and_without_a_record(make_record: MakeRecord) -> None:
    included = set(re.findall(r'--8<-- "generated/(.+)"', PAGE.read_text()))
    assert included
    assert included == page().keys()
    assert included == {name for name in page(measured(make_record)) if name.startswith("peers/")}


def test_the_page_says_where_there_is_no_record() -> None:
    assert page()["peers/results.md"] == "<p>The other engines were not measured for this site.</p>\n"


def test_each_time_is_shown_with_how_much_faster_or_slower_the_system_is(make_record: MakeRecord) -> None:
    run = measured(make_record)
    effects = analysis.to_effects(run).set_index(["scenario", "metric"])
    last_table = page(run)["peers/results.md"].split("<table>")[-1]
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', last_table)
    assert [row.partition("<")[0] for row in rows] == ["Big", "Small", "Odd &lt;script&gt;alert(1)&lt;/script&gt;"]
    for row, scenario in zip(rows, ("big", "small"), strict=False):
        ratio, low, high, control, treatment = effects.loc[
            (scenario, "time"), ["ratio", "low", "high", "control_mean", "treatment_mean"]
        ]
        size, ends = re.findall(r"<td[^>]*>([^<]+ (?:faster|slower))<br><small>([^<]+)</small>", row)[0]
        assert size == change(ratio, "faster" if ratio < 1 else "slower")
        assert ends == change_interval(ratio, low, high)
        assert [float(text) for text in re.findall(r">([\d.]+) ms<", row)] == pytest.approx(
            [control * 1e3, treatment * 1e3], rel=6e-3
        )
    assert "results differ at [3]" in rows[2]
    assert "The refactored system compared with An &lt;engine&gt;" in last_table


def test_the_faster_engine_is_named_and_neither_is_marked_as_worse(make_record: MakeRecord) -> None:
    content = page(measured(make_record))["peers/results.md"]
    assert "refactored is faster</span>" in content
    assert "An &lt;engine&gt; is faster</span>" in content
    assert re.search(r"The refactored system is 50\.\d % slower to \d\.\d+× faster than An &lt;engine&gt;\.", content)
    assert not re.search(r"ud-worse|ud-better|slower</span>", content)


def test_the_page_says_where_how_busy_with_what_and_how_to_repeat_it(make_record: MakeRecord) -> None:
    content = page(measured(make_record))["peers/results.md"]
    for fact in (
        "Measured on 2026-11-23",
        "A processor",
        "Load of the machine, 2 cores: 1.5 at the start, 2.5 at the end.",
        "Versions: poga 0.1.2.",
        f"<code>{COMMAND}</code>",
    ):
        assert fact in content


def test_the_page_says_whether_its_own_run_is_stale(make_record: MakeRecord) -> None:
    stale = page(measured(make_record))["peers/results.md"]
    assert "Stale: the run of the other engines" in stale
    assert "Current:" not in stale
    current = page(measured(make_record), is_current=True)["peers/results.md"]
    assert "Stale" not in current
    assert "Current: the unit system, the suites, the scene and the lock have not changed since." in current


def test_the_figure_names_the_peer_as_the_page_does(make_record: MakeRecord) -> None:
    files = page(measured(make_record))
    names = [entry["name"] for entry in json.loads(files["figures/peers-engine.json"])["layout"]["meta"]["legend"]]
    assert names == ["An &lt;engine&gt;", "refactored"]
    assert "An &lt;engine&gt;</li>" in files["peers/results.md"]


def test_a_run_without_any_case_still_renders(make_record: MakeRecord) -> None:
    run = measured(make_record).model_copy(update={"cases": (), "finished": None})
    content = page(run)["peers/results.md"]
    assert "The run did not finish" in content
    assert "<table" not in content


def test_no_other_page_counts_the_run_and_two_offer_it(project: Path, make_record: MakeRecord) -> None:
    names = {build for build in PAGES if "peers" in inspect.signature(build).parameters}
    assert names == {peers.build_page, explore.build_page}
    before, after = page(), page(measured(make_record))
    drawn = {"peers/results.md", "figures/peers-engine.json", "data/peers-engine.csv"}
    assert {name for name in after if before.get(name) != after[name]} == drawn
    offers = [page_of_downloads(project, make_record(), peers=run) for run in (None, measured(make_record))]
    changed = {name for name in offers[1] if offers[0].get(name) != offers[1][name]}
    listed = {f"downloads/{name}.md" for name in ("records", "checksums")}
    assert changed == {"data/records/peers.json.gz", "data/records/SHA256SUMS", *listed}


def test_the_page_is_in_the_navigation_and_says_first_what_yoga_has_beyond_this_system() -> None:
    text = PAGE.read_text()
    assert "benchmarks/peers.md" in (ROOT / "mkdocs.yml").read_text()
    headings = re.findall(r"^## (.*)", text, flags=re.MULTILINE)
    assert headings[0] == "What Yoga does that this system does not"
    assert text.index("--8<--") > text.index(headings[-1])


def test_no_number_of_the_page_is_typed_by_hand() -> None:
    prose = re.sub(r"--8<--.*", "", PAGE.read_text())
    assert re.findall(r"\d+(?:\.\d+)?\s*(?:×|%|ns|µs|ms|s\b|of\b)", prose) == []
