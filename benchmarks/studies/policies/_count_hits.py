"""Count which share of lookups a cache answers: by what a game does, by policy and by size.

The traces are those of the suite `eviction`. The tour is as long for every size, so that all sizes face the same one.
The first lookups of each trace fill the cache and are left out. Counts are exact: the same seeds give the same.

Example: python benchmarks/studies/policies/_count_hits.py --out benchmarks/results/cache-hits.json
"""

import argparse
import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import eviction

from unitdocs import records, studies
from unitdocs.bench import environment
from unitdocs.studies import CacheCell, CacheHits, CacheTrace
from unitdocs.units.refactored.cache import DEFAULT_POLICY, Cache, Policy
from unitdocs.units.refactored.settings import LAYOUTS

ROOT = Path(__file__).resolve().parents[3]
SEEDS = tuple(range(5))
SIZES = (8, 16, 32, 64, 128, 256)
WARMUP = eviction.TRACE // 5
LOOKUPS = eviction.TRACE - WARMUP
TRACES = (
    CacheTrace(
        name="screens",
        title="Screens, a few favourites",
        description="screens are opened and reopened, a few of them much more often than the rest",
    ),
    CacheTrace(
        name="drag",
        title="The same, with drags of the window",
        description="screens are opened as before, and now and then a drag of the window passes "
        "many sizes once, which no cache can answer",
    ),
    CacheTrace(
        name="breakpoints",
        title="A few surfaces in turn",
        description="a few surfaces alternate, as when a device is turned, in sessions with screens of their own",
    ),
    CacheTrace(
        name="loop",
        title=f"A tour of {eviction.ENTRIES + 1} to {eviction.ENTRIES * 5 // 4} screens",
        description="a tour goes through the same screens in the same order, again and again",
    ),
)


def main() -> None:
    """Count every cell, print one line for each trace and policy, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("build/cache-hits.json"), help="the record to write")
    out = parser.parse_args().out
    created, begun, ticks = datetime.now(UTC), environment.describe(ROOT), environment.cpu_ticks()
    digest = studies.kind_of("cache_hits").digest(ROOT)
    cells = [cell for trace in TRACES for cell in _counted(trace.name)]
    record = CacheHits(
        created=created,
        finished=datetime.now(UTC),
        command=f"python benchmarks/studies/policies/_count_hits.py --out {out}",
        environment=environment.closed(begun, ticks),
        digest=digest,
        seeds=SEEDS,
        warmup=WARMUP,
        lookups=LOOKUPS,
        default=DEFAULT_POLICY,
        default_entries=LAYOUTS,
        traces=TRACES,
        cells=tuple(cells),
    )
    records.save(record, out)


def _counted(trace: str) -> Iterator[CacheCell]:
    """Yield the cells of a trace."""
    keys = [lookups(trace, seed) for seed in SEEDS]
    for policy in Policy:
        said = []
        for entries in SIZES:
            found = tuple(hits(each, policy, entries) for each in keys)
            yield CacheCell(trace=trace, policy=policy, entries=entries, hits=found)
            said.append(f"{entries}: {sum(found) / (len(found) * LOOKUPS):.1%}")
        print(f"{trace}, {policy}: {', '.join(said)}", flush=True)


def lookups(trace: str, seed: int) -> list[eviction.Key]:
    """Return what is looked up, one after the other."""
    made = eviction.TRACES[trace][1](random.Random(seed))
    return list(itertools.islice(made, eviction.TRACE))


def hits(keys: Sequence[eviction.Key], policy: Policy, entries: int) -> int:
    """Return how many lookups a cache answers after the first ones, which fill it."""
    kept: Cache[eviction.Key, bool] = Cache("layouts", entries=entries, policy=policy)
    before = 0
    for number, key in enumerate(keys):
        if number == WARMUP:
            before = kept.statistics().hits
        if kept.get(key) is None:
            kept.put(key, True, 1)  # noqa: FBT003 -- any value will do
    return kept.statistics().hits - before


if __name__ == "__main__":
    main()
