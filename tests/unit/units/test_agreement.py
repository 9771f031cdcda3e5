"""The two systems give the same numbers, and a plan the same as its units one by one."""

import itertools
import os
import random
import time
from typing import Any

import pytest
from agreement import LARGE, assert_alike, assert_as_the_rules_read, assert_updates_are_like_preparing_again, shares
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from rules import COMPOSED, SIMPLE, contexts, extents, large_scenes, same, scenes, units

from unitdocs.units import Context, Extent, Scene, create_system
from unitdocs.units.refactored.defaults import SMALLEST_PLAN

original, refactored = create_system("original"), create_system("refactored")


@settings(max_examples=1500)
@given(units, contexts, st.integers(0, 2**32))
def test_both_systems_resolve_and_validate_a_unit_equally(spec: object, context: Context, seed: int) -> None:
    assert_units_alike(spec, context, seed)


def assert_units_alike(spec: Any, context: Context, seed: int) -> None:
    one, other = (system.build(spec) for system in (original, refactored))
    assert same(one.resolve(context, random.Random(seed)), other.resolve(context, random.Random(seed)))
    assert one.validate(context) is other.validate(context)


@settings(max_examples=150)
@given(scenes(most=25), st.none() | extents, st.none() | extents, st.integers(0, 2**32))
def test_both_systems_and_the_plan_resolve_a_scene_equally(
    scene: Scene, surface: Extent | None, viewport: Extent | None, seed: int
) -> None:
    assert_alike(scene, surface, viewport, seed)


@given(scenes(most=SMALLEST_PLAN + 20), extents, extents)
@settings(max_examples=40)
def test_resolving_again_gives_what_a_fresh_scene_gives(scene: Scene, one: Extent, other: Extent) -> None:
    again = refactored.prepare(scene)
    for viewport in (one, other, one, other):
        got = again.resolve(scene=one, viewport=viewport, rng=random.Random(1)).boxes()
        fresh = original.prepare(scene).resolve(scene=one, viewport=viewport, rng=random.Random(1))
        assert all(same(x, y) for a, b in zip(got, fresh, strict=True) for x, y in zip(a, b, strict=True))


# For as long as there is time.

MINUTES = 10
CHECKS = ("units", "scenes", "updates", "composed updates", "compositions")


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=50, deadline=None, database=None, suppress_health_check=SLOW)
@given(st.sampled_from(CHECKS), st.data())
def agree(check: str, data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 2**32))
    match check:
        case "units":
            assert_units_alike(data.draw(units), data.draw(contexts), seed)
        case "scenes":
            assert_alike(
                data.draw(scenes(most=80)), data.draw(st.none() | extents), data.draw(st.none() | extents), seed
            )
        case "compositions":
            scene = data.draw(large_scenes(1, 120, COMPOSED))
            assert_as_the_rules_read(scene, data.draw(st.none() | extents), data.draw(st.none() | extents), seed)
        case _:
            units_of = SIMPLE if check == "updates" else COMPOSED
            scene = data.draw(large_scenes(*data.draw(st.sampled_from(sorted(LARGE.values()))), units_of))
            with shares(data):
                assert_updates_are_like_preparing_again(data, scene, units_of, steps=15)


@pytest.mark.long
def test_the_systems_agree_as_long_as_there_is_time() -> None:
    """To see a failure again, give its seed as UNITDOCS_SEED: examples begin with it."""
    first = int(os.environ.get("UNITDOCS_SEED") or random.SystemRandom().randrange(2**32))
    end = time.monotonic() + MINUTES * 60
    for number in itertools.count(first):
        try:
            seeded(number)(agree)()
        except BaseException as error:
            error.add_note(f"seen with UNITDOCS_SEED={number}")
            raise
        if time.monotonic() > end:
            break
    assert number > first
