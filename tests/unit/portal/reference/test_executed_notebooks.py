"""Notebooks as Markdown with their results."""

import json
from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.portal.reference import notebooks


def written(folder: Path, *cells: tuple[str, str]) -> Path:
    content = [
        {"id": f"cell-{number}", "cell_type": kind, "source": source.splitlines(keepends=True)}
        for number, (kind, source) in enumerate(cells)
    ]
    path = folder / "example.ipynb"
    path.write_text(json.dumps({"cells": content}))
    return path


def executed(folder: Path, *sources: str) -> str:
    return notebooks.executed(written(folder, *(("code", source) for source in sources)))


def test_text_stays_markdown_and_code_becomes_a_block(tmp_path: Path) -> None:
    path = written(tmp_path, ("markdown", "# Title\n\nSome `text`."), ("code", "x = 1"), ("raw", "left out"))
    assert notebooks.executed(path) == "# Title\n\nSome `text`.\n\n```python\nx = 1\n```\n"


def test_cells_share_their_names_and_the_last_expression_is_shown(tmp_path: Path) -> None:
    assert executed(tmp_path, "x = 20", "y = 1\nx + y").endswith("```text\n21\n```\n")


def test_a_cell_that_ends_with_none_or_a_statement_shows_nothing(tmp_path: Path) -> None:
    assert "```text" not in executed(tmp_path, "None", "x = 3", "")


def test_what_a_cell_prints_comes_before_its_value(tmp_path: Path) -> None:
    assert executed(tmp_path, "print('first')\n'second'").endswith("```text\nfirst\n```\n\n```text\n'second'\n```\n")


def test_a_frame_has_the_markup_of_the_site_s_tables(tmp_path: Path) -> None:
    shown = executed(tmp_path, "import pandas as pd\npd.DataFrame({'<a>': [1.5]})")
    assert '<div class="ud-table ud-frame"><table>' in shown
    assert "<td></td>\n<th>&lt;a&gt;</th>" in shown
    assert "<style" not in shown
    assert "\n " not in shown.partition("<div>")[2]


def test_a_value_is_shown_in_its_html_form_where_it_has_one(tmp_path: Path) -> None:
    source = "class Shown:\n    def _repr_mimebundle_(self):\n        return {'text/html': '<p>here</p>'}\nShown()"
    assert executed(tmp_path, source).endswith("```\n\n<p>here</p>\n")


def test_a_notebook_runs_in_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("found")
    before = Path.cwd()
    assert "'found'" in executed(tmp_path, "from pathlib import Path\nPath('data.txt').read_text()")
    assert Path.cwd() == before


def test_text_with_a_fence_stays_in_its_block(tmp_path: Path) -> None:
    assert executed(tmp_path, "print('```')").endswith("````text\n```\n````\n")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("%matplotlib inline", "SyntaxError"),
        ("name", "NameError: name 'name' is not defined"),
    ],
)
def test_a_cell_that_fails_is_named(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(InputError, match=rf"example\.ipynb: cell cell-0: {message}"):
        executed(tmp_path, source)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": [{"source": []}]}'])
def test_a_file_that_is_not_a_notebook_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(content)
    with pytest.raises(InputError, match=r"broken\.ipynb: not a notebook that can be read"):
        notebooks.executed(path)
