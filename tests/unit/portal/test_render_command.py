"""`unitdocs render`: which records it shows, and how wrong use ends."""

from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs import records
from unitdocs.cli import main
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]
REFERENCE = "benchmarks/results/reference.json.gz"
NAMES = ("reference", "this-machine")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["benchmarks/*.py"]\n')
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["render", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def rendered(project: Path) -> tuple[str | None, str | None]:
    """Return the ids of the records that the site offers: the reference, and the run on this machine."""
    reference, machine = (project / "docs/generated/data/records" / f"{name}.json" for name in NAMES)
    compressed = reference.with_suffix(".json.gz")
    return _id(compressed if compressed.is_file() else reference), _id(machine)


def _id(path: Path) -> str | None:
    return records.load(path).id if path.is_file() else None


def test_by_default_the_reference_is_rendered_with_the_newest_run_on_this_machine(
    project: Path, make_record: MakeRecord
) -> None:
    records.save(make_record(id="reference"), project / REFERENCE)
    for name in ("20261101T000000Z-aaaa", "20261123T000000Z-bbbb", "20261102T000000Z-cccc"):
        records.save(make_record(id=name), project / f"build/records/{name}.json")
    assert run() == 0
    assert rendered(project) == ("reference", "20261123T000000Z-bbbb")


def test_in_continuous_integration_the_reference_is_rendered_alone(
    project: Path, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    records.save(make_record(id="reference"), project / REFERENCE)
    records.save(make_record(id="mine"), project / "build/records/mine.json")
    monkeypatch.setenv("CI", "true")
    assert run() == 0
    assert rendered(project) == ("reference", None)
    assert run("--record", REFERENCE, "--record", "build/records/mine.json") == 0
    assert rendered(project) == ("reference", "mine")


def test_without_a_run_on_this_machine_the_reference_is_rendered_alone(project: Path, make_record: MakeRecord) -> None:
    records.save(make_record(id="reference"), project / REFERENCE)
    assert run() == 0
    assert rendered(project) == ("reference", None)


def test_named_records_replace_both(project: Path, make_record: MakeRecord) -> None:
    records.save(make_record(id="mine"), project / "mine.json")
    records.save(make_record(id="other"), project / "other.json")
    records.save(make_record(id="ignored"), project / "build/records/ignored.json")
    assert run("--record", "mine.json") == 0
    assert rendered(project) == ("mine", None)
    assert run("--record", "mine.json", "--record", "other.json") == 0
    assert rendered(project) == ("mine", "other")


def test_without_a_reference_the_newest_run_is_rendered_in_its_place(
    project: Path, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")  # where it was measured just before
    records.save(make_record(id="of revisions", base="0" * 40), project / "build/records/20261124T000000Z-cccc.json")
    assert run() == 0
    assert rendered(project) == ("of revisions", None)
    records.save(make_record(id="of arms"), project / "build/records/20261123T000000Z-bbbb.json")
    assert run() == 0
    assert rendered(project) == ("of arms", None)


def test_only_what_the_pages_include_is_rendered(project: Path, make_record: MakeRecord) -> None:
    records.save(make_record(), project / REFERENCE)
    page = project / "docs" / "index.md"
    page.write_text('--8<-- "generated/home/answer.md"\n')
    assert run() == 0
    folders = {path.name for path in (project / "docs/generated").iterdir() if path.is_dir()}
    assert folders == {"home", "figures", "data", "downloads", "explore"}  # the last two for the index of versions
    assert list((project / "docs/benchmarks/cases").rglob("*.md"))
    page.unlink()
    assert run() == 0
    assert (project / "docs/generated/summary/table.md").is_file(), "somebody else includes it"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), f"{REFERENCE}: there is no reference record yet, and no run in build/records; measure"),
        (("--record", "a", "--record", "b", "--record", "c"), "--record: given 3 times"),
        (("--docs", "nowhere"), "nowhere: not a folder"),
        (("--records", "a"), "No such option"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert run(*arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert not (project / "docs/generated").exists()
