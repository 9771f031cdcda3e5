"""Reading a module: from its text to the facts that the scan keeps."""

from typing import TYPE_CHECKING

import libcst as cst
from libcst import metadata as meta

from unitdocs.migrate.facts import Alias, ImportRecord, ModuleFacts
from unitdocs.migrate.flows import FlowReader
from unitdocs.migrate.name_uses import UseReader
from unitdocs.migrate.names import ModuleNames, dotted, local_name
from unitdocs.migrate.value_sites import ValueSiteReader
from unitdocs.migrate.walking import NodeReader, Walk

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_module(text: str, file: str, module: str, *, is_package: bool) -> ModuleFacts:
    """Return the facts of a module.

    Args:
        text: its source.
        file: its path in the tree, for messages.
        module: its dotted name.
        is_package: whether it is an `__init__` file.

    Raises:
        libcst.ParserSyntaxError: the text is no Python that can be parsed.
        ValueError: the text would not be the same after parsing.
    """
    tree = cst.parse_module(text)
    if tree.code != text:
        raise ValueError("its text would not stay as it is")
    wrapper = meta.MetadataWrapper(tree, unsafe_skip_copy=True)
    walk = Walk(tree)
    names = ModuleNames(wrapper, walk.parents, file, module, is_package=is_package)
    facts = ModuleFacts(file, module, is_package)
    imports = _ImportReader(names, facts, tree)
    walk.run(imports)
    names.has_stars = bool(facts.stars)
    readers: tuple[NodeReader, ...] = (
        FlowReader(names, facts),
        UseReader(names, facts, imports.numbers, text.encode()),
        ValueSiteReader(names, facts),
    )
    for reader in readers:
        walk.run(reader)
    _count_bindings(names, facts)
    return facts


class _ImportReader:
    """Collects import statements."""

    def __init__(self, names: ModuleNames, facts: ModuleFacts, tree: cst.Module) -> None:
        self.names, self.facts, self.tree = names, facts, tree
        self.numbers: dict[cst.CSTNode, int] = {}

    def visit_Import(self, node: cst.Import) -> None:
        self._add(node, None, node.names, (0, 0))

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        module = self.names.absolute(node)
        span = self.names.span(node.module) if node.module is not None else (0, 0)
        self._add(node, module or "", () if isinstance(node.names, cst.ImportStar) else node.names, span)

    def _add(
        self,
        node: cst.Import | cst.ImportFrom,
        module: str | None,
        aliases: "Sequence[cst.ImportAlias]",
        module_span: tuple[int, int],
    ) -> None:
        self.numbers[node] = len(self.facts.imports)
        line = self.names.parents[node]
        block = self.names.parents.get(line)
        is_alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
        body = getattr(block, "body", ())
        record = ImportRecord(
            module,
            tuple(self._alias(node, alias) for alias in aliases),
            isinstance(node, cst.ImportFrom) and isinstance(node.names, cst.ImportStar),
            *self.names.span(node),
            *module_span,
            self._indentation(line) if is_alone else None,
            is_alone and isinstance(block, cst.Module),
            len(body) == 1,
            isinstance(line, cst.SimpleStatementLine) and line.trailing_whitespace.comment is not None,
        )
        self.facts.imports.append(record)
        self._bind(node, record)

    def _alias(self, statement: cst.CSTNode, alias: cst.ImportAlias) -> Alias:
        name, local = dotted(alias.name), local_name(alias)
        scope = self.names.scopes.get(statement)
        owned = scope[local] if scope is not None else set()
        references = sum(len(one.references) for one in owned if getattr(one, "node", None) is statement)
        start, end = self.names.span(alias.name)
        if alias.asname is not None:
            end = self.names.span(alias.asname.name)[1]
        return Alias(name, local, alias.asname is not None, start, end, references)

    def _indentation(self, line: cst.CSTNode) -> str:
        blocks = [
            self.tree.default_indent if block.indent is None else block.indent
            for block in self.names.ancestors(line)
            if isinstance(block, cst.IndentedBlock)
        ]
        return "".join(reversed(blocks))

    def _bind(self, node: cst.CSTNode, record: ImportRecord) -> None:
        if not isinstance(self.names.scopes.get(node), meta.GlobalScope):
            return
        for alias in record.aliases:
            found = self.names.paths(alias.local, node)
            self.facts.bindings.setdefault(alias.local, set()).update(found.paths if found else ())


def _count_bindings(names: ModuleNames, facts: ModuleFacts) -> None:
    """Keep every name that the module binds by anything but an import."""
    for scope in {scope for scope in names.scopes.values() if scope is not None}:
        for assignment in scope.assignments:
            if not isinstance(assignment, meta.ImportAssignment | meta.BuiltinAssignment):
                facts.own_names.add(assignment.name)
                if isinstance(scope, meta.GlobalScope):
                    facts.own_globals.add(assignment.name)
