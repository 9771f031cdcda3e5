"""The rehearsal is followed in a fresh environment: a Python without any package, and an empty folder.

What it ends in is looked at from outside, not only by the page's own blocks.
"""

import json

import pytest
from guide_reader import DRILL, ROOT, Reader, fresh_programs

GAME = ROOT / "tests" / "sample_game" / "orchard"
ENDS = "flags.audit.jsonl", "flags.json"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Return a reader who has followed the rehearsal."""
    place = tmp_path_factory.mktemp("drill")
    reader = Reader(place, fresh_programs(place / "programs"))
    reader.read(DRILL)
    return reader


def test_it_goes_all_the_way(reader: Reader) -> None:
    text = DRILL.read_text()
    assert [step.heading for step in reader.steps] == [
        "Check the machine",
        "Install without a network",
        "Play the game with the original system",
        "Migrate the game",
        "Compare the scenes",
        "Configure",
        "Run it in shadow mode",
        "Give it to a share of players",
        "An incident: stop it",
        "Roll back",
        "Recover the flags",
        "Verify",
    ]
    assert all(f"flags set {share} " in text for share in (10, 50, 100))


def test_it_uses_no_package_of_these_tests_and_no_index_after_the_wheels_are_collected(reader: Reader) -> None:
    for package in ("numpy", "unitdocs"):
        reader.shell(f"python -c 'import {package}; print({package}.__file__)'")
        assert reader.printed.startswith(str(reader.folder / "rehearsal" / ".venv"))
    installs = [line for line in DRILL.read_text().splitlines() if "pip install" in line]
    assert installs
    assert all("--no-index" in line for line in installs)


def test_the_game_ends_migrated_and_draws_with_both_systems_what_it_drew_before(reader: Reader) -> None:
    drawn = reader.folder / "rehearsal" / "original.txt"
    assert sum(len(file.read_text().splitlines()) for file in GAME.rglob("*.py")) > 350
    reader.shell("python -m orchard.play 2> played && UNITDOCS_SYSTEM=refactored python -m orchard.play 2>> played")
    assert reader.printed == drawn.read_text() * 2
    assert (reader.here() / "played").read_text() == "played with original\nplayed with refactored\n"


def test_the_flags_end_recovered_with_a_tenth_of_the_players_and_a_whole_log(reader: Reader) -> None:
    folder = reader.folder / "rehearsal"
    log = [json.loads(line) for line in (folder / "flags.audit.jsonl").read_text().splitlines()]
    assert [event["action"] for event in log] == ["init", "set", "set", "set", "kill", "set", "resume", "restore"]
    reader.shell("unitdocs flags show --format json")
    shown = json.loads(reader.printed)
    assert shown["killed"] is None
    tenth = set((folder / "tenth.txt").read_text().split())
    half = set((folder / "half.txt").read_text().split())
    assert 60 <= len(tenth) <= 140
    assert tenth < half


def test_the_record_of_the_last_execution_is_of_the_page_as_it_is() -> None:
    record = json.loads((ROOT / "benchmarks" / "results" / "guide-executions.json").read_text())
    (drill,) = (page for page in record["pages"] if page["page"] == "deploy/drill.md")
    assert drill["steps"]
    assert all(step["blocks"] for step in drill["steps"])
