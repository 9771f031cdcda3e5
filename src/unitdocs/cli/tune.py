"""`unitdocs tune`: where time and memory go, and which settings make them less."""

import typer

from unitdocs.cli import extras, tune_profile, tune_replay, tune_run, tune_sensitivity, tune_verify

app = typer.Typer(
    name="tune", help="Find where time and memory go, and the settings that need less.", no_args_is_help=True
)
app.command()(tune_profile.profile)
app.command()(tune_replay.replay)
app.command()(tune_sensitivity.sensitivity)
app.command()(tune_run.run)
app.command()(tune_verify.verify)


@app.callback()
def tune() -> None:
    """Find where time and memory go, and the settings that need less."""
    extras.require("tuning")
