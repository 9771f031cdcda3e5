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
    viewports = churn.viewports(churn.MANY_VIEWPORTS, 1)
    assert len(set(viewports)) == churn.MANY_VIEWPORTS
    assert viewports != sorted(viewports)
    assert viewports != churn.viewports(churn.MANY_VIEWPORTS, 2)
