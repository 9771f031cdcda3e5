"""The record of the guides' last execution: every block of every page, and what an installation takes."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]


class ExecutedStep(Frozen):
    """The blocks below one heading of a page.

    Args:
        heading: the heading.
        blocks: number of blocks that were executed or checked.
        seconds: how long they took.
    """

    heading: str
    blocks: Count
    seconds: Seconds


class ExecutedPage(Frozen):
    """A page whose blocks all did what the page says.

    Args:
        page: its path below docs.
        digest: SHA-256 of its text, which says whether it has changed since.
        steps: its headings with blocks, in their order.
    """

    page: str
    digest: str
    steps: tuple[ExecutedStep, ...]

    @property
    def blocks(self) -> int:
        """Number of blocks of the page that were executed or checked."""
        return sum(step.blocks for step in self.steps)

    @property
    def seconds(self) -> float:
        """How long they took together."""
        return sum(step.seconds for step in self.steps)


class ExtraSize(Frozen):
    """What an installation with one extra takes.

    Args:
        extra: name of the extra; empty for the unit system alone.
        packages: number of packages that it adds to unitdocs.
        size: bytes of all installed files, without compiled ones.
    """

    extra: str
    packages: Count
    size: Count


class GuideExecutions(Frozen):
    """The last execution of all guides; a page that failed leaves no record.

    Args:
        command: the command that made the record.
        version: version of unitdocs.
        digest: of the rehearsal and of what it uses, which says whether it is current.
        pages: every page that was followed.
        extras: what each extra takes.
    """

    format: Literal["unitdocs-guide-executions"] = "unitdocs-guide-executions"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    command: str
    environment: Environment
    version: str
    digest: str
    pages: Annotated[tuple[ExecutedPage, ...], Field(min_length=1)]
    extras: tuple[ExtraSize, ...]

    def find(self, page: str) -> ExecutedPage | None:
        """Return the execution of a page, by its path below docs, if it was followed."""
        return next((executed for executed in self.pages if executed.page == page), None)
