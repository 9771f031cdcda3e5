"""Where the two sides of a comparison come from: files, folders of asv and pytest-benchmark, several files merged.

A folder is searched for result files; one of them is chosen by the beginning of its name or of its commit, written as
if it were a file in the folder: `results/machine/1a2b3c4d`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

from unitdocs.errors import InputError
from unitdocs.formatting import counted, listed
from unitdocs.records.readers import describes_folder, read_results
from unitdocs.records.results import LeftOut, Result, Results

ENDINGS = (".json", ".json.gz", ".json.xz")
MOST_FILES = 50_000
"""Files and folders of a folder that are looked at."""
COMMIT = re.compile("[0-9a-f]{4,64}")
"""The beginning of a commit's hash."""
MOST_NAMED = 10
CONTEXT = ("machine", "CPU", "cores", "system", "Python", "build")
"""Members of the context that should be the same on both sides."""
SHOWN_COMMIT = 10


def find_file(path: Path) -> Path:
    """Return the file that a path means: itself, the only one of a folder, or the one chosen in a folder.

    Raises:
        InputError: a folder has no result file, or more than one that fits.
    """
    if path.is_dir():
        return _only(path, result_files(path), "it")
    if path.exists() or not path.parent.is_dir() or path.suffix in (".json", ".gz", ".xz"):
        return path
    try:
        chosen = choose(path.parent, path.name)
    except InputError:  # a misspelt name in a large folder: the reader says that there is no such file
        return path
    return _only(path, chosen, f"{path.name!r}") if chosen else path


def result_files(folder: Path) -> list[Path]:
    """Return the files of a folder and of the folders in it that may hold results, in the order of their names."""
    found: list[Path] = []
    for count, path in enumerate(folder.rglob("*")):
        if path.name.endswith(ENDINGS) and path.is_file() and not describes_folder(path):
            found.append(path)
        if count > MOST_FILES:
            raise InputError(f"{folder}: has more than {MOST_FILES:,} files; give a folder of results")
    return sorted(found)


def choose(folder: Path, start: str) -> list[Path]:
    """Return the result files of a folder whose name or commit begins with a text."""
    files = result_files(folder)
    named = [path for path in files if path.name.startswith(start)]
    if named or not COMMIT.fullmatch(start):
        return named
    return [path for path in files if _commit_of(path).startswith(start)]


def read_side(files: Sequence[Path]) -> Results:
    """Return the results of one side, merged if there are several files.

    Raises:
        InputError: a file cannot be read, or is given twice: it would count as two independent repetitions.
    """
    paths = [find_file(path) for path in files]
    counts = Counter(path.resolve() for path in paths)
    twice = next((path for path in paths if counts[path.resolve()] > 1), None)
    if twice is not None:
        raise InputError(f"{twice}: is given twice for one side; give each repetition once")
    sides = [read_results(path) for path in paths]
    return sides[0] if len(sides) == 1 else merge(sides)


def merge(files: Sequence[Results]) -> Results:
    """Return repetitions of the same benchmarks in several files as one side, in which each file is one group.

    A process may give many values and a file many processes, but what changed between two sessions changed for all
    values of a file: so the file is the unit of replication.
    """
    merged: dict[tuple[str, str, str], Result] = {}
    left_out: list[LeftOut] = []
    for results in files:
        left_out += results.left_out_cases
        for result in results.results:
            merged[result.key] = _appended(merged.get(result.key), result)
    known = [case for case in left_out if case.key not in merged]
    partly = [
        case.model_copy(update={"reason": f"in one of {counted(len(files), 'file')}: {case.reason}"})
        for case in left_out
        if case.key in merged
    ]
    first = files[0]
    return first.model_copy(
        update={
            "source": listed([results.source for results in files]),
            "left_out_cases": tuple(dict.fromkeys([*known, *partly])),
            "context": _common_context(files),
            "results": tuple(merged.values()),
        }
    )


def labels(files: tuple[Sequence[Path], Sequence[Path]], sides: tuple[Results, Results]) -> tuple[str, str]:
    """Return different names for both sides: the files' names, with folders or commits where these are equal.

    Args:
        files: the files of base and head.
        sides: their results.
    """
    tools = [side.tool for side in sides]
    paths = [[find_file(path) for path in paths] for paths in files]
    names = [listed([path.name for path in side]) for side in paths]
    if names[0] == names[1]:
        names = _apart(paths, sides)
    base, head = (f"{name} ({tool})" for name, tool in zip(names, tools, strict=True))
    return base, head


def differences_of_context(base: Mapping[str, str], head: Mapping[str, str]) -> list[str]:
    """Return a caution for each part of the context that is known of both sides and differs."""
    return [
        f"base and head were measured with another {name}: {base[name]} and {head[name]}"
        for name in CONTEXT
        if name in base and name in head and base[name] != head[name]
    ]


def _appended(merged: Result | None, result: Result) -> Result:
    """Return a result with the values of a further file."""
    group = result.values
    if merged is None:
        groups: tuple[tuple[float, ...], ...] = (group,)
    elif (merged.unit, merged.direction, merged.version) != (result.unit, result.direction, result.version):
        raise InputError(
            f"{result.suite}/{result.name}: the files of one side differ in its unit or in its code; merge files of "
            "the same benchmarks"
        )
    else:
        groups = (*merged.groups, group)
    return result.model_copy(update={"groups": groups, "by_process": True, "by_file": True, "saved": None})


def _common_context(files: Sequence[Results]) -> dict[str, str]:
    """Return what all files say alike; where they differ, all that they say."""
    names = dict.fromkeys(name for results in files for name in results.context)
    values = {name: dict.fromkeys(results.context.get(name, "unknown") for results in files) for name in names}
    return {name: listed(list(texts)) for name, texts in values.items()}


def _only(path: Path, files: Sequence[Path], what: str) -> Path:
    """Return the only file, or raise an error that names some."""
    if len(files) == 1:
        return files[0]
    if not files:
        raise InputError(f"{path}: holds no result files; give a file, or a folder of asv or pytest-benchmark")
    shown = ", ".join(file.name for file in files[:MOST_NAMED])
    more = f" and {len(files) - MOST_NAMED} more" if len(files) > MOST_NAMED else ""
    folder = path if path.is_dir() else path.parent
    raise InputError(
        f"{path}: {what} is not one file but {len(files)}: {shown}{more}; choose one by the beginning of its name or "
        f"commit, such as {folder / files[0].name[:8]}"
    )


def _commit_of(path: Path) -> str:
    """Return the commit of a file; empty if it has none or cannot be read."""
    try:
        return read_results(path).context.get("commit", "")
    except InputError:
        return ""


def _apart(paths: Sequence[Sequence[Path]], sides: tuple[Results, Results]) -> list[str]:
    """Return the names of two sides whose files have equal names."""
    commits = [side.context.get("commit", "")[:SHOWN_COMMIT] for side in sides]
    names = [listed([path.name for path in side]) for side in paths]
    if all(commits) and commits[0] != commits[1]:
        return [f"{name} at {commit}" for name, commit in zip(names, commits, strict=True)]
    resolved = [[path.resolve() for path in side] for side in paths]
    if resolved[0] == resolved[1]:
        return [names[0], f"{names[1]}, the same file"]
    depth = _differing_depth(*(side[0].parts for side in resolved))
    return [listed(["/".join(path.parts[-depth:]) for path in side]) for side in resolved]


def _differing_depth(base: Iterable[str], head: Iterable[str]) -> int:
    """Return how many parts of two paths, counted from the end, are needed for them to differ."""
    pairs = zip_longest(reversed(list(base)), reversed(list(head)))
    return next((depth for depth, (one, other) in enumerate(pairs, 1) if one != other), 1)
