"""`unitdocs import`: result files of other tools to files of results."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.errors import InputError

if TYPE_CHECKING:
    from unitdocs.records.results import Results


def import_results(
    file: Annotated[list[Path], typer.Argument(help="Result files; each tool's is known by its content.")],
    out: Annotated[Path, typer.Option(help="The folder that takes the files of results.")] = Path("build/results"),
) -> None:
    """Read result files of other tools, or run records, and write one file of results each.

    Reads pyperf, pytest-benchmark, asv, Google Benchmark and hyperfine. One line a file says what was read and what was
    left out. Where a file cannot be read nothing is written. A file that is there already stays: the new one gets a
    number.

    Example: unitdocs import pyperf.json hyperfine.json --out build/results
    """
    read = read_all(file)
    taken: set[Path] = set()
    for source, results in zip(file, read, strict=True):
        path = write(results, source, out, taken)
        taken.add(path)
        typer.echo(f"{line_of(results)} -> {path}")


def read_all(files: Iterable[Path]) -> "list[Results]":
    """Read files.

    Raises:
        InputError: some cannot be read; the problems of all of them.
    """
    from unitdocs.records.readers import read_results  # noqa: PLC0415 -- pandas takes a while

    read: list[Results] = []
    problems: list[str] = []
    for file in files:
        try:
            read.append(read_results(file))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return read


def write(results: "Results", source: Path, out: Path, taken: Iterable[Path]) -> Path:
    """Write a file of results named after its source; return its path.

    Raises:
        InputError: it cannot be written.
    """
    from unitdocs.records import write_atomically  # noqa: PLC0415

    content = results.model_dump_json(exclude_none=True).encode()
    stem = source.name.removesuffix(".gz").removesuffix(".json")
    number = 1
    while not _is_free(path := out / f"{stem}{f'-{number}' if number > 1 else ''}.json", content, taken):
        number += 1
    try:
        write_atomically(path, content)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error}); give another folder") from error
    return path


def line_of(results: "Results") -> str:
    """Return what was read of a file, and what was left out, as one line."""
    from unitdocs.formatting import counted  # noqa: PLC0415 -- pandas takes a while

    kept = f"{results.source}: {results.tool}, {counted(len(results.results), 'result')}"
    left_out = [f"{count} {reason}" for reason, count in results.left_out.items()]
    return f"{kept}; left out: {', '.join(left_out)}" if left_out else kept


def _is_free(path: Path, content: bytes, taken: Iterable[Path]) -> bool:
    """Tell whether a file may be written: none is there, or the same."""
    if path in taken:
        return False
    return not path.exists() or (path.is_file() and path.read_bytes() == content)
