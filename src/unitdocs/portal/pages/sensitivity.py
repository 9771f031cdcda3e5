"""The page best-practices/sensitivity: what each setting moves, and which settings matter."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, NoEffect
from unitdocs.formatting import counted, duration, listed, percent, signed_change, signed_interval, size
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, admonition, table
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.records import Direction, Metric, Status
from unitdocs.stats import Verdict
from unitdocs.studies import Sensitivity, SettingEffect, Study

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("best-practices/sensitivity.md")


def build_page(sensitivity: Study[Sensitivity] | None) -> PageOutput:
    """Return the snippet `effects`, with its figure and the figure's data."""
    output = PageOutput(PAGE, "sensitivity")
    output.snippet("effects", *_effects(output, sensitivity))
    return output


def _effects(output: PageOutput, study: Study[Sensitivity] | None) -> Iterator[Html]:
    if study is None:
        yield paragraph("What each setting moves was not measured for this site.")
        return
    record = study.record
    if study.is_current is False:
        yield admonition(
            "warning ud-stale", "Stale: what settings move", "The unit system or the works have changed since."
        )
    yield paragraph(_matters(record), _does_not(record), _open(record))
    if any(effect.ratio for effect in record.effects):
        yield output.figure(_figure(record), _data(record))
    yield _table(record)


def _settings(record: Sensitivity) -> dict[str, list[SettingEffect]]:
    """Return the effects by setting, the largest certain effect first."""
    settings: dict[str, list[SettingEffect]] = {}
    for effect in record.effects:
        settings.setdefault(effect.setting, []).append(effect)
    return dict(sorted(settings.items(), key=lambda item: -max(map(_extent, item[1]))))


def _extent(effect: SettingEffect) -> float:
    """Return how far an interval is from no change, as a logarithm; 0 if it includes it."""
    if effect.low is None or effect.high is None:
        return 0.0
    return max(math.log(effect.low), -math.log(effect.high), 0.0)


def _matters(record: Sensitivity) -> str:
    names = [
        f"{_name(setting)} (up to {signed_change(_largest(record, effects))})"
        for setting, effects in _settings(record).items()
        if any(map(record.matters, effects))
    ]
    if not names:
        return f"No setting moves CPU time by more than {percent(record.margin)}."
    return f"CPU time differs by more than {percent(record.margin)} with {listed(names)}."


def _largest(record: Sensitivity, effects: Sequence[SettingEffect]) -> float:
    largest = max(filter(record.matters, effects), key=_extent)
    assert largest.ratio is not None
    return largest.ratio


def _does_not(record: Sensitivity) -> str:
    names = [
        _name(setting)
        for setting, effects in _settings(record).items()
        if all(effect.outcome in {"equivalent", "below margin"} for effect in effects)
    ]
    return f"It does not with {listed(names)}." if names else ""


def _open(record: Sensitivity) -> str:
    names = [
        _name(setting)
        for setting, effects in _settings(record).items()
        if not any(map(record.matters, effects))
        and any(effect.outcome not in {"equivalent", "below margin"} for effect in effects)
    ]
    return f"Not certain: {listed(names)}." if names else ""


def _name(setting: str) -> str:
    return setting.replace("_", " ")


def _figure(record: Sensitivity) -> Figure:
    cases = [_case(effect) for effect in record.effects]
    titles = {
        setting: f"{_name(setting)} (default {record.defaults.get(setting, 'unknown')})"
        for setting in _settings(record)
    }
    rounds = [effect.rounds for effect in record.effects]
    return Figure(
        key="setting-effects",
        finding=_matters(record),
        measured=(
            f"CPU time of one operation with the changed setting, compared with the default; grey band: "
            f"{percent(record.margin)}. Up to {counted(max(rounds), 'round')}, each in a fresh process, on "
            f"{record.environment.cpu}, {record.created:%Y-%m-%d}."
        ),
        plot=figures.pinned(figures.forest(cases, record.margin, titles)),
        table=_table(record),
        reproduce=record.command,
    )


def _case(effect: SettingEffect) -> CaseResult:
    """Return an effect as the result of a case, which figures draw."""
    return CaseResult(
        suite=effect.setting,
        scenario=f"{effect.setting}/{effect.value}/{effect.work}",
        title=f"{effect.value}: {effect.title}",
        elements=effect.elements,
        metric=Metric.TIME,
        unit="s",
        direction=Direction.LOWER,
        control="default",
        treatment="changed",
        control_mean=effect.seconds,
        treatment_mean=effect.seconds and effect.ratio and effect.seconds * effect.ratio,
        control_n=effect.rounds,
        treatment_n=effect.rounds,
        result=_result(effect),
    )


def _result(effect: SettingEffect) -> Effect | NoEffect:
    if effect.ratio is None or effect.low is None or effect.high is None:
        return NoEffect(Status.NOT_MEASURED, effect.reason)
    verdict = Verdict.EQUIVALENT if effect.outcome == "equivalent" else Verdict.INCONCLUSIVE
    if effect.outcome in {"better", "worse", "below margin"}:
        verdict = Verdict.LESS if effect.ratio < 1 else Verdict.MORE
    is_below = effect.outcome == "below margin"
    return Effect(EffectScale.RATIO, effect.ratio, effect.low, effect.high, effect.level, verdict, is_below)


def _table(record: Sensitivity) -> Html:
    columns = [
        Column("Setting"),
        Column("Work"),
        *(Column(name, is_number=True) for name in ("CPU time", "Default", "Bytes held")),
    ]
    rows = [
        [
            cell_lines(_name(effect.setting), f"{record.defaults.get(effect.setting, '?')} to {effect.value}"),
            effect.title,
            _change(effect),
            "-" if effect.seconds is None else duration(effect.seconds),
            _held(effect),
        ]
        for effects in _settings(record).values()
        for effect in effects
    ]
    return table("What each changed setting moves", columns, rows)


def _change(effect: SettingEffect) -> str:
    if effect.ratio is None or effect.low is None or effect.high is None:
        return "not measured"
    return cell_lines(signed_change(effect.ratio), f"{signed_interval(effect.low, effect.high)}, {effect.outcome}")


def _held(effect: SettingEffect) -> str:
    if effect.default_bytes == effect.changed_bytes:
        return size(effect.default_bytes)
    return f"{size(effect.default_bytes)} to {size(effect.changed_bytes)}"


def _data(record: Sensitivity) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 - slow to load

    ends = ("ratio", "low", "high", "seconds", "outcome", "rounds", "default_bytes", "changed_bytes")
    names = ("setting", "value", "work", *ends)
    return pd.DataFrame([{name: getattr(effect, name) for name in names} for effect in record.effects])
