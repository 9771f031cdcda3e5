"""The command line: parse, one call, print."""

import sys


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

    interrupts.take_over()
    try:
        _run(None)
    except KeyboardInterrupt as stopped:
        interrupts.end(stopped)
    finally:
        interrupts.ignore()


def _run(arguments: list[str] | None) -> None:
    try:
        from unitdocs.cli import program  # noqa: PLC0415 -- a game may be installed without the packages of the command line
    except ModuleNotFoundError as missing:
        if missing.name not in {"typer", "rich", "pydantic"}:
            raise
        print(  # noqa: T201
            'unitdocs: the command line is not part of this installation; install "unitdocs[measure]" to add it',
            file=sys.stderr,
        )
        sys.exit(2)
    program.run(arguments)
