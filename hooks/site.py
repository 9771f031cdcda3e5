# ruff: noqa: INP001 -- MkDocs loads this file by its path
"""Renders the site's generated files before a build in a fresh clone, so that a plain `mkdocs serve` works there."""

import os
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

REFERENCE = Path("benchmarks/results/reference.json.gz")
LAST_FILES = ("manifest.json", "reference/manifest.json", "plotly.min.js")
"""The files that rendering writes last, below `docs/generated`; with all of them it was finished."""
OWN_RUN = "data/records/this-machine.json*"
"""The run on this machine, below `docs/generated`, where the site shows one."""
PUBLISHED_VERSION = "MIKE_DOCS_VERSION"
"""What mike sets for a build that it publishes."""


def on_pre_build(config: MkDocsConfig) -> None:
    """Render `docs/generated` from the committed record if it is missing; complete files stay as they are.

    Raises:
        PluginError: the committed record is missing or cannot be read, nothing can be written, or a site that shows the
            run on this machine would be published; in one sentence.
    """
    docs = Path(config.docs_dir)
    if os.environ.get(PUBLISHED_VERSION) and any((docs / "generated").glob(OWN_RUN)):
        raise PluginError(
            "docs/generated: shows a run on this machine, which is never published; publish with "
            "`python scripts/publish.py deploy`, which builds from the commit"
        )
    if all((docs / "generated" / name).is_file() for name in LAST_FILES):
        return
    # Only now: pandas and plotly would slow every other build.
    from unitdocs.cli.render import render  # noqa: PLC0415
    from unitdocs.errors import InputError  # noqa: PLC0415

    try:
        render([Path(config.config_file_path).parent / REFERENCE], docs)
    except InputError as error:
        raise PluginError(str(error)) from error
    except OSError as error:
        raise PluginError(f"{error.filename or docs}: cannot be read or written ({error.strerror})") from error
