"""What a unit resolves to, stated from the rules, for both systems."""

import math
import random
from typing import Any

import pytest

from unitdocs.errors import InputError
from unitdocs.units import SYSTEMS, Box, Breakpoint, Context, Extent, Position, Scale, Size, create_system

FULL = Context(
    parent=Box(x=40, y=30, width=640, height=360),
    scene=Extent(1920, 1080),
    viewport=Extent(1366, 768),
    content=Extent(512, 384),
)
NOTHING = Context()
ZERO = Context(parent=Box(0, 0, 0, 0), scene=Extent(0, 0), viewport=Extent(0, 0), content=Extent(0, 0))


@pytest.fixture(params=sorted(SYSTEMS))
def system(request: pytest.FixtureRequest) -> Any:
    return create_system(request.param)


@pytest.mark.parametrize(
    ("spec", "full", "nothing"),
    [
        (Size("pixel", 240), 240, 240),
        (Size("pixel", "pixel"), 100, 100),
        (Size("percentage", 50), 50, 50),
        (Size("parent-width", 50), 640, 100),
        (Size("parent-height", "fill"), 360, 100),
        (Size("scene-width", 7), 1920, 1200),
        (Size("scene-width", "fill"), 1920, 100),
        (Size("viewport-height", "pixel"), 768, 1200),
        (Size("viewport-height", "fill"), 768, 100),
        (Size("parent-min", 50), 100, 100),
        (Size("scene-max", "fill"), 1920, 100),
        (Size("pixel", "fill", "height"), 1080, 100),
        (Size("pixel", "fill", "both"), 1080, 100),
        (Size("scene-width", "auto"), 512, 400),
        (Size("pixel", "auto", "both"), 384, 400),
        (Size("pixel", "fit"), 512, 400),
        (Size("pixel", "stretch"), 1920, 1200),
        (Size("pixel", "content", "both"), 512, 400),
        (Size("pixel", "intrinsic", "height"), 384, 400),
        (Size("pixel", 5, min=10), 10, 10),
        (Size("pixel", 500, max=300), 300, 300),
        (Size("pixel", 5, min=10, max=2), 10, 10),
        (Size("pixel", 50, min=10, max=2), 2, 2),
        (Size("parent-width", "fill", min=0, max=0), 0, 0),
    ],
)
def test_sizes(system: Any, spec: Size, full: float, nothing: float) -> None:
    assert system.build(spec).resolve(FULL) == full
    assert system.build(spec).resolve(NOTHING) == nothing


@pytest.mark.parametrize(
    ("spec", "full", "nothing"),
    [
        (Position("pixel", 24, "x", 8), 32, 32),
        (Position("percentage", 50), 50, 50),
        (Position("pixel", "center", offset=3), 3, 3),
        (Position("parent-left", "left"), 40, 0),
        (Position("parent-top", 99), 30, 0),
        (Position("parent-right", "right"), 680, 0),
        (Position("parent-bottom", "bottom"), 390, 0),
        (Position("parent-center-x", "center", offset=-10), 350, -10),
        (Position("parent-center-y", "center"), 210, 0),
        (Position("scene-left", "left", offset=5), 5, 5),
        (Position("scene-right", "right"), 1920, 0),
        (Position("scene-center-y", "center"), 540, 0),
        (Position("viewport-bottom", "bottom", offset=-50), 718, -50),
        (Position("parent-right", "static", offset=4), 4, 4),
        (Position("scene-right", "fixed", offset=4), 4, 4),
        (Position("pixel", "content-left", offset=4), 4, 4),
        (Position("pixel", "content-right", "x", 4), 516, 404),
        (Position("pixel", "content-right", "y", 4), 4, 4),
        (Position("pixel", "content-bottom", "y", 4), 388, 404),
        (Position("pixel", "content-bottom", "xy", 4), 4, 4),
    ],
)
def test_positions(system: Any, spec: Position, full: float, nothing: float) -> None:
    assert system.build(spec).resolve(FULL) == full
    assert system.build(spec).resolve(NOTHING) == nothing


def test_the_parents_centre_falls_back_to_the_scenes_along_x_alone(system: Any) -> None:
    orphan = Context(scene=Extent(1920, 1080))
    assert system.build(Position("parent-center-x", "center")).resolve(orphan) == 960
    assert system.build(Position("parent-center-y", "center", "y")).resolve(orphan) == 0


@pytest.mark.parametrize(
    ("spec", "full", "nothing"),
    [
        (Scale("factor", 1.5), 1.5, 1.5),
        (Scale("factor", "factor"), 1, 1),
        (Scale("percentage", 50), 0.5, 0.5),
        (Scale("percentage", "factor"), 1, 1),
        (Scale("parent-scale", 3), 1, 1),
        (Scale("parent-width-scale", 3), 640 / 1920, 1),
        (Scale("scene-height-scale", "factor"), 1080 / 768, 1),
        (Scale("viewport-width-scale", 1), 1366 / 1920, 1),
        (Scale("factor", "fit"), 1080 / 384, 3),
        (Scale("factor", "stretch"), 1920 / 512, 3),
        (Scale("factor", "ignore-aspect", max=2), 2, 2),
        (Scale("scene-width-scale", "content-scale"), 1, 1),
        (Scale("factor", "device-scale", min=1.25), 1.25, 1.25),
    ],
)
def test_scales(system: Any, spec: Scale, full: float, nothing: float) -> None:
    assert system.build(spec).resolve(FULL) == full
    assert system.build(spec).resolve(NOTHING) == nothing


def test_zero_is_a_value_and_not_missing(system: Any) -> None:
    assert system.build(Size("parent-width", "fill")).resolve(ZERO) == 0
    assert system.build(Size("pixel", "stretch")).resolve(ZERO) == 0
    assert system.build(Size("pixel", 0)).resolve(FULL) == 0


def test_division_by_zero_follows_ieee_754(system: Any) -> None:
    assert math.isnan(system.build(Scale("factor", "fit")).resolve(ZERO))
    flat = Context(scene=Extent(800, 600), content=Extent(0, 300))
    assert system.build(Scale("factor", "stretch")).resolve(flat) == math.inf
    assert (
        system.build(Scale("parent-width-scale", 1)).resolve(Context(parent=Box(0, 0, -5, 5), scene=Extent(0, 1)))
        == -math.inf
    )


def test_min_and_max_of_the_rules_propagate_nan(system: Any) -> None:
    for content in (Extent(math.nan, 5), Extent(5, math.nan)):
        context = Context(scene=Extent(800, 600), content=content)
        assert math.isnan(system.build(Size("pixel", "content", "both")).resolve(context))
        assert math.isnan(system.build(Scale("factor", "fit", 1, 2)).resolve(context))


def test_random_values_come_from_the_callers_generator_and_stay_within_their_bounds(system: Any) -> None:
    expected = random.Random(5)
    assert system.build(Size("pixel", "random")).resolve(FULL, random.Random(5)) == 1 + 9999 * expected.random()
    expected = random.Random(5)
    spec = Position("pixel", "random", "y", 7)
    assert system.build(spec).resolve(FULL, random.Random(5)) == expected.random() * 1080 + 7
    bounded = system.build(Scale("factor", "random", 0.9, 1.1))
    assert all(0.9 <= bounded.resolve(FULL) < 1.1 for _ in range(200))


@pytest.mark.parametrize(
    ("spec", "needs"),
    [
        (Size("parent-width", "content"), "parent"),
        (Size("scene-height", 1), "scene"),
        (Size("viewport-width", 1), "viewport"),
        (Size("parent-min", 1), None),
        (Size("scene-max", "intrinsic"), "content"),
        (Position("parent-left", "content-left"), "parent"),
        (Position("pixel", "content-left"), "content"),
        (Scale("scene-scale", 1), "scene"),
        (Scale("factor", "content-scale"), "content"),
        (Scale("factor", "breakpoint-scale"), "breakpoint"),
        (Scale("factor", 2), None),
    ],
)
def test_a_unit_is_valid_where_the_context_has_what_it_needs(system: Any, spec: Any, needs: str | None) -> None:
    members = {
        "parent": Box(0, 0, 1, 1),
        "scene": Extent(1, 1),
        "viewport": Extent(1, 1),
        "content": Extent(1, 1),
        "breakpoint": Breakpoint("md", 1, 1),
    }
    unit = system.build(spec)
    assert unit.validate(Context(**members))
    for name in members:
        without = {key: value for key, value in members.items() if key != name}
        assert unit.validate(Context(**without)) is (name != needs)


def test_a_unit_refuses_the_other_dimension(system: Any) -> None:
    width, height = (system.build(Size("pixel", 10, dimension)) for dimension in ("width", "height"))
    assert (width.width(FULL), height.height(FULL)) == (10, 10)
    with pytest.raises(InputError, match="no height"):
        width.height(FULL)
    with pytest.raises(InputError, match="no width"):
        height.width(FULL)
    relative = system.build(Size("parent-width", "fill", "height"))
    assert relative.height(FULL) == 640
    x, y = (system.build(Position("pixel", 10, axis)) for axis in ("x", "y"))
    with pytest.raises(InputError, match="no y"):
        x.y(FULL)
    with pytest.raises(InputError, match="no x"):
        y.x(FULL)


def test_both_coordinates_of_a_position(system: Any) -> None:
    pairs = [system.build(Position("pixel", 9, axis)).both(FULL) for axis in ("x", "y", "xy")]
    assert pairs == [(9, 0), (0, 9), (9, 9)]


def test_the_range_of_a_position(system: Any) -> None:
    ranges = [system.build(Position("pixel", 9, axis)).position_range(FULL) for axis in ("x", "y", "xy")]
    assert ranges == [(0, 1920), (0, 1080), (0, 0)]
    assert system.build(Position("pixel", 9, "x")).position_range(NOTHING) == (0, 1200)


def test_the_aspect_ratio_needs_the_flag_and_both_constraints(system: Any) -> None:
    assert system.build(Size("pixel", 1, "width", 10, 40, maintain_aspect=True)).aspect_ratio() == 4
    assert system.build(Size("pixel", 1, "width", 10, 40)).aspect_ratio() is None
    assert system.build(Scale("factor", 1, 0.5, maintain_aspect=True)).aspect_ratio() is None


@pytest.mark.parametrize("parent", [Extent(1, 2), (0, 0, 1, 1), {"x": 0, "y": 0, "width": 1, "height": 1}])
def test_a_context_member_is_whole_or_absent(parent: Any) -> None:
    with pytest.raises(InputError, match=r"context\.parent"):
        Context(parent=parent)


def test_a_context_names_every_wrong_member_at_once() -> None:
    with pytest.raises(InputError) as found:
        Context(scene=Extent("wide", 1), viewport=7)  # type: ignore[arg-type]
    assert [problem.split(":")[0] for problem in found.value.problems] == ["context.scene.width", "context.viewport"]


def test_a_unit_names_everything_that_is_wrong_with_it() -> None:
    with pytest.raises(InputError) as found:
        Size("parent-wide", "filled", "depth", min="none", maintain_aspect=1)  # type: ignore[arg-type]
    places = [problem.split(": ")[1] for problem in found.value.problems]
    assert places == ["unit", "value", "dimension", "min", "maintain_aspect"]


def test_what_is_no_unit_is_refused(system: Any) -> None:
    with pytest.raises(InputError, match="build"):
        system.build("pixel")


def test_the_system_is_chosen_by_name_by_the_variable_and_is_the_original_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("UNITDOCS_SYSTEM", raising=False)
    assert create_system().name == "original"
    monkeypatch.setenv("UNITDOCS_SYSTEM", "refactored")
    assert create_system().name == "refactored"
    assert create_system("original").name == "original"
    monkeypatch.setenv("UNITDOCS_SYSTEM", "refactord")
    with pytest.raises(InputError, match=r"UNITDOCS_SYSTEM.*refactord.*original, refactored"):
        create_system()
    with pytest.raises(InputError, match="original, refactored"):
        create_system("new")
