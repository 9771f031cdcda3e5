"""Uses of imported names: what is called, extended, tested for, patched, annotated or passed on."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import libcst as cst

from unitdocs.migrate.facts import Argument, ModuleFacts, PlainSite, Use, UseContext
from unitdocs.migrate.names import ModuleNames, dotted, root
from unitdocs.migrate.surface import NAMES, PICKLERS, Topic

_NAMED: Final = re.compile(
    rf"unitdocs\.units\.original(?:[.:]\w+)*|(?:\w+[.:])*(?:{'|'.join(sorted(NAMES))})(?:\.\w+)*"
)
_DOTTED: Final = re.compile(r"[A-Za-z_][\w.]*")
_SETTERS: Final = frozenset({"setattr", "delattr", "vars", "object", "dict"})


class UseReader:
    """Collects the uses of names that imports bind, pickles, and names in texts.

    Args:
        names: the names of the module.
        facts: where uses are added.
        numbers: the import statements by their number.
        content: the source as UTF-8.
    """

    def __init__(
        self, names: ModuleNames, facts: ModuleFacts, numbers: Mapping[cst.CSTNode, int], content: bytes
    ) -> None:
        self.names, self.facts, self.numbers, self.content = names, facts, numbers, content
        self.classes: list[str] = []

    def visit_Import(self, node: cst.Import) -> bool:  # noqa: ARG002 -- the name is the visitor's
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:  # noqa: ARG002 -- the same
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        scope = self.names.scopes.get(node)
        key = self.names.scope_key(scope) if scope is not None else self.names.module
        self.classes.append(f"{key}.{node.name.value}")

    def leave_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: ARG002 -- the same
        self.classes.pop()

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        if dotted(node):
            self._add(node)
            return False
        return True

    def visit_Name(self, node: cst.Name) -> None:
        parent = self.names.parents.get(node)
        is_label = (
            (isinstance(parent, cst.Arg) and parent.keyword is node)
            or (isinstance(parent, cst.Attribute) and parent.attr is node)
            or (isinstance(parent, cst.Param | cst.FunctionDef | cst.ClassDef) and parent.name is node)
            or isinstance(parent, cst.NameItem | cst.MatchAs | cst.MatchKeywordElement)
        )
        if not is_label and not _is_target(parent, node):
            self._add(node)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        around = list(self.names.ancestors(node))
        if any(isinstance(one, cst.Annotation) for one in around):
            self._add_annotation(node)
            return
        value = node.evaluated_value
        text = value if isinstance(value, str) else value.decode("latin-1")
        if self._is_exported(around):
            self.facts.exported.add(text)
            return
        if isinstance(around[0], cst.Expr):
            return
        if _NAMED.fullmatch(text.strip()):
            self._plain(Topic.NAMES, f"the text {text.strip()!r} names it", node)

    def _is_exported(self, around: Sequence[cst.CSTNode]) -> bool:
        """Return whether a text is an entry of `__all__`, which the name that it exports is reported for."""
        assigned = [one for one in around if isinstance(one, cst.Assign | cst.AnnAssign | cst.AugAssign)]
        targets = [one.targets[0].target if isinstance(one, cst.Assign) else one.target for one in assigned]
        return any(dotted(target) == "__all__" for target in targets)

    def _add(self, node: cst.Name | cst.Attribute) -> None:
        first = root(node)
        found = self.names.paths(first.value, first) if first is not None else None
        if found is None:
            return
        text = dotted(node)
        rest = text[len(text.partition(".")[0]) :]
        paths = tuple(path + rest for path in found.paths)
        self._pickle(node, paths)
        context, arguments = self._context(node)
        bindings = self._bindings(found.bindings)
        self.facts.uses.append(
            Use(
                paths,
                text,
                *self.names.span(node),
                context,
                bindings,
                arguments,
                self.classes[-1] if self.classes else "",
            )
        )

    def _bindings(self, bound: Sequence[tuple[cst.CSTNode, str]]) -> tuple[tuple[int, int], ...]:
        if not bound:
            stars = [(i, 0) for i, record in enumerate(self.facts.imports) if record.is_star]
            return tuple(stars[-1:])
        numbers = [(self.numbers[node], name) for node, name in bound if node in self.numbers]
        return tuple(
            (number, i)
            for number, name in numbers
            for i, alias in enumerate(self.facts.imports[number].aliases)
            if alias.local == name
        )

    def _context(self, node: cst.Name | cst.Attribute) -> tuple[UseContext, tuple[Argument, ...]]:
        around = list(self.names.ancestors(node))
        parent = around[0]
        if isinstance(parent, cst.Call):
            return UseContext.CALL, tuple(map(self._argument, parent.args))
        if _is_target(parent, node) or isinstance(parent, cst.Del):
            return UseContext.STORE, ()
        if isinstance(parent, cst.Arg):
            return self._argument_context(parent, around), ()
        if isinstance(parent, cst.MatchClass) and parent.cls is node and not parent.patterns:
            return UseContext.CLASS_TEST, ()
        if isinstance(parent, cst.ComparisonTarget | cst.Comparison):
            return UseContext.TYPE_COMPARISON, ()
        if any(isinstance(one, cst.Annotation) for one in around):
            return UseContext.ANNOTATION, ()
        return self._nested_context(around), ()

    def _argument_context(self, argument: cst.Arg, around: Sequence[cst.CSTNode]) -> UseContext:
        owner = around[1]
        if isinstance(owner, cst.ClassDef):
            return UseContext.BASE if argument.keyword is None else UseContext.VALUE
        function = dotted(owner.func) if isinstance(owner, cst.Call) else ""
        if isinstance(owner, cst.Call) and owner.args and owner.args[0] is not argument and function == "isinstance":
            return UseContext.CLASS_TEST
        if argument.keyword is not None and argument.keyword.value == "default_factory":
            return UseContext.FACTORY
        name = function.rpartition(".")[2]
        return UseContext.PATCH if name in _SETTERS or function.endswith("monkeypatch.delattr") else UseContext.VALUE

    def _nested_context(self, around: Sequence[cst.CSTNode]) -> UseContext:
        """Return the context of a class in a tuple or a union, which may be a test for several classes."""
        for i, node in enumerate(around):
            if isinstance(node, cst.Element | cst.Tuple | cst.BinaryOperation):
                continue
            is_test = isinstance(node, cst.Arg) and isinstance(around[i + 1], cst.Call) and i > 0
            return (
                self._argument_context(node, around[i:]) if is_test and isinstance(node, cst.Arg) else UseContext.VALUE
            )
        return UseContext.VALUE

    def _argument(self, argument: cst.Arg) -> Argument:
        start, end = self.names.span(argument.value)
        left, right = getattr(argument.value, "lpar", ()), getattr(argument.value, "rpar", ())
        if left and right:
            start, end = self.names.span(left[0])[0], self.names.span(right[-1])[1]
        comma = argument.comma if isinstance(argument.comma, cst.Comma) else None
        return Argument(
            argument.keyword.value if argument.keyword is not None else None,
            argument.star,
            self.content[start:end].decode(),
            self.names.value(argument.value),
            self.names.span(argument.keyword)[0] if argument.keyword is not None else start,
            end,
            self.names.span(comma)[0] if comma is not None else None,
            isinstance(argument.value, cst.NamedExpr | cst.GeneratorExp) and not left,
        )

    def _add_annotation(self, node: cst.SimpleString) -> None:
        """Add the names in an annotation that is written as text."""
        if node.prefix or "\\" in node.raw_value or {"'", '"'} & set(node.raw_value):
            return
        start = self.names.span(node)[0] + len(node.quote)
        for match in _DOTTED.finditer(node.raw_value):
            first, dot, rest = match[0].partition(".")
            found = self.names.paths(first, node)
            if found is None:
                continue
            begin = start + len(node.raw_value[: match.start()].encode())
            paths = tuple(path + dot + rest for path in found.paths)
            bindings = self._bindings(found.bindings)
            end = begin + len(match[0].encode())
            self.facts.uses.append(Use(paths, match[0], begin, end, UseContext.ANNOTATION, bindings, is_text=True))

    def _pickle(self, node: cst.CSTNode, paths: Sequence[str]) -> None:
        if PICKLERS.intersection(paths) and isinstance(self.names.parents.get(node), cst.Call):
            self._plain(Topic.PICKLES, f"calls {paths[0]}", node)

    def _plain(self, topic: Topic, what: str, node: cst.CSTNode) -> None:
        self.facts.plain.append(PlainSite(topic, what, *self.names.span(node)))


def _is_target(parent: cst.CSTNode | None, node: cst.CSTNode) -> bool:
    """Return whether a name is assigned to."""
    return isinstance(parent, cst.AssignTarget) or (
        isinstance(parent, cst.AnnAssign | cst.AugAssign | cst.For | cst.CompFor | cst.NamedExpr)
        and parent.target is node
    )
