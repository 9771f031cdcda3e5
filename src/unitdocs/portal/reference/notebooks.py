"""Notebooks, executed and written as Markdown for a page to include.

Cells run in this process, as plain Python, in the notebook's folder. The site therefore needs no Jupyter kernel; a cell
with IPython's own syntax is an error.
"""

import ast
import contextlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from unitdocs.errors import InputError

FOLDER: Final = "generated/notebooks"
_MOST_COLUMNS: Final = 20
"""Columns of a frame that are shown, as in Jupyter."""
_FRAME_MARKUP: Final = (
    (r"<style\b.*?</style>\s*", ""),
    (r'<table border="1" class="dataframe">(.*?)</table>', r'<div class="ud-table ud-frame"><table>\1</table></div>'),
    (r'<tr style="[^"]*">', "<tr>"),
    (r"<th></th>", "<td></td>"),  # the corner above the index heads nothing
    (r"^ +", ""),
)
"""What is replaced in the HTML of a frame to get the markup of the site's other tables."""


def build(project: Path, docs: Path) -> Mapping[str, str]:  # noqa: ARG001 - the signature of every section
    """Return each notebook of `docs/notebooks` as a snippet.

    Raises:
        InputError: a notebook cannot be read, or one of its cells fails.
    """
    notebooks = sorted((docs / "notebooks").glob("*.ipynb"))
    return {f"{FOLDER}/{notebook.stem}.md": executed(notebook) for notebook in notebooks}


def executed(notebook: Path) -> str:
    """Run a notebook from its first cell to its last, and return it with its results as Markdown.

    Raises:
        InputError: the file is not a notebook, or a cell fails.
    """
    try:
        cells = [(cell["id"], cell["cell_type"], "".join(cell["source"])) for cell in _read(notebook)["cells"]]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise InputError(f"{notebook}: not a notebook that can be read ({error!r})") from error
    namespace: dict[str, Any] = {"__name__": "__main__"}
    blocks: list[str] = []
    with contextlib.chdir(notebook.parent), pd.option_context("display.max_columns", _MOST_COLUMNS):
        for key, kind, source in cells:
            if kind == "markdown":
                blocks.append(source)
            elif kind == "code":
                blocks += [_fenced("python", source), *_outputs(source, namespace, f"{notebook}: cell {key}")]
    return "\n\n".join(blocks) + "\n"


def _read(notebook: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(notebook.read_text(encoding="utf-8"))
    return content


def _outputs(source: str, namespace: dict[str, Any], place: str) -> Iterator[str]:
    """Run a cell; yield what it prints and then the value of its last expression."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            value = _run(source, place, namespace)
            shown = None if value is None else _displayed(value)
    except Exception as error:  # a cell may raise anything
        raise InputError(f"{place}: {type(error).__name__}: {error}") from error
    if printed.getvalue():
        yield _fenced("text", printed.getvalue())
    if shown is not None:
        yield shown


def _run(source: str, place: str, namespace: dict[str, Any]) -> object:
    """Run statements; return the value of the last one where it is an expression, else None."""
    statements = ast.parse(source, place).body
    last = statements[-1] if statements else None
    if not isinstance(last, ast.Expr):
        exec(compile(ast.Module(statements, []), place, "exec"), namespace)  # noqa: S102 - the project's own notebook
        return None
    exec(compile(ast.Module(statements[:-1], []), place, "exec"), namespace)  # noqa: S102 - the same
    return eval(compile(ast.Expression(last.value), place, "eval"), namespace)  # noqa: S307 - the same


def _displayed(value: Any) -> str:  # noqa: ANN401 - a cell may end with any value
    """Return a value as Jupyter shows it: the richest form that a page can hold."""
    if hasattr(value, "_repr_mimebundle_") and "text/html" in (forms := value._repr_mimebundle_()):
        return str(forms["text/html"])
    if hasattr(value, "_repr_html_"):
        markup: str = value._repr_html_()
        for pattern, replacement in _FRAME_MARKUP:
            markup = re.sub(pattern, replacement, markup, flags=re.DOTALL | re.MULTILINE)
        return markup.strip()
    return _fenced("text", repr(value))


def _fenced(language: str, text: str) -> str:
    """Return a code block whose fence is longer than any in its text."""
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
