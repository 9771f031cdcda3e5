"""Health checks: each component has a state, and one that fails or hangs stops no other."""

import os
import socket
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from unitdocs.errors import InputError
from unitdocs.flags.changing import change, create, kill
from unitdocs.flags.flag import Flag
from unitdocs.flags.watching import WatchedFlag
from unitdocs.monitoring.health.checks import HealthChecks
from unitdocs.monitoring.health.resources import HealthFinding, HealthState, up
from unitdocs.monitoring.health.self_test import GOLDEN, GoldenRow
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.metrics.families import COMPONENTS, STATES
from unitdocs.monitoring.traces.tracing import ENDPOINTS
from unitdocs.units import create_system


@pytest.fixture
def flag_file(tmp_path: Path) -> Path:
    path = tmp_path / "flags.json"
    create(path, Flag(), "")
    return path


@pytest.fixture(autouse=True)
def without_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENDPOINTS:
        monkeypatch.delenv(name, raising=False)


def states_of(health: HealthChecks) -> dict[str, str]:
    return {one.component: one.state.value for one in health.run().components}


def sentence_of(health: HealthChecks, component: str) -> str:
    return next(one.sentence for one in health.run().components if one.component == component)


@pytest.mark.parametrize("system", ["original", "refactored"])
def test_every_component_has_one_entry_and_all_are_up(system: str) -> None:
    report = HealthChecks(system=system).run()
    assert tuple(one.component for one in report.components) == COMPONENTS
    assert [one for one in report.components if one.state is not HealthState.UP] == []
    assert all(one.sentence and one.seconds > 0 for one in report.components)
    assert (report.state, report.unready) == (HealthState.UP, ())


def test_states_are_those_of_the_metric() -> None:
    assert tuple(HealthState) == STATES


def test_the_report_is_as_bad_as_its_worst_component() -> None:
    def found(state: str) -> Any:
        return lambda: HealthFinding(HealthState(state), "found")

    for states, worst in ((("up", "degraded"), "degraded"), (("degraded", "down"), "down"), (("up", "up"), "up")):
        checks = dict(zip(("disk", "cache"), map(found, states), strict=True))
        assert HealthChecks(checks=checks).run().state == worst


def test_a_check_that_raises_is_down_and_stops_no_other() -> None:
    def failing() -> HealthFinding:
        raise ZeroDivisionError("by nothing")

    health = HealthChecks(checks={"calculator_size": failing})
    states = states_of(health)
    assert states.pop("calculator_size") == "down"
    assert set(states.values()) == {"up"}
    assert "ZeroDivisionError: by nothing" in sentence_of(health, "calculator_size")


def test_a_check_that_hangs_is_down_in_time_and_is_not_begun_again() -> None:
    release, begun = threading.Event(), []

    def hanging() -> HealthFinding:
        begun.append(1)
        release.wait(60)
        return up("at last")

    health = HealthChecks(checks={"record_store": hanging}, timeout=0.2, keep=0)
    try:
        for _ in range(3):
            states = states_of(health)
            assert (states.pop("record_store"), set(states.values())) == ("down", {"up"})
        assert "gave no answer within 0.2 s" in sentence_of(health, "record_store")
        assert begun == [1]
    finally:
        release.set()
    deadline = time.monotonic() + 30
    while states_of(health)["record_store"] != "up":
        assert time.monotonic() < deadline
    assert len(begun) >= 1


def test_several_checks_that_hang_share_one_time_limit() -> None:
    release = threading.Event()

    def hanging() -> HealthFinding:
        release.wait(60)
        return up("at last")

    names = ("cache", "disk", "dependencies", "record_store")
    health = HealthChecks(checks=dict.fromkeys(names, hanging), timeout=1.0)
    begun = time.monotonic()
    states = states_of(health)
    took = time.monotonic() - begun
    release.set()
    assert {states[name] for name in names} == {"down"}
    assert took < len(names) * 1.0


def test_results_are_kept_for_some_seconds() -> None:
    calls: list[int] = []

    def counted() -> HealthFinding:
        calls.append(1)
        return up("counted")

    kept = HealthChecks(checks={"disk": counted}, keep=3600)
    assert kept.run() is kept.run()
    assert len(calls) == 1
    asked_again = HealthChecks(checks={"disk": counted}, keep=0)
    assert asked_again.run() is not asked_again.run()
    assert len(calls) == 3


def test_a_scrape_does_not_wait_for_a_check_that_hangs() -> None:
    release, is_hanging = threading.Event(), threading.Event()

    def sometimes_hanging() -> HealthFinding:
        if is_hanging.is_set():
            release.wait(60)
        return up("at last")

    health = HealthChecks(checks={"disk": sometimes_hanging}, timeout=30, keep=0.001)
    assert health.states()["disk"] == "up"
    is_hanging.set()
    for _ in range(50):
        assert health.states()["disk"] == "up"
    release.set()
    assert health.run().state is HealthState.UP


def test_a_scrape_waits_for_the_checks_if_nothing_is_kept(tmp_path: Path) -> None:
    health = HealthChecks(records=tmp_path / "records", keep=0)
    states = [health.states()["record_store"]]
    (tmp_path / "records").mkdir()
    assert [*states, health.states()["record_store"]] == ["down", "up"]


def test_a_scrape_gets_what_changed_soon_after(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    health = HealthChecks(records=folder, keep=0.001)
    assert health.states()["record_store"] == "up"
    folder.rmdir()
    deadline = time.monotonic() + 30
    while health.states()["record_store"] != "down":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_scrape_after_a_long_time_waits_for_the_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    health = HealthChecks(records=folder, keep=0.001)
    assert health.states()["record_store"] == "up"
    folder.rmdir()
    monkeypatch.setattr("unitdocs.monitoring.health.checks.OLDEST", 0.0)
    time.sleep(0.01)  # longer than results are kept
    assert health.states()["record_store"] == "down"


def test_a_check_that_was_late_before_is_not_waited_for_again() -> None:
    release = threading.Event()

    def hanging() -> HealthFinding:
        release.wait(60)
        return up("at last")

    health = HealthChecks(checks={"disk": hanging}, timeout=1.0, keep=0)
    health.run()
    begun = time.monotonic()
    for _ in range(20):
        health.run()
    took = time.monotonic() - begun
    release.set()
    assert took < 20 * 1.0


def test_many_threads_that_ask_at_once_cause_one_check() -> None:
    calls: list[int] = []

    def slow() -> HealthFinding:
        calls.append(1)
        time.sleep(0.1)
        return up("slow")

    health = HealthChecks(checks={"disk": slow}, keep=3600)
    threads = [threading.Thread(target=health.run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1


def test_a_wrong_number_of_a_system_is_down_counted_and_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    row = GOLDEN["size"][0]
    monkeypatch.setitem(GOLDEN, "size", (GoldenRow(row.spec, 7.0),))
    monitor = Monitor()
    health = HealthChecks(monitor, system="refactored")
    report = health.run()
    states = {one.component: one.state.value for one in report.components}
    assert states["calculator_size"] == "down"
    assert states["calculator_scale"] == "up"
    assert monitor.systems["refactored"].errors["self_test"] == 1
    assert monitor.systems["original"].errors["self_test"] == 0
    assert "expected 7" in sentence_of(health, "calculator_size")


def test_the_self_test_times_single_units_of_every_kind_for_the_metrics() -> None:
    monitor = Monitor()
    HealthChecks(monitor, system="refactored").run()
    counts = {kind: sum(times.counts) for kind, times in monitor.systems["refactored"].times.items()}
    assert counts == {kind: len(rows) for kind, rows in GOLDEN.items()} | {"scene": 0}


def test_the_systems_that_a_game_uses_are_tested() -> None:
    monitor = Monitor()
    health = HealthChecks(monitor)
    assert health.active_systems() == ("original",)
    monitor.watch(create_system("refactored"))
    assert health.active_systems() == ("refactored",)
    monitor.watch(create_system("original"))
    assert health.active_systems() == ("original", "refactored")
    assert HealthChecks(monitor, system="original").active_systems() == ("original",)


@pytest.mark.parametrize(
    ("flag", "systems"),
    [
        (Flag(), ("original",)),
        (Flag(share=1), ("original", "refactored")),
        (Flag(share=10_000), ("refactored",)),
        (Flag(share=10_000, denied=frozenset({"ann"})), ("original", "refactored")),
        (Flag(allowed=frozenset({"ann"})), ("original", "refactored")),
        (Flag(shares={"staging": 100}), ("original", "refactored")),
        (Flag(share=10_000, killed="slow"), ("original",)),
    ],
)
def test_the_systems_that_a_flag_gives_are_tested(flag: Flag, systems: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "flags.json"
    create(path, flag, "")
    assert HealthChecks(flag_file=path).active_systems() == systems


def test_a_flag_file_that_cannot_be_used_is_down_and_not_ready(flag_file: Path) -> None:
    flag_file.write_text("{")
    health = HealthChecks(flag_file=flag_file)
    (unready,) = health.run().unready
    assert (unready.component, unready.state) == ("flag_file", HealthState.DOWN)
    assert "the original system is active" in unready.sentence
    assert "unitdocs flags check" in unready.sentence


def test_a_flag_file_that_is_missing_although_it_is_named_is_not_ready(tmp_path: Path) -> None:
    assert len(HealthChecks(flag_file=tmp_path / "missing.json").run().unready) == 1
    assert HealthChecks().run().unready == ()


def test_a_killed_flag_is_no_fault_and_its_reason_is_said(flag_file: Path) -> None:
    kill(flag_file, "slow frames")
    health = HealthChecks(flag_file=flag_file)
    assert states_of(health)["flag_file"] == "up"
    assert "killed: slow frames" in sentence_of(health, "flag_file")


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        (Flag(share=5000), "version 1 gives 50 % of the players in production the refactored system"),
        (Flag(share=5000, shares={"production": 0}), "gives 0 % of the players in production the refactored system"),
        (
            Flag(share=5000, start=4_070_908_800),
            "gives 0 % of the players in production the refactored system until 2099-01-01T00:00:00Z, and 50 % then",
        ),
        (Flag(share=5000, start=1), "gives 50 % of the players in production the refactored system"),
    ],
)
def test_the_share_that_players_get_is_said(flag: Flag, said: str, tmp_path: Path) -> None:
    path = tmp_path / "flags.json"
    create(path, flag, "")
    assert sentence_of(HealthChecks(flag_file=path), "flag_file").endswith(said)


def test_the_share_is_that_of_the_named_environment(tmp_path: Path) -> None:
    path = tmp_path / "flags.json"
    create(path, Flag(share=5000, shares={"staging": 100}), "")
    health = HealthChecks(environment="staging", flag_file=path)
    assert "gives 1 % of the players in staging" in sentence_of(health, "flag_file")


def with_share(share: int, flag: Flag) -> Flag:
    return Flag(version=flag.version, share=share, audit=flag.audit)


def test_an_older_copy_of_the_flag_file_is_degraded_and_a_copy_without_audit_log_is_not(flag_file: Path) -> None:
    old = flag_file.read_bytes()
    for share in (1, 2, 3):
        change(flag_file, "set", partial(with_share, share))
    flag_file.write_bytes(old)
    health = HealthChecks(flag_file=flag_file)
    assert states_of(health)["flag_file"] == "degraded"
    assert "is older than its audit log" in sentence_of(health, "flag_file")
    assert health.run().unready == ()
    flag_file.with_name("flags.audit.jsonl").unlink()
    assert states_of(HealthChecks(flag_file=flag_file))["flag_file"] == "up"


def test_a_version_that_was_in_force_already_is_down(flag_file: Path) -> None:
    old = flag_file.read_bytes()
    change(flag_file, "set", partial(with_share, 1))
    monitor = Monitor(flag=WatchedFlag(flag_file))
    health = HealthChecks(monitor, keep=0)
    assert states_of(health)["flag_file"] == "up"
    flag_file.write_bytes(old)
    deadline = time.monotonic() + 30
    while states_of(health)["flag_file"] != "down":
        assert time.monotonic() < deadline
    assert "was in force already" in sentence_of(health, "flag_file")


def test_checks_without_a_monitor_take_that_of_the_service(flag_file: Path) -> None:
    health = HealthChecks(flag_file=flag_file, keep=3600)
    health.run()
    monitor = Monitor()
    health.attach(monitor)
    assert monitor.flag is not None
    health.run()
    assert sum(monitor.systems["original"].times["size"].counts) == len(GOLDEN["size"])
    health.attach(Monitor())
    assert health.monitor is monitor


def test_the_report_as_json_has_each_component_with_its_sentence() -> None:
    members = HealthChecks().run().members()
    assert members["status"] == "up"
    checks: Any = members["checks"]
    assert tuple(checks) == COMPONENTS
    assert set(checks["disk"][0]) == {"status", "output", "observedValue", "observedUnit"}


def test_the_collector_that_opentelemetry_would_use_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:2")
    assert "http://127.0.0.1:2: cannot be reached" in sentence_of(HealthChecks(), "dependencies")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:1/v1/traces")
    health = HealthChecks()
    assert states_of(health)["dependencies"] == "degraded"
    assert "http://127.0.0.1:1: cannot be reached" in sentence_of(health, "dependencies")
    assert "127.0.0.1:2" not in sentence_of(health, "dependencies")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "nowhere")
    assert "nowhere: is no address" in sentence_of(HealthChecks(), "dependencies")


@pytest.mark.parametrize("address", ["http://bob:s3cret@127.0.0.1:1/s3cret", "http://bob:s3cret@127.0.0.1:s3cret"])
def test_no_sentence_has_the_password_of_an_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
    sentence = sentence_of(HealthChecks(), "dependencies")
    assert "http://127.0.0.1" in sentence
    assert "bob" not in sentence
    assert "s3cret" not in sentence


def test_no_refusal_has_the_password_of_an_address() -> None:
    with pytest.raises(InputError) as refused:
        HealthChecks(addresses=["http://bob:s3cret@127.0.0.1:port"])
    assert "s3cret" not in str(refused.value)


def test_an_address_that_answers_is_said_without_its_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        place = f"127.0.0.1:{listening.getsockname()[1]}"
        sentence = sentence_of(HealthChecks(addresses=[f"http://bob:s3cret@{place}"], timeout=60), "dependencies")
    assert sentence.endswith(f"; http://{place} can be reached")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_of_a_process_that_checks_can_check_too() -> None:
    release = threading.Event()

    def slow() -> HealthFinding:
        release.wait(60)
        return up("slow")

    health = HealthChecks(checks={"disk": slow}, timeout=50, keep=0)
    asking = threading.Thread(target=health.run)
    asking.start()  # it holds the lock while the process forks
    while not health._lock.locked():
        time.sleep(0.01)
    child = os.fork()
    if not child:
        release.set()
        os._exit(0 if health.run().state is HealthState.UP else 1)
    _, status = os.waitpid(child, 0)
    release.set()
    asking.join()
    assert status == 0


def test_wrong_arguments_are_named_all_at_once() -> None:
    with pytest.raises(InputError) as refused:
        HealthChecks(system="new", addresses=["nowhere"], checks={"gpu": lambda: up("")}, timeout=0, keep=-1)
    assert len(refused.value.problems) == 5
    assert all(problem.startswith("health: ") for problem in refused.value.problems)
