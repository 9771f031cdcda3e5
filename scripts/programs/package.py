"""Build the package of a version: its wheel, locks with hashes of all that it needs, and checksums of both.

Examples:
  python scripts/package.py 1.2 dist                    build the committed files as version 1.2 into dist
  python scripts/package.py 1.2 dist --notes notes.md   also write what CHANGELOG.md says of 1.2
"""

from __future__ import annotations

import argparse
from pathlib import Path

from environment import ROOT, OneSentenceParser, enter, fail


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="package.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("version", help="the version to build, such as 1.2")
    parser.add_argument("folder", type=Path, help="where the files are written")
    parser.add_argument("--notes", type=Path, help="file for what the changelog says of the version")
    return parser.parse_args()


def main() -> None:
    """Build the files, and print their names."""
    options = parse()
    folder, notes = options.folder.absolute(), options.notes and options.notes.absolute()
    enter("portal")
    from unitdocs.errors import UnitdocsError  # noqa: PLC0415 -- inside the environment only
    from unitdocs.publishing import packages  # noqa: PLC0415 -- the same

    try:
        if notes:  # first: a version that the changelog lacks is not built
            notes.write_text(packages.release_notes(ROOT / "CHANGELOG.md", options.version), encoding="utf-8")
        package = packages.build_package(ROOT, options.version, folder)
    except UnitdocsError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename}: cannot be read or written ({error.strerror})")
    print("\n".join(file.name for file in [package.wheel, *package.locks.values(), package.sums]))
