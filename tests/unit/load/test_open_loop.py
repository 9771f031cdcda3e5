"""Latency counts from the scheduled start, which no slow request moves."""

import gc
import math
import time

import numpy as np
import pytest
from virtual_clock import KnownServer, VirtualClock

from unitdocs.errors import MeasurementError
from unitdocs.load import arrivals
from unitdocs.load.measuring import step_of
from unitdocs.load.open_loop import MachineClock, ProcessorClock, ServedRequests, drive, empty_rate
from unitdocs.studies import Arrivals, Breakage, LoadStep

SERVICE = 0.001


def step(server: KnownServer, rate: float, count: int, kind: Arrivals = Arrivals.UNIFORM) -> LoadStep:
    """Return what a rate shows of a server, with ten service times allowed."""
    served = drive(arrivals.schedule(kind, rate, count, 1), server.serve, server.clock)
    return step_of(served, system="known", repeat=0, rate=rate, allowed=10 * SERVICE, waiting=10, workers=1)


def test_random_arrivals_have_the_rate_and_its_exponential_distances() -> None:
    gaps = np.diff(arrivals.schedule(Arrivals.POISSON, 50, 20_000, 3), prepend=0)
    assert gaps.mean() == pytest.approx(1 / 50, rel=4 / math.sqrt(20_000))
    assert gaps.std() == pytest.approx(1 / 50, rel=6 / math.sqrt(20_000))
    assert (gaps > 0).all()


def test_even_arrivals_have_equal_distances() -> None:
    assert arrivals.schedule(Arrivals.UNIFORM, 4, 3, 1).tolist() == [0, 0.25, 0.5]


def test_below_capacity_both_latencies_are_the_service_time() -> None:
    quiet = step(KnownServer(VirtualClock(), SERVICE), 500, 2_000)
    assert quiet.corrected == pytest.approx(quiet.uncorrected)
    assert quiet.p99 == pytest.approx(SERVICE)
    assert quiet.is_sustained
    assert quiet.busy == pytest.approx(0.5, rel=0.01)


def test_above_capacity_the_queue_grows_and_only_the_corrected_latency_shows_it() -> None:
    full = step(KnownServer(VirtualClock(), SERVICE), 1_250, 4_000)
    assert full.uncorrected[-1] == pytest.approx(SERVICE)
    assert full.corrected[-1] == pytest.approx(4_000 * (SERVICE - 1 / 1_250), rel=0.01)
    assert full.backlog_last > full.backlog_first + 10
    assert full.breakage is Breakage.SATURATION


def test_a_stall_of_a_second_is_in_the_corrected_p99_and_hidden_from_the_uncorrected_one() -> None:
    stalled = step(KnownServer(VirtualClock(), SERVICE, {1_000: 1.0}), 100, 6_000)
    assert stalled.uncorrected[-1] > 1  # one request of 6,000 has it
    assert stalled.uncorrected[5] == pytest.approx(SERVICE)
    assert 0.3 < stalled.p99 < 0.5  # of 6,000 requests those of about the last 40 % of the stalled second are above it


def test_a_stall_without_cpu_time_is_an_interruption_and_one_with_it_is_queueing() -> None:
    asleep = step(KnownServer(VirtualClock(), SERVICE, {1_000: 1.0}, uses_processor=False), 100, 6_000)
    working = step(KnownServer(VirtualClock(), SERVICE, {1_000: 1.0}), 100, 6_000)
    assert (asleep.breakage, working.breakage) == (Breakage.INTERRUPTIONS, Breakage.QUEUEING)


def test_a_collection_that_requests_wait_for_is_named() -> None:
    clock = VirtualClock()

    def serve(number: int) -> None:
        clock.work(SERVICE)
        if number == 1_000:
            gc.collect()

    def pass_time(phase: str, _: object) -> None:
        if phase == "stop":
            clock.work(1.0)

    gc.collect()
    gc.disable()
    gc.callbacks.append(pass_time)  # it is called before the loop's own, which then sees a pause of a second
    try:
        served = drive(arrivals.schedule(Arrivals.UNIFORM, 100, 6_000, 1), serve, clock)
    finally:
        gc.callbacks.remove(pass_time)
        gc.enable()
    paused = step_of(served, system="known", repeat=0, rate=100, allowed=10 * SERVICE, waiting=10, workers=1)
    assert paused.collections == 1
    assert paused.longest_collection == pytest.approx(1.0)
    assert paused.breakage is Breakage.COLLECTIONS


def test_a_request_that_raises_is_counted_and_the_others_are_served() -> None:
    clock = VirtualClock()

    def serve(number: int) -> None:
        clock.work(SERVICE)
        if number % 2:
            raise ValueError("odd\nand long")

    served = drive(arrivals.schedule(Arrivals.UNIFORM, 100, 200, 1), serve, clock)
    failed = step_of(served, system="known", repeat=0, rate=100, allowed=1, waiting=10, workers=1)
    assert (failed.errors, failed.error, failed.requests) == (100, "ValueError: odd", 200)
    assert not failed.is_sustained
    assert failed.breakage is Breakage.ERRORS


def test_a_clock_that_goes_backwards_is_refused() -> None:
    clock = VirtualClock()

    def serve(_: int) -> None:
        clock.time -= 1

    with pytest.raises(MeasurementError, match="backwards"):
        drive(np.zeros(3), serve, clock)


def test_a_suspended_machine_is_a_stall_like_any_other() -> None:
    slept = step(KnownServer(VirtualClock(), SERVICE, {5: 3_600.0}, uses_processor=False), 100, 1_000)
    assert slept.corrected[-1] > 3_600
    assert not slept.is_sustained


def test_several_workers_serve_each_request_once() -> None:
    seen: list[int] = []
    served = drive(np.zeros(400), seen.append, MachineClock(), workers=4)
    assert sorted(seen) == list(range(400))
    assert isinstance(served, ServedRequests)


def test_the_generator_knows_its_own_rate() -> None:
    class CostlyClock:
        """Each look at it takes 10 microseconds."""

        time = 0.0

        def now(self) -> float:
            self.time += 1e-5
            return self.time

        def cpu(self) -> float:
            return self.time

        def wait_until(self, moment: float) -> None:
            self.time = max(self.time, moment)

    assert empty_rate(CostlyClock(), 1_000) == pytest.approx(1 / 2e-5, rel=0.01)  # two looks a request


def test_the_processor_clock_skips_waiting_and_counts_work() -> None:
    clock = ProcessorClock()
    begun, real = clock.now(), time.perf_counter()
    clock.wait_until(begun + 3_600)
    assert clock.now() - begun == pytest.approx(3_600, rel=1e-3)
    assert time.perf_counter() - real < 3_600
    before = clock.now()
    sum(range(200_000))
    assert clock.now() > before


@pytest.mark.long
def test_on_the_machine_a_stall_of_a_second_is_in_the_corrected_p99_alone() -> None:
    def serve(number: int) -> None:
        if number == 500:
            time.sleep(1)

    served = drive(arrivals.schedule(Arrivals.UNIFORM, 200, 6_000, 1), serve, MachineClock())
    real = step_of(served, system="known", repeat=0, rate=200, allowed=0.01, waiting=10, workers=1)
    assert real.uncorrected[5] < 0.5 * real.p99
    assert real.p99 > 0.5
