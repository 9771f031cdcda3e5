"""The commands of lessons in a terminal, run as a reader runs them: they make the files that the grader reads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from unitdocs.training import Exercise, LessonFolder, grade, start_lesson


def run(exercise: Exercise, folder: Path) -> None:
    """Run the commands of an exercise in a lesson's folder."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("UNITDOCS_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run(
        ["bash", "-c", exercise.commands], cwd=folder, env={**variables, "PATH": path}, capture_output=True, check=False
    )


def write_solution(exercise: Exercise, folder: Path) -> None:
    """Write what a reader writes by hand."""
    for name, text in exercise.solution.items():
        if name not in exercise.made:
            (folder / name).write_text(text)


def expect_solved(begun: LessonFolder, exercise: Exercise) -> None:
    verdict = grade(begun.lesson.name, exercise.name, begun.answer(exercise))
    assert verdict.is_solved, verdict


def test_a_small_game_is_migrated_by_the_commands_of_the_lesson(tmp_path: Path) -> None:
    begun, _ = start_lesson("migrating-a-game", tmp_path)
    scan, write, by_hand = begun.lesson.exercises
    run(scan, tmp_path)
    expect_solved(begun, scan)
    run(write, tmp_path)  # the program makes the changes that the solution shows
    assert (tmp_path / "game/play.py").read_text() == write.solution["game/play.py"]
    expect_solved(begun, write)
    write_solution(by_hand, tmp_path)
    run(by_hand, tmp_path)
    expect_solved(begun, by_hand)
    for exercise in (scan, by_hand):
        for name in exercise.made:
            assert json.loads((tmp_path / name).read_text()) == json.loads(exercise.solution[name])


@pytest.mark.parametrize("text", ["[]", '{"files": 2}', '{"files": 2, "changes": {}, "left": [], "written": []}'])
def test_json_of_another_kind_is_no_report(text: str) -> None:
    assert grade("migrating-a-game", "scan", {"before.json": text}).mistake == "other-report"
