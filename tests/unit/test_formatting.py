# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs import formatting as wording


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (20, "20"),
        (19.46, "19.5"),
        (0.05, "0.05"),
        (0.012345, "0.0123"),
        (999.96, "1,000"),
        (12345.6, "12,346"),
        (1e9, "1,000,000,000"),
        (1e-9, "0.000000001"),
        (-3.14159, "-3.14"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_a_number_has_three_significant_digits_and_no_exponent(value: float, shown: str) -> None:
    assert wording.number(value) == shown


@given(st.floats(1e-12, 999.4))
def test_a_shown_number_is_within_half_a_percent_of_the_value(value: float) -> None:
    assert float(wording.number(value)) == pytest.approx(value, rel=0.00501)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (1.0, "1 s"),
        (0.0167, "16.7 ms"),
        (1.234e-6, "1.23 µs"),
        (2.5e-9, "2.5 ns"),
        (2.5e-10, "0.25 ns"),
        (0.9999e-3, "1 ms"),
        (90, "90 s"),
    ],
)
def test_a_duration_is_scaled_to_its_si_unit(seconds: float, shown: str) -> None:
    assert wording.duration(seconds) == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1_234_567, "1.23 MB")])
def test_bytes_are_scaled_by_powers_of_a_thousand(count: float, shown: str) -> None:
    assert wording.size(count) == shown


def test_counts_have_no_unit_and_a_missing_value_is_no_zero() -> None:
    assert wording.quantity(1234, "1") == "1,234"
    assert wording.quantity(None, "s") == "–"
    assert wording.quantity(math.nan, "B") == "–"


@pytest.mark.parametrize(("value", "shown"), [(20, "20×"), (1.0041, "1.004×"), (1.5, "1.5×"), (math.inf, "∞×")])
def test_a_factor_near_one_keeps_a_fourth_digit(value: float, shown: str) -> None:
    assert wording.factor(value) == shown


@pytest.mark.parametrize(("p", "shown"), [(0.0, "< 0.001"), (0.0004, "< 0.001"), (0.0123, "0.0123"), (None, "–")])
def test_a_p_value_is_never_shown_as_zero(p: float | None, shown: str) -> None:
    assert wording.probability(p) == shown


def test_counts_agree_with_their_nouns() -> None:
    assert wording.counted(1, "case") == "1 case"
    assert wording.counted(0, "case") == "0 cases"
    assert wording.counted(2, "criterion", "criteria") == "2 criteria"


def test_parts_are_joined_into_a_clause() -> None:
    assert [wording.listed(list(parts)) for parts in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]


@given(st.text(), st.integers(5, 40))
def test_wrapping_a_label_loses_nothing_and_no_line_is_too_long(text: str, width: int) -> None:
    found = wording.wrapped(text, width)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert max(map(len, found)) <= width


def test_a_factor_that_is_not_one_never_reads_as_one() -> None:
    assert wording.factor(1.0004) == "1.0004×"
    assert wording.factor(0.99996) == "0.99996×"
    assert wording.factor(1.0) == "1×"
