"""The program: how wrong use ends it, and its help."""

import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from unitdocs import cli
from unitdocs.cli import extras

ROOT = Path(__file__).parents[3]
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


@pytest.mark.parametrize("command", [[], ["bench"], ["bench", "run"], ["compare"], ["history", "add"]])
def test_the_short_option_for_help_is_the_long_one(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert run(capsys, *command, "-h") == run(capsys, *command, "--help")


def test_the_version_is_that_of_the_installed_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"unitdocs {version('unitdocs')}\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_shell_has_a_completion_script(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    code, out, err = run(capsys, "--show-completion", shell)
    assert (code, err) == (0, "")
    assert "_UNITDOCS_COMPLETE" in out


def test_another_shell_is_refused_with_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "--show-completion", "nosh")
    assert (code, len(err.splitlines())) == (2, 1)
    assert "'fish'" in err


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("words", "expected"),
    [("unitdocs h", {"history"}), ("unitdocs bench s", {"selfcheck"}), ("unitdocs bench run --ma", {"--margin"})],
)
def test_bash_completes_commands_and_options(words: str, expected: set[str]) -> None:
    script = f"""
source <(unitdocs --show-completion bash)
COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
$(complete -p unitdocs | sed 's/.*-F \\([^ ]*\\).*/\\1/') unitdocs
echo "${{COMPREPLY[@]}}"
"""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert expected <= set(done.stdout.split()), done.stderr


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


WITHOUT = """
import sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1].split(","):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
from unitdocs import cli
cli.main(sys.argv[2:])
"""
"""The program as in an installation without some modules."""
MODULES = [
    (extra, package, modules[0])
    for extra, packages in extras.EXTRAS.items()
    for package, modules in packages.items()
    if extra == next(first for first, named in extras.EXTRAS.items() if package in named)  # that one is proposed
]
COMMANDS = {
    "measure": [
        ["report", str(REFERENCE)],
        ["compare", str(REFERENCE)],
        ["import", str(REFERENCE)],
        ["history", "add", str(REFERENCE), "--to", "history.json"],
        ["render"],
        ["bench", "run"],
        ["bench", "selfcheck"],
        ["bench", "resume", "a.json"],
    ],
    "portal": [["render"]],
}


def run_without(modules: str, *arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", WITHOUT, modules, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_each_package_of_an_extra_is_known() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for extra, packages in extras.EXTRAS.items():
        names = [requirement.partition(">=")[0].partition("[")[0] for requirement in declared[extra]]
        assert list(packages) == names


def test_the_version_is_known_without_the_packages_of_the_command_line(tmp_path: Path) -> None:
    done = run_without("typer,rich,pydantic", "--version", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("unitdocs ")


@pytest.mark.parametrize("command", COMMANDS["measure"], ids=lambda words: " ".join(words[:2]))
def test_a_command_without_its_extra_names_it(tmp_path: Path, command: list[str]) -> None:
    done = run_without("pandas,scipy,pydantic", *command, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert 'is not part of this installation; install "unitdocs[measure]" to add it' in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", ["plotly", "griffe", "pygments"])
def test_a_site_without_the_extra_is_not_begun(tmp_path: Path, module: str) -> None:
    (tmp_path / "mkdocs.yml").touch()
    (tmp_path / "docs").mkdir()
    done = run_without(module, "render", "--record", str(REFERENCE), folder=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert 'install "unitdocs[portal]" to add it' in done.stderr
    assert list((tmp_path / "docs").iterdir()) == []


@pytest.mark.parametrize(("extra", "package", "module"), MODULES)
def test_a_missing_module_names_its_package_and_extra(extra: str, package: str, module: str) -> None:
    sentence = extras.missing_extra(ModuleNotFoundError(name=f"{module}.part"))
    assert sentence == f'{package} is not part of this installation; install "unitdocs[{extra}]" to add it'


def test_a_module_of_somebody_else_is_not_explained_away() -> None:
    assert extras.missing_extra(ModuleNotFoundError(name="game")) is None


def in_shell(redirection: str, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
    words = ["sh", "-c", f'"$@" {redirection}', "sh", sys.executable, "-m", "unitdocs.cli", *arguments]
    return subprocess.run(words, capture_output=True, env={**os.environ, **variables}, check=False)


WRITING = [["compare", str(REFERENCE)], ["report", str(REFERENCE)], ["--help"], ["--version"]]


@pytest.mark.skipif(os.name == "nt", reason="redirections of a POSIX shell")
@pytest.mark.parametrize("command", WRITING, ids=lambda words: words[0])
def test_a_closed_standard_output_is_one_sentence(command: list[str]) -> None:
    done = in_shell(">&-", *command)
    assert done.returncode == 2
    assert done.stderr == b"unitdocs: standard output is closed; redirect it to a file or to /dev/null\n"


@pytest.mark.skipif(os.name == "nt", reason="redirections of a POSIX shell")
@pytest.mark.parametrize("command", [["units", "resolve"], ["units", "explain"]], ids=" ".join)
def test_a_closed_standard_input_is_one_sentence_where_it_is_read(command: list[str]) -> None:
    done = in_shell("<&-", *command)
    assert done.returncode == 2
    assert done.stderr == b"unitdocs: standard input is closed; give it a file or a pipe\n"


@pytest.mark.skipif(os.name == "nt", reason="redirections of a POSIX shell")
def test_a_closed_standard_input_or_error_changes_nothing_where_it_is_not_needed() -> None:
    done = in_shell("<&- 2>&-", "compare", str(REFERENCE))
    assert done.returncode == 0
    assert done.stdout.startswith(b"base: original\nhead: refactored\n")


@pytest.mark.parametrize("encoding", ["latin-1", "iso-8859-15"])
def test_characters_that_the_output_lacks_are_escaped(tmp_path: Path, encoding: str) -> None:
    shutil.copy(REFERENCE, tmp_path / "\N{RIGHTWARDS ARROW}.json.gz")
    names = [str(path) for path in tmp_path.iterdir()]
    done = in_shell("", "import", *names, "--out", str(tmp_path), PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"\\u2192.json.gz: ")


def test_a_report_is_utf_8_in_whatever_encoding_the_terminal_has() -> None:
    done = in_shell("", "report", str(REFERENCE), PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert "\N{MULTIPLICATION SIGN}" in done.stdout.decode("utf-8")


def test_a_disk_without_space_behind_both_outputs_still_gives_the_exit_code() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    assert in_shell(">/dev/full 2>&1", "compare", str(REFERENCE)).returncode == 2


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
