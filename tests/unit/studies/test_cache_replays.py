"""The record of replayed caches: what it refuses, and the committed one."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from unitdocs import studies
from unitdocs.studies import AgeCurve, PolicyCurve, ReplayedSession
from unitdocs.studies.cache_replays import GOAL

ROOT = Path(__file__).parents[3]


def made(**fields: Any) -> ReplayedSession:
    about: dict[str, Any] = {
        "name": "shop/0",
        "game": "shop",
        "title": "A shop",
        "description": "it goes on",
        "cache": "layouts",
        "is_held_out": True,
        "lookups": 20,
        "keys": 5,
        "sizes": (8, 16),
        "ceiling": (10, 15),
        "curves": (PolicyCurve(policy="lru", hits=(9, 15), evictions=(3, 0), peak_bytes=(80, 160)),),
    }
    return ReplayedSession(**(about | fields))


def test_a_share_is_of_the_ceiling_at_the_same_size() -> None:
    assert made().share_of_ceiling("lru", 8) == 0.9
    assert made().hits("lru", 16) == 15
    none = PolicyCurve(policy="lru", hits=(0, 0), evictions=(0, 0), peak_bytes=(0, 0))
    assert made(ceiling=(0, 0), curves=(none,)).share_of_ceiling("lru", 8) is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sizes": (16, 8)}, "expected ascending numbers"),
        ({"ceiling": (10,)}, "expected 2 numbers, got 1"),
        ({"ceiling": (8, 15)}, r"\[9, 15\] exceeds the ceiling \[8, 15\]"),
        ({"ages": (AgeCurve(ttl=1.0, hits=(11, 2)),)}, "exceeds the ceiling"),
        ({"ages": (AgeCurve(ttl=1.0, hits=(1,)),)}, "expected 2 numbers, got 1"),
        ({"lookups": 14}, "the ceiling 15 exceeds the lookups"),
    ],
)
def test_what_cannot_be_counted_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        made(**fields)


def test_the_committed_record_has_every_policy_and_games_that_were_held_out() -> None:
    record = studies.load_record("cache_replays", ROOT / "benchmarks/results/cache-replays.json")
    assert {curve.policy for one in record.sessions for curve in one.curves} == {"lru", "sieve", "s3-fifo"}
    games = {one.game for one in record.sessions}
    assert {one.game for one in record.sessions if not one.is_held_out} < games, "some games are held out whole"
    large = [one for one in record.sessions if one.is_held_out]
    assert all((one.share_of_ceiling("s3-fifo", one.sizes[-1]) or 1) >= GOAL for one in large)
