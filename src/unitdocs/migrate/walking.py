"""Walking over a syntax tree, without the nodes of white space, commas and parentheses that no reader needs.

libcst's own visitors make each node again and see every space; one walk here serves all readers of a module.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from typing import Final, Protocol

import libcst as cst

_TRIVIA: Final = ("whitespace", "lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "leading_lines", "comma")
_NO_NODES: Final = frozenset({"header", "footer", "indent", "semicolon", "equal", "dot", "lines_after_decorators"})


class NodeReader(Protocol):
    """Has methods `visit_Name` and `leave_Name` for the kinds of nodes that it reads.

    `visit_...` may return False, so that the walk leaves out what is inside of the node.
    """


class Walk:
    """The nodes of a module in the order of a walk.

    Args:
        module: the root.
    """

    def __init__(self, module: cst.Module) -> None:
        self.nodes: list[cst.CSTNode] = []
        self.ends: list[int] = []
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self._collect(module)

    def _collect(self, module: cst.Module) -> None:
        waiting: list[tuple[cst.CSTNode, int]] = [(module, -1)]
        while waiting:
            node, start = waiting.pop()
            if start >= 0:  # all inside of it is collected
                self.ends[start] = len(self.nodes)
                continue
            waiting.append((node, len(self.nodes)))
            self.nodes.append(node)
            self.ends.append(0)
            inner = list(_children(node))
            for child in inner:
                self.parents[child] = node
            waiting += [(child, -1) for child in reversed(inner)]

    def run(self, reader: NodeReader) -> None:
        """Call the methods of a reader for the nodes that it reads."""
        visits, leaves = _Methods(reader, "visit"), _Methods(reader, "leave")
        open_nodes: list[tuple[int, cst.CSTNode]] = []
        i = 0
        while i < len(self.nodes):
            while open_nodes and open_nodes[-1][0] <= i:
                node = open_nodes.pop()[1]
                leaves.of(node)(node)
            node = self.nodes[i]
            is_entered = visits.of(node)(node) is not False
            if leaves.has(node):
                open_nodes.append((self.ends[i], node))
            i = i + 1 if is_entered else self.ends[i]
        for _, node in reversed(open_nodes):
            leaves.of(node)(node)


class _Methods:
    """The methods of a reader by the kind of node."""

    def __init__(self, reader: NodeReader, prefix: str) -> None:
        self.reader, self.prefix = reader, prefix
        self.found: dict[type, Callable[[cst.CSTNode], object]] = {}

    def of(self, node: cst.CSTNode) -> Callable[[cst.CSTNode], object]:
        kind = type(node)
        if kind not in self.found:
            self.found[kind] = getattr(self.reader, f"{self.prefix}_{kind.__name__}", _ignore)
        return self.found[kind]

    def has(self, node: cst.CSTNode) -> bool:
        return self.of(node) is not _ignore


def _ignore(node: cst.CSTNode) -> None:
    """Do nothing for a kind of node that a reader does not read."""


@cache
def _field_names(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = (field.name for field in fields(kind))
    return tuple(name for name in names if not name.startswith(_TRIVIA) and name not in _NO_NODES)


def _children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for name in _field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, tuple | list):
            yield from (one for one in value if isinstance(one, cst.CSTNode))
