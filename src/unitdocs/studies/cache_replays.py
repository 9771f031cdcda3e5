"""The record of replayed caches: how many lookups of a session each policy and size answers, and what none exceeds."""

from datetime import datetime
from itertools import chain
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from unitdocs.records.schema import Environment, Frozen

GOAL = 0.95
"""Share of Belady's hits that the chosen caches should reach on sessions that were not used to choose them."""
Count = Annotated[int, Field(ge=0)]
Counts = Annotated[tuple[Count, ...], Field(min_length=1)]


class PolicyCurve(Frozen):
    """What caches of one policy did with a session, by size.

    Args:
        policy: the policy that chooses which entry a full cache evicts.
        hits: lookups that found a value, one number for each size, in the session's order.
        evictions: values that were evicted because the cache was full, the same.
        peak_bytes: the most bytes that it held, the same.
    """

    policy: str
    hits: Counts
    evictions: Counts
    peak_bytes: Counts


class AgeCurve(Frozen):
    """What caches of the default policy did with a session if values expire, by size.

    Args:
        ttl: seconds after which a value counts as missing; None for never.
        hits: lookups that found a value, one number for each size, in the session's order.
    """

    ttl: Annotated[float, Field(gt=0)] | None = None
    hits: Counts


class ReplayedSession(Frozen):
    """A session whose cache was replayed.

    Args:
        name: the session.
        game: what is played; sessions of one game differ by their seed.
        title: the game in a few words.
        description: what its players do, as a clause.
        cache: name of the cache, such as `layouts`.
        is_held_out: whether no setting was chosen by it.
        lookups: number of lookups.
        keys: number of different keys.
        sizes: numbers of entries, ascending.
        ceiling: the most hits that any policy can have (Belady), one for each size.
        curves: what each policy did.
        ages: what the default policy did with expiring values; empty if that was not counted.
    """

    name: str
    game: str
    title: str
    description: str
    cache: str
    is_held_out: bool
    lookups: Annotated[int, Field(ge=1)]
    keys: Count
    sizes: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    ceiling: Counts
    curves: Annotated[tuple[PolicyCurve, ...], Field(min_length=1)]
    ages: tuple[AgeCurve, ...] = ()

    def hits(self, policy: str, entries: int) -> int:
        """Return the hits of a policy at a size that was counted."""
        [curve] = [curve for curve in self.curves if curve.policy == policy]
        return curve.hits[self.sizes.index(entries)]

    def peak_bytes(self, policy: str, entries: int) -> int:
        """Return the most bytes that a policy held at a size that was counted."""
        [curve] = [curve for curve in self.curves if curve.policy == policy]
        return curve.peak_bytes[self.sizes.index(entries)]

    def share_of_ceiling(self, policy: str, entries: int) -> float | None:
        """Return the hits of a policy as a share of the ceiling at the same size; None if no hit is possible."""
        most = self.ceiling[self.sizes.index(entries)]
        return self.hits(policy, entries) / most if most else None

    @model_validator(mode="after")
    def _has_a_number_for_each_size(self) -> Self:
        if list(self.sizes) != sorted(set(self.sizes)):
            raise ValueError(f"sizes: expected ascending numbers, got {list(self.sizes)}")
        for numbers in (self.ceiling, *self._numbers()):
            if len(numbers) != len(self.sizes):
                raise ValueError(f"session {self.name!r}: expected {len(self.sizes)} numbers, got {len(numbers)}")
        for hits in chain((curve.hits for curve in self.curves), (age.hits for age in self.ages)):
            if any(one > most for one, most in zip(hits, self.ceiling, strict=True)):
                raise ValueError(f"session {self.name!r}: hits: {list(hits)} exceeds the ceiling {list(self.ceiling)}")
        if self.lookups < max(self.ceiling):
            raise ValueError(f"session {self.name!r}: the ceiling {max(self.ceiling)} exceeds the lookups")
        return self

    def _numbers(self) -> list[tuple[int, ...]]:
        of_policies = [numbers for curve in self.curves for numbers in (curve.hits, curve.evictions, curve.peak_bytes)]
        return [*of_policies, *(age.hits for age in self.ages)]


class CacheReplays(Frozen):
    """What caches did with recorded sessions.

    Args:
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        default_policy: the policy of a system's caches.
        default_entries: the most entries of a system's caches, by name.
        sessions: the sessions.
    """

    format: Literal["unitdocs-cache-replays"] = "unitdocs-cache-replays"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    command: str
    digest: str
    environment: Environment
    default_policy: str
    default_entries: dict[str, Count]
    sessions: Annotated[tuple[ReplayedSession, ...], Field(min_length=1)]
