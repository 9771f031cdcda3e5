"""Lessons, and one grader for all places where they are read: the program, the site's pages and the tests.

It needs the standard library and `unitdocs.units` without NumPy, so that the same code runs in a browser. A lesson is a
file in `lessons`: texts, forms, hints, solutions and typical wrong answers. What makes an answer right is a function in
`checks`, which names the mistake that it sees; the mistake's hint is in the lesson's file.
"""

from unitdocs.training.grading import AnswerOutcome, Assessment, grade
from unitdocs.training.lesson import Exercise, Lesson, LessonStep, Mistake, lesson_names, read_lesson
from unitdocs.training.progress import LessonFolder, start_lesson

__all__ = [
    "AnswerOutcome",
    "Assessment",
    "Exercise",
    "Lesson",
    "LessonFolder",
    "LessonStep",
    "Mistake",
    "grade",
    "lesson_names",
    "read_lesson",
    "start_lesson",
]
