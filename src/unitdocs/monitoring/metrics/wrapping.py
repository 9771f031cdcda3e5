"""The original system, counted from outside: its own code stays as it is.

The refactored system counts by itself. The original one takes so much longer for a scene that a wrapper costs next to
nothing.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from unitdocs.monitoring.metrics.counts import SystemCounts

if TYPE_CHECKING:
    import random

    from unitdocs.units import Element, Extent, Scene
    from unitdocs.units.model.protocols import PreparedScene, System

PATH = "calculators"


class MonitoredSystem:
    """A system whose scenes are counted.

    Args:
        system: the system.
        counts: what is counted of it.
        resolved: called with the scene's name and the seconds of each timed resolve.
        every: every how many resolves of a scene one is timed; 0 for none.
        clock: seconds.
    """

    def __init__(
        self,
        system: "System",
        counts: SystemCounts,
        resolved: Callable[[str, float], None],
        every: int,
        clock: Callable[[], float],
    ) -> None:
        self._system = system
        self.counts, self.resolved, self.every, self.clock = counts, resolved, every, clock

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what a copy or a pickle is: the system, unwatched."""
        return _unwatched, (self._system,)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever the system has
        return getattr(self._system, name)

    def build(self, spec: Any) -> Any:  # noqa: ANN401 -- as the system's own
        """Return the unit, ready to be resolved; single units are not counted."""
        return self._system.build(spec)

    def prepare(self, scene: "Scene") -> "MonitoredScene":
        """Return the scene, ready to be resolved."""
        return MonitoredScene(self._system.prepare(scene), self)


class MonitoredScene:
    """A prepared scene whose resolves are counted, and some of them timed."""

    def __init__(self, prepared: "PreparedScene", system: MonitoredSystem) -> None:
        self.scene = prepared.scene
        self.prepared = prepared
        self._resolve = prepared.resolve
        self._system, self._counts = system, system.counts
        self._until_next = system.every

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what a copy or a pickle is: the prepared scene, unwatched."""
        return _unwatched, (self.prepared,)

    def resolve(
        self,
        *,
        scene: "Extent | None" = None,
        viewport: "Extent | None" = None,
        rng: "random.Random | None" = None,
    ) -> Any:  # noqa: ANN401 -- as the system's own
        """Return every element's box and scale, in element order."""
        self._until_next -= 1
        is_timed = self._until_next == 0
        if is_timed:
            self._until_next = self._system.every
        begun = self._system.clock() if is_timed else 0.0
        try:
            layout = self._resolve(scene=scene, viewport=viewport, rng=rng)
        except Exception:
            self._counts.errors["scene"] += 1
            raise
        self._counts.resolves[PATH] += 1
        if is_timed:
            self._system.resolved(self.scene.name, self._system.clock() - begun)
        return layout

    def update(self, changes: "Mapping[int, Element]") -> None:
        """Replace elements by their index."""
        try:
            self.prepared.update(changes)
        except Exception:
            self._counts.errors["update"] += 1
            raise


def _unwatched(inner: Any) -> Any:  # noqa: ANN401 -- a system or a prepared scene
    return inner
