"""Whether both arms give the same answer, and where they first do not."""

import datetime as dt
import enum
import json
import math
from collections import OrderedDict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.bench.answers import first_difference, portable
from unitdocs.errors import MeasurementError

ARMS = ("old", "new")
NAN = float("nan")


@dataclass(frozen=True)
class Box:
    x: float
    width: float
    note: str = field(default="", compare=False)


@dataclass(frozen=True)
class Other:
    x: float
    width: float


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.builds(Box, st.floats(), st.floats()),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("control", "treatment"),
    [
        (1, 1.0),
        (NAN, math.nan),
        (np.float64("nan"), NAN),
        (0.0, -0.0),
        ([1, [2, NAN]], (1, (2, NAN))),
        (np.array([[1.0, NAN], [3.0, 4.0]]), [[1, NAN], (3, 4)]),
        (np.arange(3), np.arange(3.0)),
        ({"a": [NAN]}, OrderedDict(a=(NAN,))),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (Box(1, NAN), Box(1.0, math.nan)),
        (Box(1, 2, "here"), Box(1, 2, "there")),
        ([], ()),
        (None, None),
        ("text", "text"),
        ({1, 2}, {2, 1}),
    ],
)
def test_equal_answers_have_no_difference(control: object, treatment: object) -> None:
    assert first_difference(control, treatment, ARMS) is None
    assert first_difference(treatment, control, ARMS) is None


@pytest.mark.parametrize(
    ("control", "treatment", "said"),
    [
        ([1, 2], [1, 3], "result[1]: 2 (old), 3 (new)"),
        ([[1, 2], [3, 4, 5]], [[1, 2], [3, 9, 8]], "result[1][1]: 4 (old), 9 (new)"),
        ([1, 2, 3], [1, 2], "result: 3 items (old), 2 (new)"),
        ({"a": {"b": [0.1]}}, {"a": {"b": [0.2]}}, "result['a']['b'][0]: 0.1 (old), 0.2 (new)"),
        ({"a": 1, "b": 2, "c": 3}, {"a": 1}, "result: 'b', 'c' only in old"),
        ({"a": 1}, {"a": 1, "b": 2}, "result: 'b' only in new"),
        ([Box(1, 2)], [Box(1, 3)], "result[0].width: 2 (old), 3 (new)"),
        (Box(1, 2), Other(1, 2), "result: Box(x=1, width=2, note='') (old), Other(x=1, width=2) (new)"),
        (np.array([1.0, 2.0]), np.array([1.0, NAN]), "result[1]: 2.0 (old), nan (new)"),
        (np.zeros((2, 2)), np.zeros((2, 3)), "result[0]: 2 items (old), 3 (new)"),
        (0.1 + 0.2, 0.3, "result: 0.30000000000000004 (old), 0.3 (new)"),
        (NAN, None, "result: nan (old), None (new)"),
        ("ab", ["a", "b"], "result: 'ab' (old), ['a', 'b'] (new)"),
        (b"ab", [97, 98], "result: b'ab' (old), [97, 98] (new)"),
        (math.inf, -math.inf, "result: inf (old), -inf (new)"),
    ],
)
def test_the_first_difference_is_told_with_its_place_and_both_values(
    control: object, treatment: object, said: str
) -> None:
    assert first_difference(control, treatment, ARMS) == said


def test_the_message_stays_short_however_long_the_answers_are() -> None:
    said = first_difference("x" * 10_000, "y" * 10_000, ARMS)
    assert said is not None
    assert len(said) < 200


@given(plain)
def test_every_answer_equals_itself(answer: object) -> None:
    assert first_difference(answer, answer, ARMS) is None
    assert first_difference([answer], (answer,), ARMS) is None


@given(plain, plain)
def test_both_sides_agree_on_whether_they_differ(one: object, other: object) -> None:
    there, back = first_difference(one, other, ARMS), first_difference(other, one, ARMS)
    assert (there is None) == (back is None)


def carried(answer: object) -> object:
    """Return what arrives of an answer in another process."""
    return json.loads(json.dumps(portable(answer)))


@given(plain)
def test_an_answer_equals_itself_in_another_process(answer: object) -> None:
    assert first_difference(carried(answer), carried(answer), ARMS) is None


@given(plain, plain)
def test_answers_that_differ_here_differ_in_another_process(one: object, other: object) -> None:
    if first_difference(carried(one), carried(other), ARMS) is None:
        # A dataclass equals there what has its members, since two revisions may have classes of other names.
        assert "Box(" in repr((one, other)) or first_difference(one, other, ARMS) is None


class Corner(NamedTuple):
    x: int
    y: float


class Side(enum.Enum):
    LEFT = (1, 2)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (np.array([[1.5, 2.0]]), [[1.5, 2.0]]),
        (np.float32(0.5), 0.5),
        (Corner(1, 2.5), [1, 2.5]),
        (Box(1, 2, "note"), {"x": 1, "width": 2}),
        ({1: "one", "1": "text"}, {"1": "one", "'1'": "text"}),
        ({"a": (1,)}, {"a": [1]}),
        ({3, 1}, ["1", "3"]),
        (b"ab", "b'ab'"),
        (bytearray(b"a"), [97]),
        (range(2), [0, 1]),
        (1 + 2j, "(1+2j)"),
        (Side.LEFT, [1, 2]),
        (Fraction(1, 3), "Fraction(1, 3)"),
        (dt.date(2026, 1, 2), "datetime.date(2026, 1, 2)"),
    ],
)
def test_what_json_does_not_know_is_carried_as_something_that_it_does(answer: object, expected: object) -> None:
    assert carried(answer) == expected


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (object(), "result: object objects cannot"),
        ([1, {"a": iter(())}], "result[1]['a']: tuple_iterator objects cannot"),
        (Box(1, lambda: 0), "result['width']: function objects cannot"),  # type: ignore[arg-type]
        (Box, "result: type objects cannot"),
    ],
)
def test_an_object_that_equals_nothing_elsewhere_is_refused_by_its_place(answer: object, said: str) -> None:
    with pytest.raises(MeasurementError) as raised:
        portable(answer)
    assert str(raised.value).startswith(said)
