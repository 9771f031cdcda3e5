"""`unitdocs site`: the site of a project, from the newest run to pages that a browser opens."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from unitdocs.cli import extras
from unitdocs.cli.render import SITE_SETTINGS, render_pages
from unitdocs.errors import InputError

DEFAULTS = ("docs", SITE_SETTINGS, "site")
"""Pages, settings and built site of a project that `unitdocs init` did not write."""
MOST_LINES = 20
"""Lines of a failed build that the error repeats."""
QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}

app = typer.Typer(name="site", help="Make the site of a project.", no_args_is_help=True)


@app.callback()
def site() -> None:
    """Make the site of a project."""


@app.command()
def build(
    record: Annotated[
        list[Path] | None,
        typer.Option(help="A run record; repeat the option to show a second run in addition to the first."),
    ] = None,
) -> None:
    """Render the records of a project, and build its site into the folder site.

    The records are those of unitdocs render: the committed reference record, with the newest run in build/records; or,
    without a reference record, that run alone. It says which they are. A broken link or a missing part of a page is an
    error.

    Example: unitdocs site build
    """
    extras.require("portal")
    from unitdocs.portal import scaffold  # noqa: PLC0415 -- pandas would slow the start of every command

    manifest = scaffold.read_manifest(Path())
    docs, settings, place = (
        (manifest.portal.docs, manifest.portal.settings, manifest.portal.site) if manifest else DEFAULTS
    )
    for name in (docs, settings):
        if not Path(name).exists():
            raise InputError(f"{name}: missing; call this in the folder of a site, which `unitdocs init` writes")
    render_pages(record, Path(docs), is_site=True)
    process = subprocess.run(  # noqa: S603 -- constants, and the name of a file
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean", "--config-file", settings],
        env={**os.environ, **QUIET},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if process.returncode:
        problems = [line for line in process.stderr.splitlines() if line and not line.startswith(("INFO", "DEBUG"))]
        raise InputError(f"{settings}: the site does not build without warnings", *problems[-MOST_LINES:])
    typer.echo(f"Built: {place}/index.html\nTo see it: python -m http.server --directory {place}")
    if manifest and manifest.unitdocs != version("unitdocs"):
        typer.echo(
            f"This portal has the templates of unitdocs {manifest.unitdocs}; `unitdocs init --upgrade .` brings it to "
            "those of this version.",
            err=True,
        )
