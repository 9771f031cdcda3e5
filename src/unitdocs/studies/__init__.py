"""Records of studies: what was measured once about the measuring, the site and its parts."""

from unitdocs.studies.cache_hits import CacheCell, CacheHits, CacheTrace, digest_of_counting, load_cache_hits
from unitdocs.studies.change_finders import AnnotatedSeries, ChangePoints, Finder, load_change_points
from unitdocs.studies.kinds import KINDS, load
from unitdocs.studies.page_loading import Circumstances, Measure, PageLoading, load_page_loading
from unitdocs.studies.page_scores import Findings, PageScores, Score, load_page_scores
from unitdocs.studies.rendering_scale import RenderingScale, load_rendering_scale
from unitdocs.studies.selfcheck import (
    SelfCheck,
    Trial,
    Truth,
    Word,
    digest_of_verdicts,
    family_rate,
    load_selfcheck,
    rates,
)
from unitdocs.studies.side_by_side import Call, SideBySide, Tool, ToolTrial, load_side_by_side, tool_rates

__all__ = [
    "KINDS",
    "load",
    "AnnotatedSeries",
    "CacheCell",
    "CacheHits",
    "CacheTrace",
    "Call",
    "ChangePoints",
    "Circumstances",
    "Finder",
    "Findings",
    "Measure",
    "PageLoading",
    "PageScores",
    "RenderingScale",
    "Score",
    "SelfCheck",
    "SideBySide",
    "Tool",
    "ToolTrial",
    "Trial",
    "Truth",
    "Word",
    "digest_of_counting",
    "digest_of_verdicts",
    "family_rate",
    "load_cache_hits",
    "load_change_points",
    "load_page_loading",
    "load_page_scores",
    "load_rendering_scale",
    "load_selfcheck",
    "load_side_by_side",
    "rates",
    "tool_rates",
]
