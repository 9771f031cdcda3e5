"""Resolve every scene of the suites, and units of files, in shadow mode, and measure what shadow mode costs.

Scenes are resolved in turn, in sizes from a phone to a desktop and at the edges of their breakpoints, and recordings
are played frame by frame, until the number of resolves is reached: each element of a scene counts as one. Then one
scene is resolved with and without shadow mode, round by round. The result is printed and written as a record, which the
guide on shadow mode shows.

Examples:
  python benchmarks/studies/shadow/resolve_in_shadow.py                          100,000 resolves
  python benchmarks/studies/shadow/resolve_in_shadow.py --resolves 10000000 --units golden/size.jsonl \
      --out benchmarks/results/shadow-run.json                                   some minutes
"""

from __future__ import annotations

import argparse
import itertools
import random
import shlex
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment
sys.path.insert(1, str(Path(__file__).resolve().parents[2]))  # the suites' scenes

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("portal")

import _recordings
import _scenes
from unitdocs import records
from unitdocs.bench import environment
from unitdocs.cli.unit_lines import lines_of, parsed, unit_of
from unitdocs.errors import InputError
from unitdocs.shadow import create_shadow
from unitdocs.studies import ComparedSource, ShadowCost, ShadowRun
from unitdocs.studies.kinds import kind_of
from unitdocs.units import Extent, Scene, create_system, parse_context
from unitdocs.units.comparison import default_sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unitdocs.shadow import ShadowSystem
    from unitdocs.units import PreparedScene, System

COSTS = ((0.0, 0.01), (0.01, 0.01), (0.1, 0.01), (1.0, 0.01), (1.0, 1.0))
"""Shares and budgets whose cost is measured."""
PASSES = 3
"""How often a scene is resolved in each size before the next one: the refactored system compiles a plan after some."""
STEP = 100_000
"""Resolves of one source before the next one, at most."""
ROUNDS_OF_A_PAIR = 15
"""Rounds until both scenes are prepared again."""
FRAMES = 20
"""Resolves of a scene at a time, of which a round has two."""


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="resolve_in_shadow.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--resolves", type=int, default=100_000, help="units and elements to resolve (100000)")
    parser.add_argument("--units", type=Path, action="append", default=[], help="a file with one unit per line")
    parser.add_argument("--rounds", type=int, default=30, help="rounds that measure the cost (30)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (1)")
    parser.add_argument("--out", type=Path, default=Path("build/shadow-run.json"), help="the record's file")
    return parser.parse_args()


def scenes(seed: int) -> list[Scene]:
    """Return every scene of the suites."""
    made = [_scenes.inventory(count, seed) for count in (100, 1_000, 10_000)]
    recorded = [_scenes.recorded_scene(path.stem) for path in sorted((ROOT / "benchmarks" / "scenes").glob("*.json"))]
    return [*recorded, _scenes.settings_form(60, seed), _scenes.battlefield(50), _scenes.screen(200, seed), *made]


def golden(files: list[Path]) -> Iterator[tuple[Any, Any]]:
    """Yield the units of files, with their contexts."""
    for path in files:
        try:
            with path.open("rb") as stream:
                for number, line in enumerate(lines_of(stream), start=1):
                    place = f"{path}:{number}"
                    row = parsed(line)
                    members = {name: row[name] for name in row if name not in {"expected", "valid"}}
                    yield unit_of(members), parse_context(row.get("context", {}))
        except OSError as error:
            fail(f"--units {path}: cannot be read ({error.strerror})")
        except (InputError, ValueError) as error:
            fail(f"--units {place}: {error}")


def shadow(seed: int) -> ShadowSystem:
    """Return a system that compares everything, however long that takes."""
    return create_shadow(random.Random(seed), share=1, budget=1, longest=float("inf"))


def compared(name: str, system: ShadowSystem, resolves: int) -> tuple[ComparedSource, int]:
    """Return what was compared, and the errors; print what differs."""
    report = system.shadow.report()
    if not report.is_clean:
        print(report.text())
    if report.spending.skipped:
        fail(f"{name}: {report.spending.skipped} calls were not compared")
    return ComparedSource(name=name, resolves=resolves, different=report.different), report.errors


def of_units(files: list[Path], seed: int) -> Iterator[tuple[ComparedSource, int]]:
    """Yield what was compared of the units of files."""
    system, count = shadow(seed), 0
    for spec, context in golden(files):
        unit = system.build(spec)
        unit.resolve(context)
        unit.validate(context)
        count += 1
    if count:
        yield compared("golden inputs", system, count)


def of_scenes(seed: int, wanted: int) -> Iterator[tuple[ComparedSource, int]]:
    """Resolve scenes and frames in turn until there are enough resolves; yield what was compared of each."""
    frames = [path.stem for path in sorted((ROOT / "benchmarks" / "frames").glob("*.json"))]
    turns = [Turn(scene.name, system := shadow(seed), resized(scene, system)) for scene in scenes(seed)]
    turns += [Turn(f"Recording {name}", system := shadow(seed), played(name, system)) for name in frames]
    done = dict.fromkeys((turn.name for turn in turns), 0)
    while (total := sum(done.values())) < wanted:
        print(f"  {total:,} of {wanted:,} resolves", file=sys.stderr, flush=True)
        share = min(STEP, max(1, (wanted - total) // len(turns)))
        for turn in turns:
            most = done[turn.name] + share
            while done[turn.name] < most:
                done[turn.name] += next(turn.resolves)
    for turn in turns:
        yield compared(turn.name, turn.system, done[turn.name])


class Turn(NamedTuple):
    """A source of resolves.

    Args:
        name: of the scene or the recording.
        system: what resolves it.
        resolves: resolves once more, and yields how many elements that were; without an end.
    """

    name: str
    system: ShadowSystem
    resolves: Iterator[int]


def resized(scene: Scene, system: ShadowSystem) -> Iterator[int]:
    """Resolve a scene in each of its sizes."""
    prepared = system.prepare(scene)
    for size in itertools.cycle(default_sizes(scene)):
        for _ in range(PASSES):
            prepared.resolve(scene=size, viewport=size)
            yield len(scene.elements)


def played(name: str, system: ShadowSystem) -> Iterator[int]:
    """Play a recording's frames."""
    recording = _recordings.recording(name)
    prepared = system.prepare(recording.scene)
    for frame in itertools.cycle(recording.frames):
        if frame.changes:
            prepared.update(frame.changes)
        prepared.resolve(scene=frame.viewport, viewport=frame.viewport)
        yield len(recording.scene.elements)


def seconds(prepared: PreparedScene, sizes: list[Extent]) -> float:
    """Return the CPU time of a number of frames, each at another size."""
    begin = time.thread_time()
    for size in sizes:
        prepared.resolve(scene=size, viewport=size)
    return time.thread_time() - begin


def costs(scene: Scene, rounds: int) -> Iterator[ShadowCost]:
    """Yield what shadow mode costs: both are measured in turn in each round."""
    sizes = [Extent(1280.0 + number, 720.0) for number in range(FRAMES)]
    for share, budget in COSTS:
        ratios: list[float] = []
        while len(ratios) < rounds:
            plain, shadowed = pair(scene, share, budget, is_shadow_first=bool(len(ratios) // ROUNDS_OF_A_PAIR % 2))
            for _ in range(min(ROUNDS_OF_A_PAIR, rounds - len(ratios))):
                taken = dict.fromkeys((plain, shadowed), 0.0)
                for one in (plain, shadowed, shadowed, plain):
                    taken[one] += seconds(one, sizes)
                ratios.append(taken[shadowed] / taken[plain])
        print(f"share {share:g}, budget {budget:g}: median ratio {statistics.median(ratios):.3f}")
        yield ShadowCost(share=share, budget=budget, ratios=tuple(ratios))


def pair(scene: Scene, share: float, budget: float, *, is_shadow_first: bool) -> tuple[PreparedScene, PreparedScene]:
    """Return a scene without and with shadow mode, both resolved once: where their objects lie changes their speed."""
    systems: list[System] = [create_system("original"), create_shadow(share=share, budget=budget)]
    order = systems[::-1] if is_shadow_first else systems
    prepared = {system: system.prepare(scene) for system in order}
    for one in prepared.values():
        one.resolve(scene=Extent(1280.0, 720.0), viewport=Extent(1280.0, 720.0))
    return prepared[systems[0]], prepared[systems[1]]


def main() -> None:
    """Resolve, measure, print and write."""
    options = parse()
    if options.resolves < 1 or options.rounds < 2:  # noqa: PLR2004 -- a spread needs two
        fail("--resolves and --rounds: give at least 1 and 2")
    created = datetime.now(UTC)
    begun, ticks = environment.describe(ROOT), environment.cpu_ticks()
    found = [*of_units(options.units, options.seed)]
    found += of_scenes(options.seed, max(0, options.resolves - sum(source.resolves for source, _ in found)))
    scene = _scenes.inventory(1_000, options.seed)
    made = ShadowRun(
        created=created,
        seed=options.seed,
        command=shlex.join(["python", "benchmarks/studies/shadow/resolve_in_shadow.py", *sys.argv[1:]]),
        digest=kind_of("shadow_run").digest(ROOT),
        sources=tuple(source for source, _ in found),
        errors=sum(errors for _, errors in found),
        scene=scene.name,
        costs=tuple(costs(scene, options.rounds)),
        environment=environment.closed(begun, ticks),
        finished=datetime.now(UTC),
    )
    print(f"{made.resolves:,} resolves, {made.different} different, {made.errors} errors")
    records.save(made, options.out)
    raise SystemExit(bool(made.different or made.errors))


if __name__ == "__main__":
    main()
