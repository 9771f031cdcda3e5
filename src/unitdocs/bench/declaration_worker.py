"""Loads suites in a process of its own: `python -m unitdocs.bench.declaration_worker`.

A module may do anything when it is loaded: end the process, wait for ever, change the handling of signals. The process
of a run therefore loads none. This one loads the files that are named on standard input, and appends a line of JSON for
each to a file. If it ends before its last line, the module of the first missing line ended it.
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from unitdocs.bench.loading import importing_from, load_suite
from unitdocs.errors import InputError


def main() -> None:
    """Load the suites that are named on standard input."""
    task = json.loads(sys.stdin.read())
    sources = [Path(source) for source in task["sources"]]
    with Path(task["result_file"]).open("w", encoding="utf-8") as results, importing_from(sources):
        for file in task["files"]:
            print(json.dumps(_declaration(Path(file))), file=results, flush=True)
    sys.stdout.flush()
    os._exit(0)  # a module may have started threads that never end


def _declaration(path: Path) -> dict[str, object]:
    """Return what a module declares, or its problems."""
    try:
        suite = load_suite(path)
    except InputError as error:
        return {"problems": error.problems}
    return {
        "name": suite.name,
        "title": suite.title,
        "arms": suite.arms,
        "scenarios": [asdict(scenario) for scenario in suite.scenarios],
        "frame": suite.frame,
    }


if __name__ == "__main__":
    main()
