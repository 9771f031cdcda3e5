"""`unitdocs tune replay`: what caches of other sizes and policies would have done with recorded lookups."""

import json
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.cli.formats import Format
from unitdocs.errors import InputError
from unitdocs.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unitdocs.studies import ReplayedSession
    from unitdocs.units.refactored.cache import Policy

COLUMNS = ("session", "cache", "policy", "entries", "hit rate", "share of Belady's", "evictions", "most bytes")


def replay(
    traces: Annotated[list[Path], typer.Argument(metavar="TRACE", help="Files of traces, which a game recorded.")],
    *,
    entries: Annotated[
        str | None,
        typer.Option(metavar="N,N", help="Numbers of entries (default: 8 to 512).", show_default=False),
    ] = None,
    policies: Annotated[
        list[str] | None,
        typer.Option(
            "--policy", metavar="POLICY", help="A policy; may be repeated (default: all).", show_default=False
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="table, json or markdown.")] = Format.TABLE,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the record to a file.", show_default=False)
    ] = None,
) -> None:
    """Count how many recorded lookups a cache of each size and policy answers, and compare with the optimum.

    A trace is what a cache was asked for; unitdocs.tuning.replay.RecordingCache records one in a running game. Each
    line shows the hit rate, and which share of Belady's hits it is: those of a cache that knows the future.

    Examples:
    unitdocs tune replay layouts.jsonl

    unitdocs tune replay layouts.jsonl --entries 64,256 --policy s3-fifo --policy lru --out replays.json
    """
    from unitdocs import records  # noqa: PLC0415 -- only this command needs it
    from unitdocs.studies import kind_of  # noqa: PLC0415
    from unitdocs.tuning.replay import read_trace  # noqa: PLC0415
    from unitdocs.tuning.replay.comparing import Session, compare_policies, record_of, sizes_of  # noqa: PLC0415

    begun, sizes, chosen = datetime.now(UTC), _sizes(entries), _policies(policies)
    replayed = []
    for path in traces:
        trace = read_trace(path)
        session = Session(trace, trace.name, trace.name, f"recorded in {path.name}", is_held_out=False)
        replayed.append(compare_policies(session, sizes or sizes_of(trace), chosen))
    _print(replayed, form)
    if out is not None:
        command = shlex.join(["unitdocs", *sys.argv[1:]])
        digest = kind_of("cache_replays").digest(Path.cwd())
        records.save(record_of(replayed, begun=begun, command=command, digest=digest, root=Path.cwd()), out)


def _sizes(text: str | None) -> "tuple[int, ...]":
    """Return the numbers of entries of an option; none if it was not given.

    Raises:
        InputError: a part is no whole number above 0.
    """
    parts = [] if text is None else [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and int(part) for part in parts):
        raise InputError(f"--entries {text}: expected whole numbers above 0 separated by commas, such as 64,256")
    return tuple(int(part) for part in parts)


def _policies(names: list[str] | None) -> "tuple[Policy, ...]":
    """Return the policies of these names; all if none are given.

    Raises:
        InputError: there is no policy of a name.
    """
    from unitdocs.units.refactored.cache import Policy  # noqa: PLC0415 -- only this command needs it

    unknown = [name for name in names or [] if name not in list(Policy)]
    if unknown:
        raise InputError(f"--policy {unknown[0]}: no such policy; give one of {', '.join(Policy)}")
    return tuple(map(Policy, names)) if names else tuple(Policy)


def _print(sessions: "Sequence[ReplayedSession]", form: Format) -> None:
    from unitdocs.cli import flags  # noqa: PLC0415 -- as above

    if form is Format.JSON:
        typer.echo(json.dumps([session.model_dump(mode="json") for session in sessions], indent=2))
        return
    flags.print_rows([COLUMNS, *(row for session in sessions for row in _rows(session))], form)
    if form is Format.TABLE:
        lookups = sum(session.lookups for session in sessions)
        typer.echo(f"{counted(len(sessions), 'trace')}, {counted(lookups, 'lookup')}, counted exactly")


def _rows(session: "ReplayedSession") -> list[tuple[str, ...]]:
    return [
        (
            session.name,
            session.cache,
            curve.policy,
            str(entries),
            f"{curve.hits[place] / session.lookups:.1%}",
            f"{curve.hits[place] / session.ceiling[place]:.1%}" if session.ceiling[place] else "-",
            str(curve.evictions[place]),
            str(curve.peak_bytes[place]),
        )
        for curve in session.curves
        for place, entries in enumerate(session.sizes)
    ]
