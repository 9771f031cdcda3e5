"""The script that tests versions of Python and NumPy: one installation is made and checked, failures are recorded."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

from unitdocs import studies

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "benchmarks/studies/compatibility"


def run(program: str, *words: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(FOLDER / program), *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_this_python_is_tested_with_the_installed_numpy_and_a_version_that_is_not_allowed_fails(tmp_path: Path) -> None:
    out, numpy = tmp_path / "record.json", metadata.version("numpy")
    done = run("try_versions.py", "--pythons", sys.executable, "--numpys", numpy, "2.1.0", "--out", out)
    assert done.returncode == 1, done.stderr
    assert f"NumPy {numpy}: passed, " in done.stderr
    record = studies.load_record("tested_versions", out)
    passed, failed = record.checks
    assert (passed.numpy, passed.has_passed, failed.numpy, failed.has_passed) == (numpy, True, "2.1.0", False)
    assert passed.numbers > 300_000
    assert "Cannot install numpy==2.1.0" in failed.error


def test_another_numpy_than_the_wanted_one_and_one_that_should_be_absent_are_refused() -> None:
    assert '{"error": "NumPy is ' in run("check_installation.py", "--numpy", "2.2.999").stdout
    assert '{"error": "NumPy is installed' in run("check_installation.py").stdout


def test_wrong_use_is_one_sentence(tmp_path: Path) -> None:
    for words, sentence in (
        (("--pythons", tmp_path / "none"), "does not run as a Python"),
        (("--pythons", sys.executable, "--numpys", "two"), "--numpys two: no version of NumPy"),
    ):
        done = run("try_versions.py", *words)
        assert done.returncode == 2
        assert sentence in done.stderr
        assert len(done.stderr.splitlines()) == 1
