"""Lessons as notebooks for Jupyter, made from the same declaration as their pages."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from unitdocs.addresses import SITE, with_addresses
from unitdocs.training import Exercise, Lesson

_SNIPPET: Final = re.compile(r'^--8<-- "[^"]*"$\n*', re.MULTILINE)


def fits_a_notebook(lesson: Lesson) -> bool:
    """Return whether each answer of a lesson is one Python file, so that a cell can hold it."""
    return all(one.main and one.files == (one.main,) and not one.commands for one in lesson.exercises)


def notebook(lesson: Lesson) -> str:
    """Return a lesson as a notebook of format 4.5: a cell for each part of its text, and one for each answer."""
    content = {
        "cells": [{**cell, "id": f"{lesson.name}-{number}"[:64]} for number, cell in enumerate(_cells(lesson))],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _cells(lesson: Lesson) -> Iterator[dict[str, Any]]:
    page = f"{SITE}/training/{lesson.name}/"
    yield _text(
        f"# {lesson.title}\n\n{lesson.goal}\n\nRun the cell of an exercise to have its answer checked. "
        f"[The lesson's page]({page}) has the solutions, and checks answers too."
    )
    yield _code("%load_ext unitdocs.training.notebook")
    for step in lesson.steps:
        yield _text(f"## {step.title}\n\n{_SNIPPET.sub('', step.text).strip()}" + _elsewhere(step.text, page))
    for number, exercise in enumerate(lesson.exercises, 1):
        yield _text(f"## {number}. {exercise.title}\n\n{exercise.task.strip()}\n\n{_hints(exercise)}")
        yield _code(f"%%exercise {lesson.name} {exercise.name}\n{exercise.start[exercise.main].strip()}")
    yield _text(f"## Next\n\n{lesson.next}")


def _elsewhere(text: str, page: str) -> str:
    """Return where the tables are that a page includes and a notebook cannot."""
    return f"\n\n[On the lesson's page]({page})" if _SNIPPET.search(text) else ""


def _hints(exercise: Exercise) -> str:
    hints = "\n".join(f"{number}. {hint}" for number, hint in enumerate(exercise.hints, 1))
    return f"<details><summary>Hints</summary>\n\n{hints}\n\n</details>"


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": with_addresses(source, "training")}


def _code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
