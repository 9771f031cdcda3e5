"""The service: metrics and health over HTTP, alone or in a thread of a game's own process.

It answers `GET` and `HEAD` on five paths, reads no body and needs no authentication, because it says nothing about
players; it listens on the loopback interface unless another one is asked for.
"""

import asyncio
import contextlib
import errno
import logging
import os
import socket
import threading
import time
import weakref
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final, Self

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from unitdocs.errors import InputError
from unitdocs.monitoring.health.checks import HealthChecks
from unitdocs.monitoring.health.connections import LARGEST_HEAD, LimitedConnection
from unitdocs.monitoring.health.resources import HealthState
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.metrics.exposition import CONTENT_TYPE, exposition

HOST: Final = "127.0.0.1"
PORT: Final = 9464
"""The port that OpenTelemetry's exporters for Prometheus use."""
LARGEST_PORT: Final = 65_535
STARTING: Final = 10.0
"""Seconds in which the service starts."""
ENDING: Final = 2.0
"""Seconds that requests have to end when the service stops."""
INDEX: Final = """\
unitdocs monitor

/metrics  what was counted, for Prometheus
/livez    200 while the process answers
/readyz   200 if the active system resolves a scene and the flag can be used, else 503
/healthz  every component as JSON; 200 if the status is up or degraded, 503 if it is down
"""
LONGEST_TARGET: Final = 2_048
"""Bytes of a request's path and query."""
REFUSALS: Final = {
    413: "a request with a body is not read\n",
    414: "the address is too long; / lists the paths\n",
    431: "the headers are too large\n",
}
CLOSE: Final = {"connection": "close"}
NO_STORE: Final = {"cache-control": "no-store"}
LOG = logging.getLogger("unitdocs.monitoring")


def create_app(monitor: Monitor, health: HealthChecks) -> ASGIApp:
    """Return the ASGI application.

    Args:
        monitor: what is counted; its `health` becomes that of the checks if it has none.
        health: the checks; they check this monitor if they were made without one.
    """
    health.attach(monitor)
    if monitor.health is None:
        monitor.health = health.states
    pages: dict[str, Callable[[], Response]] = {
        "/metrics": lambda: Response(exposition(monitor), media_type=CONTENT_TYPE),
        "/readyz": lambda: _readiness(health),
        "/healthz": lambda: _health(health),
    }
    routes = [Route(path, _endpoint(page)) for path, page in pages.items()]
    routes += [Route("/", _index), Route("/livez", _live)]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _refused})
    app.router.redirect_slashes = False  # /metrics/ is another path, and an address is not made from a header
    return _RequestLimits(app)


def _endpoint(page: Callable[[], Response]) -> Callable[[Request], Response]:
    """Return the endpoint of a page, which a worker thread calls: checks and counts may take milliseconds."""

    def endpoint(request: Request) -> Response:
        try:
            response = page()
        except Exception as error:  # noqa: BLE001 -- of a game's own sink, say
            sentence = f"{request.url.path} cannot be made ({type(error).__name__}: {error})"
            LOG.error(sentence)  # noqa: TRY400 -- at each scrape: a traceback would fill the log
            response = PlainTextResponse(f"{sentence}\n", 500)
        response.headers.update(NO_STORE)
        return response

    return endpoint


async def _index(_request: Request) -> Response:
    return PlainTextResponse(INDEX)


async def _live(_request: Request) -> Response:
    return PlainTextResponse("live\n", headers=NO_STORE)


def _readiness(health: HealthChecks) -> Response:
    unready = health.run().unready
    if not unready:
        return PlainTextResponse("ready\n")
    reasons = "".join(f"not ready: {one.component}: {one.sentence}\n" for one in unready)
    return PlainTextResponse(reasons, 503)


def _health(health: HealthChecks) -> Response:
    report = health.run()
    return JSONResponse(report.members(), 503 if report.state is HealthState.DOWN else 200)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {404: "there is no such path; / lists the paths\n", 405: "only GET and HEAD are answered\n"}
    return PlainTextResponse(sentences.get(error.status_code, f"{error.detail}\n"), error.status_code, error.headers)


class _RequestLimits:
    """Refuses requests with a body, which nothing here reads, and those that are too large; ends those that are late.

    Args:
        app: what answers the others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        status = _refusal(scope)
        if status is not None:
            await PlainTextResponse(REFUSALS[status], status, CLOSE)(scope, receive, send)
            return
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except asyncio.CancelledError:  # the service ends, and the answer takes too long
            if not has_begun:
                await PlainTextResponse("the service ends\n", 503, CLOSE)(scope, receive, send)


def _refusal(scope: Scope) -> int | None:
    """Return the status with which a request is refused; None if it is answered."""
    headers = dict(scope["headers"])
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_TARGET:
        return 414
    if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEAD:
        return 431
    has_body = b"transfer-encoding" in headers or headers.get(b"content-length", b"0").strip(b"0")
    return 413 if has_body else None


class RunningServer:
    """A service that runs in a thread of this process, until it is stopped or the process ends.

    A game's signals stay its own. After a fork the child has no service, and `stop` does nothing there.

    Args:
        server: what serves.
        listening: the socket that it listens on.
    """

    def __init__(self, server: uvicorn.Server, listening: socket.socket) -> None:
        self._server, self._socket = server, listening
        self._process = os.getpid()
        self.host, self.port = listening.getsockname()[:2]
        self._thread = threading.Thread(target=self._serve, name="unitdocs-monitor", daemon=True)
        self._thread.start()
        _RUNNING.add(self)

    def _serve(self) -> None:
        self._server.run([self._socket])

    @property
    def url(self) -> str:
        """The address of the service, such as `http://127.0.0.1:9464`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def is_running(self) -> bool:
        """Whether it serves."""
        return self._process == os.getpid() and self._thread.is_alive()

    def wait_until_started(self) -> None:
        """Return when requests are answered.

        Raises:
            InputError: it did not start.
        """
        deadline = time.monotonic() + STARTING
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                self.stop()
                raise InputError(f"{self.url}: the service did not start; the log says why")
            time.sleep(0.005)

    def stop(self) -> None:
        """Answer the requests that have come, and end. Further calls do nothing."""
        if self._process != os.getpid():
            return
        self._server.should_exit = True
        if self._thread is not threading.current_thread():
            self._thread.join(ENDING + STARTING)
        self._socket.close()
        _RUNNING.discard(self)

    def _after_fork(self) -> None:
        """Close the copy of the socket: connections to it would wait for a service that the child does not have."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_server(monitor: Monitor, health: HealthChecks, host: str = HOST, port: int = 0) -> RunningServer:
    """Serve metrics and health from a thread of this process.

    ```python
    with start_server(monitor, HealthChecks(monitor)) as server:
        print(server.url)
    ```

    Args:
        monitor: what is counted.
        health: the checks.
        host: the name or address to listen on. There is no authentication: on another one than the loopback interface,
            whoever reaches it reads metrics and the names of folders.
        port: the port; 0 for one that is free.

    Raises:
        InputError: the host does not exist, the port is taken or may not be used, or the service did not start.
    """
    listening = _listening(host, port)
    if not is_loopback(host):
        LOG.warning("%s: metrics and health are served without authentication to whoever reaches this address", host)
    config = uvicorn.Config(
        create_app(monitor, health),
        http=LimitedConnection,
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        timeout_graceful_shutdown=int(ENDING),
    )
    server = RunningServer(uvicorn.Server(config), listening)
    server.wait_until_started()
    return server


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        InputError: it cannot.
    """
    if not 0 <= port <= LARGEST_PORT:
        raise InputError(f"port: expected 0 to {LARGEST_PORT}, got {port}")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except socket.gaierror as error:
        raise InputError(f"{host}: is no address of this machine ({error.strerror}); give one such as {HOST}") from None
    except OSError as error:
        raise InputError(_cannot_listen(host, port, error)) from None
    except UnicodeError:
        raise InputError(f"{host}: is no address; give one such as {HOST}") from None


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"{host}:{port}: another program listens there; give another port, or stop that program"
    if error.errno == errno.EACCES:
        return f"{host}:{port}: this user may not listen there; give a port from 1024 up"
    return f"{host}:{port}: cannot be listened on ({os.strerror(error.errno or 0)}); give an address of this machine"


_RUNNING: "weakref.WeakSet[RunningServer]" = weakref.WeakSet()


def _forget_all() -> None:
    for server in tuple(_RUNNING):
        with contextlib.suppress(OSError):
            server._after_fork()  # noqa: SLF001 -- of this module


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
