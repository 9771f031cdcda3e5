"""The lessons' pages, and the Python files that run in them: the same data and grader as `unitdocs train`."""

import html
import io
import itertools
import json
import re
import textwrap
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from unitdocs.formatting import counted
from unitdocs.portal.reference.lesson_notebooks import fits_a_notebook, notebook
from unitdocs.training import Exercise, Lesson, lesson_names, read_lesson

FOLDER: Final = "generated/training"
ARCHIVE: Final = f"{FOLDER}/lessons.zip"
PYTHON: Final = "generated/pyodide"
_CODE: Final = ("__init__.py", "errors.py", "units/**/*.py", "training/**/*.py", "training/lessons/*.toml")
"""What runs in the browser, below the package."""
_UNUSED: Final = ("units/refactored/plan/*", "training/__main__.py")
"""What of it does not: plans need NumPy, which a browser would have to load."""
_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The date of each file of the archive, so that the same files are the same bytes."""
_LANGUAGES: Final = {".py": "python", ".json": "json", ".toml": "toml", ".yml": "yaml", ".md": "text"}


def has_lessons(docs: Path) -> bool:
    """Return whether a folder of pages has one of a lesson, which needs Python for the browser."""
    return any((docs / "training" / f"{name}.md").is_file() for name in lesson_names())


def build(project: Path, docs: Path) -> Mapping[str, str | bytes]:
    """Return a snippet for each lesson with a page, one with the list of all, and the archive; nothing without one."""
    if not has_lessons(docs):
        return {}
    lessons = [read_lesson(name) for name in lesson_names() if (docs / "training" / f"{name}.md").is_file()]
    pages = {
        f"{FOLDER}/{lesson.name}.md": lesson_page(lesson, following)
        for lesson, following in itertools.zip_longest(lessons, lessons[1:])
    }
    notebooks = {_notebook_of(lesson): notebook(lesson) for lesson in lessons if fits_a_notebook(lesson)}
    list_of_all = {f"{FOLDER}/lessons.md": _list_of(lessons)}
    return {**pages, **notebooks, **list_of_all, ARCHIVE: archive(project / "src" / "unitdocs")}


def archive(package: Path) -> bytes:
    """Return the Python files that the lessons' pages need, as a zip file with the package in it."""
    paths = {path for pattern in _CODE for path in package.glob(pattern)}
    paths -= {path for pattern in _UNUSED for path in package.glob(pattern)}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(paths):
            name = zipfile.ZipInfo(path.relative_to(package.parent).as_posix(), _DATE)
            name.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(name, path.read_bytes())
    return written.getvalue()


def lesson_page(lesson: Lesson, following: Lesson | None = None) -> str:
    """Return a lesson as Markdown: what its page shows below the heading.

    Args:
        lesson: the lesson.
        following: the next one; None for the last.
    """
    is_begun = any(f"train start {lesson.name}" in step.text for step in lesson.steps)
    commands = [] if is_begun else [f"unitdocs train start {lesson.name}", f"cd {lesson.name}"]
    next_lesson = [f"The next lesson: [{following.title}]({following.name}.md)."] if following else []
    parts = [
        f"**Goal:** {lesson.goal}",
        f"**Time:** {counted(lesson.minutes, 'minute')}. **Needs:** {lesson.needs}",
        *(f"## {step.title}\n\n{step.text.strip()}" for step in lesson.steps),
        "## Exercises { #exercises }",
        f'--8<-- "{PYTHON}/about.md"',
        f"In a terminal{', in the folder of the lesson,' if is_begun else ''} the same grader checks the exercises:",
        _fence("bash", "", "\n".join([*commands, "unitdocs train check"])),
        *_offered_notebook(lesson),
        f'<div class="ud-lesson" data-lesson="{lesson.name}"></div>',
        *(part for number, exercise in enumerate(lesson.exercises, 1) for part in _exercise(lesson, number, exercise)),
        f"## Next {{ #next }}\n\n{' '.join([*next_lesson, lesson.next])}",
    ]
    return "\n\n".join(parts) + "\n"


def _notebook_of(lesson: Lesson) -> str:
    return f"{FOLDER}/{lesson.name}.ipynb"


def _offered_notebook(lesson: Lesson) -> Iterator[str]:
    if fits_a_notebook(lesson):
        yield (
            f"And in Jupyter, where unitdocs is installed: "
            f'[{lesson.name}.ipynb](../{_notebook_of(lesson)}){{ download="{lesson.name}.ipynb" }}.'
        )


def _exercise(lesson: Lesson, number: int, exercise: Exercise) -> Iterator[str]:
    yield f"### {number}. {exercise.title} {{ #{exercise.name} }}"
    yield exercise.task.strip()
    if exercise.commands:
        yield _fence("bash", "", exercise.commands)
    yield _form(lesson, exercise)
    for place, hint in enumerate(exercise.hints, 1):
        yield _folded("question", f"Hint {place} of {len(exercise.hints)}", hint)
    written = [_file(name, text) for name, text in exercise.solution.items() if name not in exercise.made]
    made = [f"The commands above make `{name}`." for name in exercise.made]
    yield _folded("success", "Solution", "\n\n".join([*written, *made]))


def _form(lesson: Lesson, exercise: Exercise) -> str:
    """Return the place of the editor; without a script it holds the form to copy."""
    declared = {
        "lesson": lesson.name,
        "exercise": exercise.name,
        "title": exercise.title,
        "main": exercise.main,
        "files": {name: exercise.start.get(name, "").lstrip("\n") for name in exercise.files},
    }
    attributes = {
        "exercise": json.dumps(declared),
        "python": f"../../{PYTHON}/pyodide.mjs",
        "archive": f"../../{ARCHIVE}",
    }
    written = " ".join(f'data-{name}="{html.escape(value)}"' for name, value in attributes.items())
    forms = "\n\n".join(_file(name, text) for name, text in exercise.start.items())
    return f'<div class="ud-exercise" {written} markdown>\n\n{forms}\n\n</div>'


def _file(name: str, text: str) -> str:
    return _fence(_LANGUAGES.get(Path(name).suffix, "text"), name, text)


def _fence(language: str, title: str, text: str) -> str:
    longest = max(map(len, re.findall("`{3,}", text)), default=2)
    marks = "`" * (longest + 1)
    heading = f'{language} title="{title}"' if title else language
    return f"{marks}{heading}\n{text.strip(chr(10))}\n{marks}"


def _folded(kind: str, title: str, text: str) -> str:
    return f'??? {kind} "{title}"\n\n{textwrap.indent(text.strip(), "    ")}'


def _list_of(lessons: list[Lesson]) -> str:
    rows = [
        f"| {number}. [{lesson.title}]({lesson.name}.md) | {lesson.goal} | {counted(lesson.minutes, 'minute')} |"
        for number, lesson in enumerate(lessons, 1)
    ]
    return "\n".join(["| lesson | goal | time |", "| --- | --- | --- |", *rows]) + "\n"
