"""Compositions: their numbers, what is refused, and how they are read."""

import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules import numbers, positions, same, scales, sizes

from unitdocs.errors import InputError
from unitdocs.units import Position, Scale, Size
from unitdocs.units.model.composition import DEEPEST, Composition, How, combine, is_composition, parse_composition

TEN, TWENTY, THIRTY = (Size("pixel", value) for value in (10, 20, 30))
several = st.lists(numbers, min_size=1, max_size=6)
weighted = several.flatmap(
    lambda drawn: st.tuples(
        st.just(drawn),
        st.lists(st.floats(0, 1e6), min_size=len(drawn), max_size=len(drawn)).filter(lambda given: sum(given) > 0),
    )
)


def bits(number: float) -> bytes:
    return b"NaN" if math.isnan(number) else struct.pack("d", number)


def test_a_weighted_average_is_the_weighted_sum_by_the_sum_of_the_weights() -> None:
    assert combine(How.WEIGHTED_AVERAGE, (1, 3))((100, 200)) == 175
    assert combine(How.WEIGHTED_AVERAGE, (0, 2))((100, 200)) == 200
    assert math.isnan(combine(How.WEIGHTED_AVERAGE, (0, 2))((math.inf, 200)))


def test_priority_is_the_first_valid_part_else_the_last() -> None:
    first = combine(How.PRIORITY)
    assert first((1, 2, 3), (False, True, True)) == 2
    assert first((1, 2, 3), (False, False, False)) == 3


@pytest.mark.parametrize(
    ("value", "least", "greatest", "clamped"),
    [
        (5, 10, 20, 10),
        (15, 10, 20, 15),
        (25, 10, 20, 20),
        (5, 10, 2, 10),
        (50, 10, 2, 2),
        (50, math.nan, math.nan, 50),
        (math.nan, 10, 20, math.nan),
    ],
)
def test_clamp_is_the_rule_of_constraints(value: float, least: float, greatest: float, clamped: float) -> None:
    assert same(combine(How.CLAMP)((value, least, greatest)), clamped)


@given(several)
def test_min_and_max_are_those_of_the_numbers_and_propagate_nan(given: list[float]) -> None:
    least, greatest = combine(How.MIN)(given), combine(How.MAX)(given)
    if any(math.isnan(number) for number in given):
        assert math.isnan(least)
        assert math.isnan(greatest)
    else:
        assert (least, greatest) == (min(given), max(given))


@given(weighted)
def test_a_weighted_average_takes_the_same_steps_in_numpy(drawn: tuple[list[float], list[float]]) -> None:
    values, weights = drawn
    with np.errstate(all="ignore"):
        columns = [np.full(3, value) for value in values]
        total = columns[0] * weights[0]
        for column, weight in zip(columns[1:], weights[1:], strict=True):
            total = total + column * weight
        divisor = 0.0
        for weight in weights:
            divisor += weight
        batch = total / divisor
    assert {bits(number) for number in batch.tolist()} == {bits(combine(How.WEIGHTED_AVERAGE, weights)(values))}


@given(several, st.sampled_from([How.MIN, How.MAX]))
def test_min_and_max_take_the_same_steps_in_numpy(values: list[float], how: How) -> None:
    best = np.full(3, values[0])
    for value in values:
        column = np.full(3, value)
        better = column < best if how is How.MIN else column > best
        best = np.where(better | np.isnan(column), column, best)
    assert {bits(number) for number in best.tolist()} == {bits(combine(how)(values))}


@pytest.mark.parametrize("units", [sizes(), positions(), scales], ids=["sizes", "positions", "scales"])
@given(data=st.data())
def test_units_of_any_one_kind_can_be_composed(units: st.SearchStrategy[Any], data: st.DataObject) -> None:
    parts = data.draw(st.lists(units, min_size=1, max_size=4))
    made = Composition("min", parts)
    assert made.kind is type(parts[0])
    assert made.parts == tuple(parts)
    assert made.random_units == sum(part.value == "random" for part in parts)
    assert Composition("max", [made, *parts]).random_units == 2 * made.random_units


def nested(depth: int) -> Composition:
    made = Composition("min", [TEN])
    for _ in range(depth - 1):
        made = Composition("max", [made, TWENTY])
    return made


def test_compositions_nest_as_deep_as_is_stated() -> None:
    deep = nested(DEEPEST)
    assert deep.depth == DEEPEST
    assert deep == nested(DEEPEST)
    assert hash(deep) == hash(nested(DEEPEST))
    with pytest.raises(InputError, match="nested 17 deep; at most 16 are possible"):
        nested(DEEPEST + 1)


@pytest.mark.parametrize(
    ("how", "parts", "weights", "problems"),
    [
        ("mean", [TEN], (), ["how: 'mean' is not one of weighted-average, priority, min, max, clamp"]),
        ("min", [], (), ["parts: expected at least one"]),
        ("min", TEN, (), [f"parts: expected a list, got {TEN!r}", "parts: expected at least one"]),
        ("min", [TEN], (1,), ["weights: min has none; leave them out"]),
        ("clamp", [TEN, TWENTY], (), ["parts: clamp has exactly three, value, least and greatest; got 2"]),
        ("weighted-average", [TEN, TWENTY], (1,), ["weights: expected one for each of 2 parts, got 1"]),
        ("weighted-average", [TEN, TWENTY], (0, 0), ["weights: their sum must be above 0 and finite, got 0.0"]),
        ("weighted-average", [TEN, TWENTY], (1e308,) * 2, ["weights: their sum must be above 0 and finite, got inf"]),
        (
            "weighted-average",
            [TEN, Scale("factor", 1), "ten", Composition("min", [Position("pixel", 1)])],
            (-1, math.inf, "1", math.nan),
            [
                "weights[2]: expected a number, got '1'",
                "weights[0]: expected a finite number, 0 or more, got -1.0",
                "weights[1]: expected a finite number, 0 or more, got inf",
                "weights[3]: expected a finite number, 0 or more, got nan",
                "parts[1]: expected a Size as the first, got a Scale",
                "parts[2]: expected a Size, a Position, a Scale or a Composition, got 'ten'",
                "parts[3]: expected a Size as the first, got a Position",
            ],
        ),
    ],
)
def test_all_that_is_wrong_is_named_at_once(how: str, parts: Any, weights: Any, problems: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        Composition(how, parts, weights)
    assert [problem.removeprefix("composition: ") for problem in caught.value.problems] == problems


def parse_size(data: Any, place: str, problems: list[str]) -> Size | None:
    try:
        return Size(**data)
    except InputError as error:
        problems += [f"{place}.{problem.removeprefix('size: ')}" for problem in error.problems]
        return None


def parse(data: Any, parse_unit: Callable[..., Any] = parse_size) -> tuple[Composition | None, Sequence[str]]:
    problems: list[str] = []
    return parse_composition(data, "$.width", problems, parse_unit), problems


def pixels(value: float) -> dict[str, object]:
    return {"unit": "pixel", "value": value}


def test_a_composition_is_read_from_json() -> None:
    data = {
        "compose": "weighted-average",
        "parts": [pixels(10), {"compose": "clamp", "parts": [pixels(20), pixels(10), pixels(30)]}],
        "weights": [1, 3],
    }
    assert is_composition(data)
    assert not is_composition(pixels(10))
    inner = Composition("clamp", (TWENTY, TEN, THIRTY))
    assert parse(data) == (Composition("weighted-average", (TEN, inner), (1, 3)), [])


def test_all_problems_of_the_json_form_are_named_with_their_places() -> None:
    made, problems = parse(
        {
            "compose": "weighted-average",
            "parts": [
                {"unit": "inch", "value": 1},
                {"compose": "least", "parts": [pixels(1)], "of": 3},
                {"compose": "max"},
            ],
            "weights": [1, -1],
        }
    )
    assert made is None
    assert [problem.split(": ")[0] for problem in problems] == [
        "$.width.parts[0].unit",
        "$.width.parts[1].of",
        "$.width.parts[1].compose",
        "$.width.parts[2].parts",
        "$.width.weights",
        "$.width.weights[1]",
    ]


def test_parts_of_two_kinds_are_named_with_their_places() -> None:
    made, problems = parse(
        {"compose": "min", "parts": [1, 2]},
        lambda data, _place, _problems: TEN if data == 1 else Scale("factor", 1),
    )
    assert made is None
    assert problems == ["$.width.parts[1]: expected a Size as the first, got a Scale"]


def test_json_that_is_nested_without_end_is_refused_in_one_sentence() -> None:
    data: Any = pixels(1)
    for _ in range(5000):
        data = {"compose": "min", "parts": [data]}
    made, problems = parse(data)
    assert made is None
    assert problems == [f"$.width{'.parts[0]' * DEEPEST}: compositions are nested deeper than {DEEPEST}"]
