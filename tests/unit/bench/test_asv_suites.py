"""Benchmarks of asv, measured as they are."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from unitdocs import cli
from unitdocs.bench.asv_suites import write_suite
from unitdocs.bench.finding import declared_suites
from unitdocs.errors import InputError

BENCHMARKS = """
from toy import work

from .sizes import SIZE


def setup(*_):
    global ready
    ready = True


def time_plain():
    assert ready
    work(SIZE)


class Suite:
    params = ([1_000, 2_000], ["a", "b"])
    param_names = ["n", "kind"]

    def setup(self, n, kind):
        self.kind = kind

    def time_sum(self, n, kind):
        assert self.kind == kind
        work(n)

    def track_size(self, n, kind):
        return n

    def peakmem_sum(self, n, kind):
        work(n)

    def helper(self):
        pass


class _Base:
    def time_base(self):
        pass
"""


@pytest.fixture
def project(slower_work: Callable[[Mapping[str, str]], Path]) -> Path:
    """Return a project whose working tree does a fifth more work than its commit."""
    return slower_work(
        {
            "pyproject.toml": '[tool.unitdocs]\ndigest = ["src/**/*.py", "benchmarks/*.py"]\n',
            "benchmarks/__init__.py": "",
            "benchmarks/sizes.py": "SIZE = 3_000\n",
            "benchmarks/sums.py": BENCHMARKS,
        }
    )


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["bench", "run", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code, *capsys.readouterr()


@pytest.mark.usefixtures("project")
def test_a_slowdown_between_revisions_is_found_by_benchmarks_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--base", "HEAD", "--gate", "--asv", "benchmarks")
    assert code == 0, out
    *lines, _ = out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "asv/sums/time_plain", *(f"asv/sums/Suite/time_sum/n={n},kind='{kind}'" for n in (1000, 2000) for kind in "ab"),
    ]  # fmt: skip
    assert all("slower" in line for line in lines)
    assert "left out: 2 benchmarks of benchmarks that cannot be timed here\n" in err


def log_of(folder: Path, body: str, calls: int = 2) -> str:
    """Return what a benchmark writes to its log when it is set up and called, in a process of its own."""
    (folder / "ones").mkdir()
    log = "def log(text):\n    with open('log', 'a') as file:\n        file.write(text)\n\n"
    (folder / "ones" / "one.py").write_text(f"{log}\n{dedent(body)}")
    code = dedent(
        f"""
        from unitdocs.bench.asv_suites import AsvBenchmark, suite_of
        suite = suite_of("ones", [AsvBenchmark("one", "Suite.time_it", 1, {{"n": "4"}})])
        try:
            one = suite.setup("treatment", suite.scenarios[0], 1)
            for _ in range({calls}):
                one.prepare and one.prepare()
                one.call()
        except Exception as error:
            open("log", "a").write(str(error))
        """
    )
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, timeout=60)
    return (folder / "log").read_text()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "class Suite:\n    params = 3, 4\n    def setup(self, n): log('s')\n    def time_it(self, n): log(str(n))",
            "s44",
        ),
        (
            (
                "def setup(n): log('m')\nclass Suite:\n    params = [3, 4]\n    number = 1\n"
                "    def setup(self, n): log('s')\n    def teardown(self, n): log('t')\n"
                "    def time_it(self, n): log(str(n))"
            ),
            "mstms4tms4",
        ),
        (
            (
                "class Suite:\n    params = [3, 4]\n    def setup_cache(self): log('c'); return 7\n"
                "    def time_it(self, cache, n): log(f'{cache}{n}')"
            ),
            "c7474",
        ),
        (
            (
                "class Suite:\n    params = [3, 4]\n    def setup(self, n): raise NotImplementedError\n"
                "    def time_it(self, n): log('x')"
            ),
            "Suite.time_it: its setup does not apply to these parameters",
        ),
    ],
)
def test_setups_parameters_and_number_are_those_of_asv(tmp_path: Path, body: str, expected: str) -> None:
    assert log_of(tmp_path, body) == expected


def test_parameters_without_names_and_a_folder_that_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "speed").mkdir()
    (tmp_path / "speed" / "one.py").write_text("def time_it(n): pass\ntime_it.params = [1, 'b']\n")
    file, others = write_suite(tmp_path / "speed", tmp_path / "out", [])
    (suite,) = declared_suites([file]).values()
    assert [one.name for one in suite.scenarios] == ["one/time_it/param1=1", "one/time_it/param1='b'"]
    assert [one.parameters for one in suite.scenarios] == [{"param1": "1"}, {"param1": "'b'"}]
    assert others == 0


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        (
            "import no_such_module",
            "a module cannot be imported (ModuleNotFoundError: No module named 'no_such_module')",
        ),
        ("def mem_it(): pass", "no function or method is named time_…; give another folder"),
    ],
)
def test_a_folder_without_benchmarks_that_run_is_refused(tmp_path: Path, module: str, problem: str) -> None:
    (tmp_path / "one.py").write_text(module)
    with pytest.raises(InputError) as raised:
        write_suite(tmp_path, tmp_path / "out", [])
    assert raised.value.problems == (f"--asv {tmp_path}: {problem}",)


def test_asv_needs_a_base(capsys: pytest.CaptureFixture[str]) -> None:
    problem = "--asv benchmarks: needs --base, the revision to compare the working tree with"
    assert run(capsys, "--asv", "benchmarks") == (2, "", f"unitdocs: {problem}\n")
