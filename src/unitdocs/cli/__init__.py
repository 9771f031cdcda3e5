"""The command line: parse, one call, print."""

from __future__ import annotations  # an old Python gets as far as `unitdocs check`, which says that it is old

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: list[str] | None = None) -> None:
    """Run the program and exit with the documented code.

    Args:
        arguments: the command-line arguments after the program's name (default: those of the process, whose signals are
            then handled too).
    """
    if arguments is not None:
        _run(arguments)
        return
    from unitdocs.cli import interrupts  # noqa: PLC0415 -- signals are for the process of the program alone

    try:  # from the first moment on at which a signal can raise
        interrupts.take_over()
        _run(None)
    except KeyboardInterrupt as stopped:
        interrupts.end(stopped)
    finally:
        interrupts.ignore()


def _run(arguments: list[str] | None) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 -- it can still say that it is old
        _check()
    try:
        from unitdocs.cli import program  # noqa: PLC0415 -- a game may be installed without the packages of the command line
    except ModuleNotFoundError as missing:
        if missing.name not in {"typer", "rich", "pydantic"}:
            raise
        words = sys.argv[1:] if arguments is None else arguments
        if words == ["--version"]:
            _show_version()
        if words[:1] == ["check"] and set(words[1::2]) <= {"--extra"}:
            _check(words[2::2])
        extra = words[0] if words and words[0] in {"flags", "migrate"} else "measure"
        print(  # noqa: T201
            f'unitdocs: the command line is not part of this installation; install "unitdocs[{extra}]" to add it',
            file=sys.stderr,
        )
        sys.exit(2)
    program.run(arguments)


def _show_version() -> NoReturn:
    """Print the version without the packages of the command line."""
    from importlib.metadata import version  # noqa: PLC0415 -- as in `_check`

    print(f"unitdocs {version('unitdocs')}")  # noqa: T201
    sys.exit(0)


def _check(extras: Sequence[str] = ()) -> NoReturn:
    """Check the environment without the packages of the command line."""
    from pathlib import Path  # noqa: PLC0415 -- for this call alone

    from unitdocs.cli import requirements  # noqa: PLC0415

    rows = requirements.requirements(Path.cwd(), extras)
    print(f"{requirements.table(rows)}\n{requirements.verdict(rows)}")  # noqa: T201
    sys.exit(not requirements.is_complete(rows))
