"""What makes an answer right: a module for each lesson, a function for each exercise.

A check returns a sentence about a right answer, and raises `Mistaken` for any other. The names are those of the lesson
and the exercise, so that a page loads no other lesson's checks.
"""

from collections.abc import Callable
from importlib import import_module

from unitdocs.training.attempt import Attempt

Check = Callable[[Attempt], str]


def check_of(lesson: str, exercise: str) -> Check:
    """Return the check of an exercise, such as `first_scene.check_button`.

    Raises:
        ImportError: the lesson has no checks.
        AttributeError: the exercise has none.
    """
    module = import_module(f"{__name__}.{lesson.replace('-', '_')}")
    check: Check = getattr(module, f"check_{exercise.replace('-', '_')}")
    return check
