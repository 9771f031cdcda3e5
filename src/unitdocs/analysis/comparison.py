"""Comparisons: the two arms of a run record, or any two sides of results, case by case.

The two arms of a record are measured alternately in the same processes, so their rounds are compared in pairs. Two
sides were measured separately: their values are never paired by position, and the spread between processes decides
whether a change is significant (`unpaired`). What cannot be compared is named with its reason (`not_compared`).
"""

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from unitdocs import stats
from unitdocs.analysis.arms import compare_cases
from unitdocs.analysis.case_result import CaseResult, EffectScale, metrics
from unitdocs.analysis.families import adjust_p_values
from unitdocs.analysis.margins import Margins, apply_absolute_margins
from unitdocs.analysis.not_compared import NotCompared, cases_without_partner, failed_arms, incomparable
from unitdocs.analysis.scope import Pair, Scope, pair, select
from unitdocs.analysis.sources import differences_of_context, find_file, labels, read_side
from unitdocs.analysis.unpaired import TICKS, Caution, compare_unpaired
from unitdocs.errors import InputError
from unitdocs.formatting import counted, inverse
from unitdocs.records import RunRecord, Status, load
from unitdocs.records.readers import read_results
from unitdocs.records.results import Results

SEED = 1
"""Seed of the draws behind a geometric mean's interval: the same comparison gives the same numbers."""
CORRECTION = "holm"
"""How p-values are adjusted; see `families`."""
MOST_TICKS = 3
"""Warnings about ticks that a comparison shows; each case has its own."""
UNMEASURED = (Status.FAILED, Status.NEW, Status.NOT_MEASURED)


@dataclass(frozen=True)
class MetricSummary:
    """The cases of one metric together.

    Args:
        metric: which metric.
        unit: its unit: cases in different units are never in one mean.
        ratio: geometric mean of the ratios; None if no case has one, as for shares.
        low: lower end of its interval; None if the processes of a case are unknown.
        high: upper end of its interval.
        count: number of cases that the mean is taken over: those with an interval or, if there are none, with a ratio.
        worst: the case with the worst ratio, or the worst difference.
    """

    metric: str
    unit: str
    ratio: float | None
    low: float | None
    high: float | None
    count: int
    worst: CaseResult | None


@dataclass(frozen=True)
class Comparison:
    """Base against head.

    Args:
        base: name of the base: a file with its tool, or an arm.
        head: name of the head.
        level: error level of the intervals.
        cases: compared cases, in the order of the base.
        not_compared: cases that are not compared, each with its reason.
        cautions: what makes the whole comparison less certain, such as another machine.
        unmatched_base: number of results that only the base has.
        unmatched_head: number of results that only the head has.
        command: the command that measures the same again; empty if nobody knows it.
    """

    base: str
    head: str
    level: float
    cases: tuple[CaseResult, ...]
    not_compared: tuple[NotCompared, ...] = ()
    cautions: tuple[str, ...] = ()
    unmatched_base: int = 0
    unmatched_head: int = 0
    command: str = ""

    @property
    def groups(self) -> tuple[tuple[CaseResult, ...], ...]:
        """The cases by metric and unit, `time` first."""
        return tuple(
            tuple(case for case in self.cases if case.metric == metric and case.unit == unit)
            for metric in metrics(self.cases)
            for unit in dict.fromkeys(case.unit for case in self.cases if case.metric == metric)
        )

    @property
    def summaries(self) -> tuple[MetricSummary, ...]:
        """A summary of each group of `groups`."""
        return tuple(summarise(cases[0].metric, cases, self.level) for cases in self.groups)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The cautions, and the warnings of all cases, each once; a few of those that name a tick."""
        counts = Counter(warning for case in self.cases for warning in case.warnings)
        every = dict.fromkeys([*(self._scoped(warning, count) for warning, count in counts.items()), *self.cautions])
        ticks = [warning for warning in every if warning.startswith(TICKS)]
        others = [warning for warning in every if warning not in ticks]
        more = len(ticks) - MOST_TICKS
        rest = [f"times of other cases are multiples of {more} more ticks"] if more > 0 else []
        return (*others, *ticks[:MOST_TICKS], *rest)

    def _scoped(self, warning: str, count: int) -> str:
        """Return a warning with the number of cases that it is true of, where others contradict it."""
        if warning != Caution.SAME_VALUES or count == len(self.cases):
            return warning
        return f"{warning} in {count} of {counted(len(self.cases), 'case')}"

    @property
    def verdicts(self) -> dict[str, int]:
        """Number of cases by their one word: the label of the verdict, `below margin`, or `no verdict`."""
        return dict(sorted(Counter(case.outcome_label for case in self.cases).items()))


def compare_files(
    base: Path | Sequence[Path],
    head: Path | Sequence[Path] | None = None,
    *,
    margin: float | Margins | None = None,
    absolute_margins: Mapping[str, float] | None = None,
    metrics: Sequence[str] = (),
    patterns: Sequence[str] = (),
    pairs: Sequence[Pair] = (),
) -> Comparison:
    """Compare two files of results, the two arms of a run record, or repetitions in several files.

    Args:
        base: a file that `read_results` reads, a folder that holds one, or several files with repetitions of the same
            benchmarks; a run record if there is no head and no pair.
        head: the file to compare with it; with pairs, the base itself by default.
        margin: differences smaller than this are treated as equivalent; by default the record's own, or 0.01.
        absolute_margins: such differences in a metric's unit, by metric; by default the record's own, or none.
        metrics: which metrics to compare; all by default.
        patterns: which cases to compare; all by default.
        pairs: names to compare with each other, one of the base and one of the head.

    Raises:
        InputError: a file cannot be read, nothing matches, or an unknown metric or name.
    """
    margins = margin if isinstance(margin, Margins) else Margins(margin)
    scope = Scope(metrics, patterns, pairs, margins, absolute_margins)
    base_files = [base] if isinstance(base, Path) else list(base)
    if head is None and not pairs:
        return _compare_arms(_load_record(base_files), scope)
    head_files = base_files if head is None else [head] if isinstance(head, Path) else list(head)
    sides = read_side(base_files), read_side(head_files)
    names = _names_of_sides((base_files, head_files), sides, pairs)
    is_one_session = set(map(find_file, base_files)) == set(map(find_file, head_files))
    comparison = _compare_results(*sides, scope, names, is_one_session=is_one_session)
    if not comparison.cases and not _have_common(*sides):
        raise InputError(_nothing_in_common(*names, *sides))
    files = dict.fromkeys([*base_files, *head_files])
    return _with_warnings(comparison, [f"{file.name}: {text}" for file in files for text in _machine_warnings(file)])


def compare_arms(
    record: RunRecord,
    *,
    margin: float | Margins | None = None,
    absolute_margins: Mapping[str, float] | None = None,
    metrics: Sequence[str] = (),
    patterns: Sequence[str] = (),
) -> Comparison:
    """Compare treatment and control of a run record, paired by rounds, at the record's own level.

    Arguments as for `compare_files`.

    Raises:
        InputError: an unknown metric.
    """
    margins = margin if isinstance(margin, Margins) else Margins(margin)
    return _compare_arms(record, Scope(metrics, patterns, (), margins, absolute_margins))


def compare_results(
    base: Results,
    head: Results,
    *,
    margin: float | Margins = stats.MARGIN,
    absolute_margins: Mapping[str, float] | None = None,
    metrics: Sequence[str] = (),
    patterns: Sequence[str] = (),
    pairs: Sequence[Pair] = (),
) -> Comparison:
    """Compare results that were measured separately, at the level 0.05.

    Cases are matched by suite, name and metric, or by pairs of names. Processes are the unit of replication if both
    sides record which process a value came from; otherwise values are compared by ranks, with a warning.

    Arguments as for `compare_files`.

    Raises:
        InputError: an unknown metric or name.
    """
    margins = margin if isinstance(margin, Margins) else Margins(margin)
    names = f"{base.source} ({base.tool})", f"{head.source} ({head.tool})"
    return _compare_results(base, head, Scope(metrics, patterns, pairs, margins, absolute_margins), names)


def _names_of_sides(
    files: tuple[Sequence[Path], Sequence[Path]], sides: tuple[Results, Results], pairs: Sequence[Pair]
) -> tuple[str, str]:
    """Return the names of both sides; with a single pair those of the files are followed by those of the pair."""
    if len(pairs) != 1:
        return labels(files, sides)
    base, head = (f"{side.source} ({side.tool}): {name}" for side, name in zip(sides, pairs[0], strict=True))
    return base, head


def _compare_arms(record: RunRecord, scope: Scope) -> Comparison:
    _check_metrics(scope.metrics, {case.metric for case in record.cases})
    keys = [(case.suite, case.scenario, case.metric) for case in record.cases]
    scope.check_patterns(keys)
    results = {
        share: compare_cases(record, margin=share, absolute_margins=scope.absolute_margins)
        for share in scope.margins.shares(record.margin)
    }
    chosen = [
        results[scope.margins.of(case.suite, case.scenario, record.margin)][index]
        for index, case in enumerate(record.cases)
        if scope.has(case.suite, case.scenario, case.metric)
    ]
    is_measured = [case.status not in UNMEASURED or case.control_mean is not None for case in chosen]
    cases = tuple(case for case, kept in zip(chosen, is_measured, strict=True) if kept)
    failed = failed_arms(case for case, kept in zip(chosen, is_measured, strict=True) if not kept)
    base, head = (_common_name(suite.arms[index] for suite in record.suites) for index in (0, 1))
    comparison = Comparison(
        base or "control", head or "treatment", record.look_level, cases, failed, command=record.command
    )
    return _with_cautions(_with_warnings(comparison, record.environment.warnings), scope.unused(keys))


def _compare_results(
    base: Results, head: Results, scope: Scope, names: tuple[str, str], *, is_one_session: bool = False
) -> Comparison:
    _check_metrics(scope.metrics, {result.metric for results in (base, head) for result in results.results})
    keys = [one.key for side in (base, head) for one in side.results]
    scope.check_patterns([*keys, *(one.key for side in (base, head) for one in side.left_out_cases)])
    base, head = (select(results, scope) for results in (base, head))
    if scope.pairs:
        base, head = pair(base, head, scope.pairs)
    heads = {result.key: result for result in head.results}
    matched = [(result, heads[result.key]) for result in base.results if result.key in heads]
    excluded = {result.key: reason for result, other in matched if (reason := incomparable(result, other))}
    cases = [
        compare_unpaired(
            result,
            other,
            scope.margins.of(result.suite, result.name, stats.MARGIN),
            is_one_session=is_one_session,
        )
        for result, other in matched
        if result.key not in excluded
    ]
    comparison = Comparison(
        *names,
        stats.LEVEL,
        apply_absolute_margins(adjust_p_values(cases), scope.absolute_margins or {}),
        cases_without_partner(base, head, excluded),
        unmatched_base=len(base.results) - len(matched),
        unmatched_head=len(head.results) - len(matched),
    )
    return _with_cautions(
        _with_warnings(comparison, differences_of_context(base.context, head.context)),
        [] if scope.pairs else scope.unused(keys),
    )


def summarise(metric: str, cases: Sequence[CaseResult], level: float) -> MetricSummary:
    """Return the geometric mean and the worst case of one metric's cases; the mean of a single case is its effect.

    Args:
        metric: their metric.
        cases: any number of them, in one unit.
        level: error level of the interval.
    """
    unit = cases[0].unit if cases else ""
    rated_cases = [case for case in cases if _regression_factor(case)]
    if not rated_cases:
        shares = [case for case in cases if case.effect and case.effect.scale is EffectScale.DIFFERENCE]
        worst_share = min(shares, key=lambda case: case.sort_key, default=None)
        ratios = [] if shares else [ratio for case in cases if (ratio := case.ratio) and math.isfinite(ratio)]
        mean_ratio = stats.geometric_mean(ratios) if ratios else None
        return MetricSummary(metric, unit, mean_ratio, None, None, len(ratios), worst_share)
    worst = max(rated_cases, key=_regression_factor)
    samples = [sample for case in rated_cases if (sample := _samples(case)) is not None]
    if len(samples) < len(rated_cases):
        ratios = [case.effect.estimate for case in rated_cases if case.effect]
        return MetricSummary(metric, unit, stats.geometric_mean(ratios), None, None, len(rated_cases), worst)
    if len(rated_cases) == 1 and worst.effect:  # by ranks or by means: a second estimate would contradict the first
        ratio, low, high = worst.effect.estimate, worst.effect.low, worst.effect.high
    else:
        mean = stats.geometric_mean_over_rounds(samples, level, seed=SEED)
        ratio, low, high = mean.ratio, mean.low, mean.high
    return MetricSummary(metric, unit, _finite(ratio), _finite(low), _finite(high), len(rated_cases), worst)


def reason_of(case: CaseResult) -> str:
    """Return why a case has no verdict, as a clause; preceded by the status of a record's case, such as `failed`."""
    if not case.is_paired:
        return f"no verdict: {case.reason}"
    return f"{case.status.value}: {case.reason}" if case.reason else case.status.value


def _regression_factor(case: CaseResult) -> float:
    """Return how many times worse the treatment is; 0 without a finite ratio above 0."""
    factor = case.improvement_factor
    return inverse(factor) if factor and math.isfinite(factor) else 0.0


def _samples(case: CaseResult) -> stats.LogRatios | stats.UnpairedSample | None:
    """Return what a geometric mean is estimated from; exact counts are treated as rounds that agree."""
    effect = case.effect
    if effect is None or not effect.is_exact:
        return effect.samples if effect else None
    return stats.LogRatios([math.log(effect.estimate)] * 2)


def _with_warnings(comparison: Comparison, warnings: Sequence[str]) -> Comparison:
    """Add warnings about the machine to every case and to the comparison."""
    cases = tuple(dataclasses.replace(case, warnings=(*case.warnings, *warnings)) for case in comparison.cases)
    return dataclasses.replace(comparison, cases=cases, cautions=(*comparison.cautions, *warnings))


def _with_cautions(comparison: Comparison, cautions: Sequence[str]) -> Comparison:
    """Add cautions that concern no single case."""
    return dataclasses.replace(comparison, cautions=(*comparison.cautions, *cautions))


def _have_common(base: Results, head: Results) -> bool:
    """Return whether both sides name a benchmark of one name, with a result or without."""
    names = [
        {one.key[:2] for one in side.results} | {one.key[:2] for one in side.left_out_cases} for side in (base, head)
    ]
    return bool(names[0] & names[1])


def _nothing_in_common(base_name: str, head_name: str, base: Results, head: Results) -> str:
    """Return the error for sides of which no case has the same name, with what they have."""
    if not base.results and not head.results:
        return f"{base_name} and {head_name}: hold no results; give files of benchmarks"
    return (
        f"{base_name} and {head_name}: no case has the same suite, name and metric in both: base has "
        f"{_first_name(base)}, head has {_first_name(head)}; compare files of the same benchmarks, or name two cases "
        "with --pair"
    )


def _first_name(results: Results) -> str:
    names = [one.name for one in results.results] + [one.name for one in results.left_out_cases]
    return f"{names[0][:60]!r}" if names else "no benchmark"


def _load_record(files: Sequence[Path]) -> RunRecord:
    """Read a run record whose own arms are compared."""
    if len(files) > 1:
        raise InputError(f"{files[0]}: is one of {len(files)} files; give those of the head after --against")
    path = find_file(files[0])
    try:
        return load(path)
    except InputError:
        tool = read_results(path).tool  # raises its own error if the file cannot be read at all
        raise InputError(
            f"{path}: holds results of {tool}, not both arms of a run; give a second file to compare it with"
        ) from None


def _machine_warnings(path: Path) -> tuple[str, ...]:
    """Return the environment warnings of a run record; none for other files."""
    try:
        return load(path).environment.warnings
    except InputError:
        return ()


def _check_metrics(requested: Iterable[str], measured: Iterable[str]) -> None:
    """Raise an error if a requested metric was not measured."""
    missing = [metric for metric in requested if metric not in measured]
    if missing:
        raise InputError(f"--metric {missing[0]}: was not measured; give one of {', '.join(sorted(measured))}")


def _common_name(names: Iterable[str]) -> str | None:
    """Return the name that all share; None if they differ."""
    distinct = set(names)
    return distinct.pop() if len(distinct) == 1 else None


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
