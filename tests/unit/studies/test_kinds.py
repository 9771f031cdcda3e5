"""The registry of studies: every kind has a record, a program, a page and a description; old records can be read."""

import gzip
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

from unitdocs import studies
from unitdocs.errors import InputError
from unitdocs.portal.pages import data
from unitdocs.portal.site.rendering import PAGES
from unitdocs.studies import StudyKind

ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "benchmarks" / "results"
OTHER_RESULTS = {
    "reference.json.gz",
    "peers.json.gz",
    "observed.json.gz",
    "tuned.json.gz",
    "history.json.gz",
    "settings",
}
"""Run records, the history of run records, and the settings that one of them proves."""
every_kind = pytest.mark.parametrize("kind", studies.KINDS, ids=lambda kind: kind.name)


def test_every_committed_result_is_of_a_kind_and_every_kind_has_one() -> None:
    results = {path.name for path in RESULTS.iterdir()} - OTHER_RESULTS
    assert sorted(results) == sorted(kind.file for kind in studies.KINDS)


@pytest.mark.parametrize("member", ["name", "file", "model", "title"])
def test_no_two_kinds_are_alike(member: str) -> None:
    assert len({getattr(kind, member) for kind in studies.KINDS}) == len(studies.KINDS)


@every_kind
def test_the_committed_record_is_read_by_the_name_of_its_kind(kind: StudyKind) -> None:
    record = studies.load_record(kind.name, RESULTS / kind.file)
    assert type(record) is kind.model
    assert studies.kind_of(kind.name) is kind


@every_kind
def test_a_kind_can_be_stale_exactly_where_its_records_have_a_digest(kind: StudyKind) -> None:
    study = studies.load_study(kind, RESULTS / kind.file, root=ROOT)
    has_patterns = bool(kind.digest_patterns or kind.package_patterns)
    assert ("digest" in kind.model.model_fields) is has_patterns
    assert (study.is_current is not None) is has_patterns


@every_kind
def test_every_digest_pattern_matches_files(kind: StudyKind) -> None:
    package = ROOT / "src" / "unitdocs"
    for root, patterns in ((ROOT, kind.digest_patterns), (package, kind.package_patterns)):
        assert all(any(root.glob(pattern)) for pattern in patterns)


@every_kind
def test_a_kind_has_a_program_and_its_page_takes_the_record(kind: StudyKind) -> None:
    assert kind.program is None or (ROOT / kind.program).is_file()
    assert (ROOT / "docs" / kind.page).is_file()
    builders = [build for build in PAGES if kind.name in inspect.signature(build).parameters]
    assert kind.page in {inspect.getmodule(build).PAGE.source for build in builders}  # type: ignore[union-attr]


@every_kind
def test_a_kind_is_described_in_the_reference_and_offered_as_a_schema(kind: StudyKind) -> None:
    reference = (ROOT / "docs/reference/other-records.md").read_text(encoding="utf-8")
    assert f"::: unitdocs.studies.{kind.model.__name__}\n" in reference
    assert f"`{kind.program or 'unitdocs bench selfcheck'}`" in reference
    assert kind.model in data.schemas().values()


@every_kind
def test_a_record_outlives_a_move_of_its_program(kind: StudyKind, tmp_path: Path) -> None:
    content = (RESULTS / kind.file).read_bytes()
    members = json.loads(gzip.decompress(content) if kind.file.endswith(".gz") else content)
    path = tmp_path / "old.json"
    path.write_text(json.dumps({**members, "command": "python scripts/old_place.py --out 'a b.json'"}))
    command = studies.load_study(kind, path, root=ROOT).record.command
    assert command == f"python {kind.program or 'scripts/old_place.py'} --out 'a b.json'"


def test_a_command_without_a_program_is_left_as_it_is(tmp_path: Path) -> None:
    kind = studies.kind_of("change_points")
    members = json.loads((RESULTS / kind.file).read_text())
    for command in ("measured by hand", "python"):
        (tmp_path / "record.json").write_text(json.dumps({**members, "command": command}))
        assert studies.load_study(kind, tmp_path / "record.json", root=ROOT).record.command == command


def test_a_record_is_stale_once_a_file_of_its_kind_changes(tmp_path: Path) -> None:
    kind = studies.kind_of("cache_replays")
    program = tmp_path / "benchmarks/studies/policies/count.py"
    program.parent.mkdir(parents=True)
    program.write_text("1")
    members = json.loads((RESULTS / kind.file).read_text())
    path = tmp_path / kind.file
    path.write_text(json.dumps({**members, "digest": kind.digest(tmp_path)}))
    assert studies.load_study(kind, path, root=tmp_path).is_current is True
    program.write_text("2")
    assert studies.load_study(kind, path, root=tmp_path).is_current is False


def test_an_unknown_kind_is_answered_with_the_names_of_all() -> None:
    names = ", ".join(kind.name for kind in studies.KINDS)
    with pytest.raises(InputError, match=f"^weather: no kind of study; give one of {names}$"):
        studies.load_record("weather", Path("weather.json"))


@every_kind
def test_the_record_of_another_kind_is_refused(kind: StudyKind) -> None:
    other = next(one for one in studies.KINDS if one is not kind)
    with pytest.raises(InputError, match="is not a record of "):
        studies.load_record(kind.name, RESULTS / other.file)


def test_reading_a_record_loads_no_statistics_and_no_frames() -> None:
    check = (
        "import sys; from pathlib import Path; from unitdocs import studies; "
        f"studies.load_record('page_loading', Path({str(RESULTS / 'page-loading.json')!r})); "
        "print(sorted({'pandas', 'scipy', 'statsmodels', 'plotly'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
