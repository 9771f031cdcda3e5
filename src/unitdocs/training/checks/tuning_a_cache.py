"""Checks of the lesson Tuning a cache: two caches that are played by hand, and a choice from a replay."""

import random
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final

from unitdocs.training.attempt import Attempt, Mistaken
from unitdocs.training.checks.tables import read_rows, read_toml, refuse

_GOAL: Final = 0.8
"""The share of lookups that the chosen cache has to answer."""
_ENTRIES: Final = 3

Hits = Callable[[Sequence[str], int], int]
"""The hits of some lookups with a number of entries."""


def _lookups(seed: int) -> list[str]:
    generator = random.Random(seed)  # noqa: S311 -- the same lookups each time
    return [generator.choice("aaabbbccdefg") for _ in range(60)]


def check_lru(attempt: Attempt) -> str:
    """Check a function that counts the hits of a cache that evicts what was used longest ago."""
    return _check_hits(
        attempt,
        "lru.py",
        lru_hits,
        {
            "fifo": lambda keys, entries: _hits(keys, entries, is_moved=False),
            "one-too-many": lambda keys, entries: lru_hits(keys, entries + 1),
            "never-evicts": lambda keys, _: lru_hits(keys, len(keys)),
            "misses": lambda keys, entries: len(keys) - lru_hits(keys, entries),
            "most-recent": lambda keys, entries: _hits(keys, entries, evicts_newest=True),
        },
    )


def check_optimum(attempt: Attempt) -> str:
    """Check a function that counts the hits of Belady's optimum."""
    return _check_hits(
        attempt,
        "optimum.py",
        belady_hits,
        {
            "lru": lru_hits,
            "whole-list": lambda keys, entries: belady_hits(keys, entries, _first_use_at_all),
            "soonest": lambda keys, entries: belady_hits(keys, entries, lambda *place: -_next_use(*place)),
            "never-again-kept": lambda keys, entries: belady_hits(keys, entries, _never_is_now),
            "misses": lambda keys, entries: len(keys) - belady_hits(keys, entries),
            "one-too-many": lambda keys, entries: belady_hits(keys, entries + 1),
        },
    )


def _check_hits(attempt: Attempt, file: str, right: Hits, typical: dict[str, Hits]) -> str:
    hits = attempt.run(file).take("hits", object)
    refuse(not callable(hits), "`hits` is no function; keep the line that begins with def")
    for seed in (1, 2):
        keys = _lookups(seed)
        with attempt.calling(file):
            result = hits(list(keys), _ENTRIES)  # type: ignore[operator]
        if result != (expected := right(keys, _ENTRIES)):
            found = (
                f"of {len(keys)} lookups and {_ENTRIES} entries there are {expected} hits, and the answer is {result!r}"
            )
            names = (name for name, other in typical.items() if other(keys, _ENTRIES) == result)
            raise Mistaken(found, next(names, ""))
    return f"Hits are counted right for {len(_lookups(1))} lookups, twice."


def lru_hits(keys: Sequence[str], entries: int) -> int:
    """Return the hits of a cache that evicts the key that was used longest ago."""
    return _hits(keys, entries)


def _hits(keys: Sequence[str], entries: int, *, is_moved: bool = True, evicts_newest: bool = False) -> int:
    """Return the hits of a cache of keys in an order.

    Args:
        keys: what is looked up.
        entries: keys that are held, at least 1.
        is_moved: whether a key that is found becomes the newest.
        evicts_newest: whether the newest key is evicted, and not the oldest.
    """
    held: OrderedDict[str, None] = OrderedDict()
    hits = 0
    for key in keys:
        if key in held:
            hits += 1
            if is_moved:
                held.move_to_end(key)
        else:
            if len(held) == entries:
                held.popitem(last=evicts_newest)
            held[key] = None
    return hits


Distance = Callable[[Sequence[str], int, str], float]


def _next_use(keys: Sequence[str], place: int, key: str) -> float:
    rest = list(keys[place + 1 :])
    return rest.index(key) if key in rest else float("inf")


def _first_use_at_all(keys: Sequence[str], _place: int, key: str) -> float:
    return list(keys).index(key)


def _never_is_now(keys: Sequence[str], place: int, key: str) -> float:
    distance = _next_use(keys, place, key)
    return -1 if distance == float("inf") else distance


def belady_hits(keys: Sequence[str], entries: int, distance: Distance = _next_use) -> int:
    """Return the hits of a cache that evicts the key that is needed last, or never again.

    Every key is taken in. Of several that are never needed again, the one that was taken in first is evicted.
    """
    held: list[str] = []
    hits = 0
    for place, key in enumerate(keys):
        if key in held:
            hits += 1
            continue
        if len(held) == entries:
            held.remove(max(held, key=lambda one: distance(keys, place, one)))
        held.append(key)
    return hits


def check_choice(attempt: Attempt) -> str:
    """Check the choice of a policy and a number of entries from a replay."""
    sessions = read_rows(attempt, "replay.json", "lookups", "sizes", "curves")
    refuse(len(sessions) != 1, f"replay.json has {len(sessions)} traces; it has to be that of shelf.jsonl")
    session = sessions[0]
    choice = read_toml(attempt, "choice.toml")
    policy, entries = str(choice.get("policy")), choice.get("entries")
    curves: dict[str, list[int]] = {curve["policy"]: curve["hits"] for curve in session["curves"]}
    sizes: list[int] = session["sizes"]
    refuse(len(curves) < 2, "replay.json has one policy alone", "one-policy")  # noqa: PLR2004 -- to compare
    refuse(policy not in curves, f"policy is {policy!r}, which was not replayed", "other-policy")
    refuse(entries not in sizes, f"entries is {entries!r}; replayed were {', '.join(map(str, sizes))}", "other-size")
    needed = _GOAL * session["lookups"]
    smallest = _smallest(sizes, curves, needed)
    if smallest is None:
        raise Mistaken("no replayed cache reaches the goal; replay more entries")
    place = sizes.index(entries)  # type: ignore[arg-type]
    own = curves[policy][place]
    found = f"{policy} with {entries} entries answers {own} of {session['lookups']} lookups"
    refuse(own < needed, found, "below-the-goal")
    refuse(entries != smallest, f"{found}; fewer entries reach the goal", "larger-than-needed")
    refuse(own < max(hits[place] for hits in curves.values()), f"{found}; another policy answers more", "not-the-best")
    return f"{found}, more than the goal."


def _smallest(sizes: Sequence[int], curves: dict[str, Any], needed: float) -> int | None:
    return next(
        (size for place, size in enumerate(sizes) if any(hits[place] >= needed for hits in curves.values())), None
    )
