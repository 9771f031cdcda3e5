"""Prometheus, Alertmanager and a receiver of their notifications, on this machine's loopback address for a while.

Each program has a port that the system chose and a folder that is removed at the end. Whatever happens, they end with
this process: at its end, at an interruption, and on Linux also when it is killed.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, Self

from unitdocs.errors import InputError, MeasurementError

HOST: Final = "127.0.0.1"
PATIENCE: Final = 60.0
"""Seconds until a program that was started has to be ready; a loaded machine takes several."""
GRACE: Final = 5.0
"""Seconds that a program has to end by itself."""
LOOK: Final = 0.05
"""Seconds between two looks whether something has happened."""
TAKEN: Final = "address already in use"
"""What a program says when its port is taken."""
INSTALL: Final = "install it, on Debian by `apt-get install {}`"


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs of a stack.

    Args:
        prometheus: path of Prometheus.
        alertmanager: path of Alertmanager.
    """

    prometheus: str
    alertmanager: str


def find_tools() -> Tools:
    """Return where Prometheus and Alertmanager are.

    Raises:
        InputError: one of them is not installed.
    """
    # Debian's package renames Alertmanager, whose own name is `alertmanager`.
    prometheus = shutil.which("prometheus")
    alertmanager = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    missing = [
        name for name, path in (("prometheus", prometheus), ("prometheus-alertmanager", alertmanager)) if path is None
    ]
    if prometheus is None or alertmanager is None:
        programs = " and ".join(missing)
        raise InputError(f"a drill needs {programs}; {INSTALL.format(' '.join(missing))}")
    return Tools(prometheus, alertmanager)


def free_ports(count: int) -> list[int]:
    """Return ports on which nothing listens now, each another; someone else may take one before it is used."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]


class Daemon:
    """A program that runs until it is stopped; it cannot outlive this process on Linux.

    Args:
        name: what it is, for messages.
        command: the program and its arguments.
        log: the file for what it prints; `output` says whether standard output is read by this process instead.
        output: whether its standard output is a pipe.
    """

    def __init__(self, name: str, command: Sequence[str], log: Path, *, output: bool = False) -> None:
        self.name, self.log = name, log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(  # noqa: S603 -- programs of this module and of the drill
                [*_until_parent_ends(), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if output else errors,
                stderr=errors,
                start_new_session=True,  # Ctrl-C is for this process, which ends the others in order
                text=True,
            )

    def send(self, line: str) -> None:
        """Write a line to its standard input; a program that has ended gets none."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{line}\n")
            self.process.stdin.flush()

    def check(self) -> None:
        """Check that it runs.

        Raises:
            MeasurementError: it has ended.
        """
        code = self.process.poll()
        if code is not None:
            raise MeasurementError(f"{self.name}: ended by itself with {code}: {self.last_line()}")

    def last_line(self) -> str:
        """Return the last line that it printed."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it printed nothing")

    def wait_until_ready(self, url: str) -> None:
        """Wait until an address answers.

        Raises:
            MeasurementError: it does not, or the program has ended.
        """
        end = time.monotonic() + PATIENCE
        while not answers(url):
            self.check()
            if time.monotonic() > end:
                raise MeasurementError(f"{self.name}: is not ready after {PATIENCE:g} s: {self.last_line()}")
            time.sleep(LOOK)

    def kill(self) -> None:
        """End it at once, as the system does when memory runs out."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it: by its own means if it does so in time."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _until_parent_ends() -> tuple[str, ...]:
    """Return what begins a command whose program the system kills when this process ends, where that is possible."""
    setpriv = shutil.which("setpriv")  # of util-linux
    if setpriv is None:
        return ()
    # This process may be killed before the system knows of it; the shell, which comes after, has another parent then.
    is_child = 'test "$PPID" = "$0" && exec "$@"'
    return (setpriv, "--pdeathsig", "KILL", "--", "sh", "-c", is_child, str(os.getpid()))


def answers(url: str) -> bool:
    """Return whether an address answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=GRACE) as answer:  # noqa: S310 -- an address of this module
            return bool(answer.status == 200)  # noqa: PLR2004 -- OK
    except (OSError, urllib.error.URLError):
        return False


@dataclass(frozen=True, slots=True)
class Notification:
    """What Alertmanager said about a group of alerts.

    Args:
        alert: the alerts' name.
        job: of which games.
        is_firing: whether at least one of them fires; if not, all are resolved.
        alerts: the alerts as Alertmanager sends them.
        received: when it came, in seconds of `time.time`.
    """

    alert: str
    job: str
    is_firing: bool
    alerts: tuple[Mapping[str, Any], ...] = field(repr=False)
    received: float


class WebhookReceiver:
    """Receives the notifications of Alertmanager, in a thread."""

    def __init__(self) -> None:
        self._received: list[Notification] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            """Takes a notification."""

            def do_POST(self) -> None:
                """Keep the notification."""
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver.receive(json.loads(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 -- as in the base class
                """Print nothing."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{HOST}:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, args=(LOOK,), daemon=True).start()

    def receive(self, content: Mapping[str, Any]) -> None:
        """Keep what a notification says."""
        labels = content["commonLabels"]
        is_firing = content["status"] == "firing"
        self._received.append(
            Notification(labels["alertname"], labels["job"], is_firing, tuple(content["alerts"]), time.time())
        )

    def notifications(self, alert: str, job: str, since: float = 0.0) -> list[Notification]:
        """Return what came about an alert of a job, the oldest first.

        Args:
            alert: its name.
            job: of which games.
            since: from when on, in seconds of `time.time`.
        """
        return [one for one in self._received.copy() if one.alert == alert and one.job == job and one.received >= since]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def start_alertmanager(tools: Tools, configuration: Path, folder: Path, port: int) -> Daemon:
    """Start Alertmanager; it is ready when `wait_until_ready` returns.

    Args:
        tools: where it is.
        configuration: its file.
        folder: an empty folder for its data.
        port: where it listens.
    """
    command = [
        tools.alertmanager,
        f"--config.file={configuration}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address={HOST}:{port}",
        "--cluster.listen-address=",  # alone: no peers
        "--log.level=warn",
    ]
    return Daemon("alertmanager", command, folder / "alertmanager.log")


def start_prometheus(tools: Tools, configuration: Path, folder: Path, port: int) -> Daemon:
    """Start Prometheus; it is ready when `wait_until_ready` returns. See `start_alertmanager` for the arguments."""
    command = [
        tools.prometheus,
        f"--config.file={configuration}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address={HOST}:{port}",
        "--log.level=warn",
    ]
    return Daemon("prometheus", command, folder / "prometheus.log")


def ready_url(port: int) -> str:
    """Return the address that answers when Prometheus or Alertmanager is ready."""
    return f"http://{HOST}:{port}/-/ready"


def query(port: int, expression: str) -> list[Mapping[str, Any]]:
    """Return the series that an expression gives in Prometheus now, each with its labels and value.

    Raises:
        MeasurementError: Prometheus does not answer.
    """
    from urllib.parse import urlencode  # noqa: PLC0415 -- with the drill alone

    url = f"http://{HOST}:{port}/api/v1/query?{urlencode({'query': expression})}"
    try:
        with urllib.request.urlopen(url, timeout=GRACE) as answer:
            series: list[Mapping[str, Any]] = json.load(answer)["data"]["result"]
            return series
    except OSError as error:
        raise MeasurementError(f"prometheus: does not answer a query ({error})") from error


def stop_all(daemons: Iterable[Daemon]) -> None:
    """End programs side by side, so that each has its time without the others waiting for it."""
    threads = [threading.Thread(target=daemon.stop) for daemon in daemons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
