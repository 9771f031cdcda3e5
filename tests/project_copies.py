"""Small projects whose sites tests build and publish, and what the processes of a test run share."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from unitdocs import records
from unitdocs.portal import bundle
from unitdocs.publishing.versions import REFERENCE
from unitdocs.records.schema import Case

ROOT = Path(__file__).parents[1]
PARTS = [
    "CHANGELOG.md",
    "benchmarks",
    "hooks",
    "requirements",
    "scripts",
    "src",
    "mkdocs.yml",
    "pyproject.toml",
]
LESSONS = re.compile(r"^      - .*: training/.*\n", re.MULTILINE)
"""The lessons in the navigation: a reference to a page that is left out would be a fault of a published site."""
PAGES_WITHOUT_RESULTS = ("reference", "deploy", "best-practices", "notebooks", "training")
SMALL_SETTINGS = """
INHERIT: whole.yml
plugins:
  - search
  - mike:
      alias_type: copy
      canonical_version: latest
      version_selector: true
validation: # links to the pages that are left out
  nav: { not_found: ignore, omitted_files: ignore }
  links: { not_found: ignore, anchors: ignore, unrecognized_links: ignore }
"""
DESCRIPTION = re.compile(
    r'^(?:::: .*\n(?:    .*\n)*|--8<-- "generated/reference/(?:schemas|errors)/.*\n)', re.MULTILINE
)
FEWEST_SCENARIOS = 3
QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, capture_output=True, check=True)


def commit(project: Path, message: str) -> None:
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", message)


def make_project(folder: Path, shrink: Callable[[Path], None]) -> Path:
    """Copy what the site is built from, made smaller, into a repository of its own, its record marked as current."""
    folder.mkdir(parents=True)
    ignored = shutil.ignore_patterns("generated", "source", ".ipynb_checkpoints", "__pycache__")
    for part in [*PARTS, "docs", ".gitignore", "README.md", "LICENSE"]:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
        else:
            shutil.copy(ROOT / part, folder / part)
    (folder / "build").mkdir()
    (folder / "build" / "plotly").symlink_to(ROOT / "build" / "plotly")
    shrink(folder)
    reference = folder / REFERENCE
    record = records.load(reference)
    digest = records.digest(folder, records.digest_patterns(folder))
    changes = {"digest": digest, "cases": _fewer_cases(record, folder / "docs")}
    records.save(record.model_copy(update=changes), reference)
    git(folder.parent, "init", "--quiet", "--bare", "remote.git")
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "config", "user.name", "A tester")
    git(folder, "config", "user.email", "tester@example.org")
    git(folder, "remote", "add", "origin", str(folder.parent / "remote.git"))
    commit(folder, "Begin")
    return folder


def _fewer_cases(record: records.RunRecord, docs: Path) -> tuple[Case, ...]:
    """Return the cases of three scenarios of each suite, and those that a declaration names."""
    named = "".join(path.read_text() for path in docs.glob("*.toml"))
    kept: dict[str, set[str]] = {}
    for case in record.cases:
        of_suite = kept.setdefault(case.suite, set())
        if len(of_suite) < FEWEST_SCENARIOS or f'"{case.scenario}"' in named:
            of_suite.add(case.scenario)
    return tuple(case for case in record.cases if case.scenario in kept[case.suite])


def make_repository(folder: Path) -> Path:
    """Make a small project that a reader clones and publishes; the clone has the bundle, which is not built again."""
    project = make_project(folder / "project", leave_out_descriptions)
    bundles = project / "build" / "plotly"
    bundles.unlink()
    bundle.provide(folder / "plotly.min.js", ROOT / "build" / "plotly")
    shutil.copytree(ROOT / "build" / "plotly", bundles)
    git(project, "add", "--force", "build/plotly")
    git(project, "commit", "--quiet", "--message", "Keep the bundle")
    return project


def leave_out_pages_without_results(project: Path) -> None:
    """Make a project small, so that its site builds in a third of the time: only pages with results remain."""
    _use_small_settings(project)
    for folder in PAGES_WITHOUT_RESULTS:
        shutil.rmtree(project / "docs" / folder)


def leave_out_descriptions(project: Path) -> None:
    """Make a project small, but keep each page and file that others refer to: no docstrings, messages, or notebook."""
    _use_small_settings(project)
    (project / "docs" / "errors.toml").unlink()  # its messages are found by reading all of the code
    for page in (project / "docs" / "reference").glob("*.md"):
        page.write_text(DESCRIPTION.sub("", page.read_text()))
    notebooks = project / "docs" / "notebooks"
    (notebooks / "read-a-record.ipynb").unlink()
    (notebooks / "read-a-record.md").write_text("# Read a record\n")
    shutil.rmtree(project / "docs" / "training")  # Python for the browser is larger than all the rest
    (project / "docs" / "training").mkdir()
    (project / "docs" / "training" / "index.md").write_text("# Training\n")


def _use_small_settings(project: Path) -> None:
    settings = project / "mkdocs.yml"
    text = settings.read_text()
    settings.unlink()  # it may be a link to the repository's own
    (project / "whole.yml").write_text(LESSONS.sub("", text))
    settings.write_text(SMALL_SETTINGS)


def make_once(temporary: Path, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that the first of the test run's processes fills, while the others wait for it.

    Args:
        temporary: the process's own folder for temporary files.
        name: the folder's name.
        make: fills the folder, which does not exist yet.
    """
    shared = temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary
    folder, done, failed = (shared / f"{name}{ending}" for ending in ("", ".done", ".failed"))
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not failed.exists(), failed.read_text()
        if not done.exists():
            try:
                make(folder)
            except BaseException as error:
                failed.write_text(f"it could not be made: {error}")  # the other process does not try it again
                raise
            done.touch()
    return folder
