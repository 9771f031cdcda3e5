"""Progress on standard error: a bar on a terminal, otherwise a line for each scenario that is finished."""

import time
from collections.abc import Sequence
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from unitdocs.bench.gate_check import PlannedGateTrial
from unitdocs.bench.run import RunProgress, Watcher
from unitdocs.bench.selfcheck import PlannedTrial
from unitdocs.records import Case, Status

LINE_EVERY = 20
"""Trials for each line, if there is no bar."""


class RunProgressBar(Watcher):
    """The progress of a run: the current scenario, its rounds so far and the time left."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        columns = (BarColumn(bar_width=24), TextColumn("{task.description}", markup=False))
        self.progress = Progress(*columns, console=self.console)
        self.task = self.progress.add_task("starting", total=1.0, visible=self.console.is_terminal)
        self.started = time.monotonic()

    def __enter__(self) -> Self:
        if self.console.is_terminal:  # otherwise it leaves an empty line
            self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.console.is_terminal:
            self.progress.stop()

    def round(self, progress: RunProgress) -> None:
        """Show the scenario being measured, the number of its round and the most time that is left."""
        left = "" if progress.left is None else f"at most {_clock(progress.left)} left   "
        description = f"{left}{progress.scenario}, round {progress.done + 1}"
        self.progress.update(self.task, completed=progress.share, description=description)

    def settled(self, cases: Sequence[Case]) -> None:
        """Print a line for a scenario that failed, or for every scenario if there is no bar."""
        timed = cases[0]  # the time by which the scenario is judged
        failed = next((case for case in cases if case.status is Status.FAILED), None)
        if failed:
            self._line(failed, f"failed: {failed.reason}")
        elif not self.console.is_terminal:
            self._line(timed, f"{len(timed.rounds)} rounds")

    def _line(self, case: Case, outcome: str) -> None:
        elapsed = time.monotonic() - self.started
        line = f"{elapsed:5.0f} s  {case.suite}/{case.scenario}: {outcome}"
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)


class SelfCheckProgressBar:
    """The progress of a self-check: the current trial, the trials done and the time left."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        columns = (BarColumn(bar_width=24), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
        self.progress = Progress(*columns, TextColumn("{task.description}", markup=False), console=self.console)
        self.task = self.progress.add_task("counting instructions", total=None, visible=self.console.is_terminal)
        self.started = time.monotonic()

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.console.is_terminal:
            self.progress.stop()

    def begin(self, trial: PlannedTrial, done: int, trials: int) -> None:
        """Show the trial that begins; if there is no bar, print a line for every twentieth."""
        description = f"{trial.operation}, {trial.slowdown:.1%} more{'' if trial.suite is None else ', in a suite'}"
        self._show(description, done, trials, every=LINE_EVERY)

    def begin_gate(self, trial: PlannedGateTrial, done: int, trials: int) -> None:
        """Show the run of the gate that begins; if there is no bar, print a line."""
        description = f"{trial.slowdown:.1%} more in one case" if trial.slowdown else "equal code"
        self._show(description, done, trials, every=1)

    def _show(self, description: str, done: int, trials: int, *, every: int) -> None:
        self.progress.update(self.task, completed=done, total=trials, description=description)
        if not self.console.is_terminal and done % every == 0:
            line = f"{time.monotonic() - self.started:5.0f} s  {done} of {trials} trials"
            self.console.print(line, markup=False, highlight=False, soft_wrap=True)


def _clock(seconds: float) -> str:
    """Return seconds as minutes and seconds, such as `1:05`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
