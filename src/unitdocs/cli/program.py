"""The program: its sub-commands, and the exit code of each error.

Sub-commands import their libraries when they run, so that help starts quickly.
"""

import errno
import os
import sys

import typer
from typer.exceptions import TyperException

from unitdocs.cli import bench, compare, history, importing, render, report, units
from unitdocs.errors import InputError, Interrupted, UnitdocsError

CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) != "\t"}
READER_GONE = 141  # 128 + SIGPIPE
UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}

app = typer.Typer(
    name="unitdocs",
    help="Measure, decide and publish: from benchmark suites to honest verdicts and a documentation portal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(bench.app)
app.add_typer(units.app)
app.add_typer(history.app)
app.command(cls=compare.CompareCommand)(compare.compare)
app.command()(render.render)
app.command()(report.report)
app.command("import")(importing.import_results)


def run(arguments: list[str] | None = None) -> None:
    """Run the program; invalid input gives one clear message and the documented exit code, never a traceback."""
    try:
        code = _call(sys.argv[1:] if arguments is None else arguments)
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except TyperException as error:
        if error.format_message().startswith("Usage:"):  # called without a sub-command: the message is the help text
            _print_error(error.format_message())
            sys.exit(error.exit_code)
        _fail(error.format_message(), error.exit_code)
    except UnitdocsError as error:
        _fail(str(error), error.exit_code)
    except (typer.Abort, KeyboardInterrupt) as stopped:
        interrupted = stopped if isinstance(stopped, Interrupted) else Interrupted()
        _fail(str(interrupted), interrupted.exit_code)
    except BrokenPipeError:
        # The reader (`| head`) closed the pipe: stop silently, and prevent an error when Python flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(READER_GONE)
    except OSError as error:
        if error.errno not in UNWRITABLE:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _fail(
            f"the output cannot be written ({error.strerror}); free space, or write it elsewhere", InputError.exit_code
        )
    sys.exit(code if isinstance(code, int) else 0)


def _call(arguments: list[str]) -> object:
    """Call the command that the arguments name; typer's own call would exit with its own codes."""
    command = typer.main.get_command(app)
    with command.make_context("unitdocs", arguments) as context:
        return command.invoke(context)


def _fail(message: str, code: int) -> None:
    """Print each line of an error with the program's name, and exit.

    Names in it may come from a file, which must not control the terminal.
    """
    for line in message.splitlines():
        _print_error(f"unitdocs: {line.translate(CONTROLS)}")
    sys.exit(code)


def _print_error(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201
