"""What values may be: facts of all modules, applied until nothing new follows."""

from collections.abc import Iterator

from unitdocs.migrate.facts import CallFact
from unitdocs.migrate.surface import CREATE, ORIGINAL, PUBLIC, SCENE, SYSTEM
from unitdocs.migrate.tree import ModuleTree
from unitdocs.migrate.values import CallResult, Either, FixedKind, FlowKind, GlobalName, LocalName, Member, Value

Kinds = frozenset[FlowKind]
_NONE: Kinds = frozenset()
_UNKNOWN: Kinds = frozenset({FlowKind.UNKNOWN})
_OTHER: Kinds = frozenset({FlowKind.OTHER})
_SYSTEMS = frozenset({FlowKind.SYSTEM, FlowKind.OWN_SYSTEM})


class KindFinder:
    """Finds what values may be.

    Args:
        tree: the modules.
    """

    def __init__(self, tree: ModuleTree) -> None:
        self.tree = tree
        self.paths: dict[str, str] = {}
        self.own_systems = {key for key in tree.classes if self._extends_system(key)}
        self.sources: dict[str, dict[Value, None]] = {}
        for facts in tree.modules:
            for key, value in facts.assignments:
                self._add(key, value)
        for facts in tree.modules:
            for call in facts.calls:
                self._pass_on(call)
        self.known: dict[str, Kinds] = {}
        self._settle()

    def _add(self, key: str, value: Value) -> None:
        if key.startswith("g:"):
            key = f"g:{self._canonical(key[2:])}"
        self.sources.setdefault(key, {})[value] = None

    def _settle(self) -> None:
        """Apply all facts until no key gets a further kind."""
        changed = True
        while changed:
            changed = False
            for key, values in self.sources.items():
                kinds = frozenset(kind for value in values for kind in self._evaluate(value))
                if not kinds <= self.known.get(key, _NONE):
                    self.known[key] = self.known.get(key, _NONE) | kinds
                    changed = True

    def kinds(self, value: Value) -> Kinds:
        """Return what a value may be; unknown if nothing is known of it."""
        return self._evaluate(value) or _UNKNOWN

    def is_surely(self, value: Value, kind: FlowKind) -> bool:
        """Return whether a value is of one kind, and of no other."""
        return self.kinds(value) == {kind}

    def may_be(self, value: Value, kind: FlowKind) -> bool:
        """Return whether a value may be of a kind."""
        return kind in self._evaluate(value)

    def values_of(self, value: Value) -> list[Value]:
        """Return what is assigned to a variable or an attribute, or the value itself if it is none."""
        key = self._key(value)
        return list(self.sources.get(key, ())) if key is not None else [value]

    def _evaluate(self, value: Value) -> Kinds:
        match value:
            case FixedKind(kind):
                return frozenset({kind})
            case Either(options):
                return frozenset(kind for option in options for kind in self._evaluate(option))
            case CallResult():
                return self._call(value)
        key = self._key(value)
        if isinstance(value, GlobalName) and key not in self.sources:
            name = value.path.rpartition(".")[2]  # an attribute of a module, of a class or of an object
            return self.known.get(f"a:{name}", _NONE) if "." in value.path else _NONE
        return self.known.get(key or "", _NONE)

    def _key(self, value: Value) -> str | None:
        match value:
            case GlobalName(path):
                return f"g:{self._canonical(path)}"
            case LocalName(scope, name):
                return f"l:{scope}:{name}"
            case Member(_, name):
                return f"a:{name}"
        return None

    def _call(self, call: CallResult) -> Kinds:
        function = call.function
        if isinstance(function, GlobalName):
            known = self._called(self._canonical(function.path))
            if known:
                return known
        if isinstance(function, GlobalName | Member):
            kinds = self._method(function, call)
            if kinds:
                return kinds
        keys = list(self._functions(function))
        return frozenset(kind for key in keys for kind in self.known.get(f"r:{key}", _NONE)) if keys else _UNKNOWN

    def _called(self, path: str) -> Kinds:
        """Return what calling a class or a function of the unit system gives."""
        if path in {f"{ORIGINAL}.{SYSTEM}", f"{PUBLIC}.{CREATE}", f"{PUBLIC}.UnitSystem"}:
            return frozenset({FlowKind.SYSTEM})
        if path in self.own_systems:
            return frozenset({FlowKind.OWN_SYSTEM})
        if path == f"{ORIGINAL}.{SCENE}":
            return frozenset({FlowKind.PREPARED})
        return _OTHER if path in self.tree.classes or path.startswith("builtins.") else _NONE

    def _method(self, function: GlobalName | Member, call: CallResult) -> Kinds:
        """Return what a method of a system or a prepared scene gives."""
        if isinstance(function, Member):
            owner, name = function.owner, function.name
        else:
            path, _, name = function.path.rpartition(".")
            owner = GlobalName(path)
        if name == "prepare" and self._evaluate(owner) & _SYSTEMS:
            return frozenset({FlowKind.PREPARED})
        if name == "resolve":
            if FlowKind.PREPARED in self._evaluate(owner):
                return frozenset({FlowKind.RESULT})
            if self.is_scene_call(call):
                return frozenset({FlowKind.RESULT})
        return _NONE

    def is_scene_call(self, call: CallResult) -> bool:
        """Return whether a call has the arguments that only a prepared scene's `resolve` takes."""
        function = call.function
        name = function.name if isinstance(function, Member) else ""
        if isinstance(function, GlobalName):
            name = function.path.rpartition(".")[2]
        is_own = any(
            {"scene", "viewport"} & set(self.tree.functions[key].parameters)
            for key in self.tree.methods.get("resolve", ())
        )
        fits = bool({"scene", "viewport"} & call.keywords) and call.keywords <= {"scene", "viewport", "rng"}
        return name == "resolve" and fits and not call.positional and not is_own

    def _functions(self, function: Value) -> Iterator[str]:
        """Yield the keys of the functions of the tree that may be called."""
        match function:
            case GlobalName(path):
                canonical = self._canonical(path)
                if canonical in self.tree.functions:
                    yield canonical
                elif "." in path:
                    yield from self._methods(path.rpartition(".")[2], canonical)
            case LocalName(scope, name) if f"{scope}.{name}" in self.tree.functions:
                yield f"{scope}.{name}"
            case Member(_, name):
                yield from self.tree.methods.get(name, ())

    def _methods(self, name: str, canonical: str) -> Iterator[str]:
        """Yield the methods that a name of an object in a module may be; a name of a module itself is none."""
        if self.tree.module(canonical.rpartition(".")[0]) is None:
            yield from self.tree.methods.get(name, ())

    def _pass_on(self, call: CallFact) -> None:
        for key in self._functions(call.function):
            self._bind(key, self.tree.functions[key].parameters, call)
        if not isinstance(call.function, GlobalName):
            return
        path = self._canonical(call.function.path)
        created = self.tree.classes.get(path)
        if created is None:
            return
        start = f"{path}.__init__"
        if start in self.tree.functions:
            self._bind(start, self.tree.functions[start].parameters, call)
            return
        for name, value in [*zip(created.fields, call.arguments, strict=False), *call.keywords]:
            self._add(f"a:{name}", value)

    def _bind(self, key: str, parameters: tuple[str, ...], call: CallFact) -> None:
        named = [(name, value) for name, value in call.keywords if name in parameters]
        for name, value in [*zip(parameters, call.arguments, strict=False), *named]:
            self._add(f"l:{key}:{name}", value)

    def _extends_system(self, key: str, depth: int = 0) -> bool:
        """Return whether a class extends the original system, directly or through others."""
        bases = [base.path for base in self.tree.classes[key].bases if isinstance(base, GlobalName)]
        paths = [self._canonical(path) for path in bases]
        return any(
            path == f"{ORIGINAL}.{SYSTEM}"
            or (
                path in self.tree.classes
                and path != key
                and depth < len(self.tree.classes)
                and self._extends_system(path, depth + 1)
            )
            for path in paths
        )

    def _canonical(self, path: str) -> str:
        if path not in self.paths:
            self.paths[path] = self.tree.canonical(path, follow_aliases=True)
        return self.paths[path]
