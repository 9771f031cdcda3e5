"""Events: what the unit system announces of its work, to observers that it knows nothing else of.

An observer is anything with three methods. It is called in the thread that calculates, after the number is computed:
its time counts into the game's frame, so it should note the event and return.
"""

import threading
import warnings
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from unitdocs.units.refactored.cache import CacheEvent


class Subject(StrEnum):
    """What an event is about."""

    UNIT = "unit"
    """A single unit."""
    SCENE = "scene"
    """A whole scene."""
    OBSERVER = "observer"
    """Another observer, which failed."""


class ResolutionPath(StrEnum):
    """How numbers were obtained."""

    BOUND = "bound"
    """Through bound units."""
    PLAN = "plan"
    """Through a whole plan."""
    PARTIAL = "partial"
    """Through the part of a plan that a change concerns."""
    CACHE = "cache"
    """From the cache of layouts."""


class Calculated(NamedTuple):
    """A unit or a scene was resolved.

    Args:
        what: one unit, or a whole scene.
        kind: of a unit `size`, `position` or `scale`; of a scene its name.
        elements: how many elements were resolved, 1 for a unit.
        path: how the numbers were obtained.
        seconds: how long it took, on the system's clock.
    """

    what: Subject
    kind: str
    elements: int
    path: ResolutionPath
    seconds: float


class Failed(NamedTuple):
    """A calculation or an observer failed.

    Args:
        what: what failed.
        message: the reason, in one or more sentences.
    """

    what: Subject
    message: str


class Observer(Protocol):
    """A receiver of events."""

    def calculated(self, event: Calculated) -> None:
        """Receive that a unit or a scene was resolved."""
        ...

    def cached(self, event: "CacheEvent") -> None:
        """Receive a cache's hit, miss or eviction."""
        ...

    def failed(self, event: Failed) -> None:
        """Receive that something failed."""
        ...


class ObserverWarning(UserWarning):
    """An observer raised an error and receives nothing from now on."""


class Observers:
    """Several observers as one; it is false while it is empty, so that announcing then costs one test.

    An observer that raises never breaks a calculation: it is removed, an `ObserverWarning` gives the reason, and the
    others receive it as `Failed(Subject.OBSERVER, …)`. Several threads may announce, add and remove.

    Args:
        observers: the receivers of events, in this order.

    Attributes:
        is_empty: whether there is no observer; checked before an event is made.
    """

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers
        self.is_empty = not observers
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._observers)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._observers

    def add(self, observer: Observer) -> None:
        """Add an observer, after the others."""
        with self._lock:
            self._observers = (*self._observers, observer)
            self.is_empty = False

    def remove(self, observer: Observer) -> None:
        """Remove an observer; nothing happens if it is not one of them."""
        with self._lock:
            self._observers = tuple(other for other in self._observers if other is not observer)
            self.is_empty = not self._observers

    def calculated(self, event: Calculated) -> None:
        """Announce that a unit or a scene was resolved."""
        self._notify("calculated", event)

    def cached(self, event: "CacheEvent") -> None:
        """Announce a cache's hit, miss or eviction."""
        self._notify("cached", event)

    def failed(self, event: Failed) -> None:
        """Announce that something failed."""
        self._notify("failed", event)

    def _notify(self, method: str, event: "Calculated | CacheEvent | Failed") -> None:
        for observer in self._observers:
            try:
                getattr(observer, method)(event)
            except Exception as error:  # noqa: BLE001 -- foreign code may raise anything, and must not stop a game
                self._drop(observer, f"{type(observer).__name__}.{method} raised {error!r}; the observer was removed")

    def _drop(self, observer: Observer, message: str) -> None:
        """Remove an observer that raised, and announce that to the others."""
        with self._lock:
            others = tuple(other for other in self._observers if other is not observer)
            was_dropped = len(others) == len(self._observers)
            self._observers = others
            self.is_empty = not others
        if was_dropped:  # by another thread, or because it raised again at the announcement of its own failure
            return
        with suppress(ObserverWarning):  # if warnings are errors, the others are notified all the same
            warnings.warn(message, ObserverWarning, stacklevel=2)
        self.failed(Failed(Subject.OBSERVER, message))
