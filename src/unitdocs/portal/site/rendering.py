"""From records to the generated parts of every page."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from unitdocs.portal.components.markup import SHARED
from unitdocs.portal.components.page_output import Parts
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
from unitdocs.portal.site import output
from unitdocs.portal.site.evidence import Evidence, gather
from unitdocs.portal.site.incremental import Maker, Rendering

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

    The same input gives the same bytes. Parts whose input is that of the last rendering are not made again. The project
    whose files say whether a record is current is the nearest folder above `docs` that holds a pyproject.toml.

    Args:
        reference: file of the reference record.
        this_machine: file of a record made on this machine, shown beside the reference.
        docs: the folder of the site's pages.

    Raises:
        InputError: a file is missing or is no run record.
    """
    evidence = gather(reference, this_machine, docs, _project(docs))
    rendering = Rendering(docs, evidence)
    made = [parts for maker in _makers(docs) for parts in rendering.of(maker)]
    made += rendering.of(_recommendations(made))
    made.append(data.parts(evidence, made, docs))
    files = {path: content for parts in made for path, content in parts.files.items()}
    folders = [*(parts.name for parts in made), *SHARED, data.FOLDER]
    machine = evidence.machine.record.id if evidence.machine else None
    about = {"reference": evidence.reference.record.id, "this_machine": machine, "made": rendering.notes}
    output.write(docs, files, folders, about)


def _makers(docs: Path) -> Iterator[Maker]:
    for page in PAGES:
        yield Maker(f"{page.__module__}.{page.__name__}", partial(_single, page))
    pages = scenarios.suite_pages(docs)
    yield Maker(scenarios.__name__, lambda evidence: scenarios.parts(evidence, pages), repr(pages))
    declared = excerpts.declared(docs)
    yield Maker(excerpts.__name__, lambda evidence: excerpts.parts(evidence, declared), repr(declared))


def _single(page: Callable[[Evidence], Parts], evidence: Evidence) -> list[Parts]:
    return [page(evidence)]


def _recommendations(others: Sequence[Parts]) -> Maker:
    anchors = {other.page.source: other.keys for other in others}
    make = partial(recommendations.parts, anchors=anchors)
    return Maker(recommendations.__name__, partial(_single, make), repr(sorted(anchors.items())))


def _project(docs: Path) -> Path:
    parents = docs.resolve().parents
    return next((folder for folder in parents if (folder / "pyproject.toml").is_file()), parents[0])
