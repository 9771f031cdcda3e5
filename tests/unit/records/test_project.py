"""What a project says about itself in its pyproject.toml, or in a unitdocs.toml."""

from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.records.project import are_inside, is_project, place_of, setting


def test_a_setting_is_what_the_table_says(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["*.py"]\nother = 3\n')
    assert setting(tmp_path, "digest") == ["*.py"]
    assert setting(tmp_path, "other") == 3


def test_a_file_for_these_settings_alone_comes_first(tmp_path: Path) -> None:
    assert not is_project(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["*.py"]\n')
    assert place_of(tmp_path, "digest") == "pyproject.toml: tool.unitdocs.digest"
    (tmp_path / "unitdocs.toml").write_text('digest = ["src/*.py"]\n')
    assert setting(tmp_path, "digest") == ["src/*.py"]
    assert setting(tmp_path, "sources") is None
    assert place_of(tmp_path, "digest") == "unitdocs.toml: digest"
    (tmp_path / "pyproject.toml").unlink()
    assert is_project(tmp_path)


@pytest.mark.parametrize("text", ["", "tool = 3", "[tool]\nunitdocs = []", "[tool.unitdocs]\nelse = 3"])
def test_a_setting_that_is_not_there_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert setting(tmp_path, "digest") is None


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"pyproject\.toml: cannot be read"):
        setting(tmp_path, "digest")


@pytest.mark.parametrize("places", [["src"], ["."], ["src/**/*.py", "a"]])
def test_places_below_the_project_are_inside(places: object) -> None:
    assert are_inside(places)


@pytest.mark.parametrize("places", [None, "src", [], [""], [3], ["src", "../other"], ["/"], ["a/../.."], ("src",)])
def test_all_else_is_not(places: object) -> None:
    assert not are_inside(places)
