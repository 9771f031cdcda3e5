"""Page benchmarks/data: the records behind the site, as files, and the data of every figure.

A record is offered byte by byte as it was read, so that its checksum is that of the committed file.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from unitdocs import studies
from unitdocs.analysis.history import History
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, size
from unitdocs.portal.components.downloads import FOLDER, Download
from unitdocs.portal.components.markup import Column, Html, Page, csv_path, join, link, table, tag, to_json
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.records import Environment, RunRecord

PAGE = Page("benchmarks/data.md")
SUMS = f"generated/{FOLDER}/SHA256SUMS"


def build_page(
    reference: Run,
    machine: Run | None,
    downloads: Sequence[Download],
    built_pages: Sequence[PageOutput],
    titles: Mapping[str, str],
) -> PageOutput:
    """Return the snippets `status`, `records`, `checksums`, `figures` and `schemas`, with the files that they offer.

    Args:
        reference: the reference run.
        machine: the run on this machine, if any.
        downloads: the records that the site offers.
        built_pages: the pages whose figures are listed.
        titles: of the site's pages, by their paths below docs.
    """
    output = PageOutput(PAGE, "downloads")
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet("records", _records(downloads))
    sums = "".join(f"{each.checksum}  {each.name}\n" for each in downloads)
    output.snippet("checksums", f"```text\n{sums}```", paragraph(_download(SUMS, "Download the checksums")))
    output.snippet("figures", *_figures(built_pages, titles))
    output.snippet("schemas", *_schemas(output))
    output.files.update({each.path: each.content for each in downloads} | {SUMS: sums})
    return output


def schemas() -> dict[str, type[BaseModel]]:
    """Return the kinds of records by the names of their schemas' files."""
    kinds = {kind.name.replace("_", "-"): kind.model for kind in studies.KINDS}
    return {"run-record": RunRecord, "history": History, **kinds}


def _records(downloads: Sequence[Download]) -> Html:
    columns = [Column("Record"), Column("Size", is_number=True), Column("Measured"), Column("Code"), Column("Read it")]
    return table("Records behind this site", columns, [_record(each) for each in downloads])


def _record(each: Download) -> list[str]:
    return [
        cell_lines(_download(each.path, each.name), each.title),
        size(len(each.content)),
        *(_of_many(each.record) if isinstance(each.record, History) else _of_one(each.record, _state(each.is_current))),
        join([tag("code", command.format(each.name)) for command in each.readers], "<br>"),
    ]


def _of_one(record: Any, state: str) -> list[Html]:  # noqa: ANN401 -- of any kind, all have these members
    here = record.environment
    unfinished = "" if record.finished else "did not finish"
    return [
        cell_lines(f"{record.created:%Y-%m-%d}", f"{here.cpu}, {counted(here.cores, 'core')}", unfinished),
        cell_lines(state, _commit(here), f"unitdocs {_version(here)}", f"format {record.format_version}"),
    ]


def _of_many(history: History) -> list[Html]:
    days = [f"{entry.created:%Y-%m-%d}" for entry in history.entries]
    span = " to ".join(dict.fromkeys([days[0], days[-1]])) if days else "nothing yet"
    commits = dict.fromkeys((entry.commit or "unknown")[:10] for entry in history.entries)
    machines = {entry.machine.key for entry in history.entries}
    return [
        cell_lines(span, counted(len(days), "record"), counted(len(machines), "machine")),
        cell_lines("each of its own commit", *commits, f"format {history.format_version}"),
    ]


def _commit(here: Environment) -> str:
    short = (here.commit or "unknown")[:10]
    return f"commit {short}{' with uncommitted changes' if here.dirty else ''}"


def _version(here: Environment) -> str:
    return here.packages.get("unitdocs", "unknown")


def _download(path: str, text: str) -> Html:
    return tag("a", text, href=PAGE.link(path), download="")


def _state(is_current: bool | None) -> str:  # noqa: FBT001 -- a state, not a switch
    if is_current is None:
        return "unknown: this kind of record has no digest"
    return "current" if is_current else "stale"


def _figures(built_pages: Sequence[PageOutput], titles: Mapping[str, str]) -> Iterator[Html]:
    """Yield for each page with figures a list of them that can be opened, each with its data and a link to it."""
    columns = [Column("Figure"), Column("Data")]
    drawn = [other for other in built_pages if other.figures]
    total = sum(len(other.figures) for other in drawn)
    yield paragraph(f"{counted(total, 'figure')} on {counted(len(drawn), 'page')}.")
    for other in drawn:
        title = titles.get(other.page.source, other.name.capitalize())
        address = PAGE.link(other.page.source)
        rows = [
            [link(finding, f"{address}#{key}"), _download(csv_path(key), f"{key}.csv")]
            for key, finding in other.figures.items()
        ]
        found = table(f"Figures of the page {title}", columns, rows)
        yield tag("details", tag("summary", f"{title}: {counted(len(rows), 'file')}"), Html("\n"), found, Html("\n"))


def _schemas(output: PageOutput) -> Iterator[Html]:
    items = []
    for name, model in schemas().items():
        path = f"generated/data/{name}.schema.json"
        output.files[path] = to_json(model.model_json_schema()) + "\n"
        said = f" of {model.model_fields['format'].default}, format {model.model_fields['format_version'].default}"
        items.append(tag("li", _download(path, f"{name}.schema.json"), said))
    yield tag("ul", Html("\n"), join(items), Html("\n"))
