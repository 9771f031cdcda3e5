"""A service is asked for its health, and given up when its answer does not end."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from unitdocs.errors import InputError
from unitdocs.monitoring.health.asking import NobodyAnswersError, ask


@contextlib.contextmanager
def dripping(begin: bytes) -> Iterator[int]:
    """Serve one answer that begins so and then goes on byte by byte until nobody reads it; yield the port."""
    is_over = threading.Event()

    def answer(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(begin)
            while not is_over.wait(0.05):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening,))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            is_over.set()
            thread.join()


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nX-", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_an_answer_that_goes_on_for_ever_is_given_up(begin: bytes) -> None:
    with dripping(begin) as port, pytest.raises((NobodyAnswersError, InputError)):
        ask(f"http://127.0.0.1:{port}", 0.2)
