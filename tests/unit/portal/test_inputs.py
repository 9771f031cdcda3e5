"""The inputs of pages: which there are, when they are read, and what their fingerprints change with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs import analysis, records, studies
from unitdocs.errors import InputError
from unitdocs.portal.site.inputs import HISTORY, PEERS, Inputs, page_titles
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]
ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "benchmarks" / "results"
RUNS = ("reference", "machine", "peers", "observed", "tuned")
DECLARED = ("criteria", "excerpts", "suite_pages", "titles")


@pytest.fixture
def project(project: Path, make_record: MakeRecord) -> Path:
    """Return a project with a folder of pages and a reference record."""
    (project / "docs").mkdir()
    (project / "benchmarks" / "suite.py").write_text("SUITE = 1\n")
    records.save(make_record(), project / "reference.json.gz")
    return project


def inputs_of(project: Path, machine: str | None = None) -> Inputs:
    return Inputs(
        project / "docs", project, project / "reference.json.gz", project / machine if machine is not None else None
    )


def test_every_kind_of_study_is_an_input(project: Path) -> None:
    inputs = inputs_of(project)
    for name in (*RUNS, "history", *DECLARED, "downloads", *(kind.name for kind in studies.KINDS)):
        assert name in inputs
    assert "nothing" not in inputs


def test_what_is_absent_is_none_and_has_an_empty_fingerprint(project: Path) -> None:
    inputs = inputs_of(project)
    for name in ("machine", "peers", "observed", "tuned", "history", *(kind.name for kind in studies.KINDS)):
        assert (inputs.value(name), inputs.fingerprint(name)) == (None, "")


@pytest.mark.parametrize("kind", studies.KINDS, ids=lambda kind: kind.name)
def test_a_study_next_to_the_reference_is_read_and_offered_as_a_download(
    project: Path, kind: studies.StudyKind
) -> None:
    (project / kind.file).write_bytes((RESULTS / kind.file).read_bytes())
    inputs = inputs_of(project)
    assert isinstance(inputs.value(kind.name).record, kind.model)
    download = next(download for download in inputs.value("downloads") if download.name == kind.file)
    assert download.content == (RESULTS / kind.file).read_bytes()
    assert download.title == kind.title
    assert download.readers == [f"studies.load_record('{kind.name}', Path('{{}}'))"]
    assert download.is_current is inputs.value(kind.name).is_current


def test_the_reference_itself_given_as_the_run_on_this_machine_is_left_out(
    project: Path, make_record: MakeRecord
) -> None:
    records.save(make_record(), project / "same.json")
    records.save(make_record(id="other"), project / "other.json")
    same, other = inputs_of(project, "same.json"), inputs_of(project, "other.json")
    assert (same.value("machine"), same.fingerprint("machine")) == (None, "")
    assert [download.name for download in same.value("downloads")] == ["reference.json.gz"]
    assert other.value("machine").record.id == "other"
    assert [download.name for download in other.value("downloads")] == ["reference.json.gz", "this-machine.json"]


def test_an_input_is_read_when_it_is_needed_and_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths: list[Path] = []
    load = records.load

    def counting(path: Path) -> RunRecord:
        paths.append(path)
        return load(path)

    monkeypatch.setattr(records, "load", counting)
    inputs = inputs_of(project)
    inputs.fingerprint("reference")
    assert paths == []
    assert inputs.value("reference") is inputs.value("reference")
    assert paths == [project / "reference.json.gz"]


def test_downloads_of_a_published_version_are_made_anew(project: Path) -> None:
    """A page is not taken from an earlier rendering that offered the other files."""
    both = [
        Inputs(project / "docs", project, project / "reference.json.gz", None, small=small) for small in (False, True)
    ]
    assert len({inputs.fingerprint("downloads") for inputs in both}) == 2
    assert len({inputs.fingerprint("reference") for inputs in both}) == 1


def _change_reference(project: Path, make_record: MakeRecord) -> None:
    records.save(make_record(id="another"), project / "reference.json.gz")


def _change_suite(project: Path, _make_record: MakeRecord) -> None:
    (project / "benchmarks" / "suite.py").write_text("SUITE = 2\n")


def _add_peers(project: Path, make_record: MakeRecord) -> None:
    records.save(make_record(id="peers"), project / PEERS)


def _add_history(project: Path, make_record: MakeRecord) -> None:
    records.save(analysis.history_of([make_record()]), project / HISTORY)


def _add_study(project: Path, _make_record: MakeRecord) -> None:
    (project / "page-loading.json").write_bytes((RESULTS / "page-loading.json").read_bytes())


def _declare_criteria(project: Path, _make_record: MakeRecord) -> None:
    (project / "docs" / "decision.toml").write_text('[[criteria]]\ntitle = "faster"\n')


def _declare_excerpts(project: Path, _make_record: MakeRecord) -> None:
    (project / "docs" / "excerpts.toml").write_text('[[excerpts]]\npage = "a.md"\nname = "a"\ntitle = "A"\n')


def _add_page(project: Path, _make_record: MakeRecord) -> None:
    (project / "docs" / "new.md").write_text("# New\n")


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (_change_reference, {"reference", "downloads"}),
        (_change_suite, {"reference", "downloads"}),
        (_add_peers, {"peers", "downloads"}),
        (_add_history, {"history", "downloads"}),
        (_add_study, {"page_loading", "downloads"}),
        (_declare_criteria, {"criteria"}),
        (_declare_excerpts, {"excerpts"}),
        (_add_page, {"titles"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_fingerprint_changes_with_what_the_input_is_read_from_and_with_nothing_else(
    project: Path, make_record: MakeRecord, change: Callable[[Path, MakeRecord], None], changed: set[str]
) -> None:
    names = (*RUNS, "history", *DECLARED, "downloads", *(kind.name for kind in studies.KINDS))
    before = {name: inputs_of(project).fingerprint(name) for name in names}
    change(project, make_record)
    after = inputs_of(project)
    assert {name for name in names if after.fingerprint(name) != before[name]} == changed


def test_a_run_is_current_while_the_files_of_its_digest_are_unchanged(project: Path, make_record: MakeRecord) -> None:
    digest = records.digest(project, ["benchmarks/*.py"])
    records.save(make_record(digest=digest), project / "reference.json.gz")
    assert inputs_of(project).value("reference").is_current
    _change_suite(project, make_record)
    assert not inputs_of(project).value("reference").is_current


def test_a_page_is_titled_by_its_first_heading_and_the_first_page_is_home(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("# The project\n")
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "a.md").write_text("Text.\n\n# A guide { .wide }\n\n# Another\n")
    (tmp_path / "none.md").write_text("No heading.\n")
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated" / "b.md").write_text("# Generated\n")
    assert page_titles(tmp_path) == {"index.md": "Home", "guides/a.md": "A guide"}


def test_a_missing_record_is_one_sentence(project: Path) -> None:
    (project / "reference.json.gz").unlink()
    with pytest.raises(InputError, match=r"reference\.json\.gz: cannot be read"):
        inputs_of(project).value("reference")
