"""Progress of a run: a bar on a terminal, a line per finished case elsewhere. Always on standard error."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from unitdocs.bench.run import Watcher
from unitdocs.records import Case, Status


class TimeLeft(ProgressColumn):
    """Time left, at most: most cases have their verdict long before their last look."""

    def render(self, task: Task) -> Text:
        """Return the time as minutes and seconds."""
        left = task.time_remaining
        return Text("" if left is None else f"at most {int(left) // 60}:{int(left) % 60:02d} left")


class Bar(Watcher):
    """Shows the case, the rounds done and the time left."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        columns = (BarColumn(bar_width=24), TextColumn("{task.completed:.0f}/{task.total:.0f} rounds"), TimeLeft())
        self.progress = Progress(*columns, TextColumn("{task.description}", markup=False), console=self.console)
        self.task = self.progress.add_task("starting", total=None, visible=self.console.is_terminal)
        self.started = time.monotonic()

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()

    def begin(self, rounds: int) -> None:
        """Set the bar's length."""
        self.progress.update(self.task, total=rounds, description="comparing answers")

    def round(self, case: str, done: int) -> None:
        """Move on by a round."""
        self.progress.update(self.task, advance=1, description=f"{case}, round {done}")

    def end_case(self, case: Case, rounds_left: int) -> None:
        """Pass over the rounds that the case did not need, and say so where there is no bar."""
        self.progress.update(self.task, advance=rounds_left)
        if not self.console.is_terminal or case.status is Status.FAILED:
            came_to = (
                f"{len(case.rounds)} rounds" if case.status is Status.MEASURED else f"{case.status}: {case.reason}"
            )
            elapsed = time.monotonic() - self.started
            self.console.print(
                f"{elapsed:5.0f} s  {case.suite}/{case.scenario}: {came_to}", markup=False, soft_wrap=True
            )
