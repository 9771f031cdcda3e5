"""A registry of custom strategies: which one answers, what is refused, and what is counted."""

import itertools
import threading
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules import sizes

from unitdocs.errors import InputError
from unitdocs.units import Context, Position, Scale, Size, SizeUnit, SizeValue
from unitdocs.units.model.registry import Kind, Registry

HERE = Context()


def always(number: float) -> Any:
    """Return what makes a strategy that always answers with a number."""
    return lambda _spec: lambda _context, _rng=None: number


def answer(registry: Registry, spec: Any) -> float | None:
    own = registry.find(spec)
    assert (own is not None) is registry.matcher()(spec)
    return None if own is None else own.strategy(HERE)


def test_a_custom_strategy_resolves_only_the_units_that_its_entry_names() -> None:
    registry = Registry()
    registry.register("size", always(64), unit="pixel", value="auto", name="tile")
    assert answer(registry, Size("pixel", "auto")) == 64
    assert answer(registry, Size("pixel", "fill")) is None
    assert answer(registry, Size("scene-width", "auto")) is None
    assert answer(registry, Position("pixel", 1)) is None
    assert answer(registry, Scale("factor", 1)) is None


def test_number_matches_all_numbers() -> None:
    registry = Registry()
    registry.register(Kind.SCALE, lambda spec: lambda _context, _rng=None: spec.value * 2, value="number", name="twice")
    assert answer(registry, Scale("percentage", 1.5)) == 3
    assert answer(registry, Scale("factor", "factor")) is None


def test_the_strategy_gets_the_context_and_the_generator() -> None:
    registry = Registry()
    registry.register("position", lambda spec: lambda *given: (spec, *given), name="seen")  # type: ignore[arg-type, return-value]
    spec = Position("pixel", 3)
    own = registry.find(spec)
    assert own is not None
    assert own.name == "seen"
    assert own.strategy(HERE, "rng") == (spec, HERE, "rng")


def test_the_highest_priority_is_used_then_the_entry_that_names_more_then_the_latest() -> None:
    registry = Registry()
    registry.register("size", always(1), unit="pixel", value="auto", name="exact")
    registry.register("size", always(2), unit="pixel", name="unit")
    assert answer(registry, Size("pixel", "auto")) == 1
    assert answer(registry, Size("pixel", "fill")) == 2
    registry.register("size", always(3), value="fill", name="value")
    assert answer(registry, Size("pixel", "fill")) == 3
    registry.register("size", always(4), name="all")
    assert answer(registry, Size("pixel", "fill")) == 3
    assert answer(registry, Size("scene-max", 1)) == 4
    registry.register("size", always(5), priority=1, name="first")
    assert answer(registry, Size("pixel", "auto")) == 5


def test_an_entry_below_the_built_in_rules_is_never_used() -> None:
    registry = Registry()
    registry.register("size", always(1), priority=-1, name="below")
    assert answer(registry, Size("pixel", 1)) is None
    registry.register("size", always(2), priority=0, name="other")
    assert answer(registry, Size("pixel", 1)) == 2


class Made(NamedTuple):
    unit: SizeUnit | None
    value: str | None
    priority: int


entries = st.builds(
    Made,
    st.none() | st.sampled_from([SizeUnit.PIXEL, SizeUnit.SCENE_MIN]),
    st.none() | st.sampled_from([SizeValue.AUTO, SizeValue.FILL, "number"]),
    st.integers(-1, 2),
)


@given(st.lists(entries, max_size=8), sizes(), st.data())
def test_the_choice_is_the_greatest_of_those_that_name_the_unit(
    made: list[Made], spec: Size, data: st.DataObject
) -> None:
    registry = Registry()
    for i, entry in enumerate(made):
        registry.register(
            "size", always(i), unit=entry.unit, value=entry.value, priority=entry.priority, name=f"entry {i}"
        )
    gone = data.draw(st.sets(st.sampled_from(range(len(made))))) if made else set()
    for i in gone:
        registry.unregister(f"entry {i}")
    word = "number" if isinstance(spec.value, float) else spec.value
    named = [
        (entry.priority, (entry.unit is not None) + (entry.value is not None), i)
        for i, entry in enumerate(made)
        if i not in gone and entry.unit in (None, spec.unit) and entry.value in (None, word) and entry.priority >= 0
    ]
    assert answer(registry, spec) == (max(named)[2] if named else None)


def test_a_registry_is_plain_until_something_is_registered_and_each_change_is_a_version() -> None:
    registry = Registry()
    versions = [registry.version]
    assert registry.is_plain
    registry.register("size", always(1), name="one")
    versions.append(registry.version)
    assert not registry.is_plain
    registry.unregister("one")
    versions.append(registry.version)
    assert registry.is_plain
    assert answer(registry, Size("pixel", 1)) is None
    assert all(before < after for before, after in itertools.pairwise(versions))


def test_lookups_that_find_a_custom_strategy_are_counted() -> None:
    registry = Registry()
    registry.register("size", always(1), unit="pixel", name="one")
    registry.register("scale", always(1), name="two")
    for spec in (Size("pixel", 1), Size("pixel", 2), Size("scene-min", 1), Scale("factor", 1), Position("pixel", 1)):
        registry.find(spec)
    assert registry.statistics().names == ("one", "two")
    assert registry.statistics().answered == 3


def test_all_that_is_wrong_is_named_at_once_and_nothing_is_registered() -> None:
    registry = Registry()
    registry.register("size", always(1), name="taken")
    before = registry.version
    with pytest.raises(InputError) as caught:
        registry.register("size", 5, unit="inch", value="huge", priority=1.5, name="taken")  # type: ignore[arg-type]
    problems = [problem.removeprefix("registry: ") for problem in caught.value.problems]
    assert problems[:3] == [
        "name: 'taken' is taken; unregister it first",
        "make: expected a function of a unit, got 5",
        "priority: expected a whole number, got 1.5",
    ]
    assert problems[3].startswith("unit: 'inch' is not one of pixel, percentage, parent-width")
    assert problems[4].endswith("content, intrinsic, random, number")
    with pytest.raises(InputError, match=r"registry: kind: 'colour' is not one of size, position, scale"):
        registry.register("colour", always(1), name="new")
    assert registry.statistics().names == ("taken",)
    assert registry.version == before


def test_the_words_of_one_kind_are_unknown_to_another() -> None:
    with pytest.raises(InputError, match="unit: 'factor' is not one of pixel"):
        Registry().register("size", always(1), unit="factor", name="new")


def test_an_unknown_name_is_reported_with_the_registered_ones() -> None:
    registry = Registry()
    with pytest.raises(InputError, match="registry: there is no entry 'one'; registered: none"):
        registry.unregister("one")
    registry.register("size", always(1), name="two")
    with pytest.raises(InputError, match="registered: 'two'"):
        registry.unregister("one")


def test_what_is_made_must_be_a_strategy() -> None:
    registry = Registry()
    registry.register("size", lambda _spec: 5, name="five")  # type: ignore[arg-type, return-value]
    with pytest.raises(InputError, match="registry: 'five' made 5; a strategy is called with a context"):
        registry.find(Size("pixel", 1))


def test_threads_may_register_while_others_look_up() -> None:
    registry = Registry()
    registry.register("size", always(0), name="always")

    def work(number: int) -> None:
        for i in range(100):
            registry.register("size", always(number), priority=1, name=f"{number}-{i}")
            assert answer(registry, Size("pixel", 1)) is not None
            registry.unregister(f"{number}-{i}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert registry.statistics().names == ("always",)
    assert registry.statistics().answered == 400
    assert registry.version == 1 + 2 * 400
    assert answer(registry, Size("pixel", 1)) == 0
