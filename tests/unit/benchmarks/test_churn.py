"""The suite of scenes and viewports that come and go: many are more than a cache holds, and few return."""

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from unitdocs.bench.suite import Suite


@pytest.fixture
def churn(load: Callable[[str], Suite]) -> ModuleType:
    return sys.modules[load("churn").setup.__module__]


def test_all_of_many_scenes_are_different(churn: ModuleType) -> None:
    scenes = churn.screens(churn.SMALL, churn.MANY_SCENES, 1)
    assert len({repr(scene.elements) for scene in scenes}) == churn.MANY_SCENES
    assert {len(scene.elements) for scene in scenes} == {churn.SMALL}


def test_all_of_many_viewports_are_different(churn: ModuleType) -> None:
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
def test_caching_gains_nothing_with_many_and_everything_with_few(churn: ModuleType, what: str) -> None:
    assert set(hits(churn, f"{what}/many").values()) == {(0, 10)}
    assert set(hits(churn, f"{what}/few").values()) == {(10, 10)}


def test_small_scenes_are_never_looked_up_since_building_them_is_faster(churn: ModuleType) -> None:
    assert hits(churn, "small-scenes/few")["plan cache hit rate"] == (0, 0)


def test_the_original_system_counts_no_rate(churn: ModuleType) -> None:
    assert churn.setup("original", churn.SUITE.scenario("contexts/few"), 1).counters is None
