"""Requests of a stress run: scenes that are resolved at new viewports, some of them updated before."""

import contextlib
import random
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from unitdocs.load.scene_mix import MixedScene, warm_up
from unitdocs.units import PreparedScene, create_system


@dataclass
class _Served:
    """A prepared scene, and where its requests are."""

    one: MixedScene
    prepared: PreparedScene
    lock: AbstractContextManager[object]
    resolved: int = 0
    updated: int = 0


@dataclass
class SceneRequests:
    """Requests to one system.

    Args:
        system: the name of the unit system.
        mix: the scenes, all equally frequent.
        updates: share of the requests that update, from 0 to 1.
        workers: threads that serve. With more than one, each scene of the original has a lock, because others could see
            half of an update.
    """

    system: str
    mix: Sequence[MixedScene]
    updates: float
    workers: int = 1
    _scenes: list[_Served] = field(init=False)
    _plan: list[tuple[_Served, bool]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        system = create_system(self.system)
        needs_lock = self.workers > 1 and self.system == "original"
        self._scenes = [
            _Served(one, system.prepare(one.scene), threading.Lock() if needs_lock else contextlib.nullcontext())
            for one in self.mix
        ]
        for served in self._scenes:
            warm_up(served.prepared, served.one)

    def plan(self, count: int, seed: int) -> None:
        """Choose the scenes of the following requests, and which of them update."""
        rng = random.Random(seed)  # noqa: S311 -- no secret
        self._plan = [(rng.choice(self._scenes), rng.random() < self.updates) for _ in range(count)]

    def serve(self, number: int) -> None:
        """Serve a planned request, by its number from 0."""
        served, is_update = self._plan[number]
        viewport = served.one.viewports[served.resolved % len(served.one.viewports)]
        served.resolved += 1
        with served.lock:
            if is_update:
                served.updated += 1
                served.prepared.update(served.one.states[served.updated % 2])
            served.prepared.resolve(scene=viewport, viewport=viewport)
