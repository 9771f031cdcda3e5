"""Where shadow mode could be seen by a game, and is not: rules, members, generators, updates, copies, deep stacks."""

import copy
import json
import math
import pickle
import random
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from planted import AROUND, CHANGED, PlantedSystem

from unitdocs.shadow import ShadowSystem, create_shadow
from unitdocs.units import (
    Box,
    Context,
    Element,
    Extent,
    Position,
    Registry,
    Scale,
    Scene,
    Size,
    create_system,
)

HERE = Context(parent=Box(0, 0, 640, 360), scene=Extent(1920, 1080))
MENU = Scene("menu", (Element("frame", width=Size("pixel", 5)), Element("text", "frame", x=Position("pixel", 7))))
MEMBERS = {Size: "width", Position: "x", Scale: "scale"}


def everything(**options: Any) -> ShadowSystem:
    return create_shadow(share=1, budget=1, longest=math.inf, **options)


def test_rules_that_are_registered_later_are_followed_as_the_original_does() -> None:
    system = everything()
    before = system.build(Size("parent-width", "stretch"))
    scene = system.prepare(Scene("map", (Element("tile", width=Size("parent-width", "stretch")),)))
    system.registry.register("size", lambda _spec: lambda _context: 64.0, name="tiles", unit="parent-width")
    assert before.resolve(HERE) == 1920
    assert system.build(Size("parent-width", "stretch")).resolve(HERE) == 64
    assert scene.resolve()[0].width == 64
    report = system.shadow.report()
    assert report.is_clean, report.text()
    assert report.spending.skipped == 1


def test_a_member_that_is_no_unit_gives_what_the_original_gives() -> None:
    shadowed, plain = everything(), create_system("original")
    numbers = []
    for system in (shadowed, plain):
        unit: Any = system.build(Size("pixel", 5))
        unit.value = "nonsense"
        numbers.append(unit.resolve(HERE, random.Random(1)))
    assert numbers[0] == numbers[1]
    assert "nonsense" in shadowed.shadow.report().first_errors[0].error


def test_another_generator_of_the_system_is_used_by_its_scenes() -> None:
    dice = Scene("dice", (Element("die", width=Size("pixel", "random")),))
    boxes = []
    for system in (everything(), create_system("original")):
        scene = system.prepare(dice)
        system.rng = random.Random(3)
        boxes.append([scene.resolve(), scene.resolve()])
    assert boxes[0] == boxes[1]


def test_a_rule_that_resolves_other_units_does_not_compare_without_end() -> None:
    registry = Registry()
    system = everything(registry=registry)
    scene = system.prepare(Scene("map", (Element("tile", width=Size("parent-width", "stretch")),)))
    plain = system.build(Size("pixel", 64))

    def make(_spec: Size) -> Callable[[Context], float]:
        if not made:
            made.append(1)
            scene.resolve()
        return plain.resolve

    made: list[int] = []
    registry.register("size", make, name="tiles", unit="parent-width")
    assert scene.resolve()[0].width == 64
    assert system.shadow.report().is_clean, system.shadow.report().text()


def test_a_context_that_the_shadow_changes_is_not_the_game_s() -> None:
    class Spoiling:
        name = "refactored"

        def build(self, _spec: object) -> "Spoiling":
            return self

        def resolve(self, context: Any, _rng: object) -> float:
            context.parent = context.scene = None
            return 640.0

    context = Context(parent=Box(0, 0, 640, 360))
    assert everything(other=Spoiling()).build(Size("parent-width", "fill")).resolve(context) == 640
    assert context.parent == Box(0, 0, 640, 360)


def depth_that_works(unit: Any) -> int:
    """Return how deep a game can be nested when it resolves a unit."""

    def dive(depth: int) -> float:
        return dive(depth - 1) if depth else unit.resolve(HERE)  # type: ignore[no-any-return]

    deepest = 0
    for depth in range(sys.getrecursionlimit() - 150, sys.getrecursionlimit()):
        try:
            dive(depth)
        except RecursionError:
            break
        deepest = depth
    return deepest


def test_near_the_limit_of_recursion_a_game_can_go_as_deep_but_for_a_frame_or_two() -> None:
    spec = Size("pixel", "fill")
    system = everything()
    deep = depth_that_works(create_system("original").build(spec))
    shadowed = depth_that_works(system.build(spec))
    assert deep - shadowed <= 3


def test_updates_of_two_threads_leave_both_systems_equal() -> None:
    system = everything()
    scene = system.prepare(MENU)

    def change(width: int) -> None:
        for number in range(50):
            scene.update({0: replace(MENU.elements[0], width=Size("pixel", width + number))})
            scene.resolve()

    threads = [threading.Thread(target=change, args=(width,)) for width in (100, 300, 500)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    scene.resolve()
    report = system.shadow.report()
    assert report.is_clean, report.text()
    assert report.spending.calls >= 150


def test_a_change_that_the_shadow_refuses_is_reported_and_the_scene_prepared_again() -> None:
    system = everything()
    scene: Any = system.prepare(MENU)
    scene.resolve()
    other = scene._other

    def refuse(_changes: object) -> None:
        raise ValueError("not today")

    other.update = refuse
    scene.update({0: replace(MENU.elements[0], width=Size("pixel", 9))})
    assert scene.resolve()[0].width == 9
    assert scene.resolve()[0].width == 9
    report = system.shadow.report()
    assert (report.errors, report.different) == (1, 0)
    assert scene._other is not other


def test_a_saved_game_holds_the_original_s_classes_and_one_generator() -> None:
    system = everything(rng=random.Random(5))
    scene = system.prepare(MENU)
    for again in (pickle.loads(pickle.dumps((system, scene))), copy.deepcopy((system, scene))):
        assert type(again[0]).__name__ == "OriginalSystem"
        assert again[1].system.rng is again[0].rng
        assert again[0].rng.getstate() == system.rng.getstate()
    single = copy.copy(system)
    single.rng = random.Random(6)
    assert system.rng is not single.rng


def test_validity_is_compared_too() -> None:
    class Willing:
        name = "refactored"

        def build(self, _spec: object) -> "Willing":
            return self

        def validate(self, _context: object) -> bool:
            return True

    system = everything(other=Willing())
    assert system.build(Size("parent-width", "fill")).validate(Context()) is False
    (found,) = system.shadow.report().first_differences
    assert (found.member, found.original, found.refactored) == ("valid", False, True)


def test_a_sign_of_zero_is_a_difference_and_two_nans_are_none() -> None:
    class Zero:
        name = "refactored"

        def build(self, spec: Any) -> "Zero":
            self.number = -spec.value
            return self

        def resolve(self, *_words: object) -> float:
            return self.number

    system = everything(other=Zero())
    system.build(Size("pixel", 0)).resolve(HERE)
    assert system.shadow.report().different == 1
    system.build(Size("pixel", math.nan)).resolve(HERE)
    assert system.shadow.report().different == 1


def test_a_report_is_json_with_numbers_that_json_has_not() -> None:
    class Infinite:
        name = "refactored"

        def build(self, _spec: object) -> "Infinite":
            return self

        def resolve(self, *_words: object) -> float:
            return -math.inf

    system = everything(other=Infinite())
    system.build(Size("pixel", math.nan)).resolve(HERE)
    text = json.dumps(system.shadow.report().members(), allow_nan=False)
    assert json.loads(text)["first_differences"][0]["original"] == "NaN"
    assert json.loads(text)["first_differences"][0]["refactored"] == "-Infinity"


def test_a_large_scene_that_differs_everywhere_is_counted_and_described_in_part() -> None:
    class Empty:
        name = "refactored"

        def prepare(self, scene: Scene) -> Any:
            return create_system("original").prepare(
                Scene(scene.name, tuple(replace(one, width=None) for one in scene.elements))
            )

    elements = tuple(Element(f"e{number}", width=Size("pixel", number + 101)) for number in range(2000))
    system = everything(other=Empty(), most=3)
    assert len(system.prepare(Scene("many", elements)).resolve()) == 2000
    report = system.shadow.report()
    assert (report.different, len(report.first_differences)) == (2000, 3)


@pytest.mark.parametrize("number", list(CHANGED))
def test_each_planted_row_is_named_in_a_scene(number: int) -> None:
    row = CHANGED[number][-1]
    scene = Scene("menu", (Element("button", **{MEMBERS[type(row.spec)]: row.spec}, content=Extent(10, 30)),))
    system = everything(other=PlantedSystem(row))
    unit = create_system("original").build(row.spec)
    context = Context(content=Extent(10, 30))
    prepared = system.prepare(scene)
    boxes = prepared.resolve()
    assert getattr(boxes[0], MEMBERS[type(row.spec)]) == unit.resolve(context)
    report = system.shadow.report()
    if number == 12:
        assert [one.semantics for one in report.first_errors] == [12]
        assert report.first_errors[0].place == "menu"
    else:
        assert report.different == 1
        assert report.first_differences[0].place == "menu/button"


def test_a_rule_that_rounds_differently_is_still_named() -> None:
    class Rounding(PlantedSystem):  # type: ignore[misc]
        def build(self, _spec: Any) -> Any:
            unit = super().build(_spec)
            unit.number = math.nextafter(unit.number, math.inf)
            return unit

    row = CHANGED[1][0]
    system = everything(other=Rounding(row))
    system.build(row.spec).resolve(AROUND)
    assert system.shadow.report().first_differences[0].semantics == 1


def test_a_number_next_to_the_original_s_is_not_named_by_a_row_that_changes_nothing() -> None:
    class Off:
        name = "refactored"

        def build(self, _spec: object) -> "Off":
            return self

        def resolve(self, *_words: object) -> float:
            return math.nextafter(600.0, math.inf)

    system = everything(other=Off())
    system.build(Size("parent-width", 100)).resolve(AROUND)
    assert system.shadow.report().first_differences[0].semantics is None


def test_a_budget_of_nothing_compares_nothing() -> None:
    system = create_shadow(share=1, budget=0)
    unit = system.build(Size("pixel", 5))
    for _ in range(5):
        unit.resolve(HERE)
    report = system.shadow.report()
    assert (report.numbers, report.spending.chosen, report.spending.skipped) == (0, 5, 5)
