"""The refactored system: a facade over parts that can each be inspected and replaced.

| part | what it does |
| --- | --- |
| `registry` | custom strategies, which replace built-in rules |
| `plans` | a cache of what is compiled for a scene, so that two viewports share it |
| `layouts` | a cache of layouts by scene and context, of those that are requested more than once |
| `validation` | what happens if units lack members of the context |
| `observers` | receive calculations, cache events and failures |

Units are bound to their strategy when they are built. Scenes are resolved through bound units or a plan.
"""

import gc
import random
import time
from collections.abc import Callable
from functools import cache, cached_property
from typing import Any

from unitdocs.errors import InputError
from unitdocs.units.model.composition import Composition, Part, base_of
from unitdocs.units.model.context import Context
from unitdocs.units.model.draws import Generator
from unitdocs.units.model.layout import Layout
from unitdocs.units.model.registry import Registry
from unitdocs.units.model.requirements import is_valid
from unitdocs.units.model.scene import Scene
from unitdocs.units.refactored.bound_units import (
    BOUND_CLASSES,
    PLAIN_BINDERS,
    BoundUnit,
    bind_part,
    with_own_generator,
)
from unitdocs.units.refactored.cache import Cache
from unitdocs.units.refactored.choice import is_compiled_at_once
from unitdocs.units.refactored.events import Calculated, Failed, Observers, ResolutionPath, Subject
from unitdocs.units.refactored.loading import import_plans, rehearse
from unitdocs.units.refactored.prepared_scene import RefactoredScene
from unitdocs.units.refactored.settings import DEFAULT_SETTINGS, SystemSettings
from unitdocs.units.refactored.snapshot import Extents, LayoutRequests, RecentKeys, Snapshot
from unitdocs.units.refactored.strategies import Strategy
from unitdocs.units.refactored.validation import Validation, check, scene_problems

OFF, CACHE, SCENE = Validation.OFF, ResolutionPath.CACHE, Subject.SCENE
"""Module names, since looking up a member of an enumeration takes longer than the rest of building a unit."""
RANDOM = "random"
_NOTHING_RESOLVED = dict.fromkeys(ResolutionPath, 0)  # copied, since going through an enumeration takes long
_NO_FAILURES = {Subject.UNIT: 0, Subject.SCENE: 0, Subject.UPDATE: 0}
_COUNTED = ("_resolved", "_failures", "_invalid")


class UnitSystem:
    """Builds bound units, and resolves scenes.

    Args:
        rng: where random values are drawn from if a call passes no generator (default: a new one).
        registry: custom strategies (default: none).
        settings: the sizes of both caches, when scenes are compiled, and validation (default: `SystemSettings()`).
        plans: keeps what is compiled, in place of a cache as the settings say. The arrays of a plan and of the numbers
            that it works on count.
        layouts: keeps layouts, likewise. `Cache("layouts", entries=0)` turns it off. When elements are replaced, their
            layouts are evicted.
        validation: `off`, `warn` or `strict`, in place of what the settings say.
        observers: receive events; without any, nothing is announced, at no cost.
        clock: seconds, for the durations in events.
        numpy: whether scenes may be resolved in NumPy batches. It is then imported when the first system is made, so
            that no frame does. Without it, nothing imports it, and all scenes are resolved through bound units.

    Raises:
        InputError: an unknown validation, or a part of another kind, all of them at once; or NumPy cannot be imported.
    """

    name = "refactored"

    def __init__(
        self,
        rng: random.Random | None = None,
        *,
        registry: Registry | None = None,
        settings: SystemSettings = DEFAULT_SETTINGS,
        plans: Cache[Any, Snapshot] | None = None,
        layouts: Cache[Any, Layout] | None = None,
        validation: Validation | str | None = None,
        observers: Observers | None = None,
        clock: Callable[[], float] = time.perf_counter,
        numpy: bool = True,
    ) -> None:
        problems = [] if plans is None and layouts is None else _cache_problems(plans=plans, layouts=layouts)
        if not isinstance(settings, SystemSettings):
            problems.append(f"settings: expected SystemSettings(...), got {settings!r}")
            settings = DEFAULT_SETTINGS
        if validation is None:
            validation = settings.validation
        elif not isinstance(validation, Validation) and validation not in list(Validation):
            problems.append(f"validation: {validation!r} is not one of {', '.join(Validation)}")
        if rng is not None and not callable(getattr(rng, "random", None)):
            problems.append(f"rng: expected a random.Random, got {rng!r}")
        if registry is not None and not isinstance(registry, Registry):
            problems.append(f"registry: expected a Registry, got {registry!r}")
        if observers is not None and not isinstance(observers, Observers):
            problems.append(f"observers: expected Observers(...), got {observers!r}")
        if not isinstance(numpy, bool):
            problems.append(f"numpy: expected True or False, got {numpy!r}")
        if problems:
            raise InputError(*problems)
        if numpy:
            _load_once()
        self.numpy = numpy
        self.settings = settings
        self._rng = rng
        self.registry = registry if registry is not None else Registry()
        self.validation = validation if isinstance(validation, Validation) else Validation(validation)
        self._observers = observers if observers is not None else Observers()
        self.clock = clock
        if plans is not None:
            self.plans = self._attach_listener(plans)
        if layouts is not None:
            self.layouts = self._attach_listener(layouts)
        self._count_from_zero()

    @property
    def observers(self) -> Observers:
        """Who receives events."""
        return self._observers

    @observers.setter
    def observers(self, observers: Observers) -> None:
        self._observers = observers
        for name in {"plans", "layouts"} & set(self.__dict__):
            self._attach_listener(self.__dict__[name])

    def _count_from_zero(self) -> None:
        self._resolved = _NOTHING_RESOLVED.copy()
        self._failures = _NO_FAILURES.copy()
        self._invalid = 0

    @property
    def rng(self) -> random.Random:
        """Where random values are drawn from if a call passes no generator.

        It is made when something random is built or resolved: seeding takes longer than the rest of making a system.
        """
        if self._rng is None:
            self._rng = random.Random()
        return self._rng

    @rng.setter
    def rng(self, rng: random.Random) -> None:
        self._rng = rng

    @cached_property
    def plans(self) -> Cache[Any, Snapshot]:
        """What is compiled for scenes; made when it is first needed."""
        of = self.settings
        cache: Cache[Any, Snapshot] = Cache(
            "plans", entries=of.plan_entries, max_bytes=of.plan_bytes, ttl=of.plan_ttl, policy=of.plan_policy
        )
        return self._attach_listener(cache)

    @cached_property
    def prepared(self) -> RecentKeys:
        """Scenes at breakpoints that were prepared lately."""
        return RecentKeys()

    @cached_property
    def layouts(self) -> Cache[Any, Layout]:
        """Layouts by scene and context."""
        of = self.settings
        cache: Cache[Any, Layout] = Cache(
            "layouts", entries=of.layout_entries, max_bytes=of.layout_bytes, ttl=of.layout_ttl, policy=of.layout_policy
        )
        return self._attach_listener(cache)

    def build(self, spec: Part) -> BoundUnit:
        """Return the unit, bound to its strategy.

        With observers or validation, each of the unit's calculations is announced and checked. Observers that are
        added later receive the calculations of units that are built later.

        Raises:
            InputError: the spec is not a Size, Position, Scale or Composition.
        """
        base: type = type(spec)
        kind = BOUND_CLASSES.get(base)
        if kind is None:  # a class that extends a kind of unit
            base = base_of(base)
            kind = BOUND_CLASSES.get(base)
        if kind is None:
            raise InputError(f"build: expected a Size, a Position, a Scale or a Composition, got {spec!r}")
        strategy = PLAIN_BINDERS[base](spec) if self.registry.is_plain else bind_part(spec, self.registry.find)
        if getattr(spec, "value", RANDOM) == RANDOM:  # a composition has no value, and may have random parts
            strategy = with_own_generator(strategy, self.rng)
        unit = kind(spec, strategy, self)
        if self.validation is not OFF or self._observers.hears_all:
            unit.resolve = self._watched(unit)
        return unit

    def prepare(self, scene: Scene) -> RefactoredScene:
        """Return the scene, ready to be resolved.

        A large scene without breakpoints is compiled now. With breakpoints, custom strategies or observers of every
        resolve it is compiled when it is first resolved, a smaller one after it has been resolved some times, and a
        tiny one never.

        Raises:
            InputError: the scene is not a Scene.
        """
        if not isinstance(scene, Scene):
            raise InputError(f"prepare: expected a Scene, got {scene!r}")
        prepared = RefactoredScene(scene, self)
        runs_no_foreign_code = self.registry.is_plain and not self._observers.hears_all
        if self.numpy and runs_no_foreign_code and is_compiled_at_once(scene, self.settings) and not scene.breakpoints:
            prepared.snapshot(None)
        return prepared

    def resolve_snapshot(self, snapshot: Snapshot, context: Context, rng: Generator | None) -> Layout:
        """Resolve a prepared scene's snapshot: from the cache of layouts, or by computing.

        Raises:
            InputError: validation is strict and units lack what they need.
        """
        observers = self._observers
        left = observers.until_next
        if left != 1:
            if left:
                observers.until_next = left - 1
            return self._resolve(snapshot, context, rng)[0]
        observers.until_next = observers.every
        begun = self.clock()
        layout, path = self._resolve(snapshot, context, rng)
        seconds = self.clock() - begun
        observers.calculated(Calculated(SCENE, snapshot.scene.name, len(snapshot.elements), path, seconds))
        return layout

    @property
    def reads_breakpoint(self) -> bool:
        """Whether anything but compositions may read the breakpoint of a context: no built-in strategy does."""
        return not self.registry.is_plain or self.validation is not OFF

    def note_failure(self, what: Subject, message: str) -> None:
        """Count that something failed, and announce it."""
        self._failures[what] += 1
        if not self.observers.is_empty:
            self.observers.failed(Failed(what, message))

    def drop_layouts(self, requests: LayoutRequests) -> None:
        """Drop the layouts of a snapshot that was replaced: no lookup can find them any more."""
        requests.is_closed = True
        if requests.kept:
            self.layouts.forget([(requests, *extents) for extents in list(requests.kept)])

    def statistics(self) -> dict[str, object]:
        """Return what each part did since the system was made, and what it holds now."""
        return {
            "registry": self.registry.statistics(),
            "plans": self.plans.statistics(),
            "layouts": self.layouts.statistics(),
            "validation": self.validation.value,
            "observers": len(self.observers),
            "scenes resolved": {path.value: count for path, count in self._resolved.items()},
            "failures": {subject.value: count for subject, count in self._failures.items()},
            "invalid": self._invalid,
        }

    def _resolve(self, snapshot: Snapshot, context: Context, rng: Generator | None) -> tuple[Layout, ResolutionPath]:
        if self.validation is not OFF:
            problems = self._problems_of(snapshot, context)
            self._invalid += bool(problems)
            check(self.validation, problems)
        is_kept = (
            len(snapshot.elements) >= self.settings.smallest_kept
            and not snapshot.is_random
            and context.has_comparable_extents
        )
        requests = snapshot.requests
        kept = self.layouts.get((requests, context.scene, context.viewport)) if is_kept else None
        if kept is not None:
            self._resolved[CACHE] += 1
            return kept, CACHE
        layout, path = snapshot.resolve(context, (rng or self.rng) if snapshot.is_random else None)
        self._resolved[path] += 1
        if is_kept and requests.seen_before(extents := (context.scene, context.viewport)):
            self._keep(requests, extents, layout)
        return layout, path

    def _keep(self, requests: LayoutRequests, extents: Extents, layout: Layout) -> None:
        """Keep the layout of a snapshot, which these requests are of."""
        requests.note_kept(extents)
        self.layouts.put((requests, *extents), layout, layout.nbytes)
        if requests.is_closed:  # another thread replaced the snapshot meanwhile
            self.drop_layouts(requests)

    def _watched(self, unit: BoundUnit) -> Strategy:
        """Return a unit's strategy, with its calculations checked and announced."""
        strategy, spec = unit.resolve, unit.spec
        is_custom = None if self.registry.is_plain else self.registry.matcher()
        kind = (spec.kind if isinstance(spec, Composition) else base_of(type(spec))).__name__.lower()

        def resolve(context: Context, rng: Generator | None = None) -> float:
            begun = self.clock()
            try:
                if self.validation is not OFF and not is_valid(spec, context, is_custom):
                    self._invalid += 1
                    check(self.validation, [f"{spec}: the context lacks what it needs"])
                number = strategy(context, rng)
            except Exception as error:
                self.note_failure(Subject.UNIT, str(error))
                raise
            seconds = self.clock() - begun
            if not self.observers.is_sample:
                self.observers.calculated(Calculated(Subject.UNIT, kind, 1, ResolutionPath.BOUND, seconds))
            return number

        return resolve

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy or a pickle holds: everything but what was counted; caches of a copy are empty."""
        self.rng  # noqa: B018 -- made now: a copy draws what this system would draw
        return {name: member for name, member in self.__dict__.items() if name not in _COUNTED}

    def __setstate__(self, state: dict[str, Any]) -> None:
        if state["numpy"]:
            _load_once()
        self.__dict__.update(state)
        self._count_from_zero()
        for name in {"plans", "layouts"} & set(state):
            self._attach_listener(state[name])

    def _attach_listener(self, cache: Cache[Any, Any]) -> Cache[Any, Any]:
        """Let a cache announce its events.

        It refers to the observers alone: a cache that referred to its system would be a cycle, and a game that drops
        the system would keep all of it until the next collection.
        """
        cache.listener = self._observers.cached
        return cache

    def _problems_of(self, snapshot: Snapshot, context: Context) -> list[str]:
        """Return what units lack, which depends on which members the context has and not on their numbers."""
        absent = (context.scene is None, context.viewport is None, context.breakpoint is None)
        problems = snapshot.lacking.get(absent)
        if problems is None:
            is_custom = None if self.registry.is_plain else self.registry.matcher()
            problems = scene_problems(snapshot.elements, snapshot.scene.parents, context, is_custom)
            snapshot.lacking[absent] = problems
        return problems


@cache
def _load_once() -> None:
    """Load what frames need; nothing is done when this is called again.

    Raises:
        InputError: NumPy cannot be imported.
    """
    import_plans()
    system = UnitSystem(numpy=False)
    system.numpy = True
    rehearse(system)
    if gc.isenabled():
        # Modules are many objects. Collected now, they are not what makes a full collection fall into a frame.
        gc.collect()


def _cache_problems(**caches: Cache[Any, Any] | None) -> list[str]:
    """Return a sentence for each of the caches that is neither a Cache nor None."""
    return [
        f"{name}: expected a Cache, got {cache!r}"
        for name, cache in caches.items()
        if not isinstance(cache, Cache | None)
    ]
