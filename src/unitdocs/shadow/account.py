"""What shadow mode may spend: a share of the calls, and of the time that passes."""

import math
import threading
import time
from dataclasses import dataclass

BURST = 0.002
"""Seconds that shadow mode can save up at most, an eighth of a frame: it does not make up for a pause in one frame."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What shadow mode did so far.

    Args:
        calls: calls of the game.
        chosen: calls that the share chose.
        skipped: chosen calls that were not compared: the budget was spent, shadow mode had stopped, or another thread
            replaced elements meanwhile.
        seconds: what the comparisons took, of the wall clock.
        time_share: the same as a share of the time since the start, 0 to 1.
        stopped: why shadow mode stopped; None if it did not.
    """

    calls: int
    chosen: int
    skipped: int
    seconds: float
    time_share: float
    stopped: str | None


class Account:
    """Chooses calls evenly by the share, and lets them be compared while the budget allows. Threads may share it.

    Every call takes one off `left`; the one that finds 0 there asks `allows`. So the many that are not compared cost
    next to nothing; threads that do it at the same moment may lose a count.

    Args:
        share: of the calls, 0 to 1.
        budget: share of the wall clock's time that comparisons may take, 0 to 1; 1 is without a limit.
        longest: seconds that one comparison may take before shadow mode stops for good.

    Attributes:
        left: calls until the next one that is chosen.
    """

    def __init__(self, share: float, budget: float, longest: float) -> None:
        self.share = share
        self.budget = budget
        self.longest = longest
        self._lock = threading.RLock()  # a handler of a signal may ask for a report
        self._started = self._settled = time.perf_counter()
        self._saved = BURST if budget else 0.0
        self._chosen = self._skipped = 0
        self.left = self._gap() if share else 0
        self._seconds = 0.0
        self._stopped: str | None = None

    def allows(self) -> bool:
        """Count a call that was chosen, and return whether it is to be compared."""
        with self._lock:
            self._chosen += 1
            self.left = self._gap()
            if self._stopped is None and self._has_budget():
                return True
            self._skipped += 1
            return False

    def _gap(self) -> int:
        """Return how many calls further the next chosen one is: the k-th is the call number k / share, rounded up."""
        return math.ceil((self._chosen + 1) / self.share) - math.ceil(self._chosen / self.share)

    def _has_budget(self) -> bool:
        if self.budget >= 1:
            return True
        now = time.perf_counter()
        self._saved = min(BURST, self._saved + (now - self._settled) * self.budget)
        self._settled = now
        return self._saved > 0

    def spend(self, seconds: float) -> None:
        """Take the time of a comparison off the budget; stop if it took too long."""
        with self._lock:
            self._seconds += seconds
            self._saved -= seconds
            if seconds > self.longest and self._stopped is None:
                self._stopped = f"one comparison took longer than {self.longest:g} s"

    def skip(self) -> None:
        """Count a call that was allowed, but could not be compared."""
        with self._lock:
            self._skipped += 1

    def stop(self, why: str) -> None:
        """Compare nothing from now on."""
        with self._lock:
            self._stopped = self._stopped or why

    def spending(self) -> Spending:
        """Return what was done so far."""
        with self._lock:
            passed = time.perf_counter() - self._started
            share = self._seconds / passed if passed > 0 else 0.0
            calls = math.ceil((self._chosen + 1) / self.share) - self.left if self.share else 0
            return Spending(calls, self._chosen, self._skipped, self._seconds, share, self._stopped)
