"""Asking a service for its health: what is a report, what is another service, and who does not answer."""

import http.server
import json
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from unitdocs.errors import InputError
from unitdocs.monitoring.asking import NobodyAnswersError, ask
from unitdocs.monitoring.counting import Monitor
from unitdocs.monitoring.health import HealthChecks
from unitdocs.monitoring.resources import down
from unitdocs.monitoring.serving import start_server

Answering = Callable[[bytes], str]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Return what starts another server, which answers everything with one text."""
    servers: list[http.server.HTTPServer] = []

    def start(content: bytes) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("path", ["", "/", "/healthz"])
def test_a_service_returns_its_report_also_if_it_is_down(path: str) -> None:
    health = HealthChecks(checks={"disk": lambda: down("no room")}, keep=3600)
    with start_server(Monitor(), health) as server:
        assert ask(f"{server.url}{path}", 60) == health.run().members()


def test_nobody_there_is_no_wrong_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(NobodyAnswersError, match="nobody answers") as refused:
        ask(f"http://127.0.0.1:{port}", 5)
    assert refused.value.exit_code == 1


def test_a_service_that_accepts_and_never_answers_is_nobody() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        pytest.raises(NobodyAnswersError, match="nobody answers"),
    ):
        ask(f"http://127.0.0.1:{listening.getsockname()[1]}", 0.1)


@pytest.mark.parametrize(
    "content",
    [
        b"<html>",
        b"",
        b"[]",
        b"1",
        b'{"status": "up"}',
        b'{"status": "up", "checks": {"disk": []}}',
        b'{"status": "up", "checks": {"disk": [{"status": "fine", "output": "a", "observedValue": 1}]}}',
        b'{"status": "up", "checks": {"disk": [{"status": "up", "output": "a", "observedValue": "1"}]}}',
        b'{"status": "up", "checks": {"disk": [{"status": "up", "output": 1, "observedValue": 1}]}}',
        b"[" * 100_000,
        json.dumps({"status": "pass", "checks": {}}).encode(),
    ],
)
def test_what_another_service_answers_is_refused(content: bytes, answering: Answering) -> None:
    with pytest.raises(InputError, match="there is no monitor of unitdocs"):
        ask(answering(content), 60)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:9464",
        "https://127.0.0.1",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://127.0.0.1/metrics",
        "http://127.0.0.1/?a=b",
        "http://[::1",
        "http://a\r\nb",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_address_of_a_service_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="is no address of a service"):
        ask(url, 1)
