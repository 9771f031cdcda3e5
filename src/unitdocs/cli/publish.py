"""`unitdocs publish`: the versions of the site on the branch that GitHub Pages serves."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.cli import extras
from unitdocs.cli.formats import Format
from unitdocs.cli.rows import aligned, marked_up
from unitdocs.formatting import counted, size

if TYPE_CHECKING:
    from unitdocs.publishing import Amount, Change, ListedVersion, Pages

FAULT = 1
"""The exit code of `verify` if readers are harmed."""

app = typer.Typer(name="publish", help="Publish versions of the site, and keep them.", no_args_is_help=True)

Version = Annotated[str, typer.Argument(help="The version's name, such as 1.2.", show_default=False)]
Local = Annotated[bool, typer.Option("--local", help="Change the local branch only; push nothing.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
Backup = Annotated[Path, typer.Argument(help="The backup, such as versions.bundle.", show_default=False)]


@app.callback()
def publish() -> None:
    """Publish versions of the site on the branch gh-pages, and keep them.

    Every action is one commit, pushed once, or nothing at all. Works in the project's folder.
    """
    extras.require("portal")


@app.command()
def deploy(
    version: Version,
    *,
    alias: Annotated[
        list[str] | None, typer.Option(help="A further name that leads to the version; repeatable.", show_default=False)
    ] = None,
    latest: Annotated[
        bool | None,
        typer.Option(
            "--latest/--no-latest",
            help="Whether readers are led to this version from now on (default: to a release, if no newer one is "
            "published that was not withdrawn).",
            show_default=False,
        ),
    ] = None,
    stale_ok: Annotated[
        bool, typer.Option("--stale-ok", help="Publish a record that does not belong to the code; it is marked.")
    ] = False,
    dry_run: DryRun = False,
    local: Local = False,
) -> None:
    """Build the committed state of the project and publish it as a version.

    Nothing is published if the tree has uncommitted changes, the record is stale, a page or link is wrong, or Plotly's
    own bundle cannot be built. If others publish at the same time, the version goes on top of theirs.

    Example: unitdocs publish deploy 1.2

    Example: unitdocs publish deploy 1.2 --alias stable --dry-run

    Example: unitdocs publish deploy dev
    """
    from unitdocs import publishing  # noqa: PLC0415 -- mkdocs would slow the start of every command

    change = publishing.publish(
        version,
        _pages(local=local),
        aliases=tuple(alias or ()),
        is_latest=latest,
        stale_ok=stale_ok,
        dry_run=dry_run,
        progress=lambda sentence: typer.echo(f"{sentence} ...", err=True),
    )
    typer.echo(f"{version}: {'would be published; nothing was changed' if dry_run else 'published'}")
    _say(change)


@app.command()
def rollback(
    version: Version,
    *,
    why: Annotated[str, typer.Option(help="The reason; the pages that readers should leave show it.")],
    local: Local = False,
) -> None:
    """Lead readers to an earlier version again. Nothing is built and nothing is lost.

    The version that was the latest, and each newer release, is marked as withdrawn with the reason.

    Example: unitdocs publish rollback 1.1 --why "the chart of frames shows wrong numbers"
    """
    from unitdocs import publishing  # noqa: PLC0415 -- as above

    change = publishing.roll_back(version, _pages(local=local), why=why)
    typer.echo(f"{version}: is the latest now")
    _say(change)


@app.command("list")
def list_versions(
    form: Annotated[
        Format, typer.Option("--format", help="table for people, markdown for a report, json for programs.")
    ] = Format.TABLE,
    *,
    local: Annotated[bool, typer.Option("--local", help="Read the local branch only.")] = False,
) -> None:
    """Print the published versions, newest first: those of the remote, and what only the local branch has.

    Example: unitdocs publish list --format json
    """
    from unitdocs import publishing  # noqa: PLC0415 -- as above

    versions = publishing.published(_pages(local=local))
    if form is Format.JSON:
        typer.echo(json.dumps([_as_json(one) for one in versions], indent=2))
    elif versions:
        heading = ("version", "aliases", "published", "record", "state")
        write = aligned if form is Format.TABLE else marked_up
        typer.echo("\n".join(write([heading, *map(_row, versions)], range(len(heading)))))
    else:
        typer.echo("no version is published")


@app.command()
def verify(*, local: Local = False) -> None:
    """Look for what is wrong with the published versions: lists, folders, links, shared files, size.

    Exits with 1 if readers are harmed.

    Example: unitdocs publish verify
    """
    from unitdocs.publishing import verification  # noqa: PLC0415 -- as above

    pages = _pages(local=local)
    findings = verification.verify(pages)
    for one in findings:
        typer.echo(f"{'fault' if one.is_fault else 'note'}: {one.text}")
    if any(one.is_fault for one in findings):
        raise typer.Exit(FAULT)
    typer.echo(f"{pages.branch}: complete and consistent")


@app.command()
def prune(
    *,
    keep: Annotated[int, typer.Option(help="How many of the newest versions stay.", show_default=False)],
    dry_run: DryRun = False,
    local: Local = False,
) -> None:
    """Take old versions off the site to make room. A tag keeps each one; recover brings it back.

    The latest version, and each one that an alias leads to, stays.

    Example: unitdocs publish prune --keep 20 --dry-run
    """
    from unitdocs.publishing import pruning  # noqa: PLC0415 -- as above

    pruned = pruning.prune(_pages(local=local), keep, dry_run=dry_run)
    verb = "would be taken off the site" if dry_run else "taken off the site"
    typer.echo(f"{', '.join(pruned.versions) or 'no version'}: {verb}")
    _say(pruned.change)


@app.command()
def backup(file: Backup, *, local: Local = False) -> None:
    """Save all published versions with their history in one file, and its checksum in another.

    Example: unitdocs publish backup versions.bundle
    """
    from unitdocs.publishing import backups  # noqa: PLC0415 -- as above

    saved = backups.backup(_pages(local=local), file)
    versions = counted(len(list(saved.versions)), "version")
    typer.echo(f"{file}: {versions}, {size(file.stat().st_size)}, read back and complete")


@app.command()
def recover(
    file: Annotated[
        Path | None, typer.Argument(help="The backup, such as versions.bundle.", show_default=False)
    ] = None,
    *,
    version: Annotated[
        str | None,
        typer.Option(help="Bring back this pruned version instead; no backup is needed.", show_default=False),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a branch that has more; it is kept under another name.")
    ] = False,
    local: Local = False,
) -> None:
    """Bring published versions back: all of a backup, or one that was pruned.

    Example: unitdocs publish recover versions.bundle

    Example: unitdocs publish recover --version 1.0
    """
    from unitdocs.publishing import backups, pruning  # noqa: PLC0415 -- as above

    if (file is None) == (version is None):
        raise typer.BadParameter("give either a backup or --version.")
    pages = _pages(local=local)
    if version is not None:
        change = pruning.restore(version, pages)
        typer.echo(f"{version}: is on the site again")
        _say(change)
    elif file is not None:
        recovered = backups.recover(file, pages, is_replaced=replace)
        typer.echo(f"{pages.branch}: {counted(len(list(recovered.versions)), 'version')} recovered from {file}")


def _pages(*, local: bool) -> "Pages":
    from unitdocs.publishing import Pages  # noqa: PLC0415 -- as above

    return Pages(Path.cwd(), remote=None if local else "origin")


def _say(change: "Change") -> None:
    """Print what changed on the branch."""
    parts = [("added", change.added), ("changed", change.changed), ("removed", change.removed)]
    for word, amount in parts:
        if amount.files:
            typer.echo(f"{word}: {_amount(amount)}")
    typer.echo(f"the whole site: {_amount(change.total)}")
    for note in change.notes:
        typer.echo(f"note: {note}", err=True)


def _amount(amount: "Amount") -> str:
    return f"{counted(amount.files, 'file')}, {size(amount.size)}"


def _row(one: "ListedVersion") -> tuple[str, ...]:
    about = one.about
    if about is None:
        return (one.version, ", ".join(one.aliases), "", "", "")
    stale = ["stale record"] if about.stale else []
    withdrawn = [f"withdrawn: {about.withdrawn.why}"] if about.withdrawn else []
    days = (f"{time:%Y-%m-%d}" for time in (about.published, about.record.created))
    return (one.version, ", ".join(one.aliases), *days, "; ".join([*withdrawn, *stale]))


def _as_json(one: "ListedVersion") -> dict[str, object]:
    about = one.about.model_dump(mode="json") if one.about else {}
    return {**about, "version": one.version, "aliases": list(one.aliases)}
