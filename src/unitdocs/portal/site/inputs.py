"""Named inputs of pages, each read when a page first needs it.

A page declares its inputs as the parameters of its function, by the names below. Every input has a fingerprint that
changes with its source, so that a page whose inputs are unchanged is not made again and its inputs are not read.

| name | value |
| --- | --- |
| `reference` | the reference run |
| `machine` | the run on this machine, or None |
| `peers` | the run of other layout engines, or None |
| `observed` | the run of what observing a system costs, or None |
| `tuned` | the run of chosen against default settings, or None |
| `history` | results of earlier reference records, or None |
| a name in `STUDIES` | a `Study`, or None |
| `criteria`, `excerpts`, `suite_pages`, `titles` | declarations in the folder of the pages |
| `guide_digests`, `skipped_blocks` | the guides' texts, and blocks of pages that are not executed |
| `downloads` | the files of all records |
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from unitdocs import records, studies
from unitdocs.analysis.criteria import FILE as CRITERIA
from unitdocs.analysis.criteria import load_criteria
from unitdocs.analysis.descriptions import shared_arms
from unitdocs.analysis.history import History, load_history
from unitdocs.analysis.run import Run
from unitdocs.portal.components.case_links import FOLDER as CASES
from unitdocs.portal.components.downloads import Download, repacked, suffix_of
from unitdocs.portal.pages.excerpts import FILE as EXCERPTS
from unitdocs.portal.pages.excerpts import load_excerpts
from unitdocs.portal.pages.guides import find_guides, find_skipped_blocks
from unitdocs.portal.pages.scenarios import find_suite_pages

PEERS = "peers.json.gz"
"""File of the run of other layout engines, in the folder of the reference record."""
OBSERVED = "observed.json.gz"
"""File of the run of what observing a system costs, in the folder of the reference record."""
TUNED = "tuned.json.gz"
"""File of the run of chosen against default settings, in the folder of the reference record."""
HISTORY = "history.json.gz"
"""File of the history of reference records, in the folder of the reference record."""
READ_RUN = ("unitdocs compare {}", "unitdocs report {}")
RUN_TITLES = {
    "reference": "The reference record",
    "machine": "The run on this machine",
    "peers": "Other layout engines against the refactored system",
    "observed": "The unit systems, observed by a monitor and unobserved",
    "tuned": "The chosen settings against the default ones",
}


@dataclass(frozen=True)
class Input:
    """One input of a page.

    Args:
        fingerprint: changes with every source of the input.
        load: reads it; called at most once.
    """

    fingerprint: str
    load: Callable[[], Any]

    @cached_property
    def value(self) -> Any:  # noqa: ANN401 -- the page's parameter has the type
        """The input, read on first use."""
        return self.load()


class Inputs:
    """All inputs of a site, by name.

    Args:
        docs: the folder of the site's pages.
        root: the project whose files the records' digests are compared with.
        reference: file of the reference record; other records may be in the same folder.
        machine: file of a record made on this machine; ignored if it is the reference itself.
        small: whether compressed records are offered as xz data, which are smaller and take seconds to make.

    Raises:
        InputError: a file is missing or is not a run record.
    """

    def __init__(self, docs: Path, root: Path, reference: Path, machine: Path | None, *, small: bool = False) -> None:
        self._inputs: dict[str, Input] = {}
        self._files: dict[str, Path] = {}
        self._add_runs(root, reference, machine)
        self._add_studies(root, reference.parent)
        self._add_declarations(docs)
        names = tuple(self._files)
        load = partial(self._download, small=small)
        state = _joined([str(small), *map(self.fingerprint, names)])
        self.add("downloads", lambda: tuple(map(load, names)), state)

    def __contains__(self, name: str) -> bool:
        """Whether there is an input of this name."""
        return name in self._inputs

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of all inputs."""
        return iter(self._inputs)

    def value(self, name: str) -> Any:  # noqa: ANN401 -- the page's parameter has the type
        """Return an input; it is read on first use."""
        return self._inputs[name].value

    def fingerprint(self, name: str) -> str:
        """Return the fingerprint of an input; empty if the input is absent."""
        return self._inputs[name].fingerprint

    def add(self, name: str, load: Callable[[], Any], fingerprint: str) -> None:
        """Add an input."""
        self._inputs[name] = Input(fingerprint, load)

    def _add_runs(self, root: Path, reference: Path, machine: Path | None) -> None:
        # These studies have suites of their own, so any change below benchmarks/ changes the fingerprint: pages may be
        # rendered too often, never too seldom.
        state = records.digest(root, [*records.digest_patterns(root), "benchmarks/**/*.py"])
        self._add_file("reference", reference, partial(_load_run, root=root), state)
        others = {
            name: reference.with_name(file)
            for name, file in (("peers", PEERS), ("observed", OBSERVED), ("tuned", TUNED))
        }
        found = {name: path if path.is_file() else None for name, path in others.items()}
        for name, path in {"machine": machine, **found}.items():
            self._add_file(name, path, partial(_load_run, root=root), state)
        if machine is not None and self.value("machine").record.id == self.value("reference").record.id:
            self._add_file("machine", None, partial(_load_run, root=root), state)
        history = reference.with_name(HISTORY)
        self._add_file("history", history if history.is_file() else None, load_history)

    def _add_studies(self, root: Path, folder: Path) -> None:
        for kind in studies.KINDS:
            path = folder / kind.file
            state = kind.digest(root)
            self._add_file(
                kind.name, path if path.is_file() else None, partial(studies.load_study, kind, root=root), state
            )

    def _add_declarations(self, docs: Path) -> None:
        self.add("criteria", partial(load_criteria, docs), _file_sum(docs / CRITERIA))
        self.add("excerpts", partial(load_excerpts, docs), _file_sum(docs / EXCERPTS))
        pages = find_suite_pages(docs)
        self.add("suite_pages", lambda: pages, repr(pages))
        titles = page_titles(docs)
        self.add("titles", lambda: titles, repr(titles))
        guides = find_guides(docs)
        self.add("guide_digests", lambda: guides, repr(guides))
        skipped = find_skipped_blocks(docs)
        self.add("skipped_blocks", lambda: skipped, repr(skipped))

    def _add_file(self, name: str, path: Path | None, load: Callable[[Path], Any], state: str = "") -> None:
        """Add an input read from one file, or None; `state` is the digest that decides whether a record is current."""
        self._files.pop(name, None)
        if path is None:
            self.add(name, lambda: None, "")
            return
        self._files[name] = path
        self.add(name, partial(load, path), _joined([_file_sum(path), state]))

    def _download(self, name: str, *, small: bool) -> Download:
        value, content = self.value(name), self._files[name].read_bytes()
        stem = {"machine": "this-machine"}.get(name, name).replace("_", "-")
        content = repacked(content) if small else content
        file = f"{stem}.json{suffix_of(content)}"
        if isinstance(value, Run):
            return Download(file, _run_title(name, value), value.record, value.is_current, READ_RUN, content)
        if isinstance(value, History):
            title = "Results of the reference records in chronological order"
            return Download(file, title, value, None, ["analysis.load_history(Path('{}'))"], content)
        kind = studies.kind_of(name)
        reader = f"studies.load_record('{name}', Path('{{}}'))"
        return Download(file, kind.title, value.record, value.is_current, [reader], content)


def page_titles(docs: Path) -> dict[str, str]:
    """Return the first heading of each page, by its path below docs; the home page is called Home."""
    titles = {}
    for path in sorted(docs.rglob("*.md")):
        source = path.relative_to(docs).as_posix()
        if source.startswith(("generated/", CASES)):
            continue
        heading = re.search(r"^# (.+?)(?: \{.*\})?$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if source == "index.md":
            titles[source] = "Home"
        elif heading:
            titles[source] = heading[1]
    return titles


def _run_title(name: str, run: Run) -> str:
    """Return the title of a run; that of the reference names its arms."""
    arms = shared_arms(run.cases) if name == "reference" else None
    return f"{RUN_TITLES[name]}: {arms[1]} against {arms[0]}" if arms else RUN_TITLES[name]


def _load_run(path: Path, root: Path) -> Run:
    record = records.load(path)
    return Run(record, records.is_current(record, root))


def _file_sum(path: Path) -> str:
    """Return a checksum of a file; a missing file, which its loader reports, counts as empty."""
    return hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest()


def _joined(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
