"""From records to the generated parts of every page."""

from pathlib import Path

from unitdocs.portal import output
from unitdocs.portal.evidence import gather
from unitdocs.portal.markup import SHARED
from unitdocs.portal.pages import (
    alone,
    caches,
    comparison,
    data,
    decision,
    excerpts,
    explore,
    home,
    method,
    peers,
    recommendations,
    scenarios,
    summary,
    trend,
    trust,
)

PAGES = (
    home.parts,
    decision.parts,
    summary.parts,
    alone.baseline,
    alone.improved,
    comparison.parts,
    comparison.case_by_case,
    explore.parts,
    method.parts,
    peers.parts,
    trust.parts,
    trend.parts,
    caches.parts,
)


def render(reference: Path, this_machine: Path | None, docs: Path) -> None:
    """Render run records into `docs/generated`: snippets, figure JSON, CSV, and the records themselves.

    The same input gives the same bytes. The project whose files say whether a record is current is the nearest folder
    above `docs` that holds a pyproject.toml.

    Args:
        reference: file of the reference record.
        this_machine: file of a record made on this machine, shown beside the reference.
        docs: the folder of the site's pages.

    Raises:
        InputError: a file is missing or is no run record.
    """
    evidence = gather(reference, this_machine, docs, _project(docs))
    made = [*(page(evidence) for page in PAGES), *scenarios.parts(evidence, docs), *excerpts.parts(evidence, docs)]
    made.append(recommendations.parts(evidence, made))
    made.append(data.parts(evidence, made, docs))
    files = {path: content for parts in made for path, content in parts.files.items()}
    folders = [*(parts.name for parts in made), *SHARED, data.FOLDER]
    machine = evidence.machine.record.id if evidence.machine else None
    output.write(docs, files, folders, {"reference": evidence.reference.record.id, "this_machine": machine})


def _project(docs: Path) -> Path:
    parents = docs.resolve().parents
    return next((folder for folder in parents if (folder / "pyproject.toml").is_file()), parents[0])
