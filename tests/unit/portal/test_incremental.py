"""What is read back from the last rendering, and what is made again."""

import inspect
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from unitdocs import portal, records, studies
from unitdocs.analysis import Run, run
from unitdocs.analysis.criteria import Criteria
from unitdocs.errors import InputError
from unitdocs.portal.components.markup import Page
from unitdocs.portal.components.page_output import PageOutput
from unitdocs.portal.pages import data
from unitdocs.portal.site import incremental, inputs, output
from unitdocs.portal.site.incremental import PageFunction, Rendering
from unitdocs.portal.site.inputs import Inputs
from unitdocs.portal.site.rendering import PAGES
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]
ADDED = {"built_pages"}
"""Inputs that are the output of other pages: the rendering adds them."""


class CountingBuild:
    """Builds one page from the reference record alone, and counts how often."""

    def __init__(self) -> None:
        self.count = 0

    @property
    def build(self) -> PageFunction:
        def build_page(reference: Run) -> PageOutput:
            self.count += 1
            page = PageOutput(Page("one.md"), "one")
            page.key("a suite", "a case")
            page.figures.update({"second": "It is faster.", "first": "It is not."})
            page.snippet("text", reference.record.id, str(reference.is_current))
            return page

        return build_page


@pytest.fixture
def project(tmp_path: Path, make_record: MakeRecord) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["suite.py"]\n')
    (tmp_path / "suite.py").write_text("SUITE = 1\n")
    (tmp_path / "docs").mkdir()
    records.save(make_record(digest=records.digest(tmp_path, ["suite.py"])), tmp_path / "reference.json")
    return tmp_path


def inputs_of(project: Path) -> Inputs:
    machine = project / "machine.json"
    return Inputs(project / "docs", project, project / "reference.json", machine if machine.is_file() else None)


def rendered(project: Path, *builds: PageFunction) -> list[PageOutput]:
    """Render pages as `render` does, and return them."""
    docs = project / "docs"
    rendering = Rendering(docs, inputs_of(project))
    pages = [page for build in builds for page in rendering.build(build)]
    files = {path: content for page in pages for path, content in page.files.items()}
    manifest = {name: built.model_dump(mode="json") for name, built in rendering.manifest.items()}
    output.write(docs, files, [page.name for page in pages], {"built": manifest})
    return pages


def test_a_page_whose_inputs_are_the_same_is_read_back_as_it_was_made(project: Path) -> None:
    counting = CountingBuild()
    (first,), (second,) = (rendered(project, counting.build) for _ in range(2))
    assert counting.count == 1
    assert (second.page, second.name, second.keys) == (first.page, first.name, first.keys)
    assert list(second.figures.items()) == list(first.figures.items())
    assert second.files == {path: output.encoded(content) for path, content in first.files.items()}
    assert second.key("a suite", "a case") == first.key("a suite", "a case")


def _change_reference(project: Path) -> None:
    record = records.load(project / "reference.json")
    records.save(record.model_copy(update={"id": "another"}), project / "reference.json")


def _make_stale(project: Path) -> None:
    (project / "suite.py").write_text("SUITE = 2\n")


def _edit_output(project: Path) -> None:
    (project / "docs/generated/one/text.md").write_text("by hand")


def _remove_output(project: Path) -> None:
    (project / "docs/generated/one/text.md").unlink()


def _break_manifest(project: Path) -> None:
    (project / "docs/generated/manifest.json").write_text("{")


def _write_another_format(project: Path) -> None:
    (project / "docs/generated/manifest.json").write_text('{"built": {"one": {"key": 1}}}')


@pytest.mark.parametrize(
    "change",
    [_change_reference, _make_stale, _edit_output, _remove_output, _break_manifest, _write_another_format],
    ids=lambda change: change.__name__,
)
def test_a_change_of_an_input_or_of_the_files_makes_a_page_again(project: Path, change: Callable[[Path], None]) -> None:
    counting = CountingBuild()
    rendered(project, counting.build)
    change(project)
    (page,) = rendered(project, counting.build)
    assert counting.count == 2
    content = cast("str", page.files["generated/one/text.md"])
    assert content == (project / "docs/generated/one/text.md").read_text()


def test_another_version_of_the_program_makes_a_page_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = CountingBuild()
    rendered(project, counting.build)
    monkeypatch.setattr(incremental, "_program", lambda: "another version")
    rendered(project, counting.build)
    assert counting.count == 2


def test_other_parameters_make_a_page_again(project: Path) -> None:
    names = []

    def first(reference: Run) -> PageOutput:
        names.append("first")
        return PageOutput(Page(f"{reference.record.id}.md"), "one")

    def second(reference: Run, criteria: Criteria) -> PageOutput:
        names.append("second")
        return PageOutput(Page(f"{reference.record.id}-{len(criteria.risks)}.md"), "one")

    second.__name__ = first.__name__
    rendered(project, first)
    rendered(project, second)
    assert names == ["first", "second"]


def test_a_change_of_other_inputs_leaves_a_page(project: Path, make_record: MakeRecord) -> None:
    counting = CountingBuild()
    rendered(project, counting.build)
    (project / "docs/decision.toml").write_text('[[criteria]]\ntitle = "faster"\n')
    records.save(make_record(id="here"), project / "machine.json")
    rendered(project, counting.build)
    assert counting.count == 1


def test_of_two_pages_only_the_one_whose_parameter_changed_is_made_again(project: Path) -> None:
    counting, numbers = CountingBuild(), []

    def with_criteria(criteria: Criteria) -> PageOutput:
        numbers.append(len(criteria.criteria))
        page = PageOutput(Page("two.md"), "two")
        page.snippet("text", str(numbers[-1]))
        return page

    rendered(project, counting.build, with_criteria)
    (project / "docs/decision.toml").write_text('[[criteria]]\ntitle = "faster"\n')
    rendered(project, counting.build, with_criteria)
    assert (counting.count, numbers) == (1, [0, 1])


def test_without_a_change_no_record_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    portal.render(project / "reference.json", None, project / "docs")

    def fail(*_paths: Path) -> None:
        raise AssertionError("a record was read")

    monkeypatch.setattr(records, "load", fail)
    monkeypatch.setattr(studies, "load_study", fail)
    monkeypatch.setattr(inputs, "load_history", fail)
    monkeypatch.setattr(run, "compare_cases", fail)
    portal.render(project / "reference.json", None, project / "docs")


def test_a_parameter_that_is_no_input_is_named_with_its_page(project: Path) -> None:
    def build_page(unheard_of: Run) -> PageOutput:
        return PageOutput(Page(f"{unheard_of.record.id}.md"), "one")

    with pytest.raises(
        TypeError, match=r"build_page: its parameter unheard_of is not an input; use one of .*reference"
    ):
        rendered(project, build_page)


@pytest.mark.parametrize("build", [*PAGES, data.build_page], ids=lambda build: build.__module__ + build.__name__)
def test_every_parameter_of_a_page_is_an_input(project: Path, build: PageFunction) -> None:
    site_inputs = inputs_of(project)
    assert {name for name in inspect.signature(build).parameters if name not in site_inputs} <= ADDED


def test_every_page_function_has_a_name_of_its_own() -> None:
    names = [f"{build.__module__}.{build.__name__}" for build in (*PAGES, data.build_page)]
    assert len(set(names)) == len(names)


def test_an_input_that_cannot_be_read_fails_when_a_page_needs_it(project: Path) -> None:
    (project / "docs/decision.toml").write_text("[[criteria")
    counting = CountingBuild()
    rendered(project, counting.build)

    def with_criteria(criteria: Criteria) -> PageOutput:
        return PageOutput(Page(f"{len(criteria.criteria)}.md"), "two")

    with pytest.raises(InputError, match="not a TOML file"):
        rendered(project, with_criteria)


def test_a_site_that_is_rendered_again_equals_that_of_a_first_rendering(project: Path, make_record: MakeRecord) -> None:
    def files(docs: Path) -> dict[str, bytes]:
        return {str(path.relative_to(docs)): path.read_bytes() for path in docs.rglob("*") if path.is_file()}

    def built(docs: Path) -> dict[str, object]:
        return cast("dict[str, object]", json.loads((docs / "generated/manifest.json").read_text())["built"])

    docs, fresh = project / "docs", project / "fresh"
    fresh.mkdir()
    portal.render(project / "reference.json", None, docs)
    records.save(make_record(changed=("small", 3)), project / "reference.json")
    before = built(docs)
    portal.render(project / "reference.json", None, docs)
    after = built(docs)
    portal.render(project / "reference.json", None, fresh)
    assert files(docs) == files(fresh)
    unchanged = {name for name, manifest in after.items() if manifest == before[name]}
    assert "unitdocs.portal.pages.trust.build_page" in unchanged
    assert "unitdocs.portal.pages.summary.build_page" not in unchanged


def test_every_package_that_the_key_covers_is_one_that_the_site_installs() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    requirements = " ".join([*project["dependencies"], *extras["measure"], *extras["portal"]])
    assert set(incremental.PACKAGES) <= set(re.findall(r"[\w-]+(?=[>\[])", requirements))
