"""`unitdocs experiment`: events of sessions under both systems."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from unitdocs.cli import extras
from unitdocs.cli.formats import AnalysisFormat
from unitdocs.errors import InputError
from unitdocs.experiment.engines import Engine
from unitdocs.formatting import visible

if TYPE_CHECKING:
    from unitdocs.experiment.fleet import FleetAccount, FleetDay

ALL = 100.0
FLAG = "flags.json"
"""The flag file of a fleet that has its own."""

app = typer.Typer(name="experiment", help="Record, simulate and read events of both systems.", no_args_is_help=True)


@app.callback()
def experiment() -> None:
    """Record, simulate and read events of both systems."""
    extras.require("experiment")


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for events, flag and fleet.json.")],
    sessions: Annotated[int, typer.Option(min=1, help="Sessions a day, each by a new player.")] = 1_000,
    days: Annotated[int, typer.Option(min=1, help="Days in total; a further call plays those that are missing.")] = 1,
    percent: Annotated[
        float | None,
        typer.Option(help="Share of players with the refactored system, for a new flag DIR/flags.json."),
    ] = None,
    flag: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The flag that chooses (default: DIR/flags.json).", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the players' random numbers.")] = 1,
    harm: Annotated[
        str, typer.Option(metavar="SHARE", help="Refactored players get the original, slower by this, as 5%.")
    ] = "0%",
    same: Annotated[bool, typer.Option("--same", help="Both arms get the original system: A/A.")] = False,  # noqa: FBT002
    error_rate: Annotated[
        str, typer.Option(metavar="SHARE", help="Share of refactored sessions with an error, as 1%.")
    ] = "0%",
    trend: Annotated[
        str, typer.Option(metavar="SHARE", help="Frames of both arms get slower by this each day, as 10%.")
    ] = "0%",
    frames: Annotated[int, typer.Option(min=1, max=100_000, help="Frames of a session.")] = 30,
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="The first day, as 2026-12-01 (default: today).")
    ] = None,
    scene: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A scene file instead of the built-in scene; needs --recording.")
    ] = None,
    recording: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Recorded sizes of the window, to be played on --scene.")
    ] = None,
    processes: Annotated[int, typer.Option(min=1, max=256, help="Processes that play.")] = 2,
) -> None:
    """Play sessions of a simulated fleet: real frames, really measured; only players and days are simulated.

    Each player, from player-0 on, gets the system that the flag gives. All events have the source simulated, which no
    decision about production counts. Called again with the same options, it goes on where it was ended.

    Examples:
    unitdocs experiment simulate --sessions 1000 --percent 10 --out build/fleet

    unitdocs experiment simulate --sessions 1000 --days 7 --flag flags.json --harm 5% --out build/harmed
    """
    from unitdocs.experiment import fleet  # noqa: PLC0415 -- only this command needs it

    if same and share_of("--harm", harm):
        raise InputError("--same and --harm: give one; a fleet with harm has the original system in both arms already")
    options = fleet.FleetOptions(
        seed=seed,
        frames=frames,
        harm=share_of("--harm", harm, most=10.0),
        same=same,
        error_rate=share_of("--error-rate", error_rate),
        trend=share_of("--trend", trend),
        start=_start(start, out),
        scene=None if scene is None else str(scene),
        recording=None if recording is None else str(recording),
    )
    account = fleet.simulate(
        out,
        _flag_file(flag, percent, out),
        options,
        sessions=sessions,
        days=days,
        processes=min(processes, sessions),
        watch=lambda day: typer.echo(_progress(day, days), err=True),
    )
    _print_account(account, out)


def share_of(option: str, text: str, *, most: float = 1.0) -> float:
    """Return a share from a text such as `5%` or `0.05`.

    Raises:
        InputError: it is none, or not from 0 to the most.
    """
    number, is_percent = text.strip().removesuffix("%"), text.strip().endswith("%")
    try:
        share = float(number) / (ALL if is_percent else 1.0)
    except ValueError:
        share = -1.0
    if not 0 <= share <= most:
        raise InputError(f"{option}: expected 0% to {most:.0%}, such as 5% or 0.05, got {text!r}")
    return share


def _start(text: str | None, out: Path) -> dt.date:
    """Return the first day: as given, else that of the fleet that played there, else today in UTC.

    Raises:
        InputError: it is no date.
    """
    from unitdocs.experiment.fleet import account_of  # noqa: PLC0415

    if text is None:
        account = account_of(out)
        return dt.datetime.now(dt.UTC).date() if account is None else account.options.start
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise InputError(f"--start: {text!r} is no date; give one such as 2026-12-01") from None


def _flag_file(flag: Path | None, percent: float | None, out: Path) -> Path:
    """Return the flag file, which is made if a share is given.

    Raises:
        InputError: both or none are given, there is no file, or the fleet's own has another share.
    """
    from unitdocs.flags import Flag, changing  # noqa: PLC0415
    from unitdocs.flags.flag import buckets_of, percent_of  # noqa: PLC0415
    from unitdocs.flags.flag_file import load  # noqa: PLC0415

    if flag is not None and percent is not None:
        raise InputError("--flag and --percent: give one; `unitdocs flags set` changes the share of a flag file")
    place = flag or out / FLAG
    if percent is not None and not place.exists():
        changing.create(place, Flag(share=buckets_of(percent)), "a simulated fleet")
    if flag is None and not place.exists():
        raise InputError("--flag or --percent: give the flag that chooses, or the share of a new one")
    share = load(place).flag.share
    if percent is not None and share != buckets_of(percent):
        raise InputError(
            f"{place}: gives {percent_of(share)}, not {percent:g} %; change it by `unitdocs flags set --file {place}`"
        )
    return place


def _progress(day: "FleetDay", days: int) -> str:
    sessions = sum(arm.sessions for arm in day.arms)
    return f"day {day.day + 1} of {days}: {sessions:,} sessions, flag version {', '.join(map(str, day.flag_versions))}"


def _print_account(account: "FleetAccount", out: Path) -> None:
    """Print what the fleet did in all its days."""
    from unitdocs.cli.rows import aligned  # noqa: PLC0415
    from unitdocs.formatting import duration  # noqa: PLC0415

    rows = [("arm", "sessions", "frames", "CPU time a frame", "missed frames", "sessions with errors")]
    for arm, sums in account.totals().items():
        mean = duration(sums.seconds / sums.frames) if sums.frames else "none"
        rows.append(
            (arm, f"{sums.sessions:,}", f"{sums.frames:,}", mean, f"{sums.missed:,}", f"{sums.errors:,}"),
        )
    for line in aligned(rows, [0]):
        typer.echo(line)
    dropped = sum(day.dropped for day in account.days)
    typer.echo(visible(f"simulated fleet, {len(account.days)} days, {dropped:,} events dropped; events are in {out}"))


@app.command()
def tidy(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that events are written to.")],
    keep: Annotated[int, typer.Option(min=1, max=36_500, help="Days that stay, besides today.")] = 90,
) -> None:
    """Merge the files of each finished day into one, and remove days that are older than those kept.

    Games may write meanwhile. Whenever it is ended, no event is lost or counted twice; the next call goes on.

    Example: unitdocs experiment tidy events --keep 90
    """
    import time  # noqa: PLC0415 -- as above

    from unitdocs.experiment import keeping  # noqa: PLC0415
    from unitdocs.formatting import counted  # noqa: PLC0415

    done = keeping.tidy(folder, keep, time.time())
    files, merged = counted(done.parts, "file"), counted(len(done.merged), "day")
    typer.echo(f"merged {files} of {merged}; removed {counted(len(done.removed), 'day')}")


@app.command()
def analyse(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that events are written to.")],
    engine: Annotated[
        Engine, typer.Option(help="What adds the events up: duckdb, or spark, which needs unitdocs[spark] and Java 17.")
    ] = Engine.DUCKDB,
    source: Annotated[
        Literal["production", "simulated"], typer.Option(help="Whose events: players', or those of a simulated fleet.")
    ] = "production",
    form: Annotated[
        AnalysisFormat, typer.Option("--format", help="table for people, json or csv for programs.")
    ] = AnalysisFormat.TABLE,
) -> None:
    """Show what events say: each metric by arm and version of the flag, and both arms compared.

    Only sessions whose system the flag chose by its share of players are compared, each version of the flag by itself.
    Intervals stay valid however often somebody looks. Simulated events are never mixed with those of players.

    Examples:
    unitdocs experiment analyse events

    unitdocs experiment analyse build/fleet --source simulated --format csv
    """
    from unitdocs.cli.analyses import AnalysisCaption, write  # noqa: PLC0415 -- pandas would slow every command's start
    from unitdocs.experiment import analysing  # noqa: PLC0415 -- the same
    from unitdocs.experiment.events import Source  # noqa: PLC0415 -- the same
    from unitdocs.experiment.sums import read_sums  # noqa: PLC0415 -- the same
    from unitdocs.experiment.usable_files import find_files  # noqa: PLC0415 -- the same

    find_files(folder, (Source(source),))  # a wrong folder is named before Spark starts, which takes seconds
    sums = read_sums(folder, engine=engine, sources=(Source(source),))
    days = analysing.days_of(sums)
    if not days:
        raise InputError(f"{folder}: has no events of the source {source}", *sums.notes)
    caption = AnalysisCaption(Source(source), days[0], days[-1], engine)
    typer.echo(write(analysing.analyse(sums), caption, form))
    if form is not AnalysisFormat.TABLE:
        for note in sums.notes:
            typer.echo(visible(note), err=True)
