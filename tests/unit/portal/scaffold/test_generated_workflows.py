"""The workflows of a new portal: their commands are run with a program in place of unitdocs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from unitdocs.portal.scaffold import MeasuredBenchmarks, describe
from unitdocs.portal.scaffold.templates import portal_files

UNITDOCS = """#!{python}
import os, pathlib, sys

words = sys.argv[1:]
if words[:2] == ["bench", "run"]:
    folder = pathlib.Path(words[words.index("--out") + 1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "later.json").write_text("")
    sys.exit(int(os.environ["MEASURED"]))
print(*words)
sys.exit(int(os.environ["JUDGED"]))
"""
SHELL = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]


@pytest.fixture
def steps(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Return the steps of the gate by their names, and write the program that they call."""
    (tmp_path / "programs").mkdir()
    for name, text in {"unitdocs": UNITDOCS.format(python=sys.executable), "git": "#!/bin/sh\necho base\n"}.items():
        (tmp_path / "programs" / name).write_text(text)
        (tmp_path / "programs" / name).chmod(0o755)
    portal = describe(tmp_path / "project", MeasuredBenchmarks(others={"pytest": "tests"}))
    workflow = yaml.safe_load(portal_files(portal)[".github/workflows/gate.yml"])
    return {step["name"]: step for step in workflow["jobs"]["gate"]["steps"] if "name" in step}


def run(step: dict[str, Any], place: Path, *, measured: int = 0, judged: int = 0) -> int:
    """Run the command of a step as GitHub does, and return its exit code."""
    (place / "project").mkdir(exist_ok=True)
    environment = {
        "PATH": f"{place / 'programs'}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_BASE_REF": "main",
        "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
        "MEASURED": str(measured),
        "JUDGED": str(judged),
    }
    return subprocess.run([*SHELL, step["run"]], cwd=place / "project", env=environment, check=False).returncode


def test_the_gate_judges_the_record_of_its_own_run(steps: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    earlier = tmp_path / "project" / "build" / "gate" / "earlier.json"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("")
    assert run(steps["Measure both revisions"], tmp_path) == 0
    assert run(steps["Judge"], tmp_path, judged=1) == 1
    assert (tmp_path / "summary.md").read_text().startswith("compare build/gate/later.json --metric time")


def test_a_case_that_could_not_be_measured_fails_the_gate_and_the_others_are_judged(
    steps: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    assert run(steps["Measure both revisions"], tmp_path, measured=4) == 4
    assert steps["Judge"]["if"] == "${{ !cancelled() && hashFiles('build/gate/*.json') != '' }}"
    assert run(steps["Judge"], tmp_path) == 0
    assert (tmp_path / "summary.md").read_text().startswith("compare build/gate/later.json --metric time")
