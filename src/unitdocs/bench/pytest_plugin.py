"""What pytest is given to collect tests with a benchmark, and to run one up to it. It is imported where pytest is."""

import functools
import threading
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import pytest

from unitdocs.bench.suite import Operation

FIXTURE = "benchmark"
PLUGIN = "benchmark"
"""The name that pytest-benchmark registers its hooks by."""
OPTIONS = (
    *("-p", "no:cacheprovider", "-p", "no:xdist"),
    "--import-mode=importlib",
    *("-qq", "--tb=no", "-rN", "--show-capture=no"),
)
"""Options of pytest: it writes no file, puts no folder of the project before the revision's, and prints little."""
Found = Operation | str
"""What a test measures, or why there is nothing."""


def collect(path: str) -> tuple[int, list[str], list[str]]:
    """Collect the tests below a path.

    Returns:
        pytest's exit code, the names of the tests that use the fixture, and a sentence for each file that could not be
        collected.
    """
    collector = _TestCollector()
    code = pytest.main([path, "--collect-only", *OPTIONS], plugins=[collector])
    return int(code), collector.tests, collector.problems


def run(test: str, hand_over: Callable[[Found], None]) -> str:
    """Run a test, and hand over what it benchmarks; this returns if there is nothing, with the reason."""
    runner = _TestRunner(hand_over)
    code = pytest.main([test, *OPTIONS], plugins=[runner])
    return runner.reason or f"ended before it called {FIXTURE} (pytest's exit code is {int(code)})"


class _TestCollector:
    """Notes the tests that use the fixture."""

    def __init__(self) -> None:
        self.tests: list[str] = []
        self.problems: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note why a file cannot be collected: the last line of the error."""
        if report.failed:
            errors = [line for line in report.longreprtext.splitlines() if line.startswith("E ")]
            last = (errors or report.longreprtext.splitlines() or ["no reason given"])[-1]
            self.problems.append(f"{report.nodeid}: {' '.join(last.removeprefix('E ').split())}")

    def pytest_configure(self, config: pytest.Config) -> None:
        """Know the marker of pytest-benchmark, which need not be installed."""
        config.addinivalue_line("markers", f"{FIXTURE}: of pytest-benchmark")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note them."""
        self.tests = [item.nodeid for item in session.items if FIXTURE in getattr(item, "fixturenames", ())]


class _TestRunner(_TestCollector):
    """Gives a test a fixture that hands its function over."""

    def __init__(self, hand_over: Callable[[Found], None]) -> None:
        super().__init__()
        self._hand_over = hand_over
        self.reason = ""

    def pytest_configure(self, config: pytest.Config) -> None:
        """Take pytest-benchmark's hooks away, which accept its own fixture alone; its options are known by now."""
        super().pytest_configure(config)
        if config.pluginmanager.has_plugin(PLUGIN):
            config.pluginmanager.unregister(name=PLUGIN)

    @pytest.fixture
    def benchmark(self) -> None:
        """Exist where pytest-benchmark is not installed; the hook below gives the fixture's value in any case."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(
        self,
        fixturedef: pytest.FixtureDef[Any],
        request: Any,  # noqa: ANN401 -- of a class that pytest keeps private
    ) -> "CapturedBenchmark | None":
        """Give the fixture's value, whoever defines it."""
        if fixturedef.argname != FIXTURE:
            return None
        given = CapturedBenchmark(self._hand_over)
        fixturedef.cached_result = (given, fixturedef.cache_key(request), None)
        return given

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note why a test ended before its benchmark."""
        if report.failed or report.skipped:
            self.reason = f"{report.outcome} before it called {FIXTURE} ({_reason(report)})"


def _reason(report: pytest.TestReport) -> str:
    """Return why a test failed or was skipped, as one line."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else getattr(crash, "message", report.longreprtext)
    return " ".join(str(text).split())


def _operation(call: Callable[[], object], prepare: Callable[[], object] | None = None) -> Operation:
    """Return what is measured; the test has its own checks, which both revisions passed."""
    return Operation(call, result=lambda: None, prepare=prepare)


class CapturedBenchmark:
    """In place of pytest-benchmark's fixture: the first function that it is given is handed over.

    Args:
        hand_over: receives the function, or why there is none.
    """

    def __init__(self, hand_over: Callable[[Found], None]) -> None:
        self._hand_over = hand_over
        self.extra_info: dict[str, object] = {}
        self.group: str | None = None
        self.name: str | None = None

    def __call__(self, function: Callable[..., object], *arguments: object, **named: object) -> NoReturn:
        """Hand over the call of a function."""
        self._end(_operation(functools.partial(function, *arguments, **named) if arguments or named else function))

    def pedantic(
        self,
        target: Callable[..., object],
        args: Sequence[object] = (),
        kwargs: dict[str, object] | None = None,
        setup: Callable[[], tuple[Sequence[object], dict[str, object]] | None] | None = None,
        **_: object,
    ) -> NoReturn:
        """Hand over the call of a function; the measurement itself chooses numbers of rounds and iterations."""
        if setup is None:
            self(target, *args, **(kwargs or {}))
        given: list[Any] = [args, kwargs or {}]

        def prepare() -> None:
            given[:] = setup() or given  # it may return the arguments

        self._end(_operation(lambda: target(*given[0], **given[1]), prepare))

    def weave(self, *_: object, **__: object) -> NoReturn:
        """Refuse to replace a function of the project."""
        self._end("uses weave, which cannot be measured")

    patch = weave

    def _end(self, found: Found) -> NoReturn:
        """Hand it over, and keep the test where it is, with all that it made."""
        self._hand_over(found)
        threading.Event().wait()
        raise AssertionError("nobody sets the event")
