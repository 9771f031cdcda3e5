"""`unitdocs monitor baseline`: what scenes take in a run record, for a game in production."""

from pathlib import Path
from typing import Annotated

import typer

from unitdocs.cli import extras


def baseline(
    record: Annotated[Path, typer.Argument(metavar="RECORD", help="A run record that compared both systems.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")] = Path("baseline.json"),
    suite: Annotated[
        str, typer.Option(help="The suite whose scenarios are named as the game's scenes are.")
    ] = "updates",
    work: Annotated[
        str, typer.Option(help="What is done with a scene, where scenarios are named <scene>/<work>.")
    ] = "",
) -> None:
    """Write what each scene's resolve takes, which production is compared with.

    A game reads the file with read_baseline and gives it to its Monitor. Its scenes have to be named as the suite's
    scenarios are; scenes without a time are not compared.

    Example: unitdocs monitor baseline build/records/run.json --suite scenes --out baseline.json
    """
    extras.require("measure")
    from unitdocs.monitoring.metrics.baseline import baseline_of, write_baseline  # noqa: PLC0415
    from unitdocs.records import load  # noqa: PLC0415

    found = baseline_of(load(record), suite, work)
    write_baseline(found, out)
    scenes = len({scene for _, scene in found})
    typer.echo(f"{out}: {scenes} scene{'s' if scenes > 1 else ''}")
