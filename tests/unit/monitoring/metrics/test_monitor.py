"""A monitor counts what both systems do, whatever becomes of them."""

import copy
import gc
import itertools
import os
import pickle
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from unitdocs.errors import InputError
from unitdocs.flags import Flag
from unitdocs.flags.changing import change, create
from unitdocs.flags.watching import WatchedFlag
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.metrics.counts import ValueCounts
from unitdocs.monitoring.metrics.exposition import exposition
from unitdocs.monitoring.metrics.families import FAMILIES, SYSTEMS, TIME_BOUNDS, FamilyType
from unitdocs.units import Cache, Element, Extent, Observers, Scene, Size, System, create_system
from unitdocs.units.refactored.system import UnitSystem

SURFACE = Extent(800.0, 600.0)
MENU = Scene("menu", tuple(Element(f"e{i}", width=Size("scene-width", "fill", "width")) for i in range(20)))


def ticking(seconds: float) -> Callable[[], float]:
    """Return a clock that advances by a number of seconds each time it is read."""
    return itertools.count(0.0, seconds).__next__


def exposed(monitor: Monitor) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return the values that Prometheus reads, by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(exposition(monitor).decode())
        for sample in family.samples
    }


def value(monitor: Monitor, name: str, **labels: str) -> float:
    return exposed(monitor)[f"unitdocs_{name}", frozenset(labels.items())]


@pytest.mark.parametrize("name", SYSTEMS)
def test_resolves_and_failures_of_both_systems_are_counted(name: str) -> None:
    monitor = Monitor()
    prepared = monitor.watch(create_system(name)).prepare(MENU)
    for _ in range(7):
        prepared.resolve(scene=SURFACE)
    for _ in range(3):
        with pytest.raises(InputError):
            prepared.resolve(scene=800)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        prepared.update({99: MENU.elements[0]})
    resolves = [count for (family, labels), count in exposed(monitor).items() if family == "unitdocs_resolves_total"]
    assert sum(resolves) == 7
    assert value(monitor, "errors_total", system=name, kind="scene") == 3
    assert value(monitor, "errors_total", system=name, kind="update") == 1
    assert value(monitor, "active_system", system=name) == 1


@pytest.mark.parametrize("name", SYSTEMS)
def test_one_of_so_many_resolves_is_timed_and_compared_with_the_baseline(name: str) -> None:
    monitor = Monitor(every=5, baseline={(name, "menu"): 0.25}, clock=ticking(0.5))
    system = create_system(name)
    if name == "refactored":
        system.clock = ticking(0.5)  # type: ignore[union-attr]
    prepared = monitor.watch(system).prepare(MENU)
    for _ in range(23):
        prepared.resolve(scene=SURFACE)
    assert value(monitor, "calculation_seconds_count", system=name, kind="scene") == 4
    assert value(monitor, "calculation_seconds_sum", system=name, kind="scene") == 2.0
    assert value(monitor, "slowdown_ratio_sum", system=name) == 8.0


@pytest.mark.parametrize("name", SYSTEMS)
def test_counters_alone_time_nothing(name: str) -> None:
    monitor = Monitor(every=0)
    prepared = monitor.watch(create_system(name)).prepare(MENU)
    for _ in range(300):
        prepared.resolve(scene=SURFACE)
    assert value(monitor, "calculation_seconds_count", system=name, kind="scene") == 0


def test_counters_never_become_smaller_when_a_system_is_gone() -> None:
    monitor = Monitor()
    seen = 0.0
    for _ in range(4):
        prepared = monitor.watch(create_system("refactored")).prepare(MENU)
        for _ in range(5):
            prepared.resolve(scene=SURFACE)
        found = exposed(monitor)
        total = sum(count for (family, _), count in found.items() if family == "unitdocs_resolves_total")
        assert total == seen + 5
        seen = total
        del prepared
        gc.collect()
    assert value(monitor, "cache_entries", cache="layouts") == 0


def test_caches_show_hits_misses_and_why_values_were_evicted() -> None:
    monitor = Monitor()
    system = UnitSystem(layouts=Cache("layouts", entries=2))
    prepared = monitor.watch(system).prepare(MENU)
    for width in (1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0):
        prepared.resolve(scene=Extent(width, 10.0))
    statistics = system.layouts.statistics()
    assert value(monitor, "cache_hits_total", cache="layouts") == statistics.hits > 0
    assert value(monitor, "cache_misses_total", cache="layouts") == statistics.misses > 0
    assert value(monitor, "cache_evictions_total", cache="layouts", reason="entries") == 1
    assert value(monitor, "cache_bytes", cache="layouts") == statistics.bytes > 0


def test_frames_of_several_threads_are_added_up() -> None:
    monitor = Monitor(budget=0.010)
    for seconds in (0.009, 0.011):
        frames = monitor.frames("refactored")
        for _ in range(3):
            frames.count(seconds)
    assert value(monitor, "frames_total", system="refactored") == 6
    assert value(monitor, "missed_frames_total", system="refactored") == 3


def test_each_family_is_exposed_as_it_is_declared() -> None:
    monitor = Monitor(health=lambda: {"cache": "degraded"})
    exposition(monitor)  # the second one knows how long the first took
    shown = {family.name: family for family in text_string_to_metric_families(exposition(monitor).decode())}
    for family in FAMILIES:
        if "flag" in family.name or "telemetry" in family.name:  # this game has neither
            continue
        found = shown[family.name.removesuffix("_total")]
        assert found.type == family.type
        assert found.documentation == family.help
        for sample in found.samples:
            assert set(sample.labels) - {"le"} == set(family.labels)
            for label, allowed in family.labels.items():
                assert not allowed or sample.labels[label] in allowed
    assert value(monitor, "component_state", component="cache", state="degraded") == 1
    assert value(monitor, "component_state", component="cache", state="up") == 0


def test_names_follow_prometheus() -> None:
    for family in FAMILIES:
        assert family.name.endswith("_total") == (family.type is FamilyType.COUNTER), family.name
        assert (family.type is FamilyType.HISTOGRAM) == bool(family.bounds)
        assert not any(unit in family.name for unit in ("_ms", "_milli", "_micro", "percent"))


def test_a_value_is_counted_in_the_first_bucket_that_holds_it() -> None:
    counts = ValueCounts(TIME_BOUNDS)
    chosen = random.Random(7)
    values = [*TIME_BOUNDS, *(10 ** chosen.uniform(-8, 0) for _ in range(500))]
    for one in values:
        counts.add(one)
    found, total = counts.read()
    assert total == pytest.approx(sum(values))
    for place, bound in enumerate(TIME_BOUNDS):
        assert sum(found[: place + 1]) == sum(one <= bound for one in values)


class Silent:
    """An observer that does nothing."""

    def calculated(self, event: object) -> None: ...

    cached = failed = calculated


def test_a_system_with_observers_of_every_event_is_refused() -> None:
    with pytest.raises(InputError, match="the system has observers of every event"):
        Monitor().watch(UnitSystem(observers=Observers(Silent())))


def test_what_is_no_system_is_refused() -> None:
    with pytest.raises(InputError, match="expected what create_system returns"):
        Monitor().watch("refactored")  # type: ignore[arg-type]


@pytest.mark.parametrize(("settings", "words"), [({"every": -1}, "every"), ({"budget": 0}, "budget")])
def test_settings_out_of_their_range_are_refused(settings: dict[str, int], words: str) -> None:
    with pytest.raises(InputError, match=f"monitor: {words}: expected"):
        Monitor(**settings)  # type: ignore[arg-type]


def test_the_wrapped_original_is_a_system_with_the_members_of_its_own() -> None:
    system = create_system("original")
    watched = Monitor().watch(system)
    assert isinstance(watched, System)
    assert watched.rng is system.rng
    assert watched.build(Size("pixel", 3.0)).resolve(None) == 3.0


def test_what_short_lived_systems_did_between_two_scrapes_is_counted() -> None:
    monitor = Monitor()
    for _ in range(5):
        prepared = monitor.watch(UnitSystem()).prepare(MENU)
        for _ in range(3):
            prepared.resolve(scene=SURFACE)
        with pytest.raises(InputError):
            prepared.update({99: MENU.elements[0]})
        del prepared
        gc.collect()
    resolves = [count for (family, _), count in exposed(monitor).items() if family == "unitdocs_resolves_total"]
    assert sum(resolves) == 15
    assert value(monitor, "errors_total", system="refactored", kind="update") == 5


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_that_is_watched_twice_is_counted_once(name: str) -> None:
    monitor = Monitor(every=1)
    system = monitor.watch(monitor.watch(create_system(name)))
    system.prepare(MENU).resolve(scene=SURFACE)
    resolves = [count for (family, _), count in exposed(monitor).items() if family == "unitdocs_resolves_total"]
    assert sum(resolves) == 1
    assert value(monitor, "calculation_seconds_count", system=name, kind="scene") == 1


@pytest.mark.parametrize("name", SYSTEMS)
def test_timing_goes_on_after_a_timed_resolve_that_fails(name: str) -> None:
    monitor = Monitor(every=3)
    prepared = monitor.watch(create_system(name)).prepare(MENU)
    for _ in range(3):
        with pytest.raises(InputError):
            prepared.resolve(scene=800)  # type: ignore[arg-type]
    for _ in range(9):
        prepared.resolve(scene=SURFACE)
    assert value(monitor, "calculation_seconds_count", system=name, kind="scene") >= 2


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_of_what_is_watched_works_and_is_not_watched(copied: Callable[[Any], Any]) -> None:
    monitor = Monitor()
    system = monitor.watch(create_system("original"))
    copied(system).prepare(MENU).resolve(scene=SURFACE)
    assert len(copied(system.prepare(MENU)).resolve(scene=SURFACE)) == len(MENU.elements)
    assert value(monitor, "resolves_total", system="original", path="calculators") == 0


def test_a_child_process_can_watch_a_system_while_its_parent_was_being_scraped() -> None:
    monitor = Monitor()
    with monitor._parts._lock:  # as a scrape of another thread holds it
        child = os.fork()
        if not child:
            monitor.watch(create_system("refactored"))
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize(
    "call",
    [lambda monitor: monitor.frames("typo"), lambda monitor: monitor.session_began("typo")],
    ids=["frames", "began"],
)
def test_an_unknown_system_is_refused(call: Callable[[Monitor], None]) -> None:
    with pytest.raises(InputError, match="monitor: system: expected one of original, refactored, got 'typo'"):
        call(Monitor())


@pytest.mark.parametrize("baseline", [{("refactored", "menu"): 0.0}, {("typo", "menu"): 1.0}])
def test_a_baseline_has_times_above_0_of_known_systems(baseline: dict[tuple[str, str], float]) -> None:
    with pytest.raises(InputError, match="monitor: baseline: expected seconds above 0 of a system"):
        Monitor(baseline=baseline)


def test_a_frame_that_waits_for_its_screen_is_not_missed() -> None:
    frames = Monitor().frames("refactored")
    for jitter in (-1e-4, 1e-6, 1e-4, 2e-3):
        frames.count(1 / 60 + jitter)
    frames.count(2 / 60)
    assert (frames.played, frames.missed) == (5, 1)


def test_the_share_is_that_of_the_environment_once_the_flag_has_begun(tmp_path: Path) -> None:
    path = tmp_path / "flags.json"
    create(path, Flag(salt="menu"), "for a test")
    change(path, "set", lambda flag: replace(flag, share=5_000, shares={"staging": 10_000}))
    shares = [
        value(Monitor(flag=WatchedFlag(path), environment=name), "flag_share_ratio")
        for name in ("production", "staging")
    ]
    assert shares == [0.5, 1.0]
    change(path, "set", lambda flag: replace(flag, start=int(time.time()) + 86_400))
    assert value(Monitor(flag=WatchedFlag(path)), "flag_share_ratio") == 0
