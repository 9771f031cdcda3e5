"""Page benchmarks/data: the records behind the site, as files, and the data of every figure.

A record is offered byte for byte as it was read, so its checksum equals that of the committed file; in a published
version, of which a host keeps many, a compressed one is compressed anew to fewer bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from unitdocs import studies
from unitdocs.analysis.history import History
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, size
from unitdocs.portal.components.case_links import case_page
from unitdocs.portal.components.downloads import FOLDER, Download
from unitdocs.portal.components.markup import Column, Html, Page, csv_path, join, link, table, tag, to_json
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.records import Environment, RunRecord

PAGE = Page("benchmarks/data.md")
SUMS = f"generated/{FOLDER}/SHA256SUMS"
NO_PACKAGE = "This build of the site comes without a package."
"""What publishing replaces by the list of the version's files."""


def build_page(
    reference: Run,
    machine: Run | None,
    downloads: Sequence[Download],
    built_pages: Sequence[PageOutput],
    titles: Mapping[str, str],
) -> PageOutput:
    """Return the snippets of the page, `status` to `package`, with the files they link to.

    Args:
        reference: the reference run.
        machine: the run on this machine, if any.
        downloads: the records that the site offers.
        built_pages: the pages whose figures are listed.
        titles: titles of the site's pages, by path below docs.
    """
    output = PageOutput(PAGE, "downloads")
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet("records", _records(downloads))
    sums = "".join(f"{download.checksum}  {download.name}\n" for download in downloads)
    output.snippet("checksums", f"```text\n{sums}```", paragraph(_file_link(SUMS, "Download the checksums")))
    output.snippet("figures", *_figures(built_pages, titles, reference))
    output.snippet("schemas", *_schemas(output))
    output.snippet("package", paragraph(NO_PACKAGE))
    output.files.update({download.path: download.content for download in downloads} | {SUMS: sums})
    return output


def schemas() -> dict[str, type[BaseModel]]:
    """Return the models of all kinds of records by the names of their schema files."""
    kinds = {kind.name.replace("_", "-"): kind.model for kind in studies.KINDS}
    return {"run-record": RunRecord, "history": History, **kinds}


def _records(downloads: Sequence[Download]) -> Html:
    columns = [Column("Record"), Column("Size", is_number=True), Column("Measured"), Column("Code"), Column("Read it")]
    return table("Records behind this site", columns, [_record_row(download) for download in downloads])


def _record_row(download: Download) -> list[str]:
    return [
        cell_lines(_file_link(download.path, download.name), download.title),
        size(len(download.content)),
        *(
            _history_cells(download.record)
            if isinstance(download.record, History)
            else _run_cells(download.record, _state(download.is_current))
        ),
        join([tag("code", command.format(download.name)) for command in download.readers], "<br>"),
    ]


def _run_cells(record: Any, state: str) -> list[Html]:  # noqa: ANN401 -- of any kind, all have these members
    """Return when a record was measured, and the state of its code."""
    here = record.environment
    unfinished = "" if record.finished else "did not finish"
    return [
        cell_lines(f"{record.created:%Y-%m-%d}", f"{here.cpu}, {counted(here.cores, 'core')}", unfinished),
        cell_lines(
            state,
            _commit(here),
            f"unitdocs {here.packages.get('unitdocs', 'unknown')}",
            f"format {record.format_version}",
        ),
    ]


def _history_cells(history: History) -> list[Html]:
    """Return when the records of a history were measured, and their commits."""
    days = [f"{entry.created:%Y-%m-%d}" for entry in history.entries]
    span = " to ".join(dict.fromkeys([days[0], days[-1]])) if days else "nothing yet"
    commits = dict.fromkeys((entry.commit or "unknown")[:10] for entry in history.entries)
    machines = {entry.machine.key for entry in history.entries}
    return [
        cell_lines(span, counted(len(days), "record"), counted(len(machines), "machine")),
        cell_lines("one commit per record", *commits, f"format {history.format_version}"),
    ]


def _commit(here: Environment) -> str:
    short = (here.commit or "unknown")[:10]
    return f"commit {short}{' with uncommitted changes' if here.dirty else ''}"


def _file_link(path: str, text: str) -> Html:
    return tag("a", text, href=PAGE.link(path), download="")


def _state(is_current: bool | None) -> str:  # noqa: FBT001 -- a state, not a switch
    if is_current is None:
        return "unknown: this kind of record has no digest"
    return "current" if is_current else "stale"


def _figures(built_pages: Sequence[PageOutput], titles: Mapping[str, str], run: Run) -> Iterator[Html]:
    """Yield a folded list of the figures of each page, each with a link to it and to its data.

    The pages of cases share one list.
    """
    cases = {case_page(case.suite, case.scenario).source: case.title for case in run.cases}
    with_figures = [built_page for built_page in built_pages if built_page.figures]
    total = sum(len(built_page.figures) for built_page in with_figures)
    yield paragraph(f"{counted(total, 'figure')} on {counted(len(with_figures), 'page')}.")
    for built_page in with_figures:
        if built_page.page.source not in cases:
            title = titles.get(built_page.page.source, built_page.name.capitalize())
            yield _folded(f"{title}: {counted(len(built_page.figures), 'file')}", _figures_of_page(built_page, title))
    of_cases = [built_page for built_page in with_figures if built_page.page.source in cases]
    if of_cases:
        count = sum(len(built_page.figures) for built_page in of_cases)
        yield _folded(f"Pages of cases: {counted(count, 'file')}", _figures_of_cases(of_cases, cases))


def _folded(summary: str, content: Html) -> Html:
    return tag("details", tag("summary", summary), Html("\n"), content, Html("\n"))


def _figures_of_page(built_page: PageOutput, title: str) -> Html:
    address = PAGE.link(built_page.page.source)
    rows = [
        [link(finding, f"{address}#{key}"), _file_link(csv_path(key), f"{key}.csv")]
        for key, finding in built_page.figures.items()
    ]
    return table(f"Figures of the page {title}", [Column("Figure"), Column("Data")], rows)


def _figures_of_cases(of_cases: Sequence[PageOutput], titles: Mapping[str, str]) -> Html:
    """Return a row for each page of a case, with the data of all its figures."""
    rows = [
        [
            link(titles[page.page.source], PAGE.link(page.page.source)),
            cell_lines(*(_file_link(csv_path(key), f"{key}.csv") for key in page.figures)),
        ]
        for page in of_cases
    ]
    return table("Figures of the pages of cases", [Column("Case"), Column("Data")], rows)


def _schemas(output: PageOutput) -> Iterator[Html]:
    items = []
    for name, model in schemas().items():
        path = f"generated/data/{name}.schema.json"
        output.files[path] = to_json(model.model_json_schema()) + "\n"
        version = f" of {model.model_fields['format'].default}, format {model.model_fields['format_version'].default}"
        items.append(tag("li", _file_link(path, f"{name}.schema.json"), version))
    yield tag("ul", Html("\n"), join(items), Html("\n"))
