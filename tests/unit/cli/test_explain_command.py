"""`unitdocs units explain`: where a number comes from, for people and for programs."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from unitdocs import cli
from unitdocs.cli.unit_lines import results
from unitdocs.units import create_system

WHEEL = Path(__file__).parents[3] / "benchmarks" / "scenes" / "prize-wheel.json"
WIDTH = {"kind": "size", "unit": "parent-width", "value": "fill", "max": 80}
POINTER = ["--scene", str(WHEEL), "--element", "wheel-pointer", "--unit", "x"]
SIZES = ["--scene-size", "1920x1080", "--viewport", "1366x768"]
SMALLER = {
    "kind": "size",
    "compose": "min",
    "parts": [{"unit": "pixel", "value": 700}, {"unit": "scene-width", "value": "fill"}],
    "context": {"scene": {"width": 640, "height": 360}},
}
SMALLER_ALONE = {name: SMALLER[name] for name in ("compose", "parts")}


def explain(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["units", "explain", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code, *capsys.readouterr()


def test_a_unit_is_shown_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = explain(capsys, json.dumps(WIDTH))
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "size parent-width fill, dimension width, max 80",
        "",
        "step     rule                              reads                    result",
        "measure  parent-width: the parent's width  no parent.width, so 100     100",
        "value    fill: the parent's width          no parent.width, so 100     100",
        "clamp    above max: max                    max = 80                     80",
        "",
        "result: 80; the context lacks what the unit needs, so fallbacks are used",
    ]


def test_a_unit_of_a_scene_is_shown_with_its_surroundings(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = explain(capsys, *POINTER, *SIZES)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:2] == [
        "wheel-pointer.x of Prize wheel at xl: position parent-center-x center, axis x, offset -50",
        "parent: x 283, y -16, width 800, height 800, scale 1.35",
    ]
    assert lines[-1] == "result: 633"


def test_the_json_form_can_be_read_by_programs(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = explain(capsys, *POINTER, "--viewport", "390x844", "--format", "json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert {name: found[name] for name in ("scene", "element", "unit", "breakpoint", "result", "valid")} == {
        "scene": "Prize wheel",
        "element": "wheel-pointer",
        "unit": "x",
        "breakpoint": "xs",
        "result": 145.0,
        "valid": True,
    }
    assert found["context"]["scene"] is None
    assert found["context"]["breakpoint"] == {"name": "xs", "width": 390.0, "height": 844.0}
    assert [step["name"] for step in found["steps"]] == ["reference", "value", "offset"]


def test_markdown_is_a_table_of_which_nothing_is_markup(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    scene = tmp_path / "scene.json"
    scene.write_text('{"format_version": 1, "name": "a|b", "elements": [{"id": "*e*"}]}')
    code, out, err = explain(
        capsys, "--scene", str(scene), "--element", "*e*", "--unit", "width", "--format", "markdown"
    )
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        r"- \*e\*.width of a\|b: size, no unit",
        "",
        "| step | rule | reads | result |",
        "| :-- | :-- | :-- | --: |",
        "| default | no unit: the content's width | no content.width, so 100 | 100 |",
        "",
        "result: 100",
    ]


def test_the_parts_of_a_composition_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = explain(capsys, json.dumps(SMALLER | {"compose": "weighted-average", "weights": [1, 0.5]}))
    assert code == 0
    assert out.splitlines()[0] == "size, weighted-average of 2, weights 1, 0.5"
    assert [line.split("  ")[0] for line in out.splitlines()[3:-2]] == [
        "part 1",
        "1 measure",
        "1 value",
        "1 clamp",
        "part 2",
        "2 measure",
        "2 value",
        "2 clamp",
        "combine",
    ]
    assert out.splitlines()[-1] == "result: 680"


def test_parts_of_parts_are_numbered(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = explain(capsys, json.dumps({"kind": "size", "compose": "max", "parts": [SMALLER_ALONE]}))
    assert "part 1.2 " in out
    assert "\n1.2 clamp " in out
    assert "\n1 combine " in out


def test_a_unit_is_read_from_standard_input_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(SMALLER, indent=2).encode())))
    code, out, err = explain(capsys)
    assert (code, err) == (0, "")
    assert out.endswith("result: 640\n")


def test_random_numbers_come_from_the_seed(capsys: pytest.CaptureFixture[str]) -> None:
    unit = json.dumps({"kind": "position", "unit": "pixel", "value": "random"})
    outs = [explain(capsys, unit, "--seed", seed)[1] for seed in ("7", "7", "8")]
    assert outs[0] == outs[1] != outs[2]
    assert "draw = 0." in outs[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{"], "UNIT: expected one unit as a JSON object ("),
        (["[1]"], "UNIT: expected an object, got [1]"),
        (["9" * 5_000], "UNIT: expected one unit as a JSON object ("),
        (["[" * 100_000], "UNIT: expected one unit as a JSON object ("),
        (["{}"], "kind: None is not one of size, position, scale"),
        (['{"kind": "size", "unit": "pixels", "value": 1}'], "size: unit: 'pixels' is not one of pixel,"),
        (['{"kind": "size", "unit": "pixel", "value": 1, "context": 3}'], "context: expected an object, got 3"),
        ([json.dumps(SMALLER | {"parts": [3]})], "$.parts[0]: expected an object, got 3"),
        ([json.dumps(SMALLER | {"parts": [{"unit": "inch", "value": 1}]})], "$.parts[0].unit: 'inch' is not one of"),
        ([json.dumps(SMALLER | {"parts": [{"unit": "pixel", "value": 1, "axis": "x"}]})], "$.parts[0].axis: unknown;"),
        (
            [json.dumps(SMALLER | {"kind": "scale", "parts": [{"unit": "pixel", "value": 1}]})],
            "$.parts[0].unit: 'pixel'",
        ),
        (["--element", "wheel"], "--element wheel: needs --scene, a scene file"),
        (["--scene", str(WHEEL), "--unit", "x"], "--element: missing; --scene needs it"),
        ([*POINTER, "{}"], "--scene: give either a unit or a scene, not both"),
        ([*POINTER, "--viewport", "1366"], "--viewport 1366: expected width and height in pixels, such as 1920x1080"),
        ([*POINTER, "--viewport", "-1x2"], "--viewport -1x2: expected width and height in pixels"),
        ([*POINTER, "--unit", "z"], "unit: 'z' is not one of x, y, width, height, scale"),
        ([*POINTER, "--element", "pointer"], "element: there is no 'pointer' in scene 'Prize wheel'; it has root,"),
        (["--scene", "none.json", "--element", "a", "--unit", "x"], "none.json: cannot be read"),
    ],
)
def test_what_cannot_be_explained_is_one_sentence_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code, out, err = explain(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"unitdocs: {said}")
    assert len(err.splitlines()) == 1


def test_all_that_is_wrong_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = explain(capsys, "{}", "--scene", "none.json", "--scene-size", "wide", "--viewport", "1x")
    assert [line.split()[1] for line in err.splitlines()] == [
        "--scene:",
        "--element:",
        "--unit:",
        "--scene-size",
        "--viewport",
    ]


def test_at_a_terminal_nothing_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    assert explain(capsys) == (
        2,
        "",
        "unitdocs: UNIT: missing; give a unit as one JSON object, or an element with --scene\n",
    )


def test_a_composition_is_resolved_by_the_refactored_system_alone() -> None:
    line = json.dumps(SMALLER | {"id": "a"}).encode()
    found: dict[str, Any] = {name: next(results([line], create_system(name))) for name in ("original", "refactored")}
    assert found["refactored"] == {"id": "a", "result": 640.0, "valid": True}
    assert found["original"]["error"].startswith("build: the original system builds a Size, a Position or a Scale")
