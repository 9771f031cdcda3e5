"""Measuring settings in fresh processes, by the steps of any benchmark: counts in one, each round of times in another.

The settings to measure are written to a file, which the arm `candidate` of the suite reads; a variable of the process
names it.
"""

import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from unitdocs import stats
from unitdocs.bench.exit_status import how_it_ended
from unitdocs.bench.finding import find_suites
from unitdocs.bench.process import SINGLE_THREADED, run_module, tail_of
from unitdocs.bench.revisions import import_roots
from unitdocs.bench.scratch import scratch_folder
from unitdocs.errors import MeasurementError
from unitdocs.files import write_atomically
from unitdocs.studies.tuning_search import SearchScenario
from unitdocs.tuning.search.searching import SessionCounts
from unitdocs.tuning.search.space import Point, settings_of

ARMS: Final = ("default", "candidate")
CANDIDATE: Final = "TUNING_CANDIDATE"
"""The variable that names the settings file of the arm `candidate`."""
SUITE: Final = "training"
STARTS: Final = "start/"
"""How the names of scenarios begin that play the first second of a session."""
LIMIT: Final = 120.0
"""Seconds that a process may take."""
_MODULE: Final = "unitdocs.tuning.search.{}_worker"


class SuiteEvaluator:
    """Measures settings in the sessions of the suite `training`.

    Args:
        folder: the folder of the suite.
        root: the project.
        seed: seed of the order of the arms.
        scratch: a folder for the settings file.

    Raises:
        InputError: the folder has no such suite, or it cannot be loaded.
    """

    def __init__(self, folder: Path, *, root: Path, seed: int, scratch: Path) -> None:
        self._sources = import_roots(root)
        ((self._file, suite),) = find_suites(folder, [SUITE], sources=self._sources).items()
        self._seed = seed
        self._settings = scratch / "candidate.json"
        self.scenarios = tuple(
            SearchScenario(name=one.name, title=one.title, group="start" if one.name.startswith(STARTS) else "session")
            for one in suite.scenarios
        )

    def count(self, point: Point) -> Mapping[str, SessionCounts]:
        """Return the counts of each session, which a process of its own counts.

        Raises:
            MeasurementError: the process crashed or ran out of time.
        """
        names = [scenario.name for scenario in self.scenarios]
        # One hash seed for all trials: the sizes of sets and dicts are part of what is counted.
        with self._measuring(point), scratch_folder() as folder:
            task = {**self._task(names), "arm": ARMS[1]}
            counts = _result(_MODULE.format("counting"), task, folder, hash_seed=0)
        return {
            name: SessionCounts(one["peak"], {rate: (hits, tries) for rate, (hits, tries) in one["counts"].items()})
            for name, one in counts.items()
        }

    def time(self, point: Point, scenarios: Sequence[str], number: int) -> Mapping[str, float]:
        """Return a log ratio for each of some sessions, from one round in a process of its own.

        Raises:
            MeasurementError: the process crashed or ran out of time.
        """
        if not scenarios:
            return {}
        seed = zlib.crc32(f"{self._seed}/{number}".encode())
        with self._measuring(point), scratch_folder() as folder:
            task = {**self._task(scenarios), "arms": ARMS, "order_seed": seed}
            times = _result(_MODULE.format("timing"), task, folder, hash_seed=seed)
        return {name: _log_ratio(default, candidate) for name, (default, candidate) in times.items()}

    def _task(self, names: Sequence[str]) -> dict[str, object]:
        sources = [str(source) for source in self._sources]
        return {"file": str(self._file), "scenarios": list(names), "seed": 1, "sources": sources}

    @contextmanager
    def _measuring(self, point: Point) -> Iterator[None]:
        """Have the arm `candidate` use a point's settings."""
        write_atomically(self._settings, json.dumps(settings_of(point).to_json()).encode())
        before = os.environ.get(CANDIDATE)
        os.environ[CANDIDATE] = str(self._settings)
        try:
            yield
        finally:
            if before is None:
                del os.environ[CANDIDATE]
            else:
                os.environ[CANDIDATE] = before


def _result(module: str, task: Mapping[str, object], folder: Path, *, hash_seed: int) -> dict[str, Any]:
    """Run a worker, and return what it measured.

    Raises:
        MeasurementError: the process crashed or ran out of time.
    """
    result = folder / "measured.json"
    environment = {**os.environ, **dict.fromkeys(SINGLE_THREADED, "1"), "PYTHONHASHSEED": str(hash_seed)}
    text = json.dumps({**task, "result_file": str(result)})
    ended = run_module(module, text, folder=folder, limit=LIMIT, environment=environment)
    if ended.code:
        raise MeasurementError(f"a worker of the search {how_it_ended(ended.code)}{tail_of(ended.output)}")
    members: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return members


def _log_ratio(default: Sequence[int], candidate: Sequence[int]) -> float:
    """Return the log ratio of a round, from the nanoseconds of its batches: two for each ABBA block."""
    blocks = [np.array(times, dtype=np.float64).reshape(-1, 2) for times in (default, candidate)]
    return stats.log_ratio_of_round(*blocks)
