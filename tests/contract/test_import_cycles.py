"""No module of unitdocs imports itself through others, at whatever place in a module the import is."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src"
Graph = Mapping[str, set[str]]


def modules_of(folder: Path, package: str) -> dict[str, Path]:
    """Return the modules of a package by their dotted names; a package has the name of its folder."""
    return {
        ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((folder / package).rglob("*.py"))
    }


def import_graph(modules: Mapping[str, Path]) -> Graph:
    """Return for each module the modules that it imports: at the top, in functions and under `TYPE_CHECKING`."""
    return {name: set(imports_of(name, path, modules)) for name, path in modules.items()}


def imports_of(module: str, path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    """Yield the modules that one module imports.

    `from package import name` imports the submodule of that name if there is one, else the package itself.
    """
    parents = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            source = absolute_name(node, parents)
            targets = {f"{source}.{alias.name}" for alias in node.names}
            yield from targets & modules.keys()
            if source in modules and (targets - modules.keys()):
                yield source


def absolute_name(node: ast.ImportFrom, package: str) -> str:
    """Return the name of the module that names are imported from, in a module of this package."""
    if not node.level:
        return node.module or ""
    base = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def cycles_in(graph: Graph) -> list[list[str]]:
    """Return one shortest cycle through each group of modules that import one another, from its first module on."""
    cycles: list[list[str]] = []
    for module in sorted(graph):
        cycle = shortest_cycle(module, graph)
        if cycle is not None and not any(set(cycle) & set(other) for other in cycles):
            cycles.append(cycle)
    return cycles


def shortest_cycle(start: str, graph: Graph) -> list[str] | None:
    """Return the shortest way from a module back to itself; None if there is none."""
    ways = [[start]]
    visited: set[str] = set()
    while ways:
        way = ways.pop(0)
        for following in sorted(graph[way[-1]]):
            if following == start:
                return [*way, start]
            if following not in visited:
                visited.add(following)
                ways.append([*way, following])
    return None


def test_no_module_imports_itself_through_others() -> None:
    cycles = cycles_in(import_graph(modules_of(SOURCES, "unitdocs")))
    assert not cycles, "import cycles:\n" + "\n".join(" -> ".join(cycle) for cycle in cycles)


# The check itself, on trees that are made up.


def graph_of(folder: Path, sources: Mapping[str, str]) -> Graph:
    """Write the modules of a package `p`, by their paths in it, and return their imports."""
    for name, text in sources.items():
        path = folder / "p" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return import_graph(modules_of(folder, "p"))


@pytest.mark.parametrize(
    "back",
    [
        "import p.a",
        "from p import a",
        "from p.a import f",
        "from . import a",
        "from .a import f",
        "def g():\n    from p.a import f",
        "class C:\n    import p.a as it",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.a import f",
        "try:\n    import p.a\nexcept ImportError:\n    pass",
    ],
)
def test_a_cycle_is_found_however_its_imports_are_written(tmp_path: Path, back: str) -> None:
    graph = graph_of(tmp_path, {"__init__": "", "a": "from p.b import g", "b": back})
    assert cycles_in(graph) == [["p.a", "p.b", "p.a"]]


def test_a_cycle_is_shown_with_all_modules_on_its_way(tmp_path: Path) -> None:
    sources = {"a": "from p.inner.b import f", "inner/b": "from ..c import f", "c": "import p.d", "d": "import p.a"}
    graph = graph_of(tmp_path, {**sources, "e": "import p.a"})
    assert cycles_in(graph) == [["p.a", "p.inner.b", "p.c", "p.d", "p.a"]]


def test_every_cycle_is_found(tmp_path: Path) -> None:
    sources = {"a": "import p.b", "b": "import p.a", "c": "import p.d", "d": "import p.c\nimport p.a"}
    graph = graph_of(tmp_path, sources)
    assert cycles_in(graph) == [["p.a", "p.b", "p.a"], ["p.c", "p.d", "p.c"]]


def test_a_module_that_imports_itself_is_a_cycle(tmp_path: Path) -> None:
    assert cycles_in(graph_of(tmp_path, {"a": "from p import a"})) == [["p.a", "p.a"]]


def test_a_name_that_a_package_defines_is_an_import_of_the_package(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, {"__init__": "from p.a import f", "a": "from p import f"})
    assert cycles_in(graph) == [["p", "p.a", "p"]]


def test_a_package_may_import_from_its_modules_and_these_from_one_another(tmp_path: Path) -> None:
    sources = {
        "__init__": "from p.a import f\nfrom p.inner import g",
        "a": "from p import b\nfrom p.inner import c",
        "b": "import os\nfrom elsewhere import f",
        "inner/__init__": "from p.inner.c import g",
        "inner/c": "from .. import b",
    }
    graph = graph_of(tmp_path, sources)
    assert graph["p.inner.c"] == {"p.b"}
    assert graph["p.a"] == {"p.b", "p.inner.c"}
    assert cycles_in(graph) == []
