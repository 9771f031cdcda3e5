"""Days on which nothing is wrong, as Prometheus would have scraped them: one game, one session a minute, and noise.

Every day has a nightly hour without a session, a restart after which all counters begin at 0, a backup that slows the
machine for three minutes, slow resolves now and then, a scrape that fails, a look at the flag file while it is
replaced, a check that fails for a minute, and an event that is lost in the restart. Every other day a scene fails once.
The flag gives one of ten sessions the refactored system.
"""

import random
from bisect import bisect_left
from collections import defaultdict
from typing import Any

from unitdocs.monitoring.alerts.cases import INSTANCE
from unitdocs.monitoring.alerts.table import JOB, PRODUCTION, AlertPace
from unitdocs.monitoring.metrics.families import CACHES, COMPONENTS, ERRORS, REASONS, SLOWDOWN_BOUNDS, STATES, SYSTEMS

DAY = 86_400
HOUR = 3_600
SHARE = 0.1
"""What the flag gives."""
FRAMES = 600
"""Frames of a session, each with a resolve: ten seconds."""
EVERY = 100
"""Of so many resolves one is timed."""
EVENTS = 3
"""Events of a session."""
UP = f'up{{job="{JOB}", instance="{INSTANCE}"}}'

Series = dict[str, float]


def name_of(family: str, **labels: str) -> str:
    """Return the name of one series."""
    named = {"job": JOB, "instance": INSTANCE} | labels
    text = ", ".join(f'{name}="{value}"' for name, value in named.items())
    return f"unitdocs_{family}{{{text}}}"


class QuietGame:
    """A game as it is between two restarts.

    Args:
        chance: random numbers.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.counters: Series = dict.fromkeys(_counters(), 0.0)

    def play(self, system: str, slowdown: float, missed: float) -> None:
        """Play a session, while the machine is slower by a factor and a share of the frames is missed."""
        self._add("sessions_total", system=system)
        self._add("frames_total", FRAMES, system=system)
        self._add("missed_frames_total", self._binomial(missed), system=system)
        self._add("resolves_total", FRAMES, system=system, path="calculators" if system == "original" else "cache")
        for _ in range(FRAMES // EVERY):
            rare = 5.0 if self._chance.random() < 0.02 else 1.0
            self._add_slowdown(system, slowdown * rare * self._chance.lognormvariate(0.0, 0.15))
        if system == "refactored":
            for cache in CACHES:
                misses = self._chance.randint(5, 60)
                self._add("cache_hits_total", FRAMES - misses, cache=cache)
                self._add("cache_misses_total", misses, cache=cache)
                self._add("cache_evictions_total", self._chance.randint(0, 5), cache=cache, reason="entries")
                self._add("cache_evictions_total", self._chance.randint(0, 40), cache=cache, reason="replaced")
        self._add("telemetry_written_total", EVENTS)

    def fail(self, system: str) -> None:
        """Fail once."""
        self._add("errors_total", system=system, kind="scene")

    def lose_an_event(self) -> None:
        """Drop an event."""
        self._add("telemetry_dropped_total")

    def _add(self, family: str, count: float = 1.0, **labels: str) -> None:
        self.counters[name_of(family, **labels)] += count

    def _add_slowdown(self, system: str, slowdown: float) -> None:
        for bound in _bounds()[bisect_left(SLOWDOWN_BOUNDS, slowdown) :]:
            self._add("slowdown_ratio_bucket", system=system, le=bound)
        self._add("slowdown_ratio_count", system=system)

    def _binomial(self, share: float) -> int:
        return sum(self._chance.random() < share for _ in range(FRAMES))


def _bounds() -> list[str]:
    return [*map(repr, SLOWDOWN_BOUNDS), "+Inf"]


def _counters() -> list[str]:
    names = [name_of(f"telemetry_{what}_total") for what in ("written", "dropped")]
    for system in SYSTEMS:
        names += [name_of(f"{family}_total", system=system) for family in ("sessions", "frames", "missed_frames")]
        names.append(name_of("resolves_total", system=system, path="calculators" if system == "original" else "cache"))
        names += [name_of("errors_total", system=system, kind=kind) for kind in ERRORS]
        names += [name_of("slowdown_ratio_bucket", system=system, le=bound) for bound in _bounds()]
        names.append(name_of("slowdown_ratio_count", system=system))
    for cache in CACHES:
        names += [name_of(f"cache_{what}_total", cache=cache) for what in ("hits", "misses")]
        names += [name_of("cache_evictions_total", cache=cache, reason=reason) for reason in REASONS]
    return names


def _gauges() -> Series:
    states = {
        name_of("component_state", component=component, state=state): float(state == "up")
        for component in COMPONENTS
        for state in STATES
    }
    flag = {"flag_valid": 1.0, "flag_killed": 0.0, "flag_share_ratio": SHARE}
    return (
        states | {name_of(family): value for family, value in flag.items()} | {name_of("build_info", version="1"): 1.0}
    )


def quiet_days(days: int, *, seed: int, pace: AlertPace = PRODUCTION) -> dict[str, str]:
    """Return the values of each series in promtool's notation.

    Args:
        days: how many.
        seed: of the random numbers.
        pace: how often is scraped.
    """
    chance = random.Random(seed)
    step = int(pace.scrape)
    values: dict[str, list[str]] = defaultdict(list)
    game = QuietGame(chance)
    for number in range(days):
        day = QuietDay(number, chance, step)
        for second in range(0, DAY, step):
            if second == day.restart:
                game.lose_an_event()
                game = QuietGame(chance)
            day.play(game, second)
            is_up = day.is_up(second)
            values[UP].append(str(int(is_up)))
            for name, value in (game.counters | day.gauges(second)).items():
                values[name].append(f"{value:.12g}" if is_up else "stale")
    return {name: " ".join(_short(texts)) for name, texts in values.items()}


class QuietDay:
    """What happens on a day, and when.

    Args:
        number: its number, from 0.
        chance: random numbers.
        step: seconds from one scrape to the next.
    """

    def __init__(self, number: int, chance: random.Random, step: int) -> None:
        self._chance, self._step = chance, step
        self.restart, self._backup, self._lost_scrape, self._replaced, self._check, failure = (
            chance.randrange(4 * HOUR, DAY - HOUR, step) for _ in range(6)
        )
        self._failure = failure if number % 2 else None

    def play(self, game: QuietGame, second: int) -> None:
        """Play what is played until the next scrape."""
        is_busy = self._backup <= second < self._backup + 180
        is_night = 2 * HOUR <= second < 3 * HOUR
        for _ in range(0 if is_night else _sessions(self._chance, self._step)):
            system = "refactored" if self._chance.random() < SHARE else "original"
            game.play(system, 3.0 if is_busy else 1.0, 0.2 if is_busy else 0.005)
        if second == self._failure:
            game.fail(self._chance.choice(SYSTEMS))

    def is_up(self, second: int) -> bool:
        """Return whether a scrape succeeds."""
        return second != self._lost_scrape and not self.restart <= second < self.restart + 60

    def gauges(self, second: int) -> Series:
        """Return the values that go up and down."""
        gauges = _gauges()
        if second == self._replaced:
            gauges[name_of("flag_valid")] = 0.0
        if self._check <= second < self._check + 60:
            gauges[name_of("component_state", component="dependencies", state="up")] = 0.0
            gauges[name_of("component_state", component="dependencies", state="down")] = 1.0
        return gauges


def _short(texts: list[str]) -> list[str]:
    """Return values in promtool's short form where one follows itself."""
    short: list[str] = []
    start = 0
    for end in range(1, len(texts) + 1):
        if end == len(texts) or texts[end] != texts[start]:
            count = end - start
            is_long = count > 1 and texts[start] != "stale"
            short += [f"{texts[start]}x{count - 1}"] if is_long else texts[start:end]
            start = end
    return short


def _sessions(chance: random.Random, step: int) -> int:
    """Return how many sessions begin in a step: on average one a minute, Poisson, by exponential gaps."""
    count, gone = 0, chance.expovariate(1 / 60)
    while gone < step:
        count += 1
        gone += chance.expovariate(1 / 60)
    return count


def quiet_test(rule_file: str, series: dict[str, str], days: int, *, pace: AlertPace = PRODUCTION) -> dict[str, Any]:
    """Return the content of a file of promtool's tests, in which no alert fires on any day."""
    return {
        "rule_files": [rule_file],
        "evaluation_interval": pace.text(pace.scrape),
        "tests": [
            {
                "interval": pace.text(pace.scrape),
                "input_series": [{"series": name, "values": values} for name, values in series.items()],
                "promql_expr_test": [
                    {
                        "expr": f'count by (alertname) (count_over_time(ALERTS{{alertstate="firing"}}[{days}d]))',
                        "eval_time": f"{days}d",
                        "exp_samples": [],
                    }
                ],
            }
        ],
    }
