"""The commands of lessons in a terminal, run as a reader runs them: they make the files that the grader reads."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from unitdocs.monitoring.alerts import exporting
from unitdocs.monitoring.alerts.table import AlertPace
from unitdocs.rollout import plan as plans
from unitdocs.training import Exercise, LessonFolder, grade, start_lesson
from unitdocs.training.checks import alert_at_night, tuning_a_cache
from unitdocs.tuning.replay import RecordingCache, belady, replay
from unitdocs.units import Policy


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


def test_a_cache_is_chosen_from_a_replay_that_counts_the_same_everywhere(tmp_path: Path) -> None:
    begun, _ = start_lesson("tuning-a-cache", tmp_path)
    *by_hand, choice = begun.lesson.exercises
    for exercise in by_hand:
        write_solution(exercise, tmp_path)
        expect_solved(begun, exercise)
    write_solution(choice, tmp_path)
    run(choice, tmp_path)
    expect_solved(begun, choice)
    (session,) = json.loads((tmp_path / "replay.json").read_text())
    (shown,) = json.loads(choice.solution["replay.json"])
    assert {name: session[name] for name in ("lookups", "sizes", "ceiling")} == {
        name: shown[name] for name in ("lookups", "sizes", "ceiling")
    }
    hits = {curve["policy"]: curve["hits"] for curve in session["curves"]}
    assert hits == {curve["policy"]: curve["hits"] for curve in shown["curves"]}


def test_the_caches_that_readers_play_have_the_hits_of_the_projects_own() -> None:
    keys = tuning_a_cache._lookups(1)
    cache = RecordingCache[str, str]("letters", entries=3)
    for key in keys:
        if cache.get(key) is None:
            cache.put(key, key, 1)
    trace = cache.trace("letters")
    assert tuning_a_cache.lru_hits(keys, 3) == replay(trace, entries=3, policy=Policy.LRU).hits
    assert tuning_a_cache.belady_hits(keys, 3) == belady(trace, 3).hits


def test_a_damaged_flag_file_is_repaired_by_the_commands(tmp_path: Path) -> None:
    begun, _ = start_lesson("alert-at-night", tmp_path)
    repair = begun.lesson.exercise("repair")
    run(repair, tmp_path)
    expect_solved(begun, repair)


def test_alerts_are_held_back_as_alertmanager_does() -> None:
    rules = exporting.alertmanager(pace=AlertPace(), webhook="")["inhibit_rules"]
    held: dict[str, str] = {}
    for rule in rules:
        (source,) = re.findall(r'"(\w+)"', rule["source_matchers"][0])
        held |= dict.fromkeys(re.findall(r"Unitdocs\w+", str(rule["target_matchers"])), source)
    assert {name: source for name, source in held.items() if source != alert_at_night.NOTHING} == dict(
        alert_at_night.EXPLAINED_BY
    )


@pytest.mark.long
@pytest.mark.skipif(shutil.which("prometheus-alertmanager") is None, reason="needs Prometheus and Alertmanager")
def test_the_drill_of_an_alert_is_what_the_grader_reads(tmp_path: Path) -> None:
    begun, _ = start_lesson("alert-at-night", tmp_path)
    drill = begun.lesson.exercise("drill")
    run(drill, tmp_path)
    expect_solved(begun, drill)


@pytest.mark.long
def test_a_rollout_is_killed_and_a_mended_one_completed(tmp_path: Path) -> None:
    begun, _ = start_lesson("rollout-with-an-incident", tmp_path)
    for exercise in begun.lesson.exercises:
        write_solution(exercise, tmp_path)
        run(exercise, tmp_path)
        expect_solved(begun, exercise)


def test_the_plan_of_the_solution_is_one_that_a_rollout_reads(tmp_path: Path) -> None:
    plan = start_lesson("rollout-with-an-incident", tmp_path)[0].lesson.exercise("plan")
    write_solution(plan, tmp_path)
    assert len(plans.load(tmp_path / "plan.toml").stages) == 4
