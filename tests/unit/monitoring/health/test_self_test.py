"""The self-test: it passes for both systems, and notices each kind of fault."""

import random
import threading
from collections import Counter
from typing import Any

import pytest

from unitdocs.monitoring.health import self_test
from unitdocs.monitoring.health.self_test import GOLDEN, GoldenRow, SelfTest, every_rule
from unitdocs.units import Context, PositionUnit, PositionValue, ScaleUnit, ScaleValue, Size, SizeUnit, SizeValue
from unitdocs.units.refactored.cache import Cache

SYSTEMS = ("original", "refactored")


@pytest.mark.parametrize("system", SYSTEMS)
def test_both_systems_pass(system: str) -> None:
    test = SelfTest(system)
    for _ in range(3):
        problems = [test.calculators(kind) for kind in GOLDEN]
        problems += [test.scene(), test.cache(), test.strategies(), test.validation()]
        assert problems == [()] * len(problems)


def test_every_unit_and_keyword_of_every_kind_is_tried() -> None:
    specs = list(every_rule())
    words = [*SizeUnit, *SizeValue, *PositionUnit, *PositionValue, *ScaleUnit, *ScaleValue]
    tried = [*(spec.unit for spec in specs), *(spec.value for spec in specs)]
    assert [word for word in words if not any(word is one for one in tried)] == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_kind_is_timed_once_a_row(system: str) -> None:
    observed: list[tuple[str, str, float]] = []
    test = SelfTest(system, lambda *what: observed.append(what))
    for kind in GOLDEN:
        test.calculators(kind)
    test.scene()
    rows = {kind: len(rows) for kind, rows in GOLDEN.items()}
    if system == "original":
        del rows["composition"]
    assert Counter(kind for _, kind, _ in observed) == rows
    assert {name for name, _, _ in observed} == {system}
    assert all(seconds > 0 for _, _, seconds in observed)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("kind", ["size", "position", "scale"])
def test_a_wrong_number_is_named_with_the_number_that_was_expected(
    system: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = GOLDEN[kind][0]
    monkeypatch.setitem(GOLDEN, kind, (GoldenRow(row.spec, row.number + 1),))
    said = SelfTest(system).calculators(kind)
    assert len(said) == 2
    assert said[0].startswith(f"{system}: the {kind} ")
    assert said[0].endswith(f"is {row.number:g}, expected {row.number + 1:g}")
    assert said[1].startswith("explain: ")


class Wrong:
    """A system whose sizes are one pixel too wide, and whose scenes are shifted."""

    name = "refactored"

    def __init__(self, system: Any) -> None:
        self._system = system
        self.layouts = system.layouts

    def build(self, spec: Any) -> Any:
        unit = self._system.build(spec)
        if isinstance(spec, Size):
            resolve = unit.resolve
            unit.resolve = lambda context, rng=None: resolve(context, rng) + 1
        return unit


def test_a_system_that_is_wrong_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    test = SelfTest("refactored")
    monkeypatch.setattr(test, "_system", Wrong(test._system))
    assert len(test.calculators("size")) == len(GOLDEN["size"])
    assert test.calculators("scale") == ()
    assert len(test.strategies()) == sum(isinstance(spec, Size) for spec in every_rule())


def test_a_scene_with_another_layout_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [*self_test.LAYOUT]
    expected[3] = expected[3]._replace(x=7)
    monkeypatch.setattr(self_test, "LAYOUT", tuple(expected))
    (said,) = SelfTest("refactored").scene()
    assert "button-2 of the golden scene is (200.0, 20.0, 80.0, 40.0, 1.5), expected (7," in said


def test_a_cache_that_keeps_nothing_fails() -> None:
    test = SelfTest("refactored")
    test._system.layouts = Cache("layouts", entries=0)
    assert test.cache() == ("refactored: a layout that was resolved three times is not in the cache",)


def test_a_cache_that_returns_another_layout_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    test = SelfTest("refactored")
    get = test._system.layouts.get

    def wrong(key: Any) -> Any:
        layout = get(key)
        return None if layout is None else type(layout).of_rows([(0, 0, 0, 0, 0)])

    monkeypatch.setattr(test._system.layouts, "get", wrong)
    assert "refactored: the cache of layouts returns other boxes than were resolved" in test.cache()


def test_a_validation_that_accepts_everything_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    test = SelfTest("original")
    unit = test._system.build(Size("parent-width", "fill"))
    monkeypatch.setattr(type(unit), "validate", lambda *_: True)
    assert test.validation() == ("original: a unit of the parent is valid without a parent",)


def test_the_random_numbers_of_a_game_stay_as_they_are() -> None:
    state = random.getstate()
    test = SelfTest("original")
    test.strategies()
    test.scene()
    assert random.getstate() == state


def test_tests_in_several_threads_do_not_disturb_each_other() -> None:
    problems: list[str] = []

    def run() -> None:
        test = SelfTest("refactored")
        for _ in range(20):
            problems.extend((*test.cache(), *test.scene()))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_the_context_of_the_golden_rows_is_complete() -> None:
    context = self_test.CONTEXT
    assert isinstance(context, Context)
    assert None not in (context.parent, context.scene, context.viewport, context.content, context.breakpoint)
