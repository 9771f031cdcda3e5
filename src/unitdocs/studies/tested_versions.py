"""The record of the versions of Python and NumPy with which an installed wheel was tested."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]


class CheckedVersions(Frozen):
    """The check of an installation with one Python and one NumPy.

    Args:
        python: version of Python.
        numpy: version of NumPy; None for an installation without it.
        numbers: how many numbers of both systems were compared.
        seconds: how long the installation and its check took.
        error: why it failed, in one sentence; None if it passed.
    """

    python: str
    numpy: str | None = None
    numbers: Count
    seconds: Seconds
    error: str | None = None

    @property
    def has_passed(self) -> bool:
        """Whether the installation was complete and no number differed."""
        return self.error is None


class VersionTrials(Frozen):
    """The versions that were tested together.

    Args:
        command: the command that made the record.
        digest: of the unit system, which says whether the record is current.
        version: version of unitdocs.
        checks: what was tested, one for each Python and NumPy.
    """

    format: Literal["unitdocs-tested-versions"] = "unitdocs-tested-versions"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    command: str
    environment: Environment
    digest: str
    version: str
    checks: Annotated[tuple[CheckedVersions, ...], Field(min_length=1)]
