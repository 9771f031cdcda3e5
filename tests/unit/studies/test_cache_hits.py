"""The record of how often caches answer: what it holds, and what it refuses."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from made_records import ENVIRONMENT

from unitdocs import records, studies
from unitdocs.errors import InputError
from unitdocs.studies import CacheCell, CacheHits, CacheTrace

CELLS = tuple(
    CacheCell(trace=trace, policy=policy, entries=entries, hits=(entries, entries + 1))
    for trace in ("screens", "loop")
    for policy in ("lru", "sieve")
    for entries in (16, 8)
)


def made(cells: tuple[CacheCell, ...] = CELLS) -> CacheHits:
    return CacheHits(
        created=datetime(2026, 11, 27, 12, tzinfo=UTC),
        finished=datetime(2026, 11, 27, 13, tzinfo=UTC),
        command="python count.py",
        environment=ENVIRONMENT,
        digest="sha256:0",
        seeds=(3, 4),
        warmup=5,
        lookups=20,
        default="lru",
        default_entries=16,
        traces=tuple(
            CacheTrace(name=name, title=name.title(), description="it goes on") for name in ("screens", "loop")
        ),
        cells=cells,
    )


def changed(**fields: Any) -> tuple[CacheCell, ...]:
    """Return the cells, one of them with other members."""
    return (*CELLS[:3], CELLS[3].model_copy(update=fields), *CELLS[4:])


def test_a_record_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    records.save(made(), tmp_path / "hits.json")
    assert studies.load_record("cache_hits", tmp_path / "hits.json") == made()


def test_policies_keep_their_order_and_sizes_ascend() -> None:
    assert made().policies == ("lru", "sieve")
    assert made().sizes == (8, 16)


def test_shares_are_of_the_lookups_that_were_counted() -> None:
    assert made().shares(CELLS[1]) == (8 / 20, 9 / 20)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (CELLS[:-1], "got 0 of trace 'loop', policy 'sieve', 8 entries"),
        ((*CELLS, CELLS[0]), "got 2 of trace 'screens', policy 'lru', 16 entries"),
        ((*CELLS, CELLS[0].model_copy(update={"trace": "drag"})), "got 1 of trace 'drag', policy 'lru', 16 entries"),
        (changed(hits=(1,)), r"cells\[3\].hits: expected 2 numbers, one a seed, up to 20, got \[1\]"),
        (changed(hits=(1, 21)), r"cells\[3\].hits: expected 2 numbers, one a seed, up to 20, got \[1, 21\]"),
    ],
    ids=["missing", "twice", "unknown trace", "a seed less", "more hits than lookups"],
)
def test_a_record_that_is_not_whole_is_refused_with_its_place(
    tmp_path: Path, cells: tuple[CacheCell, ...], said: str
) -> None:
    records.save(made().model_copy(update={"cells": cells}), tmp_path / "hits.json")
    with pytest.raises(InputError, match=rf"hits\.json: \$: value error, .*{said}"):
        studies.load_record("cache_hits", tmp_path / "hits.json")


def test_another_file_is_no_such_record(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"format": "unitdocs-run"}')
    with pytest.raises(InputError, match=r"other\.json: is not a record of "):
        studies.load_record("cache_hits", tmp_path / "other.json")


CHANGES: dict[str, Callable[[Path], object]] = {
    "the cache": lambda root: (root / "src/unitdocs/units/refactored/cache.py").write_text("2"),
    "a trace": lambda root: (root / "benchmarks/studies/policies/traces.py").write_text("2"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_digest_covers_the_cache_and_what_it_is_asked_for(tmp_path: Path, change: str) -> None:
    for folder in ("src/unitdocs/units/refactored", "benchmarks/studies/policies"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "src/unitdocs/units/refactored/cache.py").write_text("1")
    before = studies.kind_of("cache_hits").digest(tmp_path)
    (tmp_path / "src/unitdocs/units/layout.py").write_text("1")
    assert studies.kind_of("cache_hits").digest(tmp_path) == before
    CHANGES[change](tmp_path)
    assert studies.kind_of("cache_hits").digest(tmp_path) != before
