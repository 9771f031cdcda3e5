"""Health: each component of a game's unit system is checked, with a time limit, and none waits for another.

Results are kept for some seconds, so that polling costs little.
"""

import contextlib
import os
import reprlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from unitdocs.errors import InputError, UnitdocsError
from unitdocs.flags.assignment import BUCKETS
from unitdocs.flags.flag import ORIGINAL, REFACTORED, Flag
from unitdocs.flags.watching import WatchedFlag
from unitdocs.monitoring.health.resources import (
    LITTLE_SPACE,
    NO_SPACE,
    STALLED_AFTER,
    EventFolder,
    EventWriterCheck,
    HealthFinding,
    HealthState,
    check_dependencies,
    check_disk,
    check_flag,
    check_folders,
    down,
    host_and_port,
    listed,
    up,
)
from unitdocs.monitoring.health.self_test import GOLDEN, SelfTest
from unitdocs.monitoring.metrics.counting import EventSink, Monitor
from unitdocs.monitoring.metrics.families import COMPONENTS, SYSTEMS
from unitdocs.monitoring.traces.tracing import ENDPOINTS

Check = Callable[[], HealthFinding]
TIMEOUT: Final = 2.0
"""Seconds that a check may take."""
OLDEST: Final = 60.0
"""Seconds after which what was found no longer counts: a scrape waits for the checks."""
LONGEST: Final = 3_600
"""Seconds that a check may be allowed at most."""
KEEP: Final = 5.0
"""Seconds for which results are kept."""
PATIENCE: Final = 0.05
"""Seconds to wait for a check before the next one begins: side by side they would slow what the self-test times."""
PRODUCTION: Final = "production"
"""The environment of a monitor that has none."""
NEEDED: Final = ("self_test", "flag_file")
"""The components without which a process is not ready."""
_WORST_FIRST: Final = (HealthState.DOWN, HealthState.DEGRADED, HealthState.UP)


@dataclass(frozen=True, slots=True)
class ComponentHealth:
    """What was found of one component.

    Args:
        component: one of `families.COMPONENTS`.
        state: its state.
        sentence: what was found; if it is not up, also what to do.
        seconds: how long the check took.
    """

    component: str
    state: HealthState
    sentence: str
    seconds: float


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The health of all components.

    Args:
        components: one entry for each, in the order of `families.COMPONENTS`.
        time: when they were checked, in seconds since 1970.
    """

    components: tuple[ComponentHealth, ...]
    time: float

    @property
    def state(self) -> HealthState:
        """The state of the component that is worst off."""
        states = {component.state for component in self.components}
        return next(state for state in _WORST_FIRST if state in states)

    @property
    def unready(self) -> tuple[ComponentHealth, ...]:
        """The components because of which the process is not ready: the self-test and the flag file, if down."""
        return tuple(one for one in self.components if one.component in NEEDED and one.state is HealthState.DOWN)

    def members(self) -> dict[str, object]:
        """Return the report as JSON can hold it: `status`, `time`, and `checks` by component."""
        return {
            "status": self.state.value,
            "time": datetime.fromtimestamp(self.time, UTC).isoformat(timespec="milliseconds"),
            "checks": {
                one.component: [
                    {
                        "status": one.state.value,
                        "output": one.sentence,
                        "observedValue": round(one.seconds, 6),
                        "observedUnit": "s",
                    }
                ]
                for one in self.components
            },
        }


class HealthChecks:
    """The checks of one process. Several threads may use one object.

    The self-test runs for each system that is active: that of the argument, else those that the monitor watches, else
    those that the flag gives to players.

    Args:
        monitor: what the process counts; its flag and its events are checked (default: that of the service).
        system: `original` or `refactored`, if every session gets it.
        environment: name of the environment whose share of the flag is said (default: that of the monitor).
        flag_file: the flag file, if the monitor has no flag.
        events: the folder of events that others write to, if the monitor has none that write.
        records: the folder of run records.
        addresses: what must be reached in addition to the collector of traces that OpenTelemetry's variables name, such
            as `http://127.0.0.1:4318`.
        checks: a game's own checks, by component, in place of those here.
        timeout: seconds that a check may take; above 0.
        keep: seconds for which results are kept; 0 or more.
        stalled_after: seconds without an event after which a writer is stalled.
        little_space: free bytes of a disk below which it is degraded.
        no_space: free bytes of a disk below which it is down.

    Raises:
        InputError: no system or component has that name, an address is none, or a number is out of its range; all of
            them at once.
    """

    def __init__(
        self,
        monitor: Monitor | None = None,
        *,
        system: str | None = None,
        environment: str | None = None,
        flag_file: Path | None = None,
        events: Path | None = None,
        records: Path | None = None,
        addresses: Sequence[str] = (),
        checks: Mapping[str, Check] | None = None,
        timeout: float = TIMEOUT,
        keep: float = KEEP,
        stalled_after: float = STALLED_AFTER,
        little_space: int = LITTLE_SPACE,
        no_space: int = NO_SPACE,
    ) -> None:
        _check_arguments(system, addresses, checks or {}, timeout=timeout, keep=keep)
        self._tests: dict[tuple[str, str], SelfTest] = {}
        self._running: dict[str, _RunningCheck] = {}
        self._environment, self._flag_file, self._event_folder = environment, flag_file, events
        self._has_monitor = monitor is not None
        self._attach(Monitor(environment=environment or PRODUCTION) if monitor is None else monitor)
        self._system, self._timeout, self._keep = system, timeout, keep
        self._folders = tuple(folder for folder in (events, records) if folder is not None)
        self._checks: dict[str, Check] = {
            **self._of_systems(),
            "flag_file": self._flag,
            "event_writer": EventWriterCheck(self._events, stalled_after),
            "record_store": partial(check_folders, self._folders),
            "disk": partial(check_disk, self._folders, little_space, no_space),
            "dependencies": partial(self._dependencies, tuple(addresses)),
            **(checks or {}),
        }
        self._begin()

    def attach(self, monitor: Monitor) -> None:
        """Check what a monitor counts, if no monitor was given when the checks were made."""
        if not self._has_monitor:
            self._has_monitor = True
            self._attach(monitor)
            self._begin()

    @property
    def environment(self) -> str:
        """The environment whose share of the flag is said."""
        return self._environment or str(getattr(self.monitor, "environment", PRODUCTION))

    def _attach(self, monitor: Monitor) -> None:
        self.monitor = monitor
        self._tests.clear()  # they observe for the monitor before
        if monitor.flag is None and self._flag_file is not None:
            monitor.flag = WatchedFlag(self._flag_file)
        if monitor.events is None and self._event_folder is not None:
            monitor.events = EventFolder(self._event_folder)

    def _of_systems(self) -> dict[str, Check]:
        calculators: dict[str, Check] = {f"calculator_{kind}": partial(self._calculators, kind) for kind in GOLDEN}
        tested = {name: partial(self._tested, name) for name in ("cache", "strategies", "validation")}
        return {**calculators, **tested, "self_test": partial(self._tested, "scene")}

    def _begin(self) -> None:
        """Begin as this process: with a lock of its own, and without the threads of another."""
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._running.clear()
        self._report: HealthReport | None = None
        self._checked_at = 0.0

    def run(self) -> HealthReport:
        """Check all components, or return what was found some seconds ago. Never raises."""
        if self._process != os.getpid():
            self._begin()
        with self._lock:
            report = self._report
            if report is None or time.monotonic() - self._checked_at >= self._keep:
                self._report = report = self._checked()
                self._checked_at = time.monotonic()
        return report

    def states(self) -> Mapping[str, str]:
        """Return the state of each component, for a monitor's `health`. Never raises.

        A scrape does not wait for checks: while they run in a thread, it gets what was found before, at most a minute
        ago. It waits only if nothing is kept.
        """
        report, age = self._report, time.monotonic() - self._checked_at
        if report is None or not self._keep or age >= OLDEST or self._process != os.getpid():
            report = self.run()
        elif age >= self._keep and not self._lock.locked():
            with contextlib.suppress(RuntimeError, MemoryError):  # no thread is left: the next scrape tries again
                threading.Thread(target=self.run, name="unitdocs-health", daemon=True).start()
        return {one.component: one.state.value for one in report.components}

    def _checked(self) -> HealthReport:
        now = time.time()
        for name in COMPONENTS:
            running = self._running.get(name)
            if running is None or running.finding is not None:  # one that never ends is not begun once more
                self._running[name] = _RunningCheck(name, self._checks[name], self._timeout)
                self._running[name].wait(min(PATIENCE, self._timeout))
        components = tuple(self._running[name].health() for name in COMPONENTS)
        return HealthReport(components, now)

    def active_systems(self) -> tuple[str, ...]:
        """Return the names of the systems that sessions get."""
        if self._system is not None:
            return (self._system,)
        watched = tuple(name for name in SYSTEMS if self.monitor.systems[name].watched)
        return watched or _given_by(None if self.monitor.flag is None else self.monitor.flag.current())

    def _calculators(self, kind: str) -> HealthFinding:
        systems = self.active_systems()
        if kind == "composition" and systems == (ORIGINAL,):
            return up("the original system has no compositions")
        problems = [problem for name in systems for problem in self._test(kind, name).calculators(kind)]
        rows = f"{len(GOLDEN[kind])} golden rows of {kind} have their numbers"
        return self._finding(problems, f"{rows} in the {' and the '.join(systems)} system")

    def _tested(self, name: str) -> HealthFinding:
        systems = self.active_systems()
        if name == "cache" and systems == (ORIGINAL,):
            return up("the original system keeps nothing")
        problems = [problem for system in systems for problem in getattr(self._test(name, system), name)()]
        return self._finding(problems, f"{_PASSED[name]} in the {' and the '.join(systems)} system")

    def _finding(self, problems: Sequence[str], passed: str) -> HealthFinding:
        if not problems:
            return up(passed)
        for name in SYSTEMS:
            if any(problem.startswith(f"{name}:") for problem in problems):
                self.monitor.failed(name, "self_test")
        return down(f"{listed(problems)}; activate the other system, and report it with `unitdocs units explain`")

    def _test(self, check: str, system: str) -> SelfTest:
        """Return the self-test that one check uses alone: what it counts is not changed by another thread."""
        test = self._tests.get((check, system))
        if test is None:
            test = self._tests[check, system] = SelfTest(system, self.monitor.observed)
        return test

    def _flag(self) -> HealthFinding:
        flag = self.monitor.flag
        return check_flag(flag, None if flag is None else flag.current(), self.environment, time.time())

    def _dependencies(self, addresses: tuple[str, ...]) -> HealthFinding:
        collectors = [os.environ[name] for name in ENDPOINTS if os.environ.get(name)]
        reached = (*addresses, *collectors[:1])
        return check_dependencies(reached, self._timeout / (len(reached) + 1))

    def _events(self) -> EventSink | None:
        return self.monitor.events


_PASSED: Final = {
    "cache": "a layout that is asked for again comes from the cache",
    "strategies": "every unit and keyword is resolved as it is explained",
    "validation": "units without what they need are recognised",
    "scene": "the golden scene has its layout",
}


def _given_by(state: object) -> tuple[str, ...]:
    """Return the systems that a flag gives to players; without a flag that can be used it is the original."""
    if not isinstance(state, Flag) or state.killed is not None:
        return (ORIGINAL,)
    shares = {state.share, *state.shares.values()}
    if shares == {BUCKETS} and not state.denied:
        return (REFACTORED,)
    return (ORIGINAL, REFACTORED) if shares != {0} or state.allowed else (ORIGINAL,)


class _RunningCheck:
    """A check in a thread of its own, which ends with the process whatever it does.

    Args:
        component: what is checked.
        check: the check.
        timeout: seconds that it may take.
    """

    def __init__(self, component: str, check: Check, timeout: float) -> None:
        self.component, self._check, self._timeout = component, check, timeout
        self.finding: HealthFinding | None = None
        self._begun = time.monotonic()
        self._seconds = 0.0
        self._done = threading.Event()
        try:
            threading.Thread(target=self._run, name=f"unitdocs-health-{component}", daemon=True).start()
        except (RuntimeError, MemoryError) as error:
            self._end(down(f"the check could not begin ({error}); see how many threads this process has"))

    def _run(self) -> None:
        finding = down("the check ended without a finding; see the component")
        try:
            finding = self._found()
        finally:  # whatever happens: a check that seems to run is not begun again
            self._end(finding)

    def _found(self) -> HealthFinding:
        try:
            finding: object = self._check()
        except UnitdocsError as error:
            return down(str(error))
        except BaseException as error:  # noqa: BLE001 -- the failure of a check is what it found, and ends no game
            return down(f"the check failed ({type(error).__name__}: {error}); see the component")
        if isinstance(finding, HealthFinding) and finding.state in _WORST_FIRST and isinstance(finding.sentence, str):
            return finding
        return down(f"the check returned {reprlib.repr(finding)}, which is no HealthFinding; mend the check")

    def _end(self, finding: HealthFinding) -> None:
        self._seconds = time.monotonic() - self._begun
        self.finding = finding
        self._done.set()

    def wait(self, seconds: float) -> None:
        """Return when the check has ended, or after some seconds."""
        self._done.wait(seconds)

    def health(self) -> ComponentHealth:
        """Return what was found, or that there was no answer in time; one that was late before is not waited for."""
        self.wait(max(0.0, self._begun + self._timeout - time.monotonic()))
        finding = self.finding
        if finding is not None:
            return ComponentHealth(self.component, finding.state, finding.sentence, self._seconds)
        waited = time.monotonic() - self._begun
        sentence = f"the check gave no answer within {self._timeout:g} s; it may wait for a disk or the network"
        return ComponentHealth(self.component, HealthState.DOWN, sentence, waited)


def _check_arguments(
    system: str | None, addresses: Sequence[str], checks: Mapping[str, Check], *, timeout: float, keep: float
) -> None:
    problems = [
        problem
        for is_wrong, problem in (
            (system not in (None, *SYSTEMS), f"system: {system!r} is not one of {', '.join(SYSTEMS)}"),
            (not 0 < timeout <= LONGEST, f"timeout: expected seconds above 0, up to {LONGEST}, got {timeout}"),
            (not keep >= 0, f"keep: expected 0 seconds or more, got {keep}"),
        )
        if is_wrong
    ]
    problems += [f"checks: {name!r} is not one of {', '.join(COMPONENTS)}" for name in set(checks) - set(COMPONENTS)]
    for address in addresses:
        try:
            host_and_port(address)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*(f"health: {problem}" for problem in problems))
