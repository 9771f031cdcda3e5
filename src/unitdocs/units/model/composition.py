"""Compositions: a unit made of several units of its kind, such as the smaller of two widths.

A composition resolves all its parts, in their order, then combines the numbers. `combine` defines how, one
floating-point operation after the other, so that a batch over many compositions can give the same bits.

| `how` | the number |
| --- | --- |
| `weighted-average` | `(w1*v1 + w2*v2 + …) / (w1 + w2 + …)`: both sums added from the left, then one division |
| `priority` | the first part whose `validate(context)` is true; the last if none is |
| `min`, `max` | the least or greatest, compared from the left; the first of equals; NaN if one is NaN |
| `clamp` | of value, least, greatest: least if value < least, else greatest if value > greatest, else value |

Every part resolves, chosen or not, so that random parts always draw equally often, in their order.

Its JSON form takes the place of a unit in a scene: `{"compose": "min", "parts": [{"unit": …, "value": …}, …]}`, with
`"weights"` for a weighted average. A part may again be a composition.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from unitdocs.errors import InputError
from unitdocs.units.model.values import Position, Scale, Size, SizeValue, choice, number

Value = TypeVar("Value")
Unit: TypeAlias = Size | Position | Scale
Part: TypeAlias = "Size | Position | Scale | Composition"
ParseUnit: TypeAlias = "Callable[[object, str, list[str]], Part | None]"
"""`parse(data, place, problems)` returns the unit, or None after adding its problems."""

DEEPEST = 16
"""How deep compositions may be nested, including the outermost: more than a layout needs, and safe for recursion."""


class How(StrEnum):
    """How the numbers of the parts are combined."""

    WEIGHTED_AVERAGE = "weighted-average"
    PRIORITY = "priority"
    MIN = "min"
    MAX = "max"
    CLAMP = "clamp"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Composition:
    """A unit made of several units of its kind.

    Constraints, offsets, dimensions and axes belong to the parts: each resolves as it would alone.

    Args:
        how: how the numbers of the parts are combined.
        parts: one or more units, all of them sizes, all positions or all scales, or compositions of that kind; exactly
            value, least and greatest for `clamp`.
        weights: for `weighted-average` one per part, 0 or more, their sum above 0 and finite; for the others none. A
            weight of 0 does not hide NaN or infinity: 0 times either is NaN.

    Attributes:
        kind: `Size`, `Position` or `Scale`.
        depth: how deep compositions are nested, 1 if no part is a composition.
        random_units: how many numbers a resolve draws.

    Raises:
        InputError: an argument breaks one of these rules, or compositions are nested too deep; all problems at once.
    """

    how: How
    parts: tuple[Part, ...]
    weights: tuple[float, ...] = ()
    kind: type[Unit] = field(init=False, repr=False, compare=False)
    depth: int = field(init=False, repr=False, compare=False)
    random_units: int = field(init=False, repr=False, compare=False)

    if TYPE_CHECKING:  # a text is accepted in place of a member, any sequence in place of a tuple

        def __init__(self, how: How | str, parts: Sequence[Part], weights: Sequence[float] = ()) -> None: ...

    def __post_init__(self) -> None:
        problems: list[str] = []
        parts = tuple(_sequence(self.parts, "parts", problems))
        how, weights = _settings(self.how, self.weights, len(parts), problems)
        kind = _kind_of(parts, problems)
        depth = 1 + max((part.depth for part in parts if isinstance(part, Composition)), default=0)
        if depth > DEEPEST:
            problems.append(f"parts: compositions are nested {depth} deep; at most {DEEPEST} are possible")
        if problems:
            raise InputError(*(f"composition: {problem}" for problem in problems))
        drawn = sum(_draws(part) for part in parts)
        for name, value in zip(_FIELDS, (how, parts, weights, kind, depth, drawn), strict=True):
            object.__setattr__(self, name, value)


_FIELDS = ("how", "parts", "weights", "kind", "depth", "random_units")
_CLAMPED = 3  # value, least, greatest


def combine(how: How, weights: Sequence[float] = ()) -> Callable[..., float]:
    """Return the function from the numbers of the parts, in their order, to the composition's number.

    For `priority` it takes a second sequence: for each part whether it is valid.
    `combine(How.WEIGHTED_AVERAGE, (1, 3))((100, 200))` is 175.

    Args:
        how: how they are combined.
        weights: those of a `Composition`, which has checked them.
    """
    match how:
        case How.WEIGHTED_AVERAGE:
            return _average(tuple(weights))
        case How.PRIORITY:
            return _first_valid
        case How.MIN:
            return _least
        case How.MAX:
            return _greatest
        case How.CLAMP:
            return _clamped


def _average(weights: tuple[float, ...]) -> Callable[[Sequence[float]], float]:
    divisor = _from_the_left(weights)

    def average(numbers: Sequence[float]) -> float:
        total = weights[0] * numbers[0]
        for i in range(1, len(weights)):
            total += weights[i] * numbers[i]
        return total / divisor

    return average


def _from_the_left(weights: Sequence[float]) -> float:
    """Add numbers one by one, as `sum` does up to Python 3.11; from 3.12 on it compensates."""
    total = 0.0
    for weight in weights:
        total += weight
    return total


def _first_valid(numbers: Sequence[float], valid: Sequence[bool]) -> float:
    for number_, is_valid in zip(numbers, valid, strict=True):
        if is_valid:
            return number_
    return numbers[-1]


def _least(numbers: Sequence[float]) -> float:
    least = numbers[0]
    for number_ in numbers:
        if number_ < least or number_ != number_:  # nothing is less than NaN: once reached it stays
            least = number_
    return least


def _greatest(numbers: Sequence[float]) -> float:
    greatest = numbers[0]
    for number_ in numbers:
        if number_ > greatest or number_ != number_:
            greatest = number_
    return greatest


def _clamped(numbers: Sequence[float]) -> float:
    value, least, greatest = numbers
    if value < least:
        return least
    return min(value, greatest)  # the value if one is NaN


def is_composition(data: object) -> bool:
    """Return whether the JSON form of a unit is that of a composition."""
    return isinstance(data, Mapping) and "compose" in data


def parse_composition(
    data: Mapping[str, Any], place: str, problems: list[str], parse_unit: ParseUnit
) -> Composition | None:
    """Build a composition from its JSON form; None if it has problems, which are added to `problems`.

    Args:
        data: an object with the member `compose`.
        place: its place, such as `$.elements[3].width`.
        problems: its problems are added here, each with its place.
        parse_unit: builds one part that is not a composition.
    """
    return _parse(data, place, problems, parse_unit, 1)


def _parse(
    data: Mapping[str, Any], place: str, problems: list[str], parse_unit: ParseUnit, depth: int
) -> Composition | None:
    if depth > DEEPEST:
        problems.append(f"{place}: compositions are nested deeper than {DEEPEST}")
        return None
    before = len(problems)
    problems += [f"{place}.{name}: missing" for name in ("compose", "parts") if name not in data]
    problems += [f"{place}.{name}: unknown; expected {', '.join(_MEMBERS)}" for name in data if name not in _MEMBERS]
    rows = _sequence(data.get("parts", ()), f"{place}.parts", problems)
    parts = [
        _parse(part, f"{place}.parts[{i}]", problems, parse_unit, depth + 1)
        if is_composition(part)
        else parse_unit(part, f"{place}.parts[{i}]", problems)
        for i, part in enumerate(rows)
    ]
    if "compose" not in data or "parts" not in data:
        return None
    wrong: list[str] = []
    how, weights = _settings(data["compose"], data.get("weights", ()), len(parts), wrong, word="compose")
    problems += [f"{place}.{problem}" for problem in wrong]
    if len(problems) > before:
        return None
    try:
        return Composition(how, [part for part in parts if part is not None], weights)
    except InputError as error:  # parts of two kinds
        problems += [f"{place}.{problem.split(': ', 1)[1]}" for problem in error.problems]
        return None


_MEMBERS = ("compose", "parts", "weights")


def _settings(
    how: object, weights: object, parts: int, problems: list[str], word: str = "how"
) -> tuple[How, tuple[float, ...]]:
    """Return how and the weights, checked for a number of parts; their problems are added."""
    before = len(problems)
    chosen = choice(How, how, word, problems)
    if len(problems) > before:
        return chosen, ()
    if not parts:
        problems.append("parts: expected at least one")
    if chosen is How.CLAMP and parts != _CLAMPED:
        problems.append(f"parts: clamp has exactly three, value, least and greatest; got {parts}")
    numbers = _sequence(weights, "weights", problems)
    if chosen is not How.WEIGHTED_AVERAGE:
        if numbers:
            problems.append(f"weights: {chosen} has none; leave them out")
        return chosen, ()
    return chosen, _weights(numbers, parts, problems)


def _weights(numbers: Sequence[object], parts: int, problems: list[str]) -> tuple[float, ...]:
    before = len(problems)
    weights = tuple(number(weight, f"weights[{i}]", problems) for i, weight in enumerate(numbers))
    if len(weights) != parts:
        problems.append(f"weights: expected one for each of {parts} parts, got {len(weights)}")
    problems += [
        f"weights[{i}]: expected a finite number, 0 or more, got {weight}"
        for i, weight in enumerate(weights)
        if not 0 <= weight < math.inf
    ]
    if len(problems) == before and not 0 < _from_the_left(weights) < math.inf:
        problems.append(f"weights: their sum must be above 0 and finite, got {_from_the_left(weights)}")
    return weights


def _kind_of(parts: Sequence[object], problems: list[str]) -> type[Unit]:
    """Return the kind of all parts; a problem is added for each part of another kind."""
    kinds = [part.kind if isinstance(part, Composition) else base_of(type(part)) for part in parts]
    units = [kind for kind in kinds if kind in _KINDS]
    for i, (part, kind) in enumerate(zip(parts, kinds, strict=True)):
        if kind not in _KINDS:
            problems.append(f"parts[{i}]: expected a Size, a Position, a Scale or a Composition, got {part!r}")
        elif kind is not units[0]:
            problems.append(f"parts[{i}]: expected a {units[0].__name__} as the first, got a {kind.__name__}")
    return units[0] if units else Size


_KINDS = (Size, Position, Scale)


def base_of(kind: type[Any]) -> type[Any]:
    """Return the kind of unit that a class is or extends: Size, Position, Scale or Composition; else the class."""
    return next((base for base in kind.__mro__ if base in _ALL_KINDS), kind)


_ALL_KINDS = (*_KINDS, Composition)


class ByKind(dict[type[Any], Value]):
    """Values by the kind of unit; a class that extends a kind has that kind's value."""

    def __missing__(self, kind: type[Any]) -> Value:
        base = base_of(kind)
        if base is kind or base not in self:
            raise KeyError(kind)
        return self[base]


def _draws(part: Part) -> int:
    return part.random_units if isinstance(part, Composition) else int(part.value == SizeValue.RANDOM)


def _sequence(value: object, place: str, problems: list[str]) -> Sequence[Any]:
    if isinstance(value, (list, tuple)):
        return value
    problems.append(f"{place}: expected a list, got {value!r}")
    return ()
