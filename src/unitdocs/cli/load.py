"""`unitdocs load`: stress, threads, soak and scale."""

import typer

from unitdocs.cli import load_scale, load_soak, load_stress, load_threads

app = typer.Typer(name="load", help="Put the unit systems under load, and say what breaks first.", no_args_is_help=True)
app.command("stress")(load_stress.stress)
app.command("threads")(load_threads.threads)
app.command("soak")(load_soak.soak)
app.command("scale")(load_scale.scale)


@app.callback()
def load() -> None:
    """Put the unit systems under load, and say what breaks first."""
