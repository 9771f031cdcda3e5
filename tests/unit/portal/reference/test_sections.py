"""The sections of the reference: what is written where, and when it is built again."""

import json
from pathlib import Path

import pytest

from unitdocs.portal import reference
from unitdocs.portal.reference import sections

SOURCE_PAGE = "reference/source/shelf.cache.html"


@pytest.fixture
def notebook(docs: Path) -> Path:
    """Return a notebook that counts how often it ran."""
    path = docs / "notebooks" / "count.ipynb"
    path.parent.mkdir()
    counting = "from pathlib import Path\nwith Path('runs').open('a') as runs:\n    _ = runs.write('.')"
    path.write_text(json.dumps({"cells": [{"id": "a", "cell_type": "code", "source": counting}]}))
    return path


def contents(docs: Path) -> dict[str, bytes]:
    return {path.relative_to(docs).as_posix(): path.read_bytes() for path in docs.rglob("*.[mh]*")}


def runs(notebook: Path) -> int:
    return len((notebook.parent / "runs").read_text())


def test_a_folder_without_pages_of_the_reference_stays_as_it_is(tmp_path: Path) -> None:
    reference.render(tmp_path, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_unchanged_inputs_change_no_file(project: Path, docs: Path, notebook: Path) -> None:
    reference.render(project, docs)
    times = {path: path.stat().st_mtime_ns for path in docs.rglob("*") if path.is_file()}
    reference.render(project, docs)
    assert {path: path.stat().st_mtime_ns for path in docs.rglob("*") if path.is_file()} == times
    assert runs(notebook) == 1


def test_a_change_of_the_code_changes_its_pages(project: Path, docs: Path) -> None:
    reference.render(project, docs)
    source = project / "src" / "shelf" / "cache.py"
    source.write_text(source.read_text().replace("LIMIT = 3", "LIMIT = 4"))
    reference.render(project, docs)
    assert "<u>4</u>" in (docs / SOURCE_PAGE).read_text()


def test_a_change_of_a_page_does_not_run_notebooks_again(project: Path, docs: Path, notebook: Path) -> None:
    reference.render(project, docs)
    page = docs / "reference" / "units.md"
    page.write_text(page.read_text().replace("Units & more", "Units"))
    reference.render(project, docs)
    assert ">Units</a>" in (docs / SOURCE_PAGE).read_text()
    assert runs(notebook) == 1


def test_a_change_of_a_record_runs_notebooks_again(project: Path, docs: Path, notebook: Path) -> None:
    reference.render(project, docs)
    results = project / "benchmarks" / "results"
    results.mkdir(parents=True)
    (results / "reference.json").write_text("{}")
    reference.render(project, docs)
    assert runs(notebook) == 2


@pytest.mark.usefixtures("notebook")
@pytest.mark.parametrize("damage", ["touched", "removed", "manifest"])
def test_a_damaged_rendering_is_repaired(project: Path, docs: Path, damage: str) -> None:
    reference.render(project, docs)
    first = contents(docs)
    if damage == "touched":
        (docs / SOURCE_PAGE).write_text("by hand")
    elif damage == "removed":
        (docs / "generated" / "notebooks" / "count.md").unlink()
    else:
        (docs / sections.MANIFEST).write_text("{")
    reference.render(project, docs)
    assert contents(docs) == first


@pytest.mark.parametrize("name", ["shelf.gone.html", "shelf.cache.md"])
def test_pages_of_modules_that_are_gone_are_removed(project: Path, docs: Path, name: str) -> None:
    leftover = docs / "reference" / "source" / name
    leftover.parent.mkdir(parents=True)
    leftover.write_text("# Source of `shelf.gone`\n")
    reference.render(project, docs)
    assert not leftover.exists()
    assert (docs / SOURCE_PAGE).exists()
