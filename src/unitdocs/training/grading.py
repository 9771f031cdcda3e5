"""The grader: an answer in, a verdict out. The same in the program and in the browser."""

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from unitdocs.training.attempt import MOST_PRINTED, Attempt, CodeFailed, Mistaken, attempted
from unitdocs.training.checks import check_of
from unitdocs.training.lesson import Exercise, read_lesson

_UNTOUCHED: Final = "This is still the form; write your answer into it."


class AnswerOutcome(StrEnum):
    """What an answer is."""

    SOLVED = "solved"
    WRONG = "wrong"
    FAILED = "failed"
    NOT_BEGUN = "not begun"


@dataclass(frozen=True)
class Assessment:
    """What the grader says of an answer.

    Args:
        outcome: what it is.
        found: what is so, in a sentence.
        hint: what to do about it; empty if the grader does not know the mistake, or there is none.
        mistake: the name of the typical mistake; empty if none was seen.
        printed: what the answer's code printed.
    """

    outcome: AnswerOutcome
    found: str
    hint: str
    mistake: str
    printed: str

    @property
    def is_solved(self) -> bool:
        """Whether the answer is right."""
        return self.outcome is AnswerOutcome.SOLVED

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as plain values, for a file or a page."""
        return {**asdict(self), "outcome": str(self.outcome)}


def grade(lesson: str, exercise: str, files: Mapping[str, str]) -> Assessment:
    """Grade an answer. Its code runs in this process.

    Args:
        lesson: the lesson's name.
        exercise: the exercise's name.
        files: the answer: texts by the name of their file.

    Raises:
        InputError: there is no such lesson or exercise.
    """
    asked = read_lesson(lesson).exercise(exercise)
    if asked.made and not any(files.get(name, "").strip() for name in asked.made):
        found = f"{' and '.join(asked.made)}: missing or empty; the commands of the exercise make it"
        return Assessment(AnswerOutcome.NOT_BEGUN, found, "", "", "")
    if is_untouched(asked, files):
        return Assessment(AnswerOutcome.NOT_BEGUN, _UNTOUCHED, "", "", "")
    with attempted(files) as attempt:
        try:
            found = check_of(lesson, exercise)(attempt)
        except Mistaken as wrong:
            return _verdict(AnswerOutcome.WRONG, wrong.found, wrong.mistake, asked, attempt)
        except CodeFailed as failed:
            return _verdict(AnswerOutcome.FAILED, str(failed), "", asked, attempt)
        return _verdict(AnswerOutcome.SOLVED, found, "", asked, attempt)


def is_untouched(exercise: Exercise, files: Mapping[str, str]) -> bool:
    """Return whether an answer is the empty form."""
    return all(files.get(name, "").split() == exercise.start.get(name, "").split() for name in exercise.files)


def run(files: Mapping[str, str], main: str) -> dict[str, str]:
    """Run a file of an answer without a verdict; return what it printed, and the error that ended it, if one did."""
    with attempted(files) as attempt:
        error = ""
        try:
            attempt.run(main)
        except (Mistaken, CodeFailed) as failed:
            error = str(failed)
        return {"printed": _printed(attempt), "error": error, "python": sys.version.split()[0]}


def _verdict(outcome: AnswerOutcome, found: str, mistake: str, exercise: Exercise, attempt: Attempt) -> Assessment:
    hint = exercise.hint_for(mistake) if mistake else ""
    return Assessment(outcome, found, hint, mistake, _printed(attempt))


def _printed(attempt: Attempt) -> str:
    printed = "".join(attempt.printed)
    return printed if len(printed) <= MOST_PRINTED else f"{printed[:MOST_PRINTED]}\n... and more\n"
