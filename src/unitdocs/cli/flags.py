"""`unitdocs flags`: which share of players gets the refactored system."""

import json
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.cli.formats import Format
from unitdocs.errors import InputError
from unitdocs.formatting import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from unitdocs.flags.audit import AuditEntry
    from unitdocs.flags.changing import FlagChange
    from unitdocs.flags.flag import Flag

FILE = Path("flags.json")
"""The flag file if no setting names another."""
FAULT = 2
"""Exit code if a fault of the settings or of the flag decided."""
LONGEST_KEY = 1024 * 1024
"""Bytes of a line of keys, more than any flag file can name."""

app = typer.Typer(
    name="flags", help="Choose which share of players gets the refactored system, and stop it.", no_args_is_help=True
)

FileOption = Annotated[
    Path | None,
    typer.Option("--file", help="The flag file (default: that of the settings, else flags.json).", show_default=False),
]
WhyOption = Annotated[str, typer.Option(help="The reason, for the audit log.", show_default=False)]
FormatOption = Annotated[Format, typer.Option("--format", help="table for people, json for programs.")]


@app.callback()
def flags() -> None:
    """Choose which share of players gets the refactored system, and stop it."""


@app.command()
def init(
    salt: Annotated[
        str | None, typer.Option(help="Text that the shares depend on; cannot be changed later.", show_default=False)
    ] = None,
    why: WhyOption = "",
    file: FileOption = None,
) -> None:
    """Make a flag file in which nobody gets the refactored system.

    The file is in flagd's format. A file of other flags is extended.

    Example: unitdocs flags init --file deploy/flags.json
    """
    from unitdocs.flags.changing import create  # noqa: PLC0415 -- only these commands need it
    from unitdocs.flags.flag import NAME, Flag  # noqa: PLC0415

    if salt is not None and (not salt or not salt.isprintable()):
        raise InputError("--salt: expected a text without control characters")
    report(create(flag_file(file), Flag(salt=salt or NAME), why))


@app.command()
def show(file: FileOption = None, form: FormatOption = Format.TABLE) -> None:
    """Show the flag: its shares, single keys, and whether it is killed.

    Example: unitdocs flags show --format json
    """
    from unitdocs.flags.flag_file import load  # noqa: PLC0415

    flag = load(flag_file(file)).flag
    if form is Format.JSON:
        typer.echo(as_json(flag.rules(), indent=2))
    else:
        print_rows([("setting", "value"), *described(flag)], form)


@app.command("set")
def set_share(
    percent: Annotated[float, typer.Argument(metavar="PERCENT", help="0 to 100, in steps of 0.01.")],
    environment: Annotated[
        str | None,
        typer.Option("--for", metavar="ENVIRONMENT", help="Only this environment, as staging.", show_default=False),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(help="Time from which shares hold, as 2026-12-01T09:00Z; now: at once.", show_default=False),
    ] = None,
    why: WhyOption = "",
    file: FileOption = None,
) -> None:
    """Give a share of players the refactored system. A larger share keeps everybody who has it.

    Games take the change within one second. A killed flag stays killed until `unitdocs flags resume`.

    Examples:
    unitdocs flags set 10 --why "no slow frames at 1 %"

    unitdocs flags set 100 --for staging
    """
    from unitdocs.flags.flag import buckets_of  # noqa: PLC0415

    share = buckets_of(percent)
    if environment is not None and not environment.strip():
        raise InputError("--for: expected the name of an environment")
    begin = None if start is None else {"start": seconds(start)}

    def edit(flag: "Flag") -> "Flag":
        if environment is None:
            flag = replace(flag, share=share)
        else:
            flag = replace(flag, shares={**flag.shares, environment: share})
        return replace(flag, **begin) if begin else flag  # type: ignore[arg-type]

    change(file, "set", edit, why)


@app.command()
def allow(
    key: Annotated[list[str], typer.Argument(metavar="KEY...", help="Keys of players or sessions.")],
    why: WhyOption = "",
    file: FileOption = None,
) -> None:
    """Give single players the refactored system, whatever the share is.

    Example: unitdocs flags allow tester-1 tester-2
    """
    keys = keys_of(key)
    change(
        file,
        "allow",
        lambda flag: replace(flag, allowed=flag.allowed | keys, denied=flag.denied - keys),
        why,
    )


@app.command()
def deny(
    key: Annotated[list[str], typer.Argument(metavar="KEY...", help="Keys of players or sessions.")],
    why: WhyOption = "",
    file: FileOption = None,
) -> None:
    """Give single players the original system, whatever the share is.

    Example: unitdocs flags deny player-17 --why "reported a wrong layout"
    """
    keys = keys_of(key)
    change(
        file,
        "deny",
        lambda flag: replace(flag, denied=flag.denied | keys, allowed=flag.allowed - keys),
        why,
    )


@app.command()
def forget(
    key: Annotated[list[str], typer.Argument(metavar="KEY...", help="Keys of players or sessions.")],
    why: WhyOption = "",
    file: FileOption = None,
) -> None:
    """Take back what `allow` and `deny` said of single players: the share decides again.

    Example: unitdocs flags forget player-17
    """
    keys = keys_of(key)
    change(file, "forget", lambda flag: replace(flag, denied=flag.denied - keys, allowed=flag.allowed - keys), why)


@app.command()
def kill(
    why: Annotated[str, typer.Option(help="What happened, for the audit log and for games.", show_default=False)],
    file: FileOption = None,
) -> None:
    """Give everybody the original system, within one second.

    Works with a damaged or missing flag file too. Shares are kept for `unitdocs flags resume`.

    Example: unitdocs flags kill --why "menus overlap on phones"
    """
    from unitdocs.flags import changing  # noqa: PLC0415

    if not why.strip():
        raise InputError("--why: expected a reason")
    path = flag_file(file)
    if file is None and path == FILE and not path.exists():  # a new file here would stop nobody
        raise InputError(f"{FILE}: is not here, and no setting names a flag file; give that of the game by --file")
    report(changing.kill(path, why))


@app.command()
def resume(why: WhyOption = "", file: FileOption = None) -> None:
    """Take a kill back: the same players as before get the refactored system.

    Example: unitdocs flags resume --why "fixed in 1.4.2"
    """
    change(file, "resume", lambda flag: replace(flag, killed=None), why)


@app.command()
def restore(
    backup: Annotated[Path, typer.Argument(help="A copy of the flag file.", show_default=False)],
    why: WhyOption = "",
    file: FileOption = None,
) -> None:
    """Put the rules of a backup in force, as a new version.

    If the audit log is missing too, the one next to the backup is taken.

    Example: unitdocs flags restore backups/flags.json
    """
    from unitdocs.flags import changing  # noqa: PLC0415

    report(changing.restore(flag_file(file), backup, why))


@app.command()
def history(file: FileOption = None, form: FormatOption = Format.TABLE) -> None:
    """Show who changed what, when and why.

    Exit code 2 if the audit log was cut or edited.

    Example: unitdocs flags history --format json
    """
    from unitdocs.flags import audit  # noqa: PLC0415

    entries = audit.read(audit.place_of(flag_file(file)))
    if form is Format.JSON:
        typer.echo(as_json([entry.members() for entry in entries], indent=2))
    else:
        print_rows([("version", "time", "who", "action", "change", "why"), *map(row_of, entries)], form)


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="The flag file (default: that of the settings).")] = None,
) -> None:
    """Check a flag file and its audit log. Exit code 0 if both are well, 2 if not.

    Example: unitdocs flags check deploy/flags.json
    """
    from unitdocs.flags.changing import problems  # noqa: PLC0415
    from unitdocs.flags.flag_file import load  # noqa: PLC0415

    path = flag_file(file)
    found = problems(path)
    if found:
        raise InputError(*found)
    typer.echo(f"{path}: version {load(path).flag.version}, in order")


@app.command()
def choose(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of a player or session.")],
    environment: Annotated[
        str | None,
        typer.Option("--for", metavar="ENVIRONMENT", help="The environment (default: that of the settings)."),
    ] = None,
    file: FileOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show which system a player gets now, and why.

    Exit code 2 if a fault decided: a game goes on with the original system then, and something is to be mended.

    Example: unitdocs flags choose player-17 --for staging
    """
    from unitdocs.flags import Reason, choose_system  # noqa: PLC0415

    attributes = {} if environment is None else {"environment": environment}
    asked = flag_file(file)
    # Where no setting names a file and there is none here, a game has none either: that is no fault.
    choice = choose_system(key, attributes, file=None if asked == FILE and not FILE.exists() else asked)
    if form is Format.JSON:
        typer.echo(as_json(choice._asdict()))
    else:
        version = "" if choice.flag_version is None else f", version {choice.flag_version}"
        detail = f": {visible(choice.detail)}" if choice.detail else ""
        typer.echo(f"{choice.system} ({choice.reason}{version}){detail}")
    if choice.reason is Reason.FAULT:
        raise typer.Exit(FAULT)


@app.command()
def bucket(salt: Annotated[str, typer.Option(help="The salt of the flag.", show_default=False)]) -> None:
    r"""Read keys from standard input, one a line, and print the bucket of each, from 0 to 9999.

    Use it to check that another language computes the same. A share of 10 % is the buckets below 1000.

    Example: printf 'player-1\nplayer-2\n' | unitdocs flags bucket --salt unit-system
    """
    from unitdocs.flags import bucket as bucket_of  # noqa: PLC0415

    for number, line in enumerate(iter(lambda: sys.stdin.buffer.readline(LONGEST_KEY + 1), b""), start=1):
        if len(line) > LONGEST_KEY:
            raise InputError(f"standard input:{number}: has more than {LONGEST_KEY} bytes; give one key a line")
        try:
            key = line.decode().removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            raise InputError(f"standard input:{number}: is not UTF-8") from error
        sys.stdout.write(f"{bucket_of(salt, key)}\n")


def flag_file(given: Path | None) -> Path:
    """Return the flag file that a command uses.

    Raises:
        InputError: a path without a name is given, such as an empty one.
    """
    from unitdocs.settings import load  # noqa: PLC0415

    if given is not None and not given.name:
        raise InputError(f"{given}: names no file; give the path of a flag file")
    return given or load().flag_file or FILE


def change(file: Path | None, action: str, edit: "Callable[[Flag], Flag]", why: str) -> None:
    """FlagChange the flag, and print what it is now."""
    from unitdocs.flags import changing  # noqa: PLC0415

    report(changing.change(flag_file(file), action, edit, why))


def report(done: "FlagChange") -> None:
    """Print what a command changed, a line each; notes go to standard error."""
    for line in differences(done.before, done.after):
        typer.echo(visible(line))
    for note in done.notes:
        typer.echo(f"unitdocs: {visible(note)}", err=True)
    if done.after.killed is not None and (done.before is None or done.before.killed == done.after.killed):
        typer.echo("unitdocs: the flag is killed; `unitdocs flags resume` takes that back", err=True)


def differences(before: "Flag | None", after: "Flag") -> list[str]:
    """Return what differs between two flags, as `share: 0 % -> 10 %`."""
    old, new = {} if before is None else dict(described(before)), dict(described(after))
    changed = [name for name in (old | new) if old.get(name) != new.get(name)]
    if not old:
        return [f"{name}: {value}" for name, value in new.items()]
    return [f"{name}: {old.get(name, 'none')} -> {new.get(name, 'none')}" for name in changed]


def described(flag: "Flag") -> list[tuple[str, str]]:
    """Return what a flag says, as names and values."""
    from unitdocs.flags.flag import percent_of  # noqa: PLC0415

    rows = [("version", str(flag.version)), ("salt", flag.salt), ("share", percent_of(flag.share))]
    rows += [(f"share for {name}", percent_of(share)) for name, share in sorted(flag.shares.items())]
    rows += [
        (name, ", ".join(sorted(keys))) for name, keys in (("allowed", flag.allowed), ("denied", flag.denied)) if keys
    ]
    rows += [("start", time_of(flag.start))] if flag.start is not None else []
    return [*rows, ("killed", "no" if flag.killed is None else flag.killed)]


def row_of(entry: "AuditEntry") -> tuple[str, ...]:
    """Return an entry as a row of the audit log."""
    changed = [line for line in differences(entry.before, entry.after) if not line.startswith("version:")]
    return (str(entry.after.version), entry.time, entry.who, entry.action, "; ".join(changed), entry.why)


def print_rows(rows: list[tuple[str, ...]], form: Format) -> None:
    """Print rows in aligned columns or as a Markdown table."""
    from unitdocs.cli.rows import aligned, marked_up  # noqa: PLC0415

    left = range(len(rows[0]))
    for line in aligned(rows, left) if form is Format.TABLE else marked_up(rows, left):
        typer.echo(line)


def as_json(value: object, indent: int | None = None) -> str:
    """Return a value as JSON, with an escape for each character that a terminal would obey."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    return "".join(
        character if character.isprintable() or character == "\n" else json.dumps(character)[1:-1] for character in text
    )


def keys_of(keys: list[str]) -> frozenset[str]:
    """Return keys that a flag file can hold.

    Raises:
        InputError: a key is empty, or not a text that UTF-8 can hold.
    """
    for key in keys:
        if not key or not key.isprintable():
            raise InputError(f"KEY: {key!r} is empty or has control characters")
    return frozenset(keys)


def seconds(text: str, option: str = "--start") -> int | None:
    """Return a time as seconds since 1970; None for `now`.

    Args:
        text: the time, with its time zone.
        option: the option that has it, for errors.

    Raises:
        InputError: it is no time, or has no time zone.
    """
    from unitdocs.flags.flag import TIMES  # noqa: PLC0415

    if text == "now":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{option}: {text!r} is no time; give one such as 2026-12-01T09:00Z, or now") from None
    if moment.tzinfo is None:
        raise InputError(f"{option}: {text!r} has no time zone; add Z for UTC, or +01:00")
    whole = int(moment.timestamp())
    if whole not in TIMES:
        raise InputError(f"{option}: {text!r} is not in the years 1 to 9999 of UTC; give an earlier or later one")
    return whole


def time_of(moment: int) -> str:
    """Return a time in UTC, and whether it is still to come."""
    try:
        shown = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):  # no command writes such a time, but an audit log may hold it
        shown = f"{moment} s after 1970"
    return shown if moment <= time.time() else f"{shown} (not yet)"
