"""The sample game is migrated by the scan and by the guide alone, plays the same, and goes back."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from unitdocs.migrate import Topic

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "deploy" / "changes.md"
GAME = ROOT / "tests" / "sample_game" / "orchard"
SETTING = "UNITDOCS_SYSTEM"


class Change(NamedTuple):
    """A row of the guide's table: what a text is changed to."""

    anchor: str
    before: str
    after: str


def changes() -> list[Change]:
    """Read the table's rows, and of each the blocks after `Before` and `After` in its section."""
    guide = GUIDE.read_text()
    table = guide[guide.index("{ #changes }") : guide.index("The examples resolve this scene:")]
    found = []
    for anchor in re.findall(r"^\| \[.*?\]\(#([\w-]+)\)", table, re.MULTILINE):
        section = guide[guide.index(f"{{ #{anchor} }}\n") :].split("\n## ")[0]
        before, after = (
            re.search(rf"^{word}\b.*?```python\n(.*?)```", section, re.DOTALL | re.MULTILINE)
            for word in ("Before", "After")
        )
        assert before, f"{anchor}: no block before"
        assert after, f"{anchor}: no block after"
        found.append(Change(anchor, definitions(before[1]), definitions(after[1])))
    return found


def definitions(block: str) -> str:
    """Return a block without the examples at its end, which call what it defines."""
    lines = block.splitlines()
    ends = [i for i, line in enumerate(lines) if re.match(r"def |class ", line)]
    last = ends[-1] + 1
    while last < len(lines) and (not lines[last] or lines[last].startswith(" ")):
        last += 1
    return "\n".join(lines[:last]).strip() + "\n"


def scan(folder: Path, *options: str) -> tuple[int, Any]:
    """Scan a folder; return the exit code, and the report."""
    command = [sys.executable, "-m", "unitdocs.cli", "migrate", "scan", str(folder), "--format", "json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.returncode, json.loads(done.stdout)


def anchors(sites: list[dict[str, str]]) -> list[str]:
    """Return the sections of the guide that places are explained in."""
    return [site["guide"].partition("#")[2] for site in sites]


def migrate(game: Path) -> dict[str, int]:
    """Let the scan change a game, change the rest as the guide says; return how often each row applied."""
    _, report = scan(game, "--write")
    written = Counter(anchors(report["changes"]))
    applied = {change.anchor: written[change.anchor] for change in changes()}
    for file in sorted(game.glob("*.py")):
        text = file.read_text()
        for change in changes():
            applied[change.anchor] += text.count(change.before)
            text = text.replace(change.before, change.after)
        file.write_text(text)
    return applied


def play(folder: Path, system: str | None, *options: str) -> tuple[str, str]:
    """Play the game; return what it drew, and which system it says it used."""
    kept = {name: value for name, value in os.environ.items() if name != SETTING}
    done = subprocess.run(
        [sys.executable, "-m", "orchard.play", *options],
        cwd=folder,
        env={**kept, **({} if system is None else {SETTING: system})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr.strip().removeprefix("played with ")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a folder with the game as it was written, and one with the migrated game."""
    old, new = (tmp_path_factory.mktemp(name) for name in ("old", "new"))
    for folder in (old, new):
        shutil.copytree(GAME, folder / "orchard", ignore=shutil.ignore_patterns("__pycache__"))
    applied = migrate(new / "orchard")
    assert all(applied.values()), f"the game does not use {[anchor for anchor, count in applied.items() if not count]}"
    return old, new


def test_the_game_does_not_run_with_the_refactored_system_as_it_was_written(folders: tuple[Path, Path]) -> None:
    drawn, system = play(folders[0], "refactored")
    assert system == "original"
    assert drawn


def test_the_migrated_game_draws_the_same_with_both_systems_and_goes_back(folders: tuple[Path, Path]) -> None:
    old, new = folders
    expected, _ = play(old, None)
    assert len(expected.splitlines()) > 24
    for setting, name in ((None, "original"), ("refactored", "refactored"), ("original", "original")):
        assert play(new, setting) == (expected, name)


def test_saved_games_are_read_after_the_migration_and_after_the_way_back(folders: tuple[Path, Path]) -> None:
    old, new = folders
    files = {}
    for name, folder, setting in (("old", old, None), ("new", new, "refactored"), ("back", new, "original")):
        files[name] = folder / f"{name}.save"
        play(folder, setting, "--save", str(files[name]))
    expected, _ = play(old, None, "--load", str(files["old"]))
    assert expected != play(old, None)[0]
    for name, file in files.items():
        for setting in ("original", "refactored"):
            drawn, system = play(new, setting, "--load", str(file))
            assert system == ("refactored" if name == "new" else "original")
            if name == "old":  # its elements have no size, and no constant is patched any more, as the guide says
                drawn = drawn.replace("0.0, 0.0, 100.0, 100.0, 1.0]", "0.0, 0.0, 64.0, 64.0, 1.0]")
            assert drawn == expected


def test_the_scan_leaves_what_the_guide_leaves(folders: tuple[Path, Path]) -> None:
    code, report = scan(folders[1])
    assert code == 1
    assert report["changes"] == []
    assert Counter(anchors(report["left"])) == {"own-units": 2, "change-pickles": 2}  # classes of saved games


@pytest.mark.parametrize("anchor", ["change-system", "change-calculator", "change-class", "change-result"])
def test_the_scan_writes_what_the_guide_shows(anchor: str, tmp_path: Path) -> None:
    (change,) = (change for change in changes() if change.anchor == anchor)
    calls = "from unitdocs.units import create_system\nsystem = create_system()\nplace_of(1, system)\n"
    file = tmp_path / "game.py"
    file.write_text(f"{change.before}{calls}" if anchor == "change-calculator" else f"import unitdocs\n{change.before}")
    assert scan(tmp_path, "--write")[0] == 0
    assert change.after.strip() in file.read_text()


def test_every_section_that_the_scan_names_is_in_the_guide() -> None:
    named = {topic.value for topic in Topic}
    assert named <= set(re.findall(r"\{ #([\w-]+) \}", GUIDE.read_text()))


def test_no_text_of_the_game_is_written_for_the_refactored_system() -> None:
    text = "\n".join(file.read_text() for file in GAME.glob("*.py"))
    assert not re.search(r"create_system|refactored|Layout|Registry", text)
    assert len(text.splitlines()) > 350
