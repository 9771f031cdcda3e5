"""The schema: what a record may hold."""

import base64
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_records import counted, missed, record, timed, timing, with_frames, with_ratios
from pydantic import ValidationError

from unitdocs.records import Case, MeasurementProtocol, RunRecord, pack, unpack
from unitdocs.records.schema import packed_count

PROTOCOL = MeasurementProtocol(
    batch_ns=250_000,
    block_batches=4,
    blocks=60,
    blocks_ns=500_000_000,
    frames=1_000,
    frames_ns=1_000_000_000,
    counted_calls=10,
    exact_rounds=2,
)


def problems(data: Any) -> list[tuple[str, str]]:
    """Return where a record is wrong, as the path of the member, and how."""
    with pytest.raises(ValidationError) as raised:
        RunRecord.model_validate(data)
    return [(".".join(map(str, problem["loc"])), problem["msg"]) for problem in raised.value.errors()]


def plain(given: RunRecord) -> Any:
    return json.loads(given.model_dump_json(exclude_none=True))


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_packed_numbers_come_back_to_the_bit(numbers: list[int]) -> None:
    assert unpack(pack(np.array(numbers, dtype=np.uint64))).tolist() == numbers


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_packed_numbers_are_counted_without_decoding_them(numbers: list[int]) -> None:
    assert packed_count(pack(np.array(numbers, dtype=np.uint64))) == len(numbers)


def test_a_record_says_how_its_samples_were_taken_unless_it_is_older_than_that() -> None:
    assert RunRecord.model_validate(plain(record(protocol=PROTOCOL))).protocol == PROTOCOL
    older = plain(record())
    assert "protocol" not in older
    assert RunRecord.model_validate(older).protocol is None


@pytest.mark.parametrize("member", list(MeasurementProtocol.model_fields))
def test_a_protocol_is_whole_and_of_positive_numbers(member: str) -> None:
    data = plain(record(protocol=PROTOCOL))
    data["protocol"][member] = 0
    assert [place for place, _ in problems(data)] == [f"protocol.{member}"]
    del data["protocol"][member]
    if MeasurementProtocol.model_fields[member].is_required():
        assert problems(data) == [(f"protocol.{member}", "Field required")]
    else:  # older records do not have it
        assert RunRecord.model_validate(data).protocol == PROTOCOL


def test_packed_numbers_are_little_endian_whatever_the_machine() -> None:
    assert base64.b64decode(pack([1, 256])) == b"\x01" + bytes(8) + b"\x01" + bytes(6)


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        ("", "got 0 bytes"),
        ("AAAA", "got 3 bytes"),
        ("not base64!", "base64"),
        ("ééééé", "ASCII"),
        (pack([1, 2])[:-4], "bytes"),
        (17, "string"),
    ],
)
def test_what_is_no_packed_text_is_refused_with_its_place(packed: object, said: str) -> None:
    data = plain(record(with_ratios(0.5)))
    data["cases"][0]["rounds"][0]["timing"]["cpu"]["treatment"] = packed
    ((place, message),) = problems(data)
    assert place == "cases.0.rounds.0.timing.cpu.treatment"
    assert said in message


@pytest.mark.parametrize("batches", [[1, 2], [1, 2, 3], [1, 2, 3, 4, 5, 6]])
@pytest.mark.parametrize(("clock", "arm"), [("cpu", "control"), ("wall", "treatment")])
def test_batches_that_do_not_fit_the_quads_are_refused(batches: list[int], clock: str, arm: str) -> None:
    data = plain(record(timed(timing([1, 2, 3, 4], [1, 2, 3, 4]))))
    data["cases"][0]["rounds"][0]["timing"][clock][arm] = pack(batches)
    ((place, message),) = problems(data)
    assert place == "cases.0.rounds.0.timing"
    assert f"{clock}.{arm}: expected 4 batches, two for each block, got {len(batches)}" in message


@pytest.mark.parametrize(
    "place",
    [(), ("environment",), ("suites", 0), ("cases", 0), ("cases", 0, "rounds", 0), ("cases", 0, "rounds", 0, "timing")],
)
def test_a_member_that_is_not_known_is_refused_wherever_it_stands(place: tuple[str | int, ...]) -> None:
    data = inner = plain(record(with_ratios(0.5)))
    for step in place:
        inner = inner[step]
    inner["newer"] = 1
    assert problems(data) == [(".".join(map(str, (*place, "newer"))), "Extra inputs are not permitted")]


@pytest.mark.parametrize(("clock", "arm"), [("cpu", "treatment"), ("wall", "control")])
def test_frames_that_do_not_fit_the_passes_are_refused(clock: str, arm: str) -> None:
    data = plain(record(with_frames(([1, 2, 3], [1, 2, 3]))))
    data["cases"][0]["rounds"][0]["frames"][clock][arm] = pack([1, 2])
    ((place, message),) = problems(data)
    assert place == "cases.0.rounds.0.frames"
    assert f"{clock}.{arm}: expected 3 frames, 3 for each pass, got 2" in message


def test_frames_and_tries_stand_beside_a_count() -> None:
    data = plain(record(with_ratios(0.5)))
    data["cases"][0]["rounds"][0]["tries"] = {"control": 1, "treatment": 1}
    assert problems(data) == [("cases.0.rounds.0", "Value error, expected a count with tries or frames")]


@pytest.mark.parametrize(
    ("made", "is_proportion"),
    [
        (missed((1, 0)), True),
        (counted((0.5, 0.9), metric="cache hit rate"), True),
        (missed((1, 0), metric="plan hits"), True),
        (counted((0.5, 0.9), metric="plan hits"), False),
        (with_ratios(0.5), False),
    ],
)
def test_a_proportion_is_known_by_its_tries_or_its_name(made: Case, is_proportion: bool) -> None:  # noqa: FBT001
    assert made.is_proportion == is_proportion


def test_a_round_holds_times_or_a_count_and_never_both_or_neither() -> None:
    both = plain(record(with_ratios(0.5)))
    both["cases"][0]["rounds"][0]["count"] = {"control": 1, "treatment": 2}
    neither = plain(record(counted((1, 2))))
    del neither["cases"][0]["rounds"][0]["count"]
    for data in (both, neither):
        assert problems(data) == [("cases.0.rounds.0", "Value error, expected either timing or count")]


def test_a_case_of_a_suite_that_the_record_does_not_name_is_refused() -> None:
    data = plain(record(with_ratios(0.5)))
    data["cases"][0]["suite"] = "other"
    ((_, message),) = problems(data)
    assert "cases[0].suite: no suite 'other' among units, scenes" in message


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("format", "pyperf"),
        ("format_version", 2),
        ("margin", 0),
        ("margin", 1),
        ("look_level", 0),
        ("created", "yesterday"),
        ("seed", "many"),
    ],
)
def test_a_setting_out_of_its_range_is_refused(member: str, value: object) -> None:
    assert [place for place, _ in problems(plain(record()) | {member: value})] == [member]


def test_an_arm_that_does_not_count_is_not_taken_for_zero() -> None:
    data = plain(record(counted((None, 0.9))))
    count = RunRecord.model_validate(data | {"cases": data["cases"]}).cases[0].rounds[0].count
    assert count is not None
    assert (count.control, count.treatment) == (None, 0.9)
