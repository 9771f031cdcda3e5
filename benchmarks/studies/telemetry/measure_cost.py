"""Measure what recording events adds to the CPU time of frames: some frames of all sessions, all of some, and all.

Recorded frames are played by both systems. In each round the same frames are played without events, with, with and
without, or the other way round; a game that records a frame reads the clock before and after it. Rounds in which
neither half records show how far chance goes. The thread that writes is measured by itself. The result is printed and
written as a record, which the guide on telemetry shows.

Examples:
  python benchmarks/studies/telemetry/measure_cost.py                            some minutes
  python benchmarks/studies/telemetry/measure_cost.py --rounds 200 --out benchmarks/results/telemetry-cost.json
"""

from __future__ import annotations

import argparse
import gc
import random
import shlex
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment
sys.path.insert(1, str(Path(__file__).resolve().parents[2]))  # the suites' recordings

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("test")

import _recordings
from unitdocs import records
from unitdocs.bench import environment
from unitdocs.experiment.events import Source
from unitdocs.experiment.writing import EVERY, EventWriter
from unitdocs.flags import Choice, Reason
from unitdocs.studies.kinds import kind_of
from unitdocs.studies.telemetry_cost import GOAL, FrameRecordingCost, RecordedShare, TelemetryCost
from unitdocs.units import Extent, create_system

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from unitdocs.experiment.writing import SessionEvents
    from unitdocs.units import PreparedScene

    Loop = Callable[[PreparedScene, Sequence[_recordings.Frame], SessionEvents], float]

NAMES = tuple(sorted(path.stem for path in _recordings.FOLDER.glob("*.json")))
SHARE = 0.01
"""Share of the sessions whose frames are recorded where some are."""
BLOCK = 0.003
"""Seconds that frames are played at a time, about; a round has four times that."""
LEAST_FRAMES = 2
SIZES = 1_000
"""Sizes of the window before the first one is repeated: a cache of layouts holds fewer."""
BATCHES = 20
EVENTS = 50_000


class Played(NamedTuple):
    """A recording, played by a system."""

    name: str
    system: str
    recording: _recordings.Recording
    prepared: PreparedScene


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="measure_cost.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--rounds", type=int, default=60, help="rounds of each recording, system and share (60)")
    parser.add_argument("--recording", choices=NAMES, action="append", help="a recording to play (default: all)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (1)")
    parser.add_argument("--out", type=Path, default=Path("build/telemetry-cost.json"), help="the record's file")
    return parser.parse_args()


def recordings(names: Sequence[str]) -> Iterator[Played]:
    """Yield recordings with each system, their frames played once."""
    for name in names:
        for system in ("original", "refactored"):
            recording = _recordings.recording(name)
            played = Played(name, system, recording, create_system(system).prepare(recording.scene))
            plain(played.prepared, recording.frames)
            yield played


def plain(prepared: PreparedScene, frames: Sequence[_recordings.Frame]) -> float:
    """Return the CPU time of frames of a game that records nothing, in seconds."""
    begin = time.thread_time()
    for viewport, changes in frames:
        if changes:
            prepared.update(changes)
        prepared.resolve(scene=viewport, viewport=viewport)
    return time.thread_time() - begin


def recorded(prepared: PreparedScene, frames: Sequence[_recordings.Frame], events: SessionEvents) -> float:
    """Return the CPU time of frames of a game that records them if its session is one of those, in seconds."""
    begin = time.thread_time()
    is_recorded, clock = events.is_recorded, time.thread_time
    for viewport, changes in frames:
        if is_recorded:
            start = clock()
        if changes:
            prepared.update(changes)
        prepared.resolve(scene=viewport, viewport=viewport)
        if is_recorded:
            events.frame(clock() - start)
    return time.thread_time() - begin


def asked(prepared: PreparedScene, frames: Sequence[_recordings.Frame], events: SessionEvents) -> float:
    """Return the CPU time of frames of a game that asks before each whether to record it, in seconds."""
    begin = time.thread_time()
    is_due, clock = events.is_due, time.thread_time
    for viewport, changes in frames:
        measures = is_due()
        if measures:
            start = clock()
        if changes:
            prepared.update(changes)
        prepared.resolve(scene=viewport, viewport=viewport)
        if measures:
            events.frame(clock() - start)
    return time.thread_time() - begin


def unrecorded(prepared: PreparedScene, frames: Sequence[_recordings.Frame], events: SessionEvents) -> float:  # noqa: ARG001
    """Return what `plain` does."""
    return plain(prepared, frames)


LOOPS = {
    RecordedShare.OFF: unrecorded,
    RecordedShare.FRAMES: asked,
    RecordedShare.SAMPLED: recorded,
    RecordedShare.FULL: recorded,
}
"""The game's loop of each half with events."""


def blocks(played: Played, count: int) -> Iterator[list[_recordings.Frame]]:
    """Yield stretches of frames without an end; a window that only changes its size has others each time."""
    frames = played.recording.frames
    changes_sizes_only = not any(frame.changes for frame in frames)
    number = place = 0
    while True:
        stretch = [frames[(place + i) % len(frames)] for i in range(count)]
        for _ in range(4):
            number += 1
            more = number % SIZES if changes_sizes_only else 0
            yield [
                _recordings.Frame(Extent(one.viewport.width, one.viewport.height + more), one.changes)
                for one in stretch
            ]
        place += count


def cost(played: Played, share: RecordedShare, rounds: int, rng: random.Random, folder: Path) -> FrameRecordingCost:
    """Return what recording adds to frames."""
    frames = played.recording.frames
    once = plain(played.prepared, frames) / len(frames)
    following = blocks(played, max(LEAST_FRAMES, round(BLOCK / once)))
    ratios, alone = [], []
    part = SHARE if share is RecordedShare.SAMPLED else 1.0
    loop = LOOPS[share]
    with EventWriter(folder, salt="cost", source=Source.SIMULATED, share=part, interval=1.0) as writer:
        for number in range(rounds):
            key = f"{played.name}-{played.system}-{number}"
            events = writer.session(key, Choice(played.system, None, Reason.SHARE, 1), played.name)
            is_first = rng.random() < 1 / 2
            without, with_events, size = round_of(played.prepared, following, events, loop, is_first=is_first)
            ratios.append(with_events / without)
            alone.append(without / size)
    return FrameRecordingCost(
        recording=played.name,
        elements=len(played.recording.scene.elements),
        system=played.system,
        recorded=share,
        frame=statistics.median(alone),
        ratios=tuple(ratios),
    )


def round_of(
    prepared: PreparedScene,
    following: Iterator[list[_recordings.Frame]],
    events: SessionEvents,
    loop: Loop,
    *,
    is_first: bool,
) -> tuple[float, float, int]:
    """Return the CPU times without and with events, each of two blocks, and how many frames these have."""
    sums, size = [0.0, 0.0], 0
    for with_events in (is_first, not is_first, not is_first, is_first):
        frames = next(following)
        size += len(frames)
        sums[with_events] += loop(prepared, frames, events) if with_events else plain(prepared, frames)
    return sums[0], sums[1], size // 2


class BatchTimes(NamedTuple):
    """CPU times of one event, in seconds; see `TelemetryCost`."""

    recording: float
    clock: float
    writing: float


def batches(folder: Path) -> Iterator[BatchTimes]:
    """Yield what one batch of events after the other took: to record, without any frame, and to write."""
    clock = time.thread_time
    with EventWriter(folder, salt="cost", source=Source.SIMULATED, queue=2 * EVENTS, batch=2 * EVENTS) as writer:
        for number in range(BATCHES):
            events = writer.session(f"player-{number}", Choice("original", None, Reason.SHARE, 1), "batch")
            begin = clock()
            for _ in range(EVENTS):
                pass
            nothing = clock()
            for _ in range(EVENTS):
                start = clock()
                clock() - start
            clocks = clock()
            for _ in range(EVENTS):
                start = clock()
                events.frame(clock() - start)
            recorded = clock()
            writer.flush()
            loop, end = nothing - begin, clock()
            yield BatchTimes(
                *(seconds / EVENTS for seconds in (recorded - clocks - loop, clocks - nothing - loop, end - recorded))
            )


def costs(options: argparse.Namespace, folder: Path) -> Iterator[FrameRecordingCost]:
    """Yield what recording adds, and print it."""
    rng = random.Random(options.seed)
    for played in recordings(options.recording or NAMES):
        for share in RecordedShare:
            made = cost(played, share, options.rounds, rng, folder)
            low, median, high = statistics.quantiles(made.ratios, n=4)
            print(
                f"{made.recording}, {made.system}, {made.recorded}: frame {made.frame * 1e6:.0f} us, "
                f"added {median - 1:+.2%} (middle half {low - 1:+.2%} to {high - 1:+.2%}), goal below {GOAL:.0%}",
                flush=True,
            )
            yield made


def main() -> None:
    """Measure, print and write."""
    options = parse()
    if options.rounds < 2:  # noqa: PLR2004 -- a spread needs two
        fail("--rounds: give at least 2")
    created = datetime.now(UTC)
    begun, ticks = environment.describe(ROOT), environment.cpu_ticks()
    gc.freeze()
    with tempfile.TemporaryDirectory() as folder:
        measured = tuple(costs(options, Path(folder)))
        times = tuple(batches(Path(folder)))
    for name, seconds in zip(BatchTimes._fields, map(statistics.median, zip(*times, strict=True)), strict=True):
        print(f"{name}: {seconds * 1e6:.2f} us of CPU time an event, in batches of {EVENTS:,}")
    made = TelemetryCost(
        created=created,
        seed=options.seed,
        command=shlex.join(["python", "benchmarks/studies/telemetry/measure_cost.py", *sys.argv[1:]]),
        digest=kind_of("telemetry_cost").digest(ROOT),
        share=SHARE,
        every=EVERY,
        costs=measured,
        events=EVENTS,
        recording=tuple(batch.recording for batch in times),
        clock=tuple(batch.clock for batch in times),
        writing=tuple(batch.writing for batch in times),
        environment=environment.closed(begun, ticks),
        finished=datetime.now(UTC),
    )
    records.save(made, options.out)


if __name__ == "__main__":
    main()
