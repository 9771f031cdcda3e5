"""The search: suggests a point, counts it, times it if its counts allow that it is better, and keeps the trial.

What can be counted is never timed. A trial that differs from an earlier one in sizes alone, holds no fewer bytes and
has no more hits anywhere is dominated, and is not timed. A session in which a trial does the same work as an earlier
one, by its counts, has that one's times. Only trials near the front get all rounds.

When each setting was tried alone, every other trial is next to the settings chosen so far for an environment: what is
better alone is added, or one setting goes a step further. The sampler alone would rather explore than combine.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from unitdocs.formatting import counted
from unitdocs.studies.tuning_search import (
    Hits,
    ScenarioMeasure,
    SearchScenario,
    SearchTrial,
    TrialState,
    TuningSearch,
)
from unitdocs.tuning.search.environments import TunedEnvironment
from unitdocs.tuning.search.objectives import Objectives, better_alone, changed, choose, objectives_of, pareto_front
from unitdocs.tuning.search.sampling import Sampler
from unitdocs.tuning.search.space import Point, defaults, uncounted, unsized

FIRST_ROUNDS: Final = 2
ALL_ROUNDS: Final = 4
HIT_RATE: Final = "hit rate"
"""How the names of the counts end of which more are better."""
NEAR: Final = 0.05
"""A trial is near the front if no other one is better in both objectives by this share."""
SAMPLED: Final = 0.7
"""Share of the budget after which values of the chosen settings are put back to their defaults, one at a time: what
makes no difference stays as it is."""


class SessionCounts(NamedTuple):
    """What was counted in a session.

    Args:
        peak: the most bytes that were allocated at once.
        counts: hits and lookups by the name of their rate.
    """

    peak: int
    counts: Mapping[str, Hits]


class Evaluator(Protocol):
    """Measures settings in the sessions of a search."""

    def count(self, point: Point) -> Mapping[str, SessionCounts]:
        """Return the counts of each session by its name."""
        ...

    def time(self, point: Point, scenarios: Sequence[str], number: int) -> Mapping[str, float]:
        """Return, for each of some sessions, the log ratio of CPU time to that of the default settings in a round."""
        ...


@dataclass(frozen=True)
class SearchProgress:
    """What is measured now.

    Args:
        trial: number of the trial.
        step: what is done, in words.
        seconds: seconds used so far.
        budget: seconds of the whole search.
    """

    trial: int
    step: str
    seconds: float
    budget: float


Watch = Callable[[SearchProgress], None]
Save = Callable[[TuningSearch], None]


class Searcher:
    """Runs the trials that a record lacks.

    Args:
        record: the record, with the trials of earlier runs.
        evaluator: measures settings.
        environments: whose settings are chosen, and what the sampler weighs.
        save: keeps the record; called after each trial.
        watch: receives progress.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        record: TuningSearch,
        evaluator: Evaluator,
        environments: Sequence[TunedEnvironment],
        *,
        save: Save,
        watch: Watch = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.record = record
        self._evaluator = evaluator
        self._environments = environments
        self._save, self._watch, self._clock = save, watch, clock
        self._sampler = Sampler(record.settings, record.seed)
        self._weights = weights_of(environments, record.scenarios)
        self._begun = clock() - record.seconds

    def run(self) -> TuningSearch:
        """Try points until the budget is used or none is left, and return the record."""
        while self._seconds < self.record.budget:
            point = self._next_point()
            if point is None:
                break
            self._add(self._tried(point))
        return self.record

    @property
    def _seconds(self) -> float:
        return self._clock() - self._begun

    def _next_point(self) -> Point | None:
        trials = self.record.trials
        if not trials:
            return defaults(self.record.settings)
        if self._seconds > SAMPLED * self.record.budget:
            for point in self._simpler():
                return point
        if len(trials) > self._sampler.starts and len(trials) % 2:
            for point in self._next_to_chosen():
                return point
        tried = [(trial.point, (math.log(trial.time), math.log(trial.bytes))) for trial in trials]
        return self._sampler.suggest(tried)

    def _next_to_chosen(self) -> Iterator[Point]:
        """Yield points that were not tried and differ from a chosen one in one setting, for each environment in turn.

        Its value is one that is better alone, or else the next one up or down.
        """
        record, count = self.record, len(self._environments)
        seen = [trial.point for trial in record.trials]
        searched = [one for one in record.settings if one.is_searched]
        first = len(record.trials) // 2 % count
        for number in (*range(first, count), *range(first)):
            point = record.trials[record.chosen[number].trial].point
            values = better_alone(record, self._environments[number])
            for one in searched:
                place = one.choices.index(point[one.place])
                values += [(one.place, value) for value in one.choices[max(0, place - 1) : place + 2]]
            for name, value in values:
                if (candidate := {**point, name: value}) not in seen:
                    yield candidate

    def _simpler(self) -> Iterator[Point]:
        """Yield the chosen points with one value put back to its default, if that was not tried."""
        seen = [trial.point for trial in self.record.trials]
        default = self.record.trials[0].point
        for chosen in self.record.chosen:
            values = self.record.trials[chosen.trial].point
            for place in changed(values, self.record):
                point = {**values, place: default[place]}
                if point not in seen:
                    yield point

    def _tried(self, point: Point) -> SearchTrial:
        begun, number = self._clock(), len(self.record.trials)
        self._report(number, "counting")
        counts = self._evaluator.count(point)
        measures = [
            ScenarioMeasure(scenario=one.name, peak=counts[one.name].peak, counts=dict(counts[one.name].counts))
            for one in self.record.scenarios
        ]
        better = self._dominating(point, measures)
        if number and better is None:
            measures = self._timed(number, point, measures, FIRST_ROUNDS)
            if self._is_near(self._objectives(measures)):
                measures = self._timed(number, point, measures, ALL_ROUNDS)
        place = self._objectives(measures)
        return SearchTrial(
            number=number,
            point=dict(point),
            state=TrialState.TIMED if better is None else TrialState.DOMINATED,
            dominated_by=None if better is None else better.number,
            time=place.time if better is None else better.time,
            bytes=place.bytes,
            measures=tuple(measures),
            seconds=round(self._clock() - begun, 3),
        )

    def _timed(
        self, number: int, point: Point, measures: Sequence[ScenarioMeasure], rounds: int
    ) -> list[ScenarioMeasure]:
        """Return the measures with as many rounds each, except where an earlier trial did the same work."""
        timed = {measure.scenario: self._copied(point, measure) for measure in measures}
        own = [name for name, measure in timed.items() if measure.same_as is None]
        done = max((len(timed[name].log_ratios) for name in own), default=rounds)
        for round_ in range(done, rounds):
            self._report(number, f"round {round_ + 1} of {counted(len(own), 'session')}")
            for name, log_ratio in self._evaluator.time(point, own, round_).items():
                more = (*timed[name].log_ratios, log_ratio)
                timed[name] = timed[name].model_copy(update={"log_ratios": more})
        return list(timed.values())

    def _copied(self, point: Point, measure: ScenarioMeasure) -> ScenarioMeasure:
        """Return a measure with the times of the earlier trial that did the same work, if there is one."""
        earlier = self._same_work(point, measure)
        if earlier is None:
            return measure
        number, log_ratios = earlier
        return measure.model_copy(update={"log_ratios": log_ratios, "same_as": number})

    def _same_work(self, point: Point, measure: ScenarioMeasure) -> tuple[int, tuple[float, ...]] | None:
        """Return the earlier trial that did the same work in a session, and its log ratios there."""
        for trial in self.record.timed:
            if uncounted(trial.point) == uncounted(point):
                other = next(one for one in trial.measures if one.scenario == measure.scenario)
                if other.counts == measure.counts and other.same_as is None:
                    return trial.number, other.log_ratios
        return None

    def _dominating(self, point: Point, measures: Sequence[ScenarioMeasure]) -> SearchTrial | None:
        """Return an earlier trial that is at least as good in every session, by its rules and counts alone."""
        for trial in self.record.timed:
            if unsized(trial.point) == unsized(point) and all(map(_is_no_better, measures, trial.measures)):
                return trial
        return None

    def _is_near(self, place: Objectives) -> bool:
        return not any(
            other.time <= place.time * (1 - NEAR) and other.bytes <= place.bytes * (1 - NEAR)
            for other in self.record.timed
        )

    def _objectives(self, measures: Sequence[ScenarioMeasure]) -> Objectives:
        default = self.record.trials[0].measures if self.record.trials else measures
        return objectives_of(measures, default, self.record.scenarios, self._weights)

    def _report(self, number: int, step: str) -> None:
        self._watch(SearchProgress(number, step, self._seconds, self.record.budget))

    def _add(self, trial: SearchTrial) -> None:
        trials = (*self.record.trials, trial)
        record = self.record.model_copy(update={"trials": trials, "seconds": round(self._seconds, 3)})
        update = {"front": pareto_front(trials), "chosen": choose(record, self._environments)}
        self.record = record.model_copy(update=update)
        self._save(self.record)


def weights_of(environments: Sequence[TunedEnvironment], scenarios: Sequence[SearchScenario]) -> Mapping[str, float]:
    """Return how much a session counts for the sampler: the mean of the environments' weights, for each group."""
    groups = dict.fromkeys(scenario.group for scenario in scenarios)
    return {group: sum(one.weights.get(group, 0.0) for one in environments) / len(environments) for group in groups}


def _is_no_better(measure: ScenarioMeasure, other: ScenarioMeasure) -> bool:
    """Return whether a session has no fewer bytes and no more hits than another, of the same lookups."""
    pairs = [
        (measure.counts[name], other.counts[name])
        for name in measure.counts
        if name.endswith(HIT_RATE) and name in other.counts
    ]
    has_no_more = all(mine[1] == theirs[1] and mine[0] <= theirs[0] for mine, theirs in pairs)
    return measure.peak >= other.peak and has_no_more
