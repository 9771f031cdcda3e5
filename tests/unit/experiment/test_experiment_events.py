"""Events: sessions are hashes, bins are exact."""

import hashlib
import math

import pytest
from hypothesis import given, strategies

from unitdocs.experiment.events import LEAST_BIN, SCHEMA, Event, bin_of, bounds_of, session_of

FLOATS = strategies.floats(min_value=1e-300, max_value=1e300)


def test_a_session_is_the_documented_hash() -> None:
    digest = hashlib.sha256(b"salt\0player-1").digest()
    assert session_of("salt", "player-1") == int.from_bytes(digest[:8], "big", signed=True)
    assert session_of("other", "player-1") != session_of("salt", "player-1")


@given(FLOATS)
def test_a_value_lies_in_its_bin_and_a_bin_is_narrow(value: float) -> None:
    low, high = bounds_of(bin_of(value))
    assert low <= value < high
    assert high - low <= low / 32


@given(FLOATS, FLOATS)
def test_a_larger_value_has_no_lower_bin(one: float, other: float) -> None:
    assert (bin_of(one) <= bin_of(other)) or one > other


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan])
def test_what_is_not_above_0_has_the_least_bin(value: float) -> None:
    assert bin_of(value) == LEAST_BIN


def test_a_file_has_a_column_for_each_member() -> None:
    assert set(SCHEMA.names) == {*Event._fields, "bin", "day"}
