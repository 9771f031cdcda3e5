"""Wrong files: one sentence a problem, with the file and the place in it; never a traceback."""

import gzip
import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from result_files import FILES, means, parsed, reread

from unitdocs.errors import InputError
from unitdocs.records.readers import read_results
from unitdocs.records.results import Absence

PYPERF = FILES["pyperf"]()


def said(path: Path) -> str:
    """Return what is said of a file: one sentence that begins with its name."""
    with pytest.raises(InputError) as raised:
        read_results(path)
    (problem,) = raised.value.problems
    assert problem.startswith(f"{path}: ")
    assert problem.isprintable()
    return problem.removeprefix(f"{path}: ")


def sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 2 * 1024**3)


BAD_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: path.unlink(missing_ok=True), "cannot be read (No such file"),
    "a folder": (lambda path: path.mkdir(), "cannot be read (Is a directory)"),
    "two gigabytes": (sparse, "is larger than 64 MB"),
    "empty": (lambda path: path.write_bytes(b""), "is not a JSON file"),
    "cut": (lambda path: path.write_text(PYPERF[:-100]), "is not a JSON file"),
    "cut gzip": (lambda path: path.write_bytes(gzip.compress(PYPERF.encode())[:-9]), "is not a JSON file"),
    "binary": (lambda path: path.write_bytes(bytes(range(256))), "is not a JSON file"),
    "deep lists": (lambda path: path.write_text("[" * 200_000 + "]" * 200_000), "is not a JSON file"),
    "deep objects": (lambda path: path.write_text('{"a":' * 200_000 + "1" + "}" * 200_000), "is not a JSON file"),
    "a long number": (lambda path: path.write_text("9" * 10_000), "is not a JSON file"),
    "half a UTF-16": (lambda path: path.write_bytes(PYPERF.encode("utf-16")[:-1]), "is not a JSON file"),
    "null": (lambda path: path.write_text("null"), "$: no results of a supported tool; give a file of pyperf"),
    "a list": (lambda path: path.write_text("[]"), "$: no results of a supported tool"),
    "another object": (lambda path: path.write_text('{"benchmarks": []}'), "$: no results of a supported tool"),
    "two keys": (
        lambda path: path.write_text('{"version": "1.0", "benchmarks": [{"a": 1, "runs": [], "a": 2}]}'),
        "$.benchmarks[0]: this object has a key twice",
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_what_is_no_file_of_results_is_told_in_one_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "some.json"
    make, reason = BAD_FILES[kind]
    make(path)
    assert said(path).startswith(reason)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_a_file_is_read_in_every_encoding_of_json(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "pyperf.json"
    path.write_bytes(PYPERF.encode(encoding))
    assert len(read_results(path).results) == 3


def test_a_file_is_known_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "hyperfine.csv"
    path.write_bytes(gzip.compress(PYPERF.encode()))
    assert read_results(path).tool == "pyperf 2.10.0"


Place = tuple[str | int, ...]
WRONG_PLACES: list[tuple[str, Place, Any, str]] = [
    ("pyperf", ("benchmarks",), {}, "$.benchmarks: expected a list"),
    ("pyperf", ("version",), "0.8", '$.version: expected "1.0"'),
    ("pyperf", ("benchmarks", 1, "runs"), None, "$.benchmarks[1]: expected a member 'runs'"),
    ("pyperf", ("benchmarks", 1, "runs", 2, "values"), 7, "$.benchmarks[1].runs[2].values: expected a list"),
    ("pyperf", ("benchmarks", 1, "runs", 2, "values", 0), "7", "$.benchmarks[1].runs[2].values[0]: expected a number"),
    ("pyperf", ("benchmarks", 1, "runs", 2, "values", 0), True, "$.benchmarks[1].runs[2].values[0]: expected a number"),
    ("pyperf", ("benchmarks", 1, "runs", 2, "values", 0), -1, "$.benchmarks[1].runs[2].values[0]: expected a number"),
    ("pyperf", ("benchmarks", 1, "runs", 2, "values", 0), 10**400, "$.benchmarks[1].runs[2].values[0]: expected a num"),
    ("pyperf", ("benchmarks", 0, "metadata", "name"), 3, "$.benchmarks[0].metadata.name: expected a text"),
    ("pyperf", ("benchmarks", 0, "metadata", "name"), " \n", "$.benchmarks[0].metadata.name: expected a name"),
    ("pyperf", ("benchmarks", 0, "metadata", "name"), None, "$.benchmarks[0]: expected a name"),
    ("pyperf", ("benchmarks", 0, "metadata", "name"), "join <b>", "$.benchmarks[1]: a second benchmark with the name"),
    ("pytest-benchmark", ("benchmarks", 2), [], "$.benchmarks[2]: expected an object"),
    ("pytest-benchmark", ("benchmarks", 2, "fullname"), None, "$.benchmarks[2]: expected a member 'fullname'"),
    ("pytest-benchmark", ("benchmarks", 2, "stats", "data", 5), None, "$.benchmarks[2].stats.data[5]: expected a num"),
    ("asv", ("version",), 3, "$.version: expected the version 1 or 2"),
    ("asv", ("results", "bench.time_join"), 1.0, '$.results["bench.time_join"]: expected a list'),
    (
        "asv",
        ("results", "bench.time_join", 0),
        [1.0, 2.0],
        '$.results["bench.time_join"]: expected one value for each combination',
    ),
    (
        "asv",
        ("results", "bench.time_join", 0, 0),
        "7",
        '$.results["bench.time_join"][0][0]: expected a number of 0 or more',
    ),
    ("asv", ("results", "bench.time_join", 11), [[1.0], [2.0]], "expected 1 lists of samples"),
    (
        "asv 1",
        ("results", "bench.time_join", "samples", 0, 3),
        "",
        '$.results["bench.time_join"].samples[0][3]: expect',
    ),
    (
        "Google Benchmark",
        ("benchmarks", 0, "time_unit"),
        "h",
        "$.benchmarks[0].time_unit: expected one of s, ms, us, ns",
    ),
    ("Google Benchmark", ("benchmarks", 0, "real_time"), [], "$.benchmarks[0].real_time: expected a number"),
    (
        "Google Benchmark",
        ("benchmarks", 0, "run_type"),
        "b",
        "$.benchmarks[0].run_type: expected iteration or aggregate",
    ),
    (
        "Google Benchmark",
        ("benchmarks", 0, "error_occurred"),
        1,
        "$.benchmarks[0].error_occurred: expected true or fal",
    ),
    ("hyperfine", ("results", 2, "times", 1), "fast", "$.results[2].times[1]: expected a number"),
    ("hyperfine", ("results", 2, "exit_codes"), [0], "$.results[2].exit_codes: expected 8 exit codes"),
    ("hyperfine", ("results", 2, "command"), "python <b>", "$.results[2]: a second benchmark"),
    ("unitdocs run", ("cases", 0, "rounds", 1, "index"), 0, "$.cases[0]: two rounds with the same index"),
    ("unitdocs run", ("cases", 2, "scenario"), "two", "$.cases: two cases with the same suite"),
    ("unitdocs run", ("suites", 0, "arms"), ["a", "a"], "$.suites: expected different names"),
    ("unitdocs run", ("cases", 0, "elements"), 10**30, "$.cases[0].elements: input should be less than"),
    (
        "unitdocs run",
        ("cases", 0, "rounds", 0, "timing", "operations", "control"),
        10**400,
        "$.cases[0].rounds[0].timing.operations.control: input should be less than",
    ),
    ("unitdocs run", ("format_version",), 2, "$.format_version: input should be 1"),
    ("unitdocs results", ("results", 1, "groups"), [[1], [2]], "$.results[1]: value error, groups: expected a single"),
    ("unitdocs results", ("results", 1, "suite"), 3, "$.results[1].suite: input should be a valid string"),
    ("unitdocs results", ("results", 1, "metric"), "time", "$.results[1]: a second benchmark"),
]


def changed(data: Any, place: Place, value: object) -> Any:
    node = data
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = value
    return data


@pytest.mark.parametrize(("kind", "place", "value", "reason"), WRONG_PLACES)
def test_a_place_that_does_not_fit_is_named(
    tmp_path: Path, kind: str, place: Place, value: object, reason: str
) -> None:
    data = changed(parsed(kind), place, value)
    path = tmp_path / "some.json"
    path.write_text(json.dumps(data))
    expected, _, what = reason.partition(": ")
    try:
        results = read_results(path)
    except InputError as error:
        (problem,) = error.problems
        assert reason in problem
        assert problem.isprintable()
        return
    # One bad entry refuses no file: it is left out, with the place and what is wrong.
    assert results.results
    reasons = [one.reason for one in results.left_out_cases]
    assert any(said.startswith(what or expected) and (not what or expected in said) for said in reasons), reasons


@pytest.mark.parametrize("kind", ["unitdocs run", "unitdocs results", "pyperf", "asv"])
def test_what_does_not_fit_the_whole_file_refuses_it(tmp_path: Path, kind: str) -> None:
    places: dict[str, Place] = {"pyperf": ("version",), "asv": ("version",)}
    path = tmp_path / "some.json"
    path.write_text(json.dumps(changed(parsed(kind), places.get(kind, ("format_version",)), 9)))
    assert "version" in said(path)


@pytest.mark.parametrize("kind", ["pyperf", "pytest-benchmark", "hyperfine"])
def test_a_negative_time_is_left_out_and_the_others_are_read(tmp_path: Path, kind: str) -> None:
    results = reread(changed(parsed(kind), NUMBERS[kind], -1e-9), tmp_path)
    whole = reread(parsed(kind), tmp_path)
    assert len(results.results) == len(whole.results) - 1
    (left_out,) = [one for one in results.left_out_cases if one.absence is Absence.UNUSABLE]
    assert left_out.name == whole.results[0].name
    assert left_out.reason.startswith("expected a number of 0 or more at $.")


@pytest.mark.parametrize("kind", ["pyperf", "pytest-benchmark", "hyperfine", "Google Benchmark"])
def test_a_file_of_which_no_entry_can_be_used_is_refused_with_all_problems(tmp_path: Path, kind: str) -> None:
    data = parsed(kind)
    member = "results" if kind == "hyperfine" else "benchmarks"
    data[member] = [5, 6]
    with pytest.raises(InputError) as raised:
        reread(data, tmp_path)
    assert all("expected an object" in problem for problem in raised.value.problems)


NUMBERS: dict[str, Place] = {
    "pyperf": ("benchmarks", 0, "runs", 1, "values", 0),
    "pytest-benchmark": ("benchmarks", 0, "stats", "data", 0),
    "Google Benchmark": ("benchmarks", 0, "cpu_time"),
    "hyperfine": ("results", 0, "times", 0),
    "unitdocs run": ("cases", 1, "rounds", 0, "count", "treatment"),
    "unitdocs results": ("results", 0, "groups", 0, 0),
}


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("kind", NUMBERS)
def test_a_number_that_is_not_finite_is_never_read(tmp_path: Path, kind: str, token: str) -> None:
    path = tmp_path / "some.json"
    path.write_text(json.dumps(changed(parsed(kind), NUMBERS[kind], "HERE")).replace('"HERE"', token))
    if kind.startswith("unitdocs"):
        assert any(word in said(path) for word in ("expected a", "finite number", "greater than or equal to 0"))
        return
    results = read_results(path)
    assert any("expected a" in one.reason for one in results.left_out_cases)
    assert all(math.isfinite(value) for one in results.results for value in one.values)


def test_all_problems_of_a_file_are_told_each_in_a_line_up_to_twenty(tmp_path: Path) -> None:
    data = parsed("hyperfine")
    data["results"] = [{"command": f"c{number}", "times": ["fast"]} for number in range(30)]
    with pytest.raises(InputError) as raised:
        reread(data, tmp_path)
    assert len(raised.value.problems) == 21
    assert "$.results[19].times[0]: expected a number" in raised.value.problems[19]
    assert raised.value.problems[20] == "and 10 more problems"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("two\nlines\r\n\tand\x00 \x1b[31mred", "two lines and [31mred"),
        ("turned\u202e", "turned"),
        ("größer \N{GRINNING FACE}", "größer \N{GRINNING FACE}"),
    ],
)
@pytest.mark.parametrize("kind", ["pyperf", "pytest-benchmark", "hyperfine", "unitdocs results", "unitdocs run"])
def test_names_are_kept_as_text_of_one_line(tmp_path: Path, kind: str, name: str, kept: str) -> None:
    places: dict[str, Place] = {
        "pyperf": ("benchmarks", 0, "metadata", "name"),
        "pytest-benchmark": ("benchmarks", 0, "fullname"),
        "hyperfine": ("results", 0, "command"),
        "unitdocs results": ("results", 0, "name"),
        "unitdocs run": ("cases", 0, "scenario"),
    }
    names = list(means(reread(changed(parsed(kind), places[kind], name), tmp_path)))
    assert names[0].removesuffix(" [old]").removesuffix(" [new]") == kept


def test_half_a_character_in_a_name_is_shown_as_its_escape(tmp_path: Path) -> None:
    data = changed(parsed("hyperfine"), ("results", 0, "command"), "half \ud83d")
    assert next(iter(means(reread(data, tmp_path)))) == r"half \ud83d"


def test_the_keys_of_asv_are_names_of_one_line_too(tmp_path: Path) -> None:
    data = parsed("asv")
    data["results"] = {"bench\n.time_<b>\x07": data["results"]["bench.time_join"]}
    (result,) = reread(data, tmp_path).results
    assert (result.suite, result.name) == ("bench", "time_<b>")


def test_a_long_or_broken_key_is_shown_short_and_in_one_line(tmp_path: Path) -> None:
    data = parsed("asv")
    data["results"] = {"a\n\ud83d" + "b" * 10_000: 1}
    with pytest.raises(InputError) as raised:  # the only entry of the file
        reread(data, tmp_path)
    assert len(str(raised.value)) < 400
    assert str(raised.value).isprintable()
