"""Scripts of pyperf, measured as they are."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from unitdocs import cli
from unitdocs.bench.pyperf_suites import run_script, suite_of, write_suite
from unitdocs.errors import InputError, MeasurementError

SCRIPT = """
import pyperf
from sizes import SIZE
from toy import work


async def asynchronous(n):
    return work(n)


if __name__ == "__main__":
    runner = pyperf.Runner(values=3, processes=2)
    runner.argparser.add_argument("--size", type=int, default=SIZE)
    size = runner.parse_args().size
    runner.metadata["description"] = "sums"
    runner.bench_func("sum", work, size)
    runner.bench_func("partial", lambda: work(size))
    runner.bench_async_func("async sum", asynchronous, size)
    runner.bench_time_func("its own time", lambda loops: 0.0)
    runner.timeit("statement", "1 + 1")
"""


@pytest.fixture
def project(slower_work: Callable[[Mapping[str, str]], Path]) -> Path:
    """Return a project whose working tree does a fifth more work than its commit."""
    return slower_work(
        {
            "pyproject.toml": '[tool.unitdocs]\ndigest = ["src/**/*.py", "speed/*.py"]\n',
            "speed/sizes.py": "SIZE = 3_000\n",
            "speed/bench_sums.py": SCRIPT,
        }
    )


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["bench", "run", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code, *capsys.readouterr()


@pytest.mark.usefixtures("project")
def test_a_slowdown_between_revisions_is_found_by_scripts_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--base", "HEAD", "--pyperf", "speed", "--margin", "5%")
    assert code == 0, out
    *lines, _ = out.splitlines()
    assert [line.split("  ")[0].strip() for line in lines] == [
        "pyperf/bench_sums/sum", "pyperf/bench_sums/partial", "pyperf/bench_sums/async sum",
    ]  # fmt: skip
    assert "slower" in lines[0]
    assert "slower" in lines[1]
    assert "left out: 2 benchmarks of speed that cannot be timed here\n" in err


def test_arguments_are_given_to_the_function(tmp_path: Path) -> None:
    script = tmp_path / "one.py"
    script.write_text(
        "import pyperf\nrunner = pyperf.Runner()\n"
        "runner.bench_func('max', max, 3, -4, kwargs={'key': abs})\n"
        "async def one(n): return n + 1\n"
        "runner.bench_async_func('one', one, 1)\n"
    )
    functions = run_script(script).functions
    with ThreadPoolExecutor(1) as pool:  # a browser test of the same process leaves its event loop in the main thread
        results = {name: pool.submit(call).result() for name, call in functions.items()}
    assert results == {"max": -4, "one": 2}


def test_a_benchmark_that_is_gone_is_named(tmp_path: Path) -> None:
    script = tmp_path / "one.py"
    script.write_text("import pyperf\npyperf.Runner().bench_func('two', int)\n")
    suite = suite_of({"one/one": str(script)})
    with pytest.raises(MeasurementError, match="has no benchmark 'one' now"):
        suite.setup("treatment", suite.scenarios[0], 1)


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("1 / 0", "bench_one.py cannot be run (ZeroDivisionError: division by zero)"),
        ("raise SystemExit(3)", "bench_one.py cannot be run (SystemExit: 3)"),
        ("pass", "no script calls bench_func; give a script, or a folder of bench*.py or bm_*.py"),
    ],
)
def test_a_folder_without_benchmarks_that_run_is_refused(tmp_path: Path, script: str, problem: str) -> None:
    (tmp_path / "bench_one.py").write_text(script)
    with pytest.raises(InputError) as raised:
        write_suite(tmp_path, tmp_path / "out", [])
    assert raised.value.problems == (f"--pyperf {tmp_path}: {problem}",)
