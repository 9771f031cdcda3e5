"""Settings from arguments, variables and a file: what precedes what, and what is refused with which sentence."""

import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs import settings
from unitdocs.errors import InputError
from unitdocs.settings import Origin
from unitdocs.units import create_system

VALUES: dict[str, tuple[str, str, object]] = {  # the text of a variable, of TOML, and the value of both
    "system": ("refactored", '"refactored"', "refactored"),
    "numpy": ("off", "false", False),
    "system_settings": ("/etc/units.json", '"/etc/units.json"', Path("/etc/units.json")),
    "environment": ("staging", '"staging"', "staging"),
    "flag_file": ("/etc/flags.json", '"/etc/flags.json"', Path("/etc/flags.json")),
    "shadow_share": ("0.25", "0.25", 0.25),
    "shadow_budget": (".5", "0.5", 0.5),
    "log_levels": ("/run/levels", '"/run/levels"', Path("/run/levels")),
}
NAME = "a name of up to 64 letters, digits, points, hyphens and underscores"


def problems(file: Path | None = None, environ: dict[str, str] | None = None, **arguments: object) -> tuple[str, ...]:
    with pytest.raises(InputError) as refused:
        settings.load(file, environ or {}, **arguments)
    return refused.value.problems


def written(folder: Path, text: str) -> Path:
    file = folder / "staging.toml"
    file.write_text(text)
    return file


def test_without_anything_set_all_settings_have_their_defaults() -> None:
    assert settings.load(environ={}) == settings.Settings(
        system=None,
        numpy=True,
        system_settings=None,
        environment="production",
        flag_file=None,
        shadow_share=0.0,
        shadow_budget=0.01,
        log_levels=None,
    )


@pytest.mark.parametrize("setting", settings.SETTINGS, ids=lambda setting: setting.name)
def test_an_argument_precedes_a_variable_which_precedes_the_file(setting: settings.Setting, tmp_path: Path) -> None:
    variable, toml, value = VALUES[setting.name]
    file = written(tmp_path, f"# settings\n{setting.key} = {toml}\n")

    def origin(environ: dict[str, str], **arguments: object) -> tuple[Any, Origin, str]:
        resolution = settings.resolve(environ=environ, **arguments)
        (one,) = (one for one in resolution.values if one.setting == setting)
        assert getattr(resolution.settings, setting.name) == one.value
        return one.value, one.origin, one.place

    named = {"UNITDOCS_SETTINGS": str(file)}
    assert origin({}) == (setting.default, Origin.DEFAULT, "")
    assert origin(named) == (value, Origin.FILE, f"{file}:2")
    other = {**named, setting.variable: variable}
    assert origin(other) == (value, Origin.VARIABLE, setting.variable)
    assert origin(other, **{setting.name: value}) == (value, Origin.ARGUMENT, "")
    assert origin(other, **{setting.name: None}) == (value, Origin.VARIABLE, setting.variable)


def test_the_values_of_this_test_cover_every_setting() -> None:
    assert {member.name for member in fields(settings.Settings)} == set(VALUES)
    assert {name for name in dir(settings) if not name.startswith("_")} >= set(settings.__all__)


def test_a_variable_without_text_counts_as_not_set() -> None:
    assert settings.load(environ={"UNITDOCS_SYSTEM": "", "UNITDOCS_SETTINGS": ""}) == settings.Settings()


def test_a_flag_file_is_relative_to_the_settings_file_that_names_it(tmp_path: Path) -> None:
    file = written(tmp_path, 'flag-file = "flags.json"\n')
    assert settings.load(file, {}).flag_file == tmp_path / "flags.json"
    assert settings.load(file, {"UNITDOCS_FLAG_FILE": "flags.json"}).flag_file == Path("flags.json")
    assert settings.load(file, {}, flag_file="other.json").flag_file == Path("other.json")


def test_every_problem_of_every_place_is_reported_at_once(tmp_path: Path) -> None:
    file = written(
        tmp_path, 'flag_file = "flags.json"\nshadow-share = 5\nnumpy = "off"\n[unitdocs]\nsystem = "original"\n'
    )
    environ = {"UNITDOCS_SYSTEM": "refactord", "UNITDOCS_SHADOW_BUDGET": "nan", "UNITDOCS_ENVIRONMENT": "a b"}
    assert problems(file, environ, flagfile="flags.json", shadow_share=True) == (
        "flagfile: no setting has this name; did you mean flag_file?",
        "shadow_share: expected a number from 0 to 1, got true",
        "UNITDOCS_SYSTEM: expected original or refactored, got 'refactord'; did you mean refactored?",
        f"UNITDOCS_ENVIRONMENT: expected {NAME}, the first one a letter or digit, got 'a b'",
        "UNITDOCS_SHADOW_BUDGET: expected a number from 0 to 1, got 'nan'",
        f"{file}:1: flag_file: no setting has this name; did you mean flag-file?",
        f"{file}:2: shadow-share: expected a number from 0 to 1, got 5; 5 % is written 0.05",
        f"{file}:3: numpy: expected true or false, got 'off'",
        f"{file}:4: unitdocs: settings are written at the top of the file; remove this table's heading",
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"system = ", "Invalid value"),
        (b"\xff\xfe", "'utf-8' codec"),
        (b"system = 1\nsystem = 2", "Cannot overwrite a value"),
        (b"# \x00", "Found invalid character"),
        (b"a = " + b"[" * 20_000, "nested too deeply"),
        (b"shadow-share = " + b"1" * 5_000, "Exceeds the limit"),
        (b" " * (settings.loading.LARGEST + 1), "it has more than 1 MiB"),
    ],
)
def test_a_file_that_is_no_settings_file_is_refused_with_its_reason(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    (problem,) = problems(file)
    assert problem.startswith(f"{file}: cannot be read ({reason}")
    assert problem.endswith("give a TOML file of settings")


def test_a_missing_file_is_named_with_the_variable_that_names_it(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    (problem,) = problems(environ={"UNITDOCS_SETTINGS": str(missing)})
    assert problem.startswith(f"UNITDOCS_SETTINGS: {missing}: cannot be read (No such file or directory); ")
    assert problem.endswith("give a TOML file of settings, or unset the variable")
    assert "(Is a directory)" in problems(tmp_path)[0]
    assert "(embedded null byte)" in problems(Path("\0"))[0]


def test_a_mark_at_the_beginning_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    file = tmp_path / "windows.toml"
    file.write_bytes(b'\xef\xbb\xbfnumpy = false\r\nenvironment = "staging"\r\n')
    resolution = settings.resolve(file, {})
    assert (resolution.settings.numpy, resolution.settings.environment) == (False, "staging")
    (environment,) = (one for one in resolution.values if one.setting.name == "environment")
    assert environment.place == f"{file}:2"


def test_a_name_that_is_like_no_other_gets_all_names(tmp_path: Path) -> None:
    (problem,) = problems(written(tmp_path, "q = 1"))
    assert (
        "; the names are system, numpy, system-settings, environment, flag-file, shadow-share, shadow-budget" in problem
    )


@given(
    name=st.sampled_from([setting.name for setting in settings.SETTINGS]),
    value=st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.text()),
)
def test_any_value_is_either_taken_or_refused_with_one_printable_sentence(name: str, value: Any) -> None:
    try:
        settings.load(environ={}, **{name: value})
    except InputError as error:
        (problem,) = error.problems
        assert problem.startswith(f"{name}: expected ")
        assert "\n" not in problem or "\n" in repr(value)


@pytest.mark.parametrize("text", ["original", "refactored", "Original", "refactord", "", " ", "none"])
def test_units_take_the_same_systems(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNITDOCS_SYSTEM", text)
    monkeypatch.setenv("UNITDOCS_NUMPY", "off")
    assert outcome(lambda: create_system().name) == outcome(lambda: settings.load().system or "original")


@pytest.mark.parametrize("text", ["on", "off", "On", "true", "0", "", " "])
def test_units_take_the_same_switch_for_numpy(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNITDOCS_NUMPY", text)
    refused = outcome(lambda: create_system("refactored").name) == "refused"
    assert (outcome(lambda: settings.load().numpy) == "refused") == refused
    if not refused:
        assert settings.load().numpy is (text != "off")


def outcome(call: Any) -> object:
    try:
        return call()
    except InputError:
        return "refused"


def test_the_process_has_an_environment_to_load_from(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("UNITDOCS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("UNITDOCS_ENVIRONMENT", "development")
    assert settings.load().environment == "development"
