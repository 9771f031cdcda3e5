"""Which benchmarks a project has, by reading its files."""

from pathlib import Path

import pytest

from unitdocs.bench import asv_suites, pyperf_suites, pytest_suites
from unitdocs.bench.asv_suites import AsvBenchmark
from unitdocs.cli.init import measured_suites
from unitdocs.portal.scaffold import MeasuredBenchmarks, SuiteName, describe, find_benchmarks
from unitdocs.portal.scaffold.portal import TOOLS

TEST = "def test_one(benchmark):\n    benchmark(len, [])\n"
SUITE = 'from unitdocs import bench\n\nSUITE = bench.suite("parsing", title="Parsing", arms=("a", "b"), scenarios=[])\n'


def write(project: Path, **files: str) -> Path:
    for name, text in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return project


@pytest.mark.parametrize(
    ("files", "others"),
    [
        ({}, {}),
        ({"tests/test_one.py": TEST}, {"pytest": "tests/test_one.py"}),
        ({"tests/speed/test_a.py": TEST, "tests/speed/b_test.py": TEST}, {"pytest": "tests/speed"}),
        ({"tests/test_one.py": "def test_one(tmp_path):\n    pass\n", "tests/helper.py": TEST}, {}),
        ({".venv/test_one.py": TEST, "build/test_one.py": TEST, "node_modules/test_one.py": TEST}, {}),
        ({"asv.conf.json": "{}", "benchmarks/times.py": ""}, {"asv": "benchmarks"}),
        ({"asv.conf.json": '{\n  // "benchmark_dir": "x",\n  "benchmark_dir": "b"\n}', "b/a.py": ""}, {"asv": "b"}),
        ({"asv.conf.json": '{\n  "benchmark_dir": "../elsewhere"\n}'}, {}),
        ({"perf/bench_a.py": "import pyperf\n"}, {"pyperf": "perf/bench_a.py"}),
        ({"a.py": "not Python (", "b.py": "\0"}, {}),
    ],
)
def test_benchmarks_of_other_tools_are_found(tmp_path: Path, files: dict[str, str], others: dict[str, str]) -> None:
    (tmp_path.parent / "elsewhere").mkdir(exist_ok=True)
    assert find_benchmarks(write(tmp_path, **files), measured_suites) == MeasuredBenchmarks(others=others)


def test_suites_are_found_with_their_names_and_titles(tmp_path: Path) -> None:
    found = find_benchmarks(
        write(
            tmp_path,
            **{f"{folder}.py": SUITE for folder in ("benchmarks/parsing", "benchmarks/_parts", "other/parsing")},
        ),
        measured_suites,
    )
    assert found.suites == (SuiteName(name="parsing", title="Parsing"),)
    assert describe(tmp_path, found).run_command() == "unitdocs bench run"


@pytest.mark.parametrize(
    "arms", ['("list", "set", "dict")', "ARMS", "tuple(KINDS)", "list(KINDS)", '["list", "set", "dict"]']
)
def test_each_further_arm_is_a_suite_with_a_page(tmp_path: Path, arms: str) -> None:
    constants = 'ARMS = ("list", "set", "dict")\nKINDS = {"list": list, "set": set, "dict": dict.fromkeys}\n'
    text = SUITE.replace('("a", "b")', arms).replace("\n\n", f"\n\n{constants}", 1)
    found = find_benchmarks(write(tmp_path, **{"benchmarks/parsing.py": text}), measured_suites)
    assert found.suites == (
        SuiteName(name="parsing-set", title="Parsing: set"),
        SuiteName(name="parsing-dict", title="Parsing: dict"),
    )


@pytest.mark.parametrize("arms", ["arms_of(3)", "(NAME, 'b', 'c')", "ARMS", "()", "[*KINDS]"])
def test_a_suite_whose_arms_cannot_be_read_has_one_page(tmp_path: Path, arms: str) -> None:
    text = SUITE.replace('("a", "b")', arms).replace("\n\n", "\n\nARMS = ARMS\n", 1)
    found = find_benchmarks(write(tmp_path, **{"benchmarks/parsing.py": text}), measured_suites)
    assert found.suites == (SuiteName(name="parsing", title="Parsing"),)


def test_a_run_covers_the_code_and_what_measures_it(tmp_path: Path) -> None:
    assert describe(tmp_path, MeasuredBenchmarks()).digest == ("benchmarks/*.py",)
    write(tmp_path, **{"texts/__init__.py": "", "tests/__init__.py": "", "tests/test_one.py": TEST})
    portal = describe(tmp_path, find_benchmarks(tmp_path, measured_suites))
    assert portal.digest == ("texts/**/*.py", "tests/test_one.py")
    assert portal.run_command("HEAD~1") == "unitdocs bench run --base HEAD~1 --pytest tests/test_one.py --gate"
    (tmp_path / "src").mkdir()
    many = MeasuredBenchmarks(others={"pytest": "tests", "asv": "my benchmarks"})
    assert describe(tmp_path, many).digest == ("src/**/*.py", "tests/**/*.py", "my benchmarks/**/*.py")
    assert describe(tmp_path, many).options == " --pytest tests --asv 'my benchmarks'"


def test_suites_of_other_tools_have_the_titles_that_a_run_gives_them() -> None:
    suites = (
        pytest_suites.suite_of(["tests/test_a.py::test_b"]),
        asv_suites.suite_of("a", [AsvBenchmark("b", "c")]),
        pyperf_suites.suite_of({"a/b": "a.py"}),
    )
    assert {suite.name: suite.title for suite in suites} == TOOLS
