"""`unitdocs load`: how much the unit systems bear, and what breaks first."""

import typer

from unitdocs.cli import load_scale, load_soak

app = typer.Typer(name="load", help="Put the unit systems under load, and say what breaks first.", no_args_is_help=True)
app.command("soak")(load_soak.soak)
app.command("scale")(load_scale.scale)


@app.callback()
def load() -> None:
    """Put the unit systems under load, and say what breaks first."""
