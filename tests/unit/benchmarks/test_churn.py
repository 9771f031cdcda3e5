"""The suite of what comes and goes: many are more than a cache holds, and few return."""

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from unitdocs.bench.suite import Suite


@pytest.fixture
def churn(load: Callable[[str], Suite]) -> ModuleType:
    return sys.modules[load("churn").setup.__module__]


def test_no_two_of_many_scenes_are_alike(churn: ModuleType) -> None:
    scenes = churn.screens(churn.SMALL, churn.MANY_SCENES, 1)
    assert len({repr(scene.elements) for scene in scenes}) == churn.MANY_SCENES
    assert {len(scene.elements) for scene in scenes} == {churn.SMALL}


def test_no_two_of_many_viewports_are_alike(churn: ModuleType) -> None:
    viewports = churn._scenes.viewports(churn.SCREEN)
    assert len(set(viewports)) == len(viewports) == 1000


def hits(churn: ModuleType, name: str) -> dict[str, tuple[int, int]]:
    """Return hits and lookups of the refactored system's caches over ten calls, as they are counted in a run."""
    operation = churn.setup("refactored", churn.SUITE.scenario(name), 1)
    before = operation.counters()
    for _ in range(10):
        operation.call()
    return {rate: (n[0] - before[rate][0], n[1] - before[rate][1]) for rate, n in operation.counters().items()}


@pytest.mark.parametrize("what", ["middle-scenes", "contexts"])
def test_nothing_is_won_by_remembering_many_and_everything_by_remembering_few(churn: ModuleType, what: str) -> None:
    assert set(hits(churn, f"{what}/many").values()) == {(0, 10)}
    assert set(hits(churn, f"{what}/few").values()) == {(10, 10)}


def test_small_scenes_are_built_again_in_less_time_than_it_takes_to_look_for_them(churn: ModuleType) -> None:
    assert hits(churn, "small-scenes/few")["plan cache hit rate"] == (0, 0)


def test_the_original_system_counts_no_rate(churn: ModuleType) -> None:
    assert churn.setup("original", churn.SUITE.scenario("contexts/few"), 1).counters is None
