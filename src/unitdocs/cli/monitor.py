"""`unitdocs monitor`: what runs in production, watched."""

import typer

from unitdocs.cli import monitor_export

app = typer.Typer(name="monitor", help="Watch games in production: metrics, health and alerts.", no_args_is_help=True)
app.command()(monitor_export.export)


@app.callback()
def monitor() -> None:
    """Watch games in production: metrics, health and alerts."""
