"""A layout is a sequence of boxes, equal to any other sequence of equal boxes, whatever it holds."""

import copy
import json
import math
import pickle
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules import numbers

from unitdocs.units import Layout, Placed

boxes = st.lists(st.builds(Placed, numbers, numbers, numbers, numbers, numbers), max_size=9)
BOX = Placed(1.0, 2.0, 3.0, 4.0, 5.0)


def of_array(rows: Sequence[Sequence[float]]) -> Layout:
    return Layout.of_array(np.array(rows, dtype=np.float64).reshape(-1, 5).T)


BOTH = {"rows": Layout.of_rows, "array": of_array}


@pytest.fixture(params=BOTH.values(), ids=BOTH)
def make(request: pytest.FixtureRequest) -> Any:
    return request.param


@given(boxes, boxes)
def test_a_layout_compares_as_the_lists_of_its_boxes_do(one: list[Placed], other: list[Placed]) -> None:
    one, other = ([box for box in some if not any(map(math.isnan, box))] for some in (one, other))
    for kind in BOTH.values():
        for another in (other, tuple(other), *(each(other) for each in BOTH.values())):
            layout: Any = kind(one)
            assert (layout == another) is (one == other)
            assert (another == layout) is (one == other)
            assert (layout != another) is (one != other)
            assert [layout < another, layout <= another, layout > another, layout >= another] == [
                one < other,
                one <= other,
                one > other,
                one >= other,
            ]
            assert layout + another == one + other
            assert another + layout == other + one
        assert kind(one) == one
        assert one == kind(one)


def test_nan_equals_only_the_same_object_as_in_lists(make: Any) -> None:
    rows = [Placed(math.nan, 0.0, 0.0, 0.0, 0.0)]
    layout = make(rows)
    assert layout == layout  # noqa: PLR0124 -- as a list that holds NaN equals itself
    assert make([(0.0, 0.0, 0.0, math.nan, 0.0)]) != make([(0.0, 0.0, 0.0, float("nan"), 0.0)])
    assert (0.0 in layout) is False


def test_a_layout_is_not_equal_to_what_is_no_sequence_of_boxes(make: Any) -> None:
    others: list[Any] = ["", b"", None, 5, {}, set()]
    for other in others:
        assert make([]) != other
        with pytest.raises(TypeError):
            make([]) + other
        with pytest.raises(TypeError):
            assert make([]) < other
    assert make([BOX]) != [[1.0, 2.0, 3.0, 4.0, 5.0]]  # as a list of boxes is not equal to a list of lists


@given(boxes.filter(bool), st.integers(-12, 12), st.integers(-12, 12))
def test_indexes_and_slices_give_what_a_list_gives(rows: list[Placed], start: int, stop: int) -> None:
    for kind in BOTH.values():
        layout = kind(rows)
        for taken, expected in ((layout[start:stop], rows[start:stop]), (layout[::-2], rows[::-2])):
            assert repr(taken) == repr(expected)
        if -len(rows) <= start < len(rows):
            assert repr(layout[start]) == repr(rows[start])
            assert isinstance(layout[np.int64(start)], Placed)
        else:
            with pytest.raises(IndexError):
                layout[start]
        assert repr(layout * 2) == repr(2 * layout) == repr(rows * 2)
        assert repr(layout) == f"Layout({rows!r})"


def test_only_whole_numbers_and_slices_are_indexes(make: Any) -> None:
    for wrong in ("a", 0.0, None, [0], (0, 0)):
        with pytest.raises(TypeError):
            make([BOX])[wrong]


def test_a_pattern_takes_a_layout_apart(make: Any) -> None:
    match make([BOX, BOX]):
        case [first, *rest]:
            assert (first, rest) == (BOX, [BOX])
        case _:
            pytest.fail("a layout is a sequence")


def test_what_changes_a_list_is_refused_with_what_to_do(make: Any) -> None:
    layout = make([BOX])
    for name in ("append", "extend", "sort", "pop", "insert", "remove", "clear", "reverse"):
        assert not hasattr(layout, name)
        with pytest.raises(AttributeError, match=r"^a layout never changes; list\(layout\) can be changed$"):
            getattr(layout, name)
    with pytest.raises(TypeError, match="does not support item assignment"):
        layout[0] = BOX
    with pytest.raises(AttributeError, match=r"^'Layout' object has no attribute 'colour'$"):
        _ = layout.colour
    more = layout
    more += [BOX]
    assert (type(more), len(more), len(layout)) == (list, 2, 1)


def test_one_line_makes_json_and_a_frame(make: Any) -> None:
    layout = make([BOX, BOX])
    assert json.dumps(list(layout)) == json.dumps([BOX, BOX])
    frame = pd.DataFrame(list(layout))
    assert list(frame.columns) == list(Placed._fields)
    assert frame["height"].tolist() == [4, 4]


@given(boxes)
def test_copies_are_equal_bit_by_bit_and_share_nothing(rows: list[Placed]) -> None:
    for kind in BOTH.values():
        layout = kind(rows)
        for again in (copy.copy(layout), copy.deepcopy(layout), pickle.loads(pickle.dumps(layout))):
            assert again is not layout
            assert again.array.tobytes() == layout.array.tobytes()
            assert repr(list(again)) == repr(list(layout))
            assert not np.shares_memory(again.array, layout.array)
            assert not again.array.flags.writeable
        assert weakref.ref(layout)() is layout
