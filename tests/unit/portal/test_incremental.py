"""What is read back from the last rendering, and what is made again."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import pytest
from unitdocs.portal.site.evidence import Evidence, gather

from unitdocs import portal, records
from unitdocs.portal.components.markup import Page
from unitdocs.portal.components.page_output import Parts
from unitdocs.portal.site import incremental, output
from unitdocs.portal.site.incremental import Maker, Rendering
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]


class Counting:
    """Makes one page that looks at the reference record alone, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, evidence: Evidence) -> Sequence[Parts]:
        self.times += 1
        made = Parts(Page("one.md"), "one")
        made.key("a suite", "a case")
        made.figures.update({"second": "It is faster.", "first": "It is not."})
        made.snippet("text", evidence.reference.record.id, str(evidence.reference.is_current))
        return [made]


@pytest.fixture
def project(tmp_path: Path, make_record: MakeRecord) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["suite.py"]\n')
    (tmp_path / "suite.py").write_text("SUITE = 1\n")
    (tmp_path / "docs").mkdir()
    records.save(make_record(digest=records.digest(tmp_path, ["suite.py"])), tmp_path / "reference.json")
    return tmp_path


def rendered(project: Path, maker: Maker) -> Parts:
    """Render one maker's parts as `render` does, and return them."""
    docs = project / "docs"
    machine = project / "machine.json"
    evidence = gather(project / "reference.json", machine if machine.is_file() else None, docs, project)
    rendering = Rendering(docs, evidence)
    (made,) = rendering.of(maker)
    output.write(docs, made.files, [made.name], {"made": rendering.notes})
    return made


def test_parts_whose_input_is_the_same_are_read_back_as_they_were_made(project: Path) -> None:
    count = Counting()
    first, second = (rendered(project, Maker("one", count)) for _ in range(2))
    assert count.times == 1
    assert (second.page, second.name, second.keys, second.figures) == (
        first.page,
        first.name,
        first.keys,
        first.figures,
    )
    assert second.files == {path: output.encoded(content) for path, content in first.files.items()}
    assert second.key("a suite", "a case") == first.key("a suite", "a case")


def _touch_reference(project: Path) -> None:
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


def _tell_something_else(project: Path) -> None:
    (project / "docs/generated/manifest.json").write_text('{"made": {"one": {"key": 1}}}')


@pytest.mark.parametrize(
    "change",
    [_touch_reference, _make_stale, _edit_output, _remove_output, _break_manifest, _tell_something_else],
    ids=lambda one: one.__name__,
)
def test_a_change_of_what_they_come_from_or_of_their_files_makes_them_again(
    project: Path, change: Callable[[Path], None]
) -> None:
    count = Counting()
    rendered(project, Maker("one", count))
    change(project)
    content = rendered(project, Maker("one", count)).files["generated/one/text.md"]
    assert count.times == 2
    assert cast("str", content) == (project / "docs/generated/one/text.md").read_text()


def test_other_code_and_another_beside_make_them_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = Counting()
    rendered(project, Maker("one", count, "a page"))
    rendered(project, Maker("one", count, "another page"))
    monkeypatch.setattr(incremental, "_program", lambda: "another version")
    rendered(project, Maker("one", count, "another page"))
    assert count.times == 3


def test_a_change_of_what_they_did_not_look_at_leaves_them(project: Path, make_record: MakeRecord) -> None:
    count = Counting()
    rendered(project, Maker("one", count))
    (project / "docs/decision.toml").write_text('[[criteria]]\ntitle = "faster"\n')
    records.save(make_record(id="here"), project / "machine.json")
    rendered(project, Maker("one", count))
    assert count.times == 1


def test_a_site_that_is_rendered_again_is_that_of_a_first_rendering(project: Path, make_record: MakeRecord) -> None:
    def files(docs: Path) -> dict[str, bytes]:
        return {str(path.relative_to(docs)): path.read_bytes() for path in docs.rglob("*") if path.is_file()}

    docs, fresh = project / "docs", project / "fresh"
    fresh.mkdir()
    portal.render(project / "reference.json", None, docs)
    records.save(make_record(changed=("small", 3)), project / "reference.json")
    before = json.loads((docs / "generated/manifest.json").read_text())["made"]
    portal.render(project / "reference.json", None, docs)
    after = json.loads((docs / "generated/manifest.json").read_text())["made"]
    portal.render(project / "reference.json", None, fresh)
    assert files(docs) == files(fresh)
    same = {name for name, note in after.items() if note == before[name]}
    assert "unitdocs.portal.pages.trust.parts" in same
    assert "unitdocs.portal.pages.summary.parts" not in same


def test_what_is_looked_at_is_told_member_by_member(project: Path) -> None:
    evidence = gather(project / "reference.json", None, project / "docs", project)
    watched = incremental._watch(evidence)
    assert watched.reference is evidence.reference
    assert watched.looked_at == {"reference"}
