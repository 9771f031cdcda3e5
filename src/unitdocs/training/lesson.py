"""Lessons as they are declared: one TOML file each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from unitdocs.errors import InputError

FOLDER: Final = Path(__file__).parent / "lessons"

Files = Mapping[str, str]
"""An answer: texts by the name of their file, relative to the lesson's folder."""


@dataclass(frozen=True)
class LessonStep:
    """A part of a lesson's text.

    Args:
        title: its heading.
        text: its Markdown.
    """

    title: str
    text: str


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer.

    Args:
        name: what the check calls it, unique in its exercise.
        hint: what to do about it.
        answer: files that have it; those of the solution that are not among them stay as they are.
    """

    name: str
    hint: str
    answer: Files


@dataclass(frozen=True, eq=False)
class Exercise:
    """A question of a lesson.

    Args:
        name: unique in its lesson.
        title: its heading.
        task: what to do, as Markdown.
        commands: what to run in a terminal; empty if the exercise needs none.
        main: the file that `Run` in a page runs; empty if there is none.
        start: the files to begin with.
        made: the files that the commands make.
        hints: from a nudge to nearly the solution.
        solution: files that are right.
        mistakes: typical wrong answers.
    """

    name: str
    title: str
    task: str
    commands: str
    main: str
    start: Files
    made: tuple[str, ...]
    hints: tuple[str, ...]
    solution: Files
    mistakes: tuple[Mistake, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files of an answer."""
        return tuple(dict.fromkeys([*self.start, *self.solution, *self.made]))

    def hint_for(self, mistake: str) -> str:
        """Return the hint for a mistake that the check named.

        Raises:
            KeyError: the exercise has no such mistake.
        """
        return {one.name: one.hint for one in self.mistakes}[mistake]

    def wrong_answer(self, mistake: Mistake) -> Files:
        """Return all files of a typical wrong answer."""
        return {**self.solution, **mistake.answer}


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Args:
        name: the name of its file and page, such as first-scene.
        title: its heading.
        goal: what its reader can do at the end.
        minutes: how long it takes.
        needs: what has to be installed for it, as Markdown.
        steps: what to read before the exercises.
        exercises: what to do, from easy to hard.
        next: where to read on, as Markdown.
    """

    name: str
    title: str
    goal: str
    minutes: int
    needs: str
    steps: tuple[LessonStep, ...]
    exercises: tuple[Exercise, ...]
    next: str

    def exercise(self, name: str) -> Exercise:
        """Return an exercise.

        Raises:
            InputError: the lesson has none of that name.
        """
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        names = ", ".join(exercise.name for exercise in self.exercises)
        raise InputError(f"lesson {self.name}: there is no exercise {name!r}; give one of {names}")


@cache
def lesson_names() -> tuple[str, ...]:
    """Return the names of all lessons, in the order in which they are read."""
    orders = {path.stem: _declared(path)["order"] for path in FOLDER.glob("*.toml")}
    return tuple(sorted(orders, key=orders.__getitem__))


@cache
def read_lesson(name: str) -> Lesson:
    """Return a lesson.

    Raises:
        InputError: there is none of that name.
    """
    path = FOLDER / f"{name}.toml"
    if not name.replace("-", "").isalpha() or not path.is_file():
        raise InputError(f"lesson {name!r}: there is none of that name; give one of {', '.join(lesson_names())}")
    declared = _declared(path)
    return Lesson(
        name,
        declared["title"],
        declared["goal"],
        declared["minutes"],
        declared["needs"],
        tuple(LessonStep(**step) for step in declared["steps"]),
        tuple(map(_exercise, declared["exercises"])),
        declared["next"],
    )


def _declared(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _exercise(declared: Mapping[str, Any]) -> Exercise:
    start = declared.get("start", {})
    mistakes = tuple(Mistake(**mistake) for mistake in declared["mistakes"])
    return Exercise(
        declared["name"],
        declared["title"],
        declared["task"],
        declared.get("commands", ""),
        declared.get("main", ""),
        start,
        tuple(declared.get("made", ())),
        tuple(declared["hints"]),
        declared["solution"],
        mistakes,
    )
