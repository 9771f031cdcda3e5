"""The line at the top of every page with numbers: which run they come from, and whether it is current."""

from typing import TYPE_CHECKING

from unitdocs.analysis.descriptions import unfinished
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, listed, number, percent
from unitdocs.portal.components.markup import Html, Page, admonition, join, link, tag

if TYPE_CHECKING:
    from unitdocs.records import RunRecord

METHOD = "benchmarks/method.md"


def status(page: Page, reference: Run, machine: Run | None = None) -> Html:
    """Return when, where and on what code the numbers were measured, with a warning if the code has changed since.

    Args:
        page: the page that says it.
        reference: the run that the page is made from.
        machine: the run on this machine, if the page shows it too.
    """
    return join([stale(reference, machine), provenance(page, reference)], "\n")


def stale(reference: Run, machine: Run | None) -> Html:
    """Return a warning if the code has changed since a run, else an empty text."""
    return outdated(("reference record", reference), ("run on this machine", machine))


def outdated(*runs: tuple[str, Run | None]) -> Html:
    """Return a warning if the code has changed since one of these runs, else an empty text."""
    old = [(name, run) for name, run in runs if run and not run.is_current]
    if not old:
        return Html("")
    return admonition(
        "warning ud-stale",
        f"Stale: {listed([f'the {name}' for name, _ in old])}",
        f"Files that the record covers, such as the measured code or its suites, changed since "
        f"{listed([f'{day(run.record)} (commit {commit(run.record)})' for _, run in old])}. "
        "The numbers apply to that state of the code, not to the current one.",
    )


def provenance(page: Page, reference: Run) -> Html:
    """Return when, where and on what code the numbers were measured, with a link to the method."""
    method = [] if page.source == METHOD else [" ", link("How a verdict is made", page.link(METHOD))]
    current = " The numbers are current: the code has not changed since." if reference.is_current else ""
    return tag("p", origin(reference), current, *method, class_="ud-origin")


def origin(run: Run) -> str:
    """Return date, machine, Python, commit and margin of a run as one sentence."""
    record, environment = run.record, run.record.environment
    stopped = unfinished(record)
    return (
        f"Measured on {day(record)} with {environment.implementation} {environment.python} on {environment.cpu} "
        f"({counted(environment.cores, 'core')}, {environment.system}), commit {commit(record)}, "
        f"margin {percent(record.margin)}.{stopped and f' {stopped}'}"
    )


def load(run: Run) -> str:
    """Return the load of the machine as one sentence."""
    environment = run.record.environment
    start, end = (
        "unknown" if value is None else number(value) for value in (environment.load_start, environment.load_end)
    )
    return f"Load of the machine, {counted(environment.cores, 'core')}: {start} at the start, {end} at the end."


def day(record: "RunRecord") -> str:
    """Return the day of a run as YYYY-MM-DD (UTC)."""
    return f"{record.created:%Y-%m-%d}"


def commit(record: "RunRecord") -> str:
    """Return the short commit, with a note if there were uncommitted changes."""
    short = (record.environment.commit or "unknown")[:10]
    return f"{short} with uncommitted changes" if record.environment.dirty else short
