"""Every lesson is whole, and its grader knows its own solutions, forms and typical wrong answers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import unitdocs.training
from unitdocs.errors import InputError
from unitdocs.training import AnswerOutcome, Exercise, grade, lesson_names, read_lesson
from unitdocs.training.checks import check_of
from unitdocs.training.grading import run

EXERCISES = {(name, exercise.name): exercise for name in lesson_names() for exercise in read_lesson(name).exercises}
every_exercise = pytest.mark.parametrize("key", EXERCISES, ids="/".join)


def exercise_of(key: tuple[str, str]) -> Exercise:
    return EXERCISES[key]


def test_each_exercise_has_a_check_and_no_check_is_without_one() -> None:
    for name in lesson_names():
        exercises = read_lesson(name).exercises
        checks = {check_of(name, exercise.name) for exercise in exercises}
        (module,) = {sys.modules[check.__module__] for check in checks}
        assert {check.__name__ for check in checks} == {one for one in vars(module) if one.startswith("check_")}


def test_a_lesson_has_a_goal_a_time_and_at_least_three_exercises() -> None:
    for name in lesson_names():
        lesson = read_lesson(name)
        assert lesson.goal.endswith(".")
        assert 5 <= lesson.minutes <= 60
        assert len(lesson.exercises) >= 3
        assert lesson.steps


@every_exercise
def test_the_solution_is_solved_and_the_form_is_not_begun(key: tuple[str, str]) -> None:
    exercise = exercise_of(key)
    verdict = grade(*key, exercise.solution)
    assert verdict.outcome is AnswerOutcome.SOLVED, verdict
    assert verdict.found.endswith(".")
    assert grade(*key, exercise.start).outcome is AnswerOutcome.NOT_BEGUN
    is_begun = exercise.start and not exercise.made
    assert grade(*key, {}).outcome is (AnswerOutcome.WRONG if is_begun else AnswerOutcome.NOT_BEGUN)


@every_exercise
def test_each_typical_wrong_answer_gets_its_own_hint(key: tuple[str, str]) -> None:
    exercise = exercise_of(key)
    verdicts = {one.name: grade(*key, exercise.wrong_answer(one)) for one in exercise.mistakes}
    assert {name: verdict.mistake for name, verdict in verdicts.items()} == {name: name for name in verdicts}
    assert {verdict.outcome for verdict in verdicts.values()} == {AnswerOutcome.WRONG}
    assert len({verdict.hint for verdict in verdicts.values()}) == len(exercise.mistakes) >= 5


@every_exercise
def test_no_hint_holds_the_whole_answer(key: tuple[str, str]) -> None:
    exercise = exercise_of(key)
    assert 2 <= len(exercise.hints) <= 5
    for text in exercise.solution.values():
        assert not any(text.strip() in hint for hint in exercise.hints)


BUTTON = exercise_of(("first-scene", "button")).solution["button.py"]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("1 / 0", "button.py:1: ZeroDivisionError: division by zero"),
        ("\nraise SystemExit(3)", "button.py:2: SystemExit: 3"),
        ("def f():\n    raise KeyError('k')\n\n\nf()", "button.py:2: KeyError: 'k'"),
        ("x = (", "button.py:1: SyntaxError: '(' was never closed"),
    ],
)
def test_an_error_of_the_code_is_named_with_its_line(code: str, found: str) -> None:
    verdict = grade("first-scene", "button", {"button.py": code})
    assert (verdict.outcome, verdict.found) == (AnswerOutcome.FAILED, found)


def test_an_answer_without_the_name_that_is_asked_for_is_wrong_and_says_so() -> None:
    verdict = grade("first-scene", "button", {"button.py": "print('hello')"})
    assert (verdict.outcome, verdict.printed) == (AnswerOutcome.WRONG, "hello\n")
    assert "no name `scene`" in verdict.found
    verdict = grade("first-scene", "button", {"button.py": "scene = 3"})
    assert "of the type int, not Scene" in verdict.found


def test_ranges_with_other_names_than_the_tasks_are_wrong() -> None:
    solution = read_lesson("first-scene").exercise("breakpoint").solution["breakpoint.py"]
    verdict = grade("first-scene", "breakpoint", {"breakpoint.py": solution.replace('"wide"', '"desktop"')})
    assert verdict.outcome is AnswerOutcome.WRONG
    assert verdict.found == "the ranges are named phone and desktop; the task names them phone and wide"


def test_an_exercise_is_not_begun_before_its_commands_have_run() -> None:
    exercise = read_lesson("migrating-a-game").exercise("by-hand")
    without = {name: text for name, text in exercise.solution.items() if name not in exercise.made}
    for files in (without, {**without, "after.json": "\n"}):
        verdict = grade("migrating-a-game", "by-hand", files)
        assert verdict.outcome is AnswerOutcome.NOT_BEGUN
        assert verdict.found == "after.json: missing or empty; the commands of the exercise make it"


@pytest.mark.parametrize(
    ("worse", "mistake"),
    [("cases", ""), ("[]", ""), ("[case['name'] for case in cases]", "below-margin-reported")],
)
def test_a_report_that_misses_the_task_gets_no_hint_on_something_else(worse: str, mistake: str) -> None:
    code = f"def report(cases):\n    return {{'worse': {worse}, 'undecided': []}}\n"
    verdict = grade("reading-a-verdict", "report", {"report.py": code})
    assert verdict.outcome is AnswerOutcome.WRONG
    assert verdict.mistake == mistake


def test_what_code_prints_is_kept_up_to_a_limit_and_its_place_is_its_own() -> None:
    before, path = Path.cwd(), list(sys.path)
    printed = grade("first-scene", "button", {"button.py": f"print('a' * 30_000)\n{BUTTON}"}).printed
    assert len(printed) < 20_100
    assert printed.endswith("... and more\n")
    assert (Path.cwd(), sys.path) == (before, path)
    done = run({"main.py": "import other\nprint(other.X)", "other.py": "X = 3"}, "main.py")
    assert (done["printed"], done["error"]) == ("3\n", "")
    assert "other" not in sys.modules
    done = run({"main.py": "import other", "other.py": "\nX"}, "main.py")
    assert done["error"] == "other.py:2: NameError: name 'X' is not defined"


def test_unknown_names_are_refused_with_those_that_exist() -> None:
    with pytest.raises(InputError, match="there is none of that name; give one of first-scene"):
        grade("no-lesson", "button", {})
    with pytest.raises(InputError, match="there is no exercise 'no'; give one of button, panel"):
        grade("first-scene", "no", {})


def test_the_grader_needs_the_standard_library_and_no_numpy() -> None:
    asked = json.dumps({"lesson": "first-scene", "exercise": "button", "files": {"button.py": BUTTON}})
    folder = Path(unitdocs.training.__file__).parents[2]
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); import unitdocs.training.__main__"
    command = [sys.executable, "-I", "-S", "-c", code]  # no package of the environment can be imported
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["outcome"] == "solved"
