"""What has to hold before the treatment goes to production: criteria and risks, read from `docs/decision.toml`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from unitdocs.analysis.selection import Declaration, Selection, load_declaration
from unitdocs.records import Metric

FILE = "decision.toml"


class Need(StrEnum):
    """What a check requires of the selected cases."""

    IMPROVED = "improved"
    """At least one case better in every suite, and none worse."""
    NONE_WORSE = "none-worse"
    """No case worse."""
    EACH = "each"
    """Every case at least `times` better, with its whole interval."""
    MEAN = "mean"
    """The geometric mean at least `times` better, taken over the near ends of the intervals."""
    FRAMES_KEPT = "frames-kept"
    """In every case, no frame over 1/60 s that the control keeps; see `unitdocs.analysis.kept_frames`."""


class Check(Selection):
    """A requirement that a record can confirm or contradict.

    Args:
        need: what is required of the selected cases.
        times: how many times better, for `each` and `mean`.
    """

    need: Need
    times: Annotated[float, Field(gt=0)] = 1.0

    @model_validator(mode="after")
    def _has_slowest_frames(self) -> Self:
        if self.need is Need.FRAMES_KEPT and self.metric != Metric.SLOWEST_FRAME:
            raise ValueError(
                f'need "{self.need}" is for the metric "{Metric.SLOWEST_FRAME}", not "{self.metric or Metric.TIME}"'
            )
        return self


class Criterion(Declaration):
    """A success criterion; without a check it counts as not measured.

    Args:
        title: the criterion; `{times}` in it is replaced by the required factor.
        check: what the record has to confirm.
        evidence: Markdown: where to find more, or why it is not measured.
    """

    title: str
    check: Check | None = None
    evidence: str = ""


class Risk(Declaration):
    """A risk, with its safeguards and what is still missing, both in Markdown."""

    title: str
    guards: str
    missing: str = ""
    check: Check | None = None


class Criteria(Declaration):
    """Criteria and risks, in the order shown."""

    criteria: tuple[Criterion, ...] = ()
    risks: tuple[Risk, ...] = ()


def load_criteria(docs: Path) -> Criteria:
    """Read the criteria of a site; a site without the file has none.

    Raises:
        InputError: the file is not TOML, or a member is invalid; each problem is reported with its location.
    """
    return load_declaration(docs / FILE, Criteria)
