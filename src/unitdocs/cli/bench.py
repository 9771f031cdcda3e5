"""`unitdocs bench`: measure suites."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unitdocs.errors import InputError, MeasurementError

if TYPE_CHECKING:
    from unitdocs.records import RunRecord

DEFAULTS: Mapping[str, object] = {
    "--profile": "quick",
    "--suites": Path("benchmarks"),
    "--seed": 1,
    "--margin": "1%",
    "--limit": 60.0,
    "--base": None,
    "--arm": None,
}

app = typer.Typer(name="bench", help="Measure benchmark suites.", no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Measure benchmark suites."""


@app.command()
def run(
    suite: Annotated[
        list[str] | None, typer.Argument(help="Suites to measure; all without.", show_default=False)
    ] = None,
    profile: Annotated[
        str, typer.Option(help="quick: the scenarios marked so, at most 15 rounds each; full: all, at most 40.")
    ] = "quick",
    suites: Annotated[Path, typer.Option(help="The folder that holds the suites.")] = Path("benchmarks"),
    out: Annotated[Path, typer.Option(help="The folder that takes the run record.")] = Path("build/records"),
    seed: Annotated[int, typer.Option(help="Where orders, hash seeds and the suites' input come from.")] = 1,
    margin: Annotated[str, typer.Option(help="The ratio below which nobody cares, such as 1% or 0.01.")] = "1%",
    limit: Annotated[float, typer.Option(help="Seconds that one round may take.", min=1)] = 60.0,
    gate: Annotated[bool, typer.Option("--gate", help="Hold the error over all cases instead of for each.")] = False,  # noqa: FBT002
    base: Annotated[
        str | None,
        typer.Option(help="A git revision: compare the working tree with it, not the arms.", show_default=False),
    ] = None,
    arm: Annotated[
        str | None,
        typer.Option(help="With --base: the arm that both run; each suite's second without.", show_default=False),
    ] = None,
) -> int:
    """Measure both arms of each case in fresh processes, until the case has a verdict.

    The record is written case by case; a run that is stopped keeps what it had. Exit code 0 whatever the verdicts,
    2 for wrong use, 4 when a case could not be measured.

    With --base, one arm is measured on two revisions of the project: that one and the working tree, each in a process
    of its own. Suites are those of the working tree; modules are imported from the folders that sources of
    [tool.unitdocs] in pyproject.toml names, else from src, else from the project itself.

    Example: unitdocs bench run layouts --profile full

    Example: unitdocs bench run --base main
    """
    from unitdocs.bench import revisions  # noqa: PLC0415 -- loaded where they are used: NumPy takes a while
    from unitdocs.bench.loading import find_suites, importing_from  # noqa: PLC0415
    from unitdocs.bench.plan import Plan, Profile  # noqa: PLC0415
    from unitdocs.bench.progress import Bar  # noqa: PLC0415 -- loaded where they are used: NumPy takes a while
    from unitdocs.bench.run import run as measure  # noqa: PLC0415

    if profile not in list(Profile):
        raise InputError(f"--profile {profile}: give one of {', '.join(Profile)}")
    share = parse_margin(margin)
    with importing_from([] if base is None else revisions.import_roots(Path.cwd())):
        found = find_suites(suites, suite or ())
    plan = Plan(
        found,
        profile=Profile(profile),
        seed=seed,
        margin=share,
        limit=limit,
        gate=gate,
        base=base,
        arm=arm,
    )
    given = {
        "--profile": profile,
        "--suites": suites,
        "--seed": seed,
        "--margin": margin,
        "--limit": limit,
        "--base": base,
        "--arm": arm,
    }
    command = _command(suite or (), given, gate=gate)
    with Bar() as bar:
        record, path = measure(plan, root=Path.cwd(), out=out, command=command, watcher=bar)
    return _report(record, path)


@app.command()
def resume(
    record: Annotated[Path, typer.Argument(help="The record of a run that was stopped.", show_default=False)],
) -> int:
    """Go on with a run that was stopped, from the last case that its record holds.

    The code, the suites and Python must be those of the run. Exit codes as for `bench run`.

    Example: unitdocs bench resume build/records/20261124T161153Z-322b.json
    """
    from unitdocs.bench.progress import Bar  # noqa: PLC0415 -- loaded where they are used: NumPy takes a while
    from unitdocs.bench.run import resume as go_on  # noqa: PLC0415

    with Bar() as bar:
        measured = go_on(record, root=Path.cwd(), watcher=bar)
    return _report(measured, record)


@app.command()
def selfcheck(
    repeats: Annotated[int, typer.Option(help="Verdicts of each operation and slowdown.")] = 20,
    slowdown: Annotated[
        str, typer.Option(help="How much more work, in percent: multiples of 0.5 from 0 to 20; 0 is equal code.")
    ] = "0,1,2,5",
    suite_size: Annotated[
        int, typer.Option(help="Cases of a suite of equal code that is judged as one; 0 leaves suites out.")
    ] = 30,
    seed: Annotated[int, typer.Option(help="Where orders and hash seeds come from.")] = 1,
    out: Annotated[Path, typer.Option(help="The folder that takes the record.")] = Path("build/selfchecks"),
    format: Annotated[str, typer.Option(help="table, markdown or json.")] = "table",  # noqa: A002 -- the option's name
) -> None:
    """Check the verdicts on this machine: how often equal code is called different, and slowdowns are found.

    Each trial is a whole verdict on work of which one arm does so many percent more than the other; it takes one to
    three seconds. The margin is half the slowdown, at most 1 %. The injected work is verified by counting instructions,
    where valgrind is installed. Every share has its 95 % interval.

    Example: unitdocs bench selfcheck --repeats 100 --slowdown 0,1,2,5
    """
    from unitdocs.bench.progress import Trials  # noqa: PLC0415 -- loaded where they are used: NumPy takes a while
    from unitdocs.bench.selfcheck import Settings  # noqa: PLC0415
    from unitdocs.bench.selfcheck import selfcheck as check  # noqa: PLC0415
    from unitdocs.cli import selfchecks  # noqa: PLC0415

    show = selfchecks.writer(format)
    settings = Settings(repeats, selfchecks.parse_slowdowns(slowdown), suite_size, seed)
    options = {"--repeats": repeats, "--slowdown": slowdown, "--suite-size": suite_size, "--seed": seed}
    command = shlex.join(
        ["unitdocs", "bench", "selfcheck", *(f"{word}" for option in options.items() for word in option)]
    )
    with Trials() as trials:
        record, path = check(settings, root=Path.cwd(), out=out, command=command, watch=trials.begin)
    typer.echo(show(record))
    typer.echo(f"Record: {path}", err=True)


def _report(record: "RunRecord", path: Path) -> int:
    """Print what a run came to, and return its exit code."""
    for warning in record.environment.warnings:
        typer.echo(f"warning: {warning}", err=True)
    typer.echo(table_of(record))
    typer.echo(f"Record: {path}")
    return MeasurementError.exit_code if any(case.status == "failed" for case in record.cases) else 0


def _command(suites: Sequence[str], given: Mapping[str, object], *, gate: bool) -> str:
    """Return the command that measures the same again, wherever its record goes."""
    options = [word for name, value in given.items() if value != DEFAULTS[name] for word in (name, f"{value}")]
    return shlex.join(["unitdocs", "bench", "run", *suites, *options, *(["--gate"] if gate else [])])


def parse_margin(text: str) -> float:
    """Return a margin written as `1%` or `0.01`.

    Raises:
        InputError: it is neither, or not between 0 and 1.
    """
    try:
        margin = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        margin = 0.0
    if not 0 < margin < 1:
        raise InputError(f"--margin {text}: expected a share between 0 and 1, such as 1% or 0.01")
    return margin


def table_of(record: "RunRecord") -> str:
    """Return the times as text: one line a scenario, with the treatment's speed as a multiple of the control's.

    Of a sequence of frames it is the median frame's.
    """
    from unitdocs.analysis import to_effects  # noqa: PLC0415

    effects = to_effects(record)
    timed = effects[effects["metric"].isin(["time", "frame time p50"])].to_dict("records")
    names = [f"{row['suite']}/{row['scenario']}" for row in timed]
    width = max(map(len, names), default=0)
    return "\n".join(f"{name.ljust(width)}  {_answer(row)}" for name, row in zip(names, timed, strict=True))


def _answer(row: dict[Any, Any]) -> str:
    if row["status"] != "measured":
        return f"{row['status']}: {row['reason']}"
    speed, low, high = (1 / row[name] for name in ("ratio", "high", "low"))
    return f"{speed:8.2f}x  [{low:.2f}x, {high:.2f}x]  n={row['n']}  {row['verdict']}"
