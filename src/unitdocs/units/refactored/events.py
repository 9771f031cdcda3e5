"""Events: what the unit system announces of its work, to observers that it knows nothing else of.

An observer is anything with three methods. It is called in the thread that calculates, after the number is computed:
its time counts into the game's frame, so it should note the event and return.
"""

import threading
import warnings
from contextlib import suppress
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from unitdocs.errors import InputError

if TYPE_CHECKING:
    from unitdocs.units.refactored.cache import CacheEvent


class Subject(StrEnum):
    """What an event is about."""

    UNIT = "unit"
    """A single unit."""
    SCENE = "scene"
    """A whole scene."""
    STRATEGIES = "strategies"
    """The strategies of a scene's units, which were chosen and composed: bound, or compiled to a plan."""
    UPDATE = "update"
    """An update of a scene."""
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
    """A unit or a scene was resolved, or a scene's strategies were chosen.

    Args:
        what: one unit, a whole scene, or its strategies.
        kind: of a unit `size`, `position` or `scale`; otherwise the scene's name.
        elements: how many elements there are, 1 for a unit.
        path: how the numbers were obtained, or will be.
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
        """Receive that a unit or a scene was resolved, or that strategies were chosen."""
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
        every: from 2 on, a sample is announced: one of this many resolves of scenes, no calculation of a single unit,
            and no event of a cache, which counts itself. Failures and chosen strategies are always announced.

    Attributes:
        is_empty: whether there is no observer; checked before an event is made.
        is_sample: whether a sample is announced.
        hears_all: whether there are observers of every event.
        until_next: resolves up to the next one that is announced, 0 without observers; the system counts down.

    Raises:
        InputError: `every` is not a whole number from 1 up.
    """

    def __init__(self, *observers: Observer, every: int = 1) -> None:
        if not isinstance(every, int) or every < 1:
            raise InputError(f"observers: every: expected a whole number from 1 up, got {every!r}")
        self.every = every
        self.is_sample = every > 1
        self._lock = threading.Lock()
        self._replace(observers)

    def _replace(self, observers: tuple[Observer, ...]) -> None:
        self._observers = observers
        self.is_empty = not observers
        self.hears_all = bool(observers) and not self.is_sample
        self.until_next = self.every if observers else 0

    def __len__(self) -> int:
        return len(self._observers)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), *self._observers, every=self.every), ()

    def add(self, observer: Observer) -> None:
        """Add an observer, after the others."""
        with self._lock:
            self._replace((*self._observers, observer))

    def remove(self, observer: Observer) -> None:
        """Remove an observer; nothing happens if it is not one of them."""
        with self._lock:
            self._replace(tuple(other for other in self._observers if other is not observer))

    def calculated(self, event: Calculated) -> None:
        """Announce that a unit or a scene was resolved, or that strategies were chosen."""
        self._notify("calculated", event)

    def cached(self, event: "CacheEvent") -> None:
        """Announce a cache's hit, miss or eviction, unless only a sample is announced."""
        if self.hears_all:
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
            self._replace(others)
        if was_dropped:  # by another thread, or because it raised again at the announcement of its own failure
            return
        with suppress(ObserverWarning):  # if warnings are errors, the others are notified all the same
            warnings.warn(message, ObserverWarning, stacklevel=2)
        self.failed(Failed(Subject.OBSERVER, message))
