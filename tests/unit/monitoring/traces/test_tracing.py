import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from textwrap import dedent
from types import FrameType

import pytest
from collectors import Collector, attributes_of

from unitdocs.errors import InputError
from unitdocs.flags import Choice, Reason, choose_system
from unitdocs.monitoring.current_work import CURRENT, NOTHING
from unitdocs.monitoring.logs.levels import set_level
from unitdocs.monitoring.logs.running import LoggingObserver, game_log, start_logging
from unitdocs.monitoring.traces.tracing import QUEUE, TracingObserver, start_tracing
from unitdocs.units import Element, Extent, Scene, Size, create_system
from unitdocs.units.refactored.events import Calculated, Failed, Observers, ResolutionPath, Subject
from unitdocs.units.refactored.system import UnitSystem

SESSION = 12345
MENU = Scene("menu", tuple(Element(f"panel-{i}", width=Size("scene-width", "fill")) for i in range(15)))
RESOLVED = Calculated(Subject.SCENE, "menu", 15, ResolutionPath.PLAN, 0.001)


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SERVICE_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "5")
    yield
    assert CURRENT.get() == NOTHING


def observed_system(*observers: object, every: int = 1) -> UnitSystem:
    system = UnitSystem()
    system.observers = Observers(*observers, every=every)
    return system


def closed_port() -> str:
    with Collector() as gone:
        return gone.url


def test_spans_of_a_session_arrive_with_names_parents_and_attributes() -> None:
    with Collector() as collector:
        with start_tracing(collector.url, service="game", environment="test") as tracing:
            system = observed_system(TracingObserver(tracing))
            with tracing.session(SESSION) as session:
                session.choose(lambda: Choice("refactored", "refactored", Reason.SHARE, 7))
                with session.scene("menu"):
                    menu = system.prepare(MENU)
                    menu.resolve(scene=Extent(800, 600))
                    with pytest.raises(InputError):
                        menu.resolve(scene="wide")
        assert tracing.counts.exported == len(collector.spans())
    spans = {span.name: span for span in collector.spans() if not span.status.code}
    assert set(spans) == {
        "unitdocs.session",
        "unitdocs.scene",
        "unitdocs.evaluate_flag",
        "unitdocs.select_strategies",
        "unitdocs.resolve",
    }
    root, scene = spans["unitdocs.session"], spans["unitdocs.scene"]
    assert root.parent_span_id == b""
    assert scene.parent_span_id == spans["unitdocs.evaluate_flag"].parent_span_id == root.span_id
    assert spans["unitdocs.resolve"].parent_span_id == scene.span_id
    assert spans["unitdocs.select_strategies"].parent_span_id == scene.span_id
    assert len({span.trace_id for span in collector.spans()}) == 1
    assert root.start_time_unix_nano <= scene.start_time_unix_nano
    assert scene.end_time_unix_nano <= root.end_time_unix_nano
    assert attributes_of(spans["unitdocs.resolve"]) == {
        "unitdocs.session": "0000000000003039",
        "unitdocs.system": "refactored",
        "unitdocs.flag.version": 7,
        "unitdocs.scene": "menu",
        "unitdocs.path": "bound",
        "unitdocs.elements": 15,
    }
    flag = attributes_of(spans["unitdocs.evaluate_flag"])
    assert flag["feature_flag.key"] == "unit-system"
    assert flag["feature_flag.result.reason"] == "share"
    assert flag["feature_flag.version"] == "7"
    (failed,) = [span for span in collector.spans() if span.status.code]
    assert failed.status.message.startswith("menu: context.scene: expected")
    resource = collector.resource()
    assert resource["service.name"] == "game"
    assert resource["deployment.environment.name"] == "test"
    assert resource["telemetry.sdk.name"] == "opentelemetry"
    assert {"host.name", "process.command_args", "process.owner"}.isdisjoint(resource)
    assert collector.paths[0] == "/v1/traces"


def test_a_span_lasts_as_long_as_the_event_says() -> None:
    with Collector() as collector:
        with start_tracing(collector.url) as tracing, tracing.session(SESSION):
            TracingObserver(tracing).calculated(RESOLVED)
        (span,) = [span for span in collector.spans() if span.name == "unitdocs.resolve"]
    assert span.end_time_unix_nano - span.start_time_unix_nano == 1_000_000


@pytest.mark.parametrize("step", [1, -1], ids=["logged first", "traced first"])
def test_log_lines_carry_the_ids_of_the_spans_of_the_same_work(step: int) -> None:
    stream = io.StringIO()
    with Collector() as collector:
        with start_logging(stream=stream) as logs, start_tracing(collector.url, every=3) as tracing:
            set_level("scene", "debug")
            observers = [LoggingObserver(tracing), TracingObserver(tracing)]
            system = observed_system(*observers[::step])
            with tracing.session(SESSION) as session, session.scene("menu"):
                menu = system.prepare(MENU)
                for width in range(7):
                    menu.resolve(scene=Extent(800 + width, 600))
                game_log().info("in the menu")
            logs.flush()
        spans = collector.spans()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    scene_span = next(span.span_id.hex() for span in spans if span.name == "unitdocs.scene")
    resolves = {span.span_id.hex() for span in spans if span.name == "unitdocs.resolve"}
    assert len(resolves) == 3
    assert {line["trace_id"] for line in lines} == {span.trace_id.hex() for span in spans}
    resolved = [line["span_id"] for line in lines if line["event"] == "scene resolved"]
    assert len(resolved) == 7
    assert set(resolved) == resolves | {scene_span}  # an unsampled resolve is part of the scene's span
    assert [line["span_id"] for line in lines if line["event"] == "in the menu"] == [scene_span]


def test_nothing_is_exported_and_nothing_loaded_unless_an_endpoint_is_configured() -> None:
    program = """
        import sys
        from unitdocs.monitoring.traces.tracing import TracingObserver, start_tracing
        from unitdocs.units import Element, Extent, Scene, create_system

        with start_tracing() as tracing, tracing.session(3) as session, session.scene("menu"):
            system = create_system("refactored")
            system.observers.add(TracingObserver(tracing))
            system.prepare(Scene("menu", (Element("a"),))).resolve(scene=Extent(1, 1))
        print(tracing.is_on, any(name.startswith("opentelemetry") for name in sys.modules))
    """
    ran = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("False False\n", "")


def test_no_function_of_opentelemetry_is_called_in_the_thread_that_plays() -> None:
    called = set()

    def profile(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and "opentelemetry" in frame.f_code.co_filename:
            called.add(frame.f_code.co_qualname)

    with Collector() as collector, start_tracing(collector.url) as tracing:
        system = observed_system(TracingObserver(tracing))
        sys.setprofile(profile)
        try:
            with tracing.session(SESSION) as session, session.scene("menu"):
                session.choose(lambda: choose_system("key", system="refactored"))
                system.prepare(MENU).resolve(scene=Extent(800, 600))
        finally:
            sys.setprofile(None)
    assert called == set()
    assert "unitdocs.resolve" in {span.name for span in collector.spans()}


def test_variables_of_opentelemetry_configure_endpoint_headers_and_service(monkeypatch: pytest.MonkeyPatch) -> None:
    with Collector() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=games")
        monkeypatch.setenv("OTEL_SERVICE_NAME", "chess")
        with start_tracing() as tracing, tracing.session(SESSION):
            pass
    assert {name.lower(): value for name, value in collector.headers[0].items()}["x-tenant"] == "games"
    assert collector.resource()["service.name"] == "chess"
    assert "deployment.environment.name" not in collector.resource()


@pytest.mark.parametrize(("name", "value"), [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")])
def test_opentelemetry_can_be_turned_off(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv(name, value)
    assert not start_tracing().is_on


def test_an_endpoint_of_a_variable_that_is_none_is_a_log_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")
    assert not start_tracing().is_on
    assert "collector:4318 is no address" in caplog.text


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "abc", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT must be"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0", "max_queue_size must be"),
    ],
)
def test_a_variable_of_opentelemetry_that_cannot_be_used_is_a_log_line_and_stops_no_game(
    name: str, value: str, why: str
) -> None:
    program = """
        from unitdocs.monitoring.logs.running import start_logging
        from unitdocs.monitoring.traces.tracing import start_tracing

        with start_logging(), start_tracing() as tracing, tracing.session(1):
            print(tracing.is_on)
    """
    variables = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", name: value}
    done = subprocess.run(
        [sys.executable, "-c", dedent(program)], env=variables, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    told = [line for line in lines if why in json.dumps(line)]
    assert [line["component"] for line in told] == ["monitoring"]
    assert "nothing is traced" in json.dumps(told)


def test_wrong_arguments_are_refused_all_at_once() -> None:
    with pytest.raises(InputError) as refused:
        start_tracing("ftp://collector", every=0, sessions_every=-1)
    assert [problem.split(":")[1] for problem in refused.value.problems] == [" every", " sessions_every", " endpoint"]


def test_one_session_of_several_is_traced() -> None:
    with Collector() as collector:
        with start_tracing(collector.url, sessions_every=3) as tracing:
            for number in range(7):
                with tracing.session(number + 1):
                    TracingObserver(tracing).calculated(RESOLVED._replace(seconds=number / 1000))
        sessions = {attributes_of(span)["unitdocs.session"] for span in collector.spans()}
    assert sessions == {f"{number:016x}" for number in (1, 4, 7)}


def test_a_session_that_fails_says_so_and_still_fails() -> None:
    with Collector() as collector:
        tracing = start_tracing(collector.url)
        with pytest.raises(ValueError, match="player"), tracing.session(SESSION):
            raise ValueError("broken: player=ann")
        tracing.stop()
        (span,) = collector.spans()
    assert span.status.message == "ValueError: broken: player=***"


def test_single_units_caches_and_work_outside_a_session_make_no_spans() -> None:
    with Collector() as collector:
        with start_tracing(collector.url) as tracing:
            observer = TracingObserver(tracing)
            observer.calculated(RESOLVED)
            with tracing.session(SESSION):
                observer.calculated(RESOLVED._replace(what=Subject.UNIT, kind="size"))
                observer.failed(Failed(Subject.OBSERVER, "gone"))
        assert [span.name for span in collector.spans()] == ["unitdocs.session"]


def test_a_collector_that_is_gone_is_not_waited_for_and_stops_no_game(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unitdocs.monitoring.traces.tracing.PATIENCE", 0.2)
    tracing = start_tracing(closed_port())
    with tracing.session(SESSION):
        TracingObserver(tracing).calculated(RESOLVED)
    tracing.stop()
    tracing.stop()
    with tracing.session(SESSION):
        TracingObserver(tracing).calculated(RESOLVED)


def test_a_program_ends_although_a_collector_does_not_answer_and_nobody_stops_the_traces() -> None:
    program = """
        import sys, time
        from unitdocs.monitoring.traces.tracing import start_tracing

        tracing = start_tracing(sys.argv[1])
        with tracing.session(1):
            pass
    """
    with Collector(delay=45) as collector:
        begun = time.monotonic()
        environment = {**os.environ, "OTEL_EXPORTER_OTLP_TIMEOUT": "60"}
        subprocess.run([sys.executable, "-c", dedent(program), collector.url], check=True, env=environment)
        assert time.monotonic() - begun < 25


def test_a_slow_collector_costs_spans_and_no_frames() -> None:
    with Collector(delay=0.5) as collector, start_tracing(collector.url) as tracing:
        observer, frames = TracingObserver(tracing), 5 * QUEUE
        with tracing.session(SESSION):
            cpu, begun = time.thread_time(), time.monotonic()
            for _ in range(frames):
                observer.calculated(RESOLVED._replace(seconds=0.001))
            waited = time.monotonic() - begun
            assert time.thread_time() - cpu < 0.5 * frames
        # If each span, or each batch of 512, waited for the collector, this would take many seconds.
        assert waited < frames / 512 * 0.5
        assert tracing.counts.dropped > 0


def test_a_fork_sends_its_own_spans() -> None:
    program = """
        import os, sys
        from unitdocs.monitoring.traces.tracing import start_tracing

        tracing = start_tracing(sys.argv[1])
        with tracing.session(1):
            pass
        child = os.fork()
        with tracing.session(2 + bool(child)):
            pass
        tracing.stop()
        if not child:
            os._exit(0)
        os.waitpid(child, 0)
    """
    with Collector() as collector:
        subprocess.run([sys.executable, "-c", dedent(program), collector.url], check=True, timeout=60)
        sessions = sorted(int(attributes_of(span)["unitdocs.session"], 16) for span in collector.spans())
    assert sessions == [1, 2, 3]


def test_both_systems_can_be_played_in_a_session() -> None:
    with start_tracing() as tracing, tracing.session(SESSION) as session:
        choice = session.choose(lambda: choose_system("key", system="original"))
        assert create_system(choice.system).name == CURRENT.get().system == "original"
