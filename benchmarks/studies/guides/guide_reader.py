"""Somebody who follows a page from top to bottom: each block is executed or checked, in one folder and shell session.

What the fences mean:

- `bash`: run in the page's folder; what it exports and where it changes to carries over to the next block;
- `python`: run in one namespace a page;
- `… title="name"`: written to that file, which a later block must use; JSON, TOML and YAML are parsed first, and so is
  a Dockerfile, whose steps are taken when a later block builds it (`docker_steps.py`);
- `json`, `toml`, `yaml`: parsed; a workflow's `run` steps are executed as well;
- `text`: what the block before prints (`...` matches anything), or, after a command that ends with an error, what it
  says;
- `… data-no-run="reason"`: not run.

Any other fence is refused, so that no block can go untested unnoticed.

A block may leave programs running, as `game &` does; they are ended when the page is. Where a page names a port of
`PORTS`, the reader uses a free one, so that several readers can follow such pages at once.
"""

import contextlib
import doctest
import io
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker_steps
import yaml
from later_records import measured_later

from unitdocs import records
from unitdocs.portal.components.fences import Fence, find_fences
from unitdocs.portal.pages.guides import FOLDERS
from unitdocs.publishing.packages import build_package
from unitdocs.records.store import packed

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
DRILL = DOCS / "deploy" / "drill.md"
"""The rehearsal, which is followed in a fresh environment."""
REFERENCE = Path("benchmarks/results/reference.json.gz")
SCENES = Path("benchmarks/scenes")
OFFERED = "reference.json.xz"
"""The file of the same record among the downloads of a published version."""
MOST_NOT_RUN = 8
"""The largest number of blocks of the site that may be left out."""
LIMIT = 600  # seconds: a hanging command fails its page instead of the whole run
# The state of the reader's shell is kept in two files between blocks.
SHELL = """
set -a; [ -f "$STATE/environment" ] && . "$STATE/environment"; set +a
[ -f "$STATE/folder" ] && cd "$(cat "$STATE/folder")"
set -eo pipefail
trap 'code=$?; export -p > "$STATE/environment"; pwd > "$STATE/folder"; exit $code' EXIT
"""
# Times are kept: a compiled module is used only if its source has the time that it was compiled at.
COPYING = """#!/bin/sh
if [ "$1 $2 $#" = "-m venv 3" ]; then
  cp -a {source} "$3" && place=$(cd "$3" && pwd) && cd "$3" || exit
  exec sed -i "s|{source}|$place|g" pyvenv.cfg bin/activate* bin/pip*
fi
exec {python} "$@"
"""
PORTS = ("9464", "9465", "9090", "9093")
"""The ports of a watched game, of a webhook, of Prometheus and of Alertmanager, as pages name them."""
PREPARED = ("actions/checkout@", "actions/setup-python@")
"""Actions whose result is there before a job's steps: the files, and a Python."""


class GuideError(AssertionError):
    """A block does not do what its page says."""


def parse_json(text: str) -> object:
    """Parse JSON, or one value a line."""
    try:
        return json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines()]


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "json": parse_json,
    "toml": tomllib.loads,
    "yaml": yaml.safe_load,
    "dockerfile": docker_steps.parse,
    "python": lambda text: compile(text, "block", "exec"),
}


@dataclass
class Step:
    """The blocks below one heading.

    Args:
        heading: the heading.
        blocks: how many were executed or checked.
        seconds: how long they took.
    """

    heading: str
    blocks: int = 0
    seconds: float = 0.0


@dataclass
class Reader:
    """Somebody who follows one page.

    Args:
        place: an empty folder; the page's files are in `work` in it.
        programs: a folder with the programs that the reader has, such as `python`.
        repository: what the reader clones.
        new_environment: a new environment, of which `python -m venv` makes a copy; None: it makes one.
    """

    place: Path
    programs: Path = Path(sys.executable).parent
    repository: Path = ROOT
    new_environment: Path | None = None
    printed: str = ""
    failed: bool = False
    unused: set[str] = field(default_factory=set)
    namespace: dict[str, object] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    ports: dict[str, str] = field(default_factory=dict)
    groups: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder, self.state = self.place / "work", self.place / "state"
        self.folder.mkdir()
        self.state.mkdir()
        docker_steps.write_program(self.state / "programs", self.state / "images")
        if self.new_environment:
            _write_copying(self.state / "programs" / "python", self.programs / "python", self.new_environment)

    def read(self, page: Path) -> None:
        """Follow a page from top to bottom.

        Raises:
            GuideError: a block does not do what the page says, or a file is used by no later block.
        """
        try:
            for fence in find_fences(self._with_free_ports(page.read_text(encoding="utf-8"))):
                started = time.monotonic()
                try:
                    self.follow(fence)
                except Exception as error:
                    raise GuideError(f"{page}:{fence.line}: {error}") from error
                if not fence.no_run:
                    self._count(fence.heading, time.monotonic() - started)
        finally:
            self._end_programs()
        if self.failed:
            raise GuideError(f"{page}: the last block failed:\n{self.printed}")
        if self.unused:
            raise GuideError(f"{page}: no later block uses {', '.join(sorted(self.unused))}")

    def follow(self, fence: Fence) -> None:
        """Do what one block says."""
        self.unused = {name for name in self.unused if not _uses(fence.source, name)}
        if fence.no_run:
            return
        if fence.language == "text" and not fence.title:
            self._compare(fence.source)
        elif self.failed:
            raise GuideError(f"the block before failed, and the page does not show how:\n{self.printed}")
        elif fence.title:
            self._write(fence)
        elif fence.language == "bash":
            self.shell(fence.source)
        elif fence.language == "python":
            self._python(fence.source)
        elif fence.language in {"json", "toml", "yaml"}:
            self._check(fence)
        else:
            raise GuideError(
                f"a block must be bash, python, text, json, toml or yaml, or have a title, not {fence.language!r}"
            )

    def here(self) -> Path:
        """Return the folder that the reader is in."""
        folder = self.state / "folder"
        return Path(folder.read_text().strip()) if folder.exists() else self.folder

    def shell(self, source: str) -> None:
        """Run commands in the reader's shell, and keep what they print."""
        running = subprocess.Popen(
            ["bash", "-c", SHELL + source],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that what it leaves running can be ended
        )
        self.groups.append(running.pid)
        with running:
            try:
                self.printed, _ = running.communicate(timeout=LIMIT)
            except subprocess.TimeoutExpired:
                self._end_programs()
                raise
        self.failed = running.returncode != 0
        if not _signalled(running.pid, 0):
            self.groups.remove(running.pid)

    def _end_programs(self) -> None:
        """End what blocks left running."""
        for group in self.groups:
            _signalled(group, signal.SIGKILL)
        self.groups.clear()

    def _with_free_ports(self, text: str) -> str:
        """Return a page with free ports in place of those that it names."""
        for port in PORTS:
            if port in text:
                self.ports.setdefault(port, free_port())
        return re.sub(rf"\b({'|'.join(PORTS)})\b", lambda match: self.ports[match[0]], text)

    def environment(self) -> dict[str, str]:
        """Return the reader's variables: the programs at hand, and nothing set that a guide is about."""
        prefixes = ("UNITDOCS_", "PYTEST_", "COV_", "VIRTUAL_ENV", "PYTHONPATH")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
        return {
            **kept,
            "PATH": os.pathsep.join([str(self.state / "programs"), str(self.programs), *_other_programs()]),
            "STATE": str(self.state),
            "UNITDOCS_REPOSITORY": str(self.repository),
            "UNITDOCS_PACKAGES": str(self.place / "packages"),
            # Python compiles what is imported, a small part of what is installed. pip reads this as `compile = no`.
            "PIP_NO_COMPILE": "no",
            "NO_MKDOCS_2_WARNING": "1",
            "DISABLE_MKDOCS_2_WARNING": "true",
            "GIT_AUTHOR_NAME": "Reader",
            "GIT_AUTHOR_EMAIL": "reader@localhost",
            "GIT_COMMITTER_NAME": "Reader",
            "GIT_COMMITTER_EMAIL": "reader@localhost",
        }

    def _write(self, fence: Fence) -> None:
        parsed = PARSERS.get(fence.language, str)(fence.source)
        file = self.here() / fence.title
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(fence.source, encoding="utf-8")
        if fence.language == "yaml" and _jobs(parsed):
            self._run_jobs(parsed)
        else:
            self.unused.add(fence.title)

    def _check(self, fence: Fence) -> None:
        parsed = PARSERS[fence.language](fence.source)
        if fence.language == "yaml":
            self._run_jobs(parsed)

    def _run_jobs(self, workflow: object) -> None:
        """Run the commands of a workflow's jobs, as a reader's own commands; what they print is that of all."""
        printed = []
        for step in (step for job in _jobs(workflow).values() for step in job["steps"]):
            if "run" in step:
                self.shell(step["run"])
                printed.append(self.printed)
                if self.failed:
                    break
            elif not step["uses"].startswith(PREPARED):
                raise GuideError(f"the action {step['uses']} cannot be tested here; give a command instead")
        self.printed = "".join(printed)

    def _python(self, source: str) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.chdir(self.here()):
            exec(compile(source, "guide", "exec"), self.namespace)  # noqa: S102 -- blocks of the project's own pages
        self.printed = printed.getvalue()

    def _compare(self, expected: str) -> None:
        self.failed = False
        if not doctest.OutputChecker().check_output(expected, self.printed, doctest.ELLIPSIS):
            raise GuideError(f"the guide shows\n{expected}\nbut this was printed\n{self.printed}")

    def _count(self, heading: str, seconds: float) -> None:
        if not self.steps or self.steps[-1].heading != heading:
            self.steps.append(Step(heading))
        self.steps[-1].blocks += 1
        self.steps[-1].seconds += seconds


def _signalled(group: int, number: int) -> bool:
    """Send a signal to a group of processes; return whether there is such a group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
        return True
    return False


def free_port() -> str:
    """Return the number of a port that nothing listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return str(listening.getsockname()[1])


def fresh_programs(folder: Path) -> Path:
    """Write a program `python` into a new folder: the Python of this environment, without its packages.

    Args:
        folder: the folder, which must not exist.
    """
    folder.mkdir(parents=True)
    program = folder / "python"
    base = Path(sys.executable).resolve()  # where the links of an environment lead to
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(str(base))} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return folder


def _write_copying(program: Path, python: Path, environment: Path) -> None:
    """Write a program that is Python, but copies an environment instead of making one, which takes seconds."""
    program.write_text(COPYING.format(python=python, source=environment), encoding="utf-8")
    program.chmod(0o755)


def guides() -> list[Path]:
    """Return the guides: the pages of `FOLDERS`."""
    return sorted(path for folder in FOLDERS for path in (DOCS / folder).glob("*.md"))


def pages_with_blocks() -> list[Path]:
    """Return all hand-written pages of the site that have blocks; notebooks are executed by the site's build."""
    written = (page for page in sorted(DOCS.rglob("*.md")) if not _is_generated(page.relative_to(DOCS)))
    return [page for page in written if any(find_fences(page.read_text(encoding="utf-8")))]


def not_run() -> Iterator[tuple[Path, Fence]]:
    """Yield the blocks that are left out, with their pages."""
    for page in pages_with_blocks():
        yield from ((page, fence) for fence in find_fences(page.read_text(encoding="utf-8")) if fence.no_run)


def build_packages(folder: Path) -> None:
    """Build two versions of the package with their records into a folder, as publishing does."""
    measured = records.load(ROOT / REFERENCE)
    for version, offered in (("1.0", measured), ("1.1", measured_later(measured, 30))):
        build_package(ROOT, version, folder / version)
        (folder / version / OFFERED).write_bytes(packed(offered.model_dump_json(exclude_none=True).encode()))


def provide(page: Path, place: Path, build: Callable[[Path], object] = build_packages) -> None:
    """Put what a page's reader has into a folder.

    A guide that names packages has two versions of them; a page that is no guide is read in a project, whose reference
    record and scenes are there.

    Args:
        page: the page.
        place: the folder of its reader.
        build: puts the packages into a folder.
    """
    if "UNITDOCS_PACKAGES" in page.read_text(encoding="utf-8"):
        build(place / "packages")
    if page not in guides():
        record = place / "work" / REFERENCE
        record.parent.mkdir(parents=True)
        shutil.copy(ROOT / REFERENCE, record)
        shutil.copytree(ROOT / SCENES, place / "work" / SCENES)


def _other_programs() -> list[str]:
    """Return the folders of the path, without that of an environment that is active."""
    own = Path(sys.executable).parent
    return [folder for folder in os.environ["PATH"].split(os.pathsep) if Path(folder) != own]


def _is_generated(page: Path) -> bool:
    return page.parts[0] in {"generated", "notebooks"} or page.parts[:2] in {
        ("benchmarks", "cases"),
        ("reference", "source"),
    }


def _uses(source: str, name: str) -> bool:
    return name in source or (name == "Dockerfile" and "docker build" in source)


def _jobs(workflow: object) -> Mapping[str, Any]:
    """Return the jobs of a workflow; other YAML has none."""
    return workflow.get("jobs", {}) if isinstance(workflow, dict) else {}
