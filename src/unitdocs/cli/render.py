"""`unitdocs render`: records to figures, tables and snippets."""

import os
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
        typer.Option(help="A run record; repeat the option to show a second run in addition to the first."),
    ] = None,
    docs: Annotated[Path, typer.Option(help="The folder of the site's pages.")] = Path("docs"),
) -> None:
    """Render run records into the generated parts of the pages, docs/generated.

    Without --record, renders the committed reference record and, if there is one, the newest run in build/records.
    Where the environment variable CI is set, it renders only the committed record. A project without a reference record
    gets the newest run in its place. In a project with a mkdocs.yml, also writes the reference, the notebooks, the
    lessons, Python for the browser and the Plotly bundle.

    Example: unitdocs render --record benchmarks/results/reference.json.gz --docs docs
    """
    if not docs.is_dir():
        raise InputError(f"{docs}: not a folder; name the folder of the site's pages with --docs")
    render_pages(record, docs, is_site=(docs.resolve().parent / SITE_SETTINGS).is_file())


def render_pages(record: list[Path] | None, docs: Path, *, is_site: bool) -> None:
    """Render what the pages of a folder include; of a site, also what does not come from records."""
    reference, machine = _select_records(record or [])
    _require(is_site=is_site)
    from unitdocs import portal  # noqa: PLC0415 - pandas would slow the start of every command

    portal.render(reference, machine, docs)
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


def _select_records(paths: list[Path]) -> tuple[Path, Path | None]:
    """Return the reference record and the second run to show, if any."""
    if len(paths) > 2:  # noqa: PLR2004 - a page shows at most two runs
        raise InputError(f"--record: given {len(paths)} times; give one record, or two to show side by side")
    if paths:
        return paths[0], paths[1] if len(paths) > 1 else None
    if REFERENCE.exists():
        return REFERENCE, None if os.environ.get("CI") else _newest(RUNS)
    newest = _newest(RUNS) or max(RUNS.glob("*.json"), default=None)
    if newest is None:
        raise InputError(
            f"{REFERENCE}: there is no reference record yet, and no run in {RUNS}; measure with `unitdocs bench run`, "
            "or name a record with --record"
        )
    return newest, None


def _newest(folder: Path) -> Path | None:
    """Return the newest record of a folder that compares the suites' own arms, not two revisions.

    Names begin with the time of the run, so they sort chronologically.
    """
    from unitdocs.records import load  # noqa: PLC0415 - the same

    newest_first = sorted(folder.glob("*.json"), reverse=True)
    return next((path for path in newest_first if load(path).base is None), None)
