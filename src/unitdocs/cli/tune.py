"""`unitdocs tune`: where time and memory go, and which settings make them less."""

import typer

from unitdocs.cli import tune_profile

app = typer.Typer(
    name="tune", help="Find where time and memory go, and the settings that need less.", no_args_is_help=True
)


@app.callback()
def tune() -> None:
    """Find where time and memory go, and the settings that need less."""


app.command("profile")(tune_profile.profile)
