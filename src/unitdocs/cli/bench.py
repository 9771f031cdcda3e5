"""`unitdocs bench`: measure suites on the command line."""

import typer

app = typer.Typer(name="bench", help="Measure benchmark suites.", no_args_is_help=True)


@app.command()
def run() -> None:
    """Resolve JSON lines from standard input."""
