"""Every block of every page is executed or checked, in order, as a reader would; `guide_reader` says how."""

import re
import shutil
import time
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from guide_reader import (
    DOCS,
    DRILL,
    MOST_NOT_RUN,
    GuideError,
    Reader,
    build_packages,
    guides,
    not_run,
    pages_with_blocks,
    provide,
)
from sybil import Document, Region, Sybil
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

from project_copies import make_once, make_repository
from unitdocs.portal.components.fences import find_fences

RUNBOOKS = DOCS / "operate" / "runbooks.md"
PAGES = [
    pytest.param(page, marks=pytest.mark.long) if page == RUNBOOKS else page  # a game is started for each cause
    for page in pages_with_blocks()
    if page != DRILL
]
"""`test_drill.py` follows the rehearsal, in an environment of its own."""
MOST_WORDS = 1500


@pytest.fixture
def reader(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Return a reader with a small project, which is published in less than half of the time, and a new environment."""
    temporary = tmp_path_factory.getbasetemp()
    repository = make_once(temporary, "repository", make_repository) / "project"
    environment = make_once(temporary, "environment", lambda folder: venv.create(folder, with_pip=True, symlinks=True))
    return Reader(tmp_path, repository=repository, new_environment=environment)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(DOCS).with_suffix("").as_posix())
def test_every_block_of_the_page_does_what_it_says(
    page: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.delenv("UNITDOCS_SYSTEM", raising=False)

    def copy_packages(folder: Path) -> None:
        shutil.copytree(make_once(tmp_path_factory.getbasetemp(), "packages", build_packages), folder)

    provide(page, reader.place, copy_packages)
    reader.read(page)


def test_there_are_guides_to_follow_and_each_has_blocks() -> None:
    assert len(guides()) >= 9
    assert set(guides()) <= set(pages_with_blocks())
    assert len(pages_with_blocks()) > len(guides())


def test_each_guide_shows_when_it_was_last_executed() -> None:
    for guide in guides():
        name = "-".join(guide.relative_to(DOCS).with_suffix("").parts)
        assert guide.read_text().rstrip().endswith(f'--8<-- "generated/executions/{name}.md"'), guide


def test_few_blocks_are_left_out_and_each_says_why() -> None:
    left_out = [(page.name, fence.line, fence.no_run) for page, fence in not_run()]
    assert len(left_out) <= MOST_NOT_RUN, left_out
    assert all(len(reason.split()) > 1 for _, _, reason in left_out), left_out


def test_no_guide_is_too_long() -> None:
    # Of the runbooks one section is read at a time; `test_alerts_page` limits each.
    pages = [page for page in guides() if page != RUNBOOKS]
    words = {page.relative_to(DOCS).as_posix(): len(page.read_text().split()) for page in pages}
    assert {page: count for page, count in words.items() if count > MOST_WORDS} == {}


def test_another_reader_of_markdown_finds_the_same_blocks() -> None:
    def parse(document: Document) -> Iterator[Region]:
        for region in RawFencedCodeBlockLexer(re.compile(r"[^\n]*\n"))(document):
            region.parsed, region.evaluator = region.lexemes["source"], lambda _: None
            yield region

    for page in pages_with_blocks():
        others = [example.parsed for example in Sybil(parsers=[parse], path=str(page.parent)).parse(page).examples()]
        # Sybil takes the spaces out of lines that have nothing else, as the context of a patch does.
        sources = [re.sub("^ +$", "", fence.source, flags=re.MULTILINE) for fence in find_fences(page.read_text())]
        assert sources == others, page


FAULTS = {
    "an output that differs": ("```bash\necho 3\n```\n\n```text\n4\n```\n", "guide shows"),
    "a command that fails": ("```bash\nfalse\n```\n\n```bash\necho 3\n```\n", "block before failed"),
    "a command that fails at the end": ("```bash\nfalse\n```\n", "last block failed"),
    "an unknown language": ("```ruby\nputs 3\n```\n", "must be bash"),
    "a shell of another system": ("```powershell\ndir\n```\n", "must be bash"),
    "a file that nothing uses": ('```json title="a.json"\n{}\n```\n', "no later block uses a.json"),
    "JSON that is none": ("```json\n{,}\n```\n", "Expecting"),
    "TOML that is none": ("```toml\na = \n```\n", "Invalid value"),
    "YAML that is none": ("```yaml\na: b: c\n```\n", "mapping values"),
    "Python that is none": ('```python title="a.py"\n1 +\n```\n\n```bash\nls a.py\n```\n', "invalid syntax"),
    "an unknown step of a Dockerfile": ('```dockerfile title="Dockerfile"\nFROM python:3\nFETCH x\n```\n', "FETCH"),
    "a job that fails": (
        "```yaml\njobs:\n  test:\n    steps:\n      - uses: actions/checkout@v4\n      - run: exit 3\n```\n",
        "last block failed",
    ),
    "an unknown action": (
        "```yaml\njobs:\n  test:\n    steps:\n      - uses: some/action@v1\n```\n",
        "cannot be tested",
    ),
}


@pytest.mark.parametrize(("text", "fault"), FAULTS.values(), ids=FAULTS)
def test_is_found(text: str, fault: str, tmp_path: Path) -> None:
    guide = tmp_path / "guide.md"
    guide.write_text(text)
    with pytest.raises(GuideError, match=fault):
        Reader(tmp_path).read(guide)


def test_files_jobs_images_and_states_are_carried_from_block_to_block(tmp_path: Path) -> None:
    guide = tmp_path / "guide.md"
    guide.write_text(
        """
```toml title="conf/game.toml"
system = "original"
```

```dockerfile title="Dockerfile"
FROM python:3.12-slim
WORKDIR /game
COPY conf conf
ENV NAME=reader
RUN echo "built by $NAME" > note.txt
CMD ["cat", "note.txt", "conf/game.toml"]
```

```bash
export WORD=same
ls conf/game.toml
docker build --quiet --tag game . > /dev/null
docker run --rm game
```

```text
conf/game.toml
built by reader
system = "original"
```

```yaml title=".github/workflows/check.yml"
jobs:
  check:
    steps:
      - run: echo $WORD
      - run: cat conf/game.toml
```

```text
same
system = "original"
```

```{ .powershell data-no-run="needs Windows" }
dir
```
"""
    )
    reader = Reader(tmp_path)
    reader.read(guide)
    assert sum(step.blocks for step in reader.steps) == 6


def test_what_a_page_leaves_running_is_ended_with_it_and_its_ports_are_free_ones(tmp_path: Path) -> None:
    guide = tmp_path / "guide.md"
    guide.write_text(
        """
```bash
python -m http.server --bind 127.0.0.1 9464 > server.log 2>&1 &
export SERVER=$!
until curl --silent --output page.html http://127.0.0.1:9464/; do sleep 0.1; done
echo $SERVER > process
kill -0 $SERVER && echo 9464
```

```text
9464
```
"""
    )
    reader = Reader(tmp_path)
    reader.read(guide)
    assert reader.printed.strip() == reader.ports["9464"] != "9464"
    process = (tmp_path / "work" / "process").read_text().strip()
    deadline = time.monotonic() + 60
    while _is_running(process):  # the signal is sent, and takes effect when the machine gets to it
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_running(process: str) -> bool:
    """Return whether a process runs; one that has ended and that nobody has asked for does not."""
    status = Path("/proc", process, "stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
