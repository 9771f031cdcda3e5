"""The progress of a load: the part that runs, parts done and the time left, on a terminal alone."""

import time
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from unitdocs.cli.load_progress import spoken


class LoadProgress:
    """A bar on standard error.

    Args:
        what: the sentence before the first part, with how long it takes; printed in any case.
    """

    def __init__(self, what: str) -> None:
        self.console = Console(stderr=True)
        columns = (BarColumn(bar_width=24), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
        self.progress = Progress(*columns, console=self.console)
        self.task = self.progress.add_task("starting", total=1.0, visible=self.console.is_terminal)
        self.started = time.monotonic()
        self._first: float | None = None
        self.console.print(what, markup=False, highlight=False, soft_wrap=True)

    def __enter__(self) -> Self:
        if self.console.is_terminal:  # otherwise it leaves an empty line
            self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.console.is_terminal:
            self.progress.stop()

    def begin(self, part: str, done: float, planned: float) -> None:
        """Show the part that begins; the time left is as that of the parts so far.

        Args:
            part: its name.
            done: work that is done, in any unit.
            planned: all work, in the same unit.
        """
        if self._first is None:
            self._first = done
        here, rest = done - self._first, planned - done
        left = f"about {spoken((time.monotonic() - self.started) * rest / here)} left   " if here > 0 else ""
        self.progress.update(self.task, completed=done / planned, description=f"{left}{part}")
