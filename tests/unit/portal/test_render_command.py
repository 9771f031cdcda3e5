import json
from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs import records
from unitdocs.cli import main
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]
REFERENCE = "benchmarks/results/reference.json.gz"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["benchmarks/*.py"]\n')
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["render", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def rendered(project: Path) -> tuple[str, str | None]:
    manifest = json.loads((project / "docs/generated/manifest.json").read_text())
    return manifest["reference"], manifest["this_machine"]


def test_without_a_record_the_reference_is_rendered_with_the_newest_run_beside_it(
    project: Path, make_record: MakeRecord
) -> None:
    records.save(make_record(id="reference"), project / REFERENCE)
    for name in ("20261101T000000Z-aaaa", "20261123T000000Z-bbbb", "20261102T000000Z-cccc"):
        records.save(make_record(id=name), project / f"build/records/{name}.json")
    assert run() == 0
    assert rendered(project) == ("reference", "20261123T000000Z-bbbb")


def test_without_a_run_on_this_machine_the_reference_stands_alone(project: Path, make_record: MakeRecord) -> None:
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
    ("arguments", "said"),
    [
        ((), f"{REFERENCE}: cannot be read"),
        (("--record", "a", "--record", "b", "--record", "c"), "--record: given 3 times"),
        (("--docs", "nowhere"), "nowhere: not a folder"),
        (("--records", "a"), "No such option"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert run(*arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert not (project / "docs/generated").exists()
