"""Incremental rendering: a page whose inputs are unchanged is read back from the last rendering.

The manifest of `docs/generated` holds a key for each page function, over the fingerprints of its parameters and over
the program, and the checksums of its files. If the key is the same and no file was changed, the output is reused.

Pages declare their inputs as parameters, so that a page cannot read an input that its key does not cover.
"""

import functools
import hashlib
import inspect
import json
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

import unitdocs
from unitdocs.portal.components.markup import Page
from unitdocs.portal.components.page_output import Content, PageOutput
from unitdocs.portal.site import output
from unitdocs.portal.site.inputs import Inputs
from unitdocs.records import digest
from unitdocs.records.schema import Frozen

PACKAGES = ("numpy", "pandas", "plotly", "pydantic", "scipy")
"""Packages that pages depend on, in addition to unitdocs itself."""
PageFunction = Callable[..., PageOutput | list[PageOutput]]


class PageManifest(Frozen):
    """One page in the manifest: a `PageOutput` with a checksum instead of each file's content."""

    page: str
    name: str
    keys: tuple[tuple[tuple[str, ...], str], ...]
    figures: tuple[tuple[str, str], ...]
    files: Mapping[str, str]


class BuildManifest(Frozen):
    """The manifest's entry for one page function.

    Args:
        inputs: names of its inputs.
        key: a digest of the inputs and the program.
        pages: its output.
    """

    inputs: tuple[str, ...]
    key: str
    pages: tuple[PageManifest, ...]


class Rendering:
    """One rendering, which reuses the output of the last one.

    Args:
        docs: the folder of the site's pages.
        inputs: the inputs of all pages.
    """

    def __init__(self, docs: Path, inputs: Inputs) -> None:
        self.inputs = inputs
        self.manifest: dict[str, BuildManifest] = {}
        """Manifest entries by the name of the page function."""
        self._docs = docs
        self._last = _read_manifest(output.read_manifest(docs).get("built"))

    def build(self, build: PageFunction) -> list[PageOutput]:
        """Return the output of a page function; its parameters are names of inputs.

        Raises:
            TypeError: a parameter is not an input.
        """
        name = f"{build.__module__}.{build.__name__}"
        parameters = tuple(inspect.signature(build).parameters)
        _check_parameters(name, parameters, self.inputs)
        key = self._key(parameters)
        last = self._last.get(name)
        pages = self._read_back(last) if last is not None and last.key == key else None
        if last is None or pages is None:
            built = build(**{parameter: self.inputs.value(parameter) for parameter in parameters})
            pages = built if isinstance(built, list) else [built]
            last = BuildManifest(inputs=parameters, key=key, pages=tuple(map(_page_manifest, pages)))
        self.manifest[name] = last
        return pages

    def _key(self, parameters: tuple[str, ...]) -> str:
        fingerprints = {parameter: self.inputs.fingerprint(parameter) for parameter in parameters}
        return hashlib.sha256(json.dumps([_program(), fingerprints], sort_keys=True).encode()).hexdigest()

    def _read_back(self, manifest: BuildManifest) -> list[PageOutput] | None:
        """Return the pages as they were written; None if a file was changed or removed."""
        pages = []
        for page in manifest.pages:
            files: dict[str, Content] = {}
            for path, checksum in page.files.items():
                file = self._docs / path
                content = file.read_bytes() if file.is_file() else None
                if content is None or _sum(content) != checksum:
                    return None
                files[path] = content
            pages.append(PageOutput(Page(page.page), page.name, files, dict(page.keys), dict(page.figures)))
        return pages


def _check_parameters(name: str, parameters: tuple[str, ...], inputs: Inputs) -> None:
    for parameter in parameters:
        if parameter not in inputs:
            raise TypeError(f"{name}: its parameter {parameter} is not an input; use one of {', '.join(inputs)}")


@functools.cache
def _program() -> str:
    """Return a digest of the code that makes pages, with the versions of its packages."""
    code = digest(Path(unitdocs.__file__).parent, ["**/*.py"])
    return " ".join([code, *(f"{package} {version(package)}" for package in PACKAGES)])


def _read_manifest(built: Any) -> dict[str, BuildManifest]:  # noqa: ANN401 -- whatever the file holds
    """Return the entries of a manifest by page function; none if this version cannot read them."""
    try:
        return TypeAdapter(dict[str, BuildManifest]).validate_python(built)
    except ValidationError:
        return {}


def _page_manifest(page: PageOutput) -> PageManifest:
    return PageManifest(
        page=page.page.source,
        name=page.name,
        keys=tuple(page.keys.items()),
        figures=tuple(page.figures.items()),  # pairs, since the members of a file have no order
        files={path: _sum(output.encoded(content)) for path, content in page.files.items()},
    )


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
