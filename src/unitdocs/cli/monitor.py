"""`unitdocs monitor`: what runs in production, watched."""

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from unitdocs.cli import extras
from unitdocs.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from unitdocs.monitoring.health import HealthChecks
    from unitdocs.monitoring.serving import RunningServer

DOWN = 1
"""Exit code if a component is down, or nobody answers."""
LARGEST_PORT = 65_535

app = typer.Typer(name="monitor", help="Watch what runs in production.", no_args_is_help=True)

FlagFileOption = Annotated[
    Path | None,
    typer.Option("--flag-file", metavar="FILE", help="The flag file (default: that of the settings).", show_default=False),
]
SystemOption = Annotated[
    str | None,
    typer.Option("--system", help="The system to test (default: as the settings and the flag say).", show_default=False),
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
        help="What must be reached besides, as http://127.0.0.1:4318; may be repeated.",
        show_default=False,
    ),
]
TimeoutOption = Annotated[float, typer.Option(metavar="SECONDS", help="How long a check may take.")]
FormatOption = Annotated[Literal["table", "json"], typer.Option("--format", help="table for people, json for programs.")]


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
    by the game itself, with `unitdocs.monitoring.serving.start_server`.

    Examples:
    unitdocs monitor serve --flag-file flags.json --events events

    unitdocs monitor serve --host 0.0.0.0 --allow-remote
    """
    from unitdocs.monitoring.serving import is_loopback, start_server  # noqa: PLC0415 -- only this command needs it

    if not is_loopback(host) and not remote:
        raise InputError(
            f"--host: {host} can be reached from other machines, and there is no authentication; "
            f"add --allow-remote if that is meant"
        )
    health = _health(flag_file, system, events, records, reach, timeout)
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
    from unitdocs.monitoring.asking import NobodyAnswersError, ask  # noqa: PLC0415 -- only this command needs it

    if url is None:
        members: Mapping[str, object] = _health(flag_file, system, events, records, reach, timeout).run().members()
    elif any(option is not None for option in (flag_file, system, events, records, reach)):
        raise InputError("--url: the service checks what it was started with; leave the other options out")
    else:
        try:
            members = ask(url, timeout)
        except NobodyAnswersError as error:
            typer.echo(f"unitdocs: {error}", err=True)
            raise typer.Exit(DOWN) from None
    _print(members, form)
    if members["status"] == "down":
        raise typer.Exit(DOWN)
