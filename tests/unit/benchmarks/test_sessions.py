"""The sessions of games: the same for a seed, held out as they say, and counted again as in the committed record."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from unitdocs import studies
from unitdocs.bench.finding import find_suites
from unitdocs.tuning.replay import CallKind, belady, replay
from unitdocs.tuning.replay.comparing import Session, compare_policies
from unitdocs.units.refactored.cache import Policy

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "benchmarks/studies/policies"
LOOKUPS = "LOOKUPS"


@pytest.fixture(scope="module")
def sessions() -> Iterator[ModuleType]:
    sys.path[:0] = [str(FOLDER), str(ROOT / "benchmarks")]
    spec = importlib.util.spec_from_file_location("_sessions", FOLDER / "_sessions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["_sessions"] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    setattr(module, LOOKUPS, 60)
    yield module
    del sys.path[:2]


def test_the_folder_still_holds_one_suite() -> None:
    assert [suite.name for suite in find_suites(FOLDER).values()] == ["eviction"]


@pytest.mark.parametrize("game", ["screens", "drag", "breakpoints", "loop", "shop", "match", "turned"])
def test_a_session_is_the_same_for_its_seed_and_no_policy_exceeds_its_ceiling(sessions: ModuleType, game: str) -> None:
    traces = sessions.recorded(game, 3)
    assert [trace.cache for trace in traces] == ["layouts", "plans"]
    assert traces == sessions.recorded(game, 3)
    assert traces[0] != sessions.recorded(game, 2)[0]
    for trace in traces:
        assert trace.lookups == sum(call.kind is CallKind.GET for call in trace.calls) > 0
        for policy in Policy:
            assert replay(trace, policy, 16).hits <= belady(trace, 16).hits


def test_three_games_and_half_of_the_other_sessions_are_held_out(sessions: ModuleType) -> None:
    seeds = (*sessions.SEARCHED_SEEDS, *sessions.HELD_OUT_SEEDS)
    held = {(game, seed) for game in sessions.GAMES for seed in seeds if sessions.is_held_out(game, seed)}
    assert {game for game in sessions.GAMES if all((game, seed) in held for seed in seeds)} == {
        "shop",
        "match",
        "turned",
    }
    assert not any((game, seed) in held for game in ("screens", "loop") for seed in sessions.SEARCHED_SEEDS)


def test_what_is_compared_is_what_is_replayed(sessions: ModuleType) -> None:
    trace = sessions.recorded("turned", 1)[0]
    compared = compare_policies(Session(trace, "turned", "T", "d", is_held_out=True), (64, 4), ttls=(0.5, None))
    assert compared.sizes == (4, 64)
    assert compared.hits("lru", 4) == replay(trace, Policy.LRU, 4).hits
    assert compared.ages[0].hits[1] == replay(trace, entries=64, ttl=0.5).hits
    assert compared.ages[1].hits == compared.curves[2].hits


@pytest.mark.long
def test_the_committed_record_is_counted_again(sessions: ModuleType) -> None:
    setattr(sessions, LOOKUPS, 3_000)
    record = studies.load_record("cache_replays", ROOT / "benchmarks/results/cache-replays.json")
    for trace in sessions.recorded("match", 2):
        [committed] = [one for one in record.sessions if (one.name, one.cache) == (trace.name, trace.cache)]
        assert committed.hits("s3-fifo", 64) == replay(trace, Policy.S3_FIFO, 64).hits
        assert committed.ceiling[committed.sizes.index(64)] == belady(trace, 64).hits
