"""Follow every page of the site whose blocks can be executed, as the tests do, and record when that was.

The rehearsal is followed in a fresh environment, the other pages in this one. Each extra is then installed into an
empty folder, to see what it takes. If a page fails nothing is written, and one line names the block.

Examples:
  python benchmarks/studies/guides/execute_guides.py                                                  print only
  python benchmarks/studies/guides/execute_guides.py --out benchmarks/results/guide-executions.json   record it
"""

import argparse
import hashlib
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("test")

from guide_reader import DOCS, DRILL, GuideError, Reader, fresh_programs, pages_with_blocks, provide

from package_version import current_version
from unitdocs import records, studies
from unitdocs.bench import environment
from unitdocs.publishing.packages import build_package
from unitdocs.studies import ExecutedPage, ExecutedStep, ExtraSize, GuideExecutions

EXTRAS = ("", "flags", "migrate", "measure", "experiment", "monitoring", "tuning", "spark", "portal", "peers")
PROCESSES = 2


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="execute_guides.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "build" / "guide-executions.json", help="the record to write"
    )
    return parser.parse_args()


def follow(page: Path) -> ExecutedPage:
    """Follow a page in an empty folder, and return what was executed.

    Raises:
        GuideError: a block does not do what the page says.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        reader = Reader(place, fresh_programs(place / "programs")) if page == DRILL else Reader(place)
        provide(page, place)
        reader.read(page)
    return ExecutedPage(
        page=page.relative_to(DOCS).as_posix(),
        digest=hashlib.sha256(page.read_bytes()).hexdigest(),
        steps=tuple(
            ExecutedStep(heading=step.heading, blocks=step.blocks, seconds=round(step.seconds, 2))
            for step in reader.steps
        ),
    )


def measure_extra(wheel: Path, extra: str) -> ExtraSize:
    """Install an extra into an empty folder, and count its packages and bytes."""
    name = f"{wheel}[{extra}]" if extra else str(wheel)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", folder, name],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        packages = len(list(Path(folder).glob("*.dist-info"))) - 1  # without unitdocs itself
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    return ExtraSize(extra=extra, packages=packages, size=size)


def measure_extras() -> tuple[ExtraSize, ...]:
    """Return what each extra takes."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_package(ROOT, current_version(), Path(folder)).wheel
        return tuple(measure_extra(wheel, extra) for extra in EXTRAS)


def main() -> None:
    """Follow every page, the rehearsal first and alone; print and write the record."""
    out = parse().out
    created, begun, ticks = datetime.now(UTC), environment.describe(ROOT), environment.cpu_ticks()
    digest = studies.kind_of("guide_executions").digest(ROOT)
    others = [page for page in pages_with_blocks() if page != DRILL]
    try:
        pages = [follow(DRILL)]
        with ProcessPoolExecutor(PROCESSES) as pool:
            pages += pool.map(follow, others)
    except GuideError as error:
        fail(str(error))
    record = GuideExecutions(
        created=created,
        finished=datetime.now(UTC),
        command=shlex.join(["python", "benchmarks/studies/guides/execute_guides.py", *sys.argv[1:]]),
        environment=environment.closed(begun, ticks),
        version=current_version(),
        digest=digest,
        pages=tuple(pages),
        extras=measure_extras(),
    )
    for page in record.pages:
        print(f"{page.page:<40} {page.blocks:3} blocks {page.seconds:6.1f} s")
    for extra in record.extras:
        print(f"{extra.extra or 'the unit system':<40} {extra.packages:3} packages {extra.size / 1e6:6.1f} MB")
    records.save(record, out)


if __name__ == "__main__":
    main()
