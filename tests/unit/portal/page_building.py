"""Pages made alone, from inputs made by hand: nothing else of the site is rendered, and nothing is written."""

from pathlib import Path

from unitdocs import records
from unitdocs.analysis import Run
from unitdocs.portal.components.page_output import PageOutput
from unitdocs.portal.pages import data
from unitdocs.portal.site.inputs import Inputs
from unitdocs.records import RunRecord
from unitdocs.records.schema import Frozen

Files = dict[str, str]
"""Content by path below `generated`."""

PACKED = ("history", "observed", "peers", "selfcheck", "side_by_side", "whole_commands")
"""Records whose files are compressed."""


def stale(record: RunRecord) -> Run:
    """Return a run whose code has changed since."""
    return Run(record, is_current=False)


def current(record: RunRecord) -> Run:
    """Return a run whose code is unchanged."""
    return Run(record, is_current=True)


def files_of(*pages: PageOutput) -> Files:
    """Return the files of pages as text; of compressed ones the bytes with backslashes."""
    return {
        path.removeprefix("generated/"): content.decode(errors="backslashreplace")
        if isinstance(content, bytes)
        else content
        for page in pages
        for path, content in page.files.items()
    }


def page_of_downloads(
    folder: Path, reference: RunRecord, *pages: PageOutput, machine: RunRecord | None = None, **others: Frozen | None
) -> Files:
    """Return the files of the page that offers the records, read from files in a folder as the site reads them.

    Args:
        folder: a project.
        reference: the reference record.
        pages: the pages whose figures are listed.
        machine: a record made on this machine.
        others: records next to the reference, by their file's name with `_` for `-`.
    """
    docs = folder / "docs"
    docs.mkdir(exist_ok=True)
    records.save(reference, folder / "reference.json.gz")
    here = folder / "here.json"
    if machine:
        records.save(machine, here)
    for name, record in others.items():
        if record:
            suffix = ".json.gz" if name in PACKED else ".json"
            records.save(record, folder / f"{name.replace('_', '-')}{suffix}")
    inputs = Inputs(docs, folder, folder / "reference.json.gz", here if machine else None)
    runs = (inputs.value("reference"), inputs.value("machine"))
    return files_of(data.build_page(*runs, inputs.value("downloads"), pages, inputs.value("titles")))
