"""`unitdocs load soak`: whether what a process holds grows with the scenes that it plays."""

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from unitdocs.cli import extras, flags
from unitdocs.cli.formats import Format
from unitdocs.errors import InputError
from unitdocs.formatting import counted, number

if TYPE_CHECKING:
    from unitdocs.load.soak.run import SoakSettings
    from unitdocs.studies.load_soak import LoadSoak, SoakCell

GROWS = 1
"""The exit code if live bytes grow, with `--fail-on leak`."""
UNDECIDED = 3
"""The exit code if a part is inconclusive, with `--fail-on inconclusive`."""
COLUMNS = ("mode", "system", "scenes", "bytes a scene", "interval", "blocks a scene", "verdict", "grows most at")
OUT = Path("build/load-soak.json.gz")
MODES = ("caches", "observers", "updates", "threads", "flags")
SYSTEMS: Final[tuple[Literal["original", "refactored"], ...]] = ("original", "refactored")
FAIL_ON = ("leak", "inconclusive")
TRIALS = {True: "planted leaks of 100 bytes a scene were found", False: "soaks without a leak were called one"}

ModeOption = Annotated[
    list[str] | None, typer.Option("--mode", help=f"One of {', '.join(MODES)}; may be repeated (default: all).")
]
SystemOption = Annotated[
    list[str] | None, typer.Option("--system", help="original or refactored; may be repeated (default: both).")
]


def soak(
    *,
    minutes: Annotated[float, typer.Option(help="How long all parts are played together.")] = 10.0,
    mode: ModeOption = None,
    system: SystemOption = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Then play 20 short soaks with a planted leak and 100 without.")
    ] = False,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The record's file.")] = OUT,
    resume: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Continue the soak of this record.", show_default=False)
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="table, markdown or json.")] = Format.TABLE,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="End with 1 on a leak, or also with 3 if inconclusive.")
    ] = None,
) -> None:
    """Play scenes for a time, and say whether the bytes that stay alive grow.

    Modes are played in turn by both systems, each in a process of its own: scenes that pass through bounded caches,
    observers that come and go, one scene that is updated for ever, several threads, and sessions that a flag gives a
    system. Live bytes are sampled by tracemalloc after a collection. The first quarter of a part fills caches and does
    not count. A leak is a slope whose whole interval is above 1 byte a scene; the line of code that grows most is
    named. The record is written after each part. Ends with 0; with --fail-on leak 1 if a part leaks, with --fail-on
    inconclusive 3 if none leaks and a part is undecided.

    Examples:
    unitdocs load soak --minutes 1 --mode caches

    unitdocs load soak --calibrate --out benchmarks/results/load-soak.json.gz --fail-on leak
    """
    extras.require("tuning")
    if fail_on is not None and fail_on not in FAIL_ON:
        raise InputError(f"--fail-on {fail_on}: give one of {', '.join(FAIL_ON)}")
    from unitdocs.cli.load_part_progress import LoadProgress  # noqa: PLC0415 -- takes long to import
    from unitdocs.load.soak import run  # noqa: PLC0415

    path = resume or _usable(out)
    settings = run.settings_of(path) if resume else _settings(minutes, mode, system, is_calibrated=calibrate)
    with LoadProgress(_announcement(settings, path)) as progress:
        if resume:
            record = run.resume(path, root=Path.cwd(), on_part=progress.begin)
        else:
            command = shlex.join(["unitdocs", *sys.argv[1:]])
            record = run.soak(settings, root=Path.cwd(), path=path, command=command, on_part=progress.begin)
    _print(record, form)
    _end(record, fail_on)


def _usable(out: Path) -> Path:
    if out.is_dir():
        raise InputError(f"--out {out}: is a folder; give the name of a file")
    return out


def _settings(
    minutes: float, modes: list[str] | None, systems: list[str] | None, *, is_calibrated: bool
) -> "SoakSettings":
    """Return the settings.

    Raises:
        InputError: there is no such mode or system, or a number is out of range; all of them at once.
    """
    from unitdocs.load.soak.run import CLEAN, PLANTED, SoakSettings  # noqa: PLC0415 -- takes long to import
    from unitdocs.studies.load_soak import SoakMode  # noqa: PLC0415

    problems = [f"--mode {one}: give one of {', '.join(MODES)}" for one in modes or () if one not in MODES]
    problems += [f"--system {one}: give one of {', '.join(SYSTEMS)}" for one in systems or () if one not in SYSTEMS]
    if problems:
        raise InputError(*problems)
    chosen = tuple(SoakMode(one) for one in MODES if not modes or one in modes)
    played = tuple(name for name in SYSTEMS if not systems or name in systems)
    return SoakSettings(minutes, chosen, played, (PLANTED, CLEAN) if is_calibrated else (0, 0))


def _announcement(settings: "SoakSettings", path: Path) -> str:
    from unitdocs.cli.load_progress import spoken  # noqa: PLC0415 -- takes long to import

    parts = counted(len(settings.jobs), "part")
    return f"This takes about {spoken(settings.seconds)} in all: {parts}, kept in {path} after each."


def _end(record: "LoadSoak", fail_on: str | None) -> None:
    """End with the exit code of the record.

    Raises:
        typer.Exit: it is not 0.
    """
    verdicts = {part.verdict.value for part in record.parts}
    if fail_on and "leak" in verdicts:
        raise typer.Exit(GROWS)
    if fail_on == "inconclusive" and "inconclusive" in verdicts:
        raise typer.Exit(UNDECIDED)


def _print(record: "LoadSoak", form: Format) -> None:
    if form is Format.JSON:
        typer.echo(json.dumps([_as_json(part) for part in record.parts], indent=2))
        return
    flags.print_rows([COLUMNS, *map(_row, record.parts)], form)
    for part in record.parts:
        if part.failure:
            typer.echo(f"{part.mode}, {part.system}: the system raised {part.failure}")
    for is_planted, what in TRIALS.items():
        found, count = record.trial_counts(planted=is_planted)
        if count:
            typer.echo(f"{found} of {count} {what}")


def _row(part: "SoakCell") -> tuple[str, ...]:
    slope, blocks = part.slope, part.block_slope
    names = (part.mode.value, part.system, f"{part.scenes[-1] if part.scenes else 0:,}")
    place = part.places[0].place if part.places and part.verdict == "leak" else ""
    if slope is None or blocks is None:
        return (*names, "-", "-", "-", part.verdict.value, place)
    interval = f"{number(slope.low, 2)} to {number(slope.high, 2)}"
    return (*names, number(slope.value, 2), interval, number(blocks.value, 2), part.verdict.value, place)


def _as_json(part: "SoakCell") -> dict[str, object]:
    slope, blocks = part.slope, part.block_slope
    return {
        "mode": part.mode,
        "system": part.system,
        "scenes": part.scenes[-1] if part.scenes else 0,
        "slope": slope and {"bytes": slope.value, "low": slope.low, "high": slope.high, "step": slope.step},
        "blocks": blocks and {"blocks": blocks.value, "low": blocks.low, "high": blocks.high},
        "verdict": part.verdict,
        "places": [one.model_dump() for one in part.places],
        "failure": part.failure,
    }
