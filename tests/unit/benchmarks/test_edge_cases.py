"""The suite of edge cases: refusals are counted and kept with their message, and nothing crashes."""

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from unitdocs.bench.answers import first_difference
from unitdocs.bench.suite import Operation, Suite

ARMS = ("original", "refactored")
WRONG, RIGHT = 30, 10


@pytest.fixture
def suite(load: Callable[[str], Suite]) -> Suite:
    return load("edge_cases")


@pytest.fixture
def edge_cases(suite: Suite) -> ModuleType:
    return sys.modules[suite.setup.__module__]


def made(suite: Suite, arm: str, name: str) -> Operation:
    return suite.setup(arm, suite.scenario(name), 1)


@pytest.mark.parametrize("arm", ARMS)
def test_wrong_data_is_refused_and_right_data_is_not(suite: Suite, arm: str) -> None:
    operation = made(suite, arm, "wrong-data")
    assert operation.counters is not None
    assert operation.messages is not None
    operation.call()
    operation.call()
    assert operation.counters() == {"error rate": (2 * WRONG, 2 * (WRONG + RIGHT))}
    messages = operation.messages()
    assert len(messages) == WRONG
    assert not any(name.startswith("right") for name in messages)
    assert all(message.strip() and "Traceback" not in message for message in messages.values())
    assert messages["unit unknown"].startswith("size: unit: 'pixels' is not one of pixel, percentage")
    assert messages["parent unknown"] == "scene: $.elements[0].parent: there is no element 'b'"


def test_both_systems_refuse_with_the_same_messages_except_those_about_what_they_build(
    suite: Suite, edge_cases: ModuleType
) -> None:
    by_arm = []
    for arm in ARMS:
        messages = made(suite, arm, "wrong-data").messages
        assert messages is not None
        by_arm.append(messages())
    assert by_arm[0].keys() == by_arm[1].keys()
    assert {name for name in by_arm[0] if by_arm[0][name] != by_arm[1][name]} == set(edge_cases.OWN_MESSAGES)


@pytest.mark.parametrize("name", ["no-context", "zero", "negative", "fractional", "huge", "not-a-number"])
def test_nothing_odd_is_refused(suite: Suite, name: str) -> None:
    for arm in ARMS:
        operation = made(suite, arm, name)
        assert operation.counters is not None
        operation.call()
        refused, attempts = operation.counters()["error rate"]
        assert refused == 0
        assert attempts >= operation.inner


def test_what_is_not_a_refusal_is_a_crash(edge_cases: ModuleType) -> None:
    operation = edge_cases.of_attempts("original", {"broken": lambda _: 1 / 0})
    with pytest.raises(ZeroDivisionError):
        operation.call()


@pytest.mark.parametrize(("kind", "size"), [("flat", 1_500), ("deep", 70)])
def test_both_systems_give_a_smaller_scene_the_same_boxes(edge_cases: ModuleType, kind: str, size: int) -> None:
    scene = getattr(edge_cases, kind)(size)
    assert len(scene.elements) == size
    results = [edge_cases.of_scene(arm, scene).result() for arm in ARMS]
    assert first_difference(results[0], results[1], ARMS) is None
    assert len(results[0]) == size
