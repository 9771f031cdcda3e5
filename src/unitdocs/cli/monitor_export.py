"""`unitdocs monitor export`: the files with which Prometheus, Alertmanager and Grafana watch games."""

import shlex
from pathlib import Path
from typing import Annotated

import typer


def export(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder, which is made if needed.", show_default=False)
    ],
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST:PORT",
            help="Where a game exposes its metrics; repeat it for more games (default: 127.0.0.1:9464).",
            show_default=False,
        ),
    ] = None,
    webhook: Annotated[
        str, typer.Option(metavar="URL", help="Where Alertmanager sends alerts.")
    ] = "http://127.0.0.1:9465/alerts",
    alertmanager: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where Alertmanager listens.")
    ] = "127.0.0.1:9093",
    site: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The site whose runbooks the alerts link to (default: that of unitdocs).",
            show_default=False,
        ),
    ] = None,
    job: Annotated[str, typer.Option(help="The name of the games in Prometheus.")] = "unitdocs",
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that somebody changed.")] = False,
) -> None:
    """Write the configuration of Prometheus, Alertmanager and Grafana.

    A file that somebody changed since it was written is kept: the command ends with 2 and names it.

    Examples:
    unitdocs monitor export watching

    unitdocs monitor export watching --target game-1:9464 --target game-2:9464 --webhook https://chat.example/hook
    """
    from unitdocs.addresses import SITE  # noqa: PLC0415
    from unitdocs.monitoring.alerts import exporting  # noqa: PLC0415 -- only this command needs it

    files = exporting.write_configuration(
        folder,
        targets=target or ["127.0.0.1:9464"],
        webhook=webhook,
        alertmanager_address=alertmanager,
        site=SITE if site is None else site,
        job=job,
        force=force,
    )
    for file in files:
        typer.echo(f"wrote {file}")
    typer.echo(f"next: promtool check config {shlex.quote(str(folder / exporting.PROMETHEUS))}")
