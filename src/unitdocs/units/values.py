"""Values of the unit system: which units and keywords exist, and the three kinds of unit that a scene is made of.

Both systems share these and nothing else. A kind pairs a *unit* (how to measure) with a *value* (a number or a keyword
for the behaviour). Values are checked when they are built, so that a calculator or a strategy never meets a wrong one.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from unitdocs.errors import InputError


class SizeUnit(StrEnum):
    """How a size is measured."""

    PIXEL = "pixel"
    PERCENTAGE = "percentage"
    PARENT_WIDTH = "parent-width"
    PARENT_HEIGHT = "parent-height"
    SCENE_WIDTH = "scene-width"
    SCENE_HEIGHT = "scene-height"
    VIEWPORT_WIDTH = "viewport-width"
    VIEWPORT_HEIGHT = "viewport-height"
    PARENT_MIN = "parent-min"
    PARENT_MAX = "parent-max"
    SCENE_MIN = "scene-min"
    SCENE_MAX = "scene-max"


class SizeValue(StrEnum):
    """How a size behaves, where it is not a number."""

    PIXEL = "pixel"
    FILL = "fill"
    AUTO = "auto"
    FIT = "fit"
    STRETCH = "stretch"
    CONTENT = "content"
    INTRINSIC = "intrinsic"
    RANDOM = "random"


class Dimension(StrEnum):
    """Which extent a size is for."""

    WIDTH = "width"
    HEIGHT = "height"
    BOTH = "both"


class PositionUnit(StrEnum):
    """What a position is measured from."""

    PIXEL = "pixel"
    PERCENTAGE = "percentage"
    PARENT_LEFT = "parent-left"
    PARENT_TOP = "parent-top"
    PARENT_RIGHT = "parent-right"
    PARENT_BOTTOM = "parent-bottom"
    PARENT_CENTER_X = "parent-center-x"
    PARENT_CENTER_Y = "parent-center-y"
    SCENE_LEFT = "scene-left"
    SCENE_TOP = "scene-top"
    SCENE_RIGHT = "scene-right"
    SCENE_BOTTOM = "scene-bottom"
    SCENE_CENTER_X = "scene-center-x"
    SCENE_CENTER_Y = "scene-center-y"
    VIEWPORT_LEFT = "viewport-left"
    VIEWPORT_TOP = "viewport-top"
    VIEWPORT_RIGHT = "viewport-right"
    VIEWPORT_BOTTOM = "viewport-bottom"


class PositionValue(StrEnum):
    """How a position behaves, where it is not a number."""

    PIXEL = "pixel"
    CENTER = "center"
    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"
    STATIC = "static"
    RELATIVE = "relative"
    ABSOLUTE = "absolute"
    FIXED = "fixed"
    CONTENT_LEFT = "content-left"
    CONTENT_TOP = "content-top"
    CONTENT_RIGHT = "content-right"
    CONTENT_BOTTOM = "content-bottom"
    RANDOM = "random"


class Axis(StrEnum):
    """Which coordinate a position is for."""

    X = "x"
    Y = "y"
    XY = "xy"


class ScaleUnit(StrEnum):
    """What a scale is a ratio of."""

    FACTOR = "factor"
    PERCENTAGE = "percentage"
    PARENT_SCALE = "parent-scale"
    SCENE_SCALE = "scene-scale"
    VIEWPORT_SCALE = "viewport-scale"
    PARENT_WIDTH_SCALE = "parent-width-scale"
    PARENT_HEIGHT_SCALE = "parent-height-scale"
    SCENE_WIDTH_SCALE = "scene-width-scale"
    SCENE_HEIGHT_SCALE = "scene-height-scale"
    VIEWPORT_WIDTH_SCALE = "viewport-width-scale"
    VIEWPORT_HEIGHT_SCALE = "viewport-height-scale"


class ScaleValue(StrEnum):
    """How a scale behaves, where it is not a number."""

    FACTOR = "factor"
    FIT = "fit"
    STRETCH = "stretch"
    FILL = "fill"
    MAINTAIN_ASPECT = "maintain-aspect"
    IGNORE_ASPECT = "ignore-aspect"
    CONTENT_SCALE = "content-scale"
    INTRINSIC_SCALE = "intrinsic-scale"
    BREAKPOINT_SCALE = "breakpoint-scale"
    DEVICE_SCALE = "device-scale"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Size:
    """A width or a height.

    Args:
        unit: how it is measured.
        value: pixels (counts with `pixel` and `percentage` alone) or a keyword.
        dimension: width, height, or both (which counts as height but for content and intrinsic).
        min: the least result in pixels; none where missing.
        max: the greatest result in pixels; none where missing.
        maintain_aspect: gates `aspect_ratio()`; changes no size.

    Raises:
        InputError: an unknown unit, keyword or dimension, or something that is not a number; all of them at once.
    """

    unit: SizeUnit
    value: float | SizeValue
    dimension: Dimension = Dimension.WIDTH
    min: float | None = None
    max: float | None = None
    maintain_aspect: bool = False

    if TYPE_CHECKING:  # words are taken for the members they spell

        def __init__(
            self,
            unit: SizeUnit | str,
            value: float | SizeValue | str,
            dimension: Dimension | str = Dimension.WIDTH,
            min: float | None = None,
            max: float | None = None,
            maintain_aspect: bool = False,
        ) -> None: ...

    def __post_init__(self) -> None:
        problems: list[str] = []
        _set(self, "unit", choice(SizeUnit, self.unit, "unit", problems))
        _set(self, "value", number_or(SizeValue, self.value, "value", problems))
        _set(self, "dimension", choice(Dimension, self.dimension, "dimension", problems))
        _set(self, "min", number_or_none(self.min, "min", problems))
        _set(self, "max", number_or_none(self.max, "max", problems))
        flag(self.maintain_aspect, "maintain_aspect", problems)
        if problems:
            raise InputError(*(f"size: {problem}" for problem in problems))


@dataclass(frozen=True, slots=True)
class Position:
    """An x or a y.

    Args:
        unit: what it is measured from.
        value: pixels (counts with `pixel` and `percentage` alone) or a keyword.
        axis: x, y, or xy.
        offset: pixels added at the end.

    Raises:
        InputError: an unknown unit, keyword or axis, or something that is not a number; all of them at once.
    """

    unit: PositionUnit
    value: float | PositionValue
    axis: Axis = Axis.X
    offset: float = 0.0

    if TYPE_CHECKING:  # words are taken for the members they spell

        def __init__(
            self,
            unit: PositionUnit | str,
            value: float | PositionValue | str,
            axis: Axis | str = Axis.X,
            offset: float = 0.0,
        ) -> None: ...

    def __post_init__(self) -> None:
        problems: list[str] = []
        _set(self, "unit", choice(PositionUnit, self.unit, "unit", problems))
        _set(self, "value", number_or(PositionValue, self.value, "value", problems))
        _set(self, "axis", choice(Axis, self.axis, "axis", problems))
        _set(self, "offset", number(self.offset, "offset", problems))
        if problems:
            raise InputError(*(f"position: {problem}" for problem in problems))


@dataclass(frozen=True, slots=True)
class Scale:
    """A factor that is reported with a box and never changes it.

    Args:
        unit: what it is a ratio of.
        value: a factor or percent (counts with `factor` and `percentage` alone) or a keyword.
        min: the least result; none where missing.
        max: the greatest result; none where missing.
        maintain_aspect: gates `aspect_ratio()`; changes no scale.

    Raises:
        InputError: an unknown unit or keyword, or something that is not a number; all of them at once.
    """

    unit: ScaleUnit
    value: float | ScaleValue
    min: float | None = None
    max: float | None = None
    maintain_aspect: bool = False

    if TYPE_CHECKING:  # words are taken for the members they spell

        def __init__(
            self,
            unit: ScaleUnit | str,
            value: float | ScaleValue | str,
            min: float | None = None,
            max: float | None = None,
            maintain_aspect: bool = False,
        ) -> None: ...

    def __post_init__(self) -> None:
        problems: list[str] = []
        _set(self, "unit", choice(ScaleUnit, self.unit, "unit", problems))
        _set(self, "value", number_or(ScaleValue, self.value, "value", problems))
        _set(self, "min", number_or_none(self.min, "min", problems))
        _set(self, "max", number_or_none(self.max, "max", problems))
        flag(self.maintain_aspect, "maintain_aspect", problems)
        if problems:
            raise InputError(*(f"scale: {problem}" for problem in problems))


_set = object.__setattr__  # the dataclasses are frozen for everybody but their own checks
Choice = TypeVar("Choice", bound=StrEnum)


def choice(choices: type[Choice], given: object, place: str, problems: list[str]) -> Choice:
    """Return the member that was meant; a problem is noted where there is none."""
    if isinstance(given, str) and given in choices._value2member_map_:
        return choices(given)
    problems.append(f"{place}: {given!r} is not one of {', '.join(choices)}")
    return next(iter(choices))


def number(given: object, place: str, problems: list[str]) -> float:
    """Return the number as an IEEE double; a problem is noted where it is none."""
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        try:
            return float(given)
        except OverflowError:
            problems.append(f"{place}: the number is too large for a double; give one below 1.8e308")
            return 0.0
    problems.append(f"{place}: expected a number, got {given!r}")
    return 0.0


def number_or(choices: type[Choice], given: object, place: str, problems: list[str]) -> float | Choice:
    """Return a number or the keyword that was meant."""
    return choice(choices, given, place, problems) if isinstance(given, str) else number(given, place, problems)


def number_or_none(given: object, place: str, problems: list[str]) -> float | None:
    """Return a number, or None where there is none."""
    return None if given is None else number(given, place, problems)


def flag(given: object, place: str, problems: list[str]) -> None:
    """Note a problem where something is neither true nor false."""
    if not isinstance(given, bool):
        problems.append(f"{place}: expected true or false, got {given!r}")
