"""Observers: how monitoring hears of what the unit system does, without the unit system knowing of monitoring.

An observer is anything with three methods. It is called in the thread that calculates, after the number is known: what
it does counts into the game's frame, so it should note and return.
"""

import threading
import warnings
from contextlib import suppress
from typing import Literal, NamedTuple, Protocol


class Calculated(NamedTuple):
    """A unit or a scene was resolved.

    Args:
        what: one unit, or a whole scene.
        kind: of a unit `size`, `position` or `scale`; of a scene its name.
        elements: how many elements were resolved, 1 for a unit.
        path: how: through bound units, a whole plan, the part of a plan that a change concerns, or out of a cache.
        seconds: how long it took, on the system's clock.
    """

    what: Literal["unit", "scene"]
    kind: str
    elements: int
    path: Literal["bound", "plan", "partial", "cache"]
    seconds: float


class CacheEvent(NamedTuple):
    """Something happened in a cache.

    Args:
        cache: its name.
        happened: `hit`, `miss`, or `eviction:` and the reason, as a cache tells its listener.
    """

    cache: str
    happened: str


class Failed(NamedTuple):
    """Something could not be done.

    Args:
        what: what was tried, such as `scene`, `validation` or `observer`.
        message: why not, in one sentence or several.
    """

    what: str
    message: str


class Observer(Protocol):
    """What hears of events."""

    def calculated(self, event: Calculated) -> None:
        """Hear that a unit or a scene was resolved."""
        ...

    def cached(self, event: CacheEvent) -> None:
        """Hear what happened in a cache."""
        ...

    def failed(self, event: Failed) -> None:
        """Hear that something could not be done."""
        ...


class ObserverWarning(UserWarning):
    """An observer raised an error and hears nothing from now on."""


class Observers:
    """Several observers as one; empty it is false, so that who tells it nothing pays for one test.

    An observer that raises never breaks a calculation: it is dropped, an `ObserverWarning` says why, and the others
    hear it as `Failed("observer", …)`. Several threads may tell, add and remove.

    Args:
        observers: who hears of events, in this order.

    Attributes:
        are_there: whether anybody hears; asked before each event is made.
    """

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers
        self.are_there = bool(observers)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._observers)

    def add(self, observer: Observer) -> None:
        """Let one more hear of events, after the others."""
        with self._lock:
            self._observers = (*self._observers, observer)
            self.are_there = True

    def remove(self, observer: Observer) -> None:
        """Let an observer hear no more; nothing where it was dropped or never added."""
        with self._lock:
            self._observers = tuple(other for other in self._observers if other is not observer)
            self.are_there = bool(self._observers)

    def calculated(self, event: Calculated) -> None:
        """Tell all that a unit or a scene was resolved."""
        self._tell("calculated", event)

    def cached(self, event: CacheEvent) -> None:
        """Tell all what happened in a cache."""
        self._tell("cached", event)

    def failed(self, event: Failed) -> None:
        """Tell all that something could not be done."""
        self._tell("failed", event)

    def _tell(self, method: str, event: Calculated | CacheEvent | Failed) -> None:
        for observer in self._observers:
            try:
                getattr(observer, method)(event)
            except Exception as error:  # noqa: BLE001 -- foreign code may raise anything, and must not stop a game
                self._drop(observer, f"{type(observer).__name__}.{method} raised {error!r}; it is told nothing more")

    def _drop(self, observer: Observer, message: str) -> None:
        with self._lock:
            others = tuple(other for other in self._observers if other is not observer)
            dropped_before = len(others) == len(self._observers)
            self._observers = others
            self.are_there = bool(others)
        if dropped_before:  # by another thread, or because it failed again while it was told of its own failure
            return
        with suppress(ObserverWarning):  # where warnings are errors; the others hear of it all the same
            warnings.warn(message, ObserverWarning, stacklevel=2)
        self.failed(Failed("observer", message))
