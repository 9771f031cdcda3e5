"""`unitdocs units`: the unit system on the command line."""

import typer

app = typer.Typer(name="units", help="Resolve units with either system.", no_args_is_help=True)


@app.command()
def resolve() -> None:
    """Resolve JSON lines from standard input."""
