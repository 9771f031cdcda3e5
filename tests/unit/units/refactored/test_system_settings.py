"""Settings of the refactored system: their defaults, their file, and what is wrong with them."""

import json
from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from unitdocs.errors import InputError
from unitdocs.units import Element, Extent, Policy, Position, Scene, SystemSettings, UnitSystem, create_system
from unitdocs.units.refactored.settings import parse_settings, read_settings
from unitdocs.units.refactored.validation import Validation

SCREEN = Extent(800.0, 600.0)
KNOWN = (
    "there is plans.entries, plans.bytes, plans.policy, plans.ttl, layouts.entries, layouts.bytes, layouts.policy, "
    "layouts.ttl, layouts.smallest, planning.smallest, planning.at_once, planning.per_level, planning.compiling, "
    "validation"
)
CHANGED = SystemSettings(
    plan_entries=2,
    plan_bytes=None,
    plan_policy=Policy.LRU,
    plan_ttl=60,
    layout_entries=3,
    layout_bytes=4096,
    layout_policy=Policy.SIEVE,
    layout_ttl=0.5,
    smallest_kept=1,
    smallest_plan=5,
    plan_at_once=6,
    elements_per_level=2,
    compiling=7,
    validation=Validation.STRICT,
)


def row(count: int) -> Scene:
    return Scene("row", tuple(Element(f"e{i}", x=Position("scene-center-x", "center", "x", i)) for i in range(count)))


def paths(system: UnitSystem) -> dict[str, int]:
    resolved: Any = system.statistics()["scenes resolved"]
    return {path: count for path, count in resolved.items() if count}


@pytest.mark.parametrize("settings", [SystemSettings(), CHANGED])
def test_settings_that_are_written_are_read_back(settings: SystemSettings, tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(settings.to_json()))
    assert read_settings(file) == settings
    assert all(getattr(CHANGED, field.name) != field.default for field in fields(CHANGED))


def test_a_member_that_is_absent_has_its_default() -> None:
    read = parse_settings({"format_version": 1, "layouts": {"entries": 0}})
    assert read == replace(SystemSettings(), layout_entries=0)


def test_words_may_be_plain_text() -> None:
    assert SystemSettings(plan_policy="lru", validation="warn") == SystemSettings(
        plan_policy=Policy.LRU, validation=Validation.WARN
    )


def test_all_that_is_wrong_in_a_file_is_reported_at_once(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text(
        '{"format_version": 2, "plans": {"entries": -1, "ttl": 0, "policy": "fifo"}, "layouts": 5, "cache": {},'
        ' "planning": {"smallest": true}, "validation": "no", "validation": "off"}'
    )
    with pytest.raises(InputError) as refused:
        read_settings(file)
    assert list(refused.value.problems) == [
        f"{file}: $.validation: given more than once",
        f"{file}: $.layouts: expected an object, got 5",
        f"{file}: $.format_version: expected 1, got 2",
        f"{file}: $.plans.entries: expected a whole number, 0 or more, got -1",
        f"{file}: $.plans.ttl: expected seconds above 0, or none for no limit, got 0",
        f"{file}: $.plans.policy: expected one of lru, sieve, s3-fifo, got 'fifo'",
        f"{file}: $.cache: unknown member; {KNOWN}",
        f"{file}: $.planning.smallest: expected a whole number, 0 or more, got True",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[]", "$: expected an object, got []"),
        (b"{", "is not a JSON file"),
        (b"\xff", "is not a JSON file"),
        (b" " * (2**20 + 1), "is larger than 1 MiB"),
    ],
)
def test_a_file_that_holds_no_settings_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_bytes(content)
    with pytest.raises(InputError, match=message.replace("$", r"\$").replace("[]", r"\[\]")):
        read_settings(file)


@pytest.mark.parametrize("path", ["missing.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_named(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_settings(path)


def test_wrong_values_are_refused_all_at_once() -> None:
    with pytest.raises(InputError) as refused:
        SystemSettings(layout_entries=1.5, layout_bytes=0, layout_ttl=float("inf"))
    assert [problem.partition(": expected")[0] for problem in refused.value.problems] == [
        "settings: layouts.entries",
        "settings: layouts.bytes",
        "settings: layouts.ttl",
    ]


def test_a_system_has_the_settings_of_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(CHANGED.to_json()))
    monkeypatch.setenv("UNITDOCS_SYSTEM_SETTINGS", str(file))
    for system in (create_system("refactored"), create_system("refactored", settings=file)):
        assert isinstance(system, UnitSystem)
        assert system.settings == CHANGED
        assert system.validation is Validation.STRICT
    assert create_system("refactored", settings=SystemSettings()).settings == SystemSettings()
    assert create_system("original", settings=tmp_path / "missing.json").name == "original"


def test_a_variable_that_names_no_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNITDOCS_SYSTEM_SETTINGS", "missing.json")
    with pytest.raises(InputError, match=r"missing\.json: cannot be read"):
        create_system("refactored")


def test_what_is_no_settings_object_is_refused() -> None:
    with pytest.raises(InputError, match=r"settings: expected SystemSettings\(\.\.\.\), got 5"):
        UnitSystem(settings=5)


def test_a_scene_is_compiled_when_the_settings_say() -> None:
    for settings, path in ((SystemSettings(), "bound"), (CHANGED, "plan")):
        system = UnitSystem(settings=settings, validation="off")
        system.prepare(row(10)).resolve(scene=SCREEN)
        assert paths(system) == {path: 1}


def test_a_layout_is_kept_when_the_settings_say() -> None:
    for settings, expected in (
        (SystemSettings(), {"bound": 3}),
        (SystemSettings(smallest_kept=2), {"bound": 2, "cache": 1}),
    ):
        system = UnitSystem(settings=settings)
        prepared = system.prepare(row(3))
        for _ in range(3):
            prepared.resolve(scene=SCREEN)
        assert paths(system) == expected


def test_caches_are_as_large_as_the_settings_say() -> None:
    system = UnitSystem(settings=replace(CHANGED, validation="off"))
    prepared = system.prepare(row(10))
    for width in (1.0, 2.0, 3.0, 4.0, 5.0) * 2:
        prepared.resolve(scene=Extent(width, 1.0))
    assert system.layouts.statistics().entries == 3


def test_settings_survive_a_copy() -> None:
    assert deepcopy(UnitSystem(settings=CHANGED)).settings == CHANGED
