"""Strategies of hypothesis for units, contexts and scenes."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from unitdocs.units import (
    Axis,
    Box,
    Breakpoint,
    BreakpointRange,
    Composition,
    Context,
    Dimension,
    Element,
    Extent,
    How,
    Layout,
    OriginalSystem,
    Placed,
    Position,
    PositionUnit,
    PositionValue,
    Scale,
    ScaleUnit,
    ScaleValue,
    Scene,
    Size,
    SizeUnit,
    SizeValue,
)
from unitdocs.units.model.draws import Draws
from unitdocs.units.refactored.bound_elements import BoundElements

numbers = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 50.0, 0.1, 1e-300, 1e300, math.inf, -math.inf, math.nan]),
    st.floats(-2000, 2000),
)
extents = st.builds(Extent, numbers, numbers)
contexts = st.builds(
    Context,
    parent=st.none() | st.builds(Box, numbers, numbers, numbers, numbers),
    scene=st.none() | extents,
    viewport=st.none() | extents,
    content=st.none() | extents,
    breakpoint=st.none() | st.builds(Breakpoint, st.just("md"), numbers, numbers),
)
limits = st.none() | numbers
ALL_DIMENSIONS = st.sampled_from(Dimension)
ALL_AXES = st.sampled_from(Axis)


def sizes(dimensions: st.SearchStrategy[Dimension] = ALL_DIMENSIONS) -> st.SearchStrategy[Size]:
    return st.builds(
        Size,
        st.sampled_from(SizeUnit),
        st.sampled_from(SizeValue) | numbers,
        dimensions,
        limits,
        limits,
        st.booleans(),
    )


def positions(axes: st.SearchStrategy[Axis] = ALL_AXES) -> st.SearchStrategy[Position]:
    return st.builds(
        Position,
        st.sampled_from(PositionUnit),
        st.sampled_from(PositionValue) | numbers,
        axes,
        numbers,
    )


scales = st.builds(
    Scale, st.sampled_from(ScaleUnit), st.sampled_from(ScaleValue) | numbers, limits, limits, st.booleans()
)
units = st.one_of(sizes(), positions(), scales)


@st.composite
def scenes(draw: st.DrawFn, most: int = 60) -> Scene:
    """Draw a scene: elements in any order, so that a parent may follow its child."""
    count = draw(st.integers(1, most))
    ranks = draw(st.permutations(range(count)))  # an element's parent has a lower rank, wherever either is in the list
    by_rank = {rank: i for i, rank in enumerate(ranks)}
    elements = []
    for i, rank in enumerate(ranks):
        parent = draw(st.none() | st.integers(0, rank - 1)) if rank else None
        elements.append(
            Element(
                f"e{i}",
                parent=None if parent is None else f"e{by_rank[parent]}",
                x=draw(st.none() | positions(st.sampled_from([Axis.X, Axis.XY]))),
                y=draw(st.none() | positions(st.sampled_from([Axis.Y, Axis.XY]))),
                width=draw(st.none() | sizes(st.sampled_from([Dimension.WIDTH, Dimension.BOTH]))),
                height=draw(st.none() | sizes(st.sampled_from([Dimension.HEIGHT, Dimension.BOTH]))),
                scale=draw(st.none() | scales),
                content=draw(st.none() | extents),
            )
        )
    return Scene("drawn", tuple(elements))


def same(one: float, other: float) -> bool:
    """Equal bit by bit, the sign of 0 as well; NaN equal to NaN."""
    if math.isnan(one):
        return math.isnan(other)
    return one == other and math.copysign(1, one) == math.copysign(1, other)


# Scenes that are large, or have breakpoints or compositions, and changes of their elements.

BREAKPOINTS = (BreakpointRange("xs", 0), BreakpointRange("md", 768))
SIMPLE: Mapping[str, st.SearchStrategy[Any]] = {
    "x": positions(st.sampled_from([Axis.X, Axis.XY])),
    "y": positions(st.sampled_from([Axis.Y, Axis.XY])),
    "width": sizes(st.sampled_from([Dimension.WIDTH, Dimension.BOTH])),
    "height": sizes(st.sampled_from([Dimension.HEIGHT, Dimension.BOTH])),
    "scale": scales,
}
"""Units by what they are of an element."""


@st.composite
def _composed_of(draw: st.DrawFn, parts: st.SearchStrategy[Any]) -> Composition:
    how = draw(st.sampled_from(How))
    count = 3 if how is How.CLAMP else draw(st.integers(1, 3))
    drawn = [draw(parts) for _ in range(count)]
    weights = [draw(st.sampled_from([0.0, 0.5, 1.0, 3.0, 1e300])) for _ in drawn[1:]]
    return Composition(how, drawn, [1.0, *weights] if how is How.WEIGHTED_AVERAGE else ())


def compositions(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Compositions of units of one kind, nested at times."""
    return _composed_of(st.one_of(of, of, _composed_of(of)))


COMPOSED = {name: st.one_of(of, compositions(of)) for name, of in SIMPLE.items()}


@st.composite
def looks(draw: st.DrawFn, units_of: Mapping[str, st.SearchStrategy[Any]] = SIMPLE) -> dict[str, Any]:
    """Draw an element's members but its id and parent."""
    look = {name: draw(st.none() | unit) for name, unit in units_of.items()}
    overrides = {name: draw(unit) for name, unit in units_of.items() if draw(st.integers(0, 7)) == 0}
    return {**look, "content": draw(st.none() | extents), "at": {"md": overrides} if overrides else {}}


@st.composite
def large_scenes(
    draw: st.DrawFn,
    least: int,
    most: int,
    units_of: Mapping[str, st.SearchStrategy[Any]] = SIMPLE,
) -> Scene:
    """Draw a scene of few looks and few levels: what is drawn is small, however many elements there are.

    Its offsets and numbers differ from element to element at times, so that batches have more than one number.
    """
    palette = draw(st.lists(looks(units_of), min_size=1, max_size=5))
    count = draw(st.integers(least, most))
    seed = draw(st.integers(0, 2**32))
    rng = random.Random(seed)
    ranks = list(range(count))
    if draw(st.booleans()):
        rng.shuffle(ranks)
    by_rank = {rank: i for i, rank in enumerate(ranks)}
    is_even = draw(st.booleans())
    elements = []
    for i, rank in enumerate(ranks):
        parent = None if not rank or rng.random() < 0.1 else f"e{by_rank[rng.randrange(min(rank, 1 + count // 20))]}"
        element = Element(f"e{i}", parent=parent, **rng.choice(palette))
        elements.append(element if is_even or rng.random() < 0.5 else with_other_numbers(element, rng.uniform(-9, 9)))
    return Scene(f"large {seed}", tuple(elements), BREAKPOINTS)


def with_other_numbers(element: Element, number: float) -> Element:
    """Return the element with other numbers and offsets, and the same rules."""
    units: dict[str, Any] = {}
    for name in SIMPLE:
        unit = getattr(element, name)
        if isinstance(unit, Position):
            units[name] = replace(unit, offset=number)
        if isinstance(unit, (Position, Size, Scale)) and isinstance(unit.value, float):
            units[name] = replace(units.get(name, unit), value=number + 1)
    return replace(element, **units)


@st.composite
def changed_elements(
    draw: st.DrawFn, elements: Sequence[Element], units_of: Mapping[str, st.SearchStrategy[Any]] = SIMPLE
) -> dict[int, Element]:
    """Draw what some elements become: the same rules, other rules, other content, more units or fewer."""
    chosen = draw(st.lists(st.integers(0, len(elements) - 1), max_size=4, unique=True))
    return {i: draw(_changed(elements[i], units_of)) for i in chosen}


@st.composite
def _changed(draw: st.DrawFn, element: Element, units_of: Mapping[str, st.SearchStrategy[Any]]) -> Element:
    how = draw(st.sampled_from(["numbers", "content", "unit", "limits", "sides", "at", "look", "copy"]))
    name = draw(st.sampled_from(sorted(units_of)))
    unit = getattr(element, name)
    members: dict[str, Any] = {} if unit is None else {name: replace(unit)}
    match how:
        case "numbers":
            return with_other_numbers(element, draw(numbers))
        case "look":
            return Element(element.id, element.parent, **draw(looks(units_of)))
        case "content":
            members = {"content": draw(st.none() | extents)}
        case "unit":
            members = {name: draw(st.none() | units_of[name])}
        case "limits" if isinstance(unit, (Size, Scale)):
            members = {name: replace(unit, min=draw(limits), max=draw(limits))}
        case "sides" if isinstance(unit, Size):
            members = {name: replace(unit, dimension=Dimension.BOTH)}
        case "sides" if isinstance(unit, Position):
            members = {name: replace(unit, axis=Axis.XY)}
        case "at":
            members = {"at": {"md": {name: draw(units_of[name])}} if draw(st.booleans()) else {}}
    return replace(element, **members)


def array_of(boxes: Any) -> Any:
    """Return what either system resolves a scene to as an array of shape (5, n)."""
    return boxes.array if hasattr(boxes, "array") else np.array(boxes, dtype=np.float64).reshape(-1, 5).T


def assert_same_boxes(one: Any, other: Any, what: str = "") -> None:
    """Check that two results are equal, NaN equal to NaN; the message names the first number that is not."""
    a, b = array_of(one), array_of(other)
    if np.array_equal(a, b, equal_nan=True):
        return
    assert a.shape == b.shape, f"{what}: {a.shape} and {b.shape}"
    column, i = np.argwhere(~((a == b) | (np.isnan(a) & np.isnan(b))))[0]
    found = f"{a[column, i]} and {b[column, i]}"
    raise AssertionError(f"{what}: element {i}, {list(SIMPLE)[column]}: {found}")


# A plain reading of the rules: single units by the original system, the rest here, element by element.

Own = Callable[[Any, Context], float | None]
"""`own(unit, context)`: what a project's own strategy answers for a unit; None where it has none for it."""
_original = OriginalSystem()


def plain_number(part: Any, context: Context, rng: Any, own: Own | None = None) -> float:
    """Return the number of a unit or a composition."""
    if not isinstance(part, Composition):
        answer = None if own is None else own(part, context)
        return _original.build(part).resolve(context, rng) if answer is None else answer
    of_parts = [plain_number(each, context, rng, own) for each in part.parts]
    if part.how is How.PRIORITY:
        valid = [number for each, number in zip(part.parts, of_parts, strict=True) if is_plainly_valid(each, context)]
        return valid[0] if valid else of_parts[-1]
    if part.how is How.WEIGHTED_AVERAGE:
        total, divisor = 0.0, 0.0
        for weight, number in zip(part.weights, of_parts, strict=True):
            total, divisor = total + weight * number, divisor + weight
        return total / divisor
    if part.how is How.CLAMP:
        value, least, greatest = of_parts
        return least if value < least else min(value, greatest)
    if any(math.isnan(number) for number in of_parts):
        return math.nan
    return min(of_parts) if part.how is How.MIN else max(of_parts)


def is_plainly_valid(part: Any, context: Context) -> bool:
    """Return whether a context has what a unit or a composition needs."""
    if not isinstance(part, Composition):
        return _original.build(part).validate(context)
    valid = [is_plainly_valid(each, context) for each in part.parts]
    return any(valid) if part.how is How.PRIORITY else all(valid)


def plain_boxes(
    scene: Scene, surface: Extent | None, viewport: Extent | None, seed: int, own: Own | None = None
) -> list[tuple[float, ...]]:
    """Resolve a scene; random numbers are drawn for one element after the other, in their order."""
    name = None if viewport is None else scene.breakpoint_at(viewport.width)
    in_force = None if name is None or viewport is None else Breakpoint(name, *viewport)
    around = Context(scene=surface, viewport=viewport, breakpoint=in_force)
    elements = [element.at_breakpoint(name) for element in scene.elements]
    rng = random.Random(seed)
    drawn = [
        [rng.random() for _ in range(sum(_drawn_by(getattr(element, name), around, own) for name in SIMPLE))]
        for element in elements
    ]
    boxes: dict[int, Any] = {}
    for i in scene.order:
        element, parent = elements[i], scene.parents[i]
        context = around.around(None if parent < 0 else boxes[parent], element.content)
        width, height = element.content or (100.0, 100.0)
        numbers = []
        source = Draws(drawn[i])
        for name, missing in zip(SIMPLE, (0.0, 0.0, width, height, 1.0), strict=True):
            unit = getattr(element, name)
            numbers.append(missing if unit is None else plain_number(unit, context, source, own))
        boxes[i] = Placed(*numbers)
    return [boxes[i] for i in range(len(elements))]


def _drawn_by(part: Any, context: Context, own: Own | None) -> int:
    if isinstance(part, Composition):
        return sum(_drawn_by(each, context, own) for each in part.parts)
    if part is None or part.value != "random":
        return 0
    return int(own is None or own(part, context) is None)


def bound_boxes(scene: Scene, surface: Extent | None, viewport: Extent | None, seed: int) -> Layout:
    """Resolve with nothing but bound units: no plan, no cache, nothing that was there before."""
    name = None if viewport is None else scene.breakpoint_at(viewport.width)
    in_force = None if name is None or viewport is None else Breakpoint(name, *viewport)
    context = Context(scene=surface, viewport=viewport, breakpoint=in_force)
    return BoundElements(scene, scene.elements_at(name), None, 0).resolve(context, random.Random(seed))[0]


# Custom rules, at the top of a module as pickles need them.

TILE = 64


def whole_tiles(spec: Any) -> Callable[[Context], float]:  # noqa: ARG001
    """Make the rule of a size of whole tiles of its parent's width, or of 640 pixels."""

    def resolve(context: Context) -> float:
        width = 640 if context.parent is None else context.parent.width
        return width // TILE * TILE

    return resolve


def own_tile(spec: Any) -> Callable[[Context], float]:
    """Make the rule of a size that knows how many tiles it has."""
    return lambda _context: spec.tiles * TILE
