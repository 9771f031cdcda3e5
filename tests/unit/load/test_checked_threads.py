"""Every answer of several threads is checked; a planted wrong one is found; runs stop and go on."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unitdocs.cli import main
from unitdocs.errors import InputError, MeasurementError
from unitdocs.load import threads as running
from unitdocs.load.checked_threads import (
    CheckedRun,
    bits_of,
    difference,
    expected_scene,
    prepared_for,
)
from unitdocs.load.interpreters import free_threaded, this_python
from unitdocs.load.scene_mix import MixedScene, mixed, read_mix
from unitdocs.studies import LoadThreads, Sharing, ThreadSettings, jain_index, load_record
from unitdocs.units import Element, Layout, Placed, Position, Scene, Size, System, create_system
from unitdocs.units.original import OriginalScene, OriginalSystem

SCENES = Path(__file__).parents[3] / "benchmarks" / "scenes"
PLACED = [Placed(1.0, 2.0, 3.0, 4.0, 5.0), Placed(6.0, 7.0, 8.0, 9.0, -0.0)]


def small(*, is_random: bool = False) -> MixedScene:
    """Return a scene of three elements, one of which may be at a random place."""
    place = Position("pixel", "random", "x") if is_random else Position("pixel", 7, "x")
    elements = (
        Element("panel", x=Position("scene-center-x", "center", "x", -40), width=Size("viewport-width", "fill")),
        Element("icon", parent="panel", x=place),
        Element("label", parent="panel", x=Position("parent-left", "left", "x", 3)),
    )
    return mixed("small", Scene("Small", elements), 40, random.Random(1))


def checked(one: MixedScene, system: str, sharing: str, threads: int, answers: int) -> CheckedRun:
    """Return threads that have resolved a scene."""
    make: Callable[[], System] = lambda: create_system(system)  # noqa: E731
    is_updated = sharing == "updates"
    lock = is_updated and system == "original"
    scenes = prepared_for([expected_scene(one)], make, sharing, threads, needs_lock=lock)
    run = CheckedRun(scenes, answers, 5 if is_updated else None, 1)
    run.measure()
    return run


@pytest.mark.parametrize("system", ["original", "refactored"])
@pytest.mark.parametrize("sharing", [one.value for one in Sharing])
def test_no_answer_of_threads_is_wrong(system: str, sharing: str) -> None:
    run = checked(read_mix(SCENES, 40, 1)[1], system, sharing, 3, 600)
    assert sum(one.answers for one in run.counts) >= 600
    assert [one.first_wrong for one in run.counts] == [None] * 3
    assert (sum(one.updates for one in run.counts) > 0) == (sharing == "updates")


@pytest.mark.parametrize("system", ["original", "refactored"])
def test_random_units_are_drawn_from_a_generator_of_each_request_and_are_right(system: str) -> None:
    run = checked(small(is_random=True), system, "scene", 4, 2_000)
    assert sum(one.draws for one in run.counts) == sum(one.answers for one in run.counts)
    assert sum(one.wrong for one in run.counts) == 0


def test_a_wrong_answer_is_counted_with_its_place() -> None:
    scenes = prepared_for([expected_scene(small())], lambda: create_system("refactored"), "scene", 2, needs_lock=False)
    shared = scenes[0][0]
    shared.prepared.update({1: Element("icon", parent="panel", x=Position("pixel", 8, "x"))})
    run = CheckedRun(scenes, 500, None, 1)
    run.measure()
    assert sum(one.wrong for one in run.counts) == sum(one.answers for one in run.counts)
    first = run.counts[0].first_wrong
    assert first is not None
    assert first[0] == "small"
    assert first[2].startswith("element 1: [")


def test_a_request_that_raises_is_a_wrong_answer_and_no_thread_waits_for_ever() -> None:
    scenes = prepared_for([expected_scene(small())], lambda: create_system("original"), "scene", 2, needs_lock=False)

    class Broken(OriginalScene):
        def resolve(self, **_: object) -> list[Placed]:
            raise ZeroDivisionError("planted")

    system = create_system("original")
    assert isinstance(system, OriginalSystem)
    scenes[0][0].prepared = Broken(small().scene, system)
    run = CheckedRun(scenes, 100, None, 1)
    run.measure()
    assert run.counts[0].wrong == run.counts[0].answers
    assert run.counts[0].first_wrong is not None
    assert run.counts[0].first_wrong[2] == "ZeroDivisionError: planted"


def test_bits_tell_what_equality_does_not() -> None:
    other = [PLACED[0], PLACED[1]._replace(scale=0.0)]
    assert other == PLACED
    assert bits_of(other) != bits_of(PLACED)
    assert bits_of(Layout.of_rows(PLACED)) == bits_of(PLACED)
    assert difference(bits_of(other), bits_of(PLACED)).startswith("element 1")
    assert difference(bits_of(other[:1]), bits_of(PLACED)) == "1 elements instead of 2"


def test_arrays_and_lists_of_a_large_scene_have_the_same_bits() -> None:
    hud = read_mix(SCENES, 2, 1)[0]
    layouts = [create_system(name).prepare(hud.scene) for name in ("original", "refactored")]
    first, second = (bits_of(one.resolve(scene=hud.viewports[0], viewport=hud.viewports[0])) for one in layouts)
    assert first == second


@pytest.mark.parametrize(("shares", "index"), [((1, 1, 1), 1.0), ((1, 3), 0.8), ((0, 0, 5), 1 / 3), ((0, 0), 1.0)])
def test_jains_index(shares: tuple[int, ...], index: float) -> None:
    assert jain_index(shares) == pytest.approx(index)


def thread_run(on_step: Callable[..., None], **changes: Any) -> running.ThreadRun:
    """Return a run of some seconds."""
    members = {
        "systems": ("refactored",),
        "scenes": ("battle-hud", "prize-wheel"),
        "threads": (1, 2),
        "answers": 800,
        "original_part": 0.05,
        "update_every": 50,
        "viewports": 10,
        "seed": 1,
        "interpreters": (this_python().about,),
    }
    return running.ThreadRun(ThreadSettings.model_validate(members | changes), SCENES, (this_python(),), on_step)


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    path, done = tmp_path / "record.json", list[int]()

    class StopError(Exception):
        pass

    def stop_at_two(_: object, number: int, __: int) -> None:
        done.append(number)
        if number == 2:
            raise StopError

    with pytest.raises(StopError):
        running.check_threads(thread_run(stop_at_two), path, root=tmp_path, command="unitdocs", is_resumed=False)
    other = thread_run(lambda *_: None, seed=2)
    with pytest.raises(InputError, match="other settings"):
        running.check_threads(other, path, root=tmp_path, command="unitdocs", is_resumed=True)
    again = thread_run(lambda _, number, __: done.append(number))
    running.check_threads(again, path, root=tmp_path, command="unitdocs", is_resumed=True)
    record = load_record("load_threads", path)
    assert isinstance(record, LoadThreads)
    assert done == [*range(1, 9)]
    assert (len(record.steps), record.wrong) == (8, 0)
    assert record.checked >= 800
    assert len({step.table for step in record.steps}) == 1
    with pytest.raises(InputError, match="has finished"):
        running.check_threads(again, path, root=tmp_path, command="unitdocs", is_resumed=True)


def test_a_process_that_fails_is_named_in_one_sentence() -> None:
    with pytest.raises(MeasurementError, match=r"ended: .*holds no scene"):
        this_python().run({"scenes": "/nowhere", "viewports": 2, "seed": 1, "system": "original", "threads": 1})


def test_a_python_with_a_global_lock_is_no_free_threaded_one() -> None:
    if not this_python().about.gil:
        pytest.skip("this Python is free-threaded")
    with pytest.raises(InputError, match="no free-threaded Python"):
        free_threaded(this_python().program)


@pytest.mark.parametrize("command", ["stress", "threads"])
def test_a_folder_without_scenes_is_one_sentence(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["load", command, "--scenes", str(tmp_path), "--out", str(tmp_path / "record.json")])
    assert ended.value.code == 2
    assert "holds no scene" in capsys.readouterr().err
    assert not (tmp_path / "record.json").exists()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["threads", "--threads", "1,x"], "--threads 1,x"),
        (["threads", "--answers", "0"], "--answers 0"),
        (["stress", "--system", "third"], "there is no unit system 'third'"),
        (["stress", "--repeats", "0"], "--repeats 0"),
        (["stress", "--workers", "2"], "give --clock wall"),
        (["stress", "--resume", "--out", "nowhere.json"], "nowhere.json"),
    ],
)
def test_a_wrong_option_is_one_sentence(words: list[str], problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["load", *words, "--scenes", str(SCENES)])
    assert ended.value.code == 2
    assert problem in capsys.readouterr().err


def test_the_command_prints_each_step_and_that_no_answer_was_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "record.json"
    words = ["--answers", "400", "--threads", "2", "--system", "refactored", "--format", "json"]
    with pytest.raises(SystemExit) as ended:
        main(["load", "threads", *words, "--scenes", str(SCENES), "--out", str(out)])
    printed = capsys.readouterr()
    assert ended.value.code == 0
    assert {step["wrong"] for step in json.loads(printed.out)} == {0}
    assert printed.err.startswith("This takes about ")


@pytest.mark.long
def test_of_a_million_answers_none_is_wrong(tmp_path: Path) -> None:
    run = thread_run(lambda *_: None, systems=("original", "refactored"), threads=(1, 2, 4, 8), answers=1_000_000)
    record = running.check_threads(run, tmp_path / "record.json", root=tmp_path, command="unitdocs", is_resumed=False)
    assert record.checked >= 1_000_000
    assert record.wrong == 0
