"""The record of how programs judge the site's pages: Lighthouse's scores, and axe-core's findings."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

Share = Annotated[float, Field(ge=0, le=1)]


class LighthouseScore(Frozen):
    """Lighthouse's scores of one page in one category.

    Args:
        page: its address below the site's; empty for the home page.
        category: performance, accessibility, best-practices or seo.
        values: one score for each load, 0 to 1.
        least: the target: the smallest acceptable score.
    """

    page: str
    category: str
    values: Annotated[tuple[Share, ...], Field(min_length=1)]
    least: Share


class AxeFindings(Frozen):
    """The rules of axe-core that one page breaks.

    Args:
        page: its address below the site's.
        scheme: light or dark.
        rules: names of the broken rules.
    """

    page: str
    scheme: Literal["light", "dark"]
    rules: tuple[str, ...]


class PageScores(Frozen):
    """How programs judge the site's pages.

    Args:
        command: the command that made the record.
        programs: versions of the programs, by name.
        scores: Lighthouse's scores.
        findings: axe-core's findings.
    """

    format: Literal["unitdocs-page-scores"] = "unitdocs-page-scores"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    command: str
    environment: Environment
    programs: dict[str, str]
    scores: tuple[LighthouseScore, ...]
    findings: tuple[AxeFindings, ...]
