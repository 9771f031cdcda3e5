"""The script that measures how pages load: whatever it takes on this machine, this much holds."""

import subprocess
import sys
from pathlib import Path

import pytest
from serving import Site

from project_copies import ROOT
from unitdocs import studies

SCRIPT = ROOT / "benchmarks/studies/pages/measure_pages.py"


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.long
def test_the_comparison_page_loads_little_and_moves_nothing(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "loading.json"
    done = run("--site", site.folder, "--runs", "1", "--out", out)
    assert done.returncode == 0, done.stderr
    record = studies.load_record("page_loading", out)
    slow = {measure.name: measure for measure in record.measures if measure.circumstances == "slow"}
    assert record.figures >= 5
    assert record.command.endswith(f"--runs 1 --out {out}")
    for name in ("layout shift", "received before input", "received of Plotly before input"):
        assert slow[name].values[0] <= (slow[name].most or 0), name
    assert slow["received after scrolling through"].values[0] > slow["received before input"].values[0] > 0
    assert "received before input" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--runs", "0"), "--runs 0: give at least 1"),
        (("--page", "nowhere/"), "site/nowhere/index.html: there is no such page; build the site first with"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr.startswith(f"measure_pages.py: {sentence}")
    assert done.stderr.count("\n") == 1
