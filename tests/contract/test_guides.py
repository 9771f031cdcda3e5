"""Every block of every guide is executed, in order, as a reader would: one working folder and one shell session a page.

What the fences mean:

- ``bash``: run in the page's folder; what it exports and where it changes to carries over to the next block;
- ``python``: run in one namespace a page;
- ``… title="name"``: written to that file, which a later block must use;
- ``text``: what the block before prints (``...`` matches anything), or, after a command that ends with an error,
  what it says.

Any other fence is refused, so that no block can go untested unnoticed.
"""

import contextlib
import doctest
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

from later_records import measured_later
from unitdocs import records
from unitdocs.publishing.packages import build_package

ROOT = Path(__file__).parents[2]
REFERENCE = "benchmarks/results/reference.json.gz"
GUIDES = sorted(
    [*(ROOT / "docs" / "deploy").glob("*.md"), *(ROOT / "docs" / "best-practices").glob("*.md")],
    key=lambda path: path.as_posix(),
)
INFO = re.compile(r'(?P<language>[\w-]*)[ \t]*(?:title="(?P<title>[^"]+)")?[^\n]*\n')
LIMIT = 600  # seconds: a hanging command fails its page instead of the whole run
# The state of the reader's shell is kept in two files between blocks.
SHELL = """
set -a; [ -f "$STATE/environment" ] && . "$STATE/environment"; set +a
[ -f "$STATE/folder" ] && cd "$(cat "$STATE/folder")"
set -eo pipefail
trap 'code=$?; export -p > "$STATE/environment"; pwd > "$STATE/folder"; exit $code' EXIT
"""


class Reader:
    """Somebody who follows one guide from top to bottom."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.state = folder / "state"
        self.folder.mkdir()
        self.state.mkdir()
        self.printed = ""
        self.failed = False
        self.unused: set[str] = set()

    def follow(self, example: Example) -> str | None:
        """Do what one block says; return what went wrong."""
        language, title, source = (example.region.lexemes[key] for key in ("language", "title", "source"))
        self.unused = {name for name in self.unused if name not in source}
        if title:
            (self.here() / title).write_text(source)
            self.unused.add(title)
            return None
        if language == "text":
            return self.compare(source)
        if self.failed:
            return f"the block before failed, and the guide does not show how:\n{self.printed}"
        if language == "bash":
            self.shell(source)
            return None
        if language == "python":
            self.python(source, example.document.namespace)
            return None
        return f"a guide's block must be bash, python, text or have a title, not {language!r}"

    def here(self) -> Path:
        folder = self.state / "folder"
        return Path(folder.read_text().strip()) if folder.exists() else self.folder

    def shell(self, source: str) -> None:
        done = subprocess.run(
            ["bash", "-c", SHELL + source],
            cwd=self.folder,
            env=reader_environment(self.state),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        self.printed, self.failed = done.stdout, done.returncode != 0

    def python(self, source: str, namespace: dict[str, object]) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.chdir(self.here()):
            exec(compile(source, "guide", "exec"), namespace)
        self.printed = printed.getvalue()

    def compare(self, expected: str) -> str | None:
        self.failed = False
        same = doctest.OutputChecker().check_output(expected, self.printed, doctest.ELLIPSIS)
        return None if same else f"the guide shows\n{expected}\nbut this was printed\n{self.printed}"


def reader_environment(state: Path) -> dict[str, str]:
    """Return the reader's environment: the project's programs at hand, nothing set that a guide is about."""
    programs = Path(sys.executable).parent
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("UNITDOCS_", "PYTEST_", "COV_"))}
    return {
        **kept,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "STATE": str(state),
        "UNITDOCS_REPOSITORY": str(ROOT),
        "UNITDOCS_PACKAGES": str(state.parent / "packages"),
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
        "GIT_AUTHOR_NAME": "Reader",
        "GIT_AUTHOR_EMAIL": "reader@localhost",
        "GIT_COMMITTER_NAME": "Reader",
        "GIT_COMMITTER_EMAIL": "reader@localhost",
    }


def provide_packages(guide: Path, folder: Path) -> None:
    """Build two versions of the package for a guide that names them, as the page Data of each offers its files."""
    if "UNITDOCS_PACKAGES" in guide.read_text():
        for version in ("1.0", "1.1"):
            build_package(ROOT, version, folder / version)
        record = records.load(ROOT / REFERENCE)
        records.save(record, folder / "1.0" / Path(REFERENCE).name)
        records.save(measured_later(record, 30), folder / "1.1" / Path(REFERENCE).name)


def read(guide: Path, reader: Reader) -> None:
    """Follow the guide's blocks, found with Sybil, from top to bottom."""

    def parse(document: Document) -> Iterator[Region]:
        for region in RawFencedCodeBlockLexer(INFO)(document):
            region.parsed, region.evaluator = region.lexemes["source"], reader.follow
            yield region

    for example in Sybil(parsers=[parse], path=str(guide.parent)).parse(guide).examples():
        example.evaluate()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_block_of_the_guide_does_what_it_says(
    guide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNITDOCS_SYSTEM", raising=False)
    reader = Reader(tmp_path)
    provide_packages(guide, tmp_path / "packages")
    read(guide, reader)
    assert not reader.failed, reader.printed
    assert not reader.unused, f"no block uses {reader.unused}"


def test_there_are_guides_to_follow() -> None:
    assert len(GUIDES) >= 9
    assert all("```" in guide.read_text() for guide in GUIDES)


def test_a_wrong_output_a_failing_command_and_an_unknown_fence_are_found(tmp_path: Path) -> None:
    guide = tmp_path / "guide.md"
    for number, (text, fault) in enumerate(
        [
            ("```bash\necho 3\n```\n\n```text\n4\n```\n", "guide shows"),
            ("```bash\nfalse\n```\n\n```bash\necho 3\n```\n", "block before failed"),
            ("```ruby\nputs 3\n```\n", "must be bash"),
        ]
    ):
        guide.write_text(text)
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(Exception, match=fault):
            read(guide, Reader(folder))
