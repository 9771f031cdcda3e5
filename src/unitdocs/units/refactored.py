"""The refactored system: a facade over parts that can each be looked at and replaced.

| part | what it does |
| --- | --- |
| `registry` | the strategies that a project puts in the place of built-in rules |
| `plans` | a cache of what is compiled for a scene, so that two viewports share it |
| `layouts` | a cache of layouts by scene and context, of those that are asked for more than once |
| `validation` | what happens where units lack what they need |
| `observers` | who hears of calculations, cache events and failures |

Units are bound to their strategy when they are built. Scenes are resolved through bound units or a plan.
"""

import random
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from unitdocs.errors import InputError
from unitdocs.units.bound import BIND_PLAIN, BOUND, BoundUnit, bound, with_own_generator
from unitdocs.units.composition import Composition, Part
from unitdocs.units.context import Context
from unitdocs.units.draws import Generator
from unitdocs.units.layout import Layout
from unitdocs.units.observers import CacheEvent, Calculated, Failed, Observers
from unitdocs.units.prepared import RefactoredScene
from unitdocs.units.registry import Registry
from unitdocs.units.scene import Scene
from unitdocs.units.snapshot import Asked, Path, Snapshot
from unitdocs.units.strategies import Strategy
from unitdocs.units.validation import Validation, check, is_valid, problems

if TYPE_CHECKING:
    from unitdocs.units.cache import Cache

OFF = Validation.OFF
"""Kept apart, since Python takes longer to look up a member of an enumeration than all else that building asks."""
RANDOM = "random"
PLANS = 16
"""Scenes at breakpoints whose plans are kept."""
SMALLEST_KEPT = 12
"""Elements from which on a layout is kept: fewer are resolved in little more time than one is found and kept."""
LAYOUTS = 64
"""Layouts that are kept."""
MEBIBYTE = 2**20
PLAN_BYTES = 64 * MEBIBYTE
LAYOUT_BYTES = 8 * MEBIBYTE


class UnitSystem:
    """Builds bound units, and resolves scenes.

    Args:
        rng: where random values are drawn from when a call brings no generator of its own.
        registry: strategies of the project's own; none where missing.
        plans: keeps what is compiled; 16 scenes or 64 MiB where missing. Counted are the arrays of a plan and of the
            numbers that it works on.
        layouts: keeps layouts; 64 of them or 8 MiB where missing. `Cache("layouts", entries=0)` turns it off. Those of
            elements that are replaced leave when they are.
        validation: `off`, `warn` or `strict`.
        observers: hear of what happens; without any, nothing is announced and nothing is paid for it.
        clock: seconds, for what observers hear of how long something took.

    Raises:
        InputError: an unknown validation, or a part of another kind; all of them at once.
    """

    name = "refactored"

    def __init__(
        self,
        rng: random.Random | None = None,
        *,
        registry: Registry | None = None,
        plans: "Cache[Any, Snapshot] | None" = None,
        layouts: "Cache[Any, Layout] | None" = None,
        validation: Validation | str = Validation.OFF,
        observers: Observers | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        problems = _own_caches(plans=plans, layouts=layouts)
        if not isinstance(validation, Validation) and validation not in list(Validation):
            problems.append(f"validation: {validation!r} is not one of {', '.join(Validation)}")
        if rng is not None and not callable(getattr(rng, "random", None)):
            problems.append(f"rng: expected a random.Random, got {rng!r}")
        if not isinstance(registry, Registry | None):
            problems.append(f"registry: expected a Registry, got {registry!r}")
        if not isinstance(observers, Observers | None):
            problems.append(f"observers: expected Observers(...), got {observers!r}")
        if problems:
            raise InputError(*problems)
        self.rng = rng or random.Random()
        self.registry = registry if registry is not None else Registry()
        self.validation = Validation(validation)
        self.observers = observers if observers is not None else Observers()
        self.clock = clock
        if plans is not None:
            self.plans = self._heard(plans)
        if layouts is not None:
            self.layouts = self._heard(layouts)
        self._resolved = {"bound": 0, "plan": 0, "partial": 0, "cache": 0}

    @cached_property
    def plans(self) -> "Cache[Any, Snapshot]":
        """What is compiled for scenes; made when the first one asks."""
        from unitdocs.units.cache import Cache  # noqa: PLC0415 -- single units and tiny scenes do without

        return self._heard(Cache("plans", entries=PLANS, max_bytes=PLAN_BYTES))

    @cached_property
    def layouts(self) -> "Cache[Any, Layout]":
        """Layouts by scene and context; made when the first scene asks that is not tiny."""
        from unitdocs.units.cache import Cache  # noqa: PLC0415

        return self._heard(Cache("layouts", entries=LAYOUTS, max_bytes=LAYOUT_BYTES))

    def build(self, spec: Part) -> BoundUnit:
        """Return the unit, bound to its strategy.

        Where there are observers, or validation is on, each of the unit's calculations is announced and checked; who
        comes later hears of units that are built later.

        Raises:
            InputError: the spec is none of Size, Position, Scale and Composition.
        """
        kind = BOUND.get(type(spec))
        if kind is None:
            raise InputError(f"build: expected a Size, a Position, a Scale or a Composition, got {spec!r}")
        strategy = BIND_PLAIN[type(spec)](spec) if self.registry.is_plain else bound(spec, self.registry.find)
        if getattr(spec, "value", RANDOM) == RANDOM:  # a composition has no value, and may have random parts
            strategy = with_own_generator(strategy, self.rng)
        unit = kind(spec, strategy)
        if self.observers.are_there or self.validation is not OFF:
            unit.resolve = self._watched(unit)
        return unit

    def prepare(self, scene: Scene) -> RefactoredScene:
        """Return the scene, ready to be resolved; nothing is bound or compiled yet.

        Raises:
            InputError: the scene is none.
        """
        if not isinstance(scene, Scene):
            raise InputError(f"prepare: expected a Scene, got {scene!r}")
        return RefactoredScene(scene, self)

    def resolved(self, snapshot: Snapshot, context: Context, rng: Generator | None) -> Layout:
        """Resolve a prepared scene's snapshot: out of the cache of layouts, or by computing.

        Raises:
            InputError: units lack what they need, where validation is strict.
        """
        if not self.observers.are_there:
            return self._resolve(snapshot, context, rng)[0]
        begun = self.clock()
        try:
            layout, path = self._resolve(snapshot, context, rng)
        except Exception as error:
            self.observers.failed(Failed("scene", f"{snapshot.scene.name}: {error}"))
            raise
        seconds = self.clock() - begun
        self.observers.calculated(Calculated("scene", snapshot.scene.name, len(layout), path, seconds))
        return layout

    def forget(self, asked: Asked) -> None:
        """Drop the layouts of a snapshot that was replaced: nobody can ask for them any more."""
        asked.is_over = True
        if asked.kept:
            self.layouts.forget([(asked, *extents) for extents in list(asked.kept)])

    def statistics(self) -> dict[str, object]:
        """Return what each part did since the system was made, and what it holds now."""
        return {
            "registry": self.registry.statistics(),
            "plans": self.plans.statistics(),
            "layouts": self.layouts.statistics(),
            "validation": self.validation.value,
            "observers": len(self.observers),
            "scenes resolved": dict(self._resolved),
        }

    def _resolve(self, snapshot: Snapshot, context: Context, rng: Generator | None) -> tuple[Layout, Path]:
        if self.validation is not OFF:
            check(self.validation, self._problems_of(snapshot, context))
        is_kept = len(snapshot.elements) >= SMALLEST_KEPT and not snapshot.is_random and context.is_told_by_equality
        key = (snapshot.asked, context.scene, context.viewport) if is_kept else None
        kept = None if key is None else self.layouts.get(key)
        if kept is not None:
            self._resolved["cache"] += 1
            return kept, "cache"
        layout, path = snapshot.resolve(context, rng or self.rng)
        self._resolved[path] += 1
        if key is not None and snapshot.asked.again(key[1:]):
            self._keep(key, layout)
        return layout, path

    def _keep(self, key: Any, layout: Layout) -> None:  # noqa: ANN401 -- what a snapshot was asked for, and extents
        asked, *extents = key
        asked.kept.append(tuple(extents))
        self.layouts.put(key, layout, layout.nbytes)
        if asked.is_over:  # another thread replaced the snapshot meanwhile
            self.forget(asked)

    def _watched(self, unit: BoundUnit) -> Strategy:
        """Return a unit's strategy, checked and announced."""
        strategy, spec = unit.resolve, unit.spec
        is_own = None if self.registry.is_plain else self.registry.answering()
        kind = spec.kind if isinstance(spec, Composition) else type(spec)

        def resolve(context: Context, rng: Generator | None = None) -> float:
            begun = self.clock()
            try:
                if self.validation is not OFF and not is_valid(spec, context, is_own):
                    check(self.validation, [f"{spec}: the context lacks what it needs"])
                number = strategy(context, rng)
            except Exception as error:
                self.observers.failed(Failed("unit", str(error)))
                raise
            self.observers.calculated(Calculated("unit", kind.__name__.lower(), 1, "bound", self.clock() - begun))
            return number

        return resolve

    def _heard(self, cache: "Cache[Any, Any]") -> "Cache[Any, Any]":
        cache.listener = self._announce_cache
        return cache

    def _announce_cache(self, cache: str, happened: str) -> None:
        if self.observers.are_there:
            self.observers.cached(CacheEvent(cache, happened))

    def _problems_of(self, snapshot: Snapshot, context: Context) -> list[str]:
        """Return what units lack, which depends on which members the context has and not on their numbers."""
        given = (context.scene is None, context.viewport is None, context.breakpoint is None)
        found = snapshot.lacking.get(given)
        if found is None:
            is_own = None if self.registry.is_plain else self.registry.answering()
            found = snapshot.lacking[given] = problems(snapshot.elements, snapshot.scene.parents, context, is_own)
        return found


def _own_caches(**given: "Cache[Any, Any] | None") -> list[str]:
    """Return which of the caches are none."""
    if all(cache is None for cache in given.values()):
        return []
    from unitdocs.units.cache import Cache  # noqa: PLC0415

    return [
        f"{name}: expected a Cache, got {cache!r}"
        for name, cache in given.items()
        if not isinstance(cache, Cache | None)
    ]
