"""A registry of custom strategies: what a game puts in place of the built-in rules for some units, in either system.

```python
registry = Registry()
registry.register("size", lambda spec: lambda context, rng=None: 64.0, unit="pixel", value="auto", name="tile")
```

A custom strategy resolves the units that its entry names. If several entries name a unit, the one of the highest
priority is used; among those the one that names more of unit, value and class; among those the one that was
registered last. The built-in rules have priority 0 and come after every entry of that priority: an entry below 0
is registered, but never used.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from unitdocs.errors import InputError
from unitdocs.units.model.calls import MISUSE, check_call
from unitdocs.units.model.composition import ByKind, base_of
from unitdocs.units.model.context import Context
from unitdocs.units.model.values import (
    Position,
    PositionUnit,
    PositionValue,
    Scale,
    ScaleUnit,
    ScaleValue,
    Size,
    SizeUnit,
    SizeValue,
)

Strategy = Callable[..., float]
"""`strategy(context, rng=None)` returns the resolved number."""
Make = Callable[[Any], Strategy]
"""`make(spec)` returns the strategy of one unit; custom strategies are called with the context alone."""

NUMBER = "number"
"""The word for every value that is a number."""
BUILT_IN_PRIORITY = 0


class Kind(StrEnum):
    """The kinds of unit."""

    SIZE = "size"
    POSITION = "position"
    SCALE = "scale"


class CustomStrategy(NamedTuple):
    """A custom strategy, made for a unit.

    Args:
        name: the entry's name.
        strategy: the strategy that the entry's `make` returned.
    """

    name: str
    strategy: Strategy

    def resolve(self, context: Context) -> float:
        """Call the strategy, and check that it returns a number.

        Raises:
            InputError: it returned something else, or the context is not a Context.
        """
        try:
            number = self.strategy(context)
        except MISUSE:
            check_call(context)
            raise
        try:
            return float(number)
        except (TypeError, ValueError) as error:
            raise InputError(f"registry: {self.name!r} resolved to {number!r}; a strategy returns a number") from error


class RegistryStatistics(NamedTuple):
    """What is registered, and how often it was used.

    Args:
        names: the entries' names, in the order they were registered.
        answered: how many lookups found a custom strategy, since the registry was made.
    """

    names: tuple[str, ...]
    answered: int


class Registry:
    """Custom strategies by the units that they resolve; several threads may use it.

    Attributes:
        is_plain: whether nothing is registered, so that built-in rules resolve all units.
        version: raised by each change: what was bound or compiled under another version may be out of date.
    """

    def __init__(self) -> None:
        self.version = 0
        self.is_plain = True
        self._lock = threading.Lock()
        self._entries: dict[str, _RegistryEntry] = {}
        self._by_kind: Mapping[type, tuple[_RegistryEntry, ...]] = _NO_ENTRIES
        self._answered = 0

    def register(
        self,
        kind: Kind | str,
        make: Make,
        *,
        name: str,
        unit: str | None = None,
        value: str | None = None,
        of: type[Size | Position | Scale] | None = None,
        priority: int = 0,
    ) -> None:
        """Let a custom strategy resolve some units.

        Args:
            kind: which kind of unit.
            make: called with a unit's spec when it is bound; it returns the strategy of that unit.
            name: the entry's name, which must be unique.
            unit: a word such as `parent-width` (default: any).
            value: a keyword such as `fill`, or `number` for all numbers (default: any).
            of: a class that extends the kind's, such as a `TileSize(Size)` with members of its own (default: any).
            priority: the highest is used; the built-in rules have 0 and come after entries of 0.

        Raises:
            InputError: an unknown kind, unit or value, a name that is taken, a `make` that cannot be called, a class
                of another kind, or a priority that is not a whole number; all of them at once.
        """
        with self._lock:
            entry = _RegistryEntry(name, kind, make, unit, value, of, priority, self.version)
            problems = _entry_problems(entry, self._entries)
            if problems:
                raise InputError(*(f"registry: {problem}" for problem in problems))
            self._change({**self._entries, name: entry})

    def unregister(self, name: str) -> None:
        """Remove an entry.

        Raises:
            InputError: no entry has that name; the message lists the names.
        """
        with self._lock:
            if name not in self._entries:
                raise InputError(f"registry: there is no entry {name!r}; registered: {_listed(self._entries)}")
            self._change({other: entry for other, entry in self._entries.items() if other != name})

    def find(self, spec: Size | Position | Scale) -> "CustomStrategy | None":
        """Return the custom strategy that resolves a unit, made for it; None if a built-in rule does.

        Raises:
            InputError: what an entry's `make` returned cannot be called.
        """
        for entry in self._by_kind[type(spec)]:
            if entry.matches(spec):
                break
        else:
            return None
        strategy = entry.make(spec)
        if not callable(strategy):
            raise InputError(f"registry: {entry.name!r} made {strategy!r}; a strategy is called with a context")
        with self._lock:
            self._answered += 1
        return CustomStrategy(entry.name, strategy)

    def matcher(self) -> Callable[[Any], bool]:
        """Return a function of a unit: whether one of the present entries resolves it; no strategy is made."""
        by_kind = self._by_kind
        return lambda spec: any(entry.matches(spec) for entry in by_kind[type(spec)])

    def statistics(self) -> RegistryStatistics:
        """Return what is registered, and how often it was used."""
        with self._lock:
            return RegistryStatistics(tuple(self._entries), self._answered)

    def __deepcopy__(self, _memo: dict[int, Any]) -> "Registry":
        """Return another registry with the same entries; functions are not copied."""
        return self._with_entries(self._entries)

    def __copy__(self) -> "Registry":
        return self.__deepcopy__({})

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make the registry again, from functions that can be found by their names.

        Raises:
            InputError: a `make` is a lambda or was defined inside a function.
        """
        local = [name for name, entry in self._entries.items() if "<" in getattr(entry.make, "__qualname__", "")]
        if local:
            raise InputError(
                *(f"registry: {name!r} cannot be pickled: define its `make` at the top of a module" for name in local)
            )
        return self._with_entries, (self._entries,)

    @classmethod
    def _with_entries(cls, entries: "dict[str, _RegistryEntry]") -> "Registry":
        registry = cls()
        registry._change(entries)
        return registry

    def _change(self, entries: "dict[str, _RegistryEntry]") -> None:
        """Put other entries in force: those that can be used are sorted by kind and rank."""
        by_kind = ByKind(_NO_ENTRIES)
        for entry in sorted(entries.values(), key=_RegistryEntry.rank):
            if entry.priority >= BUILT_IN_PRIORITY:
                kind = _WORDS[Kind(entry.kind)].kind
                by_kind[kind] = (*by_kind[kind], entry)
        self._entries, self._by_kind = entries, by_kind
        self.is_plain = not entries
        self.version += 1


def _entry_problems(entry: "_RegistryEntry", taken: Collection[str]) -> list[str]:
    problems = []
    if not isinstance(entry.name, str) or not entry.name:
        problems.append(f"name: expected a text, got {entry.name!r}")
    elif entry.name in taken:
        problems.append(f"name: {entry.name!r} is taken; unregister it first")
    if not callable(entry.make):
        problems.append(f"make: expected a function of a unit, got {entry.make!r}")
    if not isinstance(entry.priority, int) or isinstance(entry.priority, bool):
        problems.append(f"priority: expected a whole number, got {entry.priority!r}")
    if entry.kind not in list(Kind):
        return [*problems, f"kind: {entry.kind!r} is not one of {', '.join(Kind)}"]
    words = _WORDS[Kind(entry.kind)]
    if entry.of is not None and not (isinstance(entry.of, type) and base_of(entry.of) is words.kind):
        problems.append(f"of: expected a class that extends {words.kind.__name__}, got {entry.of!r}")
    problems += _unknown("unit", entry.unit, list(words.units))
    return problems + _unknown("value", entry.value, [*words.values, NUMBER])


def _unknown(place: str, word: object, choices: list[str]) -> list[str]:
    """Return a problem unless a word is absent or one of the choices."""
    return [] if word is None or word in choices else [f"{place}: {word!r} is not one of {', '.join(choices)}"]


def _listed(names: Collection[str]) -> str:
    return ", ".join(map(repr, names)) if names else "none"


class _Words(NamedTuple):
    """A kind of unit, with the words for its units and values."""

    kind: type[Size | Position | Scale]
    units: type[StrEnum]
    values: type[StrEnum]


_NO_ENTRIES: Mapping[type, tuple["_RegistryEntry", ...]] = ByKind({Size: (), Position: (), Scale: ()})
_WORDS = {
    Kind.SIZE: _Words(Size, SizeUnit, SizeValue),
    Kind.POSITION: _Words(Position, PositionUnit, PositionValue),
    Kind.SCALE: _Words(Scale, ScaleUnit, ScaleValue),
}


class _RegistryEntry(NamedTuple):
    """What was registered, and the version of the registry before that."""

    name: str
    kind: str
    make: Make
    unit: str | None
    value: str | None
    of: type[Size | Position | Scale] | None
    priority: int
    version: int

    def rank(self) -> tuple[int, int, int]:
        """Return the sort key of an entry; the lowest is used."""
        named = (self.unit is not None) + (self.value is not None) + (self.of is not None)
        return -self.priority, -named, -self.version

    def matches(self, spec: Size | Position | Scale) -> bool:
        """Return whether the entry names this unit."""
        if self.unit is not None and self.unit != spec.unit:
            return False
        if self.of is not None and not isinstance(spec, self.of):
            return False
        return self.value is None or self.value == (NUMBER if isinstance(spec.value, float) else spec.value)
