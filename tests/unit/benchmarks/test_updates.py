"""The suite of recorded frames, and what reads them."""

import importlib
import json
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from unitdocs.bench.suite import Suite
from unitdocs.errors import InputError

FRAMES = Path(__file__).parents[3] / "benchmarks/frames"
RECORDINGS = sorted(path.stem for path in FRAMES.glob("*.json"))


@pytest.fixture(scope="module")
def recordings(load: Callable[[str], Suite]) -> ModuleType:
    load("updates")  # puts the folder of the suites on the path
    return importlib.import_module("_recordings")


def test_every_recording_is_a_scenario_of_its_frames_and_elements(
    load: Callable[[str], Suite], recordings: ModuleType
) -> None:
    scenarios = load("updates").scenarios
    assert {scenario.name.partition("/")[0] for scenario in scenarios} == set(RECORDINGS)
    for scenario in scenarios:
        played = recordings.recording(scenario.name.partition("/")[0])
        assert (scenario.frames, scenario.elements) == (len(played.frames), len(played.scene.elements))


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_scene_is_as_its_last_frame_leaves_it(name: str, recordings: ModuleType) -> None:
    played = recordings.recording(name)
    elements = list(played.scene.elements)
    for frame in played.frames:
        for i, element in frame.changes.items():
            assert (element.id, element.parent) == (elements[i].id, elements[i].parent)
            elements[i] = element
    assert tuple(elements) == played.scene.elements


def test_five_percent_of_two_thousand_elements_are_animated_in_each_frame(recordings: ModuleType) -> None:
    played = recordings.recording("animation")
    assert len(played.scene.elements) == 2000
    assert {len(frame.changes) for frame in played.frames} == {100}


def test_the_switch_crosses_every_breakpoint_there_and_back(recordings: ModuleType) -> None:
    played = recordings.recording("breakpoint-switch")
    crossed = [played.scene.breakpoint_at(frame.viewport.width) for frame in played.frames]
    changed = [name for i, name in enumerate(crossed) if i == 0 or name != crossed[i - 1]]
    assert changed == ["xs", "sm", "md", "lg", "xl", "lg", "md", "sm", "xs"]


def test_a_scrolled_list_shows_a_row_at_every_height_of_its_window(recordings: ModuleType) -> None:
    played = recordings.recording("scrolling-list")
    elements = list(played.scene.elements)
    for frame in played.frames:
        for i, element in frame.changes.items():
            elements[i] = element
        scrolled = next(element.y.offset for element in elements if element.id == "rows")
        tops = sorted(e.y.offset + scrolled for e in elements if e.parent == "rows")
        assert tops[0] <= 0
        assert tops[-1] + 24 >= 30 * 24
        assert {round(b - a) for a, b in pairwise(tops)} == {24}


def test_playing_on_leaves_the_answer_as_it_is(load: Callable[[str], Suite]) -> None:
    suite = load("updates")
    operation = suite.setup("original", suite.scenario("text-changes"), 1)
    assert operation.result is not None
    before = operation.result()
    operation.call()
    assert operation.result() == before
    assert len(before) >= 8


def test_a_window_is_dragged_in_as_many_frames_and_a_pixel_higher_in_each_pass(
    load: Callable[[str], Suite], recordings: ModuleType
) -> None:
    updates = sys.modules[load("updates").setup.__module__]
    frames = recordings.recording("window-drag").frames
    passes = updates._passes(frames)
    assert len(passes) == updates.PASSES * len(frames)
    assert passes[: len(frames)] == frames
    for number in range(updates.PASSES):
        viewport = passes[number * len(frames) + 7].viewport
        assert viewport == (frames[7].viewport.width, frames[7].viewport.height + number)
    animated = recordings.recording("animation").frames
    assert updates._passes(animated) is animated


def changed(name: str, **members: Any) -> str:
    return json.dumps({**json.loads((FRAMES / f"{name}.json").read_text()), **members})


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("window-drag", None, "cannot be read (No such file or directory)"),
        ("window-drag", "{", "is not a JSON file"),
        ("window-drag", "[]", "$: expected an object"),
        ("window-drag", changed("window-drag", format_version=2), "$.format_version: expected 1, got 2"),
        ("window-drag", changed("animation"), "$.name: expected 'window-drag', got 'animation'"),
        ("window-drag", changed("window-drag", frames=[]), "$.frames: expected a list"),
        (
            "window-drag",
            changed("window-drag", frames=[[1, 2], [3]]),
            "$.frames[1]: [3] does not have the form of this list",
        ),
        ("animation", changed("animation", bars=[499]), "$.bars[0]: 499 does not"),
        ("animation", changed("animation", units=None), "$.units: expected a list"),
        ("scrolling-list", changed("scrolling-list", frames=[[0, 32, 1]]), "$.frames[0]: [0, 32, 1] does not"),
        ("scrolling-list", changed("scrolling-list", rows=[[1]]), "$.rows[0]: [1] does not"),
        ("text-changes", changed("text-changes", frames=[[99, 1, 1]]), "$.frames[0]: [99, 1, 1] does not"),
        ("animation", changed("animation", frames=[[1, 2, 3]]), "$.frames[0]: [1, 2, 3] does not"),
        ("text-changes", changed("text-changes", texts=[[1, 1]]), "$.frames[0]: "),
        ("text-changes", changed("text-changes", texts=3), "$.texts: expected a list"),
    ],
)
def test_a_wrong_file_is_one_sentence(
    name: str, text: str | None, problem: str, recordings: ModuleType, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError) as raised:
        recordings.read(path)
    assert len(raised.value.problems) == 1
    assert str(raised.value).startswith(f"frames/{name}.json: {problem}")
    assert str(raised.value).endswith("; write it again with `python benchmarks/frames/record.py`")
    assert "\n" not in str(raised.value)
