"""The server of the built site: quiet and right, whatever a client sends."""

import http.client
import socket
import struct
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from site_server import SiteHandler, SiteServer

PAGE = b"<h1>Not here</h1>"
LARGE = b"x" * 5_000_000


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "404.html").write_bytes(PAGE)
    (tmp_path / "index.html").write_bytes(b"home")
    (tmp_path / "large.js").write_bytes(LARGE)
    with SiteServer(("127.0.0.1", 0), partial(SiteHandler, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def request(port: int, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and all bytes that follow them."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"{method} {path} HTTP/1.0\r\n\r\n".encode())
        content = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = content.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines), body


@pytest.mark.parametrize("path", ["/%00", "/a%00b/", "/%ed%a0%80", "/" + "a" * 5000, "/missing", "//[::1"])
def test_a_path_that_no_file_has_is_the_page_for_what_is_missing(
    port: int, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    status, _, body = request(port, "GET", path)
    assert (status, body) == (404, PAGE)
    assert capfd.readouterr() == ("", "")


def test_head_of_a_missing_page_has_the_headers_alone(port: int) -> None:
    status, headers, body = request(port, "HEAD", "/missing")
    assert (status, body) == (404, b"")
    assert headers["Content-Length"] == str(len(PAGE))


def test_a_client_that_resets_the_connection_is_not_reported(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        connection.sendall(b"GET /large.js HTTP/1.0\r\n\r\n")
        connection.recv(10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not an end
        connection.close()
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    client.request("GET", "/")
    assert client.getresponse().read() == b"home"
    client.close()
    assert capfd.readouterr() == ("", "")
