"""What an old Python does with a script: it compiles it as far as the sentence that names the Python to take."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"
STARTED = sorted(path for path in SCRIPTS.glob("*.py") if 'if __name__ == "__main__"' in path.read_text())
NEW_SYNTAX = (
    ast.AnnAssign,
    ast.AsyncFor,
    ast.AsyncFunctionDef,
    ast.AsyncWith,
    ast.Await,
    ast.JoinedStr,
    ast.MatMult,
    ast.NamedExpr,
    ast.Nonlocal,
    ast.Starred,
    ast.Try,
    ast.YieldFrom,
)
"""What no Python 2 compiles; `try` compiles there, but is not needed and would need care."""
PRETEND = """
import runpy, sys
sys.path.insert(0, {folder!r})
sys.argv = [{script!r}]
sys.version_info = {version}
runpy.run_path({script!r}, run_name="__main__")
"""


def first_steps() -> list[Path]:
    """Return the files that are compiled before the version is checked."""
    return [SCRIPTS / "startup.py", *STARTED]


def problems(text: str) -> list[str]:
    """Return what keeps Python 2.7 from compiling a file."""
    found = [] if text.isascii() else ["not ASCII, and no encoding declared"]
    try:
        tree = ast.parse(text, feature_version=(3, 4))  # the oldest that this Python can judge
    except SyntaxError as error:
        return [str(error)]
    for node in ast.walk(tree):
        if isinstance(node, NEW_SYNTAX) and not (isinstance(node, ast.Starred) and isinstance(node.ctx, ast.Load)):
            found.append(f"line {node.lineno}: {type(node).__name__}")
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            found.append(f"line {node.lineno}: annotated result")
        if isinstance(node, ast.arg) and node.annotation is not None:
            found.append(f"line {node.lineno}: annotated parameter")
        if isinstance(node, ast.arguments) and (node.kwonlyargs or node.posonlyargs):
            found.append("parameters by keyword or position alone")
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            found.append(f"line {node.lineno}: a future that an old Python does not know")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            found.append(f"line {node.lineno}: print")
    return found


def test_every_script_of_the_guides_is_looked_at() -> None:
    assert {"portal.py", "test.py", "publish.py", "build_site.py"} <= {path.name for path in STARTED}


@pytest.mark.parametrize("path", first_steps(), ids=lambda path: path.name)
def test_python_2_can_compile_what_comes_before_the_check(path: Path) -> None:
    assert problems(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", STARTED, ids=lambda path: path.name)
def test_a_script_checks_the_version_before_it_imports_anything_else(path: Path) -> None:
    statements = ast.parse(path.read_text(encoding="utf-8")).body[1:3]
    assert [ast.unparse(statement) for statement in statements] == ["import startup", "startup.begin(__name__)"]


@pytest.mark.parametrize(
    "text",
    [
        "def f() -> None: pass",
        "def f(a: int): pass",
        "x: int = 1",
        "f'{1}'",
        "print('a')",
        "'\u2026'",
        "from __future__ import annotations",
        "def f(*, a): pass",
    ],
)
def test_syntax_that_python_2_lacks_is_found(text: str) -> None:
    assert problems(text) != []


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 0)])
@pytest.mark.parametrize("path", STARTED, ids=lambda path: path.name)
def test_an_old_python_is_told_which_one_is_needed(path: Path, version: tuple[int, int, int]) -> None:
    program = PRETEND.format(folder=str(SCRIPTS), script=str(path), version=(*version, "final", 0))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    have = ".".join(map(str, version))
    assert (
        done.stderr == f"{path.name}: this is Python {have}; unitdocs needs Python 3.11 or newer; start it with that\n"
    )
