"""Progress of a load run: a bar on a terminal, which is drawn between steps only, so that it takes no time of them."""

import time
from typing import Self

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from unitdocs.formatting import duration

MINUTE = 60.0


class LoadProgressBar:
    """The share of a run that is done, and the time left.

    Args:
        steps: steps of the whole run, about.
        seconds: how long it takes, about.
    """

    def __init__(self, steps: int, seconds: float) -> None:
        self.steps, self.seconds, self.done = steps, seconds, 0
        self.console = Console(stderr=True)
        columns = (BarColumn(bar_width=24), TextColumn("{task.description}", markup=False))
        self.progress = Progress(*columns, console=self.console, auto_refresh=False)
        self.task = self.progress.add_task("starting", total=1.0)
        self.started = time.monotonic()

    def __enter__(self) -> Self:
        typer.echo(f"This takes about {spoken(self.seconds)}.", err=True)
        if self.console.is_terminal:
            self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.console.is_terminal:
            self.progress.stop()

    def advance(self, text: str) -> None:
        """Show that a step has ended."""
        self.done += 1
        if not self.console.is_terminal:
            return
        share = min(0.99, self.done / self.steps)
        left = (time.monotonic() - self.started) * (1 / share - 1)
        self.progress.update(self.task, completed=share, description=f"about {spoken(left)} left   {text}")
        self.progress.refresh()


def spoken(seconds: float) -> str:
    """Return a duration of a run: `40 s`, or `12 min`."""
    return f"{seconds / MINUTE:,.0f} min" if seconds >= 1.5 * MINUTE else duration(seconds, 2)
