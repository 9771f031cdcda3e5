"""The package's version: from the tag, the variable, an archive, or what the changelog says."""

import subprocess
import sys
import venv
from email.parser import BytesHeaderParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.version import Version

import package_version
from package_version import current_version

ROOT = Path(__file__).parents[3]
PARTS = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".gitattributes", ".archived-commit")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=Maker", "-c", "user.email=maker@localhost", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [package_version.VARIABLE, *package_version.REPOSITORY_VARIABLES]:
        monkeypatch.delenv(name, raising=False)


def write_package(folder: Path) -> Path:
    """Write a package that is built as this project is, without the project's modules."""
    for name in PARTS:
        (folder / name).write_bytes((ROOT / name).read_bytes())
    for name in ("src/unitdocs/__init__.py", "scripts/package_version.py"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A committed project without a tag."""
    folder = tmp_path / "project"
    folder.mkdir()
    write_package(folder)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "begin")
    return folder


def commit(project: Path) -> str:
    git(project, "commit", "--quiet", "--allow-empty", "--message", "more")
    return git(project, "rev-parse", "--short=7", "HEAD")


@pytest.mark.parametrize(("tag", "version"), [("v1.2", "1.2"), ("v1.2.10", "1.2.10"), ("v2.0rc1", "2.0rc1")])
def test_the_commit_of_a_tag_has_its_version(project: Path, tag: str, version: str) -> None:
    git(project, "tag", tag)
    assert current_version(project) == version


@pytest.mark.parametrize(("tag", "following"), [("v1.2", "1.3"), ("v1.2.9", "1.2.10"), ("v2.0rc1", "2.0rc2")])
def test_a_later_commit_has_the_next_version_with_its_name(project: Path, tag: str, following: str) -> None:
    git(project, "tag", tag)
    commit(project)
    name = commit(project)
    version = current_version(project)
    assert version == f"{following}.dev2+g{name}"
    assert Version(tag) < Version(version) < Version(following)


def test_a_project_without_a_tag_is_before_its_first_version(project: Path) -> None:
    assert current_version(project) == f"0.1.0.dev0+g{git(project, 'rev-parse', '--short=7', 'HEAD')}"


def test_a_tag_that_is_no_version_counts_for_nothing(project: Path) -> None:
    git(project, "tag", "v1-final")
    assert current_version(project).startswith("0.1.0.dev0+g")


def test_two_states_that_are_not_committed_differ(project: Path) -> None:
    git(project, "tag", "v1.2")
    seen = {current_version(project)}
    module = project / "src" / "unitdocs" / "__init__.py"
    for text in ("a = 1\n", "a = 2\n"):
        module.write_text(text)
        seen.add(current_version(project))
    (project / "src" / "unitdocs" / "new.py").write_text("")
    seen.add(current_version(project))
    assert len(seen) == 4
    assert all(Version("1.2") <= Version(version) < Version("1.3") for version in seen)


def test_a_change_beside_the_package_leaves_the_version(project: Path) -> None:
    git(project, "tag", "v1.2")
    (project / "notes.txt").write_text("nothing that a wheel holds")
    assert current_version(project) == "1.2"


def test_a_shallow_clone_follows_the_newest_version_of_the_changelog(project: Path, tmp_path: Path) -> None:
    git(project, "tag", "v1.2")
    (project / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n## 1.2 - 2026-11-28\n\n## 1.1\n")
    git(project, "commit", "--quiet", "--all", "--message", "more")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-tags", f"file://{project}", "shallow")
    name = git(project, "rev-parse", "--short=7", "HEAD")
    assert current_version(tmp_path / "shallow") == f"1.3.dev0+g{name}"


def test_an_archive_of_a_commit_knows_its_tag(project: Path, tmp_path: Path) -> None:
    git(project, "tag", "v1.2")
    name = commit(project)
    for number, (revision, version) in enumerate([("v1.2", "1.2"), ("HEAD", f"1.3.dev1+g{name}")]):
        target = tmp_path / str(number)
        target.mkdir()
        git(project, "archive", f"--output={target}.tar", revision)
        subprocess.run(["tar", "--extract", f"--file={target}.tar", f"--directory={target}"], check=True)
        assert current_version(target) == version


def test_an_export_in_another_repository_does_not_take_its_tag(project: Path) -> None:
    git(project, "tag", "v7.0")
    export = project / "build" / "export"
    export.mkdir(parents=True)
    write_package(export)
    assert current_version(export) == "0.1.0.dev0"


def test_without_git_a_version_can_be_built(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(project, "tag", "v1.2")
    monkeypatch.setenv("PATH", "")
    assert current_version(project) == "0.1.0.dev0"


@pytest.mark.parametrize("given", ["1.2", "v1.2"])
def test_the_variable_overrides_what_git_says(project: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(package_version.VARIABLE, given)
    assert current_version(project) == "1.2"


def test_a_hook_of_another_repository_does_not_change_the_version(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    git(project, "tag", "v1.2")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other.git"))
    assert current_version(project) == "1.2"


def build(project: Path, target: Path, kind: str = "wheel") -> Path:
    """Build the project with its own backend; return the archive."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(target)]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    (archive,) = target.iterdir()
    return archive


def built_version(wheel: Path) -> str:
    with ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return str(BytesHeaderParser().parsebytes(archive.read(name))["Version"])


def test_a_wheel_and_the_wheel_of_its_source_archive_have_the_version_of_the_tag(project: Path, tmp_path: Path) -> None:
    git(project, "tag", "v1.2")
    assert built_version(build(project, tmp_path / "one")) == "1.2"
    source = build(project, tmp_path / "source", "sdist")
    assert source.name == "unitdocs-1.2.tar.gz"
    subprocess.run(["tar", "--extract", f"--file={source}", f"--directory={tmp_path}"], check=True)
    assert built_version(build(tmp_path / "unitdocs-1.2", tmp_path / "two")) == "1.2"


def test_a_rebuilt_wheel_replaces_the_installed_one(project: Path, tmp_path: Path) -> None:
    git(project, "tag", "v1.2")
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    for number, text in enumerate(["A = 1\n", "A = 2\n"]):
        (project / "src" / "unitdocs" / "__init__.py").write_text(text)
        subprocess.run([*pip, str(build(project, tmp_path / str(number)))], check=True)
    command = [python, "-c", "import unitdocs; print(unitdocs.A)"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "2\n"
