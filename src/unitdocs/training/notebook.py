"""Lessons in a notebook: a cell that begins with `%%exercise LESSON EXERCISE` is graded when it runs.

`%load_ext unitdocs.training.notebook` adds the magic to Jupyter or IPython. The grader is that of the pages; the cell's
code runs in the notebook's own process, where the kernel's stop button ends it.
"""

from typing import Any

from unitdocs.errors import InputError
from unitdocs.training.grading import grade
from unitdocs.training.lesson import read_lesson

USAGE = "%%exercise: name a lesson and one of its exercises, such as `%%exercise first-scene button`"


def load_ipython_extension(shell: Any) -> None:  # noqa: ANN401 -- IPython's shell, which is not installed everywhere
    """Add the magic to a notebook; IPython calls it for `%load_ext`."""
    shell.register_magic_function(exercise, "cell", "exercise")


def exercise(line: str, cell: str) -> None:
    """Grade a cell, and print what its code printed and what the grader says.

    Args:
        line: the lesson's name and the exercise's.
        cell: the answer.
    """
    try:
        lesson, name = line.split()
        asked = read_lesson(lesson).exercise(name)
    except ValueError:
        print(USAGE)  # noqa: T201 -- the output of a cell
        return
    except InputError as error:
        print(error)  # noqa: T201 -- the same
        return
    # One line more than the answer: the line of an error is that of the cell, where the magic is the first.
    verdict = grade(lesson, name, {asked.main: f"\n{cell}"})
    hint = f"hint: {verdict.hint}\n" if verdict.hint else ""
    print(f"{verdict.printed}{name}: {verdict.outcome}\n{verdict.found}\n{hint}", end="")  # noqa: T201 -- the same
