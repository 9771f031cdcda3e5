import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.monitoring.logs.levels import (
    DEFAULTS,
    LARGEST_FILE,
    LevelFile,
    LevelWatch,
    levels_now,
    parse_levels,
    set_level,
)
from unitdocs.monitoring.logs.record import LOGGERS, LogComponent


@pytest.fixture(autouse=True)
def levels_restored() -> Iterator[None]:
    before = {name: logging.getLogger(name).level for name in LOGGERS.values()}
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


class Watched:
    """A watch of a file, and what it asked to explain."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.asked: list[tuple[str, str]] = []
        self.watch = LevelWatch(path, lambda scene, element: self.asked.append((scene, element)))

    def holds(self, text: str) -> None:
        self.path.write_text(text)
        self.look()

    def look(self) -> None:
        self.watch._looked_at = float("-inf")  # as if a second had passed
        self.watch.look()


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "levels")


def test_a_level_is_set_for_one_component_alone() -> None:
    for component, level in DEFAULTS.items():
        set_level(component, level)
    set_level("cache", "debug")
    assert levels_now() == {**DEFAULTS, LogComponent.CACHE: "debug"}


def test_wrong_levels_are_refused_with_what_is_allowed() -> None:
    with pytest.raises(InputError) as refused:
        set_level("disk", "loud")
    assert [problem.split(" is not one of ")[0] for problem in refused.value.problems] == [
        "component: 'disk'",
        "level: 'loud'",
    ]


def test_a_file_has_a_change_a_line() -> None:
    text = "# since the alert\n\ncache = debug\n library=error\nexplain=menu/start/now\n"
    assert parse_levels(text, "levels") == LevelFile(
        {LogComponent.CACHE: "debug", LogComponent.LIBRARY: "error"}, (("menu", "start/now"),)
    )


def test_each_wrong_line_is_named_with_its_number() -> None:
    with pytest.raises(InputError) as refused:
        parse_levels("cache=debug\nchache=debug\nscene\nexplain=menu\n", "levels")
    assert [problem[:9] for problem in refused.value.problems] == ["levels:2:", "levels:3:", "levels:4:"]


def test_a_changed_file_is_applied_and_a_removed_one_restores_the_defaults(watched: Watched) -> None:
    watched.look()
    watched.holds("cache=debug\n")
    assert levels_now()[LogComponent.CACHE] == "debug"
    watched.holds("scene=error\n")
    assert levels_now()[LogComponent.SCENE] == "error"
    assert levels_now()[LogComponent.CACHE] == "info"
    watched.path.unlink()
    watched.look()
    assert levels_now() == DEFAULTS


def test_a_wrong_file_changes_nothing_and_is_reported_once(watched: Watched) -> None:
    watched.holds("cache=debug\n")
    with pytest.raises(InputError, match="'loud'"):
        watched.holds("cache=loud\nscene=debug\n")
    watched.look()
    assert levels_now()[LogComponent.CACHE] == "debug"
    assert levels_now()[LogComponent.SCENE] != "debug"


def test_the_file_is_read_once_a_second_at_most(watched: Watched) -> None:
    watched.look()
    watched.path.write_text("cache=debug\n")
    watched.watch.look()
    assert levels_now()[LogComponent.CACHE] != "debug"


def test_an_explanation_is_asked_for_once(watched: Watched) -> None:
    watched.holds("explain=menu/start\n")
    watched.holds("explain=menu/start\ncache=debug\n")
    watched.holds("explain=menu/start\nexplain=menu/stop\n")
    assert watched.asked == [("menu", "start"), ("menu", "stop")]


def test_levels_set_in_code_hold_until_the_file_changes(watched: Watched) -> None:
    watched.holds("cache=debug\n")
    set_level("cache", "error")
    watched.look()
    assert levels_now()[LogComponent.CACHE] == "error"


@pytest.mark.parametrize("kind", ["folder", "pipe", "too large"])
def test_what_is_no_file_of_levels_is_refused_without_waiting(kind: str, watched: Watched) -> None:
    if kind == "folder":
        watched.path.mkdir()
    elif kind == "pipe":
        os.mkfifo(watched.path)
    else:
        watched.path.write_text("#" * (LARGEST_FILE + 1))
    with pytest.raises(InputError, match="levels"):
        watched.look()
    watched.look()  # the same fault is reported once


def test_without_a_file_nothing_is_read() -> None:
    LevelWatch(None, lambda *_: None).look()
