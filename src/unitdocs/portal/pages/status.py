"""The line at the top of every page with numbers: which run they come from, and whether it still holds."""

from typing import TYPE_CHECKING

from unitdocs.portal.evidence import Evidence, Run
from unitdocs.portal.markup import Html, Page, admonition, join, link, tag
from unitdocs.portal.wording import counted, percent

if TYPE_CHECKING:
    from unitdocs.records import RunRecord

METHOD = "benchmarks/method.md"


def status(page: Page, evidence: Evidence) -> Html:
    """Say when, where and on what code the numbers were measured; warn where the code has changed since."""
    boxes = [
        *([] if evidence.reference.is_current else [_stale("reference record", evidence.reference)]),
        *(
            []
            if evidence.machine is None or evidence.machine.is_current
            else [_stale("run on this machine", evidence.machine)]
        ),
        tag("p", origin(evidence.reference), " ", link("How a verdict is made", page.link(METHOD)), class_="ud-origin"),
    ]
    return join(boxes, "\n")


def origin(run: Run) -> str:
    """Return date, machine, Python, commit and margin of a run as one sentence."""
    record, environment = run.record, run.record.environment
    return (
        f"Measured on {day(record)} with {environment.implementation} {environment.python} on {environment.cpu} "
        f"({counted(environment.cores, 'core')}, {environment.system}), commit {commit(record)}, "
        f"margin {percent(record.margin)}."
    )


def day(record: "RunRecord") -> str:
    """Return the day of a run as YYYY-MM-DD (UTC)."""
    return f"{record.created:%Y-%m-%d}"


def commit(record: "RunRecord") -> str:
    """Return the short commit, and say so where files had been changed since."""
    short = (record.environment.commit or "unknown")[:10]
    return f"{short} with uncommitted changes" if record.environment.dirty else short


def _stale(name: str, run: Run) -> Html:
    return admonition(
        "warning ud-stale",
        f"The {name} is stale",
        f"The unit system, the suites, the scenes or the lock changed since it was measured on {day(run.record)} "
        f"(commit {commit(run.record)}). The numbers below hold for that state, not for this one.",
    )
