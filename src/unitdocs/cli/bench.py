"""`unitdocs bench`: measure suites."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from unitdocs.cli import bench_commands
from unitdocs.cli.bench_report import report
from unitdocs.cli.margins import parse_absolute_margins, parse_margin
from unitdocs.cli.record_folders import RecordFolder, check_folder
from unitdocs.errors import InputError
from unitdocs.formatting import counted

DEFAULTS: Mapping[str, object] = {
    "--profile": "quick",
    "--suites": Path("benchmarks"),
    "--seed": 1,
    "--margin": "1%",
    "--absolute-margin": None,
    "--limit": 60.0,
    "--base": None,
    "--arm": None,
    "--pytest": None,
    "--asv": None,
    "--pyperf": None,
}

app = typer.Typer(name="bench", help="Measure benchmark suites.", no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Measure benchmark suites."""


@app.command()
def run(
    suite: Annotated[
        list[str] | None, typer.Argument(help="Suites to measure (default: all).", show_default=False)
    ] = None,
    profile: Annotated[
        str,
        typer.Option(
            help="quick: scenarios marked as quick, at most 15 rounds each; full: all, at most 40 rounds each. With "
            "--base and --gate, quick takes as many rounds as fit into its time."
        ),
    ] = "quick",
    suites: Annotated[Path, typer.Option(help="Folder of the suites.")] = Path("benchmarks"),
    out: RecordFolder = Path("build/records"),
    seed: Annotated[
        int, typer.Option(help="Random seed: the order of the arms, Python's hash seeds and the input of the suites.")
    ] = 1,
    margin: Annotated[
        str, typer.Option(help="Differences smaller than this are treated as equivalent, e.g. 1% or 0.01.")
    ] = "1%",
    absolute_margin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC=SIZE",
            help="The same in the unit of a metric, whatever the ratio; repeatable (default: peak memory=16384 and "
            "allocated blocks=64).",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[float, typer.Option(help="Time limit of one round, in seconds.", min=1)] = 60.0,
    gate: Annotated[  # noqa: FBT002 -- an option, never a positional argument
        bool, typer.Option("--gate", help="Keep the risk of a wrong verdict as low for all cases together as for one.")
    ] = False,
    base: Annotated[
        str | None,
        typer.Option(
            help="Compare the working tree with this git revision, instead of one arm with the other.",
            show_default=False,
        ),
    ] = None,
    arm: Annotated[
        str | None,
        typer.Option(
            help="With --base: the arm to measure on both revisions (default: the second of each suite).",
            show_default=False,
        ),
    ] = None,
    pytest: Annotated[
        Path | None,
        typer.Option(
            help="With --base: measure the tests of this file or folder that use pytest-benchmark's fixture, as they "
            "are, in place of suites.",
            show_default=False,
        ),
    ] = None,
    asv: Annotated[
        Path | None,
        typer.Option(help="With --base: the same for the benchmarks of a folder of asv.", show_default=False),
    ] = None,
    pyperf: Annotated[
        Path | None,
        typer.Option(
            help="With --base: the same for a script of pyperf, or a folder of bench*.py or bm_*.py.",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Measure both arms of each case in fresh processes until the case has a verdict.

    Each suite has two arms, such as the original and the refactored system, and several cases, such as the time of one
    scene. A round is a fresh process that measures both arms of a case in turn;
    for a start, it is one process for each arm.

    The project needs a pyproject.toml with the key digest under [tool.unitdocs]: patterns of the files that are
    measured, such as digest = ["src/**/*.py", "benchmarks/*.py"]. A record is current while these files are unchanged.

    The record is written after every case. Ctrl-C and SIGTERM end the run with its worker processes; the record keeps
    all complete rounds, and bench resume continues it. What a suite raises is shown with its place; the tracebacks are
    in a file next to the record. The exit code is 0 whatever the verdicts are, 2 for wrong use, 4 if a case could not
    be measured, 130 after Ctrl-C, and 143 after SIGTERM.

    The project's modules need not be installed. They are imported from the folders listed as sources in [tool.unitdocs]
    of pyproject.toml; by default from src, or from the project itself if there is no src.

    With --base, one arm is measured on two revisions of the project, the given one and the working tree, each in its
    own process. The suites are those of the working tree. With --pytest, tests that use pytest-benchmark's fixture are
    measured as they are: what a test gives to the fixture, without what it does after that. With --asv, the timed
    benchmarks of asv's folder are, with their parameters and setups; with --pyperf, what scripts give to bench_func.

    Example: unitdocs bench run layouts --profile full

    Example: unitdocs bench run --base main

    Example: unitdocs bench run --base main --pytest tests/benchmarks

    Example: unitdocs bench run --base main --asv benchmarks
    """
    from unitdocs.bench import revisions  # noqa: PLC0415 -- slow to import
    from unitdocs.bench.finding import declared_suites, find_suites  # noqa: PLC0415
    from unitdocs.bench.plan import ABSOLUTE_MARGINS, Profile, RunPlan  # noqa: PLC0415
    from unitdocs.bench.progress import RunProgressBar  # noqa: PLC0415
    from unitdocs.bench.run import run as measure  # noqa: PLC0415

    if profile not in list(Profile):
        raise InputError(f"--profile {profile}: give one of {', '.join(Profile)}")
    share = parse_margin(margin)
    sources = revisions.import_roots(Path.cwd())
    others = {"--pytest": pytest, "--asv": asv, "--pyperf": pyperf}
    given = {option: path for option, path in others.items() if path is not None}
    if not given:
        selected = find_suites(suites, suite or (), limit=limit, sources=sources)
    elif base is None:
        option = next(iter(given))
        raise InputError(f"{option} {given[option]}: needs --base, the revision to compare the working tree with")
    else:
        selected = declared_suites(_other_tools(given, out, sources), limit=limit, sources=sources)
    plan = RunPlan(
        selected,
        profile=Profile(profile),
        seed=seed,
        margin=share,
        absolute_margins=parse_absolute_margins(absolute_margin, ABSOLUTE_MARGINS),
        limit=limit,
        gate=gate,
        base=base,
        arm=arm,
    )
    options = {
        "--profile": profile,
        "--suites": suites,
        "--seed": seed,
        "--margin": margin,
        "--absolute-margin": absolute_margin,
        "--limit": limit,
        "--base": base,
        "--arm": arm,
        **others,
    }
    command = _command(suite or (), options, gate=gate)
    with RunProgressBar() as bar:
        record, path = measure(plan, root=Path.cwd(), out=out, command=command, watcher=bar)
    return report(record, path)


@app.command()
def resume(
    record: Annotated[Path, typer.Argument(help="Record of the interrupted run.", show_default=False)],
) -> int:
    """Continue an interrupted run or self-check from its record.

    The code, the suites and Python must not have changed since, and the suites must be files of this project. Exit
    codes are those of bench run.

    Example: unitdocs bench resume build/records/20261124T161153Z-322b.json
    """
    from unitdocs.bench import selfcheck as checks  # noqa: PLC0415 -- slow to import
    from unitdocs.bench.progress import RunProgressBar, SelfCheckProgressBar  # noqa: PLC0415
    from unitdocs.bench.run import resume as continue_run  # noqa: PLC0415
    from unitdocs.cli import selfchecks  # noqa: PLC0415

    if checks.is_selfcheck(record):
        with SelfCheckProgressBar() as trials:
            check = checks.resume(record, root=Path.cwd(), on_trial=trials.begin)
        typer.echo(selfchecks.table(check))
        return 0
    with RunProgressBar() as bar:
        measured = continue_run(record, root=Path.cwd(), watcher=bar)
    return report(measured, record)


app.command()(bench_commands.commands)


@app.command()
def selfcheck(
    repeats: Annotated[int, typer.Option(help="How often each kind of work is measured with each slowdown.")] = 20,
    slowdown: Annotated[
        str, typer.Option(help="Slowdowns to detect, in percent: multiples of 0.5 from 0 to 20; 0 is equal code.")
    ] = "0,1,2,5",
    suite_size: Annotated[
        int, typer.Option(help="Cases of each suite of equal code that is judged as a whole; 0 judges no suites.")
    ] = 30,
    seed: Annotated[int, typer.Option(help="Random seed: the order of the arms and Python's hash seeds.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder for the record; with --revisions its file.")] = Path(
        "build/selfchecks"
    ),
    format: Annotated[str, typer.Option(help="table, markdown or json.")] = "table",  # noqa: A002 -- the option's name
    revisions: Annotated[  # noqa: FBT002 -- an option, never a positional argument
        bool,
        typer.Option(
            "--revisions",
            help="Check the gate on this project: commits that change documentation alone, and slowdowns in one case.",
        ),
    ] = False,
    suites: Annotated[Path, typer.Option(help="With --revisions: folder of the suites.")] = Path("benchmarks"),
    suite: Annotated[
        list[str] | None,
        typer.Option(
            help="With --revisions: a suite to take cases from; repeatable (default: all).", show_default=False
        ),
    ] = None,
) -> None:
    """Check how reliable verdicts are on this machine.

    It counts how often equal code is called different, and how often known slowdowns are detected.

    Each trial measures work of which one arm does a known percentage more, until there is a verdict; it takes one to
    three seconds. An interrupted self-check keeps its trials, and bench resume continues it. The margin is half the
    slowdown, at most 1 %. If valgrind is installed, the slowdowns are verified by counting instructions. Every share is
    shown with its 95 % interval.

    With --revisions, each trial is a run of the gate, bench run --base --gate, on a commit of this project that changes
    documentation alone, with --suite-size cases of its suites; it takes up to two minutes. So each case that is called
    slower is a false alarm. In half as many trials for each slowdown, one case does that much more work, and is to be
    found. The same command continues an interrupted check.

    Example: unitdocs bench selfcheck --repeats 100 --slowdown 0,1,2,5

    Example: unitdocs bench selfcheck --revisions --repeats 100 --slowdown 0,5 --out build/gate-check.json
    """
    from unitdocs.bench.progress import SelfCheckProgressBar  # noqa: PLC0415 -- slow to import
    from unitdocs.bench.selfcheck import SelfCheckSettings  # noqa: PLC0415
    from unitdocs.bench.selfcheck import selfcheck as check  # noqa: PLC0415
    from unitdocs.cli import selfchecks  # noqa: PLC0415

    options = {"--repeats": repeats, "--slowdown": slowdown, "--suite-size": suite_size, "--seed": seed}
    words = ["unitdocs", "bench", "selfcheck", *(f"{word}" for option in options.items() for word in option)]
    shares = selfchecks.parse_slowdowns(slowdown)
    if revisions:
        from unitdocs.bench.gate_check import GateCheckSettings, gate_check  # noqa: PLC0415

        show_gate = selfchecks.gate_writer(format)
        file = out if out.name.endswith((".json", ".json.gz")) else out / "gate-check.json"
        words += ["--revisions", *(["--suites", f"{suites}"] if suites != Path("benchmarks") else [])]
        words += [word for name in suite or [] for word in ("--suite", name)]
        gate_settings = GateCheckSettings(shares, repeats, suite_size, seed, tuple(suite or ()))
        with SelfCheckProgressBar() as bar:
            checked = gate_check(
                gate_settings, root=Path.cwd(), suites=suites, out=file, command=shlex.join(words),
                on_trial=bar.begin_gate,
            )  # fmt: skip
        typer.echo(show_gate(checked))
        typer.echo(f"Record: {file}", err=True)
        return
    show = selfchecks.writer(format)
    settings = SelfCheckSettings(repeats, shares, suite_size, seed)
    with SelfCheckProgressBar() as bar:
        record, path = check(
            settings, root=Path.cwd(), out=check_folder(out), command=shlex.join(words), on_trial=bar.begin
        )
    typer.echo(show(record))
    typer.echo(f"Record: {path}", err=True)


def _other_tools(given: Mapping[str, Path], out: Path, sources: Sequence[Path]) -> list[Path]:
    """Return the modules of the suites of other tools' benchmarks, by the options that name them."""
    from unitdocs.bench import asv_suites, pyperf_suites, pytest_suites  # noqa: PLC0415 -- slow to import

    writers = {
        "--pytest": pytest_suites.write_suite,
        "--asv": asv_suites.write_suite,
        "--pyperf": pyperf_suites.write_suite,
    }
    modules = []
    for option, path in given.items():
        module, left_out = writers[option](path, out / option.removeprefix("--"), sources)
        modules.append(module)
        if left_out:
            typer.echo(f"left out: {counted(left_out, 'benchmark')} of {path} that cannot be timed here", err=True)
    return modules


def _command(suites: Sequence[str], options: Mapping[str, object], *, gate: bool) -> str:
    """Return the command that repeats the run, without the folder for the record and options at their defaults."""
    words = [
        word
        for name, value in options.items()
        if value != DEFAULTS[name]
        for part in (value if isinstance(value, list) else [value])
        for word in (name, f"{part}")
    ]
    return shlex.join(["unitdocs", "bench", "run", *suites, *words, *(["--gate"] if gate else [])])
