"""What snapshots share: items of which some were replaced."""

from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.units.refactored import snapshot
from unitdocs.units.refactored.snapshot import LEAST_SHARED, SHARED_FROM, SharedItems, with_changes

COUNT = 12


@given(
    st.lists(st.dictionaries(st.integers(0, COUNT - 1), st.integers(), max_size=4), max_size=6),
    st.sampled_from([0, 1, 3, LEAST_SHARED]),
)
def test_items_are_those_of_a_list_in_which_they_are_replaced(every: list[dict[int, int]], least: int) -> None:
    items, expected = tuple(range(COUNT)), list(range(COUNT))
    earlier = []
    with mock.patch.multiple(snapshot, SHARED_FROM=0, LEAST_SHARED=least):
        shared = items
        for changes in every:
            shared = with_changes(shared, changes)  # type: ignore[assignment]
            for i, item in changes.items():
                expected[i] = item
            earlier.append((shared, list(expected)))
    for one, then in earlier:  # those of before stay as they are
        assert len(one) == COUNT
        assert list(one) == [one[i] for i in range(COUNT)] == then
    with pytest.raises(IndexError):
        shared[COUNT]


def test_items_of_a_large_scene_are_shared_until_many_were_replaced() -> None:
    items = list(range(SHARED_FROM))
    assert isinstance(with_changes(items[1:], {1: 0}), list)
    assert isinstance(with_changes(items, dict.fromkeys(range(SHARED_FROM // LEAST_SHARED + 1), 0)), list)
    shared = with_changes(items, {1: -1})
    changes = {2: -2}
    following = with_changes(shared, changes)
    changes[3] = -3
    assert isinstance(following, SharedItems)
    assert (following[1], following[2], following[3]) == (-1, -2, 3)
    assert isinstance(with_changes(following, dict.fromkeys(range(SHARED_FROM // LEAST_SHARED + 1), 0)), list)
