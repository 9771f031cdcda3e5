"""A game with a rollout, whose days pass as a test wants."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from made_events import play

from unitdocs.flags import changing
from unitdocs.flags.flag import Flag
from unitdocs.flags.flag_file import load as load_flag
from unitdocs.rollout.steering import Rollout
from unitdocs.studies import RolloutLook

PLAN = """\
source = "simulated"
[[stages]]
name = "10 percent"
percent = 10
days = 1
sessions = 100
[[stages]]
name = "50 percent"
percent = 50
days = 1
sessions = 100
[[stages]]
name = "everybody"
percent = 100
days = 1
sessions = 100
[[gates]]
metric = "frame time"
kind = "mean"
margin = 0.02
limit = 0.05
[[gates]]
metric = "error"
kind = "share"
margin = 0.05
limit = 0.06
"""
BEGIN = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Game:
    """A game with a flag, a plan, and a clock that a test sets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.flag_file = folder / "flags.json"
        self.plan_file = folder / "rollout.toml"
        self.plan_file.write_text(PLAN)
        changing.create(self.flag_file, Flag(), "")
        self.moment = BEGIN
        self.rollout = Rollout(self.plan_file, lambda: self.moment)

    def day(self, sessions: int = 2_500, *, ratio: float = 1.0, error_rate: float = 0.0) -> RolloutLook:
        """Let a day pass in which people play, and look."""
        self.moment += timedelta(days=1)
        play(self.folder / "events", self.flag_file, self.moment, sessions=sessions, ratio=ratio, error_rate=error_rate)
        return self.rollout.look()

    @property
    def flag(self) -> Flag:
        return load_flag(self.flag_file).flag
