"""`unitdocs check`: what is needed, what is there, and what it says where nothing is installed."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from unitdocs.cli import main, requirements
from unitdocs.cli.extras import EXTRAS

ROOT = Path(__file__).parents[3]


def states(folder: Path, *extras: str) -> dict[str, str]:
    return {row.name: row.state for row in requirements.requirements(folder, extras)}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["check", *words])
    output = capsys.readouterr()
    return int(ended.value.code or 0), output.out, output.err


def test_a_complete_environment_lacks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--extra", "flags", "--extra", "measure")
    assert code == 0
    assert out.splitlines()[-1] == "all that is needed is there"


def test_an_old_python_is_missing_and_nothing_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "PYTHON", (3, 99))
    assert states(tmp_path) == {"Python": "missing", "system": "ok", "disk": "ok", "folder": "ok"}


def test_a_full_disk_and_an_old_numpy_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "DISK", 1e18)
    monkeypatch.setattr(requirements, "NUMPY", (99, 0))
    rows = requirements.requirements(tmp_path)
    assert requirements.verdict(rows) == "missing: disk, NumPy"
    assert not requirements.is_complete(rows)


def test_numpy_is_not_needed_where_its_use_is_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "NUMPY", (99, 0))
    monkeypatch.setenv("UNITDOCS_NUMPY", "off")
    assert states(tmp_path)["NumPy"] == "-"


def test_an_extra_is_missing_only_if_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("unitdocs.cli.extras.find_spec", lambda name: None if name == "openfeature" else name)
    assert states(tmp_path)["[flags]"] == "-"
    code, out, _ = run(capsys, "--extra", "flags", "--format", "json")
    (row,) = (row for row in json.loads(out) if row["name"] == "[flags]")
    assert (code, row["state"], row["found"]) == (1, "missing", "without openfeature-sdk")


def test_pytest_is_named_for_the_benchmarks_that_need_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert states(tmp_path)["pytest"] == "ok"
    monkeypatch.setattr(requirements, "_version", lambda name: "" if name == "pytest" else "9.9")
    rows = requirements.requirements(tmp_path)
    assert rows[-1] == ("-", "pytest", "not installed", "bench run --pytest")
    assert requirements.is_complete(rows)


def test_an_unknown_extra_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "--extra", "flag")
    assert code == 2
    assert "there is no such extra; give one of measure, " in err


def test_a_table_can_be_pasted_as_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--format", "markdown")
    assert out.startswith("| state | requirement | found | needed |\n| :-- |")


def test_it_needs_nothing_that_it_looks_for() -> None:
    script = f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r}); sys.argv[1:] = ['check']"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"{script}; from unitdocs.cli import main; main()"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^-\s+NumPy\s+not installed", done.stdout, re.MULTILINE)
    assert "Python" in done.stdout


@pytest.mark.parametrize("module", ["__init__", "__main__", "requirements"])
def test_an_old_python_can_read_it(module: str) -> None:
    ast.parse((ROOT / "src" / "unitdocs" / "cli" / f"{module}.py").read_text(), feature_version=(3, 7))


def test_what_it_asks_for_is_what_the_package_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={requirements._text(requirements.PYTHON)}"
    assert project["dependencies"] == [f"numpy>={requirements._text(requirements.NUMPY)}"]
    assert set(requirements.PURPOSES) == set(EXTRAS)
