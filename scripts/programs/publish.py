"""Publish a version of the site, roll back to one, or list them.

Examples:
  python scripts/publish.py deploy 1.2       build the commit, publish it as 1.2 and as latest
  python scripts/publish.py rollback 1.1     make latest a copy of 1.1 again
  python scripts/publish.py list             the published versions, newest first
  python scripts/publish.py deploy 1.2 --local   on the local branch only, nothing is pushed
"""

from __future__ import annotations

import argparse
import sys

from environment import ROOT, OneSentenceParser, enter, fail
from shared_lock import SharedLock


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="publish.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("action", choices=["deploy", "rollback", "list"])
    parser.add_argument("version", nargs="?", help="the version's name, such as 1.2")
    parser.add_argument("--local", action="store_true", help="change the local branch only; push nothing")
    options = parser.parse_args()
    if options.action != "list" and options.version is None:
        parser.error(f"{options.action} needs a version, such as 1.2")
    return options


def main() -> None:
    """Do what was asked for."""
    options = parse()
    enter("portal")
    from unitdocs import publishing  # noqa: PLC0415
    from unitdocs.errors import UnitdocsError  # noqa: PLC0415 -- inside the environment only

    if options.action != "list":
        (ROOT / "build").mkdir(exist_ok=True)
        lock = SharedLock(ROOT / "build" / "publish.lock")
        lock.take_alone("Another publish.py works in this clone; waiting until it is done ...")
    pages = publishing.Pages(ROOT, remote=None if options.local else "origin")
    try:
        unpushed = []
        if options.action == "deploy":
            unpushed = publishing.publish(options.version, pages)
        elif options.action == "rollback":
            unpushed = publishing.roll_back(options.version, pages)
        for subject in unpushed:
            print(f"Pushed too, from the local branch: {subject}", file=sys.stderr)
        print("\n".join(publishing.published(pages)))
    except UnitdocsError as error:
        fail(str(error))
