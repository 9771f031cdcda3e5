"""`unitdocs tune sensitivity` as people call it, on a project with a tiny suite."""

import json
from pathlib import Path

import pytest

from unitdocs import studies
from unitdocs.cli.program import run

SUITE = """
import json
import sys
from unitdocs.bench import Operation, Scenario, suite

def setup(arm, scenario, seed):
    count = 40_000 if arm == "changed" and scenario.name.startswith("compiling") else 4_000
    return Operation(lambda: sum(range(count)), lambda: 1)

NAMES = ["compiling/0/chat", "validation/warn/menu"]
SUITE = suite("settings", title="S", arms=("default", "changed"), setup=setup,
              scenarios=[Scenario(name, f"{name}: A work", 84) for name in NAMES])
if __name__ == "__main__":
    print(json.dumps({name: [100, 250] for name in sys.argv[1:]}))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["suites/*.py"]\n')
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites/settings.py").write_text(SUITE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return the exit code of a measurement, and what it wrote."""
    with pytest.raises(SystemExit) as ended:
        run(["tune", "sensitivity", "--suites", "suites", *words])
    written = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, written.out, written.err


def test_ten_times_the_work_matters_and_bytes_are_counted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "compiling", "--margin", "20%", "--out", "s.json")
    assert code == 0, err
    assert err.startswith("1 case; at most ")
    record = studies.load_record("sensitivity", project / "s.json")
    [effect] = record.effects
    assert (effect.setting, effect.value, effect.work, effect.title) == ("compiling", "0", "chat", "A work")
    assert record.matters(effect)
    assert 3 < effect.low < effect.high
    assert (effect.default_bytes, effect.changed_bytes, record.defaults["compiling"]) == (100, 250, "350")
    assert "100 B -> 250 B" in out


def test_what_the_budget_does_not_allow_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "--budget", "0.001s", "--format", "json")
    assert code == 0
    assert [one["outcome"] for one in json.loads(out)] == [None, None]
    assert "used up" in json.loads(out)[0]["reason"]
    assert project.is_dir()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("weather",), "weather: no scenario changes it; give some of compiling, validation"),
        (("--budget", "soon"), "--budget soon: expected a time above 0, such as 120s, 30m or 2h"),
        (("--budget", "nan"), "--budget nan: expected a time above 0"),
        (("--margin", "2"), "--margin 2: expected a share between 0 and 1"),
        (("--resume", "none.json"), "none.json: cannot be read"),
    ],
)
def test_wrong_use_is_one_sentence(
    project: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert project.is_dir()


def test_a_suite_that_prints_no_bytes_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = project / "suites/settings.py"
    file.write_text(file.read_text().replace("print(json.dumps", "print(repr"))
    code, _, err = call(capsys)
    assert code == 2
    assert "has to print bytes by scenario, as JSON" in err
