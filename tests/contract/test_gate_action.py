"""The composite action `gate`: its steps are run as on GitHub, on a branch that is slower and on one that is not."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from workflow_runner import ROOT, git

ACTION: dict[str, Any] = yaml.safe_load((ROOT / ".github/actions/gate/action.yml").read_text(encoding="utf-8"))
SUITE = """\
from prices import total
from unitdocs.bench import Operation, Scenario, suite

SUITE = suite(
    "prices",
    title="Prices",
    arms=("none", "prices"),
    scenarios=[Scenario("total", title="2,000 prices", quick=True)],
    setup=lambda arm, scenario, seed: Operation(total),
)
"""
TEST = "from prices import total\n\n\ndef test_total(benchmark):\n    benchmark(total)\n"
FAST, SLOW = "def total(): return sum(range(2_000))\n", "def total(): return sum(price for price in range(2_000))\n"


def commit(folder: Path, message: str) -> None:
    git(
        folder,
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.org",
        "commit",
        "--quiet",
        "--all",
        "--message",
        message,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a clone whose branch `change` is at the commit of `origin/main`."""
    origin, place = tmp_path / "origin", tmp_path / "clone"
    files = {
        "pyproject.toml": '[tool.unitdocs]\ndigest = ["src/*.py"]\nsources = ["src"]\n',
        "src/prices.py": FAST,
        "benchmarks/prices_suite.py": SUITE,
        "tests/test_prices.py": TEST,
    }
    for name, text in files.items():
        (origin / name).parent.mkdir(parents=True, exist_ok=True)
        (origin / name).write_text(text)
    git(origin, "init", "--quiet", "--initial-branch", "main")
    git(origin, "add", ".")
    commit(origin, "Add prices up")
    git(tmp_path, "clone", "--quiet", str(origin), str(place))
    git(place, "switch", "--quiet", "--create", "change")
    return place


def run(project: Path, **inputs: str) -> tuple[int, str, dict[str, str]]:
    """Run the steps; return the exit code of the last one, the comment, and the outputs."""
    temporary = project.parent / "runner"
    temporary.mkdir(exist_ok=True)
    outputs, summary = temporary / "outputs", temporary / "summary"
    given = {name: inputs.get(name, about["default"]) for name, about in ACTION["inputs"].items()}
    (step,) = ACTION["runs"]["steps"]
    environment = {
        **os.environ,
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(temporary),
        "GITHUB_BASE_REF": "main",
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(summary),
        **{
            name: value.replace(f"${{{{ inputs.{name.lower()} }}}}", given[name.lower()])
            for name, value in step["env"].items()
        },
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=project, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert outputs.exists(), done.stderr
    named = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
    assert summary.read_text() == Path(named["comment"]).read_text()
    assert (project / named["record"]).is_file()
    return done.returncode, Path(named["comment"]).read_text(), named


def test_a_slower_branch_fails_and_the_comment_says_what_is_slower(project: Path) -> None:
    (project / "src" / "prices.py").write_text(SLOW)
    commit(project, "Take prices one by one")
    code, comment, _ = run(project)
    assert code == 1
    assert comment.startswith("<!-- unitdocs compare -->\n**1 worse** of 1 case.")
    assert "Repeat this: `unitdocs bench run --base" in comment


def test_a_branch_that_changes_words_alone_passes_with_tests_that_exist(project: Path) -> None:
    (project / "README.md").write_text("Prices.\n")
    git(project, "add", ".")
    commit(project, "Describe prices")
    code, comment, _ = run(project, arguments="--pytest tests --margin 20%")
    assert code == 0
    assert comment.splitlines()[1].startswith("No change in 1 case.")


NEW = "def test_mean(benchmark):\n    from prices import mean\n    benchmark(mean)\n"


def test_a_new_case_passes_and_is_named_in_the_comment(project: Path) -> None:
    (project / "src" / "prices.py").write_text(f"{FAST}def mean(): return total() / 2_000\n")
    (project / "tests" / "test_mean.py").write_text(NEW)
    git(project, "add", ".")
    commit(project, "Add the mean of prices")
    code, comment, _ = run(project, arguments="--pytest tests --margin 20%")
    assert code == 0
    assert comment.splitlines()[1].startswith("No change in 1 case.")
    assert re.search("Left out: 1 case: new: [0-9a-f]+ failed: .*cannot import name 'mean'", comment)


def test_a_case_that_could_not_be_measured_fails_with_a_comment_of_this_run_alone(project: Path) -> None:
    (project / "tests" / "test_mean.py").write_text(NEW)
    git(project, "add", ".")
    commit(project, "Measure a mean that is not there")
    earlier = project / "build" / "unitdocs-gate" / "20991231T000000Z-0000.json"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("{}")
    os.utime(earlier, (4e9, 4e9))
    code, comment, named = run(project, arguments="--pytest tests --margin 20%")
    assert code > 0
    assert comment.splitlines()[1].startswith("No change in 1 case.")
    assert "cannot import name 'mean'" in comment
    assert named["record"] != str(earlier.relative_to(project))


def test_every_input_and_output_is_described_and_used() -> None:
    (step,) = ACTION["runs"]["steps"]
    assert set(step["env"].values()) == {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]}
    assert all(about["description"] for about in (*ACTION["inputs"].values(), *ACTION["outputs"].values()))
    assert "${{" not in step["run"], "an expression in a script lets a branch's name run commands"
