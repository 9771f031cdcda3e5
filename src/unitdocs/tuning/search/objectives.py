"""From a trial's measures to its two objectives, the Pareto front, and the choice for an environment."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from unitdocs.formatting import change, counted
from unitdocs.studies.tuning_search import (
    ChosenSettings,
    ScenarioMeasure,
    SearchScenario,
    SearchTrial,
    TrialState,
    TuningSearch,
    Value,
)
from unitdocs.tuning.search.environments import Priority, TunedEnvironment
from unitdocs.tuning.search.space import Point, settings_of

CLOSE: Final = 0.01
"""Two choices whose objective differs by less are equally good, and the one that changes fewer settings is taken."""
EQUAL: Final = {"session": 1.0, "start": 1.0}
"""The weights of the sampler, if no environment is asked for alone."""


class Objectives(NamedTuple):
    """CPU time a frame and peak memory, each divided by that of the default settings: geometric means."""

    time: float
    bytes: float

    def dominates(self, other: "Objectives") -> bool:
        """Return whether neither is larger than another's, and one is smaller."""
        return self.time <= other.time and self.bytes <= other.bytes and self != other


def objectives_of(
    measures: Sequence[ScenarioMeasure],
    default: Sequence[ScenarioMeasure],
    scenarios: Iterable[SearchScenario],
    weights: Mapping[str, float],
) -> Objectives:
    """Return the weighted geometric means over the sessions.

    Args:
        measures: the sessions of a trial.
        default: the same sessions with the default settings.
        scenarios: the same sessions.
        weights: how much a session counts, by its group; above 0 for at least one.
    """
    shares = [weights.get(scenario.group, 0.0) for scenario in scenarios]
    times = [measure.log_ratio for measure in measures]
    sizes = [math.log(one.peak / base.peak) for one, base in zip(measures, default, strict=True)]
    return Objectives(math.exp(_mean(times, shares)), math.exp(_mean(sizes, shares)))


def pareto_front(trials: Iterable[SearchTrial]) -> tuple[int, ...]:
    """Return the numbers of the timed trials that no other one dominates, by ascending time."""
    timed = [trial for trial in trials if trial.state is TrialState.TIMED]
    places = {trial.number: Objectives(trial.time, trial.bytes) for trial in timed}
    best = [number for number, place in places.items() if not any(other.dominates(place) for other in places.values())]
    return tuple(sorted(best, key=lambda number: (places[number], number)))


def choose(record: TuningSearch, environments: Iterable[TunedEnvironment]) -> tuple[ChosenSettings, ...]:
    """Return the settings for each environment; the default settings where no trial is allowed and better."""
    return tuple(_choose(record, environment) for environment in environments)


def is_allowed(trial: SearchTrial, record: TuningSearch, environment: TunedEnvironment) -> bool:
    """Return whether a trial costs no session of an environment more than it allows."""
    for scenario, measure, base in zip(record.scenarios, trial.measures, record.trials[0].measures, strict=True):
        if not environment.weights.get(scenario.group, 0.0):
            continue
        if measure.peak - base.peak > environment.more_bytes or measure.log_ratio > math.log1p(environment.slower):
            return False
    return True


def better_alone(record: TuningSearch, environment: TunedEnvironment) -> list[tuple[str, Value]]:
    """Return the values that an environment allows and that are better than the default, the others as they were."""
    first = 0 if environment.priority is Priority.TIME else 1
    values = []
    for trial in record.timed:
        places = changed(trial.point, record)
        if (
            len(places) == 1
            and is_allowed(trial, record, environment)
            and _certain(trial, record, environment)[first] < 1
        ):
            values.append((places[0], trial.point[places[0]]))
    return values


def changed(point: Point, record: TuningSearch) -> list[str]:
    """Return the places of the values that are not the default."""
    return [one.place for one in record.settings if one.is_searched and point[one.place] != one.default]


def _choose(record: TuningSearch, environment: TunedEnvironment) -> ChosenSettings:
    default, *others = record.timed
    allowed = [default, *(trial for trial in others if is_allowed(trial, record, environment))]
    places = {trial.number: _certain(trial, record, environment) for trial in allowed}
    first = 0 if environment.priority is Priority.TIME else 1
    best = min(place[first] for place in places.values())
    close = [trial for trial in allowed if places[trial.number][first] <= best * (1 + CLOSE)]
    chosen = min(close, key=lambda trial: (len(changed(trial.point, record)), places[trial.number][1 - first]))
    return ChosenSettings(
        environment=environment.name,
        title=environment.title,
        purpose=environment.purpose,
        more_bytes=environment.more_bytes,
        trial=chosen.number,
        reason=_reason(places[chosen.number], len(allowed), len(record.timed), environment),
        settings=settings_of(chosen.point, environment.validation).to_json(),
    )


def _certain(trial: SearchTrial, record: TuningSearch, environment: TunedEnvironment) -> Objectives:
    """Return the objectives of a trial in an environment, with as much of a gain in time as is certain.

    The best of many trials would otherwise be the luckiest.
    """
    shares = [environment.weights.get(scenario.group, 0.0) for scenario in record.scenarios]
    place = objectives_of(trial.measures, record.trials[0].measures, record.scenarios, environment.weights)
    return Objectives(math.exp(_mean([one.cautious_log_ratio for one in trial.measures], shares)), place.bytes)


def _reason(place: Objectives, allowed: int, timed: int, environment: TunedEnvironment) -> str:
    """Return why a trial was chosen, as a sentence."""
    kind = "least time" if environment.priority is Priority.TIME else "fewest bytes"
    return (
        f"{kind.capitalize()} of {counted(allowed, 'trial')} that the environment allows, of {timed} timed: in the "
        f"searched sessions {_size(place.bytes, 'memory')} and, as far as it is certain, {_size(place.time, 'time')}."
    )


def _size(ratio: float, what: str) -> str:
    if f"{ratio:.3f}" == "1.000":
        return f"the same {what}"
    return f"{change(ratio, 'less') if ratio < 1 else change(ratio, 'more')} {what}"


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    return math.fsum(value * weight for value, weight in zip(values, weights, strict=True)) / math.fsum(weights)
