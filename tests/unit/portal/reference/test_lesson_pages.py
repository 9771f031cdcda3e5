"""The lessons' pages and their archive: whole, the same bytes each time, and without what a browser does not need."""

import io
import json
import re
import subprocess
import sys
import zipfile
from html import unescape
from pathlib import Path

import pytest

from unitdocs.portal.reference import lessons
from unitdocs.training import lesson_names, read_lesson

ROOT = Path(__file__).parents[4]
DOCS = ROOT / "docs"


def test_every_lesson_has_a_page_in_the_navigation_with_its_title() -> None:
    settings = (ROOT / "mkdocs.yml").read_text()
    for name in lesson_names():
        page = (DOCS / "training" / f"{name}.md").read_text()
        title = read_lesson(name).title
        assert page == f'# {title}\n\n--8<-- "generated/training/{name}.md"\n'
        assert f"- {title}: training/{name}.md" in settings


def test_a_section_has_a_snippet_for_each_lesson_the_list_the_notebooks_and_the_archive() -> None:
    files = lessons.build(ROOT, DOCS)
    names = [*lesson_names(), "lessons"]
    notebooks = {f"generated/training/{name}.ipynb" for name in ("first-scene", "reading-a-verdict")}
    assert set(files) == {*(f"generated/training/{name}.md" for name in names), *notebooks, lessons.ARCHIVE}
    assert files == lessons.build(ROOT, DOCS)


@pytest.mark.parametrize("name", lesson_names())
def test_a_page_declares_its_forms_and_hides_solutions(name: str) -> None:
    lesson = read_lesson(name)
    page = lessons.lesson_page(lesson)
    declared = [json.loads(unescape(text)) for text in re.findall(r'data-exercise="([^"]*)"', page)]
    assert [one["exercise"] for one in declared] == [exercise.name for exercise in lesson.exercises]
    for one, exercise in zip(declared, lesson.exercises, strict=True):
        assert one["files"] == {file: exercise.start.get(file, "").lstrip("\n") for file in exercise.files}
    visible = re.sub(r'^\?\?\? success "Solution"\n\n(?:(?:    .*)?\n)*', "", page, flags=re.MULTILINE)
    for exercise in lesson.exercises:
        for file, text in exercise.solution.items():
            assert text == exercise.start.get(file) or text.strip() not in visible


def test_the_archive_runs_alone_without_numpy(tmp_path: Path) -> None:
    content = lessons.archive(ROOT / "src" / "unitdocs")
    assert content == lessons.archive(ROOT / "src" / "unitdocs")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert not [name for name in file.namelist() if "/plan/" in name]
        file.extractall(tmp_path)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from unitdocs.training import *\n"
        "for name in lesson_names():\n"
        "    for one in read_lesson(name).exercises:\n"
        "        assert grade(name, one.name, one.solution).is_solved, (name, one.name)\n"
        "assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", code, str(tmp_path)], check=True)
