"""`unitdocs init` in an environment that has only the wheel: two commands later there is a site, in a browser.

The environment gets the packages of the tests' own one, but not the repository: the modules, the templates and the
programs of the pages are those of the wheel.
"""

import os
import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect
from serving import Site, Watch, served

from project_copies import QUIET, ROOT, commit, git, make_once
from unitdocs.publishing.packages import build_package

LOOK = Path(__file__).with_name("figures.js").read_text()
LOOK = LOOK[LOOK.index("async () =>") :]
WORDS_OF_GAMES = re.compile(
    r"\b(?:units? systems?|(?:both|either|each|original|refactored|the) systems?|original|refactored|scenes?|frames?|"
    r"viewports?|games?|players?|elements?|layouts?|numpy is)\b",
    re.IGNORECASE,
)
TEXT = """() => {
  const body = document.body.cloneNode(true);
  for (const one of body.querySelectorAll("script, style, noscript, template")) one.remove();
  return body.textContent;
}"""
LOW = re.compile(r"drawn [\d.]+ x [\d.]+$")
"""What is said of a figure with a row or two: it is low."""
COLOURS = "() => [...document.querySelectorAll('.ud-svg use')].map((mark) => getComputedStyle(mark).fill)"
TEST = """
import json

import pytest
from texts import words_of


@pytest.mark.parametrize("count", [10, 1000])
def test_words(benchmark, count):
    assert len(benchmark(words_of, " ".join(["word"] * count))) == count
"""
Unitdocs = Callable[..., str]


def make_environment(folder: Path) -> None:
    """Install the wheel alone; the packages of the tests' own environment can be imported, but not what links there."""
    wheel = build_package(ROOT, "1.2", folder / "dist").wheel
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "venv"), "platbase": ""}))
    (packages / "needed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(folder / "venv/bin/python")]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)


@pytest.fixture(scope="module")
def unitdocs(tmp_path_factory: pytest.TempPathFactory) -> Unitdocs:
    """Return a function that runs the program of the wheel, and returns what it prints."""
    place = make_once(tmp_path_factory.getbasetemp(), "wheel", make_environment) / "venv" / "bin"

    def run(*words: str, folder: Path, program: str = "unitdocs") -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | QUIET
        command = [str(place / program), *words]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        return done.stdout

    return run


def follow(unitdocs: Unitdocs, printed: str, folder: Path) -> None:
    """Run the commands that `init` printed, with a bundle that need not be fetched again."""
    kept = ROOT / "build" / "plotly"
    kept.mkdir(parents=True, exist_ok=True)
    (folder / "build").mkdir()
    (folder / "build" / "plotly").symlink_to(kept)
    commands = re.findall(r"^  unitdocs (.*)$", printed, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        unitdocs(*command.split(), folder=folder)


@pytest.fixture(scope="module")
def portal(unitdocs: Unitdocs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of a portal that was begun in an empty folder."""
    folder = tmp_path_factory.mktemp("empty")
    place = unitdocs("-c", "import unitdocs; print(unitdocs.__file__)", folder=folder, program="python")
    assert not Path(place).is_relative_to(ROOT)
    follow(unitdocs, unitdocs("init", "my-portal", folder=folder), folder / "my-portal")
    with served(folder / "my-portal" / "site") as url:
        yield Site(folder / "my-portal" / "site", url)


def test_every_page_has_words_of_its_own_project_and_asks_no_other_host(portal: Site, browser: Browser) -> None:
    watch, context = Watch(portal.url), browser.new_context()
    page = context.new_page()
    watch.page(page)
    addresses = [file.relative_to(portal.folder).as_posix() for file in sorted(portal.folder.rglob("*.html"))]
    assert "benchmarks/cases/joining/many/index.html" in addresses
    for address in addresses:
        page.goto(portal.url + address)
        assert WORDS_OF_GAMES.findall(page.evaluate(TEXT)) == [], address
    context.close()
    assert watch.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_verdicts_and_figures_are_seen(portal: Site, browser: Browser, scheme: Literal["light", "dark"]) -> None:
    watch, context = Watch(portal.url), browser.new_context(color_scheme=scheme)
    page = context.new_page()
    watch.page(page)
    page.goto(portal.url)
    expect(page.locator(".ud-band .ud-chip")).to_be_visible()
    expect(page.locator(".ud-tiles > li")).to_have_count(3)
    fills = [re.findall(r"\d+", fill) for fill in page.evaluate(COLOURS)]
    assert any(len(set(fill[:3])) > 1 for fill in fills), "neither black nor grey, before a program draws it"
    for address in ("", "benchmarks/scenarios/joining/", "benchmarks/cases/joining/many/"):
        page.goto(portal.url + address)
        seen = page.evaluate(LOOK)
        problems = [one for one in seen["problems"] if not LOW.search(one)]
        assert (seen["count"] > 0, problems) == (True, []), address
    expect(page.locator(".ud-verdict", has_text="faster").first).to_be_visible()
    page.goto(f"{portal.url}benchmarks/summary/")
    expect(page.locator("[data-effect-table] tbody tr:not(.ud-suite-row) td")).not_to_have_count(0)
    context.close()
    assert watch.problems == []


@pytest.mark.long  # a minute of measuring; the guide on portals is followed in any case
def test_tests_that_a_project_has_are_measured_as_they_are(
    unitdocs: Unitdocs, tmp_path: Path, browser: Browser
) -> None:
    project = tmp_path / "texts"
    (project / "src").mkdir(parents=True)
    (project / "tests").mkdir()
    (project / "src" / "texts.py").write_text(
        "def words_of(text):\n    return [word for word in text.split(' ') if word]\n"
    )
    (project / "tests" / "test_texts.py").write_text(TEST)
    (project / "docs").mkdir()
    (project / "docs" / "index.md").write_text("# Texts\n")
    git(tmp_path, "init", "--quiet", str(project))
    commit(project, "Begin")
    (project / "src" / "texts.py").write_text("def words_of(text):\n    return text.split()\n")
    printed = unitdocs("init", ".", folder=project)
    assert "unitdocs bench run --base HEAD --pytest tests/test_texts.py --gate\n" in printed
    assert (project / "docs" / "index.md").read_text() == "# Texts\n"
    follow(unitdocs, printed, project)
    with served(project / "build" / "site") as url:
        watch, page = Watch(url), browser.new_page()
        watch.page(page)
        page.goto(f"{url}benchmarks/scenarios/pytest/")
        expect(page.locator(".ud-cases .ud-verdict", has_text="faster")).to_have_count(2)
        page.locator(".ud-cases a").first.click()
        again = page.locator("pre code", has_text="unitdocs bench run --base HEAD --pytest tests/test_texts.py --gate")
        expect(again).to_be_visible()
        page.close()
    assert watch.problems == []
