"""Every job of every workflow is run here, with the environment that it gets on GitHub."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from workflow_runner import EXPRESSION, ROOT, WORKFLOWS, Runner, git, jobs, load, make_clone

from programs.test import TESTS

FILES = sorted(WORKFLOWS.glob("*.yml"))
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
SUITE = """\
from unitdocs.bench import Operation, Scenario, suite

SUITE = suite(
    "sums",
    title="Sums",
    arms=("loop", "builtin"),
    scenarios=[Scenario("small", title="200 numbers", quick=True)],
    setup=lambda arm, scenario, seed: Operation(lambda: sum(range(200))),
)
"""
TEST = """\
from pathlib import Path


def test_one() -> None:
    Path(f"{__file__}.ran").touch()
"""
CHANGELOG = "# Changelog\n\n## Unreleased\n\n## 1.2 - 2026-11-28\n\n### Added\n\n- Sums.\n"
WRITES = {
    ("docs.yml", "comment"): {"actions": "read", "pull-requests": "write"},
    ("docs.yml", "publish"): {"contents": "write"},
    ("bench.yml", "propose"): {"actions": "read", "contents": "write", "pull-requests": "write"},
    ("release.yml", "release"): {"actions": "read", "contents": "write"},
}
"""The jobs that may change something, with all that each may do."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the project with one small suite, tagged v1.2."""
    place = tmp_path_factory.mktemp("repository")
    made = make_clone(place, {"benchmarks/sums.py": SUITE, "CHANGELOG.md": CHANGELOG}, ["benchmarks/*.py"])
    git(made, "tag", "v1.2")
    git(made, "push", "--quiet", "origin", "main", "v1.2")
    return made


@pytest.fixture
def start(clone: Path, tmp_path: Path) -> Callable[..., Runner]:
    """Return what starts a run on GitHub for an event, with its context."""

    def started(event_name: str, ref: str, event: dict[str, Any] | None = None) -> Runner:
        kind, _, name = ref.removeprefix("refs/").partition("/")
        context = {
            "event": event or {},
            "event_name": event_name,
            "ref": ref,
            "ref_name": name,
            "ref_type": "tag" if kind == "tags" else "branch",
            "repository": "unitdocs/unitdocs",
            "run_id": "4711",
            "sha": git(clone, "rev-parse", "HEAD"),
            "token": "a-token",
        }
        return Runner(clone, tmp_path, context)

    return started


def pull_request(clone: Path, repository: str = "unitdocs/unitdocs") -> dict[str, Any]:
    base = git(clone, "rev-list", "--max-parents=0", "HEAD")
    return {"pull_request": {"number": 7, "base": {"sha": base}, "head": {"repo": {"full_name": repository}}}}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_action_is_pinned_by_commit_with_its_version(file: Path) -> None:
    lines = [line.strip().removeprefix("- ") for line in file.read_text().splitlines() if "uses:" in line]
    assert [line for line in lines if not PINNED.fullmatch(line)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_workflow_may_do_nothing_but_what_its_jobs_say_and_ends_in_time(file: Path) -> None:
    assert load(file.name)["permissions"] == {}
    for name, job in load(file.name)["jobs"].items():
        assert job["permissions"] == WRITES.get((file.name, name), {"contents": "read"}), name
        assert job["timeout-minutes"] <= 360


def test_no_job_that_may_write_runs_the_code_of_a_pull_request() -> None:
    for key in WRITES:
        job = jobs()[key]
        from_pull_request = "pull_request" in job.get("if", "")
        assert not (from_pull_request and any("checkout" in step.get("uses", "") for step in job["steps"])), key


def test_no_command_holds_an_expression() -> None:
    commands = [step["run"] for job in jobs().values() for step in job["steps"] if "run" in step]
    assert len(commands) > 10
    assert [command for command in commands if EXPRESSION.search(command)] == []


def test_each_tag_is_deployed_and_released_in_a_group_of_its_own_that_nothing_cancels() -> None:
    for group in (load("docs.yml")["jobs"]["publish"]["concurrency"], load("release.yml")["concurrency"]):
        assert "${{ github.ref }}" in group["group"]
        assert group["cancel-in-progress"] is False


def test_every_job_is_run_by_a_test() -> None:
    run = set(re.findall(r'\.run\("([\w.]+)", "(\w+)"', Path(__file__).read_text()))
    assert run == set(jobs())


@pytest.mark.long
def test_the_comparison_of_a_pull_request_is_in_the_summary_and_in_one_comment_that_is_updated(
    clone: Path, start: Callable[..., Runner]
) -> None:
    runner = start("pull_request", "refs/pull/7/merge", pull_request(clone))
    shutil.rmtree(clone / "build" / "comparison", ignore_errors=True)
    assert runner.run("docs.yml", "compare")
    assert "unitdocs bench run --base" in runner.summary.read_text()
    other = {"id": 1, "user": "somebody", "body": "<!-- unitdocs compare --> not ours"}
    (runner.store / "comments.json").write_text(json.dumps([other]))
    for _ in range(2):
        assert runner.run("docs.yml", "comment")
        comments = json.loads((runner.store / "comments.json").read_text())
        assert comments[0] == other
        assert len(comments) == 2
        assert comments[1]["body"].startswith("<!-- unitdocs compare -->\n")
        assert "Repeat this: `unitdocs bench run" in comments[1]["body"]
    methods = [call[call.index("--method") + 1] for call in runner.calls() if "--method" in call]
    assert methods == ["POST", "PATCH"]


def test_a_branch_of_another_repository_gets_no_comment(clone: Path, start: Callable[..., Runner]) -> None:
    runner = start("pull_request", "refs/pull/7/merge", pull_request(clone, "stranger/unitdocs"))
    assert not runner.run("docs.yml", "comment")
    assert not runner.run("docs.yml", "publish")


@pytest.mark.long
def test_a_weekly_run_proposes_its_record(clone: Path, start: Callable[..., Runner]) -> None:
    runner = start("schedule", "refs/heads/main")
    for name in ("full", "proposed"):
        shutil.rmtree(clone / "build" / name, ignore_errors=True)
    assert runner.run("bench.yml", "measure")
    assert "in 1 of 1 case" in runner.summary.read_text()
    assert list((runner.store / "artifacts" / "measured").glob("*.json"))
    try:
        assert runner.run("bench.yml", "propose")
        changed = git(clone, "diff", "--name-only", "origin/main", "origin/record-4711").splitlines()
    finally:
        git(clone, "switch", "--quiet", "main")
    assert changed == ["benchmarks/results/history.json.gz", "benchmarks/results/reference.json.gz"]
    (call,) = [call for call in runner.calls() if call[:2] == ["pr", "create"]]
    assert call[2:6] == ["--base", "main", "--head", "record-4711"]
    assert (runner.store / "pr.md").read_text() == runner.summary.read_text()


def test_a_tag_is_released_with_its_wheel_locks_checksums_and_notes(start: Callable[..., Runner]) -> None:
    runner = start("push", "refs/tags/v1.2")
    assert runner.run("release.yml", "build")
    assert runner.run("release.yml", "release")
    (call,) = [call for call in runner.calls() if call[:2] == ["release", "create"]]
    assert call[2] == "v1.2"
    assert "--prerelease" not in call
    assets = {file.name for file in (runner.store / "assets").iterdir()}
    assert {"unitdocs-1.2-py3-none-any.whl", "unitdocs-1.2.lock", "unitdocs-1.2-portal.lock", "SHA256SUMS"} <= assets
    assert (runner.store / "release.md").read_text() == "### Added\n\n- Sums.\n"


def test_a_release_whose_files_were_damaged_is_not_made(start: Callable[..., Runner]) -> None:
    runner = start("push", "refs/tags/v1.2")
    runner.run("release.yml", "build")
    (wheel,) = (runner.store / "artifacts" / "package" / "dist").glob("*.whl")
    wheel.write_bytes(b"damaged")
    with pytest.raises(AssertionError, match="FAILED"):
        runner.run("release.yml", "release")
    assert [call[0] for call in runner.calls()] == ["run"]


@pytest.mark.long
def test_a_pull_request_gets_a_preview_of_the_site(clone: Path, start: Callable[..., Runner]) -> None:
    runner = start("pull_request", "refs/pull/7/merge", pull_request(clone))
    assert runner.run("docs.yml", "preview")
    assert (runner.store / "artifacts" / "site" / "index.html").is_file()


@pytest.mark.long
def test_the_checks_and_the_tests_of_every_lane_run(tmp_path: Path, start: Callable[..., Runner]) -> None:
    """The clone has one test a place: with all of them it would run this one too."""
    clone = make_clone(tmp_path, {}, [])
    settings = (clone / "tests" / "conftest.py").read_text()
    shutil.rmtree(clone / "tests")
    paths = [Path("tests") / path for lane in TESTS.values() for path in lane.paths]
    files = [path if path.suffix else path / f"test_{number}.py" for number, path in enumerate(paths)]
    for file in files:
        (clone / file).parent.mkdir(parents=True, exist_ok=True)
        (clone / file).write_text(TEST)
    (clone / "tests" / "conftest.py").write_text(settings)
    runner = start("pull_request", "refs/pull/7/merge")
    runner.clone = clone
    assert runner.run("ci.yml", "test")
    assert all((clone / f"{file}.ran").exists() for file in files)


@pytest.mark.long
def test_the_main_branch_is_published_as_dev_and_a_tag_as_its_version_if_none_is_newer_as_latest(
    tmp_path: Path, start: Callable[..., Runner]
) -> None:
    clone = make_clone(tmp_path, {"CHANGELOG.md": CHANGELOG}, [])
    for name in ("plotly", "pyodide"):
        if (ROOT / "build" / name).is_dir():  # fetched and built once a machine
            shutil.copytree(ROOT / "build" / name, clone / "build" / name)
    for tag in ("v1.1", "v1.2", "v1.10rc1"):
        git(clone, "tag", tag)
    git(clone, "push", "--quiet", "--tags", "origin", "main")
    versions: dict[str, list[str]] = {}
    for ref in ("heads/main", "tags/v1.2", "tags/v1.1", "tags/v1.10rc1"):
        runner = start("push", f"refs/{ref}")
        runner.clone = clone
        assert runner.run("docs.yml", "publish")
        listed = json.loads(git(tmp_path / "origin.git", "show", "gh-pages:versions.json"))
        versions = {version["version"]: version["aliases"] for version in listed}
    assert versions == {"dev": [], "1.1": [], "1.2": ["latest"], "1.10rc1": []}
