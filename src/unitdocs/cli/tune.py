"""`unitdocs tune`: settings of the refactored system, found and proven."""

import typer

from unitdocs.cli import extras, tune_replay, tune_run, tune_sensitivity, tune_verify

app = typer.Typer(name="tune", help="Find the best settings of the refactored system.", no_args_is_help=True)
app.command()(tune_replay.replay)
app.command()(tune_sensitivity.sensitivity)
app.command()(tune_run.run)
app.command()(tune_verify.verify)


@app.callback()
def tune() -> None:
    """Find the best settings of the refactored system, and prove what they gain."""
    extras.require("tuning")
