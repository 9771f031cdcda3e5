"""`unitdocs migrate scan`: what it prints, what it writes, its exit codes, and what it needs to start."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from unitdocs import cli

GAME = "from unitdocs.units import OriginalSystem\nsystem = OriginalSystem(rng)\n"
OWN = "from unitdocs.units import OriginalSystem\n\n\nclass Mine(OriginalSystem): ...\n"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["migrate", "scan", *map(str, arguments)])
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


def test_a_dry_run_shows_a_diff_that_patch_could_apply_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "game.py"
    file.write_text(GAME.rstrip("\n"))
    code, out, err = run(capsys, tmp_path)
    assert (code, err, file.read_text()) == (1, "", GAME.rstrip("\n"))
    assert out.startswith("--- a/game.py\n+++ b/game.py\n@@")
    patch = tmp_path / "game.patch"
    patch.write_text(out[: out.index("\nto be changed")])
    subprocess.run(["git", "apply", patch], cwd=tmp_path, check=True)
    assert file.read_text() == "from unitdocs.units import create_system\nsystem = create_system(rng=rng)"


def test_writing_says_what_changed_and_a_second_run_finds_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "game.py").write_text(GAME)
    code, out, _ = run(capsys, tmp_path, "--write")
    assert code == 0
    assert out == (
        "changed:\n  game.py:2:10  #change-system  OriginalSystem -> create_system\n\n"
        "1 file, 1 change written in 1 file, 0 places left\n"
    )
    assert run(capsys, tmp_path) == (0, "1 file, 0 places left\n", "")


def test_what_is_left_gives_exit_code_1_and_a_reason_in_each_format(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "game.py").write_text(OWN)
    code, out, _ = run(capsys, tmp_path, "--write")
    assert code == 1
    assert "  game.py:4  #own-units\n    class Mine(OriginalSystem): ...\n    a class extends" in out
    code, out, _ = run(capsys, tmp_path, "--format", "markdown")
    assert code == 1
    assert "| game.py:4 | own-units | class Mine(OriginalSystem): ... | a class extends" in out
    code, out, _ = run(capsys, tmp_path, "--format", "json")
    report = json.loads(out)
    assert (code, report["format_version"], report["changes"]) == (1, 1, [])
    (left,) = report["left"]
    assert left.pop("reason").startswith("a class extends OriginalSystem")
    assert left == {
        "file": "game.py",
        "line": 4,
        "topic": "own_units",
        "guide": "deploy/changes.md#own-units",
        "code": "class Mine(OriginalSystem): ...",
    }


def test_a_file_that_cannot_be_written_or_read_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "closed.py").write_text(GAME)
    (tmp_path / "closed.py").chmod(0o444)
    (tmp_path / "old.py").write_text("import unitdocs\nprint 'x'\n")
    (tmp_path / "build").mkdir()
    code, out, _ = run(capsys, tmp_path, "--write")
    assert code == 1
    assert (
        "not written:\n  closed.py cannot be written (the file is read-only); correct that, and run it again\n" in out
    )
    assert "not read:\n  old.py: cannot be parsed as Python (line 2); see it by hand\n" in out
    assert "folders left out:\n  build\n" in out
    assert out.endswith(
        "2 files, 0 changes written in 0 files, 1 change in 1 file not written, 0 places left, 1 file not read\n"
    )


def test_a_file_of_other_things_that_cannot_be_parsed_does_not_count(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "old.py").write_text("print 'x'\n")
    (tmp_path / "game.py").write_text(
        "import old\nfrom unitdocs.units import create_system\nsystem = create_system()\n"
    )
    code, out, _ = run(capsys, tmp_path)
    assert (code, "old.py: cannot be parsed" in out) == (0, True)


def test_a_wrong_path_is_one_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = run(capsys, tmp_path / "nothing")
    assert (code, out) == (2, "")
    assert err == f"unitdocs: {tmp_path / 'nothing'}: does not exist; give a folder or a Python file\n"


def test_names_of_files_do_not_control_the_terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.py").write_text(f"{GAME}x = '\x1b[32m'\n")
    for form in ("table", "markdown", "json"):
        assert "\x1b" not in run(capsys, tmp_path, "--format", form)[1]


@pytest.mark.parametrize("module", ["pandas", "scipy", "numpy", "plotly"])
def test_it_needs_nothing_of_other_extras(tmp_path: Path, module: str) -> None:
    (tmp_path / "game.py").write_text(GAME)
    program = (
        f"import sys; sys.modules[{module!r}] = None\n"
        f"from unitdocs import cli; cli.main(['migrate', 'scan', {str(tmp_path)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")


def test_without_libcst_a_sentence_names_the_extra(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['libcst'] = None\n"
        f"from unitdocs import cli; cli.main(['migrate', 'scan', {str(tmp_path)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == 'unitdocs: libcst is not part of this installation; install "unitdocs[migrate]" to add it\n'
