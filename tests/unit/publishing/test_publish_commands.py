"""`unitdocs publish` on a project with three versions: what it prints, and its exit codes."""

import json
from pathlib import Path

import pytest
from publishing_project import BRANCH, git

from unitdocs.cli import main
from unitdocs.publishing import Pages

WHY = "The charts are wrong."


@pytest.fixture
def project(three: Pages, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(three.project)
    return three.project


def call(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["publish", *words])
    return int(ended.value.code or 0)


@pytest.mark.usefixtures("project")
def test_the_list_has_one_line_a_version_with_its_state(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("rollback", "1.1", "--why", WHY) == 0
    capsys.readouterr()
    assert call("list") == 0
    heading, newest, *others = capsys.readouterr().out.splitlines()
    assert heading.split() == ["version", "aliases", "published", "record", "state"]
    assert newest.startswith("2.0")
    assert newest.endswith(f"withdrawn: {WHY}")
    assert others[0].split()[:2] == ["1.1", "latest"]
    assert len(others) == 2


@pytest.mark.usefixtures("project")
def test_the_list_is_for_programs_and_reports_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("list", "--format", "json") == 0
    versions = json.loads(capsys.readouterr().out)
    assert [(one["version"], one["aliases"]) for one in versions] == [("2.0", ["latest"]), ("1.1", []), ("1.0", [])]
    assert call("list", "--format", "markdown") == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("| :-- |")


def test_a_list_without_versions_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "--quiet")
    monkeypatch.chdir(tmp_path)
    assert call("list") == 0
    assert capsys.readouterr().out == "no version is published\n"


def test_verify_names_a_fault_and_exits_with_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("verify") == 0
    assert capsys.readouterr().out.endswith(f"{BRANCH}: complete and consistent\n")
    folder = project.parent / "checkout"
    git(project, "worktree", "add", "--quiet", str(folder), BRANCH)
    git(folder, "rm", "--quiet", "-r", "1.0")
    git(folder, "commit", "--quiet", "--message", "Lose one")
    assert call("verify") == 1
    assert "fault: 1.0: is in versions.json, and has no folder" in capsys.readouterr().out


@pytest.mark.usefixtures("project")
def test_a_version_goes_and_comes_back_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("prune", "--keep", "2") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("1.0: taken off the site\nchanged: ")
    assert "removed: " in printed
    assert call("recover", "--version", "1.0") == 0
    assert capsys.readouterr().out.startswith("1.0: is on the site again\nadded: ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["rollback", "1.0"], "--why"),
        (["rollback", "9.9", "--why", WHY], 'version "9.9": not published; 2.0, 1.1, 1.0 is on gh-pages'),
        (["recover"], "give either a backup or --version"),
        (["recover", "missing.bundle"], "missing.bundle: there is no such file"),
        (["prune", "--keep", "0"], "at least one version has to stay"),
    ],
)
@pytest.mark.usefixtures("project")
def test_wrong_use_is_a_sentence_and_exits_with_2(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*words) == 2
    assert sentence in capsys.readouterr().err
