"""`unitdocs monitor`: what watches games in production."""

import typer

from unitdocs.cli import extras, monitor_drill

app = typer.Typer(name="monitor", help="Watch games in production.", no_args_is_help=True)
app.command()(monitor_drill.drill)


@app.callback()
def monitor() -> None:
    """Watch games in production."""
    extras.require("monitoring")
