"""Whole commands as suites: what is refused, what a module declares, and how a round runs them."""

import shlex
import sys
from pathlib import Path

import pytest

from unitdocs.bench.commands import CommandPair, pairs_of, suite_of, write_suites
from unitdocs.bench.finding import declared_suites
from unitdocs.bench.job import Job, JobKind, RoundResult
from unitdocs.bench.process import run_worker
from unitdocs.errors import InputError, MeasurementError

PYTHON = shlex.quote(sys.executable)


def python(code: str) -> str:
    return f"{PYTHON} -c {shlex.quote(code)}"


def pair(control: str, treatment: str, **members: object) -> CommandPair:
    return CommandPair("commands", ("old", "new"), (control, treatment), **members)  # type: ignore[arg-type]


def measured(folder: Path, declared: CommandPair, *, is_rehearsed: bool = True) -> RoundResult:
    (file,) = write_suites([declared], folder)
    (suite,) = declared_suites([file]).values()
    job = Job(
        JobKind.COMMANDS,
        str(file),
        suite.scenarios[0].name,
        ("old", "new"),
        seed=1,
        order_seed=2,
        on_wall_clock=True,
        limit=60.0,
        is_rehearsed=is_rehearsed,
    )
    return run_worker(job, hash_seed=1)


def failure(folder: Path, declared: CommandPair) -> str:
    with pytest.raises(MeasurementError) as raised:
        measured(folder, declared)
    return str(raised.value)


def test_a_round_times_both_commands_in_abba_blocks(tmp_path: Path) -> None:
    result = measured(tmp_path, pair(python("pass"), python("sum(range(5_000_000))")))
    assert result.times is not None
    assert result.times.operations == (1, 1)
    runs = 2 * len(result.times.order)
    assert [len(arm) for arm in (*result.times.cpu, *result.times.wall)] == [runs] * 4
    assert min(result.times.cpu[1]) > max(result.times.cpu[0])
    assert all(cpu > 0 for cpu in result.times.cpu[0])


def test_cpu_time_is_that_of_what_a_command_waits_for_and_not_of_the_wait(tmp_path: Path) -> None:
    work = python("sum(range(5_000_000))")
    result = measured(tmp_path, pair(python("import time; time.sleep(0.5)"), python(f"import os; os.system({work!r})")))
    assert result.times is not None
    assert min(result.times.cpu[1]) > max(result.times.cpu[0])
    assert min(result.times.wall[0]) >= 500_000_000


def test_what_prepares_is_run_before_every_run_and_the_setup_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    note = [python(f"open({str(log)!r}, 'a').write({word!r})") for word in ("s", "p", "r", "q", "t")]
    result = measured(tmp_path, pair(note[2], note[4], prepare=(note[1], note[3]), setup=note[0]))
    assert result.times is not None
    runs = 2 * len(result.times.order) + 1
    text = log.read_text()
    assert text[0] == "s"
    assert text.count("s") == 1
    assert (text.count("pr"), text.count("qt")) == (runs, runs)
    assert len(text) == 1 + 4 * runs
    log.unlink()
    measured(tmp_path, pair(note[2], note[4], setup=note[0]), is_rehearsed=False)
    assert "s" not in log.read_text()


@pytest.mark.parametrize(
    ("control", "treatment", "members", "reason"),
    [
        ("no-such-program", python("pass"), {}, "old cannot be started: no-such-program: No such file or directory"),
        (python("pass"), python("raise SystemExit(3)"), {}, "new ended with exit code 3"),
        (python("pass"), python("1/0"), {}, "new ended with exit code 1; it printed: Traceback"),
        (python("pass"), python("import os; os.kill(os.getpid(), 9)"), {}, "new was ended by signal SIGKILL"),
        (python("pass"), python("pass"), {"setup": python("raise SystemExit(1)")}, "the setup ended with exit code 1"),
        (
            python("pass"),
            python("pass"),
            {"prepare": (None, python("raise SystemExit(1)"))},
            "what prepares new ended with exit code 1",
        ),
    ],
)
def test_a_command_that_fails_says_which_and_why(
    tmp_path: Path, control: str, treatment: str, members: dict[str, object], reason: str
) -> None:
    assert failure(tmp_path, pair(control, treatment, **members)).startswith(reason)


def test_exit_codes_that_are_allowed_are_no_failure(tmp_path: Path) -> None:
    three = python("raise SystemExit(3)")
    assert measured(tmp_path, pair(python("pass"), three, exit_codes=(0, 3))).times
    assert measured(tmp_path, pair(python("pass"), three, exit_codes=())).times
    assert failure(tmp_path, pair(python("pass"), three, exit_codes=(3,))).startswith("old ended with exit code 0")


def test_output_is_compared_on_demand_alone(tmp_path: Path) -> None:
    one, two = python("print('a\\nb')"), python("print('a\\nc')")
    assert measured(tmp_path, pair(one, two)).times
    result = measured(tmp_path, pair(one, two, same_output=True))
    assert result.times is None
    assert result.difference == "output[1]: 'b' (old), 'c' (new)"
    assert measured(tmp_path, pair(one, python("print('a'); print('b')"), same_output=True)).times


def test_a_command_has_no_input_and_the_environment_of_its_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_USER", "1")
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    check = "import os, sys; assert sys.stdin.read() == '' and 'OF_THE_USER' in os.environ"
    assert measured(tmp_path, pair(python("pass"), python(f"{check} and 'PYTHONHASHSEED' not in os.environ"))).times


def test_a_shell_runs_lines(tmp_path: Path) -> None:
    file = tmp_path / "made"
    assert measured(tmp_path, pair(f"echo a | cat > {shlex.quote(str(file))}", "true", in_shell=True)).times
    assert file.read_text() == "a\n"


def test_each_combination_of_parameters_is_a_scenario() -> None:
    declared = pair("a {size} {kind}", "b {size}", parameters={"size": ("1", "20"), "kind": ("x y", "z")})
    suite = suite_of(declared)
    assert [one.name for one in suite.scenarios] == [
        "size=1/kind=x y", "size=1/kind=z", "size=20/kind=x y", "size=20/kind=z",
    ]  # fmt: skip
    first = suite.scenarios[0].commands
    assert first is not None
    assert first.run == (("a", "1", "x y"), ("b", "1"))


def test_a_module_declares_the_same_again(tmp_path: Path) -> None:
    declared = pair(
        'say "{it}"', "b 'c d'", parameters={"it": ("'\"", "x")}, prepare=(None, "p"), setup="s", cpu=True,
        same_output=True, exit_codes=(0, 1),
    )  # fmt: skip
    (file,) = write_suites([declared], tmp_path)
    (suite,) = declared_suites([file]).values()
    assert suite.scenarios == suite_of(declared).scenarios
    assert not suite.scenarios[0].waits


@pytest.mark.parametrize(
    ("control", "members", "problem"),
    [
        ("", {}, "a command is empty; give a program"),
        ("a 'b", {}, '"a \'b": cannot be split into words (no closing quotation); check its quotes'),
        ("a | b", {}, "'a | b': '|' needs a shell; give --shell"),
        ("a > b", {}, "'a > b': '>' needs a shell; give --shell"),
        ("a", {"parameters": {"size": ("1",)}}, "--parameter size: no command contains {size}"),
        ("a {x} {y}", {"parameters": {"x": ("1",)}}, "{y}: give its values, as in --parameter y=1,2"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_is(
    control: str, members: dict[str, object], problem: str
) -> None:
    with pytest.raises(InputError) as raised:
        pair(control, "b", **members)
    assert raised.value.problems == (problem,)


def test_braces_without_parameters_are_text() -> None:
    commands = suite_of(pair("awk {x}", "b")).scenarios[0].commands
    assert commands is not None
    assert commands.run[0] == ("awk", "{x}")


def test_every_command_is_compared_with_the_first() -> None:
    made = pairs_of(["a", "b", "c"], ["one", "two", "three"], ["p"])
    assert [one.arms for one in made] == [("one", "two"), ("one", "three")]
    assert [one.prepare for one in made] == [("p", "p")] * 2
    assert [one.name for one in made] == ["commands-two", "commands-three"]
    (two,) = pairs_of(["a", "b"], [], ["p", "q"])
    assert (two.arms, two.prepare, two.name) == (("a", "b"), ("p", "q"), "commands")


@pytest.mark.parametrize(
    ("commands", "names", "prepare", "problem"),
    [
        (["a"], [], [], "expected two commands or more to compare, got 1"),
        (["a", "b"], ["x"], [], "--names: expected a name for each of 2 commands, got 1"),
        (["a", "b", "c"], [], ["p", "q"], "--prepare: give one for all commands, or one for each of the 3"),
        (["a", "a"], [], [], "two commands are the same; to compare equal ones, give them --names"),
        (["a", "b"], ["x", "x"], [], "two commands have the same name; give different --names"),
    ],
)
def test_pairs_that_cannot_be_made_are_refused(
    commands: list[str], names: list[str], prepare: list[str], problem: str
) -> None:
    with pytest.raises(InputError) as raised:
        pairs_of(commands, names, prepare)
    assert raised.value.problems == (problem,)
