"""`unitdocs bench commands`: what it prints, and how it ends."""

import shlex
import sys
from pathlib import Path

import pytest

from unitdocs import cli
from unitdocs.records import Status, load


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start in a folder that is no project."""
    monkeypatch.chdir(tmp_path)


def python(code: str) -> str:
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["bench", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code, *capsys.readouterr()


def test_commands_are_compared_until_there_is_a_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    slow, quick = python("import time; time.sleep(0.2)"), python("pass")
    code, out, _ = run(capsys, "commands", slow, quick, "--names", "slow,quick", "--margin", "2%")
    assert code == 0
    line, named = out.splitlines()
    assert line.startswith("commands/run  ")
    assert "faster" in line
    record = load(named.removeprefix("Record: "))
    assert record.suites[0].arms == ("slow", "quick")
    assert record.suites[0].is_of_commands
    assert record.command == shlex.join(
        ["unitdocs", "bench", "commands", slow, quick, "--names", "slow,quick", "--margin", "2%"]
    )


def test_a_run_is_resumed_from_its_record(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = run(capsys, "commands", python("import time; time.sleep(0.1)"), python("pass"))
    file = Path(out.splitlines()[-1].removeprefix("Record: "))
    record = load(file)
    case = record.cases[0].model_copy(
        update={"rounds": record.cases[0].rounds[:2], "status": Status.NOT_MEASURED, "reason": "it was stopped"}
    )
    stopped = tmp_path / "build" / "records" / "stopped.json"
    stopped.write_text(record.model_copy(update={"finished": None, "cases": (case,)}).model_dump_json())
    code, out, _ = run(capsys, "resume", "build/records/stopped.json")
    assert code == 0
    assert "faster" in out
    assert load(stopped).cases[0].rounds[:2] == case.rounds
    assert load(stopped).finished is not None


def test_a_command_that_fails_ends_with_4_and_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "commands", python("pass"), python("raise SystemExit(3)"), "--names", "a,b")
    assert code == 4
    assert out.startswith("commands/run  failed: b ended with exit code 3\n")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["a", "b", "--clock", "sun"], "--clock sun: give wall or cpu"),
        (["a", "b", "--profile", "slow"], "--profile slow: give one of quick, full"),
        (["a", "b", "--parameter", "x"], "--parameter x: expected a name and values, as in size=10,100"),
        (
            ["a {x}", "b", "--parameter", "x=1", "--parameter", "x=2"],
            "--parameter x=2: x is given twice; give all its values at once",
        ),
        (["a"], "expected two commands or more to compare, got 1"),
    ],
)
def test_wrong_use_ends_with_2_and_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    code, _, err = run(capsys, "commands", *arguments)
    assert code == 2
    assert err == f"unitdocs: {problem}\n"
