# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""Numbers, units, effects and counts in words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs import formatting


@pytest.mark.parametrize(
    ("value", "text"),
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
def test_a_number_has_three_significant_digits_and_no_exponent(value: float, text: str) -> None:
    assert formatting.number(value) == text


@given(st.floats(1e-12, 999.4))
def test_a_written_number_is_within_half_a_percent_of_the_value(value: float) -> None:
    assert float(formatting.number(value)) == pytest.approx(value, rel=0.00501)


@pytest.mark.parametrize(
    ("seconds", "text"),
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
def test_a_duration_is_scaled_to_its_si_unit(seconds: float, text: str) -> None:
    assert formatting.duration(seconds) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1_234_567, "1.23 MB")])
def test_bytes_are_scaled_by_powers_of_a_thousand(count: float, text: str) -> None:
    assert formatting.size(count) == text


def test_counts_have_no_unit_and_a_missing_value_is_no_zero() -> None:
    assert formatting.quantity(1234, "1") == "1,234"
    assert formatting.quantity(1234, "1/s") == "1,234/s"
    assert formatting.quantity(1.2e6, "B/s") == "1.2 MB/s"
    assert formatting.quantity(None, "s") == "–"
    assert formatting.quantity(math.nan, "B") == "–"


@pytest.mark.parametrize(("value", "text"), [(20, "20×"), (1.0041, "1.004×"), (1.5, "1.5×"), (math.inf, "∞×")])
def test_a_factor_near_one_keeps_a_fourth_digit(value: float, text: str) -> None:
    assert formatting.factor(value) == text


@pytest.mark.parametrize(("p", "text"), [(0.0, "< 0.001"), (0.0004, "< 0.001"), (0.0123, "0.0123"), (None, "–")])
def test_a_p_value_is_never_written_as_zero(p: float | None, text: str) -> None:
    assert formatting.probability(p) == text


def test_counts_agree_with_their_nouns() -> None:
    assert formatting.counted(1, "case") == "1 case"
    assert formatting.counted(0, "case") == "0 cases"
    assert formatting.counted(2, "criterion", "criteria") == "2 criteria"


def test_parts_are_joined_into_a_clause() -> None:
    assert [formatting.listed(list(parts)) for parts in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]


@given(st.text(), st.integers(5, 40))
def test_wrapping_a_label_loses_nothing_and_no_line_is_too_long(text: str, width: int) -> None:
    lines = formatting.wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(map(len, lines)) <= width


def test_a_factor_that_is_not_one_never_reads_as_one() -> None:
    assert formatting.factor(1.0004) == "1.0004×"
    assert formatting.factor(0.99996) == "0.99996×"
    assert formatting.factor(1.0) == "1×"


@pytest.mark.parametrize(
    ("ratio", "low", "high", "size", "interval"),
    [
        (0.05, 1 / 20.6, 1 / 19.5, "20× faster", "19.5× to 20.6×"),
        (2.0, 1.9, 2.1, "2× slower", "1.9× to 2.1×"),
        (1.99, 1.9, 2.1, "99 % slower", "90 % to 110 %"),
        (1.042, 1.039, 1.045, "4.2 % slower", "3.9 % to 4.5 %"),
        (0.8, 0.79, 0.82, "20 % faster", "18 % to 21 %"),
        (1.00004, 1.00002, 1.00006, "< 0.01 % slower", "< 0.01 % to < 0.01 %"),
        (1.5, 1.2, math.inf, "50 % slower", "20 % to ∞×"),
        (0.0, 0.0, 0.0, "∞× faster", "∞× to ∞×"),
    ],
)
def test_a_change_is_a_factor_from_two_on_and_percent_below_with_its_interval_alike(
    ratio: float, low: float, high: float, size: str, interval: str
) -> None:
    assert formatting.change(ratio, "faster" if ratio < 1 else "slower") == size
    assert formatting.change_interval(ratio, low, high) == interval


@given(st.floats(2, 1000), st.floats(1.0, 1.5))
def test_a_factor_and_its_inverse_differ_in_their_direction_only(ratio: float, spread: float) -> None:
    assert formatting.change_size(ratio) == formatting.change_size(1 / (1 / (1 / ratio)))
    assert formatting.change_interval(4.0, 4.0, 4.0 * spread) == formatting.change_interval(0.25, 0.25 / spread, 0.25)


@given(st.floats(0.501, 1.999))
def test_a_share_is_written_to_a_hundredth_of_a_point_or_three_digits(ratio: float) -> None:
    text = formatting.change_size(ratio).removesuffix(" %")
    share = 100 * abs(ratio - 1)
    if text.startswith("<"):
        assert 0 < share < 0.01
    else:
        assert float(text) == pytest.approx(share, rel=0.005, abs=0.00501)


def test_an_interval_on_both_sides_of_no_change_has_signs() -> None:
    assert formatting.change_interval(1.003, 0.998, 1.0083) == "-0.20 % to +0.83 %"
    assert formatting.change_interval(2.5, 0.9, 7.0) == "-10.0 % to +600 %"


def test_a_ratio_without_a_verdict_and_its_interval_have_one_form() -> None:
    assert (formatting.plain_ratio(87.4), formatting.plain_interval(87.4, 83.3, 91.8)) == ("87.4×", "83.3× to 91.8×")
    assert (formatting.plain_ratio(0.1), formatting.plain_interval(0.1, 0.09, 0.11)) == ("0.1×", "0.09× to 0.11×")
    assert formatting.plain_interval(1.04, 0.998, 1.05) == "-0.20 % to +5.00 %"


def test_a_change_without_direction_carries_its_sign() -> None:
    ratios = (1.0569, 0.5, 1.0, 0.999999, 30.0, math.inf, None)
    assert [formatting.signed_change(ratio) for ratio in ratios] == [
        "+5.69 %",
        "-50.0 %",
        "+0.00 %",
        "-0.00 %",
        "+2,900 %",
        "+∞ %",
        "–",
    ]
    points = [formatting.change_points(difference) for difference in (-0.0125, 0.01, None)]
    assert points == ["-1.25 points", "+1.00 points", "–"]


@pytest.mark.parametrize(
    ("error", "text"), [(0.01, "99 %"), (0.05, "95 %"), (0.002, "99.8 %"), (0.01 / 64, "99.98 %"), (1e-6, "99.9999 %")]
)
def test_a_confidence_is_never_rounded_up_to_all(error: float, text: str) -> None:
    assert formatting.confidence(error) == text


@pytest.mark.parametrize(("difference", "text"), [(0.0125, "1.25 points"), (0.01, "1 point"), (0.0, "0 points")])
def test_a_difference_of_shares_is_written_in_points(difference: float, text: str) -> None:
    assert formatting.points(difference) == text


def test_shares_are_percents_and_parts_of_a_frame_are_milliseconds() -> None:
    assert formatting.percent(0.01) == "1 %"
    assert formatting.milliseconds(0.0167) == "16.7 ms"
