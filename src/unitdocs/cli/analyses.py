"""An analysis of events as a table, as JSON or as CSV."""

import csv
import datetime as dt
import io
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from unitdocs.cli.formats import AnalysisFormat
from unitdocs.cli.rows import Row, aligned
from unitdocs.experiment.analysing import ArmComparison, ArmSummary, EventAnalysis, ValidInterval
from unitdocs.experiment.events import EventMetric, Source
from unitdocs.experiment.quantiles import BinnedQuantile
from unitdocs.formatting import counted, duration, number, percent, signed_change, visible

SIMULATED = "simulated fleet"
"""What is said wherever something comes from simulated sessions."""
IN_SECONDS = {str(EventMetric.FRAME_TIME), str(EventMetric.MISSED_FRAME)}
ARM_HEADING = ("metric", "version", "arm", "sessions", "with events", "events", "mean", "median", "95 %", "99 %")
COMPARISON_HEADING = ("metric", "version", "compared", "difference", "interval", "ratio", "interval")
CSV_QUANTILES = {0.5: "median", 0.95: "q95", 0.99: "q99"}
NOT_COMPARED = "Nothing is compared: no version of the flag has sessions of both arms that it chose by its share."
INTERVALS = "Intervals hold at 95 %, however often somebody looks; quantiles are exact to half the width of a bin."


@dataclass(frozen=True)
class AnalysisCaption:
    """What an analysis is of.

    Args:
        source: where the events come from.
        first: the first day.
        last: the last day.
        engine: what evaluated the sums.
    """

    source: Source
    first: dt.date
    last: dt.date
    engine: str

    @property
    def fleet(self) -> str:
        """Who played: `production` or `simulated fleet`."""
        return SIMULATED if self.source is Source.SIMULATED else str(self.source)

    @property
    def sentence(self) -> str:
        """The caption of a table."""
        return f"{self.fleet}, {self.first} to {self.last}, evaluated by {self.engine}"


def write(analysis: EventAnalysis, caption: AnalysisCaption, form: AnalysisFormat) -> str:
    """Return an analysis in a form."""
    writers = {AnalysisFormat.TABLE: as_text, AnalysisFormat.JSON: as_json, AnalysisFormat.CSV: as_csv}
    return writers[form](analysis, caption)


def as_text(analysis: EventAnalysis, caption: AnalysisCaption) -> str:
    """Return an analysis as tables with a caption each, and sentences on what is not in them."""
    arms = [ARM_HEADING, *map(_arm_row, analysis.arms)]
    parts = [f"Arms: {caption.sentence}", *aligned(arms, {0, 2})]
    if analysis.comparisons:
        rows = [COMPARISON_HEADING, *map(_comparison_row, analysis.comparisons)]
        parts += ["", f"Refactored against original: {caption.sentence}", *aligned(rows, {0, 2}), INTERVALS]
    else:
        parts += [
            "",
            "No version of the flag has sessions of both arms that it chose by its share: nothing is compared.",
        ]
    return "\n".join([*parts, *sentences(analysis)])


def sentences(analysis: EventAnalysis) -> list[str]:
    """Return what is not in the tables."""
    aside = f"{counted(analysis.not_assigned, 'session')} not chosen by the flag's share: not compared."
    lost = f"{counted(analysis.dropped, 'event')} dropped by games: in no file."
    asides = ((analysis.not_assigned, aside), (analysis.dropped, lost))
    return [*(sentence for count, sentence in asides if count), *map(visible, analysis.notes)]


def as_json(analysis: EventAnalysis, caption: AnalysisCaption) -> str:
    """Return an analysis as JSON; an infinite end of an interval is null."""
    members = {
        "source": str(caption.source),
        "caption": caption.sentence,
        "first_day": caption.first.isoformat(),
        "last_day": caption.last.isoformat(),
        "engine": caption.engine,
        **asdict(analysis),
    }
    return json.dumps(_finite(members), indent=2, ensure_ascii=False, allow_nan=False)


def as_csv(analysis: EventAnalysis, caption: AnalysisCaption) -> str:
    """Return an analysis as CSV: a row for each arm, and one for each comparison."""
    rows = [_arm_members(arm) for arm in analysis.arms]
    rows += [_comparison_members(comparison) for comparison in analysis.comparisons]
    names = ["source", *dict.fromkeys(name for row in rows for name in row)]
    file = io.StringIO()
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({"source": caption.fleet, **row} for row in rows)
    return file.getvalue().rstrip("\n")


def _arm_row(arm: ArmSummary) -> Row:
    is_timed = arm.metric in IN_SECONDS
    values = [duration(arm.mean), *map(_quantile, arm.quantiles)] if is_timed else []
    cells = [arm.metric, str(arm.flag_version), arm.arm, *(f"{count:,}" for count in _counts(arm)), *values]
    return tuple(cells + [""] * (len(ARM_HEADING) - len(cells)))


def _counts(arm: ArmSummary) -> Sequence[int]:
    return arm.all_sessions, arm.sessions, arm.events


def _quantile(quantile: BinnedQuantile) -> str:
    error = percent(quantile.error / quantile.value) if quantile.value else "0 %"
    return f"{duration(quantile.value)} ± {error}"


def _comparison_row(comparison: ArmComparison) -> Row:
    version = "all" if comparison.flag_version is None else str(comparison.flag_version)
    compared = "means" if comparison.compared == "mean" else "shares of sessions"
    show = _seconds if comparison.compared == "mean" else _share_points
    difference = ("", "")
    if comparison.difference is not None:
        difference = _interval(comparison.difference, show)
    return (comparison.metric, version, compared, *difference, *_interval(comparison.ratio, signed_change))


def _interval(interval: ValidInterval, show: Any) -> tuple[str, str]:  # noqa: ANN401 -- any function of one number
    estimate = "" if interval.estimate is None else show(interval.estimate)
    return estimate, f"{show(interval.low)} to {show(interval.high)}"


def _seconds(difference: float) -> str:
    return f"{'-' if difference < 0 else '+'}{duration(abs(difference))}"


def _share_points(difference: float) -> str:
    return f"{'-' if difference < 0 else '+'}{number(100 * abs(difference))} points"


def _arm_members(arm: ArmSummary) -> dict[str, Any]:
    members: dict[str, Any] = {"row": arm.arm, "metric": arm.metric, "flag_version": arm.flag_version}
    members |= {"sessions": arm.all_sessions, "sessions_with_events": arm.sessions, "events": arm.events}
    members["mean"] = arm.mean
    for quantile in arm.quantiles:
        name = CSV_QUANTILES[quantile.share]
        members |= {name: quantile.value, f"{name}_error": quantile.error}
    return members


def _comparison_members(comparison: ArmComparison) -> dict[str, Any]:
    version = "all" if comparison.flag_version is None else comparison.flag_version
    members: dict[str, Any] = {"row": "refactored against original", "metric": comparison.metric}
    members |= {"flag_version": version, "compared": comparison.compared}
    for name in ("difference", "ratio"):
        interval: ValidInterval | None = getattr(comparison, name)
        ends = ("", "", "") if interval is None else (interval.estimate, interval.low, interval.high)
        members |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
    return members


def _finite(value: Any) -> Any:  # noqa: ANN401 -- members of JSON
    """Return members without infinite numbers, which JSON does not have."""
    if isinstance(value, dict):
        return {name: _finite(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(member) for member in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
