"""The knee of a server of known capacity is found; a search can be continued from its steps."""

import math
import time

import numpy as np
import pytest
from virtual_clock import KnownServer, VirtualClock

from unitdocs.load.knee import SearchRange, knee_of, next_rate
from unitdocs.load.open_loop import LoopClock, MachineClock
from unitdocs.load.stress import LoadTarget, StressRun, search
from unitdocs.studies import Arrivals, Breakage, Knee, LoadStep, StressSettings, knee_interval

LIMIT = 10.0


def settings(**changes: object) -> StressSettings:
    """Return settings of a search."""
    members = {
        "systems": ("known",),
        "scenes": ("none",),
        "updates": 0.0,
        "arrivals": Arrivals.UNIFORM,
        "clock": "wall",
        "workers": 1,
        "seconds": 0.5,
        "requests": 600,
        "repeats": 1,
        "limit": LIMIT,
        "factor": 1.4,
        "resolution": 0.02,
        "seed": 1,
    }
    return StressSettings.model_validate(members | changes)


def found(service: float, clock: VirtualClock | None = None, **changes: object) -> tuple[Knee, tuple[LoadStep, ...]]:
    """Return the knee of a server on a virtual clock."""
    clock = clock or VirtualClock()
    server = KnownServer(clock, service)

    def target(_: str) -> LoadTarget:
        return server

    return search(StressRun(settings(**changes), target, clock, lambda _: None), "known", 0, 1e9)


@pytest.mark.parametrize("capacity", [3.0, 47.0, 333.0, 1_000.0, 8_191.0, 20_000.0])
def test_with_even_arrivals_the_knee_is_the_capacity(capacity: float) -> None:
    knee, steps = found(1 / capacity)
    assert knee.rate is not None
    assert knee.above is not None
    assert knee.rate == pytest.approx(capacity, rel=0.05)
    assert knee.above <= 1.02 * knee.rate
    assert knee.breaks is Breakage.SATURATION
    assert max(step.rate for step in steps) < 2 * capacity


def waiting_quantile(load: float, quantile: float) -> float:
    """Return a quantile of the time in a queue with random arrivals and equal service times, in service times.

    A.K. Erlang's distribution of the wait of M/D/1 (1909), summed as Crommelin did; as a fraction it is exact:
    P(W <= t) = (1 - load) * sum over k from 0 to floor(t) of (-load (t - k))^k / k! * exp(load (t - k)).
    """
    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _waits_at_most(load, middle) < quantile else (low, middle)
    return high + 1


def _waits_at_most(load: float, t: float) -> float:
    terms = ((-load * (t - k)) ** k / math.factorial(k) * math.exp(load * (t - k)) for k in range(math.floor(t) + 1))
    return (1 - load) * math.fsum(terms)


def random_knee() -> float:
    """Return the load at which 1 % of the requests take longer than `LIMIT` service times."""
    low, high = 0.1, 0.99
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if waiting_quantile(middle, 0.99) < LIMIT else (low, middle)
    return low


def test_with_random_arrivals_the_knee_is_where_queueing_theory_has_it() -> None:
    expected = 500 * random_knee()
    rates = [found(1 / 500, arrivals=Arrivals.POISSON, requests=15_000, seed=seed)[0].rate for seed in range(3)]
    mean = math.exp(float(np.mean([math.log(rate) for rate in rates if rate])))
    assert mean == pytest.approx(expected, rel=0.05)


def test_a_generator_that_reaches_its_limit_first_is_named() -> None:
    clock = VirtualClock()
    run = StressRun(settings(), lambda _: KnownServer(clock, 1 / 1_000), clock, lambda _: None)
    knee, steps = search(run, "known", 0, empty=1_200.0)
    assert (knee.rate, knee.above, knee.breaks) == (600.0, None, Breakage.GENERATOR)
    assert max(step.rate for step in steps) == 600.0


def test_a_system_that_always_raises_has_no_knee_and_the_search_ends() -> None:
    clock = VirtualClock()

    class Broken:
        def plan(self, count: int, seed: int) -> None:
            """Requests need no plan."""

        def serve(self, _: int) -> None:
            clock.work(1 / 1_000)
            raise RuntimeError("broken")

    run = StressRun(settings(), lambda _: Broken(), clock, lambda _: None)
    knee, steps = search(run, "known", 0, 1e9)
    assert (knee.rate, knee.breaks) == (None, Breakage.ERRORS)
    assert len(steps) < 10


def test_one_bad_moment_does_not_end_the_climb() -> None:
    clock = VirtualClock()
    server = KnownServer(clock, 1 / 500)

    class OnceStalled:
        planned = 0

        def plan(self, *_: int) -> None:
            self.planned += 1
            server.stalls = {300: 1.0} if self.planned == 4 else {}

        def serve(self, number: int) -> None:
            server.serve(number)

    knee, steps = search(StressRun(settings(), lambda _: OnceStalled(), clock, lambda _: None), "known", 0, 1e9)
    assert sum(not step.is_sustained for step in steps if step.rate < 400) == 1
    assert knee.rate == pytest.approx(500, rel=0.05)


def test_the_next_rate_follows_from_the_steps_alone_wherever_a_search_stopped() -> None:
    knee, steps = found(1 / 700)
    within = SearchRange(START_SHARE * 700, 1.4, 0.02, 5e8)
    for done in range(len(steps)):
        assert next_rate(steps[:done], within) == pytest.approx(steps[done].rate)
    assert next_rate(steps, within) is None
    assert knee_of(steps, within) == knee


START_SHARE = 0.25


def test_the_interval_of_the_knee_is_students_t_on_logarithms() -> None:
    interval = knee_interval([100.0, 110.0, 121.0])
    assert interval is not None
    assert (interval.rate, interval.low, interval.high) == pytest.approx((110, 86.8, 139.4), rel=1e-3)
    assert knee_interval([100.0]) is None


@pytest.mark.long
def test_on_the_machine_the_knee_of_a_server_that_spins_is_its_capacity() -> None:
    class Spinning:
        def plan(self, count: int, seed: int) -> None:
            """Requests need no plan."""

        def serve(self, _: int) -> None:
            end = time.perf_counter() + 0.002
            while time.perf_counter() < end:
                pass

    clock: LoopClock = MachineClock()
    run = StressRun(settings(seconds=3.0, requests=500), lambda _: Spinning(), clock, lambda _: None)
    knees = [search(run, "known", repeat, 1e9)[0].rate or 0.0 for repeat in range(3)]
    assert max(knees) == pytest.approx(500, rel=0.05)  # a busy machine only takes away
