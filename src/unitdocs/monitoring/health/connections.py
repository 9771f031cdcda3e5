"""Connections of the service: limits that no client can exceed, and no traceback whatever it sends."""

import asyncio
import logging
import socket
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS: Final = 256
"""Connections at a time; one more is closed at once, so that a game keeps its file descriptors."""
LONGEST_EXCHANGE: Final = 10.0
"""Seconds from a connection's begin, or from its last response, to the next whole response."""
LARGEST_HEAD: Final = 16 * 1024
"""Bytes of a request's line and headers."""

LOG = logging.getLogger("unitdocs.monitoring.service")
LOG.setLevel(logging.ERROR)  # what a client does wrong is answered, not logged: it could fill the disk


class LimitedConnection(H11Protocol):
    """A connection with limits of its own; uvicorn would wait for a slow client for ever."""

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 -- as uvicorn passes them
        super().__init__(*args, **named)
        self.logger, self.access_log = LOG, False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection, unless there are too many."""
        super().connection_made(transport)
        # As asyncio does for sockets that name their protocol; else the parts of a response wait 40 ms for each other.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._restart_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._cancel_timer()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Give the next exchange its time."""
        self._restart_timer()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, unless the client is being answered: then the connection ends."""
        cycle = self.cycle
        if cycle is not None and cycle.response_started and not (cycle.response_complete and not cycle.more_body):
            self.transport.abort()  # a second answer would be a part of the first
            return
        if cycle is not None:
            cycle.disconnected = True  # the application's answer, if one still comes, is not sent after this one
        super().send_400_response(msg)

    def _restart_timer(self) -> None:
        self._cancel_timer()
        self._timer = self.loop.call_later(LONGEST_EXCHANGE, self.transport.abort)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
