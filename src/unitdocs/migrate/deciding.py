"""Which uses are changed and which are left, with the reason of each."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from unitdocs.migrate.edits import Edit
from unitdocs.migrate.facts import Argument, ModuleFacts, Use, UseContext, ValueSite
from unitdocs.migrate.import_edits import ImportPlan
from unitdocs.migrate.kinds import KindFinder
from unitdocs.migrate.surface import (
    CONSTANTS,
    CREATE,
    NAMES,
    ORIGINAL,
    PROTOCOLS,
    PUBLIC,
    SCENE,
    SYSTEM,
    Topic,
)
from unitdocs.migrate.tree import ModuleTree
from unitdocs.migrate.values import CallResult, FixedKind, FlowKind, GlobalName, LocalName, Member, Value

_CHAIN: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_COMMENT: Final = re.compile(rb"#[ \t]*unitdocs:[ \t]*keep\b")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file that is left as it is, by the offset of its first byte."""

    file: str
    offset: int
    topic: Topic
    reason: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """A use that is changed."""

    file: str
    offset: int
    topic: Topic
    before: str
    after: str


@dataclass(slots=True)
class Plan:
    """What one look at a tree decided."""

    edits: dict[str, set[Edit]] = field(default_factory=lambda: defaultdict(set))
    changed: list[Replacement] = field(default_factory=list)
    left: list[Place] = field(default_factory=list)
    kept: list[Place] = field(default_factory=list)


class Planner:
    """Decides on the uses of a tree.

    Args:
        modules: the facts of each module.
        contents: the text of each file as UTF-8.
        line_of: the line of a place, for sentences.
        frozen: files that are not changed, since a change of them could not be parsed.
    """

    def __init__(
        self,
        modules: Collection[ModuleFacts],
        contents: Mapping[str, bytes],
        line_of: Callable[[str, int], int],
        frozen: Collection[str] = (),
    ) -> None:
        self.contents, self.line_of, self.frozen = contents, line_of, frozen
        self.tree = ModuleTree(modules)
        self.kinds = KindFinder(self.tree)
        self.plan = Plan()
        self.wanted = self._wanted()
        self.imports = {
            facts.file: ImportPlan(facts, contents[facts.file], self.wanted.get(facts.module, set()))
            for facts in self.tree.modules
        }
        self.has_rules = any(self._calls_with_registry(facts) for facts in self.tree.modules)

    def decide(self) -> Plan:
        """Return what is changed and what is left."""
        for facts in self.tree.modules:
            names_system = self._names_a_system(facts)
            for use in facts.uses:
                self._use(facts, use, names_system=names_system)
            self._unused(facts)
        self._value_sites()
        if self._is_concerned():
            for facts in self.tree.modules:
                for site in facts.plain:
                    self._leave(facts.file, site.start, site.topic, f"{site.what}; {_PLAIN_REASONS[site.topic]}")
        for file, imports in self.imports.items():
            self.plan.edits[file].update(imports.edits())
        self.plan.edits = {file: edits for file, edits in self.plan.edits.items() if edits}
        return self.plan

    def _wanted(self) -> dict[str, set[str]]:
        """Return which names modules of the tree take from others."""
        wanted: dict[str, set[str]] = defaultdict(set)
        texts = {name for facts in self.tree.modules for site in facts.plain for name in NAMES if name in site.what}
        for facts in self.tree.modules:
            wanted[facts.module] |= texts
            for record in facts.imports:
                source = self.tree.module(record.module) if record.module else None
                if source is not None:
                    wanted[source.module] |= {alias.name for alias in record.aliases}
                    if record.is_star:
                        wanted[source.module] |= set(source.bindings)
            for use in facts.uses:
                for path in use.paths:
                    module, _, name = path.rpartition(".")
                    source = self.tree.module(module) if module else None
                    if source is not None and source is not facts:
                        wanted[source.module].add(name)
        return wanted

    def _calls_with_registry(self, facts: ModuleFacts) -> bool:
        return any(argument.keyword == "registry" for use in facts.uses for argument in use.arguments)

    def _names_a_system(self, facts: ModuleFacts) -> bool:
        """Return whether a module asks for a system by its name, as code that compares the two does."""
        creating = {f"{PUBLIC}.{CREATE}", f"{PUBLIC}.UnitSystem"}
        return any(
            use.context is UseContext.CALL
            and creating.intersection(map(self.tree.canonical, use.paths))
            and any(argument.keyword in {None, "name"} for argument in use.arguments)
            for use in facts.uses
        )

    def _is_concerned(self) -> bool:
        """Return whether anything of the tree uses the unit system."""
        package = PUBLIC.partition(".")[0]
        if any(package in site.what for facts in self.tree.modules for site in facts.plain):
            return True
        return any(
            (record.module or "").partition(".")[0] == package
            or any(alias.name.partition(".")[0] == package for alias in record.aliases if record.module is None)
            for facts in self.tree.modules
            for record in facts.imports
        )

    def _use(self, facts: ModuleFacts, use: Use, *, names_system: bool) -> None:
        found = {self.tree.canonical(path) for path in use.paths}
        ours = sorted(path for path in found if path == ORIGINAL or path.startswith(f"{ORIGINAL}."))
        if not ours:
            return
        name, _, member = ours[0][len(ORIGINAL) + 1 :].partition(".")
        topic = _topic_of(name, use.context)
        reason: str | None
        if len(found) > 1:
            reason = f"{use.text} is bound in several ways in this file, so that its meaning depends on which one ran"
        elif name in PROTOCOLS and not member:
            reason = self._class_use(facts, use, name, names_system=names_system)
        elif name and name not in NAMES and _is_public(name):
            return
        else:
            reason = _member_reason(use, name, member)
        if reason is not None:
            self._leave(facts.file, use.start, topic, reason)

    def _class_use(self, facts: ModuleFacts, use: Use, name: str, *, names_system: bool) -> str | None:
        """Change the use of a class, or return why it is left."""
        if self._is_frozen(facts.file):
            return "a change here would leave a file that cannot be parsed"
        if use.context is UseContext.CALL:
            if self._is_own_class(use.within):
                return f"a class of your own creates a {name}; it becomes a rule in a registry"
            if name == SYSTEM:
                return _NAMED_SYSTEM if names_system else self._create(facts, use)
            return self._build(facts, use, name)
        if use.context is UseContext.FACTORY and name == SYSTEM:
            return self._rename(facts, use, CREATE, Topic.SYSTEM)
        if use.context is UseContext.ANNOTATION:
            return self._rename(facts, use, PROTOCOLS[name], Topic.ANNOTATION)
        if use.context is UseContext.CLASS_TEST and name != SYSTEM:
            return self._rename(facts, use, PROTOCOLS[name], Topic.CLASS_TEST)
        return _class_reason(use, name)

    def _create(self, facts: ModuleFacts, use: Use) -> str | None:
        positional = [argument for argument in use.arguments if argument.keyword is None]
        keywords = {argument.keyword for argument in use.arguments if argument.keyword is not None}
        if any(argument.star for argument in use.arguments):
            return "its arguments are passed on with a star; create_system() takes its arguments by name"
        if len(positional) > 1 or not keywords <= {"rng", "registry"}:
            return "its arguments are not those of OriginalSystem; create_system() takes rng and registry by name"
        reason = self._rename(facts, use, CREATE, Topic.SYSTEM)
        if reason is None and positional and not self._is_kept(facts.file, use.start, Topic.SYSTEM):
            first = positional[0]
            self._edit(facts.file, Edit(first.start, first.start, "rng=(" if first.is_loose else "rng="))
            if first.is_loose:
                self._edit(facts.file, Edit(first.end, first.end, ")"))
        return reason

    def _build(self, facts: ModuleFacts, use: Use, name: str) -> str | None:
        """Build a unit, or prepare a scene, by the system that is at hand."""
        method, first, second = ("prepare", "scene", "system") if name == SCENE else ("build", "spec", "rng")
        passed = _two_arguments(use.arguments, first, second)
        if passed is None:
            return f"its arguments are not ({first}, {second}); call {method}({first}) of your system"
        owner, text = _owner(passed[1]) if name != SCENE else (passed[1].value, passed[1].text)
        if owner is None or not _CHAIN.fullmatch(text):
            return f"there is no system at hand; pass one on, and call its {method}({first})"
        if self.has_rules:
            return f"systems here have rules, which {method}() would use and a {name} does not; decide which is meant"
        if self.kinds.may_be(owner, FlowKind.OWN_SYSTEM):
            return f"{text} may be a system of your own, whose {method}() may do more; change it with that class"
        if not self.kinds.is_surely(owner, FlowKind.SYSTEM):
            return f"nothing here says that {text} is a system; if it is one, write {text}.{method}({first})"
        removal = self._removal(facts.file, use.arguments, passed[1])
        if removal is None:
            return f"a comment is between its arguments; write {text}.{method}({first})"
        topic = Topic.CALCULATOR
        if not self._is_kept(facts.file, use.start, topic):
            self._edit(facts.file, Edit(use.start, use.end, f"{text}.{method}"))
            self._edit(facts.file, removal)
            self.imports[facts.file].replace(use)
            self._changed(facts.file, use, topic, f"{text}.{method}")
        return None

    def _removal(self, file: str, arguments: tuple[Argument, ...], gone: Argument) -> Edit | None:
        """Return the removal of an argument with one comma; None if a comment would go with it."""
        i = arguments.index(gone)
        if i + 1 < len(arguments):
            start, end = gone.start, arguments[i + 1].start
        else:
            start, end = arguments[i - 1].comma or gone.start, gone.end
        return None if b"#" in self.contents[file][start:end] else Edit(start, end, "")

    def _rename(self, facts: ModuleFacts, use: Use, new: str, topic: Topic) -> str | None:
        imports = self.imports[facts.file]
        spelling = imports.spelling(use, new)
        if spelling is None:
            return f"the name {new} means something else in this file, or the import that binds {use.text} is not in it"
        if not self._is_kept(facts.file, use.start, topic):
            self._edit(facts.file, Edit(use.start, use.end, spelling))
            imports.replace(use, spelling)
            self._changed(facts.file, use, topic, spelling)
        return None

    def _is_own_class(self, name: str) -> bool:
        """Return whether a class extends a class of the original system."""
        found = self.tree.classes.get(name)
        bases = [base.path for base in found.bases if isinstance(base, GlobalName)] if found else []
        paths = [self.tree.canonical(path, follow_aliases=True) for path in bases]
        return any(path.startswith(f"{ORIGINAL}.") or (path != name and self._is_own_class(path)) for path in paths)

    def _unused(self, facts: ModuleFacts) -> None:
        """Report imports of the original system that only other files can use."""
        for number, record in enumerate(facts.imports):
            if record.is_star and record.module == ORIGINAL:
                self._leave(facts.file, record.start, Topic.NAMES, _STAR)
            for i, alias in enumerate(record.aliases):
                path = self.tree.canonical(f"{record.module}.{alias.name}" if record.module else alias.name)
                is_ours = path.startswith(f"{ORIGINAL}.") and path[len(ORIGINAL) + 1 :] in NAMES
                if is_ours and not self.imports[facts.file].used[number, i]:
                    reason = f"imports {alias.local} and does not use it; other files may take it from here"
                    self._leave(facts.file, alias.start, Topic.NAMES, reason)

    def _value_sites(self) -> None:
        sites = [(facts, site) for facts in self.tree.modules for site in facts.values]
        wrapped: set[CallResult] = set()
        for facts, site in sites:  # what is changed first: a list needs no further list()
            if site.topic is Topic.RESULT and site.what != "is" and self.kinds.may_be(site.value, FlowKind.RESULT):
                wrapped |= self._wrap_creations(facts, site)
        for facts, site in sites:
            reason = self._value_reason(facts, site, wrapped)
            if reason is not None:
                self._leave(facts.file, site.site, site.topic, reason)

    def _wrap_creations(self, facts: ModuleFacts, site: ValueSite) -> set[CallResult]:
        calls = self._certain_calls(site.value)
        if calls is None or self._is_kept(facts.file, site.site, site.topic, is_counted=False):
            return set()
        if any(self._is_frozen(call.file) or self._is_kept_line(call.file, call.start) for call in calls):
            return set()
        for call in calls:
            self._wrap(call.file, call.start, call.end, Topic.RESULT)
        return set(calls)

    def _wrap(self, file: str, start: int, end: int, topic: Topic) -> None:
        edits = {Edit(start, start, "list("), Edit(end, end, ")")}
        if not edits <= self.plan.edits[file]:
            before = self.contents[file][start:end].decode()
            self.plan.edits[file] |= edits
            self.plan.changed.append(Replacement(file, start, topic, before, f"list({before})"))

    def _value_reason(self, facts: ModuleFacts, site: ValueSite, wrapped: Collection[CallResult]) -> str | None:
        """Change what a place needs, or return why it is left; None if it needs nothing."""
        if site.topic is Topic.INTERNALS:
            return self._internal_reason(site)
        if not self.kinds.may_be(site.value, FlowKind.RESULT):
            return None
        calls = self._certain_calls(site.value)
        if calls is not None and site.what != "is" and set(calls) <= set(wrapped):
            return None
        if site.topic is Topic.JSON and calls is not None and not self._is_frozen(facts.file):
            if not self._is_kept(facts.file, site.site, site.topic):
                self._wrap(facts.file, site.start, site.end, site.topic)
            return None
        origin = self._origin(site.value)
        return f"{_VALUE_REASONS[site.topic if site.what != 'is' else None].format(what=site.what)}{origin}"

    def _internal_reason(self, site: ValueSite) -> str | None:
        kinds = self.kinds.kinds(site.value) - {FlowKind.UNKNOWN, FlowKind.OTHER}
        if not kinds or (not site.what.startswith("._") and FlowKind.PREPARED not in kinds):
            return None
        return f"{site.what} of a prepared scene, a system or a result is not part of what both systems have"

    def _certain_calls(self, value: Value, depth: int = 5) -> list[CallResult] | None:
        """Return the calls that a result surely comes from; None if it may come from elsewhere."""
        if isinstance(value, CallResult):
            return [value] if self._is_certain(value) else None
        if not depth or not isinstance(value, LocalName | Member | GlobalName) or self._is_parameter(value):
            return None
        found: list[CallResult] = []
        for source in self.kinds.values_of(value):
            if isinstance(source, FixedKind) and source.kind is FlowKind.OTHER:
                continue
            calls = self._certain_calls(source, depth - 1)
            if calls is None:
                return None
            found += calls
        return found or None

    def _is_certain(self, call: CallResult) -> bool:
        function = call.function
        is_free = "list" not in self.imports[call.file].facts.own_names
        if not is_free or not isinstance(function, Member | GlobalName):
            return False
        owner = function.owner if isinstance(function, Member) else GlobalName(function.path.rpartition(".")[0])
        name = function.name if isinstance(function, Member) else function.path.rpartition(".")[2]
        return name == "resolve" and (self.kinds.is_surely(owner, FlowKind.PREPARED) or self.kinds.is_scene_call(call))

    def _is_parameter(self, value: Value) -> bool:
        if not isinstance(value, LocalName):
            return False
        function = self.tree.functions.get(value.scope)
        return function is not None and value.name in function.parameters

    def _origin(self, value: Value) -> str:
        """Return where a result comes from, as a part of a sentence."""
        seen: set[Value] = set()
        waiting = [value]
        while waiting:
            one = waiting.pop(0)
            if one in seen:
                continue
            seen.add(one)
            if isinstance(one, CallResult) and self.kinds.may_be(one, FlowKind.RESULT):
                return f" (from {one.file}:{self.line_of(one.file, one.start)})"
            if not isinstance(one, CallResult | FixedKind):
                waiting += [
                    source for source in self.kinds.values_of(one) if self.kinds.may_be(source, FlowKind.RESULT)
                ]
        return ""

    def _leave(self, file: str, offset: int, topic: Topic, reason: str) -> None:
        if not self._is_kept(file, offset, topic):
            self.plan.left.append(Place(file, offset, topic, reason))

    def _is_kept(self, file: str, offset: int, topic: Topic, *, is_counted: bool = True) -> bool:
        """Return whether a comment says that a line stays as it is."""
        line = self._line(file, offset)
        found = _COMMENT.search(line)
        if found and is_counted:
            said = line[found.end() :].decode().strip().lstrip("-:—").strip()
            place = Place(file, offset, topic, said or "kept by a comment")
            if place not in self.plan.kept:
                self.plan.kept.append(place)
        return found is not None

    def _is_kept_line(self, file: str, offset: int) -> bool:
        return _COMMENT.search(self._line(file, offset)) is not None

    def _line(self, file: str, offset: int) -> bytes:
        content = self.contents[file]
        start = max(content.rfind(b"\n", 0, offset), content.rfind(b"\r", 0, offset)) + 1
        ends = [end for end in (content.find(b"\n", offset), content.find(b"\r", offset)) if end >= 0]
        return content[start : min(ends, default=len(content))]

    def _is_frozen(self, file: str) -> bool:
        return file in self.frozen

    def _edit(self, file: str, edit: Edit) -> None:
        self.plan.edits[file].add(edit)

    def _changed(self, file: str, use: Use, topic: Topic, after: str) -> None:
        self.plan.changed.append(Replacement(file, use.start, topic, use.text, after))


_NAMED_SYSTEM: Final = (
    "this file also asks for a system by name, and may compare the two; write create_system() or "
    'create_system("original")'
)
_STAR: Final = f"takes every name of the module original; import the names that are used from {PUBLIC}"
_PLAIN_REASONS: Final[Mapping[Topic, str]] = {
    Topic.PICKLES: "built units and prepared scenes in such a file belong to the system that made them",
    Topic.NAMES: "a name in a text is not followed; change it by hand where it means the class",
}
_VALUE_REASONS: Final[Mapping[Topic | None, str]] = {
    Topic.RESULT: "{what} changes what may be a prepared scene's result; make a list of it with list() before",
    Topic.LIST_TEST: "{what} is false for a layout; test for collections.abc.Sequence, which a text is too",
    Topic.JSON: "{what} writes lists, and may be given a prepared scene's result; pass list(…) of it",
    None: "results are compared by is, and the refactored system may return the same one twice; use ==",
}


def _topic_of(name: str, context: UseContext) -> Topic:
    if name in CONSTANTS or not name:
        return Topic.CONSTANTS if name or context is UseContext.PATCH else Topic.NAMES
    if name not in PROTOCOLS:
        return Topic.INTERNALS
    if context in {UseContext.BASE, UseContext.STORE, UseContext.PATCH}:
        return Topic.OWN_UNITS
    if context is UseContext.ANNOTATION:
        return Topic.ANNOTATION
    if context in {UseContext.CLASS_TEST, UseContext.TYPE_COMPARISON}:
        return Topic.CLASS_TEST
    return Topic.SYSTEM if name == SYSTEM else Topic.CALCULATOR


def _class_reason(use: Use, name: str) -> str:
    """Return why the use of a class is left."""
    match use.context:
        case UseContext.BASE:
            return f"a class extends {name}; make it a rule in a registry, which both systems use"
        case UseContext.CLASS_TEST:
            return f"asks for a system of one class; test for the protocol {PROTOCOLS[name]}, or compare its name"
        case UseContext.TYPE_COMPARISON:
            return f"compares a class with {name}; test with isinstance for the protocol {PROTOCOLS[name]}"
        case UseContext.STORE | UseContext.PATCH:
            return f"{name} itself is changed, which the refactored system does not see; make it a rule in a registry"
    instead = f"a function that calls {CREATE}()" if name == SYSTEM else "the build() or prepare() of a system"
    return f"the class {name} is passed on or given another name; pass on {instead}"


def _member_reason(use: Use, name: str, member: str) -> str:
    """Return why the use of a constant, a method or the module itself is left."""
    is_change = use.context in {UseContext.STORE, UseContext.PATCH}
    if not name:
        return "the module original is passed on" + (
            "; what is changed in it has no effect on the other system" * is_change
        )
    if name in CONSTANTS:
        if is_change:
            return f"{name} is changed, which the refactored system does not read; give elements a size and content"
        return f"{name} is read, which only the original system uses; write the number, or give elements a size"
    if name not in NAMES:
        return f"{name} is an internal name of the original system, and may change in any version"
    if is_change:
        return f"{name}.{member} is replaced, which the refactored system does not see; make it a rule in a registry"
    return f"{name}.{member} is used of the class; use it of a system or a unit"


def _two_arguments(arguments: tuple[Argument, ...], first: str, second: str) -> tuple[Argument, Argument] | None:
    """Return two arguments of a call by their names or their order; None if they are others."""
    if len(arguments) != len((first, second)) or any(argument.star for argument in arguments):
        return None
    names = [argument.keyword or name for argument, name in zip(arguments, (first, second), strict=True)]
    if sorted(names) != sorted((first, second)):
        return None
    return arguments[names.index(first)], arguments[names.index(second)]


def _owner(argument: Argument) -> tuple[Value | None, str]:
    """Return the system whose `rng` an argument is, and how it is spelled."""
    text = argument.text.removesuffix(".rng")
    match argument.value:
        case Member(owner, "rng"):
            return owner, text
        case GlobalName(path) if path.endswith(".rng"):
            return GlobalName(path.removesuffix(".rng")), text
    return None, text


def _is_public(name: str) -> bool:
    from unitdocs import units  # noqa: PLC0415 -- only for names of the original module that it imports itself

    return name in units.__all__
