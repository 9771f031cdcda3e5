"""`unitdocs monitor`: what runs in production, watched."""

import json
import logging
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from unitdocs.cli import extras, monitor_baseline, monitor_drill, monitor_export
from unitdocs.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from unitdocs.monitoring.health.checks import HealthChecks
    from unitdocs.monitoring.health.serving import RunningServer

DOWN = 1
"""Exit code if a component is down."""
LARGEST_PORT = 65_535

app = typer.Typer(name="monitor", help="Watch what runs in production.", no_args_is_help=True)
app.command()(monitor_baseline.baseline)
app.command()(monitor_export.export)
app.command()(monitor_drill.drill)

FlagFileOption = Annotated[
    Path | None,
    typer.Option(
        "--flag-file", metavar="FILE", help="The flag file (default: that of the settings).", show_default=False
    ),
]
SystemOption = Annotated[
    str | None,
    typer.Option(
        "--system", help="The system to test (default: as the settings and the flag say).", show_default=False
    ),
]
EventsOption = Annotated[
    Path | None, typer.Option("--events", metavar="DIR", help="The folder of events.", show_default=False)
]
RecordsOption = Annotated[
    Path | None, typer.Option("--records", metavar="DIR", help="The folder of run records.", show_default=False)
]
AddressOption = Annotated[
    list[str] | None,
    typer.Option(
        "--reach",
        metavar="URL",
        help="An address that must be reached, as http://127.0.0.1:4318; may be repeated.",
        show_default=False,
    ),
]
TimeoutOption = Annotated[float, typer.Option(metavar="SECONDS", help="How long a check may take.")]
FormatOption = Annotated[
    Literal["table", "json"], typer.Option("--format", help="table for people, json for programs.")
]


@app.callback()
def monitor() -> None:
    """Watch what runs in production."""
    extras.require("monitoring")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=LARGEST_PORT, help="The port; 0 for one that is free.")] = 9464,
    remote: Annotated[  # noqa: FBT002 -- a switch
        bool, typer.Option("--allow-remote", help="Listen on an address that other machines reach.")
    ] = False,
    flag_file: FlagFileOption = None,
    system: SystemOption = None,
    events: EventsOption = None,
    records: RecordsOption = None,
    reach: AddressOption = None,
    timeout: TimeoutOption = 2.0,
) -> None:
    """Serve metrics and health over HTTP: /metrics, /livez, /readyz and /healthz.

    It shows what files say: the flag, the newest events, and the health of each component. What a game counts is served
    by the game itself, with `unitdocs.monitoring.start_server`.

    Examples:
    unitdocs monitor serve --flag-file flags.json --events events

    unitdocs monitor serve --host 0.0.0.0 --allow-remote
    """
    from unitdocs.monitoring.health.serving import is_loopback, start_server  # noqa: PLC0415 -- only this command needs it

    if not is_loopback(host) and not remote:
        raise InputError(
            f"--host: {host} can be reached from other machines, and there is no authentication; "
            f"add --allow-remote if that is meant"
        )
    health = _health(flag_file, system, events, records, reach, timeout)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # how it starts and ends is said here, in one line
    ended = _SignalToEnd()
    with start_server(health.monitor, health, host, port) as server:
        typer.echo(f"{server.url} serves /metrics, /livez, /readyz and /healthz; Ctrl-C ends it")
        ended.wait(server)
    typer.echo(f"stopped by {ended.name}")


class _SignalToEnd:
    """Waits for Ctrl-C or SIGTERM, which end the service without a fault."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.name = "an error"
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._receive)

    def _receive(self, number: int, _frame: object) -> None:
        self.name = signal.Signals(number).name
        self._event.set()

    def wait(self, server: "RunningServer") -> None:
        """Return when a signal has come.

        Raises:
            InputError: the service ended by itself.
        """
        while not self._event.wait(1.0):
            if not server.is_running:
                raise InputError(f"{server.url}: the service ended by itself; the lines above say why")


@app.command()
def check(
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="A service to ask, as http://127.0.0.1:9464 (default: check here).", show_default=False
        ),
    ] = None,
    flag_file: FlagFileOption = None,
    system: SystemOption = None,
    events: EventsOption = None,
    records: RecordsOption = None,
    reach: AddressOption = None,
    timeout: TimeoutOption = 2.0,
    form: FormatOption = "table",
) -> None:
    """Check the health of each component, for cron and containers.

    Exit codes: 0 if all are up, or degraded; 1 if one is down, or nobody answers; 2 for wrong use.

    Examples:
    unitdocs monitor check --url http://127.0.0.1:9464

    unitdocs monitor check --flag-file flags.json --format json
    """
    from unitdocs.monitoring.health.asking import ask  # noqa: PLC0415 -- only this command needs it

    if url is None:
        members: Mapping[str, Any] = _health(flag_file, system, events, records, reach, timeout).run().members()
    elif any(option is not None for option in (flag_file, system, events, records, reach)):
        raise InputError("--url: the service checks what it was started with; leave the other options out")
    else:
        members = ask(url, timeout)
    _print(members, form)
    if members["status"] == "down":
        raise typer.Exit(DOWN)


def _health(
    flag_file: Path | None,
    system: str | None,
    events: Path | None,
    records: Path | None,
    reach: list[str] | None,
    timeout: float,
) -> "HealthChecks":
    """Return the checks of what the options name, with the settings for the rest.

    Raises:
        InputError: an option or a setting is wrong.
    """
    from unitdocs.monitoring.health.checks import HealthChecks  # noqa: PLC0415 -- only these commands need it
    from unitdocs.settings import load  # noqa: PLC0415

    settings = load()
    return HealthChecks(
        system=system or settings.system,
        environment=settings.environment,
        flag_file=flag_file or settings.flag_file,
        events=events,
        records=records,
        addresses=reach or (),
        timeout=timeout,
    )


def _print(members: "Mapping[str, Any]", form: str) -> None:
    """Print a report; what another service wrote must not control the terminal."""
    from unitdocs.cli.rows import aligned  # noqa: PLC0415 -- as above

    if form == "json":
        typer.echo(json.dumps(members, indent=2))
        return
    rows = [("component", "state", "milliseconds", "found")]
    for component, checks in members["checks"].items():
        found = checks[0]
        rows.append((component, found["status"], f"{found['observedValue'] * 1e3:.1f}", found["output"]))
    for line in aligned(rows, (0, 1, 3)):
        typer.echo(line)
    typer.echo(f"status: {members['status']}")
