"""Searches over made-up work, whose times and bytes follow from the settings, so that the front is known."""

import itertools
import math
import random
from collections.abc import Mapping, Sequence

from made_records import ENVIRONMENT

from unitdocs.studies import SearchedSetting, SearchScenario, TuningSearch
from unitdocs.tuning.search.environments import ENVIRONMENTS, TunedEnvironment
from unitdocs.tuning.search.searching import Searcher, SessionCounts
from unitdocs.tuning.search.space import Point

PLANS, LAYOUTS, POLICY = "plans.entries", "layouts.entries", "layouts.policy"
SCENARIOS = (
    SearchScenario(name="long", title="A long session", group="session"),
    SearchScenario(name="start/long", title="Its first second", group="start"),
)
PRODUCTION = tuple(one for one in ENVIRONMENTS if one.name == "production")


class MadeUpWork:
    """An evaluator whose clock moves by a second a trial: more plans make it faster and larger, up to 32 of them; more
    layouts make it larger alone.

    Args:
        stops_before: number of the trial before which the search is interrupted, if any.
        noise: spread of a log ratio.
    """

    def __init__(self, stops_before: int | None = None, noise: float = 0.0) -> None:
        self._noise = noise
        self._rng = random.Random(1)
        self.now = 0.0
        self.timed: list[tuple[Point, str, int]] = []
        self._stops_before = stops_before

    def clock(self) -> float:
        return self.now

    def count(self, point: Point) -> Mapping[str, SessionCounts]:
        if self._stops_before is not None and self.now >= self._stops_before:
            raise KeyboardInterrupt
        self.now += 1
        hits = min(int(point[PLANS]), 32)
        peak = 100_000 + 1_000 * int(point[PLANS]) + 500 * int(point.get(LAYOUTS, 0))
        counts = SessionCounts(peak, {"plan cache hit rate": (hits, 100), "resolved, bound": (100 - hits, 100)})
        return {scenario.name: counts for scenario in SCENARIOS}

    def time(self, point: Point, scenarios: Sequence[str], number: int) -> Mapping[str, float]:
        self.timed += [(point, scenario, number) for scenario in scenarios]
        return {scenario: time_of(point) + self._rng.gauss(0, self._noise) for scenario in scenarios}


def time_of(point: Point) -> float:
    """Return the log ratio of the time of some settings to that of 16 plans."""
    return math.log((100 - min(int(point[PLANS]), 32)) / (100 - 16))


def setting(place: str, default: int | str, choices: Sequence[int | str]) -> SearchedSetting:
    return SearchedSetting(place=place, title=place, default=default, choices=tuple(choices), reason="searched")


def made_search(*settings: SearchedSetting, seed: int = 1, budget: float = 100.0) -> TuningSearch:
    given = settings or (
        setting(PLANS, 16, (0, 4, 8, 16, 24, 32, 64)),
        setting(LAYOUTS, 64, (0, 16, 64, 256)),
    )
    return TuningSearch(
        created="2026-11-29T12:00:00Z",
        command="unitdocs tune run",
        digest="sha256:0",
        environment=ENVIRONMENT,
        seed=seed,
        budget=budget,
        sampler="made up",
        settings=given,
        scenarios=SCENARIOS,
    )


def searched(
    record: TuningSearch,
    work: MadeUpWork | None = None,
    environments: Sequence[TunedEnvironment] = PRODUCTION,
    saved: list[TuningSearch] | None = None,
) -> TuningSearch:
    """Run a search over made-up work."""
    work = work or MadeUpWork()
    kept = [] if saved is None else saved
    return Searcher(record, work, environments, save=kept.append, clock=work.clock).run()


def every_point(record: TuningSearch) -> list[dict[str, int | str]]:
    places = [one.place for one in record.settings]
    return [
        dict(zip(places, values, strict=True)) for values in itertools.product(*(s.choices for s in record.settings))
    ]
