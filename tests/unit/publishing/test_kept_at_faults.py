"""What goes wrong while versions are pruned, saved and brought back loses nothing, and leaves nothing half done."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from publishing_project import BRANCH, content_of, git, names

from unitdocs.errors import InputError
from unitdocs.publishing import Pages, backups, changing, pruning, roll_back, workplace
from unitdocs.publishing.backups import backup, recover
from unitdocs.publishing.branch import Branch
from unitdocs.publishing.changing import Change
from unitdocs.publishing.pruning import prune, restore
from unitdocs.publishing.site_index import PrunedVersion
from unitdocs.publishing.verification import verify


def references(repository: Path) -> str:
    return git(repository, "for-each-ref", "refs/heads", "refs/tags", "refs/unitdocs")


def refuse_pushes(remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)


def other_clone(remote: Path, folder: Path) -> Pages:
    git(remote.parent, "clone", "--quiet", "--branch", BRANCH, str(remote), str(folder))
    git(folder, "config", "user.name", "Another")
    git(folder, "config", "user.email", "another@example.org")
    git(folder, "checkout", "--quiet", "--detach")
    return Pages(folder)


def before_it_applies(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something else after it is decided what to prune, and before that is done."""
    apply = changing.apply

    def acting(*words: object, **named: object) -> Change:
        act()
        return apply(*words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(pruning, "apply", acting)


def test_a_prune_that_is_refused_leaves_no_tag_anywhere(three: Pages, remote: Path) -> None:
    refuse_pushes(remote)
    before = references(three.project), references(remote)
    with pytest.raises(InputError, match="pre-receive hook declined"):
        prune(three, 1)
    assert (references(three.project), references(remote)) == before


def test_a_version_that_became_the_latest_meanwhile_is_not_pruned(
    three: Pages, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = other_clone(remote, tmp_path / "other")
    before_it_applies(monkeypatch, lambda: roll_back("1.0", other, why="2.0 is wrong"))
    with pytest.raises(InputError, match=r'"1\.0": somebody has changed it meanwhile; nothing was removed'):
        prune(three, 1)
    assert git(remote, "tag") == git(three.project, "tag") == ""
    assert "1.0/index.html" in git(remote, "ls-tree", "-r", "--name-only", BRANCH)


def test_what_others_prune_meanwhile_is_pruned_once(
    three: Pages, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = other_clone(remote, tmp_path / "other")

    def prune_there() -> None:
        monkeypatch.undo()
        prune(other, 2)

    before_it_applies(monkeypatch, prune_there)
    prune(three, 1)
    assert names(three) == ["2.0"]
    assert [one.version for one in current_index(three)] == ["1.1", "1.0"]
    restore("1.0", three)
    assert names(three) == ["2.0", "1.0"]


def current_index(pages: Pages) -> tuple[PrunedVersion, ...]:
    commit = git(pages.project, "rev-parse", BRANCH).strip()
    return Branch(pages.project, BRANCH, commit).index.pruned


def test_a_version_that_comes_back_brings_only_what_it_needs(three: Pages) -> None:
    before = shared_by(three, "1.0")
    prune(three, 1)
    restore("1.0", three)
    assert verify(three) == []
    assert shared_by(three, "1.0") == before


def shared_by(pages: Pages, version: str) -> set[str]:
    text = content_of(pages.project, f"{version}/index.html")
    return set(re.findall(r"shared/(\w+)/", text))


def test_pruning_twice_is_pruning_once(three: Pages, remote: Path) -> None:
    prune(three, 1)
    before = references(remote)
    assert prune(three, 1).versions == ()
    assert references(remote) == before


def test_a_lost_tag_and_a_lost_record_are_found(three: Pages, remote: Path) -> None:
    prune(three, 1)
    tags = git(three.project, "tag", "--list", "published/1.0-*").split()
    git(three.project, "tag", "--delete", *tags)
    assert verify(three) == []  # the remote has it
    git(remote, "tag", "--delete", *tags)
    (finding,) = verify(three)
    assert f"1.0: was pruned, and its tag {tags[0]} is missing" in finding.text


def test_a_record_that_only_the_index_refers_to_is_missed(three: Pages) -> None:
    folder = three.project.parent / "checkout"
    git(three.project, "worktree", "add", "--quiet", str(folder), BRANCH)
    (folder / "1.1" / "generated" / "explore" / "data.json").unlink()
    git(folder, "commit", "--quiet", "--all", "--message", "Lose it")
    faults = [one.text for one in verify(three) if one.is_fault]
    assert any("refers to 1.1/generated/explore/data.json for 1.1, which is not there" in one for one in faults)


def test_an_index_of_the_search_that_a_page_names_is_missed(three: Pages) -> None:
    folder = three.project.parent / "checkout"
    git(three.project, "worktree", "add", "--quiet", str(folder), BRANCH)
    (folder / "1.1" / "more.html").write_text("<script data-index=../shared/0/search_index.json.gz></script>")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "Add")
    assert any("more.html" in one.text and "search_index.json.gz" in one.text for one in verify(three))


def test_an_address_with_escapes_leads_to_its_file(three: Pages) -> None:
    folder = three.project.parent / "checkout"
    git(three.project, "worktree", "add", "--quiet", str(folder), BRANCH)
    (folder / "1.1" / "a & b ü.txt").write_text("here")
    (folder / "1.1" / "more.html").write_text('<a href="a%20&amp;%20b%20%C3%BC.txt">it</a> <a href="a%20b.txt">not</a>')
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "Add")
    found = [one.text for one in verify(three) if "more.html" in one.text]
    assert len(found) == 1
    assert "refers to 1.1/a b.txt" in found[0]


def test_a_backup_changes_no_reference_even_of_a_branch_that_is_behind(
    three: Pages, remote: Path, tmp_path: Path
) -> None:
    newest = git(remote, "rev-parse", BRANCH).strip()
    git(three.project, "update-ref", f"refs/heads/{BRANCH}", f"{newest}~1")
    before = references(three.project)
    backup(three, tmp_path / "kept.bundle")
    assert references(three.project) == before
    assert newest in git(three.project, "bundle", "list-heads", str(tmp_path / "kept.bundle"))
    assert sorted(path.name for path in tmp_path.glob("*kept*")) == ["kept.bundle", "kept.bundle.sha256"]


def test_a_backup_of_a_damaged_repository_is_not_written_over_a_good_one(three: Pages, tmp_path: Path) -> None:
    file = tmp_path / "kept.bundle"
    backup(three, file)
    good = file.read_bytes(), file.with_name("kept.bundle.sha256").read_bytes()
    name = git(three.project, "rev-parse", f"{BRANCH}:1.0/index.html").strip()
    for repository in (three.project / ".git", tmp_path / "remote.git"):
        (repository / "objects" / name[:2] / name[2:]).unlink(missing_ok=True)
    with pytest.raises(InputError, match="git bundle: "):
        backup(three, file)
    assert (file.read_bytes(), file.with_name("kept.bundle.sha256").read_bytes()) == good


def test_what_is_written_is_read_to_its_end(three: Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full after half of the file gives no backup, though its first lines are right."""
    real = workplace.git

    def cutting(folder: Path, *words: str, **named: str) -> str:
        output = real(folder, *words, **named)
        if words[:2] == ("bundle", "create"):
            written = Path(words[3])
            written.write_bytes(written.read_bytes()[: written.stat().st_size // 2])
        return output

    monkeypatch.setattr(backups, "git", cutting)
    with pytest.raises(InputError, match="git fetch: "):
        backup(three, tmp_path / "kept.bundle")
    assert list(tmp_path.glob("*kept*")) == []


@pytest.mark.parametrize("part", [0.02, 0.3, 0.5, 0.9, 0.999])
def test_a_cut_backup_is_one_sentence_and_leaves_every_reference(three: Pages, tmp_path: Path, part: float) -> None:
    file = tmp_path / "kept.bundle"
    backup(three, file)
    file.with_name("kept.bundle.sha256").unlink()
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * part)])
    git(tmp_path, "init", "--quiet", "empty")
    for pages in (Pages(tmp_path / "empty", remote=None), three):
        before = references(pages.project)
        with pytest.raises(InputError, match=r"kept\.bundle: damaged") as raised:
            recover(file, pages)
        assert "\n" not in str(raised.value)
        assert references(pages.project) == before


def test_a_checksum_that_is_no_text_is_a_damaged_backup(three: Pages, tmp_path: Path) -> None:
    backup(three, tmp_path / "kept.bundle")
    (tmp_path / "kept.bundle.sha256").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="damaged, its checksum is not that"):
        recover(tmp_path / "kept.bundle", three)


def test_a_recovery_that_the_remote_refuses_changes_neither_side(three: Pages, remote: Path, tmp_path: Path) -> None:
    prune(three, 2)
    backup(three, tmp_path / "kept.bundle")
    shutil.rmtree(remote)
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    refuse_pushes(remote)
    git(three.project, "update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
    git(three.project, "tag", "--delete", *git(three.project, "tag").split())
    before = references(three.project)
    with pytest.raises(InputError, match="pre-receive hook declined"):
        recover(tmp_path / "kept.bundle", three)
    assert references(three.project) == before
    assert references(remote) == ""


def test_a_recovery_gives_the_remote_its_tags_back_when_only_they_are_lost(
    three: Pages, remote: Path, tmp_path: Path
) -> None:
    prune(three, 1)
    backup(three, tmp_path / "kept.bundle")
    kept = references(remote)
    git(remote, "tag", "--delete", *git(remote, "tag").split())
    recover(tmp_path / "kept.bundle", three)
    assert references(remote) == kept


def test_a_replacement_does_not_overwrite_what_is_pushed_at_that_moment(
    three: Pages, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(three, tmp_path / "kept.bundle")
    other = other_clone(remote, tmp_path / "other")
    roll_back("1.1", other, why="2.0 is wrong")
    check = backups._check_replaceable

    def then_push(*words: object, **named: bool) -> None:
        monkeypatch.undo()
        check(*words, **named)  # type: ignore[arg-type]
        roll_back("1.0", other, why="1.1 is wrong too")

    monkeypatch.setattr(backups, "_check_replaceable", then_push)
    with pytest.raises(InputError, match=r"git push: .*stale info"):
        recover(tmp_path / "kept.bundle", three, is_replaced=True)
    assert git(remote, "rev-parse", BRANCH) == git(other.project, "rev-parse", BRANCH)
