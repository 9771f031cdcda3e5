"""Values of the unit system: its units and keywords, and the three kinds of unit that a scene is made of.

A kind pairs a *unit* (how to measure) with a *value* (a number, or a keyword for the behaviour). Values are checked
when they are built, so that a calculator or a strategy never receives a wrong one.
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
    """How a size without a number behaves."""

    PIXEL = "pixel"
    FILL = "fill"
    AUTO = "auto"
    FIT = "fit"
    STRETCH = "stretch"
    CONTENT = "content"
    INTRINSIC = "intrinsic"
    RANDOM = "random"


class Dimension(StrEnum):
    """Which side a size is for."""

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
    """How a position without a number behaves."""

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
    """How a scale without a number behaves."""

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


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Size:
    """A width or a height.

    Args:
        unit: how it is measured.
        value: pixels (used only with `pixel` and `percentage`) or a keyword.
        dimension: width, height, or both (which is treated as height, except by content and intrinsic).
        min: the least result in pixels (default: no limit).
        max: the greatest result in pixels (default: no limit).
        maintain_aspect: whether `aspect_ratio()` returns a ratio; it changes no size.

    Raises:
        InputError: an unknown unit, keyword or dimension, or a value that is not a number; all of them at once.
    """

    unit: SizeUnit
    value: float | SizeValue
    dimension: Dimension = Dimension.WIDTH
    min: float | None = None
    max: float | None = None
    maintain_aspect: bool = False

    if TYPE_CHECKING:  # a text is accepted in place of the member with that value

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


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Position:
    """An x or a y.

    Args:
        unit: what it is measured from.
        value: pixels (used only with `pixel` and `percentage`) or a keyword.
        axis: x, y, or xy.
        offset: pixels added at the end.

    Raises:
        InputError: an unknown unit, keyword or axis, or a value that is not a number; all of them at once.
    """

    unit: PositionUnit
    value: float | PositionValue
    axis: Axis = Axis.X
    offset: float = 0.0

    if TYPE_CHECKING:  # a text is accepted in place of the member with that value

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
        _set(self, "offset", without_sign_of_zero(number(self.offset, "offset", problems)))
        if problems:
            raise InputError(*(f"position: {problem}" for problem in problems))


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Scale:
    """A factor that is reported with a box and never changes it.

    Args:
        unit: what it is a ratio of.
        value: a factor or percent (used only with `factor` and `percentage`) or a keyword.
        min: the least result (default: no limit).
        max: the greatest result (default: no limit).
        maintain_aspect: whether `aspect_ratio()` returns a ratio; it changes no scale.

    Raises:
        InputError: an unknown unit or keyword, or a value that is not a number; all of them at once.
    """

    unit: ScaleUnit
    value: float | ScaleValue
    min: float | None = None
    max: float | None = None
    maintain_aspect: bool = False

    if TYPE_CHECKING:  # a text is accepted in place of the member with that value

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


_set = object.__setattr__  # the dataclasses are frozen except for their own checks
Choice = TypeVar("Choice", bound=StrEnum)


def choice(choices: type[Choice], word: object, place: str, problems: list[str]) -> Choice:
    """Return the member with this value; a problem is added if there is none."""
    if isinstance(word, str) and word in choices._value2member_map_:
        return choices(word)
    problems.append(f"{place}: {word!r} is not one of {', '.join(choices)}")
    return next(iter(choices))


def number(value: object, place: str, problems: list[str]) -> float:
    """Return a number as an IEEE double; a problem is added if it is not a number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            problems.append(f"{place}: the number is too large for a double; give one below 1.8e308")
            return 0.0
    problems.append(f"{place}: expected a number, got {value!r}")
    return 0.0


def number_or(choices: type[Choice], value: object, place: str, problems: list[str]) -> float | Choice:
    """Return a number, 0 in place of -0, or the keyword with this value."""
    if isinstance(value, str):
        return choice(choices, value, place, problems)
    return without_sign_of_zero(number(value, place, problems))


def number_or_none(value: object, place: str, problems: list[str]) -> float | None:
    """Return a number, 0 in place of -0, or None for None."""
    return None if value is None else without_sign_of_zero(number(value, place, problems))


def without_sign_of_zero(number: float) -> float:
    """Return 0 for -0, and any other number as it is.

    Units that are equal must give the same bits, and 0 equals -0: the sign would depend on which of two equal units a
    scene has first.
    """
    return number + 0.0


def flag(value: object, place: str, problems: list[str]) -> None:
    """Add a problem if a value is neither true nor false."""
    if not isinstance(value, bool):
        problems.append(f"{place}: expected true or false, got {value!r}")
