"""The service: what each path answers, what is refused, and how it starts and ends."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.flags.changing import create
from unitdocs.flags.flag import Flag
from unitdocs.monitoring.health.checks import HealthChecks
from unitdocs.monitoring.health.connections import LARGEST_HEAD
from unitdocs.monitoring.health.resources import HealthFinding, degraded, down
from unitdocs.monitoring.health.serving import LONGEST_TARGET, RunningServer, is_loopback, start_server
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.metrics.exposition import CONTENT_TYPE
from unitdocs.monitoring.metrics.families import COMPONENTS


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with start_server(Monitor(), HealthChecks(keep=3600)) as running:
        yield running


def ask(
    server: RunningServer, path: str, method: str = "GET", **headers: str
) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with contextlib.closing(connection):
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()


def response_on(connection: socket.socket) -> bytes:
    """Return the response to a request for /livez, which may come in parts."""
    received = b""
    while not received.endswith(b"live\n"):
        received += connection.recv(1000)
    return received


def test_metrics_are_those_of_the_monitor_and_the_checks(server: RunningServer) -> None:
    status, headers, text = ask(server, "/metrics")
    assert (status, headers["content-type"], headers["cache-control"]) == (200, CONTENT_TYPE, "no-store")
    assert 'unitdocs_active_system{system="original"} 0.0' in text
    for component in COMPONENTS:
        assert f'unitdocs_component_state{{component="{component}",state="up"}} 1.0' in text


def test_the_process_is_live_and_ready(server: RunningServer) -> None:
    assert ask(server, "/livez")[::2] == (200, "live\n")
    assert ask(server, "/readyz")[::2] == (200, "ready\n")


def test_health_is_json_with_each_component(server: RunningServer) -> None:
    status, headers, text = ask(server, "/healthz")
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.loads(text)["status"] == "up"
    assert tuple(json.loads(text)["checks"]) == COMPONENTS


def test_the_index_names_every_path(server: RunningServer) -> None:
    text = ask(server, "/")[2]
    paths = re.findall(r"^(/\w+)", text, re.MULTILINE)
    assert paths == ["/metrics", "/livez", "/readyz", "/healthz"]
    assert [ask(server, path)[0] for path in paths] == [200] * 4


def test_head_is_answered_without_a_body(server: RunningServer) -> None:
    assert ask(server, "/healthz", "HEAD")[::2] == (200, "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW", "get"])
def test_other_methods_are_refused(server: RunningServer, method: str) -> None:
    status, _, text = ask(server, "/metrics", method)
    assert (status, text) == (405, "only GET and HEAD are answered\n")


@pytest.mark.parametrize(
    "path", ["/metrics/", "/metric", "//metrics", "/%00", "/..%2fetc/passwd", "/%ff%fe", "/%zz", "/metrics%20", "*"]
)
def test_other_paths_do_not_exist(server: RunningServer, path: str) -> None:
    status, headers, text = ask(server, path)
    assert (status, text) == (404, "there is no such path; / lists the paths\n")
    assert headers["location"] is None


def test_a_request_with_a_body_is_refused_unread(server: RunningServer) -> None:
    assert ask(server, "/metrics", content_length="1")[0] == 413
    assert ask(server, "/metrics", content_length="99999999999999")[0] == 413
    assert ask(server, "/metrics", content_length="0")[0] == 200
    assert ask(server, "/metrics", "POST", transfer_encoding="chunked")[0] == 413


def test_oversized_headers_and_paths_are_refused(server: RunningServer) -> None:
    assert ask(server, "/metrics", x_large="a" * LARGEST_HEAD)[0] in {400, 431}
    assert ask(server, "/metrics", x_large="a" * (LARGEST_HEAD - 1000))[0] == 200
    assert ask(server, f"/{'a' * LONGEST_TARGET}")[0] == 414
    assert ask(server, f"/?{'a' * LONGEST_TARGET}")[0] == 414
    assert ask(server, f"/{'a' * 1000}")[0] == 404


def test_a_component_that_is_down_is_503_and_a_degraded_one_200() -> None:
    checks = HealthChecks(checks={"disk": lambda: degraded("little room"), "cache": lambda: degraded("cold")})
    with start_server(Monitor(), checks) as server:
        status, _, text = ask(server, "/healthz")
        assert (status, json.loads(text)["status"]) == (200, "degraded")
        assert json.loads(text)["checks"]["disk"][0]["output"] == "little room"
        assert ask(server, "/readyz")[0] == 200
        assert 'component_state{component="disk",state="degraded"} 1.0' in ask(server, "/metrics")[2]
    with start_server(Monitor(), HealthChecks(checks={"disk": lambda: down("no room")})) as server:
        assert ask(server, "/healthz")[0] == 503
        assert ask(server, "/readyz")[0] == 200
        assert ask(server, "/livez")[0] == 200
    with start_server(Monitor(), HealthChecks(checks={"self_test": lambda: down("wrong numbers")})) as server:
        assert ask(server, "/readyz")[::2] == (503, "not ready: self_test: wrong numbers\n")


def test_a_flag_file_is_followed_while_it_is_served(tmp_path: Path) -> None:
    path = tmp_path / "flags.json"
    create(path, Flag(share=2_500), "")
    with start_server(Monitor(), HealthChecks(flag_file=path, keep=0)) as server:
        assert "unitdocs_flag_share_ratio 0.25" in ask(server, "/metrics")[2]
        path.write_text("no flag")
        deadline = time.monotonic() + 30
        while ask(server, "/readyz")[0] != 503:
            assert time.monotonic() < deadline
        assert "unitdocs_flag_valid 0.0" in ask(server, "/metrics")[2]


def test_the_service_starts_and_stops_again_and_again() -> None:
    monitor, health = Monitor(), HealthChecks(keep=3600)
    threads = threading.active_count()
    for _ in range(5):
        with start_server(monitor, health) as server:
            assert server.is_running
            assert server.url == f"http://127.0.0.1:{server.port}"
            assert ask(server, "/livez")[0] == 200
        assert not server.is_running
        server.stop()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=10)
    deadline = time.monotonic() + 30
    while threading.active_count() > threads:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_open_connection_does_not_delay_the_end() -> None:
    with start_server(Monitor(), HealthChecks(keep=3600)) as server:
        waiting = [socket.create_connection(("127.0.0.1", server.port), timeout=60) for _ in range(3)]
        waiting[1].sendall(b"GET /livez HT")
        waiting[2].sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        assert response_on(waiting[2]).startswith(b"HTTP/1.1 200")
    assert not server.is_running
    for connection in waiting:
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(1000) == b""
        connection.close()


def test_an_answer_that_takes_too_long_at_the_end_is_503_and_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    release, begun = threading.Event(), threading.Event()

    def hanging() -> HealthFinding:
        begun.set()
        release.wait(60)
        return degraded("at last")

    answers: list[int] = []
    with start_server(Monitor(), HealthChecks(checks={"disk": hanging}, timeout=50)) as server:
        asking = threading.Thread(target=lambda: answers.append(ask(server, "/healthz")[0]))
        asking.start()
        assert begun.wait(60)
        time.sleep(0.1)
    asking.join()
    release.set()
    assert answers == [503]
    assert [
        record for record in caplog.records if record.exc_info or record.name == "unitdocs.monitoring.service"
    ] == []


def test_a_sink_that_fails_is_500_in_one_line_and_the_rest_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    class Failing:
        written = dropped = 0

        @property
        def last_written(self) -> float:
            raise OSError("the disk is gone")

    with start_server(Monitor(events=Failing()), HealthChecks()) as server:
        status, _, text = ask(server, "/metrics")
        assert (status, text) == (500, "/metrics cannot be made (OSError: the disk is gone)\n")
        assert ask(server, "/livez")[0] == 200
        assert json.loads(ask(server, "/healthz")[2])["checks"]["event_writer"][0]["status"] == "down"
    (record,) = [record for record in caplog.records if record.name == "unitdocs.monitoring"]
    assert record.exc_info is None


def test_a_slow_client_is_cut_off_and_others_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unitdocs.monitoring.health.connections.LONGEST_EXCHANGE", 0.3)
    with start_server(Monitor(), HealthChecks(keep=3600)) as server:
        slow = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        slow.sendall(b"GET /livez HTTP/1.1\r\n")
        assert ask(server, "/livez")[0] == 200
        with contextlib.suppress(ConnectionResetError):
            assert slow.recv(1000) == b""
        slow.close()
        assert ask(server, "/livez")[0] == 200


def test_more_connections_than_allowed_are_closed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unitdocs.monitoring.health.connections.MOST_CONNECTIONS", 4)
    with start_server(Monitor(), HealthChecks(keep=3600)) as server:
        opened = [socket.create_connection(("127.0.0.1", server.port), timeout=60) for _ in range(4)]
        for connection in opened:
            connection.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
            assert response_on(connection).startswith(b"HTTP/1.1 200")
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            ask(server, "/livez")
        for connection in opened:
            connection.close()
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(ConnectionError, http.client.HTTPException):
                assert ask(server, "/livez")[0] == 200
                break
            assert time.monotonic() < deadline


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"127.0.0.1:{port}: another program listens there; give another port"):
            start_server(Monitor(), HealthChecks(), port=port)


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("192.0.2.1", 0, "cannot be listened on"),
        ("no-such-host.invalid", 0, "is no address of this machine"),
        ("127.0.0.1", 70_000, "port: expected 0 to 65535"),
        ("a" * 70, 0, "is no address"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_sentence(host: str, port: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        start_server(Monitor(), HealthChecks(), host, port)


def test_listening_for_other_machines_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with start_server(Monitor(), HealthChecks(keep=3600), "0.0.0.0") as server:
        assert ask(server, "/livez")[0] == 200
    assert [record.getMessage() for record in caplog.records if record.name == "unitdocs.monitoring"] == [
        "0.0.0.0: metrics and health are served without authentication to whoever reaches this address"
    ]


@pytest.mark.parametrize(
    ("host", "is_local"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_loopback_addresses_are_known(host: str, *, is_local: bool) -> None:
    assert is_loopback(host) is is_local


GAME = """
import os, signal, sys, threading
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.health.checks import HealthChecks
from unitdocs.monitoring.health.serving import start_server

before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
server = start_server(Monitor(), HealthChecks())
assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
print(server.port, flush=True)
"""


def play(ending: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", GAME + ending],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )


def test_a_game_that_ends_without_stopping_the_service_ends() -> None:
    game = play("sys.stdin.readline()\n")
    assert game.stdout is not None
    port = int(game.stdout.readline())
    waiting = socket.create_connection(("127.0.0.1", port), timeout=60)
    _, errors = game.communicate("\n", timeout=60)
    assert (game.returncode, errors) == (0, "")
    waiting.close()


def test_a_signal_ends_a_game_as_it_does_without_the_service() -> None:
    game = play("sys.stdin.readline()\n")
    assert game.stdout is not None
    game.stdout.readline()
    game.send_signal(signal.SIGTERM)
    game.communicate(timeout=60)
    assert game.returncode == -signal.SIGTERM


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_game_can_stop_end_and_serve_by_itself_and_the_port_is_the_parents() -> None:
    game = play(
        """
reader, writer = os.pipe()
child = os.fork()
if not child:
    assert not server.is_running
    server.stop()
    with start_server(Monitor(), HealthChecks()) as own:
        assert own.port != server.port
    print("child", flush=True)
    os.read(reader, 1)  # not stdin, of which one process may read what is the other's
    sys.exit(0)
sys.stdin.readline()
server.stop()
print("stopped", flush=True)
sys.stdin.readline()
os.write(writer, b"x")
os.waitpid(child, 0)
"""
    )
    assert game.stdout is not None
    assert game.stdin is not None
    port = int(game.stdout.readline())
    assert game.stdout.readline() == "child\n"
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/livez")
        assert connection.getresponse().status == 200
    game.stdin.write("\n")
    game.stdin.flush()
    assert game.stdout.readline() == "stopped\n"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=60)
    _, errors = game.communicate("\n", timeout=60)
    assert (game.returncode, errors) == (0, "")
