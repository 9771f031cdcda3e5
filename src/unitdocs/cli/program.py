"""The program: its sub-commands, and the exit code of each error.

Sub-commands import their libraries when they run, so that help starts quickly.
"""

import contextlib
import os
import sys
from enum import StrEnum
from importlib.metadata import version
from typing import Annotated

import typer
from typer.completion import completion_init, get_completion_script  # type: ignore[attr-defined]
from typer.exceptions import TyperException

from unitdocs.cli import (
    bench,
    check,
    compare,
    config,
    experiment,
    extras,
    flags,
    history,
    importing,
    init,
    load,
    migrate,
    monitor,
    publish,
    render,
    report,
    rollout,
    site,
    streams,
    train,
    tune,
    units,
)
from unitdocs.errors import InputError, Interrupted, UnitdocsError

CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) != "\t"}
READER_GONE = 141  # 128 + SIGPIPE
COMPLETION_VARIABLE = "_UNITDOCS_COMPLETE"
"""Set by the completion script of a shell when it asks for completions."""


class Shell(StrEnum):
    """Shells that completion scripts exist for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


app = typer.Typer(
    name="unitdocs",
    help="Measure, decide and publish: from benchmark suites to honest verdicts and a documentation portal.",
    no_args_is_help=True,
    add_completion=False,  # typer's own options edit the start-up file of the shell
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(bench.app)
app.add_typer(units.app)
app.add_typer(config.app)
app.add_typer(history.app)
app.add_typer(flags.app)
app.add_typer(experiment.app)
app.add_typer(rollout.app)
app.add_typer(monitor.app)
app.add_typer(tune.app)
app.add_typer(load.app)
app.add_typer(publish.app)
app.add_typer(migrate.app)
app.add_typer(site.app)
app.command()(init.init)
app.add_typer(train.app)
app.command(cls=compare.CompareCommand)(compare.compare)
app.command()(check.check)
app.command()(render.render)
app.command()(report.report)
app.command("import")(importing.import_results)


def show_version(is_wanted: bool) -> None:  # noqa: FBT001 -- the value of an option
    """Print the version and end the program, if it is wanted."""
    if is_wanted:
        typer.echo(f"unitdocs {version('unitdocs')}")
        raise typer.Exit


def show_completion(shell: Shell | None) -> None:
    """Print the completion script of a shell and end the program, if one is named."""
    if shell is not None:
        typer.echo(get_completion_script(prog_name="unitdocs", complete_var=COMPLETION_VARIABLE, shell=shell))
        raise typer.Exit


@app.callback()
def unitdocs(
    context: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001 -- its callback does all
        bool, typer.Option("--version", help="Print the version.", callback=show_version, is_eager=True)
    ] = False,
    _completion: Annotated[
        Shell | None,
        typer.Option(
            "--show-completion",
            help="Print the script with which a shell completes commands and options.",
            callback=show_completion,
            is_eager=True,
            show_default=False,
        ),
    ] = None,
) -> None:
    """Measure, decide and publish: from benchmark suites to honest verdicts and a documentation portal."""
    if context.invoked_subcommand == "bench":
        extras.require("measure")  # at once: a run takes minutes, and what it prints needs all of it


def run(arguments: list[str] | None = None) -> None:
    """Run the program; invalid input gives one clear message and the documented exit code, never a traceback."""
    try:
        streams.prepare()
        code = _call(sys.argv[1:] if arguments is None else arguments)
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except TyperException as error:
        if error.format_message().startswith("Usage:"):  # called without a sub-command: the message is the help text
            _print_error(error.format_message())
            sys.exit(error.exit_code)
        _fail(error.format_message().replace("Value error, ", ""), error.exit_code)  # the name of a class
    except UnitdocsError as error:
        _fail(str(error), error.exit_code)
    except (typer.Abort, KeyboardInterrupt) as stopped:
        interrupted = stopped if isinstance(stopped, Interrupted) else Interrupted()
        _fail(str(interrupted), interrupted.exit_code)
    except BrokenPipeError:
        streams.discard_output()  # the reader (`| head`) closed the pipe: stop silently
        sys.exit(READER_GONE)
    except OSError as error:
        streams.discard_output()
        _fail(streams.sentence(error), InputError.exit_code)
    except ModuleNotFoundError as error:
        sentence = extras.missing_extra(error)
        if sentence is None:
            raise
        _fail(sentence, InputError.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _call(arguments: list[str]) -> object:
    """Call the command that the arguments name; typer's own call would exit with its own codes."""
    command = typer.main.get_command(app)
    if COMPLETION_VARIABLE in os.environ:
        completion_init()
        command.main([], prog_name="unitdocs")
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
    with contextlib.suppress(OSError):  # standard error may be as full as standard output
        print(line, file=sys.stderr)  # noqa: T201
