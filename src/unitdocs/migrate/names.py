"""What the names in a module mean: dotted paths of imports, names of the module, local names."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import libcst as cst
from libcst import metadata as meta

from unitdocs.migrate.values import (
    NOTHING,
    OTHER,
    UNKNOWN,
    CallResult,
    Either,
    GlobalName,
    LocalName,
    Member,
    Value,
)


class Paths(NamedTuple):
    """What a name with imports may mean.

    Args:
        paths: the dotted paths.
        bindings: the import statements that bind it, with the name that each binds.
    """

    paths: tuple[str, ...]
    bindings: tuple[tuple[cst.CSTNode, str], ...]


class ModuleNames:
    """The names of one parsed module.

    Args:
        wrapper: the module, with its metadata.
        parents: the node around each node.
        file: its path in the tree.
        module: its dotted name.
        is_package: whether it is an `__init__` file, which relative imports begin at.
    """

    def __init__(
        self,
        wrapper: meta.MetadataWrapper,
        parents: Mapping[cst.CSTNode, cst.CSTNode],
        file: str,
        module: str,
        *,
        is_package: bool,
    ) -> None:
        self.file, self.module = file, module
        self.package = module if is_package else module.rpartition(".")[0]
        self.scopes = wrapper.resolve(meta.ScopeProvider)
        self.spans = wrapper.resolve(meta.ByteSpanPositionProvider)
        self.parents = parents
        self.has_stars = False

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Return where a node begins and ends, without parentheses around it."""
        found = self.spans[node]
        return found.start, found.start + found.length

    def absolute(self, statement: cst.ImportFrom) -> str | None:
        """Return the absolute module of an import statement; None if it leads out of the package."""
        named = dotted(statement.module) if statement.module is not None else ""
        level = len(statement.relative)
        if not level:
            return named
        parts = self.package.split(".") if self.package else []
        if level - 1 > len(parts):
            return None
        base = parts[: len(parts) - level + 1]
        return ".".join([*base, *([named] if named else [])])

    def paths(self, name: str, at: cst.CSTNode) -> Paths | None:
        """Return what a name means at a place, if an import may bind it; None for any other name."""
        scope = self.scopes.get(at)
        if scope is None:
            return None
        assignments = scope[name]
        if not assignments:
            return Paths((f"{self.module}.{name}",), ()) if self.has_stars else None
        imported = [one for one in assignments if isinstance(one, meta.ImportAssignment)]
        if not imported:
            return None
        paths = {self._path(one, name) for one in imported} - {""}
        if len(imported) < len(assignments):
            paths.add(f"{self.module}.{name} as assigned")
        return Paths(tuple(sorted(paths)), tuple((one.node, name) for one in imported))

    def _path(self, assignment: meta.ImportAssignment, name: str) -> str:
        statement = assignment.node
        if isinstance(statement, cst.ImportFrom):
            module = self.absolute(statement)
            if module is None or isinstance(statement.names, cst.ImportStar):
                return ""
            found = [alias for alias in statement.names if local_name(alias) == name]
            return f"{module}.{dotted(found[0].name)}" if found else ""
        if not isinstance(statement, cst.Import):
            return ""
        for alias in statement.names:
            if local_name(alias) == name:
                return dotted(alias.name) if alias.asname is not None else name
        return ""

    def value(self, node: cst.BaseExpression) -> Value:
        """Return where the value of an expression comes from."""
        match node:
            case cst.Name():
                return self._named(node)
            case cst.Attribute():
                return self._attribute(node)
            case cst.Call():
                return self._call(node)
            case cst.IfExp():
                return Either((self.value(node.body), self.value(node.orelse)))
            case cst.BooleanOperation():
                return Either((self.value(node.left), self.value(node.right)))
            case cst.NamedExpr():
                return self.value(node.value)
            case cst.Await():
                return self.value(node.expression)
            case cst.Subscript():
                return OTHER if any(isinstance(one.slice, cst.Slice) for one in node.slice) else UNKNOWN
        return OTHER

    def _named(self, node: cst.Name) -> Value:
        if node.value == "None":
            return NOTHING
        found = self.paths(node.value, node)
        if found is not None:
            return Either(tuple(map(GlobalName, found.paths))) if len(found.paths) > 1 else _only(found.paths)
        scope = self.scopes.get(node)
        assignments = scope[node.value] if scope is not None else set()
        owners = {assignment.scope for assignment in assignments}
        if len(owners) != 1:
            return UNKNOWN
        return self.variable(node.value, owners.pop())

    def variable(self, name: str, scope: meta.Scope) -> Value:
        """Return a name as a variable of a scope."""
        match scope:
            case meta.BuiltinScope():
                return GlobalName(f"builtins.{name}")
            case meta.GlobalScope():
                return GlobalName(f"{self.module}.{name}")
            case meta.ClassScope():
                return Member(UNKNOWN, name)
        return LocalName(self.scope_key(scope), name)

    def scope_key(self, scope: meta.Scope) -> str:
        """Return the key of a function's scope: the dotted name of the function."""
        parts: list[str] = []
        while not isinstance(scope, meta.GlobalScope | meta.BuiltinScope):
            parts.append(getattr(scope, "name", None) or f"<{id(scope)}>")
            scope = scope.parent
        return ".".join([self.module, *reversed(parts)])

    def _attribute(self, node: cst.Attribute) -> Value:
        owner = self.value(node.value)
        if isinstance(owner, GlobalName):
            return GlobalName(f"{owner.path}.{node.attr.value}")
        return Member(owner, node.attr.value)

    def _call(self, node: cst.Call) -> Value:
        keywords = frozenset(arg.keyword.value for arg in node.args if arg.keyword is not None)
        positional = sum(arg.keyword is None for arg in node.args)
        return CallResult(self.value(node.func), self.file, *self.span(node), keywords, positional)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield the nodes around a node, the nearest first."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)


def _only(paths: Sequence[str]) -> Value:
    return GlobalName(paths[0]) if paths else UNKNOWN


def dotted(node: cst.CSTNode | None) -> str:
    """Return a chain of names as it is spelled, such as `a.b`; nothing for any other expression."""
    match node:
        case cst.Name():
            return node.value
        case cst.Attribute():
            owner = dotted(node.value)
            return f"{owner}.{node.attr.value}" if owner else ""
    return ""


def root(node: cst.CSTNode) -> cst.Name | None:
    """Return the first name of a chain of names."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return node if isinstance(node, cst.Name) else None


def local_name(alias: cst.ImportAlias) -> str:
    """Return the name that an import binds."""
    if alias.asname is not None:
        return dotted(alias.asname.name)
    return dotted(alias.name).partition(".")[0] if isinstance(alias.name, cst.Attribute) else dotted(alias.name)
