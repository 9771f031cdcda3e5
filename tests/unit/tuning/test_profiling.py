"""Profiles of a made-up suite whose hot function and whose allocation are known."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from unitdocs.bench.finding import find_suites
from unitdocs.errors import InputError, MeasurementError
from unitdocs.stats.binomial import share_of
from unitdocs.studies import ArmProfile, CodeProfile, by_part, hottest
from unitdocs.tuning.profiling import ProfilePlan, matching, part_of, profile, read_parts

SUITE = '''
"""A suite with known work: three of four equal steps are in `hot`, and `keep` allocates 100,000 bytes."""
from unitdocs.bench import Operation, Scenario, suite

def spin(passes):
    total = 0
    for number in range(passes):
        total += number
    return total

def hot():
    return [spin(2_000), spin(2_000), spin(2_000)]

def cold():
    return [spin(2_000)]

def keep():
    return bytearray(100_000)

def setup(arm, scenario, seed):
    def call():
        hot()
        cold()
        return keep()
    def fail():
        raise ValueError("no good")
    return Operation(fail if scenario.name == "fails" else call, result=lambda: None)

SCENARIOS = [Scenario("known", "Known work"), Scenario("fails", "What fails")]
SUITE = suite("made-up", title="Made up", arms=("old", "new"), scenarios=SCENARIOS, setup=setup)
'''
TRUTH = 0.75
HUNDRED_KILOBYTES = 100_000


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> ProfilePlan:
    folder = tmp_path_factory.mktemp("suites")
    (folder / "made_up.py").write_text(SUITE, encoding="utf-8")
    chosen = matching(find_suites(folder), ["made-up/known"])
    return ProfilePlan(chosen, "The known one.", arms=("new",), seconds=1.0)


@pytest.fixture(scope="module")
def record(plan: ProfilePlan) -> CodeProfile:
    return profile(plan, root=Path.cwd(), command="made up", digest="", on_pass=lambda *_: None)


@pytest.fixture(scope="module")
def arm(record: CodeProfile) -> ArmProfile:
    return record.scenarios[0].arms[0]


def _number(record: CodeProfile, function: str) -> int:
    return next(number for number, place in enumerate(record.places) if place.function == function)


def test_a_planted_hot_function_has_its_share_within_what_chance_allows(record: CodeProfile, arm: ArmProfile) -> None:
    hot = _number(record, "hot")
    inside = sum(stack.samples for stack in arm.stacks if hot in stack.places)
    share = share_of(inside, arm.samples, 0.0001)
    assert share.low < TRUTH < share.high
    assert next(cost for cost in hottest(arm) if cost.place == hot).own < 0.1


def test_the_hottest_function_is_the_one_that_works(record: CodeProfile, arm: ArmProfile) -> None:
    assert record.places[hottest(arm)[0].place].function == "spin"


def test_a_planted_allocation_is_found_at_its_line(record: CodeProfile, arm: ArmProfile) -> None:
    keep = _number(record, "keep")
    largest = max((site for site in arm.sites if site.places[-1] == keep), key=lambda site: site.size)
    assert largest.line == SUITE.splitlines().index("    return bytearray(100_000)") + 1
    assert largest.size == pytest.approx(HUNDRED_KILOBYTES, rel=0.01)
    assert arm.peak == pytest.approx(HUNDRED_KILOBYTES, rel=0.1)


def test_frames_of_the_tracer_are_not_counted(record: CodeProfile, arm: ArmProfile) -> None:
    numbers = {"hot": _number(record, "hot"), "cold": _number(record, "cold")}
    made = {name: next(cost for cost in hottest(arm) if cost.place == place) for name, place in numbers.items()}
    assert made["cold"].allocations < 6  # a list and an integer: no object for the call of `spin`
    assert made["hot"].size < 400


def test_no_time_is_lost_and_no_machine_is_named(arm: ArmProfile, record: CodeProfile) -> None:
    assert arm.microseconds == pytest.approx(1e6 * arm.seconds, rel=0.1)
    assert not any(place.file.startswith("/") for place in record.places)


def test_the_project_s_own_modules_are_parts_unless_patterns_name_them(arm: ArmProfile, record: CodeProfile) -> None:
    assert by_part(arm, record.places)[0].part == "made_up"
    parts = {"work": ["*:spin"]}
    assert part_of(("made_up.py", "spin", 1, True), parts) == "work"
    assert part_of(("made_up.py", "hot", 1, True), parts) == "made_up"
    assert part_of(("json/decoder.py", "decode", 1, False), parts) is None


def test_what_a_suite_raises_is_a_sentence_with_its_place(plan: ProfilePlan) -> None:
    ((path, suite, _),) = plan.chosen
    failing = replace(plan, chosen=((path, suite, suite.scenario("fails")),))
    with pytest.raises(MeasurementError, match=r"made-up/fails, new: .*made_up.py:\d+: ValueError: no good"):
        profile(failing, root=Path.cwd(), command="", digest="", on_pass=lambda *_: None)


def test_wrong_options_are_reported_together(plan: ProfilePlan) -> None:
    with pytest.raises(InputError) as caught:
        replace(plan, seconds=0, interval=2, arms=("newest",))
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "--seconds 0",
        "--interval 2",
        "--arm newest",
    ]


def test_a_pattern_that_matches_nothing_is_wrong(plan: ProfilePlan) -> None:
    suites = {path: suite for path, suite, _ in plan.chosen}
    with pytest.raises(InputError, match="--scenario other/\\*: matches no scenario"):
        matching(suites, ["other/*"])


@pytest.mark.parametrize("content", ["[]", '{"a": "b"}', "{"])
def test_a_file_of_parts_that_holds_something_else_is_wrong(tmp_path: Path, content: str) -> None:
    path = tmp_path / "parts.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"--parts .*parts\.json"):
        read_parts(path)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_run_that_is_stopped_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "made_up.py").write_text(SUITE, encoding="utf-8")
    out = tmp_path / "out" / "profile.json"
    command = ["tune", "profile", "--suites", "suites", "--scenario", "made-up/known", "--seconds", "600"]
    process = subprocess.Popen(
        [sys.executable, "-m", "unitdocs.cli", *command, "--out", str(out)], cwd=tmp_path, stderr=subprocess.PIPE
    )
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, printed = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT
    assert printed.decode() == "unitdocs: interrupted\n"
    assert not out.parent.exists()
