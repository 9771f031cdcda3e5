"""What the pages are made from: one reference run, and perhaps others beside it: of this machine, of other engines."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from unitdocs import analysis, records, studies
from unitdocs.analysis.criteria import Criteria, load_criteria
from unitdocs.analysis.run import Run

if TYPE_CHECKING:
    from unitdocs.analysis import History
    from unitdocs.studies import CacheHits, ChangePoints, PageLoading, PageScores, RenderingScale, SelfCheck, SideBySide

Of = TypeVar("Of")

SELFCHECK = "selfcheck.json.gz"
"""The self-check's file, beside that of the reference record."""
SIDE_BY_SIDE = "side-by-side.json.gz"
"""The file of the comparison of tools, beside that of the reference record."""
PEERS = "peers.json.gz"
"""The run record of other layout engines, beside the reference record."""
LOADING = "page-loading.json"
"""The record of how a page loads, beside the reference record."""
SCALE = "rendering-scale.json"
"""The record of how long rendering takes, beside the reference record."""
SCORES = "page-scores.json"
"""The record of how programs judge the pages, beside the reference record."""
HISTORY = "history.json.gz"
"""The history of reference records, beside the reference record."""
CHANGES = "change-points.json"
"""The record of how well change points are found, beside the reference record."""
CACHES = "cache-hits.json"
"""The record of how often caches answer, beside the reference record."""


@dataclass(frozen=True)
class CacheCounts:
    """A record of how often caches answer.

    Args:
        record: the record.
        is_current: whether the cache and what it is asked for are still those that were counted.
    """

    record: "CacheHits"
    is_current: bool


@dataclass(frozen=True)
class Evidence:
    """What the pages are made from.

    Args:
        reference: the committed reference run.
        machine: the run on the reader's machine, where there is one.
        criteria: what has to hold.
        selfcheck: the committed self-check of the verdicts, where there is one.
        sidebyside: the committed comparison of tools, where there is one.
        peers: the committed run of other layout engines, where there is one; only its own page counts its cases.
        loading: the committed record of how a page loads, where there is one.
        scores: the committed record of how programs judge the pages, where there is one.
        scale: the committed record of how long rendering takes, where there is one.
        history: what earlier records came to, where they were kept.
        changes: the committed record of how well change points are found, where there is one.
        caches: the committed record of how often caches answer, where there is one.
        files: the file of each of them, by the name of the member that holds what was read from it.
    """

    reference: Run
    machine: Run | None
    criteria: Criteria
    selfcheck: "SelfCheck | None" = None
    sidebyside: "SideBySide | None" = None
    peers: Run | None = None
    loading: "PageLoading | None" = None
    scores: "PageScores | None" = None
    scale: "RenderingScale | None" = None
    history: "History | None" = None
    changes: "ChangePoints | None" = None
    caches: "CacheCounts | None" = None
    files: Mapping[str, Path] = field(default_factory=dict)


def gather(reference: Path, this_machine: Path | None, docs: Path, root: Path) -> Evidence:
    """Load the records and the criteria.

    Args:
        reference: file of the reference record; a self-check, a comparison of tools and a run of other layout engines
            may lie beside it.
        this_machine: file of a record made on this machine, if any; left out where it is the reference itself.
        docs: the folder of the site's pages, with the criteria.
        root: the project whose files the records' digests are compared with.

    Raises:
        InputError: a file is missing, or is not what it should be.
    """
    shown = _run(reference, root)
    machine = None if this_machine is None else _run(this_machine, root)
    is_same = machine is not None and machine.record.id == shown.record.id
    beside = {
        "selfcheck": SELFCHECK,
        "sidebyside": SIDE_BY_SIDE,
        "peers": PEERS,
        "loading": LOADING,
        "scores": SCORES,
        "scale": SCALE,
        "history": HISTORY,
        "changes": CHANGES,
        "caches": CACHES,
    }
    paths = {"reference": reference, **{member: reference.with_name(name) for member, name in beside.items()}}
    if this_machine is not None and not is_same:
        paths["machine"] = this_machine
    files = {member: path for member, path in paths.items() if path.is_file()}
    return Evidence(
        shown,
        None if is_same else machine,
        load_criteria(docs),
        _read(files, "selfcheck", studies.load_selfcheck),
        _read(files, "sidebyside", studies.load_side_by_side),
        _read(files, "peers", functools.partial(_run, root=root)),
        _read(files, "loading", studies.load_page_loading),
        _read(files, "scores", studies.load_page_scores),
        _read(files, "scale", studies.load_rendering_scale),
        _read(files, "history", analysis.load_history),
        _read(files, "changes", studies.load_change_points),
        _read(files, "caches", functools.partial(_counts, root=root)),
        files=files,
    )


def _read(files: Mapping[str, Path], member: str, load: Callable[[Path], Of]) -> Of | None:
    """Return what one of the files holds, or None where there is no such file."""
    return load(files[member]) if member in files else None


def _counts(path: Path, root: Path) -> CacheCounts:
    record = studies.load_cache_hits(path)
    return CacheCounts(record, record.digest == studies.digest_of_counting(root))


def _run(path: Path, root: Path) -> Run:
    record = records.load(path)
    return Run(record, records.is_current(record, root))
