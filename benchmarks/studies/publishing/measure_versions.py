"""Measure what many published versions take: bytes of the whole site, and seconds for putting one on and rolling back.

A built site is prepared as a version is published, and put on a branch of a scratch repository under many names; it is
built once. With `--records own` each version has a record and pages of its own, with `same` all versions show one
record. The package that a published version carries is not part of it. GitHub Pages serves at most 1 GB.

Examples:
  python benchmarks/studies/publishing/measure_versions.py                  60 versions of site/
  python benchmarks/studies/publishing/measure_versions.py --versions 10 --records same
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment

from environment import OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("portal")

from unitdocs.formatting import duration, size
from unitdocs.publishing import Change, Pages, roll_back
from unitdocs.publishing.branch import Branch, Entry, entries, store_folder
from unitdocs.publishing.changing import apply
from unitdocs.publishing.sharing import LATEST, SHARED, share
from unitdocs.publishing.site_index import PublishedRecord, PublishedVersion
from unitdocs.publishing.versions import put_on

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST, EACH = 10, 10
"""The number of the first version, 1.0; and after how many versions a line is printed."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWN = ("generated/data/records/reference.json.gz", "generated/data/SHA256SUMS", "generated/figures")
"""What a record of its own changes, besides all pages."""


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="measure_versions.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--site", type=Path, default=Path("site"), help="folder of the built site (site)")
    parser.add_argument("--versions", type=int, default=60, help="how many versions (60)")
    parser.add_argument("--records", choices=["own", "same"], default="own", help="whether each has its own record")
    return parser.parse_args()


def put(number: int, pages: Pages, site: Path, *, has_own_record: bool) -> tuple[Change, float]:
    """Put a version on the branch; return what changed, and the seconds from the built site to the moved branch."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        copy = shutil.copytree(site, place / "site")
        mark(copy, number, has_own_record=has_own_record)
        begun = time.perf_counter()
        share(copy, place / SHARED)
        tree = store_folder(pages.project, copy, place / "index-of-site")
        shared = entries(pages.project, store_folder(pages.project, place / SHARED, place / "index-of-shared").name)
        version = f"{number // 10}.{number % 10}"
        record = PublishedRecord(created=NOW, commit="", machine="", file="", explore="")
        about = PublishedVersion(version=version, published=NOW, commit="", record=record)

        def edit(branch: Branch) -> Mapping[str, Entry]:
            return put_on(branch, about, tree, shared, (LATEST,))

        return apply(pages, edit, f"Publish {version}"), time.perf_counter() - begun


def mark(site: Path, number: int, *, has_own_record: bool) -> None:
    """Change what differs between versions."""
    ending = f"\n<!-- {number} -->".encode()
    changed = list(site.rglob("*.html"))
    if has_own_record:
        places = [site / place for place in OWN]
        changed += [file for place in places for file in ([place] if place.is_file() else place.rglob("*.json"))]
    for file in changed:
        file.write_bytes(file.read_bytes() + ending)


def main() -> None:
    """Publish the versions, and print what they take."""
    options = parse()
    if not (options.site / "index.html").is_file():
        fail(f"{options.site}: not a built site; run `python scripts/build_site.py` first")
    with tempfile.TemporaryDirectory() as folder:
        remote, project = Path(folder) / "remote.git", Path(folder) / "project"
        subprocess.run(["git", "init", "--quiet", "--bare", remote], check=True)
        subprocess.run(["git", "clone", "--quiet", remote, project], check=True, capture_output=True)
        for key, value in (("user.name", "study"), ("user.email", "study@localhost")):
            subprocess.run(["git", "config", key, value], cwd=project, check=True)
        pages = Pages(project)
        print("versions  whole site  added by it  seconds")
        for number in range(FIRST, FIRST + options.versions):
            change, seconds = put(number, pages, options.site.resolve(), has_own_record=options.records == "own")
            if (number - FIRST + 1) % EACH in {0, 1}:
                sizes = f"{size(change.total.size):>10}  {size(change.added.size):>11}"
                print(f"{number - FIRST + 1:>8}  {sizes}  {duration(seconds)}", flush=True)
        begun = time.perf_counter()
        roll_back("1.0", pages, why="a study")
        print(f"Rolling back to the first one: {duration(time.perf_counter() - begun)}")


if __name__ == "__main__":
    main()
