"""A clock that only the work under test moves, and a server of known capacity on it."""

import random
from dataclasses import dataclass, field


@dataclass
class VirtualClock:
    """Time that passes by waiting and by work alone."""

    time: float = 0.0
    used: float = 0.0

    def now(self) -> float:
        """Return the time."""
        return self.time

    def cpu(self) -> float:
        """Return the CPU time."""
        return self.used

    def wait_until(self, moment: float) -> None:
        """Let time pass."""
        self.time = max(self.time, moment)

    def work(self, seconds: float) -> None:
        """Use the processor for some time."""
        self.time += seconds
        self.used += seconds


@dataclass
class KnownServer:
    """A server with a known service time, and stalls at numbers of requests."""

    clock: VirtualClock
    service: float
    stalls: dict[int, float] = field(default_factory=dict)
    jitter: float = 0.0
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    uses_processor: bool = True

    def plan(self, count: int, seed: int) -> None:
        """Requests need no plan."""

    def serve(self, number: int) -> None:
        """Serve a request."""
        self.clock.work(self.service * (1 + self.jitter * (self.rng.random() - 0.5)))
        stall = self.stalls.get(number, 0.0)
        if self.uses_processor:
            self.clock.work(stall)
        else:
            self.clock.time += stall
