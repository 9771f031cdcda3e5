"""Lessons as notebooks: valid, with links that lead to the site, and executed by Jupyter's own kernel."""

import re
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from unitdocs.addresses import SITE
from unitdocs.portal.reference.lesson_notebooks import fits_a_notebook, notebook
from unitdocs.training import Lesson, lesson_names, read_lesson

LESSONS = [lesson for lesson in map(read_lesson, lesson_names()) if fits_a_notebook(lesson)]
EACH = pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])


def read(lesson: Lesson) -> Any:
    return nbformat.reads(notebook(lesson), as_version=nbformat.NO_CONVERT)


def printed(cell: Any) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def test_two_lessons_are_notebooks() -> None:
    assert [lesson.name for lesson in LESSONS] == ["first-scene", "reading-a-verdict"]


@EACH
def test_it_is_valid_and_each_link_leads_to_the_site(lesson: Lesson) -> None:
    nbformat.validate(read(lesson), relax_add_props=False)
    text = "".join(cell.source for cell in read(lesson).cells if cell.cell_type == "markdown")
    assert "--8<--" not in text
    links = re.findall(r"\]\(([^)]*)\)", text)
    assert links
    assert all(link.startswith(f"{SITE}/") and ".md" not in link and ".." not in link for link in links)


@EACH
def test_jupyter_runs_it_as_it_is_and_with_the_solutions(lesson: Lesson) -> None:
    opened = read(lesson)
    answers = [cell for cell in opened.cells if cell.source.startswith("%%exercise ")]
    client = NotebookClient(opened, timeout=120, kernel_name="python3")
    client.execute()
    assert [printed(cell).splitlines()[0].split(": ")[-1] for cell in answers] == ["not begun"] * len(lesson.exercises)
    for cell, exercise in zip(answers, lesson.exercises, strict=True):
        cell.source = f"{cell.source.splitlines()[0]}\n{exercise.solution[exercise.main]}"
    client.execute()
    for cell, exercise in zip(answers, lesson.exercises, strict=True):
        assert f"\n{exercise.name}: solved\n" in f"\n{printed(cell)}"


def test_a_mistake_is_said_with_its_hint_and_the_line_of_an_error_is_that_of_the_cell() -> None:
    opened = read(read_lesson("first-scene"))
    mistake = next(one for one in read_lesson("first-scene").exercise("button").mistakes if one.name == "sides-swapped")
    sources = [
        opened.cells[1].source,
        f"%%exercise first-scene button\n{mistake.answer['button.py']}",
        "%%exercise first-scene button\nscene = None\nscene.none",
        "%%exercise first-scene\nscene = None",
        "%%exercise first-scene nothing\nscene = None",
    ]
    opened.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    NotebookClient(opened, timeout=120, kernel_name="python3").execute()
    _, swapped, raised, short, unknown = map(printed, opened.cells)
    assert "button: wrong\n" in swapped
    assert f"hint: {mistake.hint}\n" in swapped
    assert "button.py:3: AttributeError" in raised
    assert short.startswith("%%exercise: name a lesson and one of its exercises")
    assert "nothing" in unknown
