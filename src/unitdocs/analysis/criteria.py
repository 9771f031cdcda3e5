"""What has to hold before the treatment goes to production: criteria and risks, read from `docs/decision.toml`.

Budgets are read from there too: what a project allows itself of a metric, so that a page can show the share in use.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from unitdocs.analysis.selection import Declaration, Selection, load_declaration
from unitdocs.records import Metric

FILE = "decision.toml"
PagePath = Annotated[str, Field(pattern=r"^([\w-]+/)*[\w-]+\.md$")]
"""The path of a page below docs."""


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


class DrillCheck(Declaration):
    """A requirement that a drill of all alerts can confirm or contradict; see `unitdocs.studies.MonitoringDrill`.

    Args:
        within: seconds from the beginning of a cause within which its alert has to reach the webhook.
    """

    within: Annotated[float, Field(gt=0)]


class TunedCheck(Declaration):
    """A requirement that the run of chosen against default settings can confirm or contradict.

    Args:
        sessions: how many held-out sessions have to need at least 20 % less CPU time a frame or peak memory, at the
            near end of the interval. No session of any environment may need more, beyond the margin and what its
            environment allows.
    """

    sessions: Annotated[int, Field(ge=1)]


class ClosingStep(Declaration):
    """What closes an open criterion.

    Args:
        text: the step, as an order without a full stop: `Let a team deploy with the guides`.
        page: the page that leads through it, by its path below docs, such as `deploy/migration.md`.
    """

    text: Annotated[str, Field(min_length=1)]
    page: PagePath | None = None


class Criterion(Declaration):
    """A success criterion; without a check it counts as not measured.

    Args:
        title: the criterion; `{times}` in it is replaced by the required factor.
        check: what the record has to confirm.
        rehearsal: instead of a check, a page of guides by its path below docs, such as `deploy/drill.md`: a record has
            to say that all its blocks were executed, with the page and the code that it uses as they are.
        drill: instead of these, what the recorded drill of all alerts has to show.
        tuned: instead of these, what the run of chosen against default settings has to show.
        evidence: Markdown: where to find more, or why it is not measured.
        open: why it does not hold, as a clause that continues a sentence: `nothing watches production` (default: its
            title with its state).
        closes: what to do while it does not hold.
    """

    title: str
    check: Check | None = None
    rehearsal: PagePath | None = None
    drill: DrillCheck | None = None
    tuned: TunedCheck | None = None
    evidence: str = ""
    open: str = ""
    closes: ClosingStep | None = None

    @model_validator(mode="after")
    def _has_one_check(self) -> Self:
        if sum(one is not None for one in (self.check, self.rehearsal, self.drill, self.tuned)) > 1:
            raise ValueError("a criterion has either a check, a rehearsal, a drill or tuned settings")
        return self


class Risk(Declaration):
    """A risk, with its safeguards and what is still missing, both in Markdown."""

    title: str
    guards: str
    missing: str = ""
    check: Check | None = None


class Budget(Declaration):
    """What a project allows itself of a metric.

    Args:
        metric: the metric, such as `peak memory`.
        most: the largest amount, in the metric's SI unit, above 0.
        of: what may take that much, such as `a layout`.
        reason: why it is that much.
    """

    metric: str
    most: Annotated[float, Field(gt=0)]
    of: str
    reason: str


class Criteria(Declaration):
    """Criteria and risks in the order shown, and budgets."""

    criteria: tuple[Criterion, ...] = ()
    risks: tuple[Risk, ...] = ()
    budgets: tuple[Budget, ...] = ()

    def budget(self, metric: str) -> Budget | None:
        """Return the budget of a metric, if one is declared."""
        return next((budget for budget in self.budgets if budget.metric == metric), None)


def load_criteria(docs: Path) -> Criteria:
    """Read the criteria of a site; a site without the file has none.

    Raises:
        InputError: the file is not TOML, or a member is invalid; each problem is reported with its location.
    """
    return load_declaration(docs / FILE, Criteria)
