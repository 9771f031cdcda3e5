"""How values move through a module: assignments, returned values, arguments."""

import re
from collections.abc import Sequence

import libcst as cst
from libcst import metadata as meta

from unitdocs.migrate.facts import CallFact, ClassFact, FunctionFact, ModuleFacts
from unitdocs.migrate.names import ModuleNames, dotted
from unitdocs.migrate.surface import PUBLIC
from unitdocs.migrate.values import (
    NOTHING,
    OTHER,
    UNKNOWN,
    CallResult,
    FixedKind,
    FlowKind,
    GlobalName,
    LocalName,
    Member,
    Value,
)

_ANNOTATED_RESULT = re.compile(r"\b(List|list|Sequence)\[\W*(\w+\.)*Placed\b")
_ANNOTATED_KINDS = {
    "OriginalSystem": FlowKind.SYSTEM,
    "UnitSystem": FlowKind.SYSTEM,
    "System": FlowKind.SYSTEM,
    "OriginalScene": FlowKind.PREPARED,
    "PreparedScene": FlowKind.PREPARED,
}
_NAME = re.compile(r"[A-Za-z_][\w.]*")


class FlowReader:
    """Collects where values go."""

    def __init__(self, names: ModuleNames, facts: ModuleFacts) -> None:
        self.names, self.facts = names, facts
        self.functions: list[tuple[str, bool, bool]] = []  # key, whether a method, whether a property
        self.classes: list[str] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        scope = self.names.scopes.get(node)
        if scope is None:
            return
        key = f"{self.names.scope_key(scope)}.{node.name.value}"
        is_method = isinstance(scope, meta.ClassScope)
        decorators = {dotted(one.decorator) for one in node.decorators}
        parameters = [*node.params.posonly_params, *node.params.params, *node.params.kwonly_params]
        own = parameters[1:] if is_method and "staticmethod" not in decorators else parameters
        self.facts.functions[key] = FunctionFact(tuple(one.name.value for one in own), is_method)
        for one in own:
            self._annotated(f"l:{key}:{one.name.value}", one.annotation)
            if one.default is not None:
                self._assign(f"l:{key}:{one.name.value}", self.names.value(one.default))
        self._annotated(f"r:{key}", node.returns)
        is_property = any("property" in one for one in decorators)
        self.functions.append((key, is_method, is_property))

    def leave_FunctionDef(self, node: cst.FunctionDef) -> None:
        if self.names.scopes.get(node) is not None:
            self.functions.pop()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        scope = self.names.scopes.get(node)
        key = f"{self.names.scope_key(scope)}.{node.name.value}" if scope is not None else node.name.value
        bases = tuple(self.names.value(base.value) for base in node.bases)
        fields = [
            one.target.value
            for line in node.body.body
            if isinstance(line, cst.SimpleStatementLine)
            for one in line.body
            if isinstance(one, cst.AnnAssign) and isinstance(one.target, cst.Name)
        ]
        self.facts.classes[key] = ClassFact(bases, tuple(fields))
        self.classes.append(key)

    def leave_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: ARG002 -- the name is the visitor's
        self.classes.pop()

    def visit_Return(self, node: cst.Return) -> None:
        if not self.functions or node.value is None:
            return
        key, is_method, is_property = self.functions[-1]
        name = key.rpartition(".")[2]
        value = self.names.value(node.value)
        self._assign(f"r:{key}", value)
        if is_method:
            self._assign(f"a:{name}" if is_property else f"m:{name}", value)

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._store(target.target, node.value)
        self._name_alias(node)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        key = self._key(node.target)
        if key is not None:
            self._annotated(key, node.annotation)
            if node.value is not None and not _is_field(node.value):
                self._assign(key, self.names.value(node.value))

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._store(node.target, node.value)

    def visit_For(self, node: cst.For) -> None:
        self._unknown(node.target)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._unknown(node.target)

    def visit_AsName(self, node: cst.AsName) -> None:
        if not isinstance(self.names.parents.get(node), cst.ImportAlias):
            self._unknown(node.name)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        key = self._key(node.target)
        if key is not None:
            self._assign(key, OTHER)

    def visit_Call(self, node: cst.Call) -> None:
        positional = [self.names.value(arg.value) if not arg.star else UNKNOWN for arg in node.args if not arg.keyword]
        keywords = [(arg.keyword.value, self.names.value(arg.value)) for arg in node.args if arg.keyword]
        if positional or keywords:
            self.facts.calls.append(CallFact(self.names.value(node.func), tuple(positional), tuple(keywords)))

    def _name_alias(self, node: cst.Assign) -> None:
        """Keep a name of the module that is another name."""
        target = node.targets[0].target
        if not isinstance(target, cst.Name) or not isinstance(self.names.scopes.get(node), meta.GlobalScope):
            return
        value = self.names.value(node.value) if dotted(node.value) else None
        if isinstance(value, GlobalName):
            self.facts.aliases[target.value] = value.path

    def _store(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        if isinstance(target, cst.Tuple | cst.List):
            values = _elements(value)
            for i, element in enumerate(target.elements):
                if values is not None and len(values) == len(target.elements):
                    self._store(element.value, values[i])
                else:
                    self._unknown(element.value)
            return
        key = self._key(target)
        if key is not None:
            self._assign(key, self.names.value(value))

    def _unknown(self, target: cst.CSTNode) -> None:
        match target:
            case cst.Tuple() | cst.List():
                for element in target.elements:
                    self._unknown(element.value)
            case cst.Name() | cst.Attribute():
                key = self._key(target)
                if key is not None:
                    self._assign(key, UNKNOWN)

    def _key(self, target: cst.BaseExpression) -> str | None:
        if isinstance(target, cst.Attribute):
            value = self.names.value(target)
            return key_of(value)
        if isinstance(target, cst.Name):
            return key_of(self.names.value(target))
        return None

    def _annotated(self, key: str, annotation: cst.Annotation | None) -> None:
        if annotation is None:
            return
        text = cst.Module([]).code_for_node(annotation.annotation)
        if _ANNOTATED_RESULT.search(text):
            self._assign(key, FixedKind(FlowKind.RESULT))
        for name in _NAME.findall(text):
            first, _, rest = name.partition(".")
            found = self.names.paths(first, annotation)
            for path in found.paths if found else ():
                if path.startswith(PUBLIC.partition(".")[0]):
                    kind = _ANNOTATED_KINDS.get((rest or path).rpartition(".")[2])
                    if kind is not None:
                        self._assign(key, FixedKind(kind))

    def _assign(self, key: str, value: Value) -> None:
        if value != NOTHING:
            self.facts.assignments.append((key, value))


def key_of(value: Value) -> str | None:
    """Return the key under which the values of a variable or an attribute are collected."""
    match value:
        case GlobalName():
            return f"g:{value.path}"
        case LocalName():
            return f"l:{value.scope}:{value.name}"
        case Member():
            return f"a:{value.name}"
        case CallResult():
            return None
    return None


def _is_field(value: cst.BaseExpression) -> bool:
    """Return whether a value describes a field of a dataclass, whose annotation says what it holds."""
    return isinstance(value, cst.Call) and dotted(value.func).rpartition(".")[2] in {"field", "Field", "ib", "attrib"}


def _elements(value: cst.BaseExpression) -> Sequence[cst.BaseExpression] | None:
    if isinstance(value, cst.Tuple | cst.List) and not any(
        isinstance(one, cst.StarredElement) for one in value.elements
    ):
        return [one.value for one in value.elements]
    return None
