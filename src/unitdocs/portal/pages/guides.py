"""Parts of the guides: when their blocks were last executed, what an installation takes, and what is not executed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from unitdocs.formatting import counted, duration, size
from unitdocs.portal.components.fences import Fence, find_fences
from unitdocs.portal.components.markup import Column, Html, Page, link, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph, slug
from unitdocs.studies import ExecutedPage, GuideExecutions, Study

FOLDERS = ("deploy", "operate", "best-practices")
"""Folders of guides, below docs."""
PAGE = Page("deploy/drill.md")
"""The rehearsal, which shows its steps."""
INSTALLATION = "deploy/installation.md"
NOT_EXECUTED = "reference/untested-blocks.md"
PURPOSES = {
    "": "resolving units and scenes with both systems, and choosing the system by a flag",
    "flags": "the command that changes flags, and OpenFeature",
    "experiment": "recording events, sums of events, rollouts by evidence",
    "migrate": "the command that finds and changes uses of the original system",
    "measure": "benchmarks, comparisons, records, reports",
    "monitoring": "metrics, health checks, alerts, logs and traces of production",
    "tuning": "profiles, the search for settings, load tests",
    "spark": "sums of events on a cluster; needs experiment and Java 17",
    "portal": "this site and its versions; needs measure",
    "peers": "other layout engines, for a study",
}


@dataclass(frozen=True)
class SkippedBlock:
    """A block that is not executed.

    Args:
        page: its page, by its path below docs.
        fence: the block.
    """

    page: str
    fence: Fence


def find_guides(docs: Path) -> dict[str, str]:
    """Return the digest of each guide's text, by its path below docs."""
    return {
        path.relative_to(docs).as_posix(): sha256(path.read_bytes()).hexdigest()
        for folder in FOLDERS
        for path in sorted((docs / folder).glob("*.md"))
    }


def find_skipped_blocks(docs: Path) -> tuple[SkippedBlock, ...]:
    """Return the blocks of all hand-written pages that are marked as not executed."""
    pages = (path for path in sorted(docs.rglob("*.md")) if path.relative_to(docs).parts[0] != "generated")
    return tuple(
        SkippedBlock(path.relative_to(docs).as_posix(), fence)
        for path in pages
        for fence in find_fences(path.read_text(encoding="utf-8"))
        if fence.no_run
    )


def build_executions(guide_executions: Study[GuideExecutions] | None, guide_digests: Mapping[str, str]) -> PageOutput:
    """Return a snippet for each guide, the line at its end, and `drill`, the steps of the rehearsal."""
    output = PageOutput(PAGE, "executions")
    record = guide_executions.record if guide_executions else None
    for page, digest in guide_digests.items():
        output.snippet(slug(*PurePosixPath(page).with_suffix("").parts), _line(record, page, digest))
    output.snippet("drill", *_drill(guide_executions))
    return output


def build_installation(guide_executions: Study[GuideExecutions] | None) -> PageOutput:
    """Return the snippet `extras`: what each extra brings and takes."""
    output = PageOutput(Page(INSTALLATION), "installation")
    output.snippet("extras", _extras(guide_executions.record) if guide_executions else paragraph("Not measured."))
    return output


def build_skipped(skipped_blocks: Sequence[SkippedBlock]) -> PageOutput:
    """Return the snippet `blocks`: what is not executed, with the reasons."""
    output = PageOutput(Page(NOT_EXECUTED), "untested-blocks")
    columns = [Column("Page"), Column("Section"), Column("Language"), Column("Reason")]
    rows = [
        [
            link(block.page, output.page.link(block.page)),
            block.fence.heading,
            block.fence.language,
            block.fence.no_run,
        ]
        for block in skipped_blocks
    ]
    output.snippet("blocks", table("Blocks that are not executed", columns, rows) if rows else paragraph("None."))
    return output


def _line(record: GuideExecutions | None, page: str, digest: str) -> Html:
    executed = record.find(page) if record else None
    if record is None or executed is None:
        return _note("This page was not executed for a record yet; the tests execute its blocks.")
    if executed.digest != digest:
        return _note(f"This page has changed since its blocks were executed, {_with(record)}; the tests execute them.")
    return _note(f"All {counted(executed.blocks, 'block')} of this page were executed {_with(record)}.")


def _note(text: str) -> Html:
    return tag("p", tag("small", text))


def _with(record: GuideExecutions) -> str:
    """Return when and with what a record was made."""
    environment = record.environment
    packages = f"Python {environment.python}, NumPy {environment.packages.get('numpy', 'unknown')}"
    return f"on {record.finished:%Y-%m-%d} with unitdocs {record.version}, {packages}"


def _drill(study: Study[GuideExecutions] | None) -> Iterator[Html]:
    drill = study.record.find(PAGE.source) if study else None
    if study is None or drill is None:
        yield paragraph("Not executed for a record yet.")
        return
    if not study.is_current:
        yield paragraph("The rehearsal, or the code that it uses, has changed since.")
    yield _steps(drill)


def _steps(drill: ExecutedPage) -> Html:
    columns = [Column("Step"), Column("Blocks", is_number=True), Column("Time", is_number=True)]
    rows = [[step.heading, str(step.blocks), duration(step.seconds)] for step in drill.steps]
    total = ["All", str(drill.blocks), duration(drill.seconds)]
    return table("The steps of the rehearsal as they were executed", columns, [*rows, total])


def _extras(record: GuideExecutions) -> Html:
    columns = [
        Column("Extra"),
        Column("For"),
        Column("Packages", is_number=True),
        Column("Size", is_number=True),
    ]
    rows = [
        [
            tag("code", extra.extra) if extra.extra else "none",
            PURPOSES.get(extra.extra, ""),
            str(extra.packages),
            size(extra.size),
        ]
        for extra in record.extras
    ]
    return table("What each extra brings, with all that it needs installed", columns, rows)
