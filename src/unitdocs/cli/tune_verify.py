"""`unitdocs tune verify`: chosen against default settings, in sessions that the search never saw."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from unitdocs.cli import flags
from unitdocs.cli.budgets import parse_budget
from unitdocs.cli.formats import Format
from unitdocs.cli.record_folders import RecordFolder
from unitdocs.cli.tune_run import FOLDER
from unitdocs.errors import InputError
from unitdocs.formatting import NO_ANSWER, counted

if TYPE_CHECKING:
    from unitdocs.analysis.case_result import CaseResult
    from unitdocs.analysis.tuning_proof import ProvenSession
    from unitdocs.bench import Suite
    from unitdocs.records import RunRecord

WORSE: Final = 1
UNDECIDED: Final = 3
COLUMNS: Final = ("environment", "session", "time", "verdict", "peak memory", "verdict")


def verify(
    *,
    environment: Annotated[
        str, typer.Option(help="Verify the settings for development, staging, production, small-memory, or all.")
    ] = "all",
    profile: Annotated[str, typer.Option(help="quick: at most 15 rounds a session, 75 s; full: 40 rounds.")] = "quick",
    budget: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="End after this time, such as 45m, with --profile full.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed: the order of the arms and Python's hash seeds.")] = 1,
    suites: Annotated[Path, typer.Option(help="Folder of the suites.")] = FOLDER,
    out: RecordFolder = Path("build/records"),
    record: Annotated[
        Path | None, typer.Option(help="Judge this record of an earlier run instead of measuring.", show_default=False)
    ] = None,
    must_decide: Annotated[  # an option, never a positional argument
        bool, typer.Option("--must-decide", help="End with 3 if a session is inconclusive.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to write the verdicts.")] = Format.TABLE,
) -> int:
    """Measure the chosen settings against the default ones, in sessions that the search never saw.

    An A/B run like any other: rounds in fresh processes until each session has a verdict on its CPU time a frame, and
    its peak memory is counted. The settings are the files in benchmarks/results/settings. "At least 20 % less" is the
    near end of the interval, or the exact count. bench resume continues a run that was stopped, without the budget.

    Ends with 1 if a session is slower beyond the margin, or holds more bytes than its environment allows; with 3 if one
    is inconclusive and --must-decide is given; with 2 for wrong use and with 4 if a session could not be measured.

    Example: unitdocs tune verify --environment production

    Example: unitdocs tune verify --profile full --budget 45m

    Example: unitdocs tune verify --record benchmarks/results/tuned.json.gz
    """
    from unitdocs import records  # noqa: PLC0415 -- slow to import
    from unitdocs.analysis.arms import compare_cases  # noqa: PLC0415
    from unitdocs.analysis.tuning_proof import proven_sessions  # noqa: PLC0415
    from unitdocs.tuning.search.environments import environments_named  # noqa: PLC0415

    chosen = environments_named(environment)
    if record is not None:
        run = records.load(record)
    else:
        names = [one.name for one in chosen]
        run, record = _measured(names, profile=profile, budget=budget, seed=seed, suites=suites, out=out)
    cases = [case for case in compare_cases(run) if case.suite in {one.name for one in chosen}]
    sessions = proven_sessions(cases, {one.name: one.more_bytes for one in chosen})
    if not sessions:
        raise InputError(f"{record}: holds no session of these environments; measure them without --record")
    _print(sessions, form)
    typer.echo(f"Record: {record}", err=True)
    return exit_code(sessions, must_decide=must_decide)


def exit_code(sessions: "Sequence[ProvenSession]", *, must_decide: bool) -> int:
    """Return the exit code of verdicts."""
    from unitdocs.analysis.tuning_proof import ProofVerdict  # noqa: PLC0415 -- slow to import
    from unitdocs.errors import MeasurementError  # noqa: PLC0415

    verdicts = {verdict for session in sessions for verdict in session.verdicts}
    if ProofVerdict.MORE in verdicts:
        return WORSE
    if any(case.status == "failed" for session in sessions for case in (session.time, session.memory)):
        return MeasurementError.exit_code
    return UNDECIDED if must_decide and ProofVerdict.UNKNOWN in verdicts else 0


def _measured(
    names: Sequence[str], *, profile: str, budget: str | None, seed: int, suites: Path, out: Path
) -> "tuple[RunRecord, Path]":
    """Run the suites of environments, and return the record and its file."""
    from unitdocs.bench import revisions  # noqa: PLC0415 -- slow to import
    from unitdocs.bench.finding import find_suites  # noqa: PLC0415
    from unitdocs.bench.plan import Profile, RunPlan  # noqa: PLC0415
    from unitdocs.bench.progress import RunProgressBar  # noqa: PLC0415
    from unitdocs.bench.run import run as measure  # noqa: PLC0415
    from unitdocs.tuning.budgeted_plan import BudgetedPlan  # noqa: PLC0415

    if profile not in list(Profile):
        raise InputError(f"--profile {profile}: give one of {', '.join(Profile)}")
    declared: dict[Path, Suite] = find_suites(suites, names, sources=revisions.import_roots(Path.cwd()))
    if budget is not None and profile != Profile.FULL:
        raise InputError(f"--budget {budget}: a {profile} run has its own limit; give --profile full as well")
    plan = RunPlan(declared, profile=Profile(profile), seed=seed)
    options = ["--environment", names[0] if len(names) == 1 else "all", "--profile", profile, "--seed", str(seed)]
    if budget is not None:
        plan = BudgetedPlan(declared, profile=Profile.FULL, seed=seed, seconds=parse_budget(budget))
        options += ["--budget", budget]
    command = shlex.join(["unitdocs", "tune", "verify", *options])
    with RunProgressBar() as bar:
        return measure(plan, root=Path.cwd(), out=out, command=command, watcher=bar)


def _print(sessions: "Sequence[ProvenSession]", form: Format) -> None:
    if form is Format.JSON:
        typer.echo(json.dumps([_members(session) for session in sessions], indent=2))
        return
    flags.print_rows([COLUMNS, *map(_row, sessions)], form)
    count = sum(session.is_proven for session in sessions)
    typer.echo(f"{count} of {counted(len(sessions), 'session')} with at least 20 % less, and no more of the other.")


def _row(session: "ProvenSession") -> tuple[str, ...]:
    time, memory = session.time, session.memory
    effects = (_effect(time), session.time_verdict, _effect(memory), session.memory_verdict)
    return (time.suite, time.scenario, *effects)


def _effect(case: "CaseResult") -> str:
    from unitdocs.analysis.descriptions import extent, interval  # noqa: PLC0415 -- slow to import

    return f"{extent(case)} {interval(case)}".strip() if case.effect else case.reason or NO_ANSWER


def _members(session: "ProvenSession") -> dict[str, object]:
    time, memory = session.time, session.memory
    return {
        "environment": time.suite,
        "session": time.scenario,
        "time": {"ratio": time.ratio, "verdict": session.time_verdict.value},
        "peak memory": {"ratio": memory.ratio, "verdict": session.memory_verdict.value},
    }
