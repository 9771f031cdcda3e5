"""`unitdocs import`: converts result files of other tools."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.errors import InputError

if TYPE_CHECKING:
    from unitdocs.records.results import Results


def import_results(
    file: Annotated[
        list[Path],
        typer.Argument(
            help="Result files, or folders of asv and pytest-benchmark; the tool is recognized from the content."
        ),
    ],
    commit: Annotated[
        list[str] | None,
        typer.Option(
            help="With a folder: only files whose name or commit begins so; can be repeated.", show_default=False
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the converted files.")] = Path("build/results"),
) -> None:
    """Convert result files of other tools, or run records, to results files that unitdocs can compare.

    Supports pyperf, pytest-benchmark, asv, Google Benchmark and hyperfine. Prints a line for each file with the number
    of results read and of entries skipped. If a file cannot be read, nothing is written. Existing files are never
    overwritten; a number is added to the new name instead. Files of an asv folder that hold no results are ignored.

    Example: unitdocs import pyperf.json hyperfine.json --out build/results

    Example: unitdocs import .asv/results --commit 1a2b3c4d
    """
    files = files_of(file, commit or [])
    read = read_all(files)
    taken: set[Path] = set()
    for source, results in zip(files, read, strict=True):
        path = write(results, source, out, taken)
        taken.add(path)
        typer.echo(f"{line_of(results)} -> {path}")


def files_of(paths: list[Path], commits: list[str]) -> list[Path]:
    """Return the files to read: those that are given, and those of folders.

    Args:
        paths: files and folders.
        commits: beginnings of names or commits that choose files of folders; all files without any.

    Raises:
        InputError: a folder has no file that fits, or only files are given that describe an asv folder.
    """
    from unitdocs.analysis.sources import choose, find_file, result_files  # noqa: PLC0415
    from unitdocs.records.readers import describes_folder  # noqa: PLC0415

    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(find_file(path))
            continue
        chosen = [file for start in commits for file in choose(path, start)] if commits else result_files(path)
        if not chosen:
            what = f"beginning with {' or '.join(commits)}" if commits else "of benchmarks"
            raise InputError(f"{path}: has no result file {what}; give another folder or a file")
        files += chosen
    results = [file for file in dict.fromkeys(files) if not describes_folder(file)]
    return results or files


def read_all(files: Iterable[Path]) -> "list[Results]":
    """Return the results of each file.

    Raises:
        InputError: a file cannot be read; with the problems of all files.
    """
    from unitdocs.records.readers import read_results  # noqa: PLC0415 -- slow to import

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
    """Write a results file named after its source, and return its path.

    Raises:
        InputError: the file cannot be written.
    """
    from unitdocs.files import write_atomically  # noqa: PLC0415

    content = results.model_dump_json(exclude_none=True).encode()
    stem = source.name.removesuffix(".gz").removesuffix(".xz").removesuffix(".json")
    number = 1
    while not _is_free(path := out / f"{stem}{f'-{number}' if number > 1 else ''}.json", content, taken):
        number += 1
    try:
        write_atomically(path, content)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error}); choose another folder") from error
    return path


def line_of(results: "Results") -> str:
    """Return one line with the numbers of results read and of entries skipped."""
    from unitdocs.formatting import counted  # noqa: PLC0415 -- slow to import

    summary = f"{results.source}: {results.tool}, {counted(len(results.results), 'result')}"
    skipped = [f"{count} {reason}" for reason, count in results.left_out.items()]
    return f"{summary}; skipped: {', '.join(skipped)}" if skipped else summary


def _is_free(path: Path, content: bytes, taken: Iterable[Path]) -> bool:
    """Return whether a path can be written: it does not exist, or has this content already."""
    if path in taken:
        return False
    return not path.exists() or (path.is_file() and path.read_bytes() == content)
