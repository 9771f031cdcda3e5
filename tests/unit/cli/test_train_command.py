"""`unitdocs train`: forms, verdicts, hints, progress and exit codes."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from unitdocs import cli
from unitdocs.cli import train
from unitdocs.training import LessonFolder, read_lesson

BUTTON = read_lesson("first-scene").exercise("button")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["train", *map(str, arguments)])
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


@pytest.fixture
def lesson(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert run(capsys, "start", "first-scene", tmp_path / "first")[0] == 0
    return tmp_path / "first"


def test_a_lesson_is_begun_checked_and_solved_step_by_step(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "next", lesson)
    assert (code, out.splitlines()[0]) == (0, "button: A button")
    code, out, _ = run(capsys, "check", lesson, "--exercise", "button")
    assert (code, out.splitlines()[:2]) == (
        1,
        ["button: not begun", "  This is still the form; write your answer into it."],
    )
    (lesson / "button.py").write_text(BUTTON.solution["button.py"])
    code, out, _ = run(capsys, "check", lesson, "--exercise", "button")
    assert code == 0
    assert out.splitlines()[-2:] == [
        "1 of 4 exercises solved",
        f"next: panel; `unitdocs train next {lesson}` says what to do",
    ]
    code, out, _ = run(capsys, "check", lesson, "--format", "json")
    assert code == 1
    assert [verdict["outcome"] for verdict in json.loads(out).values()] == ["solved", *["not begun"] * 3]
    assert run(capsys, "next", lesson)[1].startswith("panel: ")


def test_a_task_is_printed_with_the_addresses_of_its_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "game"
    assert run(capsys, "start", "migrating-a-game", folder)[0] == 0
    LessonFolder.open(folder).keep_solved(["scan", "write"])
    code, out, _ = run(capsys, "next", folder)
    assert code == 0
    assert "Units of your own (https://unitdocs.github.io/unitdocs/deploy/changes/#own-units) shows how" in out
    assert "](" not in out


def test_hints_come_one_by_one_and_begin_again(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = [run(capsys, "hint", lesson)[1] for _ in range(len(BUTTON.hints) + 1)]
    assert shown[0] == f"button, hint 1 of 3: {BUTTON.hints[0]}\n"
    assert shown[2] == f"button, hint 3 of 3: {BUTTON.hints[2]}\n"
    assert shown[3] == shown[0]
    assert run(capsys, "hint", lesson, "--exercise", "frames")[1].startswith("frames, hint 1 of")


def test_a_lesson_is_begun_again_without_losing_an_answer_and_its_progress_can_be_cleared(
    lesson: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (lesson / "button.py").write_text(BUTTON.solution["button.py"])
    (lesson / "panel.py").unlink()
    run(capsys, "check", lesson)
    code, out, _ = run(capsys, "start", "first-scene", lesson)
    assert code == 0
    assert "wrote panel.py" in out
    assert "wrote button.py" not in out
    assert (lesson / "button.py").read_text() == BUTTON.solution["button.py"]
    assert run(capsys, "next", lesson)[1].startswith("panel")
    assert run(capsys, "clear", lesson)[0] == 0
    assert run(capsys, "next", lesson)[1].startswith("button")
    assert (lesson / "button.py").read_text() == BUTTON.solution["button.py"]


def test_what_was_solved_stays_solved_while_a_reader_tries_other_answers(
    lesson: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (lesson / "button.py").write_text(BUTTON.solution["button.py"])
    assert run(capsys, "check", lesson, "--exercise", "button")[0] == 0
    (lesson / "button.py").write_text("scene = 3\n")
    code, out, _ = run(capsys, "check", lesson, "--exercise", "button")
    assert code == 1
    assert "button: wrong" in out
    assert "1 of 4 exercises solved" in out


def test_in_the_folder_of_a_lesson_its_name_means_it_and_no_other_is_begun_inside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "start", "first-scene")[0] == 0
    monkeypatch.chdir(tmp_path / "first-scene")
    assert run(capsys, "next", "first-scene")[1].startswith("button: ")
    for words in (("first-scene",), ("reading-a-verdict",), ("first-scene", "again")):
        code, _, err = run(capsys, "start", *words)
        assert code == 2
        assert "this is the folder of the lesson first-scene; `unitdocs train check` checks it" in err
    (tmp_path / "first-scene" / "button.py").unlink()
    assert "wrote button.py" in run(capsys, "start", "first-scene", ".")[1]


def test_a_file_of_another_program_beside_a_lesson_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("progress.json").write_text("[1, 2]")
    assert run(capsys, "start", "first-scene")[0] == 0
    assert run(capsys, "next", "first-scene")[1].startswith("button: ")
    assert Path("progress.json").read_text() == "[1, 2]"


def test_code_that_ends_or_keeps_its_process_gets_a_verdict(
    lesson: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (lesson / "button.py").write_text("import os\nos._exit(7)\n")
    assert "ended its process (exit code 7)" in run(capsys, "check", lesson, "--exercise", "button")[1]
    (lesson / "button.py").write_text("while True: pass\n")
    monkeypatch.setattr(train, "SECONDS", 1.0)
    assert "still runs after 1 seconds" in run(capsys, "check", lesson, "--exercise", "button")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("start", "cooking"), "lesson 'cooking': there is none of that name; give one of first-scene"),
        (("check", "."), "no lesson was begun here; begin a lesson with `unitdocs train start LESSON`"),
        (("check", "first", "--exercise", "cake"), "lesson first-scene: there is no exercise 'cake'"),
        (("check", "first", "--watch", "--format", "json"), "--watch: writes for people"),
    ],
)
def test_wrong_use_gets_one_sentence(
    lesson: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(lesson.parent)
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert message in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"lesson": 3}', '{"lesson": "gone", "solved": [], "hints": {}}'])
def test_progress_that_was_damaged_gets_one_sentence(
    lesson: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (lesson / "progress.json").write_text(text)
    code, _, err = run(capsys, "check", lesson)
    assert code == 2
    assert len(err.splitlines()) == 1


def test_watching_checks_again_when_a_file_changes(lesson: Path) -> None:
    command = [sys.executable, "-u", "-m", "unitdocs.cli", "train", "check", str(lesson), "--watch"]
    with subprocess.Popen([*command, "--exercise", "button"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        seen = _until(process, "says what to do")
        assert "button: not begun\n" in seen
        (lesson / "button.py").write_text(BUTTON.solution["button.py"])
        assert "button: solved\n" in _until(process, "exercises solved")
        process.terminate()


def _until(process: "subprocess.Popen[str]", text: str) -> list[str]:
    """Return the lines up to one with a text; the process is ended if none comes."""
    lines: list[str] = []
    guard = threading.Timer(120, process.kill)
    guard.start()
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if text in line:
            break
    guard.cancel()
    return lines
