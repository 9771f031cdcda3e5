"""`unitdocs load`: how much the unit systems bear, and what breaks first."""

import typer

from unitdocs.cli import load_stress, load_threads

app = typer.Typer(name="load", help="Put the unit systems under load, and say what breaks first.", no_args_is_help=True)
app.command("stress")(load_stress.stress)
app.command("threads")(load_threads.threads)


@app.callback()
def load() -> None:
    """Put the unit systems under load, and say what breaks first."""
