"""What was published is verified, saved and brought back: on real git repositories."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from publishing_project import BRANCH, commit, content_of, git, names

from unitdocs.errors import InputError
from unitdocs.publishing import Pages, publish, roll_back
from unitdocs.publishing.backups import backup, recover
from unitdocs.publishing.pruning import prune, restore
from unitdocs.publishing.site_index import INDEX_FILE
from unitdocs.publishing.verification import verify

WHY = "the charts are wrong"
UNUSED = "no version uses it"
"""The project's pages show no figures, and what was rendered for them is there none the less."""


def tree(repository: Path, of: str = BRANCH) -> str:
    return git(repository, "rev-parse", f"{of}^{{tree}}")


def index_of(repository: Path) -> dict[str, object]:
    found = json.loads(content_of(repository, INDEX_FILE))
    assert isinstance(found, dict)
    return found


def change_branch(pages: Pages, change: Callable[[Path], object]) -> None:
    """Change files of the local branch, as somebody with a checkout does."""
    folder = pages.project.parent / "checkout"
    git(pages.project, "worktree", "add", "--quiet", str(folder), BRANCH)
    change(folder)
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "Change")
    git(pages.project, "worktree", "remove", "--force", str(folder))


def test_what_was_published_has_no_finding(three: Pages) -> None:
    roll_back("1.1", three, why=WHY)
    assert [one.text for one in verify(three) if UNUSED not in one.text] == []


def in_list(folder: Path) -> None:
    entries = json.loads((folder / "versions.json").read_text())
    (folder / "versions.json").write_text(json.dumps([*entries, {"version": "3.0", "title": "3.0", "aliases": []}]))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (in_list, r"3\.0: is in versions\.json, and has no folder"),
        (lambda folder: shutil.rmtree(folder / "1.0"), r"1\.0: is in versions\.json, and"),
        (lambda folder: (folder / "latest" / "index.html").write_text("x"), r"latest: is not the same as 2\.0"),
        (lambda folder: (folder / "404.html").write_text("x"), r"404\.html: is not that of latest"),
        (lambda folder: (folder / "index.html").write_text("x"), r"index\.html: does not lead to latest/"),
        (lambda folder: (folder / ".nojekyll").unlink(), r"\.nojekyll: is missing"),
        (
            lambda folder: (folder / "1.1/page0/index.html").unlink(),
            r"1\.1/.*: refers to 1\.1/page0, which is not there",
        ),
        (
            lambda folder: next(folder.glob("shared/*/plotly.min.js")).write_text("x"),
            r"shared/\w+: its content has been changed",
        ),
    ],
    ids=["listed", "folder", "latest", "404", "root", "nojekyll", "link", "shared"],
)
def test_each_planted_fault_is_found_and_named(three: Pages, change: Callable[[Path], object], found: str) -> None:
    change_branch(three, change)
    faults = "\n".join(one.text for one in verify(three) if one.is_fault)
    assert re.search(found, faults), faults


def test_what_only_deserves_attention_is_no_fault(three: Pages) -> None:
    change_branch(three, lambda folder: shutil.copytree(folder / "1.0" / "img", folder / "left"))
    assert not any(one.is_fault for one in verify(three))
    first, *_, last = verify(three)
    assert "left: is a folder that no list names" in first.text
    assert "differs from that of origin" in last.text


def test_old_versions_go_and_come_back_as_they_were(three: Pages, remote: Path) -> None:
    before = content_of(remote, "1.0/page0/index.html")
    pruned = prune(three, 1)
    assert pruned.versions == ("1.1", "1.0")
    assert names(three) == ["2.0"]
    assert pruned.change.removed.files > 0
    assert "1.0/index.html" not in git(remote, "ls-tree", "-r", "--name-only", BRANCH)
    assert verify(three) == []
    restore("1.0", three)
    assert names(three) == ["2.0", "1.0"]
    assert content_of(remote, "1.0/page0/index.html") == before
    assert verify(three) == []
    assert [one["version"] for one in index_of(remote)["pruned"]] == ["1.1"]  # type: ignore[attr-defined]


def test_a_pruned_version_is_restored_in_another_clone(three: Pages, remote: Path, tmp_path: Path) -> None:
    prune(three, 1)
    git(tmp_path, "clone", "--quiet", "--no-tags", "--branch", BRANCH, str(remote), "other")
    other = Pages(tmp_path / "other")
    git(other.project, "config", "user.name", "Another")
    git(other.project, "config", "user.email", "another@example.org")
    restore("1.1", other)
    assert names(other) == ["2.0", "1.1"]


def test_what_an_alias_leads_to_stays_and_a_dry_run_changes_nothing(pages: Pages, remote: Path) -> None:
    publish("1.0", pages, aliases=("stable",))
    for version in ("1.1", "1.2"):
        commit(pages.project, version)
        publish(version, pages)
    before = git(remote, "rev-parse", BRANCH)
    assert prune(pages, 1, dry_run=True).versions == ("1.1",)
    assert git(remote, "rev-parse", BRANCH) == before
    assert git(remote, "tag") == ""
    prune(pages, 1)
    assert names(pages) == ["1.2", "1.0"]


@pytest.mark.parametrize("version", ["1.1", "9.9"])
def test_a_version_that_was_not_pruned_is_not_restored(three: Pages, version: str) -> None:
    prune(three, 2)
    with pytest.raises(InputError, match=rf'"{version}": was not taken off the site; pruned: 1\.0'):
        restore(version, three)


def test_pruning_to_nothing_is_refused(three: Pages) -> None:
    with pytest.raises(InputError, match="at least one version has to stay"):
        prune(three, 0)


def empty(folder: Path) -> Pages:
    folder.mkdir()
    git(folder, "init", "--quiet")
    return Pages(folder, remote=None)


def test_an_empty_machine_gets_the_same_tree_and_what_was_pruned(three: Pages, tmp_path: Path) -> None:
    prune(three, 2)
    backup(three, tmp_path / "kept.bundle")
    other = empty(tmp_path / "empty")
    recover(tmp_path / "kept.bundle", other)
    assert tree(other.project) == tree(three.project)
    assert names(other) == ["2.0", "1.1"]
    git(other.project, "config", "user.name", "Another")
    git(other.project, "config", "user.email", "another@example.org")
    restore("1.0", other)
    assert names(other) == ["2.0", "1.1", "1.0"]


def test_a_lost_remote_is_filled_again(three: Pages, remote: Path, tmp_path: Path) -> None:
    backup(three, tmp_path / "kept.bundle")
    shutil.rmtree(remote)
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    recover(tmp_path / "kept.bundle", three)
    assert tree(remote) == tree(three.project)


@pytest.mark.parametrize("harm", ["cut", "changed", "missing", "other"])
def test_a_backup_that_is_no_good_changes_nothing(three: Pages, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "kept.bundle"
    backup(three, file)
    content = file.read_bytes()
    if harm == "missing":
        file.unlink()
    elif harm == "cut":
        file.write_bytes(content[: len(content) // 2])
        file.with_name("kept.bundle.sha256").unlink()
    else:
        file.write_bytes(b"no bundle" if harm == "other" else content[:-30] + b"x" * 30)
    other = empty(tmp_path / "empty")
    with pytest.raises(InputError, match=r"damaged|there is no such file|git fetch"):
        recover(file, other)
    assert names(other) == []


def test_what_was_published_after_the_backup_is_not_lost(three: Pages, remote: Path, tmp_path: Path) -> None:
    backup(three, tmp_path / "kept.bundle")
    saved = tree(remote)
    commit(three.project, "New words")
    publish("3.0", three)
    later = git(remote, "rev-parse", BRANCH).strip()
    with pytest.raises(InputError, match=rf"has commits that the backup lacks \({later[:10]}\)"):
        recover(tmp_path / "kept.bundle", three)
    assert git(remote, "rev-parse", BRANCH).strip() == later
    recover(tmp_path / "kept.bundle", three, is_replaced=True)
    assert tree(remote) == saved
    assert git(three.project, "rev-parse", f"refs/unitdocs/{BRANCH}/{later[:10]}").strip() == later


@pytest.mark.usefixtures("three")
def test_a_shallow_clone_is_not_saved_as_if_it_were_all(remote: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--branch", BRANCH, f"file://{remote}", "shallow")
    shallow = Pages(tmp_path / "shallow")
    with pytest.raises(InputError, match="lacks a part of the history"):
        backup(shallow, tmp_path / "kept.bundle")
    assert not (tmp_path / "kept.bundle").exists()
