"""Settings that are valid and are still pointed out."""

from pathlib import Path

from unitdocs import settings


def cautions(environ: dict[str, str]) -> list[str]:
    return settings.cautions(settings.resolve(environ=environ), environ)


def test_settings_that_make_sense_need_no_caution(tmp_path: Path) -> None:
    flags = tmp_path / "flags.json"
    flags.touch()
    assert cautions({}) == []
    assert cautions({"UNITDOCS_FLAG_FILE": str(flags), "UNITDOCS_SHADOW_SHARE": "0.1", "PATH": "/bin"}) == []
    assert cautions(dict.fromkeys(settings.OTHER_VARIABLES, "")) == []


def test_a_variable_that_nothing_reads_is_named_with_the_nearest_one() -> None:
    assert cautions({"UNITDOCS_SYTEM": "refactored", "UNITDOCS_FLAGFILE": "x"}) == [
        "UNITDOCS_FLAGFILE: nothing reads this variable; did you mean UNITDOCS_FLAG_FILE?",
        "UNITDOCS_SYTEM: nothing reads this variable; did you mean UNITDOCS_SYSTEM?",
    ]


def test_settings_without_effect_are_named(tmp_path: Path) -> None:
    flags = tmp_path / "flags.json"
    environ = {
        "UNITDOCS_SYSTEM": "refactored",
        "UNITDOCS_FLAG_FILE": str(flags),
        "UNITDOCS_SHADOW_SHARE": "0.1",
        "UNITDOCS_SHADOW_BUDGET": "0",
    }
    shadow = "shadow-share has no effect while shadow-budget is 0; allow it a share of the time, such as 0.01"
    missing = f"{flags}: there is no such flag file, so every session gets the original system; create it"
    assert cautions(environ) == [missing, shadow]
    flags.touch()
    killed = "system is set to refactored, so only a kill in the flag file counts; unset system to roll out"
    assert cautions(environ) == [killed, shadow]
