"""Programs judge pages: the script that lets them, on the site as it is built."""

import subprocess
import sys
from pathlib import Path

import pytest
from serving import ROOT, Site

from unitdocs import records


def score(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "score_pages.py"), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.long
def test_lighthouse_and_axe_find_pages_accessible_and_soundly_made(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "scores.json"
    done = score("--site", str(site.folder), "--runs", "1", "--out", str(out))
    assert done.returncode == 0, done.stderr
    record = records.load_page_scores(out)
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
