import pytest

from unitdocs.experiment.session_hash import session_of
from unitdocs.monitoring.current_work import CURRENT, NOTHING, CurrentWork, hexadecimal, session_text, working_on


def test_work_without_a_session_has_no_labels() -> None:
    assert NOTHING.labels() == {}


def test_labels_are_written_as_a_log_line_has_them() -> None:
    work = CurrentWork("00000000000000ff", "refactored", 0, "menu", trace_id=1, span_id=0xABC)
    assert work.labels() == {
        "session": "00000000000000ff",
        "system": "refactored",
        "flag_version": 0,
        "scene": "menu",
        "trace_id": "0" * 31 + "1",
        "span_id": "0000000000000abc",
    }


def test_what_was_worked_on_before_is_restored_also_after_an_error() -> None:
    def play() -> None:
        with working_on(CurrentWork(scene="menu")):
            raise ValueError(CURRENT.get().scene)

    with pytest.raises(ValueError, match="menu"):
        play()
    assert CURRENT.get() is NOTHING


@pytest.mark.parametrize(("number", "text"), [(0, "0" * 16), (-1, "f" * 16), (2**63 - 1, "7" + "f" * 15)])
def test_a_session_is_written_as_16_digits(number: int, text: str) -> None:
    assert session_text(number) == text


def test_a_session_is_the_one_that_events_have() -> None:
    session = session_of("salt", "player-1")
    assert int(session_text(session), 16) == session % 2**64


def test_0_is_no_identifier() -> None:
    assert hexadecimal(0, 64) == ""
