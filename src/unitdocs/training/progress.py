"""A lesson's folder on disk: the forms, what the reader made of them, and the progress."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from unitdocs.errors import InputError
from unitdocs.training.lesson import Exercise, Lesson, read_lesson

PROGRESS: Final = "progress.json"
LARGEST_FILE: Final = 2 * 2**20
"""Bytes of a file of an answer that are read."""


@dataclass(frozen=True)
class LessonFolder:
    """A folder in which a lesson was begun.

    Args:
        path: the folder.
        lesson: its lesson.
    """

    path: Path
    lesson: Lesson

    @classmethod
    def open(cls, path: Path) -> "LessonFolder":
        """Return the lesson of a folder; inside it, that of its own name.

        Raises:
            InputError: no lesson was begun in the folder, or its progress cannot be read.
        """
        if not path.exists() and _begun_here() == str(path):
            path = Path()
        return cls(path, read_lesson(_read(path / PROGRESS)["lesson"]))

    def answer(self, exercise: Exercise) -> dict[str, str]:
        """Return the files of an exercise that exist, as texts.

        Raises:
            InputError: a file is too large, or no text.
        """
        return {name: _text(self.path / name) for name in exercise.files if (self.path / name).is_file()}

    def solved(self) -> tuple[str, ...]:
        """Return the names of the exercises that were solved at any check."""
        solved = _read(self.path / PROGRESS)["solved"]
        return tuple(exercise.name for exercise in self.lesson.exercises if exercise.name in solved)

    def next_exercise(self) -> Exercise | None:
        """Return the first exercise that is not solved; None if all are."""
        solved = self.solved()
        return next((exercise for exercise in self.lesson.exercises if exercise.name not in solved), None)

    def keep_solved(self, names: Iterable[str]) -> None:
        """Keep that exercises are solved; those that were solved before stay so."""
        self._keep(solved=sorted({*self.solved(), *names}))

    def next_hint(self, exercise: Exercise) -> tuple[int, str]:
        """Return the next hint of an exercise with its number from 1; after the last one the first follows again."""
        shown: dict[str, int] = _read(self.path / PROGRESS)["hints"]
        number = shown.get(exercise.name, 0) % len(exercise.hints) + 1
        self._keep(hints={**shown, exercise.name: number})
        return number, exercise.hints[number - 1]

    def clear(self) -> None:
        """Forget what was solved and which hints were shown; the answers stay."""
        self._keep(solved=[], hints={})

    def _keep(self, **members: object) -> None:
        path = self.path / PROGRESS
        _write(path, {**_read(path), **members})


def start_lesson(name: str, path: Path) -> tuple[LessonFolder, list[str]]:
    """Begin a lesson in a folder, which is made; return it with the names of the files that were written.

    Files that exist are left as they are, so that a lesson can be begun again after a form was deleted.

    Raises:
        InputError: there is no such lesson, another one was begun in the folder, or the folder would lie in one of a
            lesson.
        OSError: a file cannot be written.
    """
    lesson = read_lesson(name)
    progress = path / PROGRESS
    if progress.exists() and (begun := _read(progress)["lesson"]) != name:
        raise InputError(f"{path}: the lesson {begun} was begun here; name another folder")
    if not progress.exists() and not path.is_absolute() and path != Path() and (begun := _begun_here()):
        raise InputError(
            f"{path}: this is the folder of the lesson {begun}; `unitdocs train check` checks it, and another lesson "
            "needs a folder outside of it"
        )
    written = []
    for file, text in {file: text for one in lesson.exercises for file, text in one.start.items()}.items():
        target = path / file
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text.lstrip("\n"), encoding="utf-8", newline="")
            written.append(file)
    if not progress.exists():
        path.mkdir(parents=True, exist_ok=True)
        _write(progress, {"lesson": name, "solved": [], "hints": {}})
    return LessonFolder(path, lesson), written


def _begun_here() -> str | None:
    """Return the lesson that was begun in the folder in which this program runs, if there is one.

    Another program's file of the same name is nobody's lesson.
    """
    try:
        return str(_read(Path(PROGRESS))["lesson"])
    except (InputError, OSError):
        return None


def _read(path: Path) -> dict[str, Any]:
    """Return a lesson's progress.

    Raises:
        InputError: it is missing or is not what this module writes.
    """
    begin = "begin a lesson with `unitdocs train start LESSON`"
    try:
        progress = json.loads(_text(path))
    except FileNotFoundError:
        raise InputError(f"{path.parent}: no lesson was begun here; {begin}") from None
    except ValueError as error:
        raise InputError(f"{path}: is no JSON ({error}); delete it, and {begin}") from error
    kinds: Mapping[str, type] = {"lesson": str, "solved": list, "hints": dict}
    if not isinstance(progress, dict) or any(not isinstance(progress.get(name), kinds[name]) for name in kinds):
        raise InputError(f"{path}: is not the progress of a lesson; delete it, and {begin}")
    return progress


def _write(path: Path, progress: Mapping[str, object]) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(json.dumps(progress, indent=2) + "\n", encoding="utf-8")
    draft.replace(path)


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST_FILE:
        raise InputError(f"{path}: is larger than {LARGEST_FILE // 2**20} MiB, the limit of an answer's file")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 text ({error.reason}); save it as UTF-8") from error
