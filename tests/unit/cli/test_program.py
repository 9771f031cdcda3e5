"""The program: how wrong use ends it, and its help."""

import subprocess
import sys
from pathlib import Path

import pytest

from unitdocs import cli

REFERENCE = Path(__file__).parents[3] / "benchmarks" / "results" / "reference.json.gz"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the program here; return its exit code and what it wrote on both streams."""
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code, *capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["begin"], "No such command 'begin'"),
        (["bench", "walk"], "No such command 'walk'"),
        (["units", "solve"], "No such command 'solve'"),
        (["--fast"], "No such option: --fast"),
        (["bench", "run", "--fast"], "No such option: --fast"),
        (["units", "resolve", "--system"], "requires an argument"),
        (["units", "resolve", "more"], "unexpected extra argument"),
        (["bench", "run", "--seed", "many"], "Invalid value for '--seed'"),
        (["bench", "run", "--limit", "0"], "Invalid value for '--limit'"),
        (["bench", "run", "--limit", "nan"], "Invalid value for '--limit'"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("unitdocs: ")
    assert len(err.splitlines()) == 1
    assert message.lower() in err.lower()


@pytest.mark.parametrize("arguments", [[], ["bench"], ["units"]])
def test_without_a_command_the_help_is_shown_as_wrong_use(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(" ".join(["Usage: unitdocs", *arguments]))
    assert "Commands" in err


@pytest.mark.parametrize("command", [["bench", "run"], ["units", "resolve"], ["units", "explain"], ["render"]])
def test_help_shows_an_example_and_is_no_error(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    code, out, err = run(capsys, *command, "--help")
    assert (code, err) == (0, "")
    assert f"Example: unitdocs {' '.join(command)}" in out


def test_the_module_and_the_program_are_the_same() -> None:
    done = subprocess.run([sys.executable, "-m", "unitdocs.cli", "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.lstrip().startswith("Usage: unitdocs [OPTIONS] COMMAND")
    for command in ("bench", "units", "render"):
        assert command in done.stdout


def test_an_installation_of_the_units_alone_names_the_extra_that_brings_the_command_line() -> None:
    # An installation without typer, as `pip install unitdocs` makes it.
    without = "import sys; sys.modules['typer'] = None; import unitdocs.cli; unitdocs.cli.main(['units'])"
    done = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert 'install "unitdocs[measure]"' in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_full_disk_behind_standard_output_is_one_sentence_and_exit_code_2() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    with full.open("w") as device:
        done = subprocess.run(
            [sys.executable, "-m", "unitdocs.cli", "compare", REFERENCE],
            stdout=device,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("unitdocs: the output cannot be written (No space left on device)")
    assert len(done.stderr.splitlines()) == 1
