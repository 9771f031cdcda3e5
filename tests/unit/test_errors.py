"""An error is what a terminal can show, however many problems there are and whatever names a file holds."""

import pickle
import signal

from hypothesis import given
from hypothesis import strategies as st

from unitdocs.errors import LONGEST_PROBLEM, MOST_PROBLEMS, InputError, Interrupted


def test_the_first_problems_are_listed_and_the_others_counted() -> None:
    error = InputError(*(f"file: problem {i}" for i in range(100_000)))
    assert len(error.problems) == MOST_PROBLEMS + 1
    assert error.problems[-1] == "and 99900 more problems"
    assert str(error).splitlines()[:2] == ["file: problem 0", "file: problem 1"]
    assert InputError(*("a" for _ in range(MOST_PROBLEMS))).problems == ("a",) * MOST_PROBLEMS


def test_an_error_that_repeats_the_problems_of_others_counts_those_that_they_do_not_list() -> None:
    first = InputError(*(f"file: problem {i}" for i in range(16_000)))
    again = InputError(*first.problems, *first.problems, "another file: problem")
    assert again.problems[-1] == "and 31901 more problems"
    assert pickle.loads(pickle.dumps(again)).problems == again.problems
    assert InputError("and more problem", "and 1 more problem").problems == ("and more problem", "and 1 more problem")


def test_a_long_problem_is_cut() -> None:
    (problem,) = InputError("x" * 10_000_000).problems
    assert len(problem) == LONGEST_PROBLEM + 1


def test_control_characters_are_escaped_and_lines_may_break() -> None:
    assert str(InputError("a\x1b[31mb\x07\x9b\u202ec\r")) == "a\\x1b[31mb\\x07\\x9b\\u202ec\\r"
    assert str(InputError("half \udc80")) == "half \\udc80"
    assert str(InputError("one\ntwo\tthree é 漢")) == "one\ntwo\tthree é 漢"


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_what_was_escaped_stays_as_it_is(problems: list[str]) -> None:
    error = InputError(*problems)
    assert InputError(*error.problems).problems == error.problems
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_an_interruption_is_that_of_ctrl_c_unless_another_signal_is_given() -> None:
    assert Interrupted().number == signal.SIGINT
    assert Interrupted(number=signal.SIGTERM).exit_code == 143
