"""The record of how programs judge the site's pages: Lighthouse's scores, and what axe-core finds."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

Share = Annotated[float, Field(ge=0, le=1)]


class LighthouseScore(Frozen):
    """A category of Lighthouse on one page.

    Args:
        page: its address below the site's; empty for the home page.
        category: performance, accessibility, best-practices or seo.
        values: one a load, in [0, 1].
        least: the target: at least this.
    """

    page: str
    category: str
    values: Annotated[tuple[Share, ...], Field(min_length=1)]
    least: Share


class AxeFindings(Frozen):
    """What axe-core finds on one page.

    Args:
        page: its address below the site's.
        scheme: light or dark.
        rules: the rules that are broken; none where all is well.
    """

    page: str
    scheme: Literal["light", "dark"]
    rules: tuple[str, ...]


class PageScores(Frozen):
    """How programs judge the site's pages.

    Args:
        command: the command that made the record.
        programs: versions by the program's name.
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
