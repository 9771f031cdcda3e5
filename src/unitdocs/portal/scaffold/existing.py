"""Benchmarks that a project has: suites of unitdocs, and what it wrote for pytest-benchmark, asv and pyperf.

Nothing of the project is run: its files are read, and what they define decides.
"""

import ast
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from unitdocs.portal.scaffold.portal import MeasuredBenchmarks, SuiteName

SUITES = "benchmarks"
"""Folder of the suites of unitdocs, where `bench run` looks for them."""
ASV_SETTINGS = "asv.conf.json"
ASV_FOLDER = re.compile(r'^\s*"benchmark_dir"\s*:\s*"([^"]+)"', re.MULTILINE)
_PLAIN_NAME = re.compile(r"[\w-]+")
"""Names of suites that a page can include the parts of."""
LEFT_OUT = frozenset({"build", "dist", "node_modules", "site", "site-packages", "venv", "__pycache__"})
"""Folders whose files are not the project's own, besides hidden ones."""
FEWEST_ARMS = 2
MeasuredSuites = Callable[[str, str, Sequence[str]], Sequence[SuiteName]]
"""Returns what a run measures of a suite, by its name, its title and its arms."""


def find_benchmarks(project: Path, measured_suites: MeasuredSuites) -> MeasuredBenchmarks:
    """Return the benchmarks of a project, by the tools that they are written for.

    Args:
        project: the folder of the project; it need not exist.
        measured_suites: what a run measures of a suite: one of several treatments is measured as a suite for each.
    """
    trees = dict(_trees(project))
    declaring = [tree for path, tree in trees.items() if path.parent == project / SUITES and path.name[0] != "_"]
    suites = [suite for tree in declaring for suite in _suites(tree, measured_suites)]
    found = {
        "pytest": _place(project, [path for path, tree in trees.items() if _is_for_pytest(path, tree)]),
        "asv": _asv_folder(project),
        "pyperf": _place(project, [path for path, tree in trees.items() if "pyperf" in _imports(tree)]),
    }
    return MeasuredBenchmarks(suites=tuple(suites), others={tool: path for tool, path in found.items() if path})


def _trees(project: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Yield the project's modules that can be parsed, in the order of their names."""
    for folder, folders, files in os.walk(project):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in LEFT_OUT)
        for name in sorted(files):
            path = Path(folder, name)
            if path.suffix == ".py":
                try:
                    yield path, ast.parse(path.read_bytes())
                except (OSError, SyntaxError, ValueError):
                    continue


def _suites(tree: ast.Module, measured_suites: MeasuredSuites) -> Iterator[SuiteName]:
    """Yield what is measured of the suites that a module declares with `suite("name", title="Title", arms=…)`."""
    if "unitdocs" not in _imports(tree):
        return
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) == "suite":
            name = _text(call.args[0] if call.args else None)
            options = {keyword.arg: keyword.value for keyword in call.keywords}
            title, arms = _text(options.get("title")), _texts(options.get("arms"), tree)
            if name:
                whole = SuiteName(name=name, title=title or name)
                measured = measured_suites(name, whole.title, arms) if len(arms) >= FEWEST_ARMS else [whole]
                yield from (one for one in measured if _PLAIN_NAME.fullmatch(one.name))


def _texts(node: ast.expr | None, tree: ast.Module) -> list[str]:
    """Return the texts of a tuple or a list, or the keys of a dict; empty if they are not written in the module.

    They may have a name there, and be given to `tuple` or `list`.
    """
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"tuple", "list"} and len(node.args) == 1:
        node = node.args[0]
    if isinstance(node, ast.Name):
        assigned = [one for one in tree.body if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == node.id]
        node = assigned[-1].value if assigned else None
    members = node.elts if isinstance(node, (ast.Tuple, ast.List)) else node.keys if isinstance(node, ast.Dict) else []
    texts = [text for member in members if (text := _text(member)) is not None]
    return texts if len(texts) == len(members) else []


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_for_pytest(path: Path, tree: ast.Module) -> bool:
    """Return whether pytest finds a test with the fixture `benchmark` in a module."""
    is_collected = path.name.startswith("test_") or path.stem.endswith("_test")
    return is_collected and any(
        isinstance(node, ast.FunctionDef)
        and node.name.startswith("test")
        and "benchmark" in {argument.arg for argument in node.args.args}
        for node in ast.walk(tree)
    )


def _imports(tree: ast.Module) -> set[str]:
    """Return the names of the packages that a module imports."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return {name.partition(".")[0] for name in names}


def _asv_folder(project: Path) -> str | None:
    """Return the folder that asv's settings name."""
    for settings in (project / ASV_SETTINGS, project / "benchmarks" / ASV_SETTINGS):
        if settings.is_file():
            named = ASV_FOLDER.search(settings.read_text(encoding="utf-8", errors="replace"))
            folder = settings.parent / (named[1] if named else "benchmarks")
            if folder.is_dir() and folder.resolve().is_relative_to(project.resolve()):
                return folder.resolve().relative_to(project.resolve()).as_posix()
    return None


def _place(project: Path, files: Sequence[Path]) -> str | None:
    """Return the only file, or the folder that all files are in, relative to the project; None without a file."""
    if not files:
        return None
    place = files[0] if len(files) == 1 else Path(os.path.commonpath([file.parent for file in files]))
    return place.relative_to(project).as_posix()
