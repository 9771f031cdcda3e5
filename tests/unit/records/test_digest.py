"""Whether a record still speaks of the code at hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from made_records import record

from unitdocs.errors import InputError
from unitdocs.records import SuiteInfo, digest, digest_patterns, is_current, run_patterns

PATTERNS = ["src/**/*.py", "requirements/*.lock"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "src/deep").mkdir(parents=True)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "src/one.py").write_text("1")
    (tmp_path / "src/deep/two.py").write_text("2")
    (tmp_path / "requirements/all.lock").write_text("3")
    (tmp_path / "pyproject.toml").write_text(f"[tool.unitdocs]\ndigest = {PATTERNS}\n")
    return tmp_path


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda root: (root / "src/one.py").write_text("2"),
    "name": lambda root: (root / "src/one.py").rename(root / "src/uno.py"),
    "folder": lambda root: (root / "src/one.py").rename(root / "src/deep/one.py"),
    "a new file": lambda root: (root / "src/three.py").write_text(""),
    "a file less": lambda root: (root / "requirements/all.lock").unlink(),
    "contents exchanged": lambda root: (
        (root / "src/one.py").write_text("2"),
        (root / "src/deep/two.py").write_text("1"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_what_was_measured_makes_the_record_stale(project: Path, change: str) -> None:
    made = record(digest=digest(project, PATTERNS))
    assert is_current(made, project)
    CHANGES[change](project)
    assert not is_current(made, project)


def test_nothing_else_makes_it_stale(project: Path) -> None:
    before = digest(project, PATTERNS)
    (project / "README.md").write_text("text")
    (project / "src/notes.txt").write_text("text")
    (project / "src/one.py").touch()
    assert digest(project, PATTERNS) == before
    assert digest(project, PATTERNS[::-1]) == before
    assert digest(project, [*PATTERNS, "src/one.py", "nothing/*.py"]) == before


def test_the_digest_is_the_same_wherever_the_project_lies(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    there = tmp_path_factory.mktemp("other") / "place"
    before = digest(project, PATTERNS)
    project.rename(there)
    assert digest(there, PATTERNS) == before


@pytest.mark.parametrize(
    "settings",
    [
        "",
        "[tool.unitdocs]",
        "[tool]\nunitdocs = 3",
        "tool = 3",
        "[tool.unitdocs]\ndigest = []",
        '[tool.unitdocs]\ndigest = "src/*.py"',
        "[tool.unitdocs]\ndigest = [1]",
        '[tool.unitdocs]\ndigest = [""]',
        '[tool.unitdocs]\ndigest = ["/etc/*"]',
        '[tool.unitdocs]\ndigest = ["src/*.py", "../*.py"]',
    ],
)
def test_a_wrong_setting_is_refused_with_its_place(tmp_path: Path, settings: str) -> None:
    (tmp_path / "pyproject.toml").write_text(settings)
    with pytest.raises(InputError, match=r"pyproject\.toml: tool\.unitdocs\.digest: (expected|the key is missing)"):
        digest_patterns(tmp_path)


@pytest.mark.parametrize("content", [None, b"[tool", b"\xff\xfe"])
def test_a_project_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(InputError, match=r"pyproject\.toml: cannot be read"):
        digest_patterns(tmp_path)


def test_a_run_covers_the_folders_of_its_suites_besides_what_the_project_names(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["src/*.py"]\n')
    suites = [
        SuiteInfo(name=name, title=name, arms=("old", "new"), file=file)
        for name, file in (("a", "studies/a.py"), ("b", "studies/b.py"), ("outside", "../c.py"), ("old", None))
    ]
    assert run_patterns(tmp_path, suites) == ["src/*.py", "studies/*.py"]
    (tmp_path / "studies").mkdir()
    run = record(digest=digest(tmp_path, run_patterns(tmp_path, suites)), suites=tuple(suites))
    assert is_current(run, tmp_path)
    (tmp_path / "studies/shared.py").write_text("changed")
    assert not is_current(run, tmp_path)
