"""Measure what many published versions take: bytes of the whole site, and seconds for putting one on and rolling back.

A built site is prepared as a version is published, and put on a branch of a scratch repository under many names; it is
built once. Each version has pages and a package of its own, and another source of some modules than the version before
it. With `--records own` each has a record of its own too, with `same` all versions show one record. GitHub Pages serves
at most 1 GB.

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

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("portal")

from unitdocs.formatting import duration, size
from unitdocs.portal.components.downloads import FOLDER as DOWNLOADS
from unitdocs.portal.components.downloads import repacked
from unitdocs.portal.reference.source_pages import FOLDER as SOURCES
from unitdocs.publishing import Change, Pages, roll_back
from unitdocs.publishing.branch import Branch, Entry, entries, store_folder
from unitdocs.publishing.changing import apply
from unitdocs.publishing.packages import FOLDER as PACKAGE
from unitdocs.publishing.packages import build_package
from unitdocs.publishing.sharing import LATEST, SHARED, share
from unitdocs.publishing.site_index import PublishedRecord, PublishedVersion
from unitdocs.publishing.versions import put_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST, EACH = 10, 10
"""The number of the first version, 1.0; and after how many versions a line is printed."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWN = ("generated/data/records/reference.json.xz", "generated/data/SHA256SUMS", "generated/data/*.csv")
"""What a record of its own changes, besides all pages and all figures."""


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
    parser.add_argument(
        "--modules", type=int, default=25, metavar="PERCENT", help="modules that each version changes (25)"
    )
    return parser.parse_args()


def put(number: int, pages: Pages, site: Path, options: argparse.Namespace) -> tuple[Change, float]:
    """Put a version on the branch; return what changed, and the seconds from the built site to the moved branch."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        copy = shutil.copytree(site, place / "site")
        mark(changed(copy, number, options), number)
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


def mark(files: Iterable[Path], number: int) -> None:
    """Change files in a way of their own, and leave them readable."""
    for file in files:
        ending = f"\n<!-- {number} -->" if file.suffix == ".html" else f"\n{number}"
        file.write_bytes(file.read_bytes() + ending.encode())


def changed(site: Path, number: int, options: argparse.Namespace) -> list[Path]:
    """Return what a version has of its own: its pages and package, the source of some modules, and perhaps a record."""
    sources = sorted((site / SOURCES).glob("*.html"))
    files = [page for page in site.rglob("*.html") if page.parent != site / SOURCES]
    files += [page for place, page in enumerate(sources, number) if place * options.modules % 100 < options.modules]
    files += (site / "generated" / PACKAGE).iterdir()
    if options.records == "own":
        files += (site / "generated" / "figures").glob("*.json")
        files += (file for pattern in OWN for file in site.glob(pattern))
    return files


def pack_records(site: Path) -> None:
    """Offer the records of a built site as a published version does."""
    for file in (site / "generated" / DOWNLOADS).glob("*.gz"):
        file.with_suffix(".xz").write_bytes(repacked(file.read_bytes()))
        file.unlink()


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
        site = shutil.copytree(options.site, Path(folder) / "site")
        pack_records(site)
        build_package(ROOT, "1.0", site / "generated" / PACKAGE)
        print("versions  whole site  added by it  seconds")
        for number in range(FIRST, FIRST + options.versions):
            change, seconds = put(number, pages, site, options)
            if (number - FIRST + 1) % EACH in {0, 1}:
                sizes = f"{size(change.total.size):>10}  {size(change.added.size):>11}"
                print(f"{number - FIRST + 1:>8}  {sizes}  {duration(seconds)}", flush=True)
        begun = time.perf_counter()
        roll_back("1.0", pages, why="a study")
        print(f"Rolling back to the first one: {duration(time.perf_counter() - begun)}")


if __name__ == "__main__":
    main()
