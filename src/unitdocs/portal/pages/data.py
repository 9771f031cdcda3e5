"""Page benchmarks/data: the records behind the site, as files, and the data of every figure.

A record is offered as it lies beside the reference record, byte by byte, so that its checksum is that of the committed
file.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from unitdocs import studies
from unitdocs.analysis import History
from unitdocs.formatting import counted, size
from unitdocs.portal.components.markup import Column, Html, Page, csv_path, join, link, table, tag, to_json
from unitdocs.portal.components.page_output import Parts, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.pages.summary import lines
from unitdocs.portal.site.evidence import Evidence
from unitdocs.records import Environment, RunRecord
from unitdocs.studies import CacheHits, ChangePoints, PageLoading, PageScores, RenderingScale, SelfCheck, SideBySide

PAGE = Page("benchmarks/data.md")
FOLDER = "data/records"
"""Where the records lie below `generated`."""
SUMS = f"generated/{FOLDER}/SHA256SUMS"
COMPRESSED = b"\x1f\x8b"
READ_RUN = ("unitdocs compare {}", "unitdocs report {}")
Single = RunRecord | SelfCheck | SideBySide | PageLoading | PageScores | RenderingScale | ChangePoints | CacheHits
"""What was measured at one time on one machine."""
Record = Single | History
SCHEMAS: Mapping[str, type[Record]] = {
    "run-record": RunRecord,
    "self-check": SelfCheck,
    "side-by-side": SideBySide,
    "page-loading": PageLoading,
    "page-scores": PageScores,
    "rendering-scale": RenderingScale,
    "history": History,
    "change-points": ChangePoints,
    "cache-hits": CacheHits,
}
"""The kinds of records by the names of their schemas' files."""


@dataclass(frozen=True)
class Kept:
    """A record that the site offers.

    Args:
        name: of its file.
        holds: what it is.
        record: what was read from it.
        state: whether it still holds.
        reads: commands that read it, or the function that does, with `{}` for the file.
        content: the file's bytes.
    """

    name: str
    holds: str
    record: Record
    state: str
    reads: Sequence[str]
    content: bytes

    @property
    def path(self) -> str:
        """Where it lies below docs."""
        return f"generated/{FOLDER}/{self.name}"

    @property
    def checksum(self) -> str:
        """SHA-256 of the file, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def parts(evidence: Evidence, others: Sequence[Parts], docs: Path) -> Parts:
    """Return the snippets `status`, `records`, `checksums`, `figures` and `schemas`, with the files that they offer.

    Args:
        evidence: what the pages are made from.
        others: the parts of the pages whose figures are listed.
        docs: the folder of the site's pages, for their titles.
    """
    made = Parts(PAGE, "downloads")
    kept = list(_kept(evidence))
    made.snippet("status", status(PAGE, evidence))
    made.snippet("records", _records(kept))
    sums = "".join(f"{each.checksum}  {each.name}\n" for each in kept)
    made.snippet("checksums", f"```text\n{sums}```", paragraph(_download(SUMS, "Download the checksums")))
    made.snippet("figures", *_figures(others, docs))
    made.snippet("schemas", *_schemas(made))
    made.files.update({each.path: each.content for each in kept} | {SUMS: sums})
    return made


def _kept(evidence: Evidence) -> Iterator[Kept]:
    runs = {
        "reference": (
            "reference",
            "The reference record: the original against the refactored system",
            evidence.reference,
        ),
        "machine": ("this-machine", "The run on this machine", evidence.machine),
        "peers": ("peers", "Other layout engines against the refactored system", evidence.peers),
    }
    for member, (name, holds, run) in runs.items():
        if run and member in evidence.files:
            content = evidence.files[member].read_bytes()
            yield Kept(_named(name, content), holds, run.record, _state(is_current=run.is_current), READ_RUN, content)
    if evidence.selfcheck and "selfcheck" in evidence.files:
        content = evidence.files["selfcheck"].read_bytes()
        state = _state(is_current=evidence.selfcheck.digest == studies.digest_of_verdicts())
        yield Kept(
            _named("selfcheck", content),
            "The self-check: verdicts on work whose answer is known",
            evidence.selfcheck,
            state,
            ["studies.load_selfcheck(Path('{}'))"],
            content,
        )
    if evidence.caches and "caches" in evidence.files:
        content = evidence.files["caches"].read_bytes()
        yield Kept(
            _named("cache-hits", content),
            "How often caches answer, by what a game does, policy and size",
            evidence.caches.record,
            _state(is_current=evidence.caches.is_current),
            ["studies.load_cache_hits(Path('{}'))"],
            content,
        )
    others: dict[str, tuple[str, str, Record | None]] = {
        "sidebyside": ("side-by-side", "Other tools and unitdocs on the same known work", evidence.sidebyside),
        "loading": ("page-loading", "How a page of this site loads", evidence.loading),
        "scores": ("page-scores", "How Lighthouse and axe-core judge pages of this site", evidence.scores),
        "scale": ("rendering-scale", "How long rendering takes with many records", evidence.scale),
        "history": ("history", "What the reference records came to, one after the other", evidence.history),
        "changes": ("change-points", "How well ways to find change points do", evidence.changes),
    }
    for member, (name, holds, record) in others.items():
        if record and member in evidence.files:
            content = evidence.files[member].read_bytes()
            reader = f"records.load_{name.replace('-', '_')}(Path('{{}}'))"
            yield Kept(_named(name, content), holds, record, "cannot be told: it has no digest", [reader], content)


def _named(name: str, content: bytes) -> str:
    return f"{name}.json.gz" if content.startswith(COMPRESSED) else f"{name}.json"


def _state(*, is_current: bool) -> str:
    return "current" if is_current else "stale"


def _records(kept: Sequence[Kept]) -> Html:
    columns = [Column("Record"), Column("Size", is_number=True), Column("Measured"), Column("Code"), Column("Read it")]
    return table("Records behind this site", columns, [_record(each) for each in kept])


def _record(each: Kept) -> list[str]:
    return [
        lines(_download(each.path, each.name), each.holds),
        size(len(each.content)),
        *(_of_many(each.record) if isinstance(each.record, History) else _of_one(each.record, each.state)),
        join([tag("code", command.format(each.name)) for command in each.reads], "<br>"),
    ]


def _of_one(record: Single, state: str) -> list[Html]:
    here = record.environment
    unfinished = "" if record.finished else "did not finish"
    return [
        lines(f"{record.created:%Y-%m-%d}", f"{here.cpu}, {counted(here.cores, 'core')}", unfinished),
        lines(state, _commit(here), f"unitdocs {_version(here)}", f"format {record.format_version}"),
    ]


def _of_many(history: History) -> list[Html]:
    days = [f"{entry.created:%Y-%m-%d}" for entry in history.entries]
    span = " to ".join(dict.fromkeys([days[0], days[-1]])) if days else "nothing yet"
    commits = dict.fromkeys((entry.commit or "unknown")[:10] for entry in history.entries)
    machines = {entry.machine.key for entry in history.entries}
    return [
        lines(span, counted(len(days), "record"), counted(len(machines), "machine")),
        lines("each of its own commit", *commits, f"format {history.format_version}"),
    ]


def _commit(here: Environment) -> str:
    short = (here.commit or "unknown")[:10]
    return f"commit {short}{' with uncommitted changes' if here.dirty else ''}"


def _version(here: Environment) -> str:
    return here.packages.get("unitdocs", "unknown")


def _download(path: str, text: str) -> Html:
    return tag("a", text, href=PAGE.link(path), download="")


def _figures(others: Sequence[Parts], docs: Path) -> Iterator[Html]:
    """Yield for each page with figures a list of them that can be opened, each with its data and a link to it."""
    columns = [Column("Figure"), Column("Data")]
    drawn = [other for other in others if other.figures]
    total = sum(len(other.figures) for other in drawn)
    yield paragraph(f"{counted(total, 'figure')} on {counted(len(drawn), 'page')}.")
    for other in drawn:
        title = _title(docs, other)
        address = PAGE.link(other.page.source)
        rows = [
            [link(finding, f"{address}#{key}"), _download(csv_path(key), f"{key}.csv")]
            for key, finding in other.figures.items()
        ]
        found = table(f"Figures of the page {title}", columns, rows)
        yield tag("details", tag("summary", f"{title}: {counted(len(rows), 'file')}"), Html("\n"), found, Html("\n"))


def _title(docs: Path, other: Parts) -> str:
    """Return a page's first heading; the name of its parts for the home page, and where there is no page."""
    page = docs / other.page.source
    text = page.read_text(encoding="utf-8") if page.is_file() and page.stem != "index" else ""
    found = re.search(r"^# (.+?)(?: \{.*\})?$", text, flags=re.MULTILINE)
    return found[1] if found else other.name.capitalize()


def _schemas(made: Parts) -> Iterator[Html]:
    items = []
    for name, model in SCHEMAS.items():
        path = f"generated/data/{name}.schema.json"
        made.files[path] = to_json(model.model_json_schema()) + "\n"
        said = f" of {model.model_fields['format'].default}, format {model.model_fields['format_version'].default}"
        items.append(tag("li", _download(path, f"{name}.schema.json"), said))
    yield tag("ul", Html("\n"), join(items), Html("\n"))
