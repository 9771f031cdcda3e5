"""A tree of modules: which module a path names, and what a name means after re-exports."""

import sys
from collections.abc import Iterable, Mapping
from typing import Final

from unitdocs.migrate.facts import ClassFact, FunctionFact, ModuleFacts
from unitdocs.migrate.surface import NAMES, ORIGINAL, PUBLIC

_DEPTH: Final = 20
"""Re-exports of re-exports that are followed; a longer chain is a circle."""
_PUBLIC_CLASSES: Final[Mapping[str, str]] = {f"{PUBLIC}.OriginalSystem": f"{ORIGINAL}.OriginalSystem"}


class ModuleTree:
    """The modules of a tree by their names.

    Args:
        modules: the facts of each file.
    """

    def __init__(self, modules: Iterable[ModuleFacts]) -> None:
        self.modules = list(modules)
        self.by_suffix: dict[str, list[ModuleFacts]] = {}
        self.functions: dict[str, FunctionFact] = {}
        self.classes: dict[str, ClassFact] = {}
        self.methods: dict[str, list[str]] = {}
        for facts in self.modules:
            self._add(facts)

    def _add(self, facts: ModuleFacts) -> None:
        parts = facts.module.split(".")
        for i in range(len(parts)):
            self.by_suffix.setdefault(".".join(parts[i:]), []).append(facts)
        self.functions |= facts.functions
        self.classes |= facts.classes
        for key, function in facts.functions.items():
            if function.is_method:
                self.methods.setdefault(key.rpartition(".")[2], []).append(key)

    def module(self, path: str) -> ModuleFacts | None:
        """Return the module that a dotted path names; None if it is not in the tree, or several may be meant."""
        if path.partition(".")[0] in sys.stdlib_module_names and not self._is_own(path):
            return None
        found = self.by_suffix.get(path, [])
        exact = [facts for facts in found if facts.module == path]
        return exact[0] if exact else found[0] if len(found) == 1 else None

    def _is_own(self, path: str) -> bool:
        return "." in path and any(facts.module == path for facts in self.by_suffix.get(path, ()))

    def canonical(self, path: str, *, follow_aliases: bool = False) -> str:
        """Return what a dotted path means where it is defined.

        Args:
            path: a path as an import names it.
            follow_aliases: whether names that are assigned another name are followed too.
        """
        for _ in range(_DEPTH):
            target = self._step(path, follow_aliases=follow_aliases)
            if target is None or target == path:
                break
            path = target
        for public, own in _PUBLIC_CLASSES.items():
            if path == public or path.startswith(f"{public}."):
                return own + path[len(public) :]
        return path

    def _step(self, path: str, *, follow_aliases: bool) -> str | None:
        """Return what a path is bound to in the module of the tree that it begins with; None if it ends there."""
        parts = path.split(".")
        for i in range(len(parts) - 1, 0, -1):
            facts = self.module(".".join(parts[:i]))
            if facts is None:
                continue
            name, rest = parts[i], "".join(f".{part}" for part in parts[i + 1 :])
            bound = facts.bindings.get(name, set())
            if len(bound) == 1 and name not in facts.own_globals:
                return next(iter(bound)) + rest
            if follow_aliases and name in facts.aliases:
                return facts.aliases[name] + rest
            if bound or name in facts.own_globals or name in facts.classes:
                return None
            return self._starred(facts, name, rest)
        return None

    def _starred(self, facts: ModuleFacts, name: str, rest: str) -> str | None:
        for star in reversed(facts.stars):
            if star == ORIGINAL and (name in NAMES or not name.startswith("_")):
                return f"{ORIGINAL}.{name}{rest}" if name in NAMES else None
            if star == PUBLIC:
                return f"{PUBLIC}.{name}{rest}" if _is_public(name) else None
            if self.module(star) is not None:
                return f"{star}.{name}{rest}"
        return None


def _is_public(name: str) -> bool:
    from unitdocs import units  # noqa: PLC0415 -- only trees with such an import need its names

    return name in units.__all__
