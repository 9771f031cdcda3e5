"""Shadow mode: the game gets the original's answers, whatever the system in the shadow does, and within a budget."""

import copy
import json
import math
import pickle
import random
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from unitdocs.errors import InputError
from unitdocs.settings import Settings
from unitdocs.shadow import ShadowSystem, create_shadow
from unitdocs.units import (
    Box,
    BuiltSize,
    Context,
    Element,
    Extent,
    Position,
    Registry,
    Scene,
    Size,
    System,
    create_system,
    load_scene,
)

ROOT = Path(__file__).parents[3]
SCENES = sorted((ROOT / "benchmarks" / "scenes").glob("*.json"))
HERE = Context(parent=Box(0, 0, 640, 360), scene=Extent(1920, 1080))
RANDOM = Scene(
    "dice",
    (
        Element("late", "early", x=Position("pixel", "random"), width=Size("pixel", "random")),
        Element("early", width=Size("pixel", "random", min=5, max=50)),
    ),
)


def everything(**options: Any) -> ShadowSystem:
    return create_shadow(share=1, budget=1, **options)


class Failing:
    """A system that fails in a chosen way."""

    name = "refactored"

    def __init__(self, error: BaseException | None = None, number: Any = None, seconds: float = 0) -> None:
        self.error, self.number, self.seconds = error, number, seconds

    def build(self, _spec: object) -> "Failing":
        return self

    prepare = build

    def resolve(self, *_words: object, **_members: object) -> Any:
        time.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        return self.number


def test_it_is_a_system_like_the_original() -> None:
    system = everything()
    assert isinstance(system, System)
    assert system.name == "original"
    assert isinstance(system.build(Size("pixel", 5)), BuiltSize)


@pytest.mark.parametrize("scene", SCENES, ids=lambda path: path.stem)
def test_every_scene_gives_the_original_s_boxes_and_nothing_differs(scene: Path) -> None:
    loaded = load_scene(scene)
    system = everything()
    shadowed, plain = system.prepare(loaded), create_system("original").prepare(loaded)
    for size in (Extent(360, 640), Extent(1920, 1080)):
        assert shadowed.resolve(scene=size, viewport=size) == plain.resolve(scene=size, viewport=size)
    report = system.shadow.report()
    assert report.is_clean, report.text()
    assert report.numbers == 2 * 5 * len(loaded.elements)


@pytest.mark.parametrize("error", [ValueError("x"), RecursionError(), MemoryError(), ZeroDivisionError(), KeyError(1)])
def test_an_error_in_the_shadow_is_reported_and_not_seen(error: Exception) -> None:
    system = everything(other=Failing(error))
    assert system.build(Size("pixel", 5)).resolve(HERE) == 5
    assert len(system.prepare(RANDOM).resolve()) == 2
    report = system.shadow.report()
    assert report.errors == 2
    assert type(error).__name__ in report.first_errors[0].error
    assert not report.is_clean


@pytest.mark.parametrize("number", [None, "5", object(), [], math.nan, 5.000001, [1, 2]])
def test_a_wrong_answer_in_the_shadow_is_not_used(number: object) -> None:
    system = everything(other=Failing(number=number))
    assert system.build(Size("pixel", 5)).resolve(HERE) == 5
    assert system.prepare(RANDOM).resolve(rng=random.Random(1)) == create_system().prepare(RANDOM).resolve(
        rng=random.Random(1)
    )
    report = system.shadow.report()
    assert report.errors + report.different >= 2


def test_an_interruption_is_not_swallowed() -> None:
    system = everything(other=Failing(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        system.build(Size("pixel", 5)).resolve(HERE)


def test_the_game_draws_the_same_random_numbers_as_without_a_shadow() -> None:
    with_shadow, without = random.Random(7), random.Random(7)
    shadowed, plain = everything(rng=with_shadow), create_system("original", rng=without)
    drawn: list[list[object]] = []
    for system in (shadowed, plain):
        unit, scene = system.build(Size("pixel", "random")), system.prepare(RANDOM)
        drawn.append([unit.resolve(HERE), scene.resolve(), unit.resolve(HERE), unit.width(HERE)])
    assert drawn[0] == drawn[1]
    assert with_shadow.getstate() == without.getstate()
    assert shadowed.shadow.report().is_clean


def test_a_set_member_and_a_replaced_element_reach_the_shadow() -> None:
    system = everything()
    unit = system.build(Size("pixel", 5))
    unit.resolve(HERE)
    unit.value = 9.0
    assert unit.resolve(HERE) == 9
    scene = system.prepare(RANDOM)
    for width in (3, 4):
        scene.update({1: replace(RANDOM.elements[1], width=Size("pixel", width))})
        assert scene.resolve()[1].width == width
    assert system.shadow.report().is_clean, system.shadow.report().text()


def test_rules_of_a_project_are_compared_too() -> None:
    registry = Registry()
    registry.register("size", lambda _spec: lambda _context: 64.0, name="tiles", unit="parent-width", value="stretch")
    system = everything(registry=registry)
    assert system.build(Size("parent-width", "stretch")).resolve(HERE) == 64
    assert system.shadow.report().is_clean


def test_wrong_calls_get_the_original_s_sentences() -> None:
    shadowed, plain = (
        everything().build(Size("parent-width", "fill")),
        create_system().build(Size("parent-width", "fill")),
    )
    calls: tuple[Any, ...] = (
        lambda unit: unit.resolve(5),
        lambda unit: unit.resolve(HERE, 3),
        lambda unit: unit.height(HERE),
    )
    for call in calls:
        sentences = []
        for unit in (shadowed, plain):
            try:
                sentences.append(call(unit))
            except InputError as error:
                sentences.append(str(error))
        assert sentences[0] == sentences[1]
    for wrong in ({"scene": 3}, {"rng": 3}):
        with pytest.raises(InputError):
            everything().prepare(RANDOM).resolve(**wrong)


def test_copies_and_pickles_are_the_original_s() -> None:
    system = everything()
    unit, scene = system.build(Size("pixel", 5)), system.prepare(RANDOM)
    unit.resolve(HERE)
    for again in (copy.copy(unit), copy.deepcopy(unit), pickle.loads(pickle.dumps(unit))):
        assert type(again).__name__ == "SizeCalculator"
        assert again.resolve(HERE) == 5
    again = pickle.loads(pickle.dumps(scene))
    assert type(again).__name__ == "OriginalScene"
    assert len(again.resolve()) == 2


@pytest.mark.parametrize(("share", "chosen"), [(0.001, 1), (0.25, 250), (0.3333, 333), (0.75, 750), (1, 1000)])
def test_a_share_of_the_calls_is_chosen_evenly(share: float, chosen: int) -> None:
    system = create_shadow(share=share, budget=1)
    unit, numbers = system.build(Size("pixel", 5)), []
    for number in range(1000):
        unit.resolve(HERE)
        numbers.append(system.shadow.account.spending().chosen)
        assert system.shadow.account.spending().calls == number + 1
    assert numbers[-1] == chosen
    assert abs(numbers[499] - chosen / 2) <= 1


def test_share_0_gives_the_original_itself() -> None:
    system = create_shadow(share=0)
    assert type(system.build(Size("pixel", 5))) is type(create_system().build(Size("pixel", 5)))
    assert type(system.prepare(RANDOM)) is type(create_system().prepare(RANDOM))


def test_a_budget_is_kept() -> None:
    system = create_shadow(share=1, budget=0.05, other=Failing(number=5.0, seconds=0.004))
    unit, begin = system.build(Size("pixel", 5)), time.perf_counter()
    while time.perf_counter() - begin < 1.5:
        unit.resolve(HERE)
    spent = system.shadow.report().spending
    # 0.02 s can be saved up, and the last comparison may end above the budget, however slow the machine is.
    most = 0.05 * (time.perf_counter() - begin) + 0.02
    assert spent.skipped > 0
    assert spent.seconds - spent.seconds / (spent.chosen - spent.skipped) <= most + 0.25


def test_one_comparison_that_takes_too_long_ends_shadow_mode() -> None:
    system = everything(other=Failing(number=5.0, seconds=0.02), longest=0.01)
    unit = system.build(Size("pixel", 5))
    for _ in range(3):
        assert unit.resolve(HERE) == 5
    spent = system.shadow.report().spending
    assert (spent.chosen, spent.skipped) == (3, 2)
    assert spent.stopped == "one comparison took longer than 0.01 s"
    assert "stopped: " in system.shadow.report().text()


def test_a_game_can_stop_it() -> None:
    system = everything(other=Failing(number=7.0))
    unit = system.build(Size("pixel", 5))
    unit.resolve(HERE)
    system.shadow.stop()
    unit.resolve(HERE)
    report = system.shadow.report()
    assert (report.different, report.spending.stopped) == (1, "stopped by the game")


def test_a_report_lists_the_first_of_each_unit_and_counts_all() -> None:
    system = everything(other=Failing(number=7.0), most=3)
    for width in range(10, 20):
        unit = system.build(Size("pixel", width))
        unit.resolve(HERE)
        unit.resolve(HERE)
    report = system.shadow.report()
    assert report.different == 20
    assert [one.original for one in report.first_differences] == [10, 11, 12]
    assert json.loads(json.dumps(report.members()))["first_differences"][0]["refactored"] == 7
    assert len(report.text().splitlines()) == 5


def test_nothing_compared_is_not_clean() -> None:
    assert not everything().shadow.report().is_clean


def test_threads_may_share_a_scene_and_an_update_in_between_is_no_difference() -> None:
    system = everything()
    scene = system.prepare(load_scene(SCENES[0]))
    size = Extent(1280, 720)

    def resolve() -> None:
        for _ in range(20):
            scene.resolve(scene=size, viewport=size)

    threads = [threading.Thread(target=resolve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = system.shadow.report()
    assert report.is_clean, report.text()
    assert report.spending.calls == 80


def test_settings_decide_what_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNITDOCS_SHADOW_SHARE", "0.5")
    monkeypatch.setenv("UNITDOCS_SHADOW_BUDGET", "0.2")
    account = create_shadow().shadow.account
    assert (account.share, account.budget) == (0.5, 0.2)
    assert create_shadow(share=1).shadow.account.share == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": 2},
        {"share": -0.1},
        {"budget": math.nan},
        {"share": "all"},
        {"longest": "x"},
        {"longest": math.nan},
        {"most": 0},
    ],
)
def test_a_wrong_argument_is_one_sentence(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError) as refused:
        create_shadow(**wrong)
    assert len(refused.value.problems) == 1


def test_settings_that_a_game_loaded_are_used_although_the_environment_has_wrong_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UNITDOCS_SHADOW_SHARE", "everything")
    with pytest.raises(InputError):
        create_shadow(share=0.5)
    account = create_shadow(settings=Settings(shadow_share=0.25, shadow_budget=0.5), share=0.75).shadow.account
    assert (account.share, account.budget) == (0.75, 0.5)


def test_a_refactored_system_that_cannot_be_created_stops_shadow_mode_and_not_the_game() -> None:
    program = """
import sys
sys.modules["numpy"] = None  # as if it were not installed
from unitdocs.shadow import create_shadow
from unitdocs.units import Context, Size
system = create_shadow(share=1, budget=1)
print(system.build(Size("pixel", 5)).resolve(Context()))
report = system.shadow.report()
print(report.is_clean, report.spending.stopped)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("5.0\nFalse the refactored system cannot be created: refactored system: NumPy cannot")
