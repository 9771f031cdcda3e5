"""Observers receive all events, in their order; one that raises is removed, and nothing else happens."""

import copy
import threading
import warnings
from typing import Any

import pytest

from unitdocs.errors import InputError
from unitdocs.units import CacheEvent, CacheHit
from unitdocs.units.refactored.events import (
    Calculated,
    Failed,
    Observer,
    Observers,
    ObserverWarning,
    ResolutionPath,
    Subject,
)

SCENE = Calculated(Subject.SCENE, "Battle HUD", 302, ResolutionPath.PLAN, 0.001)
HIT = CacheHit("layouts")
FAILURE = Failed(Subject.SCENE, "no such breakpoint")


class Notes:
    """An observer that notes the events that it receives."""

    def __init__(self) -> None:
        self.events: list[object] = []

    def calculated(self, event: Calculated) -> None:
        self.events.append(event)

    def cached(self, event: CacheEvent) -> None:
        self.events.append(event)

    def failed(self, event: Failed) -> None:
        self.events.append(event)


class Broken(Notes):
    """An observer that notes an event, then raises."""

    def calculated(self, event: Calculated) -> None:
        super().calculated(event)
        raise ZeroDivisionError("no time")

    def failed(self, event: Failed) -> None:
        super().failed(event)
        raise KeyError("disk full")


def announce_all(observers: Observer) -> None:
    observers.calculated(SCENE)
    observers.cached(HIT)
    observers.failed(FAILURE)


def test_every_observer_receives_every_event() -> None:
    one, other = Notes(), Notes()
    announce_all(Observers(one, other))
    assert one.events == other.events == [SCENE, HIT, FAILURE]


def test_observers_are_an_observer() -> None:
    inner = Notes()
    announce_all(Observers(Observers(inner)))
    assert inner.events == [SCENE, HIT, FAILURE]


def test_empty_observers_are_false() -> None:
    observers, notes = Observers(), Notes()
    assert not observers
    observers.add(notes)
    assert observers
    observers.remove(notes)
    observers.remove(notes)
    assert not observers
    announce_all(observers)
    assert notes.events == []


def test_an_observer_that_raises_is_removed_and_the_others_receive_the_reason() -> None:
    before, broken, after = Notes(), Broken(), Notes()
    observers = Observers(before, broken, after)
    with pytest.warns(ObserverWarning) as warned:
        observers.calculated(SCENE)
    observers.cached(HIT)
    message = "Broken.calculated raised ZeroDivisionError('no time'); the observer was removed"
    assert [str(warning.message) for warning in warned] == [message]
    failure = Failed(Subject.OBSERVER, message)
    assert before.events == [SCENE, failure, HIT]
    assert after.events == [failure, SCENE, HIT]
    assert broken.events == [SCENE]
    assert len(observers) == 2


def test_observers_that_raise_at_each_others_failures_are_all_dropped() -> None:
    broken, notes = [Broken() for _ in range(5)], Notes()
    observers = Observers(*broken, notes)
    with pytest.warns(ObserverWarning) as warned:
        observers.calculated(SCENE)
    assert len(warned) == 5
    assert len(observers) == 1
    assert len(notes.events) == 6
    assert SCENE in notes.events


def test_where_warnings_are_errors_nothing_breaks_either() -> None:
    notes = Notes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Observers(Broken(), notes).calculated(SCENE)
    assert [type(event) for event in notes.events] == [Failed, Calculated]


def test_an_interrupt_is_not_taken_for_a_broken_observer() -> None:
    class Interrupted(Notes):
        def cached(self, event: CacheEvent) -> None:
            raise KeyboardInterrupt(event)

    with pytest.raises(KeyboardInterrupt):
        Observers(Interrupted()).cached(HIT)


def test_threads_may_add_and_remove_while_others_announce() -> None:
    always = Notes()
    observers = Observers(always)

    def come_and_go() -> None:
        for _ in range(300):
            notes = Notes()
            observers.add(notes)
            observers.cached(HIT)
            observers.remove(notes)
            assert notes.events

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(always.events) == 1200
    assert len(observers) == 1


@pytest.mark.parametrize("every", [0, -1, 1.5, "100"])
def test_a_sample_has_a_whole_number_from_1_up(every: Any) -> None:
    with pytest.raises(InputError, match="observers: every: expected a whole number from 1 up"):
        Observers(every=every)


def test_a_copy_of_observers_is_the_same_sample() -> None:
    copied = copy.copy(Observers(Notes(), every=7))
    assert (len(copied), copied.every, copied.is_sample) == (1, 7, True)
