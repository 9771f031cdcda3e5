"""`unitdocs train`: lessons in a folder, with the grader of the site's pages."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from unitdocs.cli.rows import aligned
from unitdocs.errors import InputError
from unitdocs.formatting import counted

if TYPE_CHECKING:
    from unitdocs.training import Assessment, Exercise, LessonFolder

    Answers = Mapping[Exercise, Mapping[str, str]]

SECONDS: Final = 60.0
"""Time limit of an answer's code; no exercise needs more than some seconds."""
LOOK_EVERY: Final = 0.5
"""Seconds from one look at the files to the next, while they are watched."""
_LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")

app = typer.Typer(name="train", help="Take lessons: begin, check, get hints.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The lesson's folder.")]
Named = Annotated[
    str | None, typer.Option("--exercise", help="An exercise (default: the next one).", show_default=False)
]


class CheckFormat(StrEnum):
    """How verdicts are written."""

    TABLE = "table"
    JSON = "json"


@app.callback()
def train() -> None:
    """Take lessons: begin, check, get hints.

    The site has the same lessons with the same grader. Nothing is sent anywhere.
    """


@app.command("list")
def list_lessons() -> None:
    """Print the lessons in the order in which they are read.

    Example: unitdocs train list
    """
    from unitdocs.training import lesson_names, read_lesson  # noqa: PLC0415 - help is faster without it

    lessons = [read_lesson(name) for name in lesson_names()]
    rows = [(one.name, counted(one.minutes, "minute"), str(len(one.exercises)), one.goal) for one in lessons]
    typer.echo("\n".join(aligned([("lesson", "time", "exercises", "goal"), *rows], (0, 1, 3))))


@app.command()
def start(
    lesson: Annotated[str, typer.Argument(help="The lesson, such as first-scene.", show_default=False)],
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="The folder to make (default: the lesson's name).", show_default=False),
    ] = None,
) -> None:
    """Begin a lesson: write its forms into a folder. Files that exist are left as they are.

    Example: unitdocs train start first-scene

    Example: unitdocs train start first-scene lessons/one
    """
    from unitdocs.training import start_lesson  # noqa: PLC0415 - as above

    begun, written = start_lesson(lesson, folder or Path(lesson))
    typer.echo(f"{begun.path}: {begun.lesson.title}, {counted(begun.lesson.minutes, 'minute')}")
    for name in written:
        typer.echo(f"  wrote {name}")
    _say_next(begun)


@app.command()
def check(
    folder: Folder = Path(),
    *,
    exercise: Annotated[
        str | None, typer.Option(help="An exercise (default: all of the lesson).", show_default=False)
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever a file changes, until Ctrl-C.")] = False,
    form: Annotated[
        CheckFormat, typer.Option("--format", help="Table for a terminal, JSON for programs.")
    ] = CheckFormat.TABLE,
) -> None:
    """Say of each exercise whether it is solved, and if not, what is so and what to do.

    The code of an answer runs in a process of its own, for at most a minute.

    Exit code 0: all are solved; 1: some are not; 2: no lesson was begun in the folder.

    Example: unitdocs train check first-scene

    Example: unitdocs train check --watch
    """
    from unitdocs.training import LessonFolder  # noqa: PLC0415 - as above

    begun = LessonFolder.open(folder)
    asked = begun.lesson.exercises if exercise is None else (begun.lesson.exercise(exercise),)
    if watch and form is CheckFormat.JSON:
        raise InputError("--watch: writes for people; leave out --format json, or --watch")
    answers = _answers(begun, asked)
    verdicts = _check(begun, answers)
    if form is CheckFormat.JSON:
        typer.echo(json.dumps({name: verdict.to_json() for name, verdict in verdicts.items()}, indent=2))
    else:
        _say(begun, verdicts)
    while watch:
        answers = _changed(begun, answers)
        _say(begun, _check(begun, answers))
    if not all(verdict.is_solved for verdict in verdicts.values()):
        raise typer.Exit(1)


@app.command()
def hint(folder: Folder = Path(), *, exercise: Named = None) -> None:
    """Print the next hint of an exercise; after the last hint the first follows again.

    Example: unitdocs train hint first-scene

    Example: unitdocs train hint first-scene --exercise panel
    """
    begun, asked = _asked(folder, exercise)
    if asked is None:
        typer.echo("All exercises are solved.")
        return
    number, text = begun.next_hint(asked)
    typer.echo(f"{asked.name}, hint {number} of {len(asked.hints)}: {text}")


@app.command("next")
def show_next(folder: Folder = Path()) -> None:
    """Print the next exercise that is not solved.

    Example: unitdocs train next first-scene
    """
    begun, asked = _asked(folder, None)
    if asked is None:
        typer.echo("All exercises are solved.")
        return
    typer.echo(f"{asked.name}: {asked.title}\n\n{_with_addresses(asked.task.strip())}")
    if asked.commands:
        typer.echo("\n" + "\n".join(f"  {line}" for line in asked.commands.strip().splitlines()))
    typer.echo(f"\nfiles: {', '.join(str(begun.path / name) for name in asked.files)}")


@app.command()
def clear(folder: Folder = Path()) -> None:
    """Forget what was solved and which hints were shown. The answers stay.

    Example: unitdocs train clear first-scene
    """
    from unitdocs.training import LessonFolder  # noqa: PLC0415 - as above

    LessonFolder.open(folder).clear()
    typer.echo(f"{folder}: the progress is cleared; your files are as they were")


def _with_addresses(text: str) -> str:
    """Return a text of a lesson with the addresses of pages instead of links in Markdown."""
    from unitdocs.addresses import with_addresses  # noqa: PLC0415 - as above

    return _LINK.sub(r"\1 (\2)", with_addresses(text, "training"))


def _asked(folder: Path, name: str | None) -> "tuple[LessonFolder, Exercise | None]":
    """Return a lesson and one of its exercises: the named one, or the next one if there is any."""
    from unitdocs.training import LessonFolder  # noqa: PLC0415 - as above

    begun = LessonFolder.open(folder)
    return begun, begun.next_exercise() if name is None else begun.lesson.exercise(name)


def _answers(begun: "LessonFolder", exercises: "Iterable[Exercise]") -> "Answers":
    return {one: begun.answer(one) for one in exercises}


def _check(begun: "LessonFolder", answers: "Answers") -> "Mapping[str, Assessment]":
    """Grade the answers of some exercises, and keep which are solved."""
    verdicts = {one.name: _graded(begun.lesson.name, one, files) for one, files in answers.items()}
    begun.keep_solved(name for name, verdict in verdicts.items() if verdict.is_solved)
    return verdicts


def _graded(lesson: str, exercise: "Exercise", files: Mapping[str, str]) -> "Assessment":
    """Grade an answer in a process of its own, which its code may end or keep busy."""
    from unitdocs.training import AnswerOutcome, Assessment  # noqa: PLC0415 - as above

    asked = json.dumps({"lesson": lesson, "exercise": exercise.name, "files": files})
    command = [sys.executable, "-P", "-m", "unitdocs.training"]
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, and a module of this package
            command, input=asked, capture_output=True, encoding="utf-8", errors="replace", timeout=SECONDS, check=False
        )
        verdict = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        found = f"the code still runs after {SECONDS:g} seconds; look for a loop that does not end"
        return Assessment(AnswerOutcome.FAILED, found, "", "", "")
    except ValueError:
        found = f"the code ended its process (exit code {done.returncode}); take out what ends it, such as os._exit"
        return Assessment(AnswerOutcome.FAILED, found, "", "", "")
    return Assessment(**{**verdict, "outcome": AnswerOutcome(verdict["outcome"])})


def _say(begun: "LessonFolder", verdicts: "Mapping[str, Assessment]") -> None:
    for name, verdict in verdicts.items():
        typer.echo(f"{name}: {verdict.outcome}")
        typer.echo(f"  {verdict.found}")
        if verdict.hint:
            typer.echo(f"  hint: {verdict.hint}")
    solved = begun.solved()
    typer.echo(f"{len(solved)} of {counted(len(begun.lesson.exercises), 'exercise')} solved")
    _say_next(begun)


def _say_next(begun: "LessonFolder") -> None:
    following = begun.next_exercise()
    if following is not None:
        place = "" if begun.path == Path() else f" {begun.path}"
        typer.echo(f"next: {following.name}; `unitdocs train next{place}` says what to do")


def _changed(begun: "LessonFolder", answers: "Answers") -> "Answers":
    """Return the answers once they differ from those that were checked last, also if they changed meanwhile."""
    while (now := _answers(begun, answers)) == answers:
        time.sleep(LOOK_EVERY)
    return now
