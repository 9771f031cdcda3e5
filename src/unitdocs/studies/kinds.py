"""The registry of record kinds other than run records."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unitdocs.records import Frozen
from unitdocs.records.store import load_as
from unitdocs.studies.cache_hits import CacheHits, digest_of_counting
from unitdocs.studies.change_finders import ChangePoints
from unitdocs.studies.page_loading import PageLoading
from unitdocs.studies.page_scores import PageScores
from unitdocs.studies.rendering_scale import RenderingScale
from unitdocs.studies.selfcheck import SelfCheck, digest_of_verdicts
from unitdocs.studies.side_by_side import SideBySide
from unitdocs.studies.study import Study


@dataclass(frozen=True)
class StudyKind:
    name: str
    file: str
    model: type[Frozen]
    words: str
    title: str
    page: str
    current: Callable[[Path], str] | None = None

    def digest(self, root: Path) -> str | None:
        return self.current(root) if self.current else None


KINDS = (
    StudyKind(
        "selfcheck",
        "selfcheck.json.gz",
        SelfCheck,
        "a self-check",
        "The self-check: verdicts on work whose answer is known",
        "benchmarks/method.md",
        lambda root: digest_of_verdicts(),
    ),
    StudyKind(
        "cache_hits",
        "cache-hits.json",
        CacheHits,
        "a record of how often caches answered",
        "How often caches answer, by what a game does, policy and size",
        "best-practices/advanced-features.md",
        digest_of_counting,
    ),
    StudyKind(
        "side_by_side",
        "side-by-side.json.gz",
        SideBySide,
        "a comparison of tools",
        "Other tools and unitdocs on the same known work",
        "benchmarks/trust.md",
    ),
    StudyKind(
        "page_loading",
        "page-loading.json",
        PageLoading,
        "a record of how a page loads",
        "How a page of this site loads",
        "benchmarks/method.md",
    ),
    StudyKind(
        "page_scores",
        "page-scores.json",
        PageScores,
        "a record of how pages are judged",
        "How Lighthouse and axe-core judge pages of this site",
        "benchmarks/method.md",
    ),
    StudyKind(
        "rendering_scale",
        "rendering-scale.json",
        RenderingScale,
        "a record of rendering",
        "How long rendering takes with many records",
        "benchmarks/method.md",
    ),
    StudyKind(
        "change_points",
        "change-points.json",
        ChangePoints,
        "a record of change points",
        "How well ways to find change points do",
        "benchmarks/trend.md",
    ),
)


def load(kind: StudyKind, path: Path, *, root: Path) -> Study[Any]:
    record: Any = load_as(kind.model, path, kind.words)
    digest = kind.digest(root)
    return Study(record, None if digest is None else record.digest == digest)
