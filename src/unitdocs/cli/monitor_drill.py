"""`unitdocs monitor drill`: alerts that are fired by their real causes, and what became of each."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from unitdocs.cli import extras, flags
from unitdocs.cli.formats import Format
from unitdocs.errors import InputError
from unitdocs.formatting import counted

if TYPE_CHECKING:
    from unitdocs.monitoring.alerts.table import Alert
    from unitdocs.studies import DrilledAlert, MonitoringDrill

FAILED = 1
"""The exit code if an alert did not fire in time, or did not resolve."""
COLUMNS = ("alert", "fired", "at the webhook", "resolved", "cause")


def drill(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="ALERT", help="Alerts to fire, such as UnitdocsErrorsFast or errors-fast."),
    ] = None,
    *,
    is_all: Annotated[bool, typer.Option("--all", help="Fire every alert.")] = False,
    form: Annotated[Literal["table", "json"], typer.Option("--format", help="table or json.")] = "table",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the record of the drill to a file.", show_default=False)
    ] = None,
) -> None:
    """Fire alerts by their real causes, and say how long each took to reach a webhook and to resolve.

    Starts Prometheus, Alertmanager, a webhook and a game for each alert on this machine, in a temporary folder; all of
    it ends with the command, and nothing that runs already is touched. Windows and durations of the rules are divided
    by 300, so that hours become seconds. The games write events, which needs unitdocs[experiment]. Ends with 1 if an
    alert did not reach the webhook within 30 seconds or did not resolve, and names the reason.

    Examples:
    unitdocs monitor drill errors-fast

    unitdocs monitor drill --all --out drill.json
    """
    extras.require("experiment")  # the games write events
    chosen = _alerts(names or [], is_all=is_all)
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        raise InputError(f"--out {out}: is a folder, or in none; give a file in a folder that exists")
    from unitdocs import records  # noqa: PLC0415 -- only this command needs it
    from unitdocs.monitoring.drill.record import recorded_drill  # noqa: PLC0415

    record = recorded_drill(chosen, _progress, command=["unitdocs", *sys.argv[1:]], root=Path.cwd())
    _print(record, form)
    if out is not None:
        records.save(record, out)
    if not record.has_passed:
        raise typer.Exit(FAILED)


def _alerts(names: list[str], *, is_all: bool) -> "tuple[Alert, ...]":
    """Return the alerts that were asked for.

    Raises:
        InputError: none or all and some were asked for, or there is none of a name.
    """
    from unitdocs.monitoring.drill.running import alerts_named  # noqa: PLC0415 -- takes long to import

    if is_all == bool(names):
        problem = "an alert and --all were given" if names else "no alert was given"
        raise InputError(f"monitor drill: {problem}; name the alerts to fire, or give --all")
    return alerts_named(names)


def _progress(sentence: str) -> None:
    """Say what happened, if a person looks."""
    if sys.stderr.isatty():
        typer.echo(sentence, err=True)


def _print(record: "MonitoringDrill", form: str) -> None:
    if form == "json":
        typer.echo(flags.as_json([alert.model_dump(mode="json") for alert in record.alerts], indent=2))
        return
    flags.print_rows([COLUMNS, *(_row(alert) for alert in record.alerts)], Format.TABLE)
    passed = sum(alert.has_passed for alert in record.alerts)
    typer.echo(f"{passed} of {counted(len(record.alerts), 'alert')} reached the webhook in time and resolved")
    for alert in record.alerts:
        if alert.problem:
            typer.echo(f"{alert.name}: {alert.problem}")


def _row(alert: "DrilledAlert") -> tuple[str, ...]:
    times = (alert.fired, alert.reached, alert.resolved)
    return (alert.name, *("-" if seconds is None else f"{seconds:.1f} s" for seconds in times), alert.cause)
