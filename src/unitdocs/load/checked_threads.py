"""Threads that resolve scenes at the same time, with every answer checked bit by bit.

The table of expected answers is made by the original system in one thread, before any other thread begins. This module
is the program of the processes that are measured: ``python -m unitdocs.load.checked_threads`` reads a job as JSON from
standard input and writes what it counted to standard output. A free-threaded Python that lacks the packages of the
command line runs it too, so it imports the unit system and the standard library alone.
"""

import contextlib
import hashlib
import itertools
import json
import random
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from unitdocs.load.scene_mix import MixedScene, read_mix, warm_up
from unitdocs.units import Extent, Layout, Placed, PreparedScene, System, create_system

EVERY: Final = 32
"""Answers of a thread after which it looks whether all threads together have enough."""
ORDER: Final = 4_096
"""Requests of a thread before it repeats their order."""
NUMBERS: Final = 5
"""Numbers of an element in an answer: x, y, width, height and scale."""
BITS: Final = 8 * NUMBERS
NO_TIME: Final = 1e-9


@dataclass(frozen=True)
class ExpectedScene:
    """A scene with the answers that are right.

    Args:
        one: the scene, its viewports and its two states.
        answers: the bits of the right answer by state and viewport.
        is_random: whether it draws random values, so that each request brings a generator of its own.
    """

    one: MixedScene
    answers: tuple[tuple[bytes, ...], tuple[bytes, ...]]
    is_random: bool


@dataclass
class ThreadCounts:
    """What a thread counted.

    Args:
        answers: answers that it checked.
        wrong: how many of them were wrong.
        updates: updates that it made.
        draws: answers with random values.
        first_wrong: scene, viewport and problem of the first wrong answer.
    """

    answers: int = 0
    wrong: int = 0
    updates: int = 0
    draws: int = 0
    first_wrong: tuple[str, Extent, str] | None = None


@dataclass
class CheckedScene:
    """A prepared scene whose answers are checked.

    Args:
        expected: the scene and its right answers.
        prepared: the scene, prepared.
        states: which of the two states an answer may have.
        lock: held around what must not meet an update: the original shows half of one to other threads.
    """

    expected: ExpectedScene
    prepared: PreparedScene
    states: Sequence[int] = (0,)
    lock: AbstractContextManager[object] = field(default_factory=contextlib.nullcontext)

    def check(self, place: int) -> str:
        """Resolve at a viewport, by its place, and return what is wrong with the answer; empty if nothing is."""
        viewport = self.expected.one.viewports[place]
        rng = random.Random(place) if self.expected.is_random else None  # noqa: S311 -- no secret
        try:
            with self.lock:
                layout = self.prepared.resolve(scene=viewport, viewport=viewport, rng=rng)
        except Exception as error:  # noqa: BLE001 -- whatever it raises is no right answer
            return f"{type(error).__name__}: {error}".splitlines()[0]
        bits = bits_of(layout)
        if any(bits == self.expected.answers[state][place] for state in self.states):
            return ""
        return difference(bits, self.expected.answers[self.states[0]][place])

    def update(self, state: int) -> None:
        """Bring the scene into a state."""
        with self.lock:
            self.prepared.update(self.expected.one.states[state])


def bits_of(layout: Iterable[Placed]) -> bytes:
    """Return all numbers of an answer as bits, element after element."""
    if isinstance(layout, Layout) and len(layout) > EVERY:
        return layout.array.T.tobytes()
    return array("d", itertools.chain.from_iterable(layout)).tobytes()


def difference(bits: bytes, right: bytes) -> str:
    """Return the first element whose numbers differ."""
    if len(bits) != len(right):
        return f"{len(bits) // BITS} elements instead of {len(right) // BITS}"
    first = next(i for i in range(0, len(bits), BITS) if bits[i : i + BITS] != right[i : i + BITS])
    shown, wanted = (array("d", one[first : first + BITS]).tolist() for one in (bits, right))
    return f"element {first // BITS}: {shown} instead of {wanted}"


def expected_scene(one: MixedScene) -> ExpectedScene:
    """Return the right answers of a scene, from the original system in this thread."""
    states = (_answers(one, 0, 0), _answers(one, 1, 0))
    return ExpectedScene(one, states, is_random=_answers(one, 0, 1) != states[0])


def _answers(one: MixedScene, state: int, shift: int) -> tuple[bytes, ...]:
    prepared = create_system("original").prepare(one.scene)
    prepared.update(one.states[state])
    return tuple(
        bits_of(prepared.resolve(scene=v, viewport=v, rng=random.Random(place + shift)))  # noqa: S311
        for place, v in enumerate(one.viewports)
    )


def digest_of(scenes: Sequence[ExpectedScene]) -> str:
    """Return the digest of all right answers."""
    table = hashlib.sha256()
    for scene in scenes:
        for answers in scene.answers:
            table.update(b"".join(answers))
    return table.hexdigest()[:16]


@dataclass
class CheckedRun:
    """Threads that resolve until all together have enough answers.

    Args:
        scenes: the scenes of each thread; threads that share a scene have the same object.
        answers: answers that are enough.
        update_every: answers after which a thread updates a scene; None if no thread does.
        seed: of the order of the requests.
    """

    scenes: Sequence[Sequence[CheckedScene]]
    answers: int
    update_every: int | None
    seed: int
    counts: list[ThreadCounts] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = [ThreadCounts() for _ in self.scenes]
        self._ready = threading.Barrier(len(self.scenes) + 1)

    def measure(self) -> dict[str, float | None]:
        """Run the threads, and return wall and CPU seconds, and how often the machine took the processor away."""
        threads = [threading.Thread(target=self._run, args=(i,), daemon=True) for i in range(len(self.scenes))]
        for thread in threads:
            thread.start()
        self._ready.wait()
        begun, used, switched = time.perf_counter(), time.process_time(), _switches()
        for thread in threads:
            thread.join()
        seconds, cpu = time.perf_counter() - begun, time.process_time() - used
        after = _switches()
        return {
            "seconds": max(seconds, NO_TIME),
            "cpu": cpu,
            "switches": None if after is None or switched is None else after - switched,
        }

    def _run(self, thread: int) -> None:
        scenes, counts = self.scenes[thread], self.counts[thread]
        order = _order(scenes, random.Random(self.seed + thread))  # noqa: S311
        self._ready.wait()
        for place, viewport in itertools.cycle(order):
            scene = scenes[place]
            if self.update_every and counts.answers % self.update_every == self.update_every - 1:
                counts.updates += 1
                scene.update((counts.updates + thread) % 2)
            problem = scene.check(viewport)
            counts.answers += 1
            counts.draws += scene.expected.is_random
            if problem:
                counts.wrong += 1
                name, size = scene.expected.one.name, scene.expected.one.viewports[viewport]
                counts.first_wrong = counts.first_wrong or (name, size, problem)
            if counts.answers % EVERY == 0 and sum(one.answers for one in self.counts) >= self.answers:
                return


def _order(scenes: Sequence[CheckedScene], rng: random.Random) -> list[tuple[int, int]]:
    """Return scenes and viewports in random order: of each scene as many elements as of any other."""
    weights = [1 / len(scene.expected.one.scene.elements) for scene in scenes]
    places = rng.choices(range(len(scenes)), weights, k=ORDER)
    return [(place, rng.randrange(len(scenes[place].expected.one.viewports))) for place in places]


def _switches() -> int | None:
    try:
        import resource  # noqa: PLC0415 -- Windows has none
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw


def prepared_for(
    scenes: Sequence[ExpectedScene], make: Callable[[], System], sharing: str, threads: int, *, needs_lock: bool
) -> list[list[CheckedScene]]:
    """Return the scenes of each thread, resolved once at each breakpoint.

    Args:
        scenes: the scenes with their right answers.
        make: makes a system.
        sharing: what threads share: `scene`, `updates`, `system` or `nothing`.
        threads: how many there are.
        needs_lock: whether threads of the system must not resolve while another updates.
    """
    first = make()
    if sharing in ("scene", "updates"):
        states = (0, 1) if sharing == "updates" else (0,)
        shared = [_prepared(scene, first, states, needs_lock=needs_lock) for scene in scenes]
        return [shared] * threads
    systems = [first if sharing == "system" else make() for _ in range(threads)]
    return [[_prepared(scene, system, (0,), needs_lock=False) for scene in scenes] for system in systems]


def _prepared(expected: ExpectedScene, system: System, states: Sequence[int], *, needs_lock: bool) -> CheckedScene:
    prepared = system.prepare(expected.one.scene)
    warm_up(prepared, expected.one)
    lock = threading.Lock() if needs_lock else contextlib.nullcontext()
    return CheckedScene(expected, prepared, states, lock)


def measure(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a job's threads counted, as JSON."""
    scenes = [expected_scene(one) for one in read_mix(Path(job["scenes"]), job["viewports"], job["seed"])]
    system, sharing, threads = job["system"], job["sharing"], job["threads"]
    is_updated = sharing == "updates"
    needs_lock = is_updated and system == "original"
    prepared = prepared_for(scenes, lambda: create_system(system), sharing, threads, needs_lock=needs_lock)
    run = CheckedRun(prepared, job["answers"], job["update_every"] if is_updated else None, job["seed"])
    times = run.measure()
    return {
        **times,
        "answers": [one.answers for one in run.counts],
        "wrong": sum(one.wrong for one in run.counts),
        "updates": sum(one.updates for one in run.counts),
        "draws": sum(one.draws for one in run.counts),
        "first_wrong": _first_wrong(run.counts),
        "table": digest_of(scenes),
        "gil": has_gil(),
    }


def _first_wrong(counts: Sequence[ThreadCounts]) -> dict[str, object] | None:
    for thread, one in enumerate(counts):
        if one.first_wrong:
            scene, viewport, problem = one.first_wrong
            return {"scene": scene, "viewport": list(viewport), "thread": thread, "problem": problem}
    return None


def has_gil() -> bool:
    """Return whether this Python lets one thread run at a time; an extension may have brought that back."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


if __name__ == "__main__":
    print(json.dumps(measure(json.load(sys.stdin))))  # noqa: T201 -- the answer of the process
