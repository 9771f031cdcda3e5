"""`unitdocs render`: records to figures, tables and snippets."""

from pathlib import Path
from typing import Annotated

import typer

from unitdocs.cli.shown_records import choose_records
from unitdocs.errors import InputError

SITE_SETTINGS = "mkdocs.yml"
"""A project with this file has a site; any other folder gets the parts made from records alone."""


def render(
    record: Annotated[
        list[Path] | None,
        typer.Option(help="A run record; repeat the option to show a second run in addition to the first."),
    ] = None,
    docs: Annotated[Path, typer.Option(help="The folder of the site's pages.")] = Path("docs"),
) -> None:
    """Render run records into the generated parts of the pages, docs/generated.

    Without --record, renders the committed reference record and, if there is one, the newest run in build/records.
    Where the environment variable CI is set, it renders only the committed record. A project without a reference record
    gets the newest run in its place. Of the runs those are preferred that hold the suites of the pages and are
    complete. In a project with a mkdocs.yml, also writes the reference, the notebooks, the lessons, Python for the
    browser and the Plotly bundle.

    Example: unitdocs render --record benchmarks/results/reference.json.gz --docs docs
    """
    if not docs.is_dir():
        raise InputError(f"{docs}: not a folder; name the folder of the site's pages with --docs")
    render_pages(record, docs, is_site=(docs.resolve().parent / SITE_SETTINGS).is_file())


def render_pages(record: list[Path] | None, docs: Path, *, is_site: bool) -> None:
    """Render what the pages of a folder include; of a site, also what does not come from records."""
    shown = choose_records(record or [], docs)
    _require(is_site=is_site)
    from unitdocs import portal  # noqa: PLC0415 - pandas would slow the start of every command

    for note in shown.notes:
        typer.echo(note, err=True)
    portal.render(shown.first, shown.second, docs)
    if is_site:
        _complete(docs.resolve().parent, docs)


def _require(*, is_site: bool) -> None:
    """Import what a site needs before anything is written: half of a site is worse than none."""
    if is_site:
        import plotly  # noqa: F401, PLC0415 - slow to import

        from unitdocs.portal import reference  # noqa: F401, PLC0415 - the same


def _complete(project: Path, docs: Path) -> None:
    """Write the parts of a site that do not come from records: reference pages, and programs for the browser."""
    from unitdocs.portal import bundle, reference  # noqa: PLC0415 - as above
    from unitdocs.portal.bundle import browser_python  # noqa: PLC0415 - as above
    from unitdocs.portal.reference.lessons import PYTHON, has_lessons  # noqa: PLC0415 - as above

    reference.render(project, docs)
    if has_lessons(docs) and not browser_python.provide(docs / PYTHON, project / "build" / "pyodide"):
        typer.echo("Pyodide cannot be had here. Lessons do not run in this site; do not publish it.", err=True)
    script = bundle.provide(docs / "generated" / "plotly.min.js", project / "build" / "plotly")
    if not script.is_publishable:
        typer.echo("The Plotly bundle cannot be built here. The full one is used; do not publish this site.", err=True)
