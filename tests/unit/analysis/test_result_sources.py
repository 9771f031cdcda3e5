"""Where sides come from: files, folders, repetitions in several files, and names that differ."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from unitdocs.analysis.comparison import compare_files
from unitdocs.analysis.sources import choose, differences_of_context, find_file, merge, result_files
from unitdocs.errors import InputError
from unitdocs.records.results import Absence, LeftOut, Result, Results

RESULTS = Path(__file__).parents[2] / "data" / "results"


def asv(folder: Path, commit: str, time: float = 1.0, **about: Any) -> Path:
    """Write a result file of asv as it stores them: a folder for the machine, a name that begins with the commit."""
    (folder / "machine1").mkdir(parents=True, exist_ok=True)
    (folder / "machine1" / "machine.json").write_text(
        '{"arch": "x86_64", "cpu": "A", "machine": "machine1", "version": 1}'
    )
    path = folder / "machine1" / f"{commit[:8]}-env-py3.12.json"
    content = {"commit_hash": commit, "version": 2, "result_columns": ["result"], "results": {"b.time_a": [[time]]}}
    path.write_text(json.dumps(content | about))
    return path


def pytest_benchmark(folder: Path, name: str, commit: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    data = json.loads((RESULTS / "pytest-benchmark.json").read_text())
    data["commit_info"]["id"] = commit
    (folder / name).write_text(json.dumps(data))
    return folder / name


def side(source: str, *values: float, tool: str = "t", context: dict[str, str] | None = None) -> Results:
    results = tuple(Result(suite="", name="a", groups=((value,),), by_process=False) for value in values[:1])
    return Results(tool=tool, source=source, context=context or {}, results=results)


def test_a_file_of_asv_is_chosen_by_the_beginning_of_its_commit_however_long(tmp_path: Path) -> None:
    commits = ("1a2b3c4d" + "0" * 32, "99990000" + "1" * 32)
    paths = [asv(tmp_path, commit) for commit in commits]
    for length in (4, 8, 20, 40):
        assert [find_file(tmp_path / commit[:length]) for commit in commits] == paths
    assert result_files(tmp_path) == paths


def test_a_file_of_pytest_benchmark_is_chosen_by_its_number_or_its_commit(tmp_path: Path) -> None:
    folder = tmp_path / ".benchmarks" / "Linux-CPython-3.12-64bit"
    first = pytest_benchmark(folder, "0001_base.json", "a" * 40)
    second = pytest_benchmark(folder, "0002_head.json", "b" * 40)
    assert find_file(tmp_path / ".benchmarks" / "0001") == first
    assert find_file(tmp_path / ".benchmarks" / ("b" * 12)) == second
    assert choose(tmp_path, "0002_h") == [second]


@pytest.mark.parametrize("ending", [".json", ".json.gz", ".json.xz"])
def test_a_compressed_file_is_a_result_file_and_one_that_is_missing_is_not_searched_for(
    tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"run{ending}"
    assert find_file(file) == file
    file.write_bytes(b"")
    assert result_files(tmp_path) == [file]


def test_a_folder_with_one_result_file_means_that_file(tmp_path: Path) -> None:
    path = asv(tmp_path, "a" * 40)
    assert find_file(tmp_path) == path


def test_a_choice_that_fits_several_files_or_none_is_refused_in_one_sentence(tmp_path: Path) -> None:
    asv(tmp_path, "aaaa1111" + "0" * 32)
    asv(tmp_path, "aaaa2222" + "0" * 32)
    with pytest.raises(InputError, match=r"'aaaa' is not one file but 2: aaaa1111-env-py3\.12\.json, aaaa2222"):
        find_file(tmp_path / "aaaa")
    with pytest.raises(InputError, match="cannot be read"):
        compare_files(tmp_path / "bbbb", tmp_path / "aaaa1")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no result files"):
        find_file(tmp_path / "empty")


def test_a_folder_of_very_many_files_is_refused_and_a_misspelt_name_in_it_is_no_such_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(4):
        (tmp_path / f"{index}.txt").touch()
    monkeypatch.setattr("unitdocs.analysis.sources.MOST_FILES", 2)
    with pytest.raises(InputError, match="has more than 2 files; give a folder of results"):
        result_files(tmp_path)
    assert find_file(tmp_path / "misspelt") == tmp_path / "misspelt"


def test_files_of_one_side_become_groups_that_are_compared_as_wholes(tmp_path: Path) -> None:
    for name, factor in (("a", 1.0), ("b", 2.0)):
        for index, time in enumerate((1.0, 1.013, 0.991)):
            times = [time * factor * share for share in (0.999, 1.0, 1.0012)]
            (tmp_path / f"{name}{index}.json").write_text(json.dumps({"results": [{"command": "x", "times": times}]}))
    base, head = ([tmp_path / f"{name}{index}.json" for index in range(3)] for name in "ab")
    (case,) = compare_files(base, head).cases
    assert (case.control_n, case.treatment_n, case.replicate) == (3, 3, "file")
    assert case.ratio == pytest.approx(2)
    assert case.verdict_label == "slower"
    assert any("files of a side are compared as wholes" in warning for warning in case.warnings)


def test_a_benchmark_that_failed_in_one_of_the_files_is_named() -> None:
    left_out = LeftOut(suite="", name="a", metric="time", absence=Absence.FAILED, reason="a crash")
    merged = merge([side("1", 1.0), side("2").model_copy(update={"left_out_cases": (left_out,)})])
    assert [one.groups for one in merged.results] == [((1.0,),)]
    assert [one.reason for one in merged.left_out_cases] == ["in one of 2 files: a crash"]
    assert merged.source == "1 and 2"


def test_files_of_one_side_in_different_units_are_refused() -> None:
    other = side("2", 1.0)
    other = other.model_copy(update={"results": (other.results[0].model_copy(update={"unit": "B"}),)})
    with pytest.raises(InputError, match="the files of one side differ"):
        merge([side("1", 1.0), other])


def test_files_of_one_name_are_named_by_folder_or_commit(tmp_path: Path) -> None:
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        shutil.copy(RESULTS / "hyperfine.json", tmp_path / folder / "same.json")
    comparison = compare_files(tmp_path / "old" / "same.json", tmp_path / "new" / "same.json")
    assert (comparison.base, comparison.head) == ("old/same.json (hyperfine)", "new/same.json (hyperfine)")
    for folder, commit in (("old", "a" * 40), ("new", "b" * 40)):
        pytest_benchmark(tmp_path / folder, "0001.json", commit)
    comparison = compare_files(tmp_path / "old" / "0001.json", tmp_path / "new" / "0001.json")
    assert comparison.base.startswith("0001.json at aaaaaaaaaa (")
    comparison = compare_files(tmp_path / "old" / "0001.json", tmp_path / "old" / "0001.json")
    assert comparison.head.startswith("0001.json, the same file (")


def test_what_differs_in_the_context_is_a_caution_in_every_case(tmp_path: Path) -> None:
    about = {"machine": "m", "cpu": "A", "python": "3.12"}
    base = asv(tmp_path / "1", "a" * 40, params=about, env_name="py3.12", python="3.12")
    head = asv(tmp_path / "2", "b" * 40, params=about | {"cpu": "B"}, env_name="py3.13", python="3.13")
    comparison = compare_files(base, head)
    expected = [
        "base and head were measured with another CPU: A and B",
        "base and head were measured with another Python: 3.12 and 3.13",
        "base and head were measured with another build: py3.12 and py3.13",
    ]
    assert list(comparison.cautions) == expected
    assert set(expected) <= set(comparison.cases[0].warnings)


def test_what_only_one_side_says_is_no_difference() -> None:
    assert differences_of_context({"CPU": "A"}, {"Python": "3.12"}) == []
    assert differences_of_context({"commit": "a"}, {"commit": "b"}) == []
