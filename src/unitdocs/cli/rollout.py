"""`unitdocs rollout`: stages that go on, hold or go back by what production shows."""

import re
import sys
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.cli import flags
from unitdocs.cli.formats import Format
from unitdocs.errors import InputError
from unitdocs.formatting import counted

if TYPE_CHECKING:
    from datetime import datetime

    from unitdocs.rollout.deciding import RolloutDecision
    from unitdocs.rollout.log import RolloutLog
    from unitdocs.rollout.steering import Rollout
    from unitdocs.studies import Observation, RolloutLook, RolloutPlan

PLAN = Path("rollout.toml")
REFUSED = 1
"""The exit code of a rollout that does not go on."""
SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

app = typer.Typer(
    name="rollout",
    help="Roll out in stages: each goes on, holds or goes back by what production shows.",
    no_args_is_help=True,
)

PlanOption = Annotated[Path, typer.Option("--plan", help="The plan file.")]
WhyOption = Annotated[str, typer.Option(help="The reason, for the log.", show_default=False)]
FormatOption = Annotated[Format, typer.Option("--format", help="table for people, json for programs.")]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="For a plan of simulated events: the simulated time, as 2026-12-01T09:00Z.",
        show_default=False,
    ),
]


@app.callback()
def rollout() -> None:
    """Roll out in stages: each goes on, holds or goes back by what production shows."""


@app.command()
def plan(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="The plan file.", show_default=True)] = PLAN,
    form: FormatOption = Format.TABLE,
) -> None:
    """Make a plan to begin with if there is none, check it, and show it.

    Example: unitdocs rollout plan deploy/rollout.toml
    """
    from unitdocs.rollout import plan as plans  # noqa: PLC0415 -- only these commands need it

    if plans.create(file):
        typer.echo(f"{file}: new; change it as you need, before the rollout starts", err=True)
    loaded = plans.load(file)
    if form is Format.JSON:
        typer.echo(loaded.model_dump_json(indent=2))
        return
    stages = [(one.name, f"{one.percent:g} %", f"{one.days:g}", f"{one.sessions:,}") for one in loaded.stages]
    flags.print_rows([("stage", "share", "days at least", "sessions at least"), *stages], form)
    typer.echo("")
    gates = [(one.metric, one.kind.value, f"{100 * one.margin:g} %", f"{100 * one.limit:g} %") for one in loaded.gates]
    flags.print_rows([("gate", "compared by", "margin", "limit"), *gates], form)


@app.command()
def show(plan: PlanOption = PLAN, at: AtOption = None, form: FormatOption = Format.TABLE) -> None:
    """Show the stage, what each gate says, and what the next stage needs. Nothing is changed.

    Example: unitdocs rollout show
    """
    steered = _rollout(plan, at)
    loaded, log, decision, observation = steered.show()
    _print_difference(steered, log)
    if form is Format.JSON:
        typer.echo(flags.as_json(_members(loaded, log.last, decision, observation), indent=2))
        return
    if log.last is None:
        typer.echo("not started; `unitdocs rollout advance` starts it")
        return
    _print_stage(loaded, log.last)
    if decision is not None:
        _print_gates(decision, form)
        typer.echo(f"a look now: {decision.action} ({decision.why})")


@app.command()
def advance(plan: PlanOption = PLAN, why: WhyOption = "", at: AtOption = None) -> None:
    """Start the rollout, or begin the next stage if every gate is passed.

    Ends with 1 if a gate refuses, and names it, its bound, and how many more sessions are needed. Proven harm beyond a
    limit kills the rollout.

    Example: unitdocs rollout advance --why "agreed on Monday"
    """
    from unitdocs.studies import RolloutAction  # noqa: PLC0415

    steered = _rollout(plan, at)
    look = steered.advance(why)
    _print_look(steered, look)
    if look.action not in (RolloutAction.START, RolloutAction.ADVANCE, RolloutAction.COMPLETE):
        raise typer.Exit(REFUSED)


@app.command()
def watch(
    plan: PlanOption = PLAN,
    every: Annotated[str, typer.Option(help="Time between two looks, as 30s, 5m or 1h.")] = "5m",
    once: Annotated[bool, typer.Option("--once", help="Look once, as a scheduled job does.")] = False,  # noqa: FBT002
    at: AtOption = None,
) -> None:
    """Look again and again: begin the next stage, hold, or kill, until the rollout is complete or killed.

    What was seen and decided is written to the log before the flag is changed. Watchers of one plan take turns. What
    cannot be read is said, and looked at again the next time.

    Ends with 0 if it is complete, with 1 if it is killed; with --once also with 0 if it holds.

    Examples:
    unitdocs rollout watch --every 10m

    unitdocs rollout watch --once
    """
    from unitdocs.studies import RolloutAction  # noqa: PLC0415

    pause = _seconds(every)
    steered = _rollout(plan, at)
    while True:
        look = _looked(steered, is_last_try=once)
        if look is not None:
            _print_look(steered, look)
            if look.action is RolloutAction.KILL:
                raise typer.Exit(REFUSED)
        if once or (look is not None and look.action is RolloutAction.COMPLETE):
            return
        time.sleep(pause)


def _looked(steered: "Rollout", *, is_last_try: bool) -> "RolloutLook | None":
    """Look once; a watcher goes on after an error, since the next look may find all in order."""
    try:
        return steered.look()
    except InputError as error:
        if is_last_try:
            raise
        print(f"unitdocs: {error}", file=sys.stderr, flush=True)  # noqa: T201
        return None


@app.command()
def hold(why: WhyOption, plan: PlanOption = PLAN, at: AtOption = None) -> None:
    """Keep the stage until somebody resumes the rollout. Proven harm is killed nevertheless.

    Example: unitdocs rollout hold --why "release on Friday"
    """
    reason = _reason(why)
    steered = _rollout(plan, at)
    _print_look(steered, steered.hold(reason))


@app.command()
def resume(
    why: WhyOption,
    plan: PlanOption = PLAN,
    stage: Annotated[str | None, typer.Option(help="The stage to begin with.", show_default=False)] = None,
    at: AtOption = None,
) -> None:
    """Go on after a hold, in the same stage; after a kill, in the first stage or the named one.

    What was seen before a kill does not count any more: the refactored system is another one now.

    Example: unitdocs rollout resume --why "fixed in 1.4.2" --stage "1 percent"
    """
    reason = _reason(why)
    steered = _rollout(plan, at)
    _print_look(steered, steered.resume(reason, stage))


@app.command()
def amend(why: WhyOption, plan: PlanOption = PLAN, at: AtOption = None) -> None:
    """Put a changed plan file in force while the rollout runs, with who, why and what in the log.

    Until then looks hold and kill by the plan that the rollout has, and no further stage begins. Stages that began,
    and the flag, environment and source of the rollout, cannot be changed.

    Example: unitdocs rollout amend --why "2 % more frame time agreed with design"
    """
    reason = _reason(why)
    steered = _rollout(plan, at)
    _print_look(steered, steered.amend(reason))


@app.command()
def kill(
    why: WhyOption,
    plan: PlanOption = PLAN,
    flag: Annotated[
        Path | None,
        typer.Option(
            help="The flag file (default: that of the plan, else as for `unitdocs flags`).", show_default=False
        ),
    ] = None,
) -> None:
    """Give nobody the refactored system, at once.

    It needs no events and no log, and works with a damaged plan too.

    Example: unitdocs rollout kill --why "menus overlap"
    """
    from unitdocs.rollout import killing  # noqa: PLC0415

    named = flag or _flag_of(plan)
    flag_file = named or flags.flag_file(None)
    if named is None and not flag_file.exists():  # a new file here would stop nobody
        raise InputError(f"{flag_file}: is not here, and no plan names a flag file; give that of the game by --flag")
    flags.report(killing.kill(flag_file, _reason(why)))
    note = killing.write_down(plan, flag_file, why)
    if note:
        print(f"unitdocs: {note}", file=sys.stderr)  # noqa: T201


@app.command()
def history(
    plan: PlanOption = PLAN,
    check: Annotated[  # noqa: FBT002
        bool, typer.Option("--check", help="Decide every look again from the log alone, and compare.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what was decided, when and why.

    With --check it ends with 1 if a decision made again differs from the log by a single byte.

    Example: unitdocs rollout history --check
    """
    from unitdocs.rollout import log as logs  # noqa: PLC0415

    log = logs.read(logs.place_of(plan))
    if form is Format.JSON:
        typer.echo(flags.as_json([one.model_dump(mode="json") for one in log.looks], indent=2))
    else:
        rows = [_row(look, planned) for look, planned in zip(log.looks, log.plans, strict=True)]
        flags.print_rows([("look", "time", "who", "stage", "decision", "reason"), *rows], form)
    if check:
        _check(log)


def _check(log: "RolloutLog") -> None:
    from unitdocs.rollout import log as logs  # noqa: PLC0415

    differing = [
        look.number for place, look in enumerate(log.looks) if logs.decided_again(log, place) != logs.as_line(look)
    ]
    if differing:
        typer.echo(f"looks that would be decided differently: {', '.join(map(str, differing))}", err=True)
        raise typer.Exit(REFUSED)
    looked = sum(look.observation is not None for look in log.looks)
    typer.echo(f"{counted(looked, 'look')} decided again from the log: the same, byte for byte", err=True)


def _row(look: "RolloutLook", planned: "RolloutPlan") -> tuple[str, ...]:
    stage = planned.stages[look.stage].name
    return (str(look.number), f"{look.time:%Y-%m-%d %H:%M}", look.who, stage, look.action.value, look.why)


def _rollout(plan: Path, at: str | None) -> "Rollout":
    from unitdocs.rollout.steering import Rollout  # noqa: PLC0415

    if at is None:
        return Rollout(plan)
    moment = _moment(at)
    steered = Rollout(plan, lambda: moment)
    if steered.in_force(steered.log()).source != "simulated":
        raise InputError('--at: only a plan with source = "simulated" has a time of its own; leave it out')
    return steered


def _moment(text: str) -> "datetime":
    from datetime import UTC, datetime  # noqa: PLC0415

    seconds = flags.seconds(text, "--at")
    return datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _seconds(text: str) -> int:
    match = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", text)
    if match is None:
        raise InputError(f"--every: expected a time such as 30s, 5m or 1h, got {text!r}")
    return int(match[1]) * SECONDS[match[2]]


def _reason(why: str) -> str:
    if not why.strip():
        raise InputError("--why: expected a reason")
    return why


def _flag_of(plan: Path) -> Path | None:
    """Return the flag file that a plan names; None if it cannot be read: a kill needs no plan."""
    try:
        name = tomllib.loads(plan.read_text(encoding="utf-8")).get("flag", "flags.json")
    except (OSError, ValueError, RecursionError):
        return None
    return plan.parent / name if isinstance(name, str) else None


def _print_stage(planned: "RolloutPlan", last: "RolloutLook") -> None:
    stage = planned.stages[last.next_stage]
    since = last.entered if last.stage == last.next_stage else last.time
    typer.echo(f"stage: {stage.name} ({stage.percent:g} %), since {since:%Y-%m-%d %H:%M}")
    typer.echo(f"last decision: {last.action} by {last.who} at {last.time:%Y-%m-%d %H:%M}: {last.why}")


def _print_gates(decision: "RolloutDecision", form: Format) -> None:
    flags.print_rows(
        [("gate", "state", "what it says"), *((one.gate, one.state, one.sentence) for one in decision.gates)], form
    )


def _print_look(steered: "Rollout", look: "RolloutLook") -> None:
    from unitdocs.rollout.log import as_sentence  # noqa: PLC0415

    log = steered.log()
    typer.echo(as_sentence(look, log.plans[look.number - 1]))
    for gate in look.gates:
        typer.echo(f"  {gate.state:<8} {gate.sentence}")
    if not look.gates:
        typer.echo(f"  {look.why}")
    _print_difference(steered, log)


def _print_difference(steered: "Rollout", log: "RolloutLog") -> None:
    """Print on standard error that the plan file is not the plan in force."""
    sentence = steered.not_in_force(log)
    if sentence:
        print(f"unitdocs: {sentence}", file=sys.stderr, flush=True)  # noqa: T201


def _members(
    planned: "RolloutPlan",
    last: "RolloutLook | None",
    decision: "RolloutDecision | None",
    observation: "Observation | None",
) -> dict[str, object]:
    return {
        "stage": None if last is None else planned.stages[last.next_stage].name,
        "last": None if last is None else last.model_dump(mode="json", exclude={"observation", "plan"}),
        "decision": None if decision is None else decision.action.value,
        "why": None if decision is None else decision.why,
        "gates": [] if decision is None else [one.model_dump(mode="json", exclude_none=True) for one in decision.gates],
        "observation": None if observation is None else observation.model_dump(mode="json"),
    }
