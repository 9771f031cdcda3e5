import asyncio
import io
import json
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from unitdocs.errors import InputError
from unitdocs.flags import choose_system
from unitdocs.monitoring.current_work import session_text
from unitdocs.monitoring.logs.levels import set_level
from unitdocs.monitoring.logs.record import LOGGERS, json_schema
from unitdocs.monitoring.logs.running import (
    FAILURES,
    FailureLimit,
    LoggingObserver,
    RunningLogs,
    game_log,
    start_logging,
)
from unitdocs.monitoring.traces.tracing import start_tracing
from unitdocs.units import Context, Element, Extent, Scene, Size
from unitdocs.units.refactored.cache import Cache
from unitdocs.units.refactored.events import Failed, Observers, Subject
from unitdocs.units.refactored.system import UnitSystem

MENU = Scene("menu", tuple(Element(f"panel-{i}", width=Size("scene-width", "fill")) for i in range(15)))
VALID = Draft202012Validator(json_schema())


class Log:
    """Logs that run, and the lines that they wrote."""

    def __init__(self, **options: Any) -> None:
        self.stream = io.StringIO()
        self.running: RunningLogs = start_logging(stream=self.stream, **options)

    def lines(self) -> list[dict[str, Any]]:
        self.running.flush()
        lines = [json.loads(line) for line in self.stream.getvalue().splitlines()]
        for line in lines:
            VALID.validate(line)
        return lines

    def line(self) -> dict[str, Any]:
        (line,) = self.lines()
        return line


@pytest.fixture
def make_log() -> Iterator[Callable[..., Log]]:
    started: list[Log] = []

    def make(**options: Any) -> Log:
        started.append(Log(**options))
        return started[-1]

    yield make
    for log in started:
        log.running.stop()


@pytest.fixture
def log(make_log: Callable[..., Log]) -> Log:
    return make_log()


def run(program: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    begin = "import logging, os, sys\nfrom unitdocs.monitoring.logs.running import game_log, start_logging\n"
    return subprocess.run(
        [sys.executable, "-c", begin + dedent(program), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        **options,
    )


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_lines_of_the_game_of_unitdocs_and_of_other_packages_have_one_form(log: Log) -> None:
    game_log().info("level loaded", elements=120)
    logging.getLogger("unitdocs.experiment").warning("%d events dropped", 3)
    logging.getLogger("urllib3.pool").error("no answer from %s", "https://ann:pw@host/")
    game, events, library = log.lines()
    assert (game["component"], game["event"], game["elements"]) == ("game", "level loaded", 120)
    assert (events["component"], events["level"], events["event"]) == ("events", "warning", "3 events dropped")
    assert (library["component"], library["logger"]) == ("library", "urllib3.pool")
    assert library["event"] == "no answer from https://***@host/"


def test_every_line_goes_to_standard_error_and_none_to_standard_output() -> None:
    ran = run('with start_logging():\n    game_log().info("here")\n    logging.warning("there")\n')
    assert ran.stdout == ""
    assert [json.loads(line)["event"] for line in ran.stderr.splitlines()] == ["here", "there"]


def test_the_last_lines_of_a_program_are_written_though_nobody_stops_the_logs() -> None:
    ran = run('start_logging()\ngame_log().info("last words")\n')
    assert json.loads(ran.stderr)["event"] == "last words"


def test_an_error_has_its_kind_its_message_and_its_stack_without_values(log: Log) -> None:
    def load(secret: str) -> None:
        raise ValueError(f"password={secret}")

    for logger in (game_log(), logging.getLogger("game")):
        try:
            load("hunter2")
        except ValueError:
            logger.exception("not loaded")
    game_log().error("not loaded", exc_info=ValueError("password=hunter2"))
    for line in log.lines():
        assert line["error"] == "ValueError: password=***"
        assert "omitted" not in line
    assert log.lines()[0]["stack"][-1].startswith("logs/test_logs.py:")
    assert "hunter2" not in log.stream.getvalue()


def test_a_record_with_wrong_arguments_is_dropped_and_counted_and_the_game_goes_on() -> None:
    program = """
        class Broken:
            def __str__(self):
                raise RuntimeError

        with start_logging() as logs:
            logging.getLogger("game").warning("%d lives", "three")
            logging.getLogger("game").warning("%s", Broken())
            game_log().info("still here", cache=Broken())
        print(logs.dropped)
    """
    ran = run(program)
    here, dropped = map(json.loads, ran.stderr.splitlines())
    assert (ran.stdout, here["event"], here["omitted"]) == ("2\n", "still here", ["cache"])
    assert (dropped["event"], dropped["count"]) == ("log lines were dropped", 2)


def test_lines_name_session_scene_system_and_flag_of_their_own_work(log: Log) -> None:
    with start_tracing() as tracing, tracing.session(7) as session:
        session.choose(lambda: choose_system("ann", system="refactored"))
        with session.scene("menu"):
            game_log().info("inside")
        game_log().info("after")
        thread = threading.Thread(target=lambda: game_log().info("elsewhere"))
        thread.start()
        thread.join()
    game_log().info("outside")
    chosen, inside, after, elsewhere, outside = log.lines()
    assert (chosen["component"], chosen["reason"]) == ("flag", "argument")
    assert chosen["session"] == inside["session"] == after["session"] == session_text(7)
    assert inside["system"] == "refactored"
    assert (inside["scene"], after.get("scene")) == ("menu", None)
    assert not {"session", "scene", "trace_id"} & (set(elsewhere) | set(outside))
    assert "ann" not in log.stream.getvalue()


def test_sessions_of_one_thread_are_kept_apart_while_they_take_turns(log: Log) -> None:
    async def play(tracing: Any, number: int) -> None:
        with tracing.session(number):
            await asyncio.sleep(0)
            game_log().info(str(number))

    async def play_both() -> None:
        with start_tracing() as tracing:
            await asyncio.gather(play(tracing, 1), play(tracing, 2))

    with ThreadPoolExecutor(1) as pool:  # another test of this process may have a loop that runs in its thread
        pool.submit(lambda: asyncio.run(play_both())).result()
    assert {line["event"]: line["session"] for line in log.lines()} == {"1": session_text(1), "2": session_text(2)}


def test_members_of_the_games_own_have_to_be_named(make_log: Callable[..., Log]) -> None:
    log = make_log(members=("level_number", "hard"))
    game_log().info("loaded", level_number=3, hard=True, player="ann")
    line = log.line()
    assert (line["level_number"], line["hard"], line["omitted"]) == (3, True, ["player"])
    log.running.stop()
    with pytest.raises(InputError, match="'Level' is not"):
        start_logging(members=("Level",))


def test_a_caller_cannot_set_what_a_record_says_of_itself(log: Log) -> None:
    game_log().info("x", component="flag", level="critical", time="never")
    line = log.line()
    assert (line["component"], line["level"]) == ("game", "info")
    assert line["time"].endswith("Z")


def test_logs_that_run_are_not_started_again(log: Log) -> None:
    with pytest.raises(InputError, match="logs run already"):
        start_logging(stream=io.StringIO())
    log.running.stop()
    start_logging(stream=io.StringIO()).stop()


def test_an_error_without_a_text_is_a_line_all_the_same(log: Log) -> None:
    class SilentError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    game_log().error("failed", exc_info=SilentError())
    assert log.line()["error"] == "SilentError"


def test_an_observer_writes_what_its_components_level_lets_through(log: Log) -> None:
    system = UnitSystem(layouts=Cache("layouts", entries=1))
    system.observers = Observers(LoggingObserver())
    menu = system.prepare(MENU)
    menu.resolve(scene=Extent(1, 1))
    assert log.lines() == []
    for component in ("scene", "cache", "unit", "strategies"):
        set_level(component, "debug")
    menu.resolve(scene=Extent(1, 1))
    menu.resolve(scene=Extent(1, 1))
    system.build(Size("pixel", 3.0)).resolve(Context())
    with pytest.raises(InputError):
        menu.resolve(scene="wide")
    system.prepare(Scene("other", MENU.elements)).resolve(scene=Extent(1, 1))
    lines = log.lines()
    events = {line["event"]: line for line in lines}
    assert {"cache miss", "cache hit", "scene resolved", "unit calculated", "strategies chosen"} < set(events)
    resolved = [line["path"] for line in lines if line["event"] == "scene resolved"]
    assert resolved == ["bound", "cache", "bound"]
    assert events["unit calculated"]["kind"] == "size"
    assert events["scene resolved"]["duration_seconds"] > 0
    assert events["scene failed"]["level"] == "error"
    assert events["scene failed"]["message"].startswith("menu: context.scene: expected")


def test_failures_of_each_frame_do_not_flood_the_log() -> None:
    limit = FailureLimit()
    passed = [limit.pass_on(frame / 60) for frame in range(61)]
    assert passed == [0] * FAILURES + [None] * (60 - FAILURES) + [60 - FAILURES]
    assert limit.pass_on(1.1) == 0


def test_each_kind_of_failure_has_a_limit_of_its_own(log: Log) -> None:
    observer = LoggingObserver()
    for _ in range(FAILURES * 3):
        observer.failed(Failed(Subject.SCENE, "broken"))
    observer.failed(Failed(Subject.OBSERVER, "gone"))
    components = [line["component"] for line in log.lines()]
    assert components.count("observer") == 1
    assert components.count("scene") < FAILURES * 3


def test_warnings_of_python_are_lines_too(log: Log) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old call", stacklevel=1)
    assert "old call" in log.line()["event"]


def test_stopping_leaves_logging_as_it_was() -> None:
    def state() -> list[object]:
        loggers = [logging.getLogger(name) for name in LOGGERS.values()]
        return [(logger.level, list(logger.handlers)) for logger in loggers] + [warnings.showwarning]

    before = state()
    with start_logging(stream=io.StringIO()):
        set_level("library", "debug")
    assert state() == before


def test_a_file_changes_the_levels_of_a_running_game(make_log: Callable[..., Log], tmp_path: Path) -> None:
    levels = tmp_path / "levels"
    log = make_log(levels=levels)
    game_log().debug("unseen")
    levels.write_text("game=debug\n")
    wait_until(lambda: logging.getLogger("game").isEnabledFor(logging.DEBUG))
    game_log().debug("seen")
    levels.write_text("game=loud\n")
    wait_until(lambda: len(log.lines()) == 2)
    seen, wrong = log.lines()
    assert seen["event"] == "seen"
    assert (wrong["component"], wrong["level"]) == ("monitoring", "warning")
    assert "level: 'loud' is not one of debug" in wrong["message"]


def test_a_setting_names_the_file_of_levels(tmp_path: Path) -> None:
    (tmp_path / "levels").write_text("game=debug\n")
    program = """
        with start_logging() as logs:
            while not logging.getLogger("game").isEnabledFor(logging.DEBUG):
                pass
            game_log().debug("seen")
    """
    ran = run(program, env={**os.environ, "UNITDOCS_LOG_LEVELS": str(tmp_path / "levels")})
    assert json.loads(ran.stderr)["event"] == "seen"


def test_a_wrong_setting_is_a_line_and_stops_no_game() -> None:
    ran = run('start_logging()\nprint("played")', env={**os.environ, "UNITDOCS_SYSTEM": "third"})
    assert ran.stdout == "played\n"
    assert json.loads(ran.stderr)["message"].startswith("UNITDOCS_SYSTEM: expected original or refactored")


def test_an_error_that_ends_the_game_is_its_last_line() -> None:
    stream = io.StringIO()
    with pytest.raises(ZeroDivisionError), start_logging(stream=stream):
        _ = 1 // 0
    line = json.loads(stream.getvalue())
    assert (line["level"], line["event"]) == ("critical", "ended with an error")
    assert line["error"].startswith("ZeroDivisionError: ")


def test_a_full_pipe_costs_lines_and_not_the_game() -> None:
    program = """
        import time
        logs = start_logging(queue=100)
        for number in range(5000):
            game_log().info("x" * 300)
        time.sleep(0.5)
        print(logs.dropped, flush=True)
    """
    begin = "from unitdocs.monitoring.logs.running import game_log, start_logging\n"
    read, write = os.pipe()
    try:
        # Nobody reads the pipe, which holds 64 KiB: 300 lines at most.
        ran = subprocess.run(
            [sys.executable, "-c", begin + dedent(program)],
            stdout=subprocess.PIPE,
            stderr=write,
            text=True,
            timeout=60,
            check=True,
        )
    finally:
        os.close(write)
        os.close(read)
    assert int(ran.stdout) >= 4000


def test_lines_go_on_when_a_full_pipe_is_read_again_and_say_how_many_are_missing() -> None:
    read, write = os.pipe()
    os.set_blocking(read, False)
    with os.fdopen(write, "w") as stream, os.fdopen(read, "rb", buffering=0) as reader:
        log = start_logging(stream=stream, queue=50)
        for _ in range(2000):
            game_log().info("y" * 400)
        wait_until(lambda: log.dropped > 0)
        received = b""

        def is_reported() -> bool:
            nonlocal received
            received += reader.read(65_536) or b""  # None if nothing is there now
            return b"log lines were dropped" in received

        wait_until(is_reported)
        log.stop()
    counts = [json.loads(line).get("count", 0) for line in received.splitlines() if line.endswith(b"}")]
    assert 0 < sum(counts) <= 2000


def test_a_closed_standard_error_stops_no_game() -> None:
    program = 'start_logging()\nos.close(2)\nfor _ in range(9):\n    game_log().info("x")\nprint("played")'
    assert run(program).stdout == "played\n"


def test_a_fork_writes_its_own_lines() -> None:
    program = """
        with start_logging():
            game_log().info("parent")
            child = os.fork()
            game_log().info("child" if not child else "after")
            if child:
                os.waitpid(child, 0)
    """
    ran = run(program)
    events = [json.loads(line)["event"] for line in ran.stderr.splitlines()]
    assert sorted(events) == ["after", "child", "parent"]


def test_an_observer_needs_no_running_logs(capsys: pytest.CaptureFixture[str]) -> None:
    LoggingObserver().failed(Failed(Subject.SCENE, "broken"))
    assert capsys.readouterr().out == ""


def test_a_system_with_an_observer_can_be_copied() -> None:
    system = UnitSystem()
    system.observers = Observers(LoggingObserver())
    assert len(pickle.loads(pickle.dumps(system)).observers) == 1
