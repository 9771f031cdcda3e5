"""Excerpts: tables of chosen cases on pages that are written by hand."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from page_building import files_of, stale

from unitdocs.errors import InputError
from unitdocs.portal.pages.excerpts import build_pages, load_excerpts
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]


def test_an_excerpt_is_the_table_of_its_cases_and_says_so_where_it_has_none(
    tmp_path: Path, make_record: MakeRecord
) -> None:
    (tmp_path / "excerpts.toml").write_text(
        "".join(
            f'[[excerpts]]\npage = "guides/tips.md"\nname = "{suite}"\ntitle = "Tip"\nsuites = ["{suite}"]\n'
            for suite in ("units", "scenes", "none")
        )
    )
    files = files_of(*build_pages(stale(make_record()), None, load_excerpts(tmp_path)))
    assert re.findall(r'<th scope="row"><a href="([^"]*)">(\w+)', files["tips/scenes.md"]) == [
        ("../../benchmarks/cases/scenes/big/", "Big"),
        ("../../benchmarks/cases/scenes/small/", "Small"),
        ("../../benchmarks/cases/scenes/odd/", "Odd"),
    ]
    assert re.findall(r'<th scope="row"><a [^>]*>(\w+)', files["tips/units.md"]) == ["Size"]
    assert "no such case" in files["tips/none.md"]
    assert "A processor" in files["tips/status.md"]


def test_an_excerpt_that_is_declared_wrongly_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "excerpts.toml").write_text('[[excerpts]]\npage = "a.md"\nname = "a"\nsuite = "units"\n')
    with pytest.raises(InputError) as caught:
        load_excerpts(tmp_path)
    places = [problem.split(": ")[1] for problem in caught.value.problems]
    assert places == ["excerpts[0].title", "excerpts[0].suite"]
