# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""`unitdocs bench run`: what it prints, and how it ends."""

import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from unitdocs import cli
from unitdocs.bench import environment
from unitdocs.cli.margins import parse_absolute_margins
from unitdocs.errors import InputError
from unitdocs.records import RunRecord, load

Declare = Callable[..., Path]
WORK = """
def setup(arm, scenario, seed):
    items = range(4_000 if arm == "old" else 1_000)
    return Operation(lambda: sum(items), result=lambda: arm if scenario.name == "differ" else 0)
"""


@pytest.fixture(autouse=True)
def _inside(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["bench", "run", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code, *capsys.readouterr()


def warnings_of(record: RunRecord) -> str:
    return "".join(f"warning: {warning}\n" for warning in record.environment.warnings)


def test_a_run_prints_a_line_a_scenario_and_names_its_record(
    capsys: pytest.CaptureFixture[str], declare: Declare
) -> None:
    declare(WORK)
    code, out, err = run(capsys, "--seed", "3", "--margin", "2%")
    assert code == 0
    line, named = out.splitlines()
    assert re.fullmatch(r"suite/one  \d\.\d+× faster  \d\.\d+× to \d\.\d+×  n = 6", line)
    record = load(named.removeprefix("Record: "))
    assert (record.seed, record.margin) == (3, 0.02)
    assert err.endswith(f"suite/one: 6 rounds\n{warnings_of(record)}")


@pytest.mark.parametrize("folder", ["src/game_of_tests", "game_of_tests"])
def test_the_modules_of_a_project_that_is_not_installed_are_found(
    project: Path, capsys: pytest.CaptureFixture[str], declare: Declare, folder: str
) -> None:
    (project / folder).mkdir(parents=True)
    (project / folder / "__init__.py").write_text("def work(n):\n    return sum(range(n))\n")
    declare(f"from game_of_tests import work\n{WORK}".replace("sum(items)", "work(len(items))"))
    code, out, err = run(capsys)
    assert code == 0, err
    assert re.match(r"suite/one  \d\.\d+× faster", out)


def test_the_command_of_a_record_names_the_folder_of_its_suites(
    project: Path, capsys: pytest.CaptureFixture[str], declare: Declare
) -> None:
    declare(WORK)
    (project / "benchmarks").rename(project / "others")
    _, out, _ = run(capsys, "--suites", "others", "--margin", "2%")
    record = load(out.splitlines()[-1].removeprefix("Record: "))
    assert record.command == "unitdocs bench run --suites others --margin 2%"


def test_a_sequence_of_frames_has_a_line_with_its_median_frame(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "benchmarks" / "play.py").write_text(
        dedent(
            """
            from unitdocs.bench import Operation, Scenario, suite

            def setup(arm, scenario, seed):
                items = range(4_000 if arm == "old" else 1_000)
                return Operation(lambda: sum(items), result=lambda: 0)

            SCENARIOS = [Scenario("minute", title="A minute", quick=True, frames=50)]
            SUITE = suite("play", title="Play", arms=("old", "new"), scenarios=SCENARIOS, setup=setup)
            """
        )
    )
    code, out, _ = run(capsys)
    assert code == 0
    assert re.match(r"play/minute  [\d.]+× faster  [\d.]+× to [\d.]+×  n = \d+\n", out)


def test_a_busy_machine_is_named_above_the_table(
    capsys: pytest.CaptureFixture[str], declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(WORK)
    monkeypatch.setattr(environment, "load", lambda: 900.0)
    _, _, err = run(capsys)
    assert "\nwarning: the machine was busy: load 900.0 on " in err


def test_different_answers_end_with_exit_code_4_and_the_first_difference(
    capsys: pytest.CaptureFixture[str], declare: Declare
) -> None:
    declare(WORK, scenarios=("differ",))
    code, out, err = run(capsys)
    assert code == 4
    reason = "failed: the arms give different answers: result: 'old' (old), 'new' (new)"
    assert out.splitlines()[0] == f"suite/differ  {reason}"
    record = load(out.splitlines()[-1].removeprefix("Record: "))
    assert err.endswith(f"suite/differ: {reason}\n{warnings_of(record)}")
    assert load(out.splitlines()[1].removeprefix("Record: ")).finished is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--profile", "slow"), "--profile slow: give one of quick, full"),
        (("--margin", "0"), "--margin 0: expected a share between 0 and 1, such as 1% or 0.01"),
        (("--margin", "100%"), "--margin 100%: expected a share"),
        (("--margin", "nan"), "--margin nan: expected a share"),
        (("--margin", "one"), "--margin one: expected a share"),
        (("--margin=-1%",), "--margin -1%: expected a share"),
        (("--seed", "-1"), "seed: expected a whole number from 0 to 4294967295, got -1"),
        (("--seed", "4294967296"), "seed: expected a whole number from 0 to 4294967295, got 4294967296"),
        (("--limit", "inf"), "limit: expected seconds up to 86400, got inf"),
        (("other",), "no suite 'other'; give one of suite"),
        (("--suites", "elsewhere"), "elsewhere: no such folder"),
        (("--out", "pyproject.toml"), "pyproject.toml/"),
    ],
)
def test_wrong_use_is_one_sentence_and_nothing_is_measured(
    capsys: pytest.CaptureFixture[str], declare: Declare, project: Path, arguments: tuple[str, ...], said: str
) -> None:
    declare(WORK)
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"unitdocs: {said}")
    assert len(err.splitlines()) == 1
    assert not (project / "build").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pyproject.toml": ""}, "pyproject.toml: tool.unitdocs.digest: the key is missing"),
        ({"pyproject.toml": "[tool"}, "pyproject.toml: cannot be read"),
        ({"benchmarks/suite.py": "def"}, "benchmarks/suite.py:1: SyntaxError: "),
    ],
)
def test_a_project_that_cannot_be_measured_is_one_sentence(
    capsys: pytest.CaptureFixture[str], declare: Declare, changes: dict[str, str], said: str
) -> None:
    declare(WORK)
    for name, content in changes.items():
        Path(name).write_text(content)
    code, out, err = run(capsys)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_problems_of_several_suites_are_a_line_each(capsys: pytest.CaptureFixture[str], declare: Declare) -> None:
    for name in ("alpha", "beta"):
        declare("1 / 0", name=name)
    code, _, err = run(capsys)
    assert code == 2
    assert [line.split(":")[:2] for line in err.splitlines()] == [
        ["unitdocs", " benchmarks/alpha.py"],
        ["unitdocs", " benchmarks/beta.py"],
    ]


def test_absolute_margins_are_read_in_addition_to_the_default_ones() -> None:
    assert parse_absolute_margins(["time=1e-6", "blocks = 3"], {"blocks": 64.0, "peak memory": 5.0}) == {
        "time": 1e-6,
        "blocks": 3.0,
        "peak memory": 5.0,
    }


def test_each_wrong_absolute_margin_is_named() -> None:
    with pytest.raises(InputError) as refused:
        parse_absolute_margins(["time", "=3", "blocks=-1", "blocks=many", "time=inf"], {})
    assert str(refused.value).count("expected a metric and a size above 0") == 5


@pytest.mark.parametrize("command", [["run"], ["commands", "true", "false"], ["selfcheck"]], ids=" ".join)
def test_the_name_of_a_file_is_no_folder_for_a_record(
    command: list[str], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["bench", *command, "--out", "run.json.gz"])
    assert ended.value.code == 2
    said = "--out run.json.gz: is the name of a file; give a folder, in which each run gets a file of its own"
    assert said in capsys.readouterr().err
    assert not (project / "run.json.gz").exists()
