"""Publish versions of the site and keep them: `unitdocs publish` in the project's environment.

Example: python scripts/publish.py deploy 1.2
"""

from __future__ import annotations

import os
import sys

from environment import ROOT, enter
from shared_lock import SharedLock

CHANGING = {"deploy", "rollback", "prune", "recover"}
"""What waits until another program of this clone is done."""


def main() -> None:
    """Do what was asked for; one program at a time works in a clone."""
    enter("portal")
    from unitdocs import cli  # noqa: PLC0415 -- inside the environment only

    os.chdir(ROOT)
    if CHANGING & {*sys.argv[1:2]}:
        (ROOT / "build").mkdir(exist_ok=True)
        lock = SharedLock(ROOT / "build" / "publish.lock")
        lock.take_alone("Another publish.py works in this clone; waiting until it is done ...")
    cli.main(["publish", *sys.argv[1:]])
