"""The option for the folder of a record, in which each run gets a file of its own."""

from pathlib import Path
from typing import Annotated

import typer

from unitdocs.errors import InputError

FILES = (".json", ".gz", ".xz")
"""Ends of the names of records."""


def check_folder(out: Path) -> Path:
    """Return the folder for a record.

    Raises:
        InputError: its name is that of a file, which does not exist as a folder yet.
    """
    if out.suffix in FILES and not out.is_dir():
        raise InputError(f"--out {out}: is the name of a file; give a folder, in which each run gets a file of its own")
    return out


RecordFolder = Annotated[Path, typer.Option("--out", help="Folder for the run record.", callback=check_folder)]
