"""Suites that a command writes, as modules: of whole commands, and of other tools' benchmarks.

Those of other tools are found in a process of their own, and measured on two revisions of a project, since they have no
arms.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from unitdocs.bench.process import run_module, tail_of
from unitdocs.bench.scratch import scratch_folder
from unitdocs.errors import InputError
from unitdocs.files import write_atomically

ARMS = ("control", "treatment")
"""Both revisions run the second."""
LIMIT = 300.0
"""Seconds that finding the benchmarks may take."""


def collected(option: str, path: Path, module: str, sources: Sequence[Path]) -> dict[str, Any]:
    """Return what a module, run as a program, finds below a path.

    Args:
        option: the option that gave the path, for messages.
        path: the path.
        module: gets a JSON object on standard input (path, sources, result_file) and writes one to the result file.
        sources: folders that come first on the import path.

    Raises:
        InputError: the path does not exist, or the program found nothing and said why.
    """
    if not path.exists():
        raise InputError(f"{option} {path}: no such file or folder")
    with scratch_folder() as folder:
        result = folder / "collected.json"
        task = {"path": str(path), "sources": [str(source) for source in sources], "result_file": str(result)}
        ended = run_module(module, json.dumps(task), folder=folder, limit=LIMIT)
        if not result.is_file():
            raise InputError(f"{option} {path}: the benchmarks cannot be found{tail_of(ended.output)}")
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return found | {"output": tail_of(ended.output)}


def write_modules(texts: Mapping[str, str], out: Path) -> list[Path]:
    """Write modules into a folder of their own, whose name comes from the texts, and return them.

    A record covers all modules of its suite's folder: others there would make it stale.

    Args:
        texts: the modules by their names.
        out: where the folder goes.

    Raises:
        InputError: they cannot be written.
    """
    folder = out / hashlib.sha256("".join(texts.values()).encode()).hexdigest()[:12]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_atomically(folder / name, text.encode())
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror or error}); choose another --out") from error
    return [folder / name for name in texts]
