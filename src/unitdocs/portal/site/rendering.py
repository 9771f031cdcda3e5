"""From records to the generated parts of every page."""

import hashlib
import json
from pathlib import Path

from unitdocs.portal.components.case_links import FOLDER as CASES
from unitdocs.portal.components.downloads import FOLDER as DOWNLOADS
from unitdocs.portal.components.markup import SHARED
from unitdocs.portal.components.page_output import PageOutput
from unitdocs.portal.pages import (
    alerts,
    caches,
    cases,
    comparison,
    compatibility,
    data,
    decision,
    event_scale,
    excerpts,
    explore,
    guides,
    home,
    limits,
    load,
    method,
    metrics,
    normal_day,
    peers,
    profile,
    recommendations,
    rollout_decisions,
    rollout_progress,
    scenarios,
    sensitivity,
    shadow,
    summary,
    telemetry,
    trend,
    trust,
    tuned_settings,
)
from unitdocs.portal.site import output
from unitdocs.portal.site.incremental import PageFunction, Rendering
from unitdocs.portal.site.inputs import Inputs
from unitdocs.records.project import is_project
from unitdocs.training import lesson_names, read_lesson

PAGES: tuple[PageFunction, ...] = (
    home.build_page,
    decision.build_page,
    summary.build_page,
    comparison.build_page,
    explore.build_page,
    method.build_page,
    load.build_page,
    peers.build_page,
    limits.build_page,
    trust.build_page,
    profile.build_page,
    trend.build_page,
    caches.build_page,
    sensitivity.build_page,
    shadow.build_page,
    rollout_progress.build_page,
    rollout_decisions.build_page,
    telemetry.build_page,
    event_scale.build_page,
    metrics.build_page,
    alerts.build_page,
    alerts.build_runbooks,
    normal_day.build_page,
    compatibility.build_page,
    scenarios.build_pages,
    recommendations.build_page,
    tuned_settings.build_page,
    tuned_settings.build_tip,
    cases.build_pages,
    excerpts.build_pages,
    guides.build_executions,
    guides.build_installation,
    guides.build_skipped,
)
"""Page functions; their parameters are names of `inputs`."""
INDEXED: tuple[PageFunction, ...] = (explore.build_page,)
"""Those whose files the index of published versions refers to, whatever the pages include; as the data page's, which is
made after all others."""


def render(reference: Path, this_machine: Path | None, docs: Path, *, small: bool = False) -> None:
    """Render run records into `docs/generated`: snippets, figure JSON, CSV, and the records themselves.

    Only what the pages of the folder include is written, and what the index of published versions refers to; a folder
    without pages gets everything. The same input gives the same bytes. Pages whose inputs are unchanged are not made
    again. The project whose files decide whether a record is current is the nearest folder above `docs` with a
    pyproject.toml or a unitdocs.toml.

    Args:
        reference: file of the reference record.
        this_machine: file of a record made on this machine, shown in addition to the reference.
        docs: the folder of the site's pages.
        small: whether compressed records are offered as xz data, which are smaller and take seconds to make.

    Raises:
        InputError: a file is missing or is not a run record.
    """
    inputs = Inputs(docs, _project(docs), reference, this_machine, small=small)
    rendering = Rendering(docs, inputs)
    hand_written = _own_text(docs)
    pages = [
        page
        for build in PAGES
        for page in rendering.build(build)
        if build in INDEXED or _is_included(page, hand_written)
    ]
    _add_built_pages(inputs, pages)
    pages += rendering.build(data.build_page)
    files = {path: content for page in pages for path, content in page.files.items()}
    folders = [*(page.name for page in pages), *SHARED, DOWNLOADS]
    manifest = {name: built.model_dump(mode="json") for name, built in rendering.manifest.items()}
    output.write(docs, files, folders, {"built": manifest})


def _own_text(docs: Path) -> str:
    """Return the text of all hand-written pages, and of the lessons that are pages."""
    paths = (path.relative_to(docs).as_posix() for path in sorted(docs.rglob("*.md")))
    own = (path for path in paths if not path.startswith((f"{output.FOLDER}/", CASES)))
    pages = [(docs / path).read_text(encoding="utf-8") for path in own]
    lessons = (read_lesson(name) for name in lesson_names() if (docs / "training" / f"{name}.md").is_file())
    return "\n".join([*pages, *(step.text for lesson in lessons for step in lesson.steps)])


def _is_included(page: PageOutput, hand_written: str) -> bool:
    """Return whether a page of the site includes a part of this output, or it is a page itself.

    A folder without pages gets all parts: somebody else includes them.
    """
    return not hand_written or f"{output.FOLDER}/{page.name}/" in hand_written or page.page.source in page.files


def _add_built_pages(inputs: Inputs, pages: list[PageOutput]) -> None:
    """Add the pages with their figures, which the data page lists."""
    built = list(pages)
    inputs.add(
        "built_pages", lambda: built, _fingerprint([[page.page.source, page.name, page.figures] for page in built])
    )


def _fingerprint(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def _project(docs: Path) -> Path:
    """Return the root of the project that a folder of pages belongs to."""
    parents = docs.resolve().parents
    return next((folder for folder in parents if is_project(folder)), parents[0])
