"""`unitdocs config show` and `unitdocs config check`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from unitdocs import cli, settings


@pytest.fixture(autouse=True)
def _a_folder_without_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*settings.OTHER_VARIABLES, *(setting.variable for setting in settings.SETTINGS)):
        monkeypatch.delenv(name, raising=False)
    Path("staging.toml").write_text('environment = "staging"\nflag-file = "flags.json"\n\nshadow-share = 0.1\n')
    Path("flags.json").touch()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["config", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code, *capsys.readouterr()


def test_a_table_says_where_each_value_came_from(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNITDOCS_SETTINGS", "staging.toml")
    monkeypatch.setenv("UNITDOCS_NUMPY", "off")
    code, out, err = run(capsys, "show")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "setting          value       from",
        "system           not set     default",
        "numpy            off         UNITDOCS_NUMPY",
        "system-settings  not set     default",
        "environment      staging     staging.toml:1",
        "flag-file        flags.json  staging.toml:2",
        "shadow-share     0.1         staging.toml:4",
        "shadow-budget    0.01        default",
        "log-levels       not set     default",
    ]


def test_a_file_that_is_named_precedes_the_one_of_the_variable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNITDOCS_SETTINGS", "missing.toml")
    code, out, _ = run(capsys, "show", "staging.toml", "--format", "markdown")
    assert code == 0
    assert "| environment | staging | staging.toml:1 |" in out


def test_json_holds_every_setting_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "show", "staging.toml", "--format", "json")
    shown = json.loads(out)
    assert shown["file"] == "staging.toml"
    assert list(shown["settings"]) == [setting.key for setting in settings.SETTINGS]
    assert shown["settings"]["shadow-share"] == {
        "value": 0.1,
        "origin": "file",
        "place": "staging.toml:4",
        "variable": "UNITDOCS_SHADOW_SHARE",
        "default": 0.0,
    }
    assert shown["settings"]["system"]["value"] is None


def test_wrong_settings_end_both_commands_with_a_line_for_each_problem(capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.toml").write_text('flag_file = "flags.json"\nshadow-budget = "much"\n')
    expected = (
        "unitdocs: wrong.toml:1: flag_file: no setting has this name; did you mean flag-file?\n"
        "unitdocs: wrong.toml:2: shadow-budget: expected a number from 0 to 1, got 'much'\n"
    )
    assert run(capsys, "show", "wrong.toml") == (2, "", expected)
    assert run(capsys, "check", "wrong.toml") == (2, "", expected)
    code, out, err = run(capsys, "check", "wrong.toml", "--format", "json")
    assert (code, err) == (2, "")
    assert json.loads(out) == {
        "valid": False,
        "problems": [line.removeprefix("unitdocs: ") for line in expected.splitlines()],
        "cautions": [],
    }


def test_a_caution_changes_the_exit_code_only_if_that_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(capsys, "check", "staging.toml", "--strict") == (0, "valid\n", "")
    monkeypatch.setenv("UNITDOCS_SYTEM", "refactored")
    said = "valid\ncaution: UNITDOCS_SYTEM: nothing reads this variable; did you mean UNITDOCS_SYSTEM?\n"
    assert run(capsys, "check", "staging.toml") == (0, said, "")
    assert run(capsys, "check", "staging.toml", "--strict") == (1, said, "")
    code, out, _ = run(capsys, "check", "staging.toml", "--strict", "--format", "markdown")
    assert (code, out.splitlines()[0]) == (1, "- valid")


def test_the_help_describes_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "show", "--help")
    text = " ".join(out.split())
    for setting in settings.SETTINGS:
        assert f"{setting.variable}, in a file {setting.key}: {setting.kind.allowed}" in text
        assert setting.effect in text
    assert "Example: unitdocs config show settings/staging.toml" in text


WITHOUT = """
import sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"griffe", "libcst", "mkdocs", "numpy", "pandas", "plotly", "scipy"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
from unitdocs import cli
cli.main(["config", "show", "staging.toml"])
"""


def test_typer_and_rich_are_enough() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "staging.toml:1" in done.stdout
