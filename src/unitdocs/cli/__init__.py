"""The command line: parse, one call, print."""

import sys


def main(arguments: list[str] | None = None) -> None:
    """Run the program and exit with the documented code.

    Args:
        arguments: the words behind the program's name; those of the process where none are given.
    """
    try:
        from unitdocs.cli import program  # noqa: PLC0415 -- a game installs without what the command line needs
    except ModuleNotFoundError as missing:
        if missing.name not in {"typer", "rich", "pydantic"}:
            raise
        print(  # noqa: T201
            'unitdocs: the command line is not part of this installation; install "unitdocs[measure]" to have it',
            file=sys.stderr,
        )
        sys.exit(2)
    program.run(arguments)
