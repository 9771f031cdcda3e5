"""`unitdocs import`: files of other tools become files of results, and none is overwritten unseen."""

import gzip
import shutil
from pathlib import Path

import pytest

from unitdocs import cli
from unitdocs.records.readers import read_results

DATA = Path(__file__).parents[2] / "data" / "results"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[str], list[str]]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["import", *map(str, arguments)])
    assert isinstance(ended.value.code, int)
    said = capsys.readouterr()
    return ended.value.code, said.out.splitlines(), said.err.splitlines()


def test_each_file_becomes_one_of_results_and_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = run(capsys, DATA / "pyperf.json", DATA / "hyperfine-parameters.json", "--out", tmp_path / "new")
    assert (code, err) == (0, [])
    assert out == [
        (
            "pyperf.json: pyperf 2.10.0, 3 results; skipped: 3 calibration runs, 12 warm-up values"
            f" -> {tmp_path / 'new' / 'pyperf.json'}"
        ),
        f"hyperfine-parameters.json: hyperfine, 2 results -> {tmp_path / 'new' / 'hyperfine-parameters.json'}",
    ]
    assert read_results(tmp_path / "new" / "pyperf.json") == read_results(DATA / "pyperf.json")


def test_a_compressed_file_is_named_without_its_endings(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "some.json.gz").write_bytes(gzip.compress((DATA / "pyperf.json").read_bytes()))
    code, _, _ = run(capsys, tmp_path / "some.json.gz", "--out", tmp_path / "out")
    assert code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["some.json"]


def test_files_of_one_name_get_numbers_and_the_same_again_changes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for folder, name in (("a", "pyperf"), ("b", "hyperfine"), ("c", "pyperf")):
        (tmp_path / folder).mkdir()
        shutil.copy(DATA / f"{name}.json", tmp_path / folder / "same.json")
    sources = [tmp_path / folder / "same.json" for folder in "abc"]
    for _ in range(2):
        assert run(capsys, *sources, "--out", tmp_path / "out")[0] == 0
        written = sorted(path.name for path in (tmp_path / "out").iterdir())
        assert written == ["same-2.json", "same-3.json", "same.json"]
    assert read_results(tmp_path / "out" / "same-2.json").tool == "hyperfine"


def test_a_file_that_is_there_already_stays_even_the_source_itself(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    source = Path(shutil.copy(DATA / "pyperf.json", tmp_path))
    (tmp_path / "pyperf-2.json").mkdir()
    code, out, _ = run(capsys, source, "--out", tmp_path)
    assert code == 0
    assert out[0].endswith("pyperf-3.json")
    assert source.read_bytes() == (DATA / "pyperf.json").read_bytes()


def test_where_a_file_cannot_be_read_all_problems_are_told_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "empty.json").write_text("")
    sources = [DATA / "pyperf.json", tmp_path / "missing.json", tmp_path / "empty.json"]
    code, out, err = run(capsys, *sources, "--out", tmp_path / "out")
    assert (code, out) == (2, [])
    assert [line.split(": ")[1] for line in err] == [str(source) for source in sources[1:]]
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    code, _, err = run(capsys, DATA / "pyperf.json", "--out", tmp_path / "taken")
    assert code == 2
    assert len(err) == 1
    assert "cannot be written" in err[0]


def test_a_folder_is_read_without_the_files_that_describe_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shutil.copytree(DATA / "asv", tmp_path / "asv")
    machine = tmp_path / "asv" / "machine1" / "machine.json"
    machine.write_text('{"arch": "x86_64", "machine": "machine1", "version": 1}')
    code, out, _ = run(capsys, tmp_path / "asv", "--out", tmp_path / "all")
    assert (code, len(out)) == (0, 2)
    for start in ("7bcc029be44b", "without"):
        code, out, _ = run(capsys, tmp_path / "asv", "--commit", start, "--out", tmp_path / start)
        assert code == 0
    assert [line.partition(":")[0] for line in out] == ["without-samples.json"]
    code, out, _ = run(capsys, machine, DATA / "pyperf.json", "--out", tmp_path / "both")
    assert (code, len(out)) == (0, 1)
    code, _, err = run(capsys, machine, "--out", tmp_path / "alone")
    assert (code, len(err)) == (2, 1)
    code, _, err = run(capsys, tmp_path / "asv", "--commit", "nothing", "--out", tmp_path / "none")
    assert (code, len(err)) == (2, 1)


def test_its_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert any("Example: unitdocs import" in line for line in out)
