"""Page deploy/rollout-progress: where a rollout is, what its gates say, who was seen, and what was decided.

Whatever comes from a simulated fleet says so where it is shown: it is a rehearsal, and no evidence about players.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from unitdocs.formatting import (
    NO_ANSWER,
    change_points,
    counted,
    listed,
    number,
    percent,
    points,
    probability,
    quantity,
    signed_change,
)
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, admonition, folded, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.verdicts import badge, cell_lines
from unitdocs.portal.figures.rollout_effect import STATES
from unitdocs.studies import (
    ArmTotals,
    ExposedVersion,
    GateKind,
    GateResult,
    MeanObservation,
    PlannedGate,
    PlannedStage,
    RolloutAction,
    RolloutLook,
    RolloutRun,
    ShareObservation,
    Study,
)

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("deploy/rollout-progress.md")
SIMULATED: Final = "simulated fleet"
SNIPPETS: Final = ("answer", "gates", "next", "exposure", "effects", "log")
_WATCH: Final = "watch"
"""Who decides where no person does."""
_DAY: Final = 86_400.0
_LABELS: Final = {"passed": ("passed", "met"), "waiting": ("waiting", "waiting"), "harm": ("harm", "worse")}
"""The label and the style of what a gate says."""
_BANDS: Final = {"go": "M4 12.5l5.2 5.2L20 6.9", "not-yet": "M8 5v14M16 5v14", "no-go": "M6 6l12 12M18 6L6 18"}
"""A tick, a pause and a cross, as paths in a square of 24, by the style of the answer."""


@dataclass(frozen=True)
class Progress:
    """Where a rollout is after the last line of its log.

    Args:
        run: the record.
    """

    run: RolloutRun

    @property
    def last(self) -> RolloutLook:
        """The last line of the log that decided something; the first one always did."""
        return next(look for look in reversed(self.run.looks) if look.action is not RolloutAction.AMEND)

    @property
    def stages(self) -> tuple[PlannedStage, ...]:
        """The planned stages."""
        return self.run.plan.stages

    @property
    def stage(self) -> PlannedStage:
        """The stage that the rollout is in."""
        return self.stages[min(self.last.next_stage, len(self.stages) - 1)]

    @property
    def following(self) -> PlannedStage | None:
        """The stage after it; None if it is the last."""
        place = self.last.next_stage + 1
        return self.stages[place] if place < len(self.stages) else None

    @property
    def entered(self) -> datetime:
        """When the stage began."""
        return self.last.entered if self.last.next_stage == self.last.stage else self.last.time

    @property
    def is_simulated(self) -> bool:
        """Whether its sessions are those of a simulated fleet."""
        return self.run.plan.source != "production"

    @property
    def source(self) -> str:
        """Where its sessions come from, in words."""
        return SIMULATED if self.is_simulated else "production"

    @cached_property
    def judged(self) -> RolloutLook | None:
        """The newest look whose gates said something, if any."""
        return next((look for look in reversed(self.run.looks) if look.gates), None)

    @cached_property
    def observed(self) -> RolloutLook | None:
        """The newest look that saw sessions, if any."""
        return next((look for look in reversed(self.run.looks) if look.observation), None)

    @property
    def holder(self) -> RolloutLook | None:
        """The line with which a person held the rollout, if nobody resumed it."""
        for look in reversed(self.run.looks):
            if look.action in (RolloutAction.START, RolloutAction.RESUME, RolloutAction.KILL):
                return None
            if look.action is RolloutAction.HOLD and look.observation is None and look.who != _WATCH:
                return look
        return None

    def days(self, time: datetime) -> float:
        """Return the days from the start of the rollout to a time."""
        return (time - self.run.looks[0].time).total_seconds() / _DAY

    def name(self, place: int) -> str:
        """Return the name of a stage by its index."""
        return self.stages[place].name if place < len(self.stages) else str(place + 1)


@dataclass(frozen=True)
class GateHistory:
    """What the looks said about one metric.

    Args:
        progress: the rollout.
        gate: the metric's gate in the plan.
    """

    progress: Progress
    gate: PlannedGate

    @cached_property
    def looks(self) -> list[tuple[RolloutLook, GateResult]]:
        """The looks with an estimate, and what they said."""
        return [
            (look, result)
            for look in self.progress.run.looks
            for result in look.gates
            if result.gate == self.gate.metric and result.estimate is not None
        ]

    @property
    def is_mean(self) -> bool:
        """Whether estimates are ratios; else they are differences of shares."""
        return self.gate.kind is GateKind.MEAN

    @property
    def title(self) -> str:
        """What is compared."""
        return self.gate.metric if self.is_mean else f"sessions with {with_article(self.gate.metric)}"

    def write(self, value: float | None) -> str:
        """Return an estimate or a bound in words."""
        if value is None or not self._is_informed(value):
            return "no bound"
        return signed_change(value) if self.is_mean else change_points(value)

    def _is_informed(self, value: float) -> bool:
        """Return whether a bound excludes anything: no ratio is below 0, no difference of shares beyond 1."""
        return value > 0 if self.is_mean else abs(value) < 1

    def bounds(self, result: GateResult) -> str:
        """Return both bounds in words."""
        return f"{self.write(result.low)} to {self.write(result.high)}"

    def change(self, value: float | None) -> float | None:
        """Return an estimate or a bound as a difference from "same", times 100."""
        if value is None:
            return None
        return 100 * (value - 1) if self.is_mean else 100 * value

    def threshold(self, share: float) -> str:
        """Return the margin or the limit in words."""
        return f"+{percent(share)}" if self.is_mean else f"+{points(share)}"


def with_article(noun: str) -> str:
    """Return a noun with `a` or `an`."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def build_page(rollout_run: Study[RolloutRun] | None) -> PageOutput:
    """Return the snippets of `SNIPPETS`, and the figures of the effects."""
    output = PageOutput(PAGE, "rollout")
    if rollout_run is None:
        output.snippet("answer", paragraph("No rollout is recorded for this site."))
        for name in SNIPPETS[1:]:
            output.snippet(name, paragraph("Nothing is recorded."))
        return output
    progress = Progress(rollout_run.record)
    output.snippet("answer", _answer(progress), *_stale(rollout_run))
    output.snippet("gates", *_gates(progress))
    output.snippet("next", *_next(progress))
    output.snippet("exposure", *_exposure(progress))
    output.snippet("effects", *_effects(output, progress))
    output.snippet("log", *_log(progress))
    return output


def _stale(study: Study[RolloutRun]) -> Iterator[Html]:
    if study.is_current is False:
        yield admonition(
            "warning ud-stale",
            "Stale: the record of the rollout",
            "The code that decides has changed since it was made.",
        )


def _answer(progress: Progress) -> Html:
    """Return the state as a band: a word with a shape, one sentence, and why."""
    style, word = _state(progress)
    icon = Html(f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{_BANDS[style]}"/></svg>')
    texts = [tag("p", tag("strong", _exposed(progress))), tag("p", _why(progress)), tag("p", _origin(progress))]
    band = tag("div", tag("strong", icon, word, class_="ud-chip"), tag("div", *texts), class_=f"ud-band ud-{style}")
    return tag("div", band, class_="ud-rollout")


def _state(progress: Progress) -> tuple[str, str]:
    """Return the style and the word of the answer."""
    if progress.last.action is RolloutAction.KILL:
        return "no-go", "Killed"
    if progress.last.action is RolloutAction.COMPLETE:
        return "go", "Complete"
    if progress.holder or progress.last.action is RolloutAction.HOLD:
        return "not-yet", "On hold"
    return "go", "Going on"


def _exposed(progress: Progress) -> str:
    """Return who has the refactored system."""
    players = "players of a simulated fleet" if progress.is_simulated else "players"
    place = f"stage {progress.last.next_stage + 1} of {len(progress.stages)}, {progress.stage.name}"
    if progress.last.action is RolloutAction.KILL:
        return f"No {players} have the refactored system: the rollout was killed in {place}."
    if progress.stage.percent == 0:
        return f"Only testers, by allowed keys, have the refactored system ({place})."
    if progress.last.action is RolloutAction.COMPLETE:
        return f"All {players} have the refactored system."
    return f"{number(progress.stage.percent)} % of {players} have the refactored system ({place})."


def _why(progress: Progress) -> str:
    """Return what was decided last, and why, in one sentence."""
    last, holder = progress.last, progress.holder
    harm = [result.sentence for result in last.gates if result.state == "harm"]
    waiting = [result.gate for result in last.gates if result.state == "waiting"]
    if holder and not harm:
        return f"{holder.who} holds it since {_when(holder.time)}: {_sentence(holder.why)}"
    if last.action is RolloutAction.KILL:
        return f"{_when(last.time)}, by {last.who}: {_sentence('; '.join(harm) or last.why)}"
    if last.action is RolloutAction.HOLD and waiting:
        gates = counted(len(last.gates), "gate")
        return f"The look of {_when(last.time)} holds it: of {gates}, {listed(waiting)} {_be(waiting)} not passed yet."
    return f"Decided {_when(last.time)}: {last.action}, because of: {_sentence(last.why)}"


def _be(parts: Sequence[str]) -> str:
    return "is" if len(parts) == 1 else "are"


def _origin(progress: Progress) -> str:
    """Return what the record is about and where its sessions come from."""
    run = progress.run
    if progress.is_simulated:
        return (
            f"{_sentence(run.title)} A rehearsal with a {SIMULATED}, made on {run.created:%Y-%m-%d}: players and days "
            "are made up, and nothing in it counts for the decision."
        )
    return f"{_sentence(run.title)} Production, recorded on {run.created:%Y-%m-%d}."


def _sentence(text: str) -> str:
    """Return a text as a sentence."""
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def _when(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


def _gates(progress: Progress) -> Iterator[Html]:
    """Yield what the gates of the newest look said: metrics first, then all others."""
    look = progress.judged
    if look is None:
        yield paragraph("Nobody has looked at a gate yet.")
        return
    histories = {gate.metric: GateHistory(progress, gate) for gate in progress.run.plan.gates}
    metrics = [result for result in look.gates if result.gate in histories]
    others = [result for result in look.gates if result.gate not in histories]
    place = f"{progress.name(look.stage)}, {progress.source}, look of {_when(look.time)}"
    columns = [
        Column("Metric"),
        Column("State"),
        *(Column(name, is_number=True) for name in ("Effect, always-valid bounds", "Margin", "Limit")),
        Column("Still needed"),
    ]
    rows = [_metric_row(histories[result.gate], result) for result in metrics]
    if rows:
        yield table(f"What has to be proven: {place}", columns, rows)
    if others:
        rows = [[result.gate, _badge(result), _spoken(result)] for result in others]
        yield table(f"What else has to hold: {place}", [Column("Gate"), Column("State"), Column("What was seen")], rows)


def _metric_row(history: GateHistory, result: GateResult) -> list[str]:
    has_estimate = result.estimate is not None
    effect = cell_lines(history.write(result.estimate), history.bounds(result)) if has_estimate else NO_ANSWER
    gate = history.gate
    return [
        history.title,
        _badge(result),
        effect,
        history.threshold(gate.margin),
        history.threshold(gate.limit),
        _needed(result),
    ]


def _badge(result: GateResult) -> Html:
    return badge(*_LABELS[result.state])


def _needed(result: GateResult) -> str:
    """Return what a metric's gate still needs."""
    if result.needed:
        return f"about {counted(result.needed, 'more session')}"
    if result.state == "passed" and result.estimate is not None:
        return "nothing"
    return _spoken(result)


def _spoken(result: GateResult) -> str:
    """Return what a gate says, without its name, which its row has."""
    return _sentence(result.sentence.removeprefix(f"{result.gate}: "))


def _next(progress: Progress) -> Iterator[Html]:
    """Yield what the next stage is, and what it needs."""
    last, following, look = progress.last, progress.following, progress.judged
    if last.action is RolloutAction.KILL:
        yield paragraph(
            "The rollout goes on only when a person resumes it, from the first stage or one that they name. What was "
            "seen before does not count then."
        )
    elif last.action is RolloutAction.COMPLETE or following is None:
        yield paragraph("There is no further stage.")
    else:
        yield paragraph(
            f"The next stage is {following.name}: {_share_of(following)} of players, for at least "
            f"{_days(following.days)} and {counted(following.sessions, 'session')} with the refactored system."
        )
        waiting = [result for result in (look.gates if look else ()) if result.state != "passed"]
        if look and look.number == last.number and last.action is RolloutAction.HOLD and waiting:
            yield tag("ul", Html("\n"), join([_waiting_item(progress, result) for result in waiting]), Html("\n"))


def _days(days: float) -> str:
    return f"{number(days)} {'day' if days == 1 else 'days'}"


def _waiting_item(progress: Progress, result: GateResult) -> Html:
    text = f" {_spoken(result)}"
    if result.needed and (pace := _pace(progress)):
        text += f" At the pace of this stage, {pace:,.0f} sessions a day, that takes {_roughly(result.needed / pace)}."
    return tag("li", tag("strong", f"{result.gate}:"), text)


def _roughly(days: float) -> str:
    return "less than a day" if days < 1 else f"about {_days(float(f'{days:.2g}'))}"


def _pace(progress: Progress) -> float:
    """Return how many sessions a day had the refactored system in this stage; 0 if that is not known."""
    look = progress.observed
    if look is None or look.observation is None or look.stage != progress.last.next_stage:
        return 0.0
    days = (look.time - look.entered).total_seconds() / _DAY
    sessions = sum(
        one.treatment + one.testers for one in look.observation.versions if one.flag_version >= look.first_version
    )
    return sessions / days if days > 0 else 0.0


def _exposure(progress: Progress) -> Iterator[Html]:
    """Yield who was seen under each version of the flag, and whether sessions were assigned as planned."""
    look = progress.observed
    if look is None or look.observation is None or not look.observation.versions:
        yield paragraph("No session has been seen.")
        return
    columns = [
        Column("Flag version", is_number=True),
        Column("Stage"),
        *(
            Column(name, is_number=True)
            for name in ("Original", "Refactored", "Share planned", "Share seen", "Allowed keys")
        ),
    ]
    rows = [_exposure_row(progress, version) for version in look.observation.versions]
    yield table(f"Sessions by version of the flag: {progress.source}, until {_when(look.time)}", columns, rows)
    mismatch = next((result for result in look.gates if result.gate == "assignment"), None)
    if mismatch:
        level = probability(progress.run.plan.mismatch_level)
        yield paragraph(
            f"Test for mismatch: {_spoken(mismatch)} It compares the planned shares with those seen, is valid at every "
            f"look, and holds the rollout below p = {level}."
        )
    for note in look.observation.notes:
        yield paragraph(_sentence(note))


def _exposure_row(progress: Progress, version: ExposedVersion) -> list[str]:
    assigned = version.control + version.treatment
    errors = f"{version.tester_errors} with an error" if version.tester_errors else ""
    return [
        str(version.flag_version),
        next((stage.name for stage in progress.stages if math.isclose(stage.percent, 100 * version.share)), NO_ANSWER),
        f"{version.control:,}",
        f"{version.treatment:,}",
        percent(version.share),
        percent(version.treatment / assigned) if assigned else NO_ANSWER,
        cell_lines(f"{version.testers:,}", errors),
    ]


def _effects(output: PageOutput, progress: Progress) -> Iterator[Html]:
    """Yield the effect by stage, a figure of each metric over the looks, and what was seen in detail."""
    histories = [GateHistory(progress, gate) for gate in progress.run.plan.gates]
    drawn = [history for history in histories if history.looks]
    if not drawn:
        yield paragraph("No stage with two arms has been looked at.")
        return
    first, *others = drawn
    yield _figure(output, first)
    for history in others:
        yield folded(_sentence(_finding(history)).removesuffix("."), _figure(output, history, is_inline=False))
    yield _by_stage(progress, drawn)
    yield from _details(progress)


def _figure(output: PageOutput, history: GateHistory, *, is_inline: bool = True) -> Html:
    progress, gate = history.progress, history.gate
    data = _frame(history)
    thresholds = figures.Thresholds(100 * gate.margin, 100 * gate.limit, "%" if history.is_mean else "points")
    below = f"days since the start{f', {SIMULATED}' if progress.is_simulated else ''}"
    figure = Figure(
        key=output.key("rollout", gate.metric),
        finding=_sentence(_finding(history)),
        measured=_measured(history),
        plot=figures.pinned(figures.rollout_effect(data, _stage_starts(progress), thresholds, below)),
        table=_table(history),
        reproduce=progress.run.command,
        is_inline=is_inline,
    )
    return output.figure(figure, data.drop(columns=["text", "change", "low", "high"]).rename(columns=_PLAIN))


_PLAIN: Final = {"estimate_plain": "estimate", "low_plain": "low", "high_plain": "high"}


def _finding(history: GateHistory) -> str:
    """Return the newest effect in words, with where it comes from."""
    look, result = history.looks[-1]
    source = f"{SIMULATED}, " if history.progress.is_simulated else ""
    return (
        f"{source}{history.progress.name(look.stage)}: {history.title} {history.write(result.estimate)} with the "
        f"refactored system, {STATES[result.state][0]}"
    )


def _measured(history: GateHistory) -> str:
    origin = f"Sessions of a {SIMULATED}, not of players. " if history.progress.is_simulated else ""
    scale = "Ratio of the arms' means" if history.is_mean else "Difference of the arms' shares"
    return (
        f"{origin}{scale} over sessions, in each stage alone, at each look with always-valid bounds; more is worse. "
        f"An upper end below the margin of {history.threshold(history.gate.margin)} passes the gate; a lower end above "
        f"the limit of {history.threshold(history.gate.limit)} ends the rollout. A dotted line begins a stage."
    )


def _frame(history: GateHistory) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 -- slow to load

    progress = history.progress
    return pd.DataFrame(
        [
            {
                "source": progress.source,
                "metric": history.gate.metric,
                "look": look.number,
                "time": look.time.isoformat(),
                "day": progress.days(look.time),
                "stage": progress.name(look.stage),
                "state": result.state,
                "action": look.action.value,
                "estimate_plain": result.estimate,
                "low_plain": result.low,
                "high_plain": result.high,
                "margin": result.margin,
                "limit": result.limit,
                "change": history.change(result.estimate),
                "low": history.change(result.low),
                "high": history.change(result.high),
                "text": _hover(history, look, result),
            }
            for look, result in history.looks
        ]
    )


def _hover(history: GateHistory, look: RolloutLook, result: GateResult) -> str:
    effect = f"{history.write(result.estimate)} ({history.bounds(result)})"
    return f"{_when(look.time)}, {history.progress.name(look.stage)}: {effect}, {look.action}"


def _stage_starts(progress: Progress) -> list[tuple[float, str]]:
    """Return the day on which each stage began, with its share of players; a kill begins nothing."""
    first, *others = progress.run.looks
    begun = [look for look in others if look.next_stage != look.stage or look.action is RolloutAction.RESUME]
    return [(progress.days(look.time), _share_of(progress.stages[look.next_stage])) for look in (first, *begun)]


def _share_of(stage: PlannedStage) -> str:
    return f"{number(stage.percent)} %" if stage.percent else stage.name


def _table(history: GateHistory) -> Html:
    columns = [
        Column("Look"),
        Column("Stage"),
        *(Column(name, is_number=True) for name in ("Estimate", "At least", "At most")),
        Column("Decision"),
    ]
    rows = [
        [
            _when(look.time),
            history.progress.name(look.stage),
            *(history.write(value) for value in (result.estimate, result.low, result.high)),
            look.action.value,
        ]
        for look, result in history.looks
    ]
    return table(f"Every look as drawn, {history.progress.source}", columns, rows)


def _by_stage(progress: Progress, histories: Sequence[GateHistory]) -> Html:
    """Return the newest effect of each stage on each metric."""
    newest = {history.gate.metric: {look.stage: result for look, result in history.looks} for history in histories}
    places = sorted({place for results in newest.values() for place in results})
    columns = [Column("Stage"), *(Column(history.title, is_number=True) for history in histories)]
    rows = [
        [progress.name(place), *(_effect(history, newest[history.gate.metric].get(place)) for history in histories)]
        for place in places
    ]
    return table(f"Effect at the last look of each stage, {progress.source}", columns, rows)


def _effect(history: GateHistory, result: GateResult | None) -> str:
    return NO_ANSWER if result is None else cell_lines(history.write(result.estimate), history.bounds(result))


def _details(progress: Progress) -> Iterator[Html]:
    """Yield what the newest look saw of each metric: by version of the flag, or by day."""
    look = progress.observed
    if look is None or look.observation is None:
        return
    for mean in look.observation.means:
        yield folded(f"{_sentence(mean.metric).removesuffix('.')} by version of the flag", _strata(progress, mean))
    for share in look.observation.shares:
        yield folded(f"Sessions with {with_article(share.metric)} by day", _cells(progress, share))


def _strata(progress: Progress, seen: MeanObservation) -> Html:
    unit = "s" if seen.metric.endswith("time") else "1"
    columns = [
        Column("Flag version", is_number=True),
        *(Column(name, is_number=True) for name in ("Original", "Refactored", "Ratio")),
    ]
    rows = [
        [
            str(one.flag_version),
            *(
                cell_lines(quantity(arm.mean, unit), counted(arm.sessions, "session"))
                for arm in (one.control, one.treatment)
            ),
            signed_change(one.treatment.mean / one.control.mean) if one.control.mean else NO_ANSWER,
        ]
        for one in seen.strata
    ]
    covariate = ", less what was known of the player from before the rollout" if seen.has_covariate else ""
    return table(f"Means over sessions{covariate}, {progress.source}", columns, rows)


def _mean(arm: ArmTotals, unit: str) -> Html:
    return cell_lines(quantity(arm.mean, unit), counted(arm.sessions, "session"))


def _cells(progress: Progress, seen: ShareObservation) -> Html:
    columns = [
        Column("Day"),
        Column("Flag version", is_number=True),
        *(Column(name, is_number=True) for name in ("Original", "Refactored")),
    ]
    rows = [
        [
            f"{one.day:%Y-%m-%d}",
            str(one.flag_version),
            f"{one.control_hits:,} of {one.control_sessions:,}",
            f"{one.treatment_hits:,} of {one.treatment_sessions:,}",
        ]
        for one in seen.cells
    ]
    return table(f"Sessions with {with_article(seen.metric)}, {progress.source}", columns, rows)


def _log(progress: Progress) -> Iterator[Html]:
    """Yield the decisions, newest first; looks in a row that hold are one row."""
    columns = [Column("When"), Column("Stage"), Column("Decision"), Column("Who"), Column("Why")]
    groups = [list(looks) for _, looks in itertools.groupby(progress.run.looks, key=_grouped)]
    rows = [_log_row(progress, looks) for looks in reversed(groups)]
    yield table(f"Decisions, the newest first, {progress.source}", columns, rows)
    yield tag("p", "Reproduce this: ", tag("code", progress.run.command), class_="ud-reproduce")


def _grouped(look: RolloutLook) -> tuple[int, int, str]:
    """Return what looks in one row share: watched holds of a stage; every other line is alone."""
    if look.action is RolloutAction.HOLD and look.who == _WATCH:
        return look.stage, 0, look.who
    return look.stage, look.number, look.who


def _log_row(progress: Progress, looks: Sequence[RolloutLook]) -> list[str]:
    first, last = looks[0], looks[-1]
    when = cell_lines(_when(last.time), f"{len(looks)} looks since {_when(first.time)}" if len(looks) > 1 else "")
    goes = f"{progress.name(last.stage)} → {progress.name(last.next_stage)}"
    stage = goes if last.next_stage != last.stage else progress.name(last.stage)
    return [when, stage, last.action.value, last.who, _reason(last)]


def _reason(look: RolloutLook) -> str:
    """Return why a line was written; of a look that holds the gates, whose sentences are long."""
    waiting = [result.gate for result in look.gates if result.state == "waiting"]
    if look.action is RolloutAction.HOLD and waiting:
        return f"Not passed yet: {listed(waiting)}."
    return _sentence(look.why)
