"""A small project with a record and a bundle, in a repository with a remote."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from publishing_project import CRITERION, SETTINGS, commit, git

from unitdocs import records
from unitdocs.portal import bundle
from unitdocs.publishing import Pages, publish
from unitdocs.publishing.versions import REFERENCE
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]


@pytest.fixture(scope="session", autouse=True)
def quiet() -> Iterator[None]:
    """Leave out what the theme says of its future."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_MKDOCS_2_WARNING", "1")
        yield


@pytest.fixture
def with_a_bundle(tmp_path: Path) -> Path:
    """Keep a bundle as if it had been built, so that nothing is fetched; return it."""
    return keep_bundle(tmp_path / "project")


@pytest.fixture
def pages(tmp_path: Path, with_a_bundle: Path, make_record: MakeRecord) -> Pages:
    """Return a project whose record is current, all committed, with a bare repository as its remote."""
    assert with_a_bundle.is_file()
    return make_project(tmp_path, make_record)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return tmp_path / "remote.git"


@pytest.fixture(scope="session")
def published_three(tmp_path_factory: pytest.TempPathFactory, make_record: MakeRecord) -> Path:
    """Return a folder with a project that has three versions, each with a page more, and with its remote."""
    folder = tmp_path_factory.mktemp("three")
    keep_bundle(folder / "project")
    pages = make_project(folder, make_record)
    for number, version in enumerate(["1.0", "1.1", "2.0"]):
        (pages.project / "docs" / f"page{number}.md").write_text(f"# Page {number}\n")
        commit(pages.project, f"Words of {version}")
        publish(version, pages)
    return folder


@pytest.fixture
def three(tmp_path: Path, published_three: Path) -> Pages:
    """Return a copy of the project with three versions, and of its remote."""
    shutil.copytree(published_three, tmp_path, dirs_exist_ok=True)
    return Pages(tmp_path / "project")


def keep_bundle(project: Path) -> Path:
    return bundle.keep(b"export default 1;", project / "build" / "plotly")


def make_project(folder: Path, make_record: MakeRecord) -> Pages:
    """Make the project, in a folder that has its bundle already."""
    project = folder / "project"
    (project / "docs").mkdir()
    (project / "benchmarks").mkdir()
    (project / ".gitignore").write_text("/build/\n/site/\n/docs/benchmarks/cases/\n/docs/generated/\n")
    (project / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["benchmarks/*.py"]\n')
    (project / "benchmarks" / "suite.py").write_text("SUITE = 1\n")
    (project / "docs" / "decision.toml").write_text(CRITERION)
    (project / "mkdocs.yml").write_text(SETTINGS)
    digest = records.digest(project, ["benchmarks/*.py"])
    records.save(make_record(digest=digest), project / REFERENCE)
    git(folder, "init", "--quiet", "--bare", "remote.git")
    git(project, "init", "--quiet", "--initial-branch", "main")
    git(project, "config", "user.name", "A tester")
    git(project, "config", "user.email", "tester@example.org")
    git(project, "remote", "add", "origin", "../remote.git")
    commit(project, "First words")
    return Pages(project)
