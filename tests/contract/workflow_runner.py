"""Runs the jobs of a workflow as GitHub does, in a clone whose origin is a bare repository.

Expressions, conditions, environments and artefacts mean what they mean there; commands and git are real. Only `gh`,
which talks to GitHub itself, is a program that keeps its own comments and writes down its calls.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
PREPARED = ("actions/checkout", "actions/setup-python")
"""Actions whose result is there before a job starts: the clone, and a Python."""
UPLOAD = "actions/upload-artifact"
LIMIT = 900  # seconds: a command that hangs fails its job
GH = """#!{python}
import json, os, pathlib, shutil, sys

store = pathlib.Path(os.environ["GH_STORE"])
words = sys.argv[1:]
assert os.environ.get("GH_TOKEN"), "gh has no token"
with (store / "calls.jsonl").open("a") as calls:
    calls.write(json.dumps(words) + "\\n")


def option(name):
    return words[words.index(name) + 1] if name in words else None


comments = store / "comments.json"
known = json.loads(comments.read_text()) if comments.exists() else []
if words[:2] == ["run", "download"]:
    shutil.copytree(store / "artifacts" / option("--name"), option("--dir"), dirs_exist_ok=True)
elif words[0] == "api" and option("--jq"):
    mark = option("--jq").split('"')[3]
    wanted = f'.[] | select(.user.login == "github-actions[bot]" and (.body | startswith("{{mark}}"))) | .id'
    assert mark and option("--jq") == wanted, option("--jq")
    for comment in known:
        if comment["user"] == "github-actions[bot]" and comment["body"].startswith(mark):
            print(comment["id"])
elif words[0] == "api":
    body = pathlib.Path(option("--field").removeprefix("body=@")).read_text()
    if option("--method") == "PATCH":
        (comment,) = [one for one in known if words[3].endswith(f"/issues/comments/{{one['id']}}")]
        comment["body"] = body
    else:
        assert words[3].endswith("/issues/7/comments"), words
        known.append({{"id": len(known) + 1, "user": "github-actions[bot]", "body": body}})
    comments.write_text(json.dumps(known))
elif words[:2] in (["release", "create"], ["pr", "create"]):
    notes = option("--notes-file") or option("--body-file")
    (store / f"{{words[0]}}.md").write_text(pathlib.Path(notes).read_text())
    for file in words[3:] if words[0] == "release" else []:
        if pathlib.Path(file).is_file() and file != notes:
            (store / "assets").mkdir(exist_ok=True)
            shutil.copy(file, store / "assets")
elif words != ["auth", "setup-git"]:
    raise SystemExit(f"gh: unknown call {{words}}")
"""


def load(name: str) -> Any:
    """Return a workflow, parsed."""
    return yaml.safe_load((WORKFLOWS / name).read_text())


def jobs() -> dict[tuple[str, str], Any]:
    """Return the jobs of all workflows by file and name."""
    return {
        (file.name, name): job
        for file in sorted(WORKFLOWS.glob("*.yml"))
        for name, job in load(file.name)["jobs"].items()
    }


@dataclass
class Runner:
    """A machine of GitHub's for one run.

    Args:
        clone: the checked-out project.
        place: a folder for everything else.
        context: what `github.…` means in expressions.
        summary: file of the job's summary.
    """

    clone: Path
    place: Path
    context: Mapping[str, Any]
    summary: Path = field(init=False)

    def __post_init__(self) -> None:
        self.summary = self.place / "summary.md"
        self.store = self.place / "github"
        (self.store / "artifacts").mkdir(parents=True, exist_ok=True)
        (self.place / "programs").mkdir(exist_ok=True)
        (self.place / "temp").mkdir(exist_ok=True)
        self._write_program("gh", GH.format(python=sys.executable))
        if not shutil.which("sudo"):  # a root has no need of it
            self._write_program("sudo", '#!/bin/sh\nexec "$@"\n')

    def run(self, workflow: str, job: str, folder: Path | None = None) -> bool:
        """Run a job; return whether its condition let it run.

        Args:
            workflow: file name of the workflow.
            job: name of the job.
            folder: where it runs (default: the clone); a job without a checkout has an empty one.
        """
        described = load(workflow)["jobs"][job]
        if not self._holds(described.get("if", "always()")):
            return False
        here = folder or (self.clone if _checks_out(described) else self.place / "empty")
        here.mkdir(exist_ok=True)
        for step in described["steps"]:
            if self._holds(step.get("if", "always()")):
                self._step(step, described.get("env", {}), here)
        return True

    def calls(self) -> list[list[str]]:
        """Return the calls of `gh`."""
        file = self.store / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def _step(self, step: Mapping[str, Any], job_environment: Mapping[str, str], folder: Path) -> None:
        action = step.get("uses", "").partition("@")[0]
        if action == UPLOAD:
            self._upload(folder, step["with"])
        elif action:
            assert action in PREPARED, action
        else:
            self._shell(step["run"], {**job_environment, **step.get("env", {})}, folder)

    def _shell(self, command: str, variables: Mapping[str, str], folder: Path) -> None:
        assert not EXPRESSION.search(command), f"an expression in a command can be code of somebody else: {command}"
        script = self.place / "temp" / "step.sh"
        script.write_text(command)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=folder,
            env={**self._environment(), **{name: self._filled(str(value)) for name, value in variables.items()}},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}"

    def _environment(self) -> dict[str, str]:
        """Return what a step finds: no variable of these tests, and those that GitHub sets."""
        prefixes = ("UNITDOCS_", "PYTEST_", "COV_", "GIT_", "GITHUB_", "ENTERED_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
        event = self.place / "event.json"
        event.write_text(json.dumps(self.context["event"]))
        return {
            **kept,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.place / "temp"),
            "GH_STORE": str(self.store),
            "PATH": os.pathsep.join(
                [str(self.place / "programs"), str(Path(sys.executable).parent), os.environ["PATH"]]
            ),
            "HOME": str(self.place),
            **{f"GITHUB_{name.upper()}": value for name, value in self.context.items() if isinstance(value, str)},
        }

    def _upload(self, folder: Path, options: Mapping[str, str]) -> None:
        """Keep files as an artefact: the content of one folder, or several paths below what they share."""
        paths = [folder / path for path in options["path"].split()]
        if options.get("if-no-files-found") == "error":
            assert all(path.exists() for path in paths), paths
        target = self.store / "artifacts" / options["name"]
        shutil.rmtree(target, ignore_errors=True)
        for path in paths:
            inner = target if len(paths) == 1 else target / path.relative_to(folder)
            if path.is_dir():
                shutil.copytree(path, inner, dirs_exist_ok=True)
            else:
                inner.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, inner)

    def _holds(self, condition: str) -> bool:
        """Return whether a condition holds: comparisons that are joined by `&&`."""
        return all(self._compares(part) for part in condition.split(" && "))

    def _compares(self, part: str) -> bool:
        if part == "always()":
            return True
        left, right = part.split(" == ")
        return self._value(left) == self._value(right)

    def _filled(self, text: str) -> str:
        return EXPRESSION.sub(lambda match: str(self._value(match[1])), text)

    def _value(self, expression: str) -> Any:
        """Return the value of a literal, or of a name such as `github.event.number`."""
        if expression.startswith("'"):
            return expression.strip("'")
        first, *names = expression.split(".")
        assert first == "github", expression
        value: Any = self.context
        for name in names:
            value = value[name]
        return value

    def _write_program(self, name: str, text: str) -> None:
        program = self.place / "programs" / name
        program.write_text(text)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)


def _checks_out(job: Mapping[str, Any]) -> bool:
    return any(step.get("uses", "").startswith("actions/checkout@") for step in job["steps"])


def git(folder: Path, *words: str) -> str:
    """Return what git prints."""
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def make_clone(place: Path, changed: Mapping[str, str], removed: Sequence[str]) -> Path:
    """Commit the project's files, some of them changed, as a clone that pushes to a bare repository, with its `.venv`.

    Args:
        place: an empty folder.
        changed: contents of files that the clone has instead.
        removed: patterns of files that it lacks.
    """
    clone = place / "clone"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not any(Path(name).match(pattern) for pattern in removed):
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
    for name, text in changed.items():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text(text)
    git(place, "init", "--quiet", "--bare", "origin.git")
    git(clone, "init", "--quiet", "--initial-branch", "main")
    git(clone, "config", "user.name", "A tester")
    git(clone, "config", "user.email", "tester@example.org")
    git(clone, "remote", "add", "origin", str(place / "origin.git"))
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "Begin")
    _make_environment(clone)
    return clone


def _make_environment(clone: Path) -> None:
    """Make the clone's `.venv`: the packages of the tests' one, the clone's own code, and the stamp of a set-up."""
    import venv  # noqa: PLC0415 -- only where a clone is made

    venv.create(clone / ".venv", with_pip=False, symlinks=True)
    python = clone / ".venv" / "bin" / "python"
    (packages,) = (clone / ".venv" / "lib").glob("python*/site-packages")
    (shared,) = (path for path in sys.path if path.endswith("site-packages") and path.startswith(sys.prefix))
    (packages / "clone.pth").write_text(f"{clone / 'src'}\n{shared}\n")
    for program in ("mypy", "ruff", "lint-imports", "deptry", "vulture", "codespell", "zizmor"):
        (clone / ".venv" / "bin" / program).symlink_to(Path(sys.executable).parent / program)
    own = clone / ".venv" / "bin" / "unitdocs"
    own.write_text(f"#!{python}\nfrom unitdocs.cli import main\n\nmain()\n")
    own.chmod(0o755)
    state = "import environment, json; print(json.dumps(environment._state('test')))"
    stamp = subprocess.run([python, "-c", state], cwd=clone / "scripts", capture_output=True, text=True, check=True)
    (clone / ".venv" / "unitdocs.json").write_text(stamp.stdout)
