"""Places that matter if a value is what a prepared scene returns: changes, tests for a list, JSON, identity."""

from collections.abc import Iterator

import libcst as cst

from unitdocs.migrate.facts import ModuleFacts, ValueSite
from unitdocs.migrate.names import ModuleNames, dotted
from unitdocs.migrate.surface import FUNCTION_CHANGES, INTERNAL_MEMBERS, JSON_WRITERS, LIST_CHANGES, Topic
from unitdocs.migrate.values import NOTHING, OTHER, UNKNOWN, GlobalName


class ValueSiteReader:
    """Collects such places, whatever the values are: that is known only when the whole tree is read."""

    def __init__(self, names: ModuleNames, facts: ModuleFacts) -> None:
        self.names, self.facts = names, facts

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in LIST_CHANGES:
            self._add(Topic.RESULT, f".{node.func.attr.value}()", node.func.value, node)
        function = self._path(node.func)
        if not node.args:
            return
        first = node.args[0].value
        if function in FUNCTION_CHANGES:
            self._add(Topic.RESULT, f"{function}()", first, node)
        if function in JSON_WRITERS:
            for part in _parts(first):
                self._add(Topic.JSON, f"{function}()", part, node)
        if function == "builtins.isinstance" and len(node.args) > 1 and _names_list(node.args[1].value):
            self._add(Topic.LIST_TEST, "isinstance(…, list)", first, node)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        if isinstance(node.target, cst.Subscript):
            self._add(Topic.RESULT, "an assignment to an item", node.target.value, node)

    def visit_Del(self, node: cst.Del) -> None:
        if isinstance(node.target, cst.Subscript):
            self._add(Topic.RESULT, "del of an item", node.target.value, node)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        if isinstance(node.target, cst.Subscript):
            self._add(Topic.RESULT, "an assignment to an item", node.target.value, node)

    def visit_Comparison(self, node: cst.Comparison) -> None:
        left = node.left
        for one in node.comparisons:
            if isinstance(one.operator, cst.Is | cst.IsNot):
                self._identity(left, one.comparator, node)
            elif isinstance(one.operator, cst.Equal | cst.NotEqual):
                self._type_of(left, one.comparator, node)
            left = one.comparator

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value in INTERNAL_MEMBERS or _is_private(node.attr.value):
            self._add(Topic.INTERNALS, f".{node.attr.value}", node.value, node)

    def _identity(self, left: cst.BaseExpression, right: cst.BaseExpression, node: cst.CSTNode) -> None:
        if self._type_of(left, right, node) or NOTHING in (self.names.value(left), self.names.value(right)):
            return
        for one in (left, right):
            self._add(Topic.RESULT, "is", one, node)

    def _type_of(self, left: cst.BaseExpression, right: cst.BaseExpression, node: cst.CSTNode) -> bool:
        """Add a comparison of a type with list, and return whether it is one."""
        if not _names_list(right):
            return False
        if isinstance(left, cst.Call) and dotted(left.func) == "type" and left.args:
            self._add(Topic.LIST_TEST, "type(…) is list", left.args[0].value, node)
        elif isinstance(left, cst.Attribute) and left.attr.value == "__class__":
            self._add(Topic.LIST_TEST, "__class__ is list", left.value, node)
        return True

    def _path(self, function: cst.BaseExpression) -> str:
        value = self.names.value(function) if dotted(function) else None
        return value.path if isinstance(value, GlobalName) else ""

    def _add(self, topic: Topic, what: str, node: cst.BaseExpression, site: cst.CSTNode) -> None:
        value = self.names.value(node)
        if value not in (OTHER, UNKNOWN, NOTHING):
            place = self.names.span(site)[0]
            self.facts.values.append(ValueSite(topic, what, value, *self.names.span(node), place))


def _parts(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Yield an expression, or the values of a display of it, which JSON writes each."""
    match node:
        case cst.Dict():
            for entry in node.elements:
                yield from _parts(entry.value)
        case cst.List() | cst.Tuple():
            for element in node.elements:
                yield from _parts(element.value)
        case _:
            yield node


def _names_list(node: cst.BaseExpression) -> bool:
    """Return whether a class test names list, alone or with other classes."""
    match node:
        case cst.Name():
            return node.value == "list"
        case cst.Tuple():
            return any(_names_list(one.value) for one in node.elements)
        case cst.BinaryOperation():
            return _names_list(node.left) or _names_list(node.right)
    return False


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")
