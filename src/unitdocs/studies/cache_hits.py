"""The record of the share of lookups that a cache answers: by trace, by policy and by size."""

import itertools
from collections import Counter
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from unitdocs.records.schema import Environment, Frozen

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]


class CacheTrace(Frozen):
    """A series of lookups, as a game makes them.

    Args:
        name: name of the trace.
        title: its title, in a few words.
        description: what a game does, as a clause.
    """

    name: str
    title: str
    description: str


class CacheCell(Frozen):
    """How often a cache of one policy and size answered, over one trace.

    Args:
        trace: name of the trace.
        policy: the policy that chooses which entry a full cache evicts.
        entries: number of entries that the cache keeps.
        hits: number of lookups that found a value, one for each seed, in the record's order.
    """

    trace: str
    policy: str
    entries: Positive
    hits: Annotated[tuple[Count, ...], Field(min_length=1)]


class CacheHits(Frozen):
    """How often caches answered. There is one cell for every trace, policy and size.

    Args:
        digest: digest of the cache, the traces and the program that counted.
        seeds: seeds of the traces; each gives a trace of its own.
        warmup: lookups at the beginning of each trace that fill the cache and are not counted.
        lookups: lookups after the warm-up, which are counted.
        default: the default policy of a cache.
        default_entries: number of layouts that a system keeps by default.
        traces: the traces.
        cells: the counts.
    """

    format: Literal["unitdocs-cache-hits"] = "unitdocs-cache-hits"
    format_version: Literal[2] = 2
    created: datetime
    finished: datetime
    command: str
    environment: Environment
    digest: str
    seeds: Annotated[tuple[int, ...], Field(min_length=1)]
    warmup: Count
    lookups: Positive
    default: str
    default_entries: Count
    traces: Annotated[tuple[CacheTrace, ...], Field(min_length=1)]
    cells: Annotated[tuple[CacheCell, ...], Field(min_length=1)]

    @property
    def policies(self) -> tuple[str, ...]:
        """Every policy, in the order of the cells."""
        return tuple(dict.fromkeys(cell.policy for cell in self.cells))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Every number of entries, ascending."""
        return tuple(sorted({cell.entries for cell in self.cells}))

    def shares(self, cell: CacheCell) -> tuple[float, ...]:
        """Return the share of lookups that found a value, 0 to 1, for each seed."""
        return tuple(hits / self.lookups for hits in cell.hits)

    @model_validator(mode="after")
    def _holds_each_cell_once(self) -> Self:
        names = [trace.name for trace in self.traces]
        counts = Counter((cell.trace, cell.policy, cell.entries) for cell in self.cells)
        for key in [*itertools.product(names, self.policies, self.sizes), *counts]:
            if key[0] not in names or counts[key] != 1:
                trace, policy, entries = key
                raise ValueError(
                    f"cells: expected one of each trace, policy and size, got {counts[key]} of trace {trace!r}, "
                    f"policy {policy!r}, {entries} entries"
                )
        return self

    @model_validator(mode="after")
    def _counts_each_seed(self) -> Self:
        for number, cell in enumerate(self.cells):
            if len(cell.hits) != len(self.seeds) or max(cell.hits) > self.lookups:
                raise ValueError(
                    f"cells[{number}].hits: expected {len(self.seeds)} numbers, one a seed, up to {self.lookups}, "
                    f"got {list(cell.hits)}"
                )
        return self
