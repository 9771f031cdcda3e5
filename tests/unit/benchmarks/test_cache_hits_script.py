"""The script that counts how often caches answer, and the committed record of it."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from unitdocs import studies
from unitdocs.bench.finding import find_suites
from unitdocs.studies import CacheHits
from unitdocs.units.refactored.cache import DEFAULT_POLICY, Cache, Policy
from unitdocs.units.refactored.settings import LAYOUTS

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "benchmarks/studies/policies/_count_hits.py"
TRACES = ["screens", "drag", "breakpoints", "loop"]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    sys.path.append(str(SCRIPT.parent))  # it imports a module of its folder
    spec = importlib.util.spec_from_file_location("cache_hits_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(SCRIPT.parent))
    return module


@pytest.fixture(scope="module")
def committed() -> CacheHits:
    return studies.load_record("cache_hits", ROOT / "benchmarks/results/cache-hits.json")


def test_help_shows_an_example() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Example: python benchmarks/studies/policies/_count_hits.py --out" in done.stdout


def test_the_folder_still_holds_the_suite_alone() -> None:
    assert [suite.name for suite in find_suites(SCRIPT.parent).values()] == ["eviction"]


def test_the_committed_record_counted_the_code_as_it_is_committed(committed: CacheHits) -> None:
    assert committed.digest == studies.kind_of("cache_hits").digest(ROOT), f"count again: {committed.command}"
    assert committed.environment.dirty is False


def test_it_holds_every_policy_and_trace_and_the_defaults(committed: CacheHits, script: ModuleType) -> None:
    assert committed.policies == tuple(Policy)
    assert [trace.name for trace in committed.traces] == list(script.eviction.TRACES) == TRACES
    assert (committed.default, committed.default_entries) == (DEFAULT_POLICY, LAYOUTS)
    assert committed.warmup + committed.lookups == script.eviction.TRACE
    assert len(committed.seeds) >= 5


@pytest.mark.parametrize("trace", TRACES)
def test_a_cell_that_is_counted_again_is_the_same(committed: CacheHits, script: ModuleType, trace: str) -> None:
    """By another loop than the script's: of the cell with the default policy and size, and the last of the seeds."""
    keys = script.lookups(trace, committed.seeds[-1])
    kept: Cache[object, bool] = Cache("again", entries=LAYOUTS)
    answered = []
    for key in keys:
        answered.append(kept.get(key) is not None)
        if not answered[-1]:
            kept.put(key, value=True, size=1)
    [cell] = [
        cell
        for cell in committed.cells
        if (cell.trace, cell.policy, cell.entries) == (trace, committed.default, committed.default_entries)
    ]
    assert cell.hits[-1] == sum(answered[committed.warmup :])
    assert cell.hits[-1] == script.hits(keys, DEFAULT_POLICY, LAYOUTS)


def test_all_sizes_face_the_same_tour(script: ModuleType) -> None:
    for seed in script.SEEDS:
        stops = len(set(script.lookups("loop", seed)))
        assert 65 <= stops <= 80
    assert any(trace.title == "A tour of 65 to 80 screens" for trace in script.TRACES)
