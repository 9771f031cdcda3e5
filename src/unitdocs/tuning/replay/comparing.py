"""Sessions replayed at many sizes by every policy, as they are recorded."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from unitdocs.bench import environment
from unitdocs.studies import AgeCurve, CacheReplays, PolicyCurve, ReplayedSession
from unitdocs.tuning.replay.optimum import belady
from unitdocs.tuning.replay.replaying import replay
from unitdocs.tuning.replay.traces import Trace
from unitdocs.units import SystemSettings
from unitdocs.units.refactored.cache import DEFAULT_POLICY, EvictionReason, Policy

SIZES: Final = {"layouts": (8, 16, 32, 64, 128, 256, 512), "plans": (4, 8, 16, 32, 64, 128, 256)}
"""Numbers of entries that are counted, by the name of the cache."""
TTLS: Final = (1.0, 10.0, 60.0, 600.0, None)
"""Ages in seconds at which values expire; None for never."""


class Session(NamedTuple):
    """A trace with what readers need to know of it.

    Args:
        trace: the calls of its cache.
        game: what is played.
        title: the game in a few words.
        description: what its players do, as a clause.
        is_held_out: whether no setting was chosen by it.
    """

    trace: Trace
    game: str
    title: str
    description: str
    is_held_out: bool


def sizes_of(trace: Trace) -> tuple[int, ...]:
    """Return the sizes at which a trace is counted."""
    return SIZES.get(trace.cache, SIZES["layouts"])


def compare_policies(
    session: Session,
    sizes: Sequence[int],
    policies: Sequence[Policy] = tuple(Policy),
    ttls: Sequence[float | None] = (),
) -> ReplayedSession:
    """Return what each policy does with a session at each size.

    Args:
        session: the session.
        sizes: numbers of entries, in any order.
        policies: the policies.
        ttls: ages in seconds at which values expire, for the default policy; None for never.
    """
    trace, ascending = session.trace, tuple(sorted(set(sizes)))
    return ReplayedSession(
        name=trace.name,
        cache=trace.cache,
        **{name: value for name, value in session._asdict().items() if name != "trace"},
        lookups=trace.lookups,
        keys=len({call.key for call in trace.calls}),
        sizes=ascending,
        ceiling=tuple(belady(trace, entries).hits for entries in ascending),
        curves=tuple(_curve(trace, policy, ascending) for policy in policies),
        ages=tuple(
            AgeCurve(ttl=ttl, hits=tuple(replay(trace, DEFAULT_POLICY, entries, ttl=ttl).hits for entries in ascending))
            for ttl in ttls
        ),
    )


def record_of(
    sessions: Sequence[ReplayedSession], *, begun: datetime, command: str, digest: str, root: Path
) -> CacheReplays:
    """Return the record of replayed sessions.

    Args:
        sessions: the sessions.
        begun: when the first replay began, with a time zone.
        command: the command that makes the record again.
        digest: that of the kind of record when the first replay began.
        root: the project's folder.
    """
    settings = SystemSettings()
    return CacheReplays(
        created=begun,
        finished=datetime.now(begun.tzinfo),
        command=command,
        digest=digest,
        environment=environment.describe(root),
        default_policy=DEFAULT_POLICY.value,
        default_entries={"layouts": settings.layout_entries, "plans": settings.plan_entries},
        sessions=tuple(sessions),
    )


def _curve(trace: Trace, policy: Policy, sizes: Sequence[int]) -> PolicyCurve:
    counts = [replay(trace, policy, entries) for entries in sizes]
    return PolicyCurve(
        policy=policy.value,
        hits=tuple(count.hits for count in counts),
        evictions=tuple(count.evictions[EvictionReason.ENTRIES] for count in counts),
        peak_bytes=tuple(count.peak_bytes for count in counts),
    )
