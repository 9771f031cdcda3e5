"""`unitdocs render`: records to figures, tables and snippets."""

from pathlib import Path
from typing import Annotated

import typer

from unitdocs.errors import InputError

REFERENCE = Path("benchmarks/results/reference.json.gz")
RUNS = Path("build/records")
SITE_SETTINGS = "mkdocs.yml"
"""A project with this file has a site; any other folder gets the parts made from records alone."""


def render(
    record: Annotated[
        list[Path] | None,
        typer.Option(help="A run record; give it twice to show a second run next to the first."),
    ] = None,
    docs: Annotated[Path, typer.Option(help="The folder of the site's pages.")] = Path("docs"),
) -> None:
    """Render run records into the pages' generated parts, docs/generated.

    Without --record: the committed reference record, with the newest run in build/records next to it.
    Where the project has a mkdocs.yml, the reference, the notebooks and the Plotly bundle are written too.

    Example: unitdocs render --record benchmarks/results/reference.json.gz --docs docs
    """
    from unitdocs import portal  # noqa: PLC0415 - plotly and pandas would slow the start of every command

    if not docs.is_dir():
        raise InputError(f"{docs}: not a folder; name the folder of the site's pages with --docs")
    reference, machine = _chosen(record or [])
    portal.render(reference, machine, docs)
    project = docs.resolve().parent
    if (project / SITE_SETTINGS).is_file():
        _complete(project, docs)


def _complete(project: Path, docs: Path) -> None:
    """Write the files of a site that no record changes: pages made from the project itself, and Plotly's bundle."""
    from unitdocs.portal import bundle, reference  # noqa: PLC0415 - as above

    reference.render(project, docs)
    script = bundle.provide(docs / "generated" / "plotly.min.js", project / "build" / "plotly")
    if not script.is_publishable:
        typer.echo("The Plotly bundle cannot be built here. The full one is used; do not publish this site.", err=True)


def _chosen(given: list[Path]) -> tuple[Path, Path | None]:
    """Return the reference, and the run that is shown next to it."""
    if len(given) > 2:  # noqa: PLR2004 - two runs stand side by side
        raise InputError(f"--record: given {len(given)} times; give one record, or two to show side by side")
    if given:
        return given[0], given[1] if len(given) > 1 else None
    return REFERENCE, _newest(RUNS)


def _newest(folder: Path) -> Path | None:
    """Return the newest record of a folder whose arms are the suites' own, not two revisions.

    Names begin with the time of the run, so their order is the runs'.
    """
    from unitdocs.records import load  # noqa: PLC0415 - the same

    newest_first = sorted(folder.glob("*.json"), reverse=True)
    return next((path for path in newest_first if load(path).base is None), None)
