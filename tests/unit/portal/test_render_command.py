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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), f"{REFERENCE}: there is no reference record yet; measure one with `unitdocs bench run --profile full`"),
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
