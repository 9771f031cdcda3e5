"""Choosing the next values to try, by optuna: the only module that knows it.

One setting at a time comes first, halfway to either end of its values: such trials say what matters, and take little
time, since most sessions do the same work as with the default settings.

The sampler is seeded anew for each trial from the seed and the trial's number, and gets all earlier trials: a search
that was stopped and continued tries what it would have tried without the stop.
"""

import random
import warnings
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import TPESampler

from unitdocs.studies.tuning_search import SearchedSetting, Value

STARTING: Final = 12
"""Trials before the sampler learns from them."""
MOST_DRAWS: Final = 50
"""Draws after which a point that was not tried yet is drawn at random instead."""
NAME: Final = "one setting at a time, then by turns a step from what was chosen and optuna's TPE for two objectives"
Objectives = tuple[float, float]
"""The logarithms of time and of bytes, each divided by that of the default settings; both are minimised."""
Tried = tuple[Mapping[str, Value], Objectives]


class Sampler:
    """Suggests points that were not tried yet.

    Args:
        settings: the settings that are searched, with the values to try.
        seed: seed of the search.
    """

    def __init__(self, settings: Iterable[SearchedSetting], seed: int) -> None:
        searched = [one for one in settings if one.is_searched]
        self._choices = {one.place: one.choices for one in searched}
        self._seed = seed
        default = {one.place: one.default for one in searched}
        self._starts = [{**default, one.place: value} for one in searched for value in _halfway(one)]

    @property
    def starts(self) -> int:
        """How many points change one setting alone, and are suggested first."""
        return len(self._starts)

    def suggest(self, tried: Sequence[Tried]) -> dict[str, Value] | None:
        """Return a point that was not tried, or None if there is none left."""
        seen = {_key(point) for point, _ in tried}
        if len(seen) >= self._points:
            return None
        for start in self._starts:
            if _key(start) not in seen:
                return start
        seed = zlib.crc32(f"{self._seed}/{len(tried)}".encode())
        with warnings.catch_warnings():  # of what optuna calls experimental
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            study = self._study(tried, seed)
            for _ in range(MOST_DRAWS):
                trial = study.ask(self._distributions)
                point = {place: self._choices[place][trial.params[place]] for place in self._choices}
                if _key(point) not in seen:
                    return point
        return self._any_other(seen, random.Random(seed))  # noqa: S311 -- a search

    @property
    def _points(self) -> int:
        points = 1
        for choices in self._choices.values():
            points *= len(choices)
        return points

    @property
    def _distributions(self) -> dict[str, BaseDistribution]:
        """The places of the values: as ordered numbers where the values are, else as categories."""
        return {
            place: optuna.distributions.IntDistribution(0, len(choices) - 1)
            if all(isinstance(choice, int) for choice in choices)
            else CategoricalDistribution(range(len(choices)))
            for place, choices in self._choices.items()
        }

    def _study(self, tried: Sequence[Tried], seed: int) -> optuna.Study:
        logging = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.ERROR)  # a search has its own progress
        try:
            sampler = TPESampler(seed=seed, n_startup_trials=STARTING, multivariate=True)
            study = optuna.create_study(directions=["minimize", "minimize"], sampler=sampler)
            for point, objectives in tried:
                places = {place: choices.index(point[place]) for place, choices in self._choices.items()}
                study.add_trial(
                    optuna.trial.create_trial(params=places, distributions=self._distributions, values=objectives)
                )
        finally:
            optuna.logging.set_verbosity(logging)
        return study

    def _any_other(self, seen: set[tuple[tuple[str, Value], ...]], rng: random.Random) -> dict[str, Value]:
        while True:
            point = {place: rng.choice(choices) for place, choices in self._choices.items()}
            if _key(point) not in seen:
                return point


def _halfway(setting: SearchedSetting) -> list[Value]:
    """Return the values halfway from the default to either end, of numbers; all others of names."""
    others = [choice for choice in setting.choices if choice != setting.default]
    if isinstance(setting.default, str):
        return others
    place, last = setting.choices.index(setting.default), len(setting.choices) - 1
    places = dict.fromkeys((place + last + 1) // 2 if up else place // 2 for up in (True, False))
    return [setting.choices[one] for one in places if one != place]


def _key(point: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted(point.items()))
