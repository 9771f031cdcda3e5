"""`unitdocs history add`: records are added to a history, which stays as it was where something is wrong."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs import analysis, cli, records

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "benchmarks" / "results" / "reference.json.gz"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["history", *map(str, arguments)])
    assert isinstance(ended.value.code, int)
    out, err = capsys.readouterr()
    return ended.value.code, out, err


def test_a_record_is_added_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    history = tmp_path / "new" / "history.json.gz"
    code, out, err = run(capsys, "add", REFERENCE, REFERENCE, "--to", history)
    [entry] = analysis.load_history(history).entries
    total = len(records.load(REFERENCE).cases)
    assert (code, err) == (0, "")
    assert out == (
        f"{entry.id}: added with {len(entry.cases)} cases; not kept: {total - len(entry.cases)} cases without a ratio\n"
        f"{entry.id}: already in the history\n"
    )
    content = history.read_bytes()
    assert run(capsys, "add", REFERENCE, "--to", history) == (0, f"{entry.id}: already in the history\n", "")
    assert history.read_bytes() == content


def test_files_that_cannot_be_read_are_all_named_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "text.json").write_text("no JSON")
    code, out, err = run(capsys, "add", tmp_path / "text.json", tmp_path / "missing.json", "--to", tmp_path / "h.json")
    assert (code, out) == (2, "")
    assert "text.json: is not a JSON file" in err
    assert "missing.json: cannot be read" in err
    assert not (tmp_path / "h.json").exists()


def test_a_file_that_is_no_history_is_not_overwritten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"format": "unitdocs-run"}')
    code, _, err = run(capsys, "add", REFERENCE, "--to", tmp_path / "other.json")
    assert code == 2
    assert "other.json: is not a history of records: its format is 'unitdocs-run'" in err
    assert (tmp_path / "other.json").read_text() == '{"format": "unitdocs-run"}'


@pytest.mark.parametrize("many", [3, pytest.param(8, marks=pytest.mark.long)])
def test_additions_at_once_are_all_kept(
    make_record: Callable[..., records.RunRecord], tmp_path: Path, many: int
) -> None:
    for number in range(many):
        records.save(make_record(id=f"run-{number}"), tmp_path / f"{number}.json")
    command = [sys.executable, "-m", "unitdocs.cli", "history", "add", "--to", str(tmp_path / "new" / "h.json")]
    adding = [subprocess.Popen([*command, str(tmp_path / f"{number}.json")]) for number in range(many)]
    assert [process.wait() for process in adding] == [0] * many
    history = analysis.load_history(tmp_path / "new" / "h.json")
    assert sorted(entry.id for entry in history.entries) == [f"run-{number}" for number in range(many)]
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["h.json"]


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "add", "--help")
    assert code == 0
    assert "Example: unitdocs history add" in out
