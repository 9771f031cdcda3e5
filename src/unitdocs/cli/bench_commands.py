"""`unitdocs bench commands`: compare whole commands, in any language."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from unitdocs.cli.bench_report import report
from unitdocs.cli.margins import parse_margin
from unitdocs.cli.record_folders import RecordFolder
from unitdocs.errors import InputError

LIMIT = 60.0
"""Seconds that one round may take by default."""


def commands(
    command: Annotated[list[str], typer.Argument(help="The commands; the first is the control.", show_default=False)],
    names: Annotated[
        str, typer.Option(help="A name for each, such as old,new (default: the commands).", show_default=False)
    ] = "",
    prepare: Annotated[
        list[str] | None,
        typer.Option(
            help="Run before each timed run, such as clearing a cache; given once for all commands, or once for each.",
            show_default=False,
        ),
    ] = None,
    setup: Annotated[
        str | None, typer.Option(help="Run once before anything is timed, such as a build.", show_default=False)
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE,VALUE",
            help="Values that replace {NAME} in the commands; each combination is a case. Repeatable.",
            show_default=False,
        ),
    ] = None,
    compare_output: Annotated[  # noqa: FBT002 -- an option, never a positional argument
        bool, typer.Option("--compare-output", help="Refuse commands that print different text to standard output.")
    ] = False,
    exit_code: Annotated[
        list[int] | None,
        typer.Option(help="An exit code that is no failure; repeatable (default: 0).", show_default=False),
    ] = None,
    any_exit_code: Annotated[  # noqa: FBT002
        bool, typer.Option("--any-exit-code", help="Take no exit code for a failure.")
    ] = False,
    shell: Annotated[  # noqa: FBT002
        bool, typer.Option("--shell", help="Run each command in a shell, whose start is then timed too.")
    ] = False,
    clock: Annotated[str, typer.Option(help="wall: from start to end; cpu: CPU time of all processes.")] = "wall",
    profile: Annotated[
        str, typer.Option(help="quick: at most 15 rounds of each case, 75 s in total; full: at most 40 rounds.")
    ] = "quick",
    margin: Annotated[
        str, typer.Option(help="Differences smaller than this are treated as equivalent, e.g. 1% or 0.01.")
    ] = "1%",
    seed: Annotated[int, typer.Option(help="Random seed of the order of the commands.")] = 1,
    limit: Annotated[float, typer.Option(help="Time limit of one round, in seconds.", min=1)] = LIMIT,
    out: RecordFolder = Path("build/records"),
) -> int:
    """Compare whole commands, in any language, until there is a verdict.

    Each command is compared with the first. A round runs both in turn, as control, treatment, treatment, control or the
    reverse, by chance, so that a machine that becomes slower affects both alike. Each is run once before. A case ends
    as soon as its interval allows a verdict: commands differ, or are equivalent within the margin.

    A command is started without a shell, so that the start of none is timed. It has no input; what it prints to
    standard output is dropped. Another exit code than 0 ends the measurement of its case.

    The record is one like those of bench run: bench resume continues an interrupted one, compare and report read it. No
    project is needed. Exit codes are those of bench run.

    Example: unitdocs bench commands 'python old.py' 'python new.py'

    Example: unitdocs bench commands 'sort {file}' 'sort --parallel=2 {file}' --parameter file=small.txt,large.txt

    Example: unitdocs bench commands 'grep -c e words.txt' 'rg -c e words.txt' --names grep,ripgrep --compare-output
    """
    from unitdocs.bench import commands as whole  # noqa: PLC0415 -- slow to import
    from unitdocs.bench.finding import declared_suites  # noqa: PLC0415
    from unitdocs.bench.plan import Profile, RunPlan  # noqa: PLC0415
    from unitdocs.bench.progress import RunProgressBar  # noqa: PLC0415
    from unitdocs.bench.run import run as measure  # noqa: PLC0415

    if profile not in list(Profile):
        raise InputError(f"--profile {profile}: give one of {', '.join(Profile)}")
    if clock not in ("wall", "cpu"):
        raise InputError(f"--clock {clock}: give wall or cpu")
    pairs = whole.pairs_of(
        command,
        [name.strip() for name in names.split(",")] if names else [],
        prepare or [],
        setup=setup,
        parameters=_parameters(parameter or []),
        in_shell=shell,
        exit_codes=() if any_exit_code else tuple(exit_code or [0]),
        same_output=compare_output,
        cpu=clock == "cpu",
    )
    share = parse_margin(margin)
    suites = declared_suites(whole.write_suites(pairs, out / "commands"))
    plan = RunPlan(suites, profile=Profile(profile), seed=seed, margin=share, limit=limit)
    again = _again(
        command,
        {
            "--names": names,
            "--prepare": prepare,
            "--setup": setup,
            "--parameter": parameter,
            "--compare-output": compare_output,
            "--exit-code": exit_code,
            "--any-exit-code": any_exit_code,
            "--shell": shell,
            "--clock": "" if clock == "wall" else clock,
            "--profile": "" if profile == Profile.QUICK else profile,
            "--margin": "" if margin == "1%" else margin,
            "--seed": "" if seed == 1 else seed,
            "--limit": "" if limit == LIMIT else limit,
        },
    )
    with RunProgressBar() as bar:
        record, path = measure(plan, root=Path.cwd(), out=out, command=again, watcher=bar)
    return report(record, path)


def _parameters(texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the values of each parameter in texts such as `size=10,100`.

    Raises:
        InputError: a text has no name or no value, or a name is given twice; all of them at once.
    """
    values: dict[str, tuple[str, ...]] = {}
    problems = []
    for text in texts:
        name, _, listed = text.partition("=")
        if not name.isidentifier() or not listed:
            problems.append(f"--parameter {text}: expected a name and values, as in size=10,100")
        elif name in values:
            problems.append(f"--parameter {text}: {name} is given twice; give all its values at once")
        values[name] = tuple(listed.split(","))
    if problems:
        raise InputError(*problems)
    return values


def _again(commands: Sequence[str], options: Mapping[str, object]) -> str:
    """Return the command that repeats the run, without options that were not given."""
    words: list[str] = []
    for name, value in options.items():
        if value is True:
            words.append(name)
        elif value:
            words += [word for part in (value if isinstance(value, list) else [value]) for word in (name, f"{part}")]
    return shlex.join(["unitdocs", "bench", "commands", *commands, *words])
