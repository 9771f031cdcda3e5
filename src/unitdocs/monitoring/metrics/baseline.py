"""What the resolves of scenes took in a run record, so that a game in production can be compared with it.

A game reads a small file, for which the standard library is enough; making it needs `unitdocs[measure]`, as measuring
does.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path

from unitdocs.errors import InputError
from unitdocs.files import write_atomically
from unitdocs.monitoring.metrics.families import SYSTEMS
from unitdocs.records import Metric, RunRecord, to_frame

FORMAT_VERSION = 1
LARGEST = 1 << 20
"""Bytes of a file at most: some thousand scenes."""

TYPICAL = (Metric.TIME, Metric.FRAME_P50)
"""What a call typically takes: of recorded frames, their median."""

Baseline = Mapping[tuple[str, str], float]
"""Seconds of a resolve, by system and scene."""


def baseline_of(record: RunRecord, suite: str, work: str = "") -> Baseline:
    """Return the median time of each scene of a suite, on the clock by which its cases are judged.

    Args:
        record: a run that compared the original with the refactored system.
        suite: the suite whose scenarios are named as the game's scenes are.
        work: what is done with a scene, where scenarios are named `<scene>/<work>`; empty where they are not.

    Raises:
        InputError: the record has no such case.
    """
    frame = to_frame(record)
    frame = frame[(frame["suite"] == suite) & frame["metric"].isin(TYPICAL) & frame["arm"].isin(SYSTEMS)]
    medians = frame.groupby(["arm", "scenario"], as_index=False)["value"].median()
    columns = (medians[name] for name in ("arm", "scenario", "value"))
    named = {(arm, _scene(scenario, work)): float(seconds) for arm, scenario, seconds in zip(*columns, strict=True)}
    found = {key: seconds for key, seconds in named.items() if key[1]}
    if not found:
        wanted = f"<scene>/{work}" if work else "<scene>"
        raise InputError(f"baseline: the record has no times of a case {suite}/{wanted} of both systems")
    return found


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline.

    Raises:
        OSError: the file cannot be written.
    """
    scenes: dict[str, dict[str, float]] = {}
    for (system, scene), seconds in sorted(baseline.items()):
        scenes.setdefault(scene, {})[system] = seconds
    content = {"format_version": FORMAT_VERSION, "seconds": scenes}
    write_atomically(path, (json.dumps(content, indent=2) + "\n").encode())


def read_baseline(path: Path) -> Baseline:
    """Return the baseline of a file.

    Raises:
        InputError: it cannot be read, or is no baseline.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would never end
            raise InputError(f"{path}: expected a file")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        data = json.loads(content) if len(content) <= LARGEST else None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: expected a baseline, made by `unitdocs monitor baseline`: {error}") from error
    scenes = data.get("seconds") if isinstance(data, dict) and data.get("format_version") == FORMAT_VERSION else None
    found = {
        (system, scene): seconds
        for scene, of_scene in (scenes.items() if isinstance(scenes, dict) else ())
        for system, seconds in (of_scene.items() if isinstance(of_scene, dict) else ())
        if system in SYSTEMS and isinstance(seconds, int | float) and 0 < seconds < math.inf
    }
    if not found:
        raise InputError(f"{path}: expected a baseline, made by `unitdocs monitor baseline`; it has no times")
    return found


def _scene(scenario: str, work: str) -> str:
    """Return the scene that a scenario is named after; empty if it is another work's."""
    scene, _, done = scenario.partition("/")
    return scene if done == work else ""
