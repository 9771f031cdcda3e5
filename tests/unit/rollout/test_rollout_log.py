"""The log of a rollout: a line that was cut off, edited or added is noticed, one that a kill left out is not missed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from made_games import Game

from unitdocs.errors import InputError
from unitdocs.rollout import log as logs
from unitdocs.studies import RolloutAction


@pytest.fixture
def log_file(game: Game) -> Path:
    """Return a log of three lines, of which the last is a hold."""
    game.rollout.start("agreed")
    game.day()
    game.rollout.hold("tournament")
    return game.rollout.log_file


def without_last(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def with_last_edited(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-1], lines[-1].replace(b"tournament", b"tournamend")]


def with_one_more(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[-1]]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (without_last, "lines were cut off at its end: 3 were written, and 2 are there"),
        (lambda _: [], "lines were cut off at its end: 3 were written, and 0 are there"),
        (with_last_edited, r"jsonl:3: was edited"),
        (with_one_more, r"jsonl:4: was edited"),
    ],
)
def test_an_edit_at_the_end_is_noticed(
    game: Game, log_file: Path, edit: Callable[[list[bytes]], list[bytes]], sentence: str
) -> None:
    log_file.write_bytes(b"".join(edit(log_file.read_bytes().splitlines(keepends=True))))
    for call in (game.rollout.look, game.rollout.show, lambda: logs.read(log_file)):
        with pytest.raises(InputError, match=sentence):
            call()


def test_a_removed_log_is_noticed(game: Game, log_file: Path) -> None:
    log_file.unlink()
    with pytest.raises(InputError, match="3 were written, and 0 are there"):
        game.rollout.look()


@pytest.mark.parametrize("content", ["", "[]", '{"number": "x", "digest": ""}', '{"number": 0, "digest": ""}'])
def test_a_damaged_file_of_the_last_line_is_one_sentence(log_file: Path, content: str) -> None:
    logs.end_of(log_file).write_text(content)
    with pytest.raises(InputError, match="was edited"):
        logs.read(log_file)


def test_a_process_that_was_killed_after_a_line_leaves_a_log_that_goes_on(game: Game, log_file: Path) -> None:
    end = logs.end_of(log_file)
    kept = end.read_bytes()
    assert json.loads(kept)["number"] == 3
    game.rollout.resume("over")
    end.write_bytes(kept)
    log = logs.read(log_file)
    assert log.looks[-1].action is RolloutAction.RESUME
    game.day()
    assert json.loads(end.read_bytes())["number"] == 5


def test_a_log_of_the_earlier_form_has_no_file_of_its_last_line(game: Game, log_file: Path) -> None:
    logs.end_of(log_file).unlink()
    assert len(logs.read(log_file).looks) == 3
    game.day()
    assert json.loads(logs.end_of(log_file).read_bytes())["number"] == 4
