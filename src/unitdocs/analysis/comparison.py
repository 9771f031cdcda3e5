"""Comparisons: the two arms of a run record, or any two files of results, case by case.

Two arms are measured in turn in the same processes, so their rounds are compared in pairs. Two files were measured
apart: their values are never paired by their position, and the spread between processes is what a change is held
against. Nothing here knows how a comparison is shown.
"""

import dataclasses
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from unitdocs import stats
from unitdocs.analysis.effects import TIME, log_ratios, to_effects, words_of
from unitdocs.errors import InputError
from unitdocs.records.frame import to_frame
from unitdocs.records.readers import read_results
from unitdocs.records.results import Result, Results
from unitdocs.records.schema import PROPORTIONS, TIMES, Direction, Metric, RunRecord, Status
from unitdocs.records.store import load

SEED = 1
"""Where the draws behind a geometric mean's interval come from: the same comparison gives the same numbers."""
NO_ANSWER = "no answer"
"""What stands for the verdict of a case without an answer in the count of verdicts."""
DIFFERENCE = ("difference", "difference_low", "difference_high", "difference_detectable")
Sample = stats.LogRatios | stats.UnpairedSample


class Caution(StrEnum):
    """What makes a comparison less sure."""

    SESSIONS = (
        "base and head were measured in different sessions, which differ by several percent whatever the code does; "
        "measure both in one session to be sure of less"
    )
    NO_PROCESSES = (
        "a file does not say which process a value came from; values of one process resemble one another, so intervals "
        "are narrower than they should be"
    )


@dataclass(frozen=True)
class Side:
    """What one side measured of a case.

    Args:
        mean: arithmetic mean of all values, in the case's unit; None where nothing was measured.
        n: how many independent values it has: rounds, processes, or values where nothing tells processes.
    """

    mean: float | None
    n: int


@dataclass(frozen=True)
class Answer:
    """What a case comes to: a ratio, or of a share a difference; what is not finite is None.

    Args:
        ratio: head / base, the estimate that the interval belongs to; None for a share.
        low: lower end of the interval of the ratio.
        high: upper end of the interval of the ratio.
        p: two-sided p-value of "both are the same"; None where both sides are exact counts.
        p_adjusted: the same after the comparison's correction, over its cases of the metric.
        verdict: in the metric's own words.
        is_below_margin: a difference was found that lies wholly inside the margin.
        detectable: the smallest ratio above 1 that would have been found with a chance of 80 %; None for a share.
        difference: of a share, head - base.
        difference_low: lower end of the interval of the difference.
        difference_high: upper end of the interval of the difference.
        difference_detectable: the smallest difference that would have been found with a chance of 80 %.
    """

    ratio: float | None
    low: float | None
    high: float | None
    p: float | None
    p_adjusted: float | None
    verdict: str
    is_below_margin: bool
    detectable: float | None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    difference_detectable: float | None = None


@dataclass(frozen=True)
class NoAnswer:
    """Why a case has no answer.

    Args:
        reason: as a clause.
        is_applicable: whether there could be one; not so where the metric means nothing for an arm.
    """

    reason: str
    is_applicable: bool = True


@dataclass(frozen=True)
class Compared:
    """One case of a comparison.

    Args:
        suite: what it belongs to; may be empty.
        name: its name, unique in suite and metric.
        metric: what was measured.
        unit: SI unit of the means.
        direction: which way is better.
        base: what the change is held against.
        head: what it is about.
        answer: the effect with its verdict, or why there is none.
        is_paired: whether rounds were compared in pairs.
        warnings: what makes it less sure, in sentences.
    """

    suite: str
    name: str
    metric: str
    unit: str
    direction: Direction
    base: Side
    head: Side
    answer: Answer | NoAnswer
    is_paired: bool
    warnings: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The verdict, or `no answer`."""
        return self.answer.verdict if isinstance(self.answer, Answer) else NO_ANSWER

    @property
    def is_worse(self) -> bool:
        """Whether head was found worse, by more than what nobody cares about."""
        worse = stats.Verdict.MORE if self.direction is Direction.LOWER else stats.Verdict.LESS
        is_so = self.verdict == word_of(worse, self.metric, self.unit, self.direction)
        return is_so and isinstance(self.answer, Answer) and not self.answer.is_below_margin

    @property
    def is_open(self) -> bool:
        """Whether a verdict could be had and is not there."""
        if isinstance(self.answer, NoAnswer):
            return self.answer.is_applicable
        return self.answer.verdict == stats.Verdict.INCONCLUSIVE

    @property
    def badness(self) -> float | None:
        """How many times worse head is than base; None without a finite ratio above 0."""
        ratio = self.answer.ratio if isinstance(self.answer, Answer) else None
        if not ratio:
            return None
        return ratio if self.direction is Direction.LOWER else 1 / ratio

    @property
    def is_share(self) -> bool:
        """Whether it is a share of tries, which is compared by its difference."""
        has_difference = isinstance(self.answer, Answer) and self.answer.difference is not None
        return has_difference or self.metric in PROPORTIONS

    @property
    def harm(self) -> float | None:
        """How much worse head is than base, of a share; None of anything else."""
        difference = self.answer.difference if isinstance(self.answer, Answer) else None
        if difference is None:
            return None
        return difference if self.direction is Direction.LOWER else -difference


@dataclass(frozen=True)
class Overall:
    """The cases of one metric together.

    Args:
        metric: which.
        ratio: geometric mean of the ratios; None where no case has one, as for shares.
        low: lower end of its interval; None where nothing tells the processes of some case.
        high: upper end of its interval.
        count: how many cases it is the mean of.
        worst: the case with the worst ratio, or the worst difference.
    """

    metric: str
    ratio: float | None
    low: float | None
    high: float | None
    count: int
    worst: Compared | None


class Correction(StrEnum):
    """How p-values are adjusted for the number of cases."""

    HOLM = "holm"
    """Any false alarm at all counts: for gates."""
    BENJAMINI_HOCHBERG = "benjamini-hochberg"
    """The share of false alarms among all alarms counts: for exploring."""


@dataclass(frozen=True)
class Comparison:
    """Base against head.

    Args:
        base: what the base is called: a file with its tool, or an arm.
        head: the same of the head.
        cases: matched cases, in the order of the base.
        overalls: one of each metric, `time` first.
        unmatched_base: how many cases only the base has.
        unmatched_head: how many cases only the head has.
        correction: how p-values are adjusted for the number of cases of a metric.
    """

    base: str
    head: str
    cases: tuple[Compared, ...]
    overalls: tuple[Overall, ...]
    unmatched_base: int = 0
    unmatched_head: int = 0
    correction: Correction = Correction.HOLM

    @property
    def warnings(self) -> tuple[str, ...]:
        """Every warning of a case, once."""
        return tuple(dict.fromkeys(warning for case in self.cases for warning in case.warnings))

    @property
    def verdicts(self) -> dict[str, int]:
        """How many cases have each verdict, by its word."""
        return dict(sorted(Counter(case.verdict for case in self.cases).items()))


def compare_files(
    base: Path, head: Path | None = None, *, margin: float | None = None, metrics: Sequence[str] = ()
) -> Comparison:
    """Compare two files of results, or the two arms of a run record.

    Args:
        base: a file that `read_results` reads; a run record where it stands alone.
        head: the file to hold against it.
        margin: the ratio above 1 below which nobody cares; where it is None that of the record, or 0.01.
        metrics: which metrics to compare; all without.

    Raises:
        InputError: a file cannot be read, nothing matches, or there is no such metric.
    """
    if head is None:
        return compare_arms(_record(base), margin=margin, metrics=metrics)
    read = [read_results(file) for file in (base, head)]
    found = compare_results(*read, margin=margin or stats.MARGIN, metrics=metrics)
    if not found.cases:
        raise InputError(
            f"{base} and {head}: no case has the same suite, name and metric in both; compare files of the same "
            "benchmarks"
        )
    machine = [f"{file.name}: {warning}" for file in (base, head) for warning in _machine_warnings(file)]
    return _with_warnings(found, machine)


def compare_arms(record: RunRecord, *, margin: float | None = None, metrics: Sequence[str] = ()) -> Comparison:
    """Compare treatment and control of a run record, paired by rounds, at the record's own level.

    Arguments as for `compare_files`.

    Raises:
        InputError: there is no such metric.
    """
    _check_metrics(metrics, {case.metric for case in record.cases})
    cases = tuple(case for case in record.cases if not metrics or case.metric in metrics)
    record = record.model_copy(update={"margin": margin or record.margin, "cases": cases})
    frame = to_frame(record)
    values = dict(iter(frame.groupby(["suite", "scenario", "metric"], sort=False))) if record.cases else {}
    judged = []
    for row in to_effects(record).to_dict("records"):
        case = _paired(row)
        rows = values.get((case.suite, case.name, case.metric))
        judged.append((case, _paired_sample(case.answer, rows)))
    base, head = (_shared(suite.arms[index] for suite in record.suites) for index in (0, 1))
    found = Comparison(base or "control", head or "treatment", *_summarised(judged, record.look_level))
    return _with_warnings(found, record.environment.warnings)


def compare_results(
    base: Results, head: Results, *, margin: float = stats.MARGIN, metrics: Sequence[str] = ()
) -> Comparison:
    """Compare results that were measured apart, at the level 0.05.

    Cases are matched by suite, name and metric. Processes are the unit where both sides tell them; else values are
    compared by ranks, with a warning.

    Arguments as for `compare_files`.

    Raises:
        InputError: there is no such metric.
    """
    _check_metrics(metrics, {result.metric for results in (base, head) for result in results.results})
    ours, theirs = (
        {result.key: result for result in results.results if not metrics or result.metric in metrics}
        for results in (base, head)
    )
    judged = [_judged(result, theirs[key], margin) for key, result in ours.items() if key in theirs]
    return Comparison(
        f"{base.source} ({base.tool})",
        f"{head.source} ({head.tool})",
        *_summarised(judged, stats.LEVEL),
        unmatched_base=len(ours.keys() - theirs.keys()),
        unmatched_head=len(theirs.keys() - ours.keys()),
    )


def corrected(comparison: Comparison, correction: Correction) -> Comparison:
    """Return a comparison with its p-values adjusted in this way."""
    cases = tuple(_adjusted(comparison.cases, correction))
    return dataclasses.replace(comparison, cases=cases, correction=correction)


def to_json(comparison: Comparison) -> str:
    """Return a comparison as JSON; where there is no answer stands null, never NaN.

    | member | meaning |
    | --- | --- |
    | `cases[]` `suite`, `name`, `metric`, `unit`, `direction` | the case; `lower` or `higher` is better |
    | `cases[]` `base`, `head` | `mean`, of all values in `unit`, and `n`, how many are independent |
    | `cases[]` `ratio`, `low`, `high` | head / base, the estimate that the interval belongs to; null for a share |
    | `cases[]` `difference`, `difference_low`, `difference_high` | of a share such as missed frames, head - base with \
its interval; else null |
    | `cases[]` `p`, `p_adjusted` | p-value; after the correction, over the cases of the metric; null for exact counts |
    | `cases[]` `verdict`, `below_margin`, `detectable`, `difference_detectable` | as in `to_effects` |
    | `cases[]` `paired` | whether rounds were compared in pairs |
    | `cases[]` `warnings` | why there is no answer, and what makes one less sure, in sentences |
    | `summary` `metric`, `geomean`, `low`, `high` | geometric mean of the ratios of one metric, `time` if it is \
there, else the first; metrics are never mixed |
    | `summary` `verdicts` | how many cases have each verdict, or `no answer` |
    | `summary` `correction` | `holm` in a report and for a gate (`--fail-on`), else `benjamini-hochberg` |
    | `summary` `unmatched` | how many cases only `base` has, and only `head` |
    """
    overall = comparison.overalls[0] if comparison.overalls else None
    summary = {
        "metric": overall.metric if overall else None,
        "geomean": overall.ratio if overall else None,
        "low": overall.low if overall else None,
        "high": overall.high if overall else None,
        "verdicts": comparison.verdicts,
        "correction": comparison.correction.value,
        "unmatched": {"base": comparison.unmatched_base, "head": comparison.unmatched_head},
    }
    written = {"cases": [_as_members(case) for case in comparison.cases], "summary": summary}
    return json.dumps(written, indent=2, ensure_ascii=False, allow_nan=False)


def word_of(verdict: stats.Verdict, metric: str, unit: str, direction: Direction) -> str:
    """Return a verdict in the metric's own words."""
    return words_of(metric, unit, direction).get(verdict, verdict.value)


def _as_members(case: Compared) -> dict[str, object]:
    answer = case.answer if isinstance(case.answer, Answer) else None
    reasons = () if isinstance(case.answer, Answer) else (case.answer.reason,)
    return {
        "suite": case.suite,
        "name": case.name,
        "metric": case.metric,
        "unit": case.unit,
        "direction": case.direction.value,
        "base": dataclasses.asdict(case.base),
        "head": dataclasses.asdict(case.head),
        "ratio": answer and answer.ratio,
        "low": answer and answer.low,
        "high": answer and answer.high,
        "p": answer and answer.p,
        "p_adjusted": answer and answer.p_adjusted,
        "verdict": answer and answer.verdict,
        "below_margin": answer and answer.is_below_margin,
        "detectable": answer and answer.detectable,
        **{name: answer and getattr(answer, name) for name in DIFFERENCE},
        "paired": case.is_paired,
        "warnings": [*reasons, *case.warnings],
    }


def _paired(row: Mapping[Any, Any]) -> Compared:
    """Return a case from a row of `to_effects`."""
    answer: Answer | NoAnswer
    if row["status"] == Status.MEASURED and isinstance(row["verdict"], str):
        answer = Answer(
            **{name: _finite(row[name]) for name in ("ratio", "low", "high", "p", "detectable", *DIFFERENCE)},
            p_adjusted=None,
            verdict=row["verdict"],
            is_below_margin=bool(row["below_margin"]),
        )
    else:
        reason = f"{row['status']}: {row['reason']}" if isinstance(row["reason"], str) else row["status"]
        answer = NoAnswer(reason, is_applicable=row["status"] != Status.NOT_APPLICABLE)
    base, head = (Side(_finite(row[name]), row["n"]) for name in ("base_mean", "head_mean"))
    return Compared(
        suite=row["suite"],
        name=row["scenario"],
        metric=row["metric"],
        unit=row["unit"],
        direction=Direction(row["direction"]),
        base=base,
        head=head,
        answer=answer,
        is_paired=True,
    )


def _paired_sample(answer: Answer | NoAnswer, rows: Any) -> Sample | None:  # noqa: ANN401 -- a frame or None
    if isinstance(answer, NoAnswer) or answer.difference is not None:
        return None
    return _constant(answer.ratio) if answer.p is None else stats.LogRatios(log_ratios(rows))


def _judged(base: Result, head: Result, margin: float) -> tuple[Compared, Sample | None]:
    """Return a case of two files, and what its geometric mean is drawn from."""
    is_by_process = base.by_process and head.by_process
    before, after = (
        Side(math.fsum(side.values) / len(side.values), len(side.groups if is_by_process else side.values))
        for side in (base, head)
    )
    warnings = [Caution.SESSIONS, *([] if is_by_process else [Caution.NO_PROCESSES])]
    answer, sample = _answer(base, head, margin)
    case = Compared(
        suite=base.suite,
        name=base.name,
        metric=base.metric,
        unit=base.unit,
        direction=base.direction,
        base=before,
        head=after,
        answer=answer,
        is_paired=False,
        warnings=tuple(warning.value for warning in warnings),
    )
    return case, sample


def _answer(base: Result, head: Result, margin: float) -> tuple[Answer | NoAnswer, Sample | None]:
    if (base.unit, base.direction) != (head.unit, head.direction):
        return NoAnswer(f"base is in {base.unit}, {base.direction} is better; head is not"), None
    if base.metric in PROPORTIONS:
        return _share(base, head, margin), None
    if base.metric not in TIMES and len({*base.values}) == len({*head.values}) == 1:
        exact = _exact(base, head, margin)
        return exact, _constant(exact.ratio)
    is_by_process = base.by_process and head.by_process
    numbers = [_units(side, is_by_process=is_by_process) for side in (base, head)]
    if min(map(min, numbers)) <= 0:
        return NoAnswer("a value that is not above 0 has no ratio"), None
    control, treatment = (stats.LogValues(map(math.log, side)) for side in numbers)
    compare = stats.unpaired_effect if is_by_process else stats.rank_effect
    effect = compare(control, treatment, stats.LEVEL)
    if isinstance(effect, stats.TooFew):
        return NoAnswer(str(effect)), None
    answer = Answer(
        **{name: _finite(getattr(effect, name)) for name in ("ratio", "low", "high", "p", "detectable")},
        p_adjusted=None,
        verdict=word_of(stats.verdict_of(effect, margin), base.metric, base.unit, base.direction),
        is_below_margin=stats.is_below_margin(effect, margin),
    )
    return answer, (control, treatment) if is_by_process else None


def _share(base: Result, head: Result, margin: float) -> Answer | NoAnswer:
    """Compare shares of tries, such as hit rates, by their difference."""
    if max(*base.values, *head.values) > 1:
        return NoAnswer("a rate above 1 is none")
    is_exact = base.metric != Metric.MISSED_FRAMES and len({*base.values}) == len({*head.values}) == 1
    if is_exact:
        control, treatment = base.values[0], head.values[0]
        found = stats.difference_of(stats.Rates([control] * 2, [treatment] * 2), stats.LEVEL)
    elif not (base.by_process and head.by_process):
        return NoAnswer("a share needs to know the processes of its values")
    else:
        before, after = (_units(side, is_by_process=True) for side in (base, head))
        unpaired = stats.unpaired_difference(before, after, stats.LEVEL)
        if isinstance(unpaired, stats.TooFew):
            return NoAnswer(str(unpaired))
        found = unpaired
    return Answer(
        ratio=None,
        low=None,
        high=None,
        p=found.p,
        p_adjusted=None,
        verdict=word_of(stats.difference_verdict(found, margin), base.metric, base.unit, base.direction),
        is_below_margin=stats.is_difference_below_margin(found, margin),
        detectable=None,
        difference=found.difference,
        difference_low=found.low,
        difference_high=found.high,
        difference_detectable=found.minimum_detectable_effect,
    )


def _units(result: Result, *, is_by_process: bool) -> list[float]:
    """Return the independent numbers of one side: means of processes, or all values."""
    return [math.fsum(group) / len(group) for group in result.groups] if is_by_process else list(result.values)


def _exact(base: Result, head: Result, margin: float) -> Answer:
    """Compare counts that never vary."""
    found = stats.exact(base.values[0], head.values[0], margin)
    ratio = _finite(found.ratio)
    return Answer(
        ratio=ratio,
        low=ratio,
        high=ratio,
        p=None,
        p_adjusted=None,
        verdict=word_of(found.verdict, base.metric, base.unit, base.direction),
        is_below_margin=found.is_below_margin,
        detectable=None,
    )


def _constant(ratio: float | None) -> Sample | None:
    """Return rounds that all agree on a ratio."""
    return stats.LogRatios([math.log(ratio)] * 2) if ratio and ratio > 0 else None


def _summarised(
    judged: Sequence[tuple[Compared, Sample | None]], level: float
) -> tuple[tuple[Compared, ...], tuple[Overall, ...]]:
    """Return the cases with adjusted p-values, and what those of each metric come to."""
    adjusted = _adjusted([case for case, _ in judged])
    pairs = [(case, sample) for case, (_, sample) in zip(adjusted, judged, strict=True)]
    metrics = sorted(dict.fromkeys(case.metric for case in adjusted), key=lambda metric: metric != TIME)
    overalls = (_overall(metric, [pair for pair in pairs if pair[0].metric == metric], level) for metric in metrics)
    return tuple(adjusted), tuple(overalls)


def _adjusted(cases: Sequence[Compared], correction: Correction = Correction.HOLM) -> list[Compared]:
    """Fill in the p-values adjusted over the cases of each metric."""
    families: dict[str, list[int]] = {}
    for index, case in enumerate(cases):
        if isinstance(case.answer, Answer) and case.answer.p is not None:
            families.setdefault(case.metric, []).append(index)
    adjusted = list(cases)
    for family in families.values():
        answers = {index: answer for index in family if isinstance(answer := cases[index].answer, Answer)}
        adjust = stats.holm if correction is Correction.HOLM else stats.benjamini_hochberg
        values = adjust([answer.p for answer in answers.values() if answer.p is not None])
        for (index, answer), value in zip(answers.items(), values, strict=True):
            adjusted[index] = dataclasses.replace(cases[index], answer=dataclasses.replace(answer, p_adjusted=value))
    return adjusted


def _overall(metric: str, pairs: Sequence[tuple[Compared, Sample | None]], level: float) -> Overall:
    rated = [(case, sample, bad) for case, sample in pairs if (bad := case.badness) is not None and bad > 0]
    if not rated:
        harmed = [(harm, case) for case, _ in pairs if (harm := case.harm) is not None]
        worst_share = max(harmed, key=lambda item: item[0])[1] if harmed else None
        return Overall(metric, None, None, None, 0, worst_share)
    worst = max(rated, key=lambda item: item[2])[0]
    samples = [sample for _, sample, _ in rated if sample is not None]
    if len(samples) < len(rated):
        ratios = [case.answer.ratio for case, _, _ in rated if isinstance(case.answer, Answer) and case.answer.ratio]
        return Overall(metric, stats.geometric_mean(ratios), None, None, len(rated), worst)
    mean = stats.geometric_mean_over_rounds(samples, level, seed=SEED)
    return Overall(metric, _finite(mean.ratio), _finite(mean.low), _finite(mean.high), len(rated), worst)


def _with_warnings(comparison: Comparison, warnings: Sequence[str]) -> Comparison:
    """Add to each case what is to be known about the machine."""
    cases = (dataclasses.replace(case, warnings=(*case.warnings, *warnings)) for case in comparison.cases)
    return dataclasses.replace(comparison, cases=tuple(cases))


def _record(path: Path) -> RunRecord:
    """Read a run record that stands alone."""
    try:
        return load(path)
    except InputError:
        tool = read_results(path).tool  # a file that cannot be read at all ends here, with its own sentence
        raise InputError(
            f"{path}: holds results of {tool}, not both arms of a run; give a second file to compare it with"
        ) from None


def _machine_warnings(path: Path) -> tuple[str, ...]:
    """Return what a run record says about its machine; nothing of files that are none."""
    try:
        return load(path).environment.warnings
    except InputError:
        return ()


def _check_metrics(wanted: Iterable[str], known: Iterable[str]) -> None:
    if missing := [metric for metric in wanted if metric not in known]:
        raise InputError(f"--metric {missing[0]}: nothing of this was measured; give one of {', '.join(sorted(known))}")


def _shared(names: Iterable[str]) -> str | None:
    """Return the name that all have; None where they differ."""
    different = set(names)
    return different.pop() if len(different) == 1 else None


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
