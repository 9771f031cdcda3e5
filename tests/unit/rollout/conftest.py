"""What tests of rollouts share."""

from pathlib import Path

import pytest
from made_games import Game


@pytest.fixture
def game(tmp_path: Path) -> Game:
    return Game(tmp_path)
