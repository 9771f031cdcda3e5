"""The suite of starts: both systems give the same boxes in every frame, and each first is what its name says."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unitdocs.bench.answers import first_difference
from unitdocs.bench.suite import Operation, Suite

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
SCENARIOS = ("battle-hud", "inventory-100", "inventory-1000", "prize-wheel", "settings-60")


@pytest.fixture(scope="module")
def cold(load: Callable[[str], Suite]) -> Suite:
    return load("cold")


def played(suite: Suite, arm: str, scenario: str) -> Operation:
    operation = suite.setup(arm, suite.scenario(scenario), 1)
    assert operation.start
    assert operation.load
    operation.start()
    operation.load()
    frames = suite.scenario(scenario).frames
    assert frames
    for _ in range(frames):
        operation.call()
    return operation


def test_the_scenes_are_those_that_a_game_starts_with(cold: Suite) -> None:
    assert tuple(scenario.name for scenario in cold.scenarios) == SCENARIOS
    assert {scenario.frames for scenario in cold.scenarios} == {120}
    assert len([scenario for scenario in cold.scenarios if scenario.quick]) == 1


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_both_systems_give_the_same_boxes(cold: Suite, scenario: str) -> None:
    answers: list[Any] = []
    for arm in cold.arms:
        result = played(cold, arm, scenario).result
        assert result
        answers.append(result())
    assert first_difference(answers[0], answers[1], cold.arms) is None
    assert len(answers[0]) == 6
    assert {len(boxes) for boxes in answers[0]} == {cold.scenario(scenario).elements}
    for before, after in zip(answers[0], answers[0][1:], strict=False):
        assert before != after, "each first changes the layout"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_first_is_done_for_the_first_time_in_its_frame(cold: Suite, scenario: str) -> None:
    module: Any = sys.modules[cold.setup.__module__]
    scene = module.scene_of(scenario, 1)
    frames = module.frames_of(scene)
    firsts = cold.scenario(scenario).firsts
    assert firsts
    occurs: dict[str, Callable[[Any], bool]] = {
        "first update": lambda frame: bool(frame.changes),
        "first breakpoint": lambda frame: (
            scene.breakpoint_at(frame.viewport.width) != scene.breakpoint_at(frames[0].viewport.width)
        ),
        "first random": lambda frame: any(element.random_units for element in frame.changes.values()),
        "first animation": lambda frame: any(
            not element.random_units and element.x is not None and element.x.offset != scene.elements[i].x.offset
            for i, element in frame.changes.items()
        ),
    }
    for name, happens in occurs.items():
        assert next(number for number, frame in enumerate(frames, start=1) if happens(frame)) == firsts[name]


def test_loading_the_suite_and_setting_up_imports_nothing_that_is_measured() -> None:
    program = """
import json, sys
from pathlib import Path
from unitdocs.bench.loading import load_suite
suite = load_suite(Path(sys.argv[1]))
for scenario in suite.scenarios: suite.setup("refactored", scenario, 1)
print(json.dumps([name for name in sys.modules if name.startswith(("unitdocs.units", "numpy"))]))
"""
    command = [sys.executable, "-c", program, str(BENCHMARKS / "cold.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
