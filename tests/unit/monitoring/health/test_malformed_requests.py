"""Whatever a client sends, the service neither fails nor writes a traceback, and goes on serving."""

import contextlib
import random
import select
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from unitdocs.monitoring.health.connections import LARGEST_HEAD

PATIENCE = 0.25
"""Seconds to wait for an answer to something that may have none, such as half a request."""
LONG_COUNT = 10_000
SHORT_COUNT = 160
PATHS = (b"/", b"/metrics", b"/livez", b"/readyz", b"/healthz", b"/nothing", b"*", b"http://other.example/metrics")
METHODS = (b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"CONNECT", b"TRACE", b"BREW", b"get", b"G\0T", b"")
VERSIONS = (b"HTTP/1.1", b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/9.9", b"HTTP/11", b"http/1.1", b"ICY", b"")
BROKEN = (
    b"%",
    b"%zz",
    b"%ff%fe",
    b"%00",
    b"%2e%2e%2f",
    b"%u0041",
    b"\xff\xfe",
    b"\x00",
    b" ",
    b"\t",
    b"#f",
    b"?",
    b"\\",
)


def garbage(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(1, 300)) + b"\r\n\r\n"


def bad_line(chance: random.Random) -> bytes:
    words = chance.choice(METHODS), chance.choice(PATHS), chance.choice(VERSIONS)
    return b" ".join(words) + b"\r\nHost: a\r\n\r\n"


def bad_path(chance: random.Random) -> bytes:
    path = b"".join(chance.choices((*BROKEN, b"a", b"/", b"metrics"), k=chance.randrange(1, 9)))
    return b"GET /" + path + b" HTTP/1.1\r\nHost: a\r\n\r\n"


def large_head(chance: random.Random) -> bytes:
    size = chance.choice((LARGEST_HEAD // 2, LARGEST_HEAD, LARGEST_HEAD * 5))
    if chance.random() < 0.3:
        return b"GET /" + b"a" * size + b" HTTP/1.1\r\nHost: a\r\n\r\n"
    many = b"".join(b"X-%d: a\r\n" % i for i in range(size // 10))
    return b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + chance.choice((many, b"X: " + b"a" * size + b"\r\n")) + b"\r\n"


def bad_header(chance: random.Random) -> bytes:
    line = chance.choice(
        (
            b"Host",
            b": a",
            b"Host: b",
            b" folded: a",
            b"X\0: a",
            b"X: \0",
            b"X: \xff",
            b"Content-Length: -1",
            b"Content-Length: 1e9",
            b"Content-Length: 5\r\nContent-Length: 6",
            b"Content-Length: 5\r\nTransfer-Encoding: chunked",
            b"Transfer-Encoding: gzip",
            b"Expect: 100-continue",
            b"Expect: 200-ok",
            b"Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a",
            b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
            b"Range: bytes=0-1",
            b"Accept-Encoding: \xc3\xa9",
        )
    )
    return b"GET " + chance.choice(PATHS) + b" HTTP/1.1\r\nHost: a\r\n" + line + b"\r\n\r\n"


def body(chance: random.Random) -> bytes:
    head = chance.choice((b"GET", b"POST")) + b" /metrics HTTP/1.1\r\nHost: a\r\n"
    return head + chance.choice(
        (
            b"Content-Length: 100\r\n\r\nshort",
            b"Content-Length: 5\r\n\r\nlonger than five",
            b"Content-Length: 99999999999999999999999\r\n\r\n" + b"a" * 5000,
            b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
            b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
            b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nabc",
            b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
            b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 2000,
        )
    )


def truncated(chance: random.Random) -> bytes:
    request = b"GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n"
    return request[: chance.randrange(len(request))]


def pipelined(chance: random.Random) -> bytes:
    good = b"GET " + chance.choice((b"/livez", b"/healthz")) + b" HTTP/1.1\r\nHost: a\r\n\r\n"
    return good * chance.randrange(1, 4) + chance.choice((garbage, bad_line, body, truncated))(chance)


def changed(chance: random.Random) -> bytes:
    request = bytearray(b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    for _ in range(chance.randrange(1, 4)):
        request[chance.randrange(len(request))] = chance.randrange(256)
    return bytes(request)


def another_protocol(chance: random.Random) -> bytes:
    return chance.choice(
        (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(200),
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"SSH-2.0-OpenSSH_9.2\r\n",
            b"\r\n" * 5000,
            b"EHLO a\r\n",
            b"*1\r\n$4\r\nPING\r\n",
        )
    )


MAKERS: tuple[Callable[[random.Random], bytes], ...] = (
    garbage,
    bad_line,
    bad_path,
    large_head,
    bad_header,
    body,
    truncated,
    pipelined,
    changed,
    another_protocol,
)


@pytest.fixture
def service() -> Iterator["Service"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "unitdocs.cli", "monitor", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    service = Service(process)
    try:
        yield service
    finally:
        process.kill()
        process.communicate()


class Service:
    """A service in a process of its own, so that all that it writes is seen."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.port = int(process.stdout.readline().split(" ")[0].rpartition(":")[2])

    def send(self, request: bytes, *, slowly: bool = False, patience: float = PATIENCE) -> list[int]:
        """Return the statuses that a request was answered with; none if the connection was closed or it waits.

        Args:
            request: what is sent.
            slowly: send it in two parts, and end the connection's own half: the answer may be lost.
            patience: seconds to wait for each part of an answer.
        """
        received = b""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        with connection, contextlib.suppress(ConnectionError):
            for part in (request[:7], request[7:]) if slowly else (request,):
                connection.sendall(part)
            if slowly:
                connection.shutdown(socket.SHUT_WR)
            while select.select([connection], [], [], patience)[0] and (part := connection.recv(65_536)):
                received += part
        lines = [line for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
        return [int(line.split()[1]) for line in lines]

    def end(self) -> tuple[int, str]:
        """Return the exit code after SIGTERM, and what was written to standard error."""
        self.process.terminate()
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors


def bombard(service: Service, count: int) -> Counter[int]:
    chance = random.Random(9464)
    requests = [(chance.choice(MAKERS)(chance), chance.random() < 0.2) for _ in range(count)]
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda one: service.send(one[0], slowly=one[1]), requests)
        return Counter(status for statuses in answers for status in statuses)


def assert_unharmed(service: Service, statuses: Counter[int]) -> None:
    assert [status for status in statuses if status >= 500] == []
    assert statuses[400] > 0
    assert statuses[404] > 0
    good = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert service.send(good, patience=60) == [200]
    assert service.end() == (0, "")


def test_some_hundred_malformed_requests_harm_nothing(service: Service) -> None:
    assert_unharmed(service, bombard(service, SHORT_COUNT))


@pytest.mark.long
def test_ten_thousand_malformed_requests_harm_nothing(service: Service) -> None:
    assert_unharmed(service, bombard(service, LONG_COUNT))


def test_each_kind_of_malformed_request_is_refused_or_closed(service: Service) -> None:
    chance = random.Random(1)
    for make in MAKERS:
        statuses = {status for _ in range(2) for status in service.send(make(chance))}
        assert statuses <= {200, 400, 404, 405, 413, 414, 431}, make
    assert service.end() == (0, "")
