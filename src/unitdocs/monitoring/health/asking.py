"""Asking a running service for its health."""

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from unitdocs.errors import InputError, UnitdocsError
from unitdocs.monitoring.metrics.families import STATES

LARGEST_ANSWER: Final = 1024**2
"""Bytes of an answer; that of the service has some thousand."""
PATH: Final = "/healthz"


class NobodyAnswersError(UnitdocsError):
    """The service does not answer, which is what a check of its health is for."""

    exit_code: ClassVar[int] = 1


def ask(url: str, timeout: float) -> Mapping[str, Any]:
    """Return the members of a service's report, as `HealthReport.members` makes them.

    Args:
        url: the address of the service, such as `http://127.0.0.1:9464`; `/healthz` may be its path.
        timeout: seconds to wait for the service, besides those that its checks may take.

    Raises:
        InputError: the address is none, or what answers there is another service.
        NobodyAnswersError: nobody answers in time.
    """
    host, port = _address(url)
    connection = http.client.HTTPConnection(host, port, timeout=timeout * 2)
    end = threading.Timer(timeout * 2, _shut, [connection])  # a service may send a byte now and then
    try:
        end.start()
        connection.request("GET", PATH)
        response = connection.getresponse()
        content = response.read(LARGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise NobodyAnswersError(
            f"{url}: nobody answers ({reason}); see whether the service or the game runs"
        ) from None
    finally:
        end.cancel()
        connection.close()
    return _members(url, content)


def _shut(connection: http.client.HTTPConnection) -> None:
    """End a connection whose answer takes too long: what waits for it goes on."""
    with contextlib.suppress(OSError, AttributeError):  # it is closed already
        connection.sock.shutdown(socket.SHUT_RDWR)


def _address(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or http.client.HTTP_PORT
    except ValueError:
        parts, port = urlsplit(""), 0
    is_plain = parts.path.rstrip("/") in ("", PATH) and not parts.query and url.isascii() and url.isprintable()
    if parts.scheme != "http" or not parts.hostname or not is_plain:
        raise InputError(f"--url: {url!r} is no address of a service; give one such as http://127.0.0.1:9464")
    return parts.hostname, port


def _members(url: str, content: bytes) -> Mapping[str, Any]:
    try:
        members = json.loads(content)
        is_report = members["status"] in STATES and all(
            checks[0]["status"] in STATES and isinstance(checks[0]["output"], str) and checks[0]["observedValue"] >= 0
            for checks in members["checks"].values()
        )
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        is_report = False
    if not is_report:
        raise InputError(f"{url}: what answers there is no monitor of unitdocs; give the address of one")
    return dict(members)
