"""Changes of the branch on real git repositories, with versions of one small page that need no build."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from unitdocs.errors import InputError
from unitdocs.publishing import LATEST, Pages, changing, published, roll_back
from unitdocs.publishing.branch import Branch, Entry, entries, store_folder
from unitdocs.publishing.changing import apply
from unitdocs.publishing.site_index import PublishedRecord, PublishedVersion, SiteIndex
from unitdocs.publishing.versions import put_on

BRANCH = "gh-pages"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
RECORD = PublishedRecord(created=NOW, commit="c0ffee", machine="a machine", file="record.json", explore="data.json")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def clone(remote: Path, folder: Path, *options: str) -> Pages:
    git(remote.parent, "clone", "--quiet", *options, remote.as_uri(), str(folder))
    git(folder, "config", "user.name", "A tester")
    git(folder, "config", "user.email", "tester@example.org")
    return Pages(folder)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """Return a bare repository with one commit on main."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", "remote.git")
    first = clone(tmp_path / "remote.git", tmp_path / "first").project
    git(first, "commit", "--quiet", "--allow-empty", "--message", "Begin")
    git(first, "push", "--quiet", "origin", "HEAD:main")
    return tmp_path / "remote.git"


@pytest.fixture
def pages(remote: Path, tmp_path: Path) -> Pages:
    return clone(remote, tmp_path / "project")


def put(version: str, pages: Pages, aliases: Sequence[str] = (), *, shared: str = "") -> None:
    """Put a version of two pages on the branch."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        site, common = place / "site", place / "shared"
        site.mkdir()
        (site / "index.html").write_text(f"page of {version}")
        (site / "404.html").write_text(f"missing in {version}")
        tree = store_folder(pages.project, site, place / "index-of-site")
        found: Mapping[str, Entry] = {}
        if shared:
            (common / shared).mkdir(parents=True)
            (common / shared / "program.js").write_text(f"first of {version}")
            found = entries(pages.project, store_folder(pages.project, common, place / "index-of-shared").name)
    entry = PublishedVersion(version=version, published=NOW, commit="c0ffee", record=RECORD)

    def edit(branch: Branch) -> Mapping[str, Entry]:
        return put_on(branch, entry, tree, found, (*aliases, LATEST))

    apply(pages, edit, f"Publish {version}")


def names(pages: Pages) -> list[str]:
    return [one.version for one in published(pages)]


def content_of(repository: Path, path: str) -> str:
    return git(repository, "show", f"{BRANCH}:{path}")


def index_of(repository: Path) -> SiteIndex:
    return SiteIndex.model_validate_json(content_of(repository, "site-index.json"))


def aliases_of(repository: Path) -> dict[str, list[str]]:
    listed: list[dict[str, Any]] = json.loads(content_of(repository, "versions.json"))
    return {entry["version"]: entry["aliases"] for entry in listed}


def withdrawn(repository: Path) -> dict[str, str]:
    return {entry.version: entry.withdrawn.why for entry in index_of(repository).versions if entry.withdrawn}


def commits(repository: Path) -> int:
    return int(git(repository, "rev-list", "--count", BRANCH))


def test_each_action_is_one_commit(pages: Pages, remote: Path) -> None:
    put("1.0", pages)
    put("1.1", pages, ["stable"])
    roll_back("1.0", pages, why="wrong")
    assert commits(remote) == 3


def test_an_alias_is_a_folder_with_the_same_tree_and_moves_to_the_version_that_takes_it(
    pages: Pages, remote: Path
) -> None:
    put("1.0", pages, ["stable"])
    assert aliases_of(remote) == {"1.0": ["latest", "stable"]}
    put("1.1", pages, ["stable"])
    assert aliases_of(remote) == {"1.1": ["latest", "stable"], "1.0": []}
    assert git(remote, "rev-parse", f"{BRANCH}:stable") == git(remote, "rev-parse", f"{BRANCH}:1.1")


def test_a_version_that_is_published_again_keeps_its_aliases(pages: Pages, remote: Path) -> None:
    put("1.0", pages, ["stable"])
    put("1.0", pages)
    assert aliases_of(remote) == {"1.0": ["latest", "stable"]}


def test_a_rollback_moves_the_latest_the_root_and_the_page_for_what_is_missing_and_says_why(
    pages: Pages, remote: Path
) -> None:
    for version in ("dev", "1.0", "1.1", "1.2"):
        put(version, pages)
    roll_back("1.0", pages, why="Figures are\nwrong.", now=NOW)
    assert content_of(remote, "404.html") == "missing in 1.0"
    assert content_of(remote, "latest/index.html") == "page of 1.0"
    assert aliases_of(remote) == {"dev": [], "1.2": [], "1.1": [], "1.0": ["latest"]}
    assert index_of(remote).latest == "1.0"
    assert withdrawn(remote) == {"1.2": "Figures are wrong.", "1.1": "Figures are wrong."}
    assert {entry.withdrawn.at for entry in index_of(remote).versions if entry.withdrawn} == {NOW}


def test_a_withdrawn_version_that_is_rolled_back_to_or_published_again_is_withdrawn_no_more(
    pages: Pages, remote: Path
) -> None:
    for version in ("1.0", "1.1", "1.2"):
        put(version, pages)
    roll_back("1.0", pages, why="first reason")
    roll_back("1.1", pages, why="second reason")
    assert withdrawn(remote) == {"1.2": "first reason", "1.0": "second reason"}
    put("1.2", pages)
    assert withdrawn(remote) == {"1.0": "second reason"}
    assert index_of(remote).latest == "1.2"


def test_a_rollback_without_a_reason_is_refused(pages: Pages, remote: Path) -> None:
    put("1.0", pages)
    with pytest.raises(InputError, match="the reason is empty"):
        roll_back("1.0", pages, why=" \n")
    assert commits(remote) == 1


def test_what_versions_share_is_added_once_and_never_replaced(pages: Pages, remote: Path) -> None:
    put("1.0", pages, shared="abc")
    put("1.1", pages, shared="abc")
    put("1.2", pages, shared="def")
    assert content_of(remote, "shared/abc/program.js") == "first of 1.0"
    assert content_of(remote, "shared/def/program.js") == "first of 1.2"


def test_members_of_the_index_that_a_newer_unitdocs_wrote_are_kept(pages: Pages, remote: Path) -> None:
    put("1.0", pages)
    other = pages.project.parent / "other"
    git(pages.project, "worktree", "add", "--quiet", str(other), BRANCH)
    index = json.loads((other / "site-index.json").read_text())
    (other / "site-index.json").write_text(json.dumps({**index, "motto": "more"}))
    git(other, "commit", "--quiet", "--all", "--message", "Add")
    put("1.1", pages)
    assert json.loads(content_of(remote, "site-index.json"))["motto"] == "more"


def test_an_index_that_cannot_be_read_is_one_sentence(pages: Pages) -> None:
    put("1.0", pages)
    other = pages.project.parent / "other"
    git(pages.project, "worktree", "add", "--quiet", str(other), BRANCH)
    (other / "site-index.json").write_text('{"versions": 3}')
    git(other, "commit", "--quiet", "--all", "--message", "Break")
    with pytest.raises(InputError, match=r"^gh-pages:site-index\.json: not an index of versions \(versions: .*$"):
        put("1.1", pages)


def overtake(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something else between the moment at which a change finds its start and its push."""
    find_start = changing._newest

    def overtaken(pages: Pages, local: str | None, remote: str | None) -> changing._Start:
        monkeypatch.setattr(changing, "_newest", find_start)
        start = find_start(pages, local, remote)
        act()
        return start

    monkeypatch.setattr(changing, "_newest", overtaken)


def test_a_lost_race_for_the_remote_is_repeated_on_top_of_what_others_published(
    pages: Pages, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = clone(remote, tmp_path / "other")
    overtake(monkeypatch, lambda: put("1.1", other))
    put("1.0", pages)
    assert aliases_of(remote) == {"1.1": [], "1.0": ["latest"]}
    assert commits(remote) == 2


def test_a_lost_race_for_the_local_branch_is_repeated(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    local = Pages(pages.project, remote=None)
    overtake(monkeypatch, lambda: put("1.1", local))
    put("1.0", local)
    assert names(local) == ["1.1", "1.0"]


def test_who_is_overtaken_all_the_time_gives_up_with_a_sentence(
    pages: Pages, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "PATIENCE", 0.3)
    put("1.0", pages)
    before = git(remote, "rev-parse", BRANCH)

    def lose(*_: object) -> None:
        raise changing._LostRaceError

    monkeypatch.setattr(changing, "_push", lose)
    with pytest.raises(InputError, match=r"others have changed it again and again.*nothing was published"):
        put("1.2", pages)
    assert git(remote, "rev-parse", BRANCH) == before


@pytest.mark.parametrize("clones", ["one", "several"])
def test_publishes_that_race_are_all_there_afterwards(pages: Pages, remote: Path, tmp_path: Path, clones: str) -> None:
    versions = ["1.0", "1.1", "1.2", "1.3"]
    places = [pages if clones == "one" else clone(remote, tmp_path / version) for version in versions]
    with ThreadPoolExecutor(len(versions)) as pool:
        list(pool.map(put, versions, places))
    assert list(aliases_of(remote)) == versions[::-1]
    assert [entry.version for entry in index_of(remote).versions] == versions[::-1]
    assert index_of(remote).latest in versions


def test_what_was_removed_from_the_remote_does_not_come_back_from_a_local_branch(
    pages: Pages, remote: Path, tmp_path: Path
) -> None:
    for version in ("1.0", "1.1"):
        put(version, pages)
    other = clone(remote, tmp_path / "other")
    git(other.project, "checkout", "--quiet", BRANCH)
    git(other.project, "rm", "--quiet", "-r", "1.0")
    remove_from_lists(other.project, "1.0")
    git(other.project, "commit", "--quiet", "--all", "--message", "Prune")
    git(other.project, "push", "--quiet")
    put("2.0", Pages(pages.project, remote=None))
    put("2.1", pages)
    assert list(aliases_of(remote)) == ["2.1", "2.0", "1.1"]


def test_a_project_without_commits_lists_and_rolls_back(pages: Pages, remote: Path, tmp_path: Path) -> None:
    for version in ("1.0", "1.1"):
        put(version, pages)
    empty = tmp_path / "empty"
    git(tmp_path, "init", "--quiet", str(empty))
    git(empty, "config", "user.name", "A tester")
    git(empty, "config", "user.email", "tester@example.org")
    git(empty, "remote", "add", "origin", str(remote))
    roll_back("1.0", Pages(empty), why="wrong")
    assert names(Pages(empty)) == ["1.1", "1.0"]


def remove_from_lists(folder: Path, version: str) -> None:
    listed = json.loads((folder / "versions.json").read_text())
    (folder / "versions.json").write_text(json.dumps([entry for entry in listed if entry["version"] != version]))
    index = SiteIndex.model_validate_json((folder / "site-index.json").read_bytes())
    kept = tuple(entry for entry in index.versions if entry.version != version)
    (folder / "site-index.json").write_text(index.model_copy(update={"versions": kept}).model_dump_json())


def test_a_hook_that_rejects_is_one_sentence_and_nothing_is_lost(pages: Pages, remote: Path) -> None:
    put("1.0", pages)
    before = git(remote, "rev-parse", BRANCH)
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'the branch is protected' >&2\nexit 1\n")
    hook.chmod(0o755)
    refusal = r"^git push: the branch is protected.*; nothing was published$"
    with pytest.raises(InputError, match=refusal):
        put("1.1", pages)
    assert git(pages.project, "rev-parse", BRANCH) == before
    put("1.1", Pages(pages.project, remote=None))
    before = git(pages.project, "rev-parse", BRANCH)
    with pytest.raises(InputError, match=refusal):
        roll_back("1.0", pages, why="wrong")
    assert git(pages.project, "rev-parse", BRANCH) == before


def test_a_remote_that_vanishes_before_the_push_is_one_sentence(
    pages: Pages, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("1.0", pages)
    overtake(monkeypatch, lambda: shutil.rmtree(remote))
    with pytest.raises(InputError, match=r"^git ls-remote: .*; nothing was published$"):
        put("1.1", pages)
    assert names(Pages(pages.project, remote=None)) == ["1.0"]


@pytest.mark.parametrize("options", [["--depth", "1"], ["--depth", "1", "--no-single-branch"]])
def test_a_shallow_clone_publishes(pages: Pages, remote: Path, tmp_path: Path, options: list[str]) -> None:
    for version in ("1.0", "1.1"):
        put(version, pages)
    shallow = clone(remote, tmp_path / "shallow", *options)
    put("1.2", shallow)
    roll_back("1.0", shallow, why="wrong")
    assert list(aliases_of(remote)) == ["1.2", "1.1", "1.0"]
    assert commits(remote) == 4


def test_a_detached_head_publishes(pages: Pages, remote: Path) -> None:
    git(pages.project, "checkout", "--quiet", "--detach")
    put("1.0", pages)
    assert list(aliases_of(remote)) == ["1.0"]


def test_a_fresh_clone_lists_what_the_remote_has(pages: Pages, remote: Path, tmp_path: Path) -> None:
    put("1.0", pages)
    (listed,) = published(clone(remote, tmp_path / "other"))
    assert listed.version == "1.0"
    assert listed.aliases == ("latest",)
    assert listed.about is not None
    assert listed.about.published == NOW


TWENTY = 20
PUT = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from test_branch_changes import put
from unitdocs.publishing import Pages
put(sys.argv[2], Pages(Path(sys.argv[3])))
"""


def start_put(version: str, pages: Pages) -> "subprocess.Popen[bytes]":
    here = Path(__file__).parent
    return subprocess.Popen([sys.executable, "-c", PUT, str(here), version, str(pages.project)], start_new_session=True)


@pytest.mark.long
def test_twenty_publishes_at_once_are_all_there_afterwards(remote: Path, tmp_path: Path) -> None:
    versions = [f"1.{minor}" for minor in range(TWENTY)]
    clones = [clone(remote, tmp_path / version) for version in versions]
    processes = list(map(start_put, versions, clones))
    assert [process.wait() for process in processes] == [0] * TWENTY
    assert list(aliases_of(remote)) == versions[::-1]
    assert [entry.version for entry in index_of(remote).versions] == versions[::-1]
    latest = index_of(remote).latest
    assert [version for version, aliases in aliases_of(remote).items() if aliases] == [latest]
    assert commits(remote) == TWENTY


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_a_publish_that_is_killed_at_any_moment_leaves_the_old_state_or_the_new_one(pages: Pages, remote: Path) -> None:
    put("1.0", pages)
    begin = time.monotonic()
    assert start_put("1.1", pages).wait() == 0
    whole = time.monotonic() - begin
    chance = random.Random(14)
    there = ["1.1", "1.0"]
    for minor in range(2, 2 + TWENTY):
        process = start_put(f"1.{minor}", pages)
        time.sleep(whole * chance.uniform(0.3, 1.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        found = list(aliases_of(remote))
        assert found in (there, [f"1.{minor}", *there])
        assert [entry.version for entry in index_of(remote).versions] == found
        assert index_of(remote).latest == found[0]
        there = found
    put("9.9", pages)
    assert list(aliases_of(remote)) == ["9.9", *there]
    git(remote, "fsck", "--strict")
    git(pages.project, "fsck", "--strict")
