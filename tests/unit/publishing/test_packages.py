"""The wheel, locks and checksums of a version, built from a project as this one is."""

import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.publishing import packages
from unitdocs.publishing.packages import add_package, build_package, mark_export, release_notes

ROOT = Path(__file__).parents[3]
FILES = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".archived-commit", "requirements/portal.lock")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An export of a project with this one's settings and lock, and one module."""
    folder = tmp_path / "export"
    for name in (*FILES, "scripts/package_version.py", "src/unitdocs/__init__.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def pins(lock: Path) -> set[str]:
    return set(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", lock.read_text(), re.MULTILINE))


def test_a_version_has_its_wheel_a_lock_for_each_extra_and_checksums_that_agree(project: Path, tmp_path: Path) -> None:
    package = build_package(project, "1.2", tmp_path / "dist")
    assert sorted(file.name for file in (tmp_path / "dist").iterdir()) == [
        "SHA256SUMS",
        "unitdocs-1.2-measure.lock",
        "unitdocs-1.2-portal.lock",
        "unitdocs-1.2-py3-none-any.whl",
        "unitdocs-1.2.lock",
    ]
    check = ["sha256sum", "--check", "--strict", package.sums.name]
    assert subprocess.run(check, cwd=tmp_path / "dist", check=False, capture_output=True).returncode == 0
    package.wheel.write_bytes(b"changed")
    assert subprocess.run(check, cwd=tmp_path / "dist", check=False, capture_output=True).returncode == 1


def test_a_lock_holds_what_its_extra_needs_and_no_more(project: Path, tmp_path: Path) -> None:
    locks = build_package(project, "1.2", tmp_path / "dist").locks
    assert pins(locks[""]) == {"unitdocs", "numpy"}
    assert {"pandas", "typer", "pydantic-core", "tzdata"} < pins(locks["measure"])
    assert "mkdocs" not in pins(locks["measure"])
    assert pins(locks["measure"]) < pins(locks["portal"])
    assert "mkdocstrings-python" in pins(locks["portal"]), "an extra of a package that is needed"
    assert "hatchling" not in pins(locks["portal"])
    for lock in locks.values():
        assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", lock.read_text().strip()))


def test_building_again_gives_the_same_files_and_leaves_no_other_wheel(project: Path, tmp_path: Path) -> None:
    def contents() -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in (tmp_path / "dist").iterdir()}

    build_package(project, "1.2", tmp_path / "dist")
    first = contents()
    build_package(project, "1.2", tmp_path / "dist")
    assert contents() == first
    build_package(project, "1.3", tmp_path / "dist")
    assert [file.name for file in (tmp_path / "dist").glob("*.whl")] == ["unitdocs-1.3-py3-none-any.whl"]


def test_a_version_that_is_no_number_has_the_package_of_its_commit(project: Path, tmp_path: Path) -> None:
    mark_export(ROOT, project)
    name = subprocess.run(
        ["git", "rev-parse", "--short=7", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert f"+g{name.stdout.strip()}" in build_package(project, "dev", tmp_path / "dist").version


def test_the_docs_of_a_version_list_the_files_where_the_page_includes_them(project: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "generated" / "downloads").mkdir(parents=True)
    add_package(project, "1.2", docs)
    listed = (docs / "generated" / packages.SNIPPET).read_text()
    for file in (docs / "generated" / packages.FOLDER).iterdir():
        assert f'href="../../generated/package/{file.name}"' in listed
    assert '--8<-- "generated/downloads/package.md"' in (ROOT / "docs/benchmarks/data.md").read_text()


def test_a_wheel_that_cannot_be_built_is_said_with_the_reason(project: Path, tmp_path: Path) -> None:
    (project / "LICENSE").unlink()
    (project / "README.md").unlink()
    with pytest.raises(InputError, match="wheel cannot be built") as error:
        build_package(project, "1.2", tmp_path / "dist")
    assert "README.md" in str(error.value)


def test_a_project_without_a_lock_has_no_package(project: Path, tmp_path: Path) -> None:
    (project / packages.LOCK).unlink()
    with pytest.raises(InputError, match=r"portal\.lock: missing"):
        build_package(project, "1.2", tmp_path / "dist")
    add_package(project, "1.2", tmp_path / "docs")
    assert not (tmp_path / "docs").exists()


def test_the_notes_of_a_release_are_its_section_of_the_changelog(tmp_path: Path) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text(
        "# Changelog\n\n## Unreleased\n\n- c\n\n## 1.2 - 2026-11-28\n\n### Added\n\n- b\n\n## 1.20\n\n- a\n"
    )
    assert release_notes(changelog, "1.2") == "### Added\n\n- b\n"
    assert release_notes(changelog, "1.20") == "- a\n"
    with pytest.raises(InputError, match=r"has nothing under ## 1\.3"):
        release_notes(changelog, "1.3")


@pytest.mark.long
@pytest.mark.parametrize("extra", ["", "measure"])
def test_a_version_installs_without_a_network_by_its_lock(tmp_path: Path, extra: str) -> None:
    """Fetch what the lock names once, then install with no index at hand."""
    package = build_package(ROOT, "1.2", tmp_path / "dist")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    lock = ["--require-hashes", "--requirement", str(package.locks[extra]), "--find-links", str(tmp_path / "dist")]
    subprocess.run([*pip, "download", "--quiet", *lock, "--dest", str(tmp_path / "wheels")], check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    offline = ["--no-index", "--find-links", str(tmp_path / "wheels")]
    subprocess.run([*pip, "--python", python, "install", "--quiet", *offline, *lock], check=True)
    show = "from importlib.metadata import version; print(version('unitdocs'), version('numpy'))"
    shown = subprocess.run([python, "-c", show], capture_output=True, text=True, check=True).stdout.split()
    assert shown == ["1.2", metadata.version("numpy")]
