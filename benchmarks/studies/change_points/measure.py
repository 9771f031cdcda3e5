"""Measure ways to find change points: on annotated series, on noise, and on noise with a shift.

The annotated series are some of the Turing Change Point Dataset that may be passed on (`annotated.json` has source and
licences); F1 and covering are defined by van den Burg and Williams (2020). Made series are as short as histories of
records are. The way that the site uses is marked; it must not find more in noise than `MOST`.

Example: python benchmarks/studies/change_points/measure.py --out benchmarks/results/change-points.json
"""

import argparse
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unitdocs import records
from unitdocs.analysis.change_points import FEWEST, change_points, splits
from unitdocs.bench import environment
from unitdocs.studies import AnnotatedSeries, ChangePoints, Finder

HERE = Path(__file__).resolve().parent
MARGIN, NEAR = 5, 2
MADE, LENGTH, SHIFT, SEED = 1000, 16, 2.0, 20261127
MOST = 0.05
Find = Callable[[Sequence[float]], Sequence[int]]


def main() -> None:
    """Measure every way, print one line each and write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("build/change-points.json"), help="the record to write")
    out = parser.parse_args().out
    created, begun, ticks = datetime.now(UTC), environment.describe(HERE.parents[2]), environment.cpu_ticks()
    known = json.loads((HERE / "annotated.json").read_text(encoding="utf-8"))
    found = tuple(judged(name, find, known["series"]) for name, find in FINDERS.items())
    for one in found:
        print(
            f"{one.name}: F1 {mean(one.f1):.3f}, covering {mean(one.covering):.3f}, "
            f"in noise {one.false_alarms} of {MADE}, shifts {one.found} of {MADE}"
        )
    record = ChangePoints(
        created=created,
        finished=datetime.now(UTC),
        command=f"python benchmarks/studies/change_points/measure.py --out {out}",
        environment=environment.closed(begun, ticks),
        source=known["source"],
        paper=known["paper"],
        margin=MARGIN,
        near=NEAR,
        made=MADE,
        length=LENGTH,
        shift=SHIFT,
        most=MOST,
        series=tuple(
            AnnotatedSeries(
                name=one["name"],
                points=len(one["values"]),
                annotators=len(one["annotations"]),
                licence=one["licence"],
            )
            for one in known["series"]
        ),
        finders=found,
    )
    records.save(record, out)


def judged(name: str, find: Find, known: Sequence[Mapping[str, Any]]) -> Finder:
    """Return how one way does on the annotated series and on made ones."""
    answers = [(one, find(one["values"])) for one in known]
    noise = np.random.default_rng(SEED).normal(size=(2, MADE, LENGTH))
    noise[1, :, LENGTH // 2 :] += SHIFT
    shifts = [find(row.tolist()) for row in noise[1]]
    return Finder(
        name=name,
        is_chosen=name == CHOSEN,
        f1=tuple(f1(one["annotations"], at) for one, at in answers),
        covering=tuple(covering(one["annotations"], at, len(one["values"])) for one, at in answers),
        false_alarms=sum(bool(find(row.tolist())) for row in noise[0]),
        found=sum(len(at) == 1 and abs(at[0] - LENGTH // 2) <= NEAR for at in shifts),
    )


def f1(annotations: Sequence[Sequence[int]], found: Sequence[int]) -> float:
    """Return F1: precision against all annotators together, recall as their mean; the start always counts as found."""
    said, everyone = {0, *found}, {0, *(at for one in annotations for at in one)}
    precision = hits(everyone, said) / len(said)
    recall = mean(hits({0, *one}, said) / len({0, *one}) for one in annotations)
    return 2 * precision * recall / (precision + recall)


def hits(true: set[int], said: set[int]) -> int:
    """Return how many true change points have a found one within the margin, each used once, the nearest first."""
    left, count = set(said), 0
    for at in sorted(true):
        near = [one for one in left if abs(one - at) <= MARGIN]
        if near:
            left.remove(min(near, key=lambda one: (abs(one - at), one)))
            count += 1
    return count


def covering(annotations: Sequence[Sequence[int]], found: Sequence[int], n: int) -> float:
    """Return how far the found parts cover those of each annotator, in points of the series, as a mean."""
    said = parts(found, n)
    return mean(
        sum(len(true) * max(len(true & part) / len(true | part) for part in said) for true in parts(one, n)) / n
        for one in annotations
    )


def parts(at: Sequence[int], n: int) -> list[set[int]]:
    """Return the parts of a series of n points that change points cut it into."""
    ends = sorted({0, *at, n})
    return [set(range(low, high)) for low, high in itertools.pairwise(ends)]


def nothing(_values: Sequence[float]) -> Sequence[int]:
    """Find none."""
    return ()


def by_values(level: float) -> Find:
    """Return the way of `unitdocs.analysis.change_points` without ranks."""
    return lambda values: splits(np.asarray(values, dtype=float), level)


def by_ranks(level: float) -> Find:
    """Return the way of `unitdocs.analysis.change_points`."""
    return lambda values: change_points(values, level) or ()


def by_penalty(weight: float) -> Find:
    """Return the least sum of squares with a penalty of `weight` log n a change, in variances of the noise.

    Optimal partitioning, to which PELT (Killick, Fearnhead and Eckley 2012) is a shortcut; the noise is estimated by
    the median of absolute differences of neighbours.
    """

    def find(values: Sequence[float]) -> Sequence[int]:
        series = np.asarray(values, dtype=float)
        noise = float(np.median(np.abs(np.diff(series)))) / (0.6745 * np.sqrt(2))
        return partition(series, weight * np.log(len(series)) * noise**2) if noise else ()

    return find


def partition(series: NDArray[np.float64], penalty: float) -> list[int]:
    """Return the change points with the least cost, parts of at least `FEWEST` points."""
    sums, squares = (np.concatenate([[0.0], row.cumsum()]) for row in (series, series**2))
    best, before = [-penalty, *[np.inf] * len(series)], [0] * (len(series) + 1)
    for end in range(FEWEST, len(series) + 1):
        starts = np.arange(end - FEWEST + 1)
        inside = squares[end] - squares[starts] - (sums[end] - sums[starts]) ** 2 / (end - starts)
        costs = np.asarray(best)[starts] + inside + penalty
        before[end] = int(costs.argmin())
        best[end] = float(costs.min())
    found, end = [], before[len(series)]
    while end:
        found.append(end)
        end = before[end]
    return found[::-1]


FINDERS: Mapping[str, Find] = {
    "permutations of values, level 0.01": by_values(0.01),
    "permutations of values, level 0.05": by_values(0.05),
    "permutations of ranks, level 0.01": by_ranks(0.01),
    "permutations of ranks, level 0.05": by_ranks(0.05),
    "least squares, penalty 2 log n": by_penalty(2),
    "least squares, penalty 4 log n": by_penalty(4),
    "never a change": nothing,
}
CHOSEN = "permutations of ranks, level 0.01"


if __name__ == "__main__":
    main()
