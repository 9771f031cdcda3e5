"""Which entries a full cache lets go: hit rates over access traces as games make them.

The arms are the two policies that do best over all traces. A key is a scene with a surface, as in a cache of resolved
layouts. An operation is one lookup; what is missed is put. The layouts themselves are left out: how many misses there
are depends on the policy, what one costs depends on the scene.

- screens: a game's screens are opened and reopened, a few of them much more often than the rest (Zipf);
- drag: the same, but now and then the window is dragged: hundreds of sizes pass once, then it is full-screen again;
- breakpoints: a device is turned and split, so that a few surfaces alternate, and change from time to time;
- loop: a tour goes through slightly more screens than the cache holds, again and again.
"""

import itertools
import random
from collections.abc import Callable, Iterator

from unitdocs.bench import Operation, Scenario, suite
from unitdocs.units.refactored.cache import Cache, Policy

Key = tuple[str, float, float]

ENTRIES = 64
CALL = 500
"""Lookups a call: ten calls, over which the rate is taken, are a twentieth part of a trace."""
TRACE = 20 * 10 * CALL
SCREENS = 400
FULL_SCREEN = (1920.0, 1080.0)
DEVICES = ((390.0, 844.0), (844.0, 390.0), (768.0, 1024.0), (1024.0, 768.0), (512.0, 1024.0), (683.0, 1024.0))


def screens(rng: random.Random) -> Iterator[Key]:
    """Yield openings of screens: the one of rank r is opened 1/r times as often as the first."""
    names = [f"screen-{i}" for i in range(SCREENS)]
    rng.shuffle(names)
    weights = list(itertools.accumulate(1 / rank for rank in range(1, SCREENS + 1)))
    while True:
        for name in rng.choices(names, cum_weights=weights, k=100):
            yield (name, *FULL_SCREEN)


def drag(rng: random.Random) -> Iterator[Key]:
    """Yield openings of screens, interrupted by drags that pass many sizes once."""
    opened = screens(rng)
    while True:
        yield from itertools.islice(opened, rng.randint(100, 300))
        name, width, height = next(opened)
        for _ in range(rng.randint(60, 300)):
            width, height = width - rng.uniform(0.5, 6), height - rng.uniform(0, 3)
            yield name, width, height


def breakpoints(rng: random.Random) -> Iterator[Key]:
    """Yield a session's screens at a few surfaces that alternate; every session has screens of its own."""
    for session in itertools.count():
        names = [f"session-{session}-{i}" for i in range(rng.randint(6, 16))]
        for _ in range(rng.randint(20, 60)):
            name, surfaces = rng.choice(names), rng.sample(DEVICES, 2)
            for surface in surfaces * rng.randint(1, 4):
                yield (name, *surface)


def loop(rng: random.Random, entries: int = ENTRIES) -> Iterator[Key]:
    """Yield a tour through up to a quarter more screens than the cache holds, in the same order each time."""
    names = [f"stop-{i}" for i in range(rng.randint(entries + 1, entries + entries // 4))]
    while True:
        yield from ((name, *FULL_SCREEN) for name in names)


TRACES: dict[str, tuple[str, Callable[[random.Random], Iterator[Key]]]] = {
    "screens": ("Screens opened and reopened, a few favourites", screens),
    "drag": ("Screens, and drags that pass many sizes once", drag),
    "breakpoints": ("A few surfaces that alternate, in sessions", breakpoints),
    "loop": ("A tour slightly longer than the cache", loop),
}


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:
    """Make a cache of one policy and a trace; the first calls fill it."""
    trace = list(itertools.islice(TRACES[scenario.name][1](random.Random(seed)), TRACE))
    cache: Cache[Key, Key] = Cache("layouts", entries=ENTRIES, policy=Policy(arm))
    following = itertools.cycle(range(0, TRACE, CALL)).__next__

    def call() -> None:
        start = following()
        _play(cache, trace[start : start + CALL])

    def result() -> list[Key]:
        return _play(Cache("layouts", entries=ENTRIES, policy=Policy(arm)), trace[: 4 * CALL])

    def counters() -> dict[str, tuple[int, int]]:
        statistics = cache.statistics()
        return {"cache hit rate": (statistics.hits, statistics.hits + statistics.misses)}

    return Operation(call, result, counters, inner=CALL)


def _play(cache: Cache[Key, Key], keys: list[Key]) -> list[Key]:
    """Look all keys up, put those that are missing, and return what was found or put for each."""
    found = []
    for key in keys:
        value = cache.get(key)
        if value is None:
            value = key
            cache.put(key, value, 1)
        found.append(value)
    return found


SUITE = suite(
    "eviction",
    title="What a full cache lets go",
    arms=(Policy.SIEVE.value, Policy.S3_FIFO.value),
    scenarios=[Scenario(name, title, quick=name == "drag") for name, (title, _) in TRACES.items()],
    setup=setup,
)
