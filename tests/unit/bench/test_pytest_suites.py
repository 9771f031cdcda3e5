"""Tests with pytest-benchmark's fixture, measured as they are."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from unitdocs import cli
from unitdocs.bench.pytest_suites import suite_of, write_suite
from unitdocs.errors import InputError
from unitdocs.records import load

TESTS = """
import pytest
from sizes import SIZE
from toy import work


@pytest.fixture
def size():
    return SIZE


@pytest.mark.parametrize("times", [1, 2])
def test_work(benchmark, size, times):
    assert benchmark(work, size * times) > 0


@pytest.mark.benchmark(group="pedantic")
def test_pedantic(benchmark):
    benchmark.pedantic(work, args=(1_000,), rounds=3, iterations=2)


def test_plain():
    pass
"""


@pytest.fixture
def project(slower_work: Callable[[Mapping[str, str]], Path]) -> Path:
    """Return a project whose working tree does a fifth more work than its commit."""
    return slower_work(
        {
            "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--strict-markers --benchmark-sort=name"\n'
            '[tool.unitdocs]\ndigest = ["src/**/*.py", "tests/*.py"]\n',
            "tests/sizes.py": "SIZE = 3_000\n",
            "tests/test_perf.py": TESTS,
        }
    )


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["bench", "run", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code, *capsys.readouterr()


def test_a_slowdown_between_revisions_is_found_by_tests_as_they_are(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A gate, whose rounds are shared: each starts pytest twice, and not twice for each test.
    code, out, _ = run(capsys, "--base", "HEAD", "--gate", "--pytest", "tests")
    assert code == 0
    *lines, named = out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "pytest/tests/test_perf/test_work[1]", "pytest/tests/test_perf/test_work[2]",
        "pytest/tests/test_perf/test_pedantic",
    ]  # fmt: skip
    assert all("slower" in line for line in lines)
    record = load(project / named.removeprefix("Record: "))
    assert record.command == "unitdocs bench run --base HEAD --pytest tests --gate"
    assert {case.title for case in record.cases if "work" in case.scenario} == {
        "work[1] (perf)",
        "work[2] (perf)",
    }


def test_names_are_those_of_files_classes_and_tests() -> None:
    suite = suite_of(["tests/a/test_x.py::TestOne::test_b[1-2]"])
    assert suite.scenarios[0].title == "TestOne.b[1-2] (x)"
    assert [one.name for one in suite.scenarios] == ["tests/a/test_x/TestOne/test_b[1-2]"]


def said(folder: Path, body: str, options: str = "") -> str:
    """Return what is said of a test, from a process of its own: pytest in this one would take over its output."""
    (folder / "test_one.py").write_text(f"import pytest\n\n{dedent(body)}")
    code = (
        "import os\nfrom unitdocs.bench.pytest_suites import operation_of\n"
        "try:\n"
        "    one = operation_of('test_one.py::test_one')\n"
        "    text = repr([(one.prepare or int)(), one.call()][1])\n"
        "except Exception as error: text = str(error)\n"
        "open('said', 'w').write(text)\nos._exit(0)\n"
    )
    environment = {**os.environ, "PYTEST_ADDOPTS": options}
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, check=True, timeout=60)
    return (folder / "said").read_text()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def test_one(benchmark):\n    assert benchmark(sum, [1, 2], start=3) == 6", "6"),
        ("def test_one(benchmark):\n    benchmark.extra_info['n'] = 1\n    benchmark(int)", "0"),
        (
            "def test_one(benchmark, tmp_path):\n    @benchmark\n    def work():\n        return tmp_path.exists()",
            "True",
        ),
        ("def test_one(benchmark):\n    benchmark.pedantic(max, args=(1, 2), kwargs={'key': abs})", "2"),
        ("def test_one(benchmark):\n    assert 1 == 2", "failed before it called benchmark (assert 1 == 2)"),
        ("def test_one(benchmark):\n    pytest.skip('no')", "skipped before it called benchmark (Skipped: no)"),
        (
            "@pytest.fixture\ndef broken():\n    raise ValueError('x')\n\ndef test_one(broken, benchmark):\n    pass",
            "failed before it called benchmark (ValueError: x)",
        ),
        ("def test_one(benchmark):\n    pass", "ended before it called benchmark (pytest's exit code is 0)"),
        ("def test_two():\n    pass", "ended before it called benchmark (pytest's exit code is 4)"),
        ("def test_one(benchmark):\n    benchmark.pedantic(max, setup=lambda: ((3, -4), {'key': abs}))", "-4"),
        ("def test_one(benchmark):\n    benchmark.pedantic(max, args=(1, 2), setup=lambda: None)", "2"),
        ("def test_one(benchmark):\n    benchmark.weave(int)", "uses weave, which cannot be measured"),
    ],
)
def test_what_a_test_gives_to_the_fixture_is_called_or_why_not_is_said(
    tmp_path: Path, body: str, expected: str
) -> None:
    assert said(tmp_path, body).removeprefix("test_one.py::test_one: ") == expected


def test_the_plugin_need_not_be_installed(tmp_path: Path) -> None:
    body = "@pytest.mark.benchmark\ndef test_one(benchmark):\n    benchmark(max, 1, 2)"
    assert said(tmp_path, body, options="-p no:benchmark --strict-markers") == "2"


def test_broken_modules_are_refused_with_the_reason_of_each(project: Path) -> None:
    (project / "tests" / "test_broken.py").write_text("import no_such_module\n")
    (project / "tests" / "test_unfinished.py").write_text("def test_one(benchmark:\n")
    with pytest.raises(InputError) as refused:
        write_suite(Path("tests"), project / "out", [project / "src"])
    said = "--pytest tests: pytest could not collect tests/"
    missing, unfinished = refused.value.problems
    assert missing == f"{said}test_broken.py: ModuleNotFoundError: No module named 'no_such_module'"
    assert unfinished.startswith(f"{said}test_unfinished.py: SyntaxError: ")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--pytest", "tests"], "--pytest tests: needs --base, the revision to compare the working tree with"),
        (["--base", "HEAD", "--pytest", "nothing"], "--pytest nothing: no such file or folder"),
        (
            ["--base", "HEAD", "--pytest", "src"],
            "--pytest src: no test uses the fixture benchmark; give another file or folder",
        ),
    ],
)
@pytest.mark.usefixtures("project")
def test_wrong_use_ends_with_2_and_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    assert run(capsys, *arguments) == (2, "", f"unitdocs: {problem}\n")
