"""Strategies of hypothesis for units, contexts and scenes."""

import math

from hypothesis import strategies as st

from unitdocs.units import (
    Axis,
    Box,
    Breakpoint,
    Context,
    Dimension,
    Element,
    Extent,
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
    """Draw a scene: elements in any order, so that a parent may stand after its child."""
    count = draw(st.integers(1, most))
    ranks = draw(st.permutations(range(count)))  # an element's parent has a lower rank, wherever either stands
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
    """Equal, NaN equal to NaN."""
    return one == other or (math.isnan(one) and math.isnan(other))
