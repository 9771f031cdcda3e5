"""The lanes of `scripts/test.py`: which tests belong to which, and how they are chosen."""

import importlib.util
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "scripts" / "test.py"
PROGRAM = ROOT / "scripts" / "programs" / "test.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """Return the script as a module; the standard library has a package of its name."""
    spec = importlib.util.spec_from_file_location("script_test", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def options(*lanes: str, **settings: bool) -> Namespace:
    return Namespace(lanes=lanes, **({"fast": False, "full": False, "coverage": False, "fix": False} | settings))


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *words], capture_output=True, text=True, check=False)


def test_every_test_belongs_to_exactly_one_lane(script: ModuleType) -> None:
    places = [ROOT / "tests" / path for lane in script.TESTS.values() for path in lane.paths]
    assert [place for place in places if not place.exists()] == []
    lanes_of = {
        test.relative_to(ROOT).as_posix(): sum(place in (test, *test.parents) for place in places)
        for test in (ROOT / "tests").rglob("test_*.py")
    }
    assert {test: count for test, count in lanes_of.items() if count != 1} == {}


def test_every_lane_has_a_line_in_the_guide_for_contributors(script: ModuleType) -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text()
    assert [name for name in script.LANES if f"| `{name}` |" not in guide] == []


def test_every_program_that_a_lane_needs_can_be_installed(script: ModuleType) -> None:
    assert {name for lane in script.TESTS.values() for name in lane.programs} == set(script.PROGRAMS)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (options(), ["checks", "browser", "bench", "portal", "project", "production", "results", "units"]),
        (options(full=True), ["checks", "browser", "bench", "portal", "project", "production", "results", "units"]),
        (options(fast=True), ["checks", "bench", "portal", "project", "production", "results", "units"]),
        (options("units", "checks"), ["checks", "units"]),
        (options(fix=True), []),
        (options("units", fix=True), ["units"]),
    ],
)
def test_lanes_are_chosen_by_name_or_by_an_option(script: ModuleType, chosen: Namespace, expected: list[str]) -> None:
    assert script.chosen_lanes(chosen) == expected


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["units", "unit"],
            (
                "there is no lane 'unit'; the lanes are checks, browser, bench, portal, project, production, results, "
                "units"
            ),
        ),
        (["units", "--fast"], "--fast chooses the lanes; give either lanes or --fast"),
    ],
)
def test_a_wrong_choice_is_one_sentence(words: list[str], sentence: str) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"test.py: {sentence}\n")


def test_help_describes_every_lane(script: ModuleType) -> None:
    text = run("--help").stdout
    assert [name for name, lane in script.TESTS.items() if f"  {name:<8} {lane.about}\n" not in text] == []


def test_a_check_that_fails_shows_its_output_and_one_that_passes_does_not(
    script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.run_check("good", [sys.executable, "-c", "print('quiet')"])
    assert not script.run_check("bad", [sys.executable, "-c", "print('loud'); raise SystemExit(3)"])
    printed = capsys.readouterr().out
    assert "quiet" not in printed
    assert "\nloud\n" in printed
    assert [line.split()[:2] for line in printed.splitlines() if line.endswith(" s")] == [
        ["ok", "good"],
        ["FAIL", "bad"],
    ]
