"""Every error message of a project, found in its source, so that an index of them cannot lack one.

A message is the text of a raised exception, of a call that ends a program with a sentence, or an item of a list of
problems. Where the text comes from a variable or a function, its literals are looked up there. Text that only puts a
place before the problems of another message is left out.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, get_args

_SAYING: Final = frozenset({"fail", "_fail", "error", "exit", "fault", "_fault", "Fault"})
"""Names of functions that end a program with a sentence, or keep it as the reason of a fault."""
_PROBLEMS: Final = re.compile(r"problems$|^wrong$")
"""Names of lists of problems, and of functions that return one."""
VARYING: Final = re.compile(r"<[^<>]*>")
"""A part of a message that varies."""
_SEVERAL: Final = re.compile(f"(?:{VARYING.pattern})+({VARYING.pattern})")
_WORD: Final = re.compile(r"\S*[A-Za-z]{2}\S*")
_PASSING_ON: Final = frozenset({"map", "tuple", "list", "fromkeys", "join"})
"""Names of functions of Python that return the text that they are given."""
_FEWEST_WORDS: Final = 2
_DEEPEST: Final = 4
"""Functions between an exception and the literal of its text."""


class Varying(NamedTuple):
    """A part of a message that varies.

    Args:
        name: what it is, in words; empty if the code has no name for it.
    """

    name: str


MessageText = tuple[str | Varying, ...]


@dataclass(frozen=True, order=True)
class ErrorMessage:
    """An error message.

    Args:
        text: what it says; a part that varies is in angle brackets.
        module: the module that says it, or the script.
    """

    text: str
    module: str

    def matches(self, message: str) -> bool:
        """Return whether a message that somebody saw, or a part of it, is this one."""
        return re.search(".*?".join(map(re.escape, VARYING.split(self.text))), message, re.DOTALL) is not None


def error_messages(project: Path) -> list[ErrorMessage]:
    """Return the messages of the packages below `src` and of the scripts, by text."""
    sources = {module: _nodes(ast.parse(path.read_text(encoding="utf-8"))) for module, path in _modules(project)}
    everywhere = _unique_functions(sources.values())
    found = {
        ErrorMessage(_joined(text), module)
        for module, nodes in sources.items()
        for text in _ModuleReader(nodes, everywhere).messages()
    }
    return sorted(found)


def _modules(project: Path) -> Iterator[tuple[str, Path]]:
    """Yield the modules and scripts of a project, with the name that readers know them by."""
    for path in sorted((project / "src").rglob("*.py")):
        parts = path.relative_to(project / "src").with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), path
    for path in sorted((project / "scripts").rglob("*.py")):
        yield path.relative_to(project).as_posix(), path


def _joined(text: MessageText) -> str:
    joined = "".join(f"<{part.name or '…'}>" if isinstance(part, Varying) else part for part in text)
    return _SEVERAL.sub(r"\1", " ".join(joined.split()))


_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Nodes = Sequence[tuple[ast.AST, _Function | None]]
"""A module, and those of its nodes that may say something, each with the innermost function that it is in."""
_SPEAKERS: Final = (ast.Module, ast.Raise, ast.Call, ast.AugAssign, *get_args(_Function))


def _nodes(tree: ast.Module) -> _Nodes:
    found: list[tuple[ast.AST, _Function | None]] = []
    left: list[tuple[ast.AST, _Function | None]] = [(tree, None)]
    while left:
        node, scope = left.pop()
        if isinstance(node, _SPEAKERS):
            found.append((node, scope))
        inner = node if isinstance(node, _Function) else scope
        left += [(child, inner) for child in ast.iter_child_nodes(node)]
    return found


def _functions(nodes: _Nodes) -> Iterator[_Function]:
    return (node for node, _ in nodes if isinstance(node, _Function))


def _unique_functions(modules: Iterable[_Nodes]) -> Mapping[str, _Function]:
    """Return the functions whose names no other function of the project has."""
    named: dict[str, list[_Function]] = {}
    for nodes in modules:
        for function in _functions(nodes):
            named.setdefault(function.name, []).append(function)
    return {name: functions[0] for name, functions in named.items() if len(functions) == 1}


class _ModuleReader:
    """The messages of one module."""

    def __init__(self, nodes: _Nodes, everywhere: Mapping[str, _Function]) -> None:
        self._nodes = nodes
        self._functions = {**everywhere, **{function.name: function for function in _functions(nodes)}}
        self._constants = dict(_constants(nodes[0][0]))

    def messages(self) -> Iterator[MessageText]:
        """Yield the texts of all messages."""
        for node, scope in self._nodes:
            for said in _spoken(node):
                yield from filter(_says_something, self._texts(said, scope, 0))

    def _texts(self, node: ast.expr, scope: _Function | None, depth: int) -> Iterator[MessageText]:
        """Yield each text that an expression may have."""
        match node:
            case ast.Constant(value=str(text)):
                yield (text,)
            case ast.JoinedStr():
                yield from self._formatted(node)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                rest = list(self._texts(right, scope, depth))
                yield from ((*one, *other) for one in self._texts(left, scope, depth) for other in rest)
            case ast.IfExp(body=one, orelse=other):
                yield from self._each([one, other], scope, depth)
            case ast.BoolOp(values=inner) | ast.List(elts=inner) | ast.Tuple(elts=inner):
                yield from self._each(inner, scope, depth)
            case ast.Starred(value=inner) | ast.NamedExpr(value=inner):
                yield from self._texts(inner, scope, depth)
            case ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner):
                yield from self._texts(inner, scope, depth)
            case ast.Name(id=name) if scope is not None and depth < _DEEPEST:
                yield from self._each(_assigned(name, scope), scope, depth + 1)
            case ast.Call(func=called, args=inner) if depth < _DEEPEST:
                yield from self._returned(called, inner, scope, depth + 1)

    def _each(self, nodes: Iterable[ast.expr], scope: _Function | None, depth: int) -> Iterator[MessageText]:
        for node in nodes:
            yield from self._texts(node, scope, depth)

    def _returned(
        self, called: ast.expr, arguments: Sequence[ast.expr], scope: _Function | None, depth: int
    ) -> Iterator[MessageText]:
        """Yield the texts that a function of the project returns; of another, those that it is given."""
        function = self._functions.get(_name_of(called))
        if function is None:
            yield from self._each(arguments if _name_of(called) in _PASSING_ON else (), scope, depth)
            return
        for node in ast.walk(function):
            if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) and node.value is not None:
                yield from self._texts(node.value, function, depth)

    def _formatted(self, node: ast.JoinedStr) -> Iterator[MessageText]:
        parts: list[str | Varying] = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                constant = self._constants.get(_name_of(part.value))
                parts.append(Varying(_in_words(part.value)) if constant is None else constant)
            elif isinstance(part, ast.Constant):
                parts.append(str(part.value))
        yield tuple(parts)


def _spoken(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions of a node that are error messages; none for most nodes."""
    match node:
        case ast.Raise(exc=ast.Call(args=arguments)):
            yield from arguments
        case ast.Call(func=called, args=arguments) if _name_of(called).endswith("Error") or _name_of(called) in _SAYING:
            yield from arguments
        case ast.Call(func=ast.Attribute(value=owner, attr="append"), args=arguments) if _is_problems(owner):
            yield from arguments
        case ast.AugAssign(target=target, value=value) if _is_problems(target):
            yield value
        case ast.Call(func=called, args=arguments, keywords=keywords) if _to_standard_error(called, keywords):
            yield from (argument for argument in arguments if "unitdocs: " in ast.unparse(argument))
        case ast.FunctionDef(name=name) if _PROBLEMS.search(name):
            inner = (one for one in ast.walk(node) if isinstance(one, ast.Return | ast.Yield))
            yield from (one.value for one in inner if one.value is not None)


def _is_problems(node: ast.expr) -> bool:
    return _PROBLEMS.search(_name_of(node)) is not None


def _to_standard_error(called: ast.expr, keywords: Sequence[ast.keyword]) -> bool:
    return _name_of(called) in {"print", "echo"} and any(keyword.arg in {"file", "err"} for keyword in keywords)


def _assigned(name: str, scope: _Function) -> Iterator[ast.expr]:
    """Yield what a function assigns to a name."""
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=targets, value=value) if any(_name_of(target) == name for target in targets):
                yield value
            case ast.NamedExpr(target=target, value=value) if target.id == name:
                yield value


def _constants(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the texts that a module gives names to, outside of classes and functions."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text))):
                yield name, text


def _name_of(node: ast.expr) -> str:
    """Return the last part of a dotted name; empty for other expressions."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _in_words(node: ast.expr) -> str:
    """Return what an expression of a formatted text is, as far as its name says it."""
    name = _name_of(node).strip("_")
    return name.replace("_", " ") if name.islower() else ""


def _says_something(text: MessageText) -> bool:
    """Return whether a text is more than a place before another message."""
    literals = [part for part in text if isinstance(part, str)]
    ends_in_words = isinstance(text[-1], str) and _WORD.search(text[-1]) is not None
    return ends_in_words or len(_WORD.findall(" ".join(literals))) >= _FEWEST_WORDS
