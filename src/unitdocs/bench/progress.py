"""Progress of a run: a bar on a terminal, a line per finished scenario elsewhere. Always on standard error."""

import time
from collections.abc import Sequence
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from unitdocs.bench.run import RunProgress, Watcher
from unitdocs.bench.selfcheck import PlannedTrial
from unitdocs.records import Case, Metric, Status

LINE_EVERY = 20
"""Trials for each line, where there is no bar."""


class Bar(Watcher):
    """Shows the scenario, its rounds done and the time left."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        columns = (BarColumn(bar_width=24), TextColumn("{task.description}", markup=False))
        self.progress = Progress(*columns, console=self.console)
        self.task = self.progress.add_task("starting", total=1.0, visible=self.console.is_terminal)
        self.started = time.monotonic()

    def __enter__(self) -> Self:
        if self.console.is_terminal:  # elsewhere it would leave an empty line
            self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.console.is_terminal:
            self.progress.stop()

    def round(self, moment: RunProgress) -> None:
        """Say which scenario is being measured, how many rounds it has, and how long the run may still take."""
        left = "" if moment.left is None else f"at most {_clock(moment.left)} left   "
        said = f"{left}{moment.scenario}, round {moment.done + 1}"
        self.progress.update(self.task, completed=moment.share, description=said)

    def settled(self, cases: Sequence[Case]) -> None:
        """Say what came of a scenario that failed; where there is no bar, of every one."""
        timed = next(case for case in cases if case.metric in (Metric.TIME, Metric.FRAME_P50))
        failed = next((case for case in cases if case.status is Status.FAILED), None)
        if failed:
            self._line(failed, f"failed: {failed.reason}")
        elif not self.console.is_terminal:
            self._line(timed, f"{len(timed.rounds)} rounds")

    def _line(self, case: Case, said: str) -> None:
        elapsed = time.monotonic() - self.started
        line = f"{elapsed:5.0f} s  {case.suite}/{case.scenario}: {said}"
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)


class Trials:
    """Shows the trial of a self-check, how many are done, and the time left."""

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
        """Say which trial begins; where there is no bar, of every twentieth."""
        said = f"{trial.operation}, {trial.slowdown:.1%} more{'' if trial.suite is None else ', in a suite'}"
        self.progress.update(self.task, completed=done, total=trials, description=said)
        if not self.console.is_terminal and done % LINE_EVERY == 0:
            line = f"{time.monotonic() - self.started:5.0f} s  {done} of {trials} trials"
            self.console.print(line, markup=False, highlight=False, soft_wrap=True)


def _clock(seconds: float) -> str:
    """Return minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
