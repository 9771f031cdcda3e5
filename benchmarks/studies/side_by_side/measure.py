"""Let several benchmark tools and unitdocs compare the same two versions of known work, in turns, in one session.

The work is that of `unitdocs bench selfcheck`: a loop, and the same loop with some percent more passes. A trial is
what a tool's user would do to compare two versions, from the first process to the tool's own verdict. Trials of all
tools take turns in a random order, so that a busy hour of the machine affects all alike. The record is written after
every trial; the same command continues a record that was not finished.

The tools are installed from a lock with hashes into build/side-by-side/ and can be deleted with it. With `--tools
commands,hyperfine`, whole commands that do such work are compared; hyperfine must be installed.

Examples:
  python benchmarks/studies/side_by_side/measure.py --out build/side-by-side.json
  python benchmarks/studies/side_by_side/measure.py --out build/commands.json --slowdown 0,2 --tools commands,hyperfine
  python benchmarks/studies/side_by_side/measure.py --out build/two.json --slowdown 0,2 --tools unitdocs,pyperf-fast
  python benchmarks/studies/side_by_side/measure.py --out build/side-by-side.json --repeats 20,pyperf-fast=8,pyperf=2
"""

import argparse
import ast
import functools
import inspect
import json
import math
import os
import random
import secrets
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # one-sentence errors

from environment import ROOT, OneSentenceParser, fail
from unitdocs import analysis, records, studies
from unitdocs.analysis import Outcome
from unitdocs.analysis.case_result import MAIN_TIMES
from unitdocs.bench import calibration_suite, environment
from unitdocs.errors import InputError, MeasurementError, UnitdocsError
from unitdocs.records.store import new_id
from unitdocs.studies import SideBySide, Tool, ToolComparison, ToolTrial, ToolVerdict, WholeCommands

HERE: Final = Path(__file__).resolve().parent
FOLDER: Final = ROOT / "build" / "side-by-side"
TOOLS: Final = FOLDER / "tools"
WHEELS: Final = FOLDER / "wheels"
ASV: Final = FOLDER / "asv"
LOCK: Final = HERE / "requirements.lock"
SIDES: Final = ("base", "head")
LIMIT: Final = 900.0
"""Seconds after which a tool's process is given up."""
THRESHOLD: Final = 0.05
"""The share by which pytest-benchmark lets the mean grow."""
ASV_SMALL_FACTOR: Final = 1.01
"""asv's usual factor is 1.1."""
ERROR_CHARACTERS: Final = 600

COMMAND_PASSES: Final = 4_000_000
"""Passes of the loop that a whole command makes: a tenth of a second or so, most of it after Python's own start."""
HYPERFINE_SIGNIFICANCE: Final = 0.05

WORK = """\
def make():
    turns = (None,) * {passes}

{loop}

    return work


work = make()
"""
COMMAND = """\
{work}

for _ in range({calls}):
    work()
"""
PYPERF_SCRIPT = """\
import pyperf
from work import work

pyperf.Runner().bench_func("work", work)
"""
PYTEST_MODULE = """\
from work import work


def test_work(benchmark):
    benchmark(work)
"""
ASV_MODULE = """\
from work import work


def time_work():
    work()
"""
ASV_INSTALL = """\
import shutil
import sysconfig

shutil.copy("work.py", sysconfig.get_path("purelib"))
"""
ASV_SETTINGS = {
    "version": 1,
    "project": "work",
    "repo": ".",
    "branches": ["main"],
    "environment_type": "virtualenv",
    "pythons": [f"{sys.version_info.major}.{sys.version_info.minor}"],
    "build_command": [],
    "install_command": ["in-dir={build_dir} python install.py"],
    "uninstall_command": [],
}
"""Everything else is asv's default."""


@dataclass(frozen=True)
class PendingTrial:
    """A trial that has not been run yet."""

    option: str
    operation: str
    slowdown: float
    repeat: int


@dataclass(frozen=True)
class ToolResult:
    """A tool's verdict on the two versions.

    Args:
        tool: its name on the page.
        ratio: second version over first.
        seconds: how long it took; by default as long as the whole trial.
    """

    tool: str
    called: ToolVerdict
    ratio: float
    seconds: float | None = None


Compare = Callable[[PendingTrial, Path, int], list[ToolResult]]
"""Compares two versions in an empty folder; the number is the seed of the session."""


def main() -> None:
    """Measure what the options ask for; every error is one sentence."""
    options = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        measure(options)
    except UnitdocsError as error:
        fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        fail("stopped; the same command goes on with what is measured", 130)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="measure.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument(
        "--repeats",
        type=repeats,
        default={"": 10},
        metavar="N[,TOOL=N]",
        help="trials of each slowdown, and other numbers for some tools (default: 10)",
    )
    parser.add_argument(
        "--slowdown",
        type=slowdowns,
        default=(0.0, 0.01, 0.02, 0.05),
        metavar="PERCENT,...",
        help="how much more work the second version does, 0 for equal code (default: 0,1,2,5)",
    )
    parser.add_argument(
        "--tools",
        type=tools,
        default=FUNCTION_TOOLS,
        metavar="NAME,...",
        help=f"some of {','.join(COMPARE)} (default: all that call a function)",
    )
    parser.add_argument("--seed", type=int, default=1, help="the seed of the order (default: 1)")
    parser.add_argument("--out", type=Path, required=True, help="the record, .json or .json.gz")
    return parser.parse_args(arguments)


def repeats(text: str) -> dict[str, int]:
    """Read how many trials: a number for all tools, and numbers by tool."""
    counts: dict[str, int] = {"": 10}
    for part in text.split(","):
        name, _, count = part.rpartition("=")
        if not count.isdecimal() or int(count) < 1 or (name and name not in COMPARE):
            raise argparse.ArgumentTypeError(
                f"{part!r}: expected a number from 1, or one of {', '.join(COMPARE)} with =number"
            )
        counts[name] = int(count)
    return counts


def slowdowns(text: str) -> tuple[float, ...]:
    """Read slowdowns in percent."""
    offered = {f"{share * 100:g}": share for share in calibration_suite.SLOWDOWNS}
    unknown = [part for part in text.split(",") if part not in offered]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{', '.join(map(repr, unknown))}: expected multiples of {calibration_suite.STEP * 100:g} from 0 to "
            f"{calibration_suite.MOST * 100:g}, with commas between them"
        )
    return tuple(dict.fromkeys(offered[part] for part in text.split(",")))


def tools(text: str) -> tuple[str, ...]:
    """Read the names of tools."""
    chosen = tuple(dict.fromkeys(text.split(",")))
    unknown = [part for part in chosen if part not in COMPARE]
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(map(repr, unknown))}: expected some of {', '.join(COMPARE)}")
    of_functions = [part for part in chosen if part in FUNCTION_TOOLS]
    if of_functions and len(of_functions) < len(chosen):
        raise argparse.ArgumentTypeError(f"{text!r}: whole commands are compared in a session of their own")
    return chosen


def measure(options: argparse.Namespace) -> None:
    """Run every trial that the record does not hold yet.

    Raises:
        InputError: the record is another session's, or cannot be written.
        MeasurementError: a tool failed.
    """
    wanted = {name: options.repeats.get(name, options.repeats[""]) for name in options.tools}
    record = begin(options, wanted)
    records.save(record, options.out)
    ticks, finished = environment.cpu_ticks(), None
    due = list(schedule(wanted, options.slowdown, options.seed))
    done = {(trial.tool, trial.slowdown, trial.repeat) for trial in record.trials}
    try:
        for number, trial in enumerate(due, start=1):
            if all((name, trial.slowdown, trial.repeat) in done for name in NAMES[trial.option]):
                continue
            report_progress(
                f"{number} of {len(due)}: {trial.option}, {trial.operation}, {trial.slowdown * 100:g} % more work"
            )
            record = record.model_copy(update={"trials": (*record.trials, *run(trial, options.seed))})
            records.save(record, options.out)
        finished = datetime.now(UTC)
    finally:  # also after an interruption, so that the record says how busy the machine was
        closed = environment.closed(record.environment, ticks)
        records.save(record.model_copy(update={"finished": finished, "environment": closed}), options.out)
    report_progress(f"wrote {options.out}")


def begin(options: argparse.Namespace, wanted: Mapping[str, int]) -> ToolComparison:
    """Install the tools, and return a record without trials, or the one to go on with."""
    kind = studies.kind_of("side_by_side" if set(options.tools) <= set(FUNCTION_TOOLS) else "whole_commands")
    earlier: ToolComparison | None = studies.load_record(kind.name, options.out) if options.out.exists() else None
    if earlier and earlier.finished:
        raise InputError(f"{options.out}: is finished; give another file")
    versions = prepare(options.tools)
    used = [
        Tool(name=name, version=versions[option], rule=RULES[name])
        for option in options.tools
        for name in NAMES[option]
    ]
    created = datetime.now(UTC).replace(microsecond=0)
    record: ToolComparison = (SideBySide if kind.model is SideBySide else WholeCommands)(
        id=new_id(created),
        created=created,
        seed=options.seed,
        slowdowns=options.slowdown,
        repeats={name: wanted[option] for option in options.tools for name in NAMES[option]},
        command=command_of(sys.argv[1:]),
        environment=environment.describe(ROOT),
        tools=tuple(used),
    )
    if earlier is None:
        return record
    same = ("seed", "slowdowns", "repeats", "tools")
    changed = [name for name in same if getattr(earlier, name) != getattr(record, name)]
    if changed:
        raise InputError(f"{options.out}: was begun with other {', '.join(changed)}; give the same options or no file")
    return earlier


def command_of(arguments: Sequence[str]) -> str:
    """Return the command for the record, without a folder of this machine."""
    words = [Path(word).name if Path(word).is_absolute() else word for word in arguments]
    return " ".join(["python benchmarks/studies/side_by_side/measure.py", *words])


def schedule(wanted: Mapping[str, int], slowdown: Sequence[float], seed: int) -> Iterator[PendingTrial]:
    """Return the trials in a random order in which those of each kind are spread over the session.

    A kind's n trials fall one into each n-th of the session, at a random place. The operations take turns.
    """
    places = random.Random(seed)
    operations = list(calibration_suite.PASSES)
    placed = [
        ((repeat + places.random()) / count, PendingTrial(option, operations[repeat % len(operations)], share, repeat))
        for option, count in wanted.items()
        for share in slowdown
        for repeat in range(count)
    ]
    return (trial for _, trial in sorted(placed, key=lambda pair: pair[0]))


def run(trial: PendingTrial, seed: int) -> list[ToolTrial]:
    """Let a tool compare two versions, and return its verdicts."""
    load = environment.load()
    trials = FOLDER / "trials"
    trials.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=trials) as folder:
        write_versions(Path(folder), trial)
        begun = time.monotonic()
        results = COMPARE[trial.option](trial, Path(folder), seed)
        seconds = round(time.monotonic() - begun, 3)
    report_progress(
        "   "
        + "; ".join(f"{result.called}, {result.ratio:.4f}" for result in results)
        + f"; {seconds:.1f} s, load {load}"
    )
    return [
        ToolTrial(
            tool=result.tool,
            operation=trial.operation,
            slowdown=trial.slowdown,
            repeat=trial.repeat,
            called=result.called,
            ratio=result.ratio,
            seconds=result.seconds or seconds,
            load=load,
        )
        for result in results
    ]


def write_versions(folder: Path, trial: PendingTrial) -> None:
    """Write both versions of the work, each in a folder of its own, with the other files that a tool needs."""
    for side, slowdown in zip(SIDES, (0.0, trial.slowdown), strict=True):
        (folder / side).mkdir()
        (folder / side / "work.py").write_text(work(trial.operation, slowdown))
        (folder / side / "command.py").write_text(command(trial.operation, trial.slowdown if side == "head" else 0.0))
        (folder / side / "bench.py").write_text(PYPERF_SCRIPT)
        (folder / side / "test_work.py").write_text(PYTEST_MODULE)
        (folder / side / "pytest.ini").write_text("[pytest]\n")


def work(operation: str, slowdown: float) -> str:
    """Return a module with the known work as `work`: the loop is that of `bench.calibration_suite`."""
    passes = calibration_suite.PASSES[operation]
    return WORK.format(passes=passes + round(passes * slowdown), loop=loop())


def command(operation: str, slowdown: float) -> str:
    """Return a program that does the known work again and again."""
    calls = COMMAND_PASSES // calibration_suite.PASSES[operation]
    return COMMAND.format(work=work(operation, slowdown), calls=calls)


@functools.cache
def loop() -> str:
    """Return the source of the known work's loop, indented once."""
    module = ast.parse(inspect.getsource(calibration_suite))
    functions = (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))
    source = ast.unparse(next(function for function in functions if function.name == "work"))
    return "\n".join(f"    {line}" for line in source.splitlines())


# How each tool compares two versions ----------------------------------------------------------------------------------


def unitdocs(trial: PendingTrial, folder: Path, seed: int) -> list[ToolResult]:
    """Compare with unitdocs, in a process of its own."""
    words = [trial.operation, str(trial.slowdown), str(trial.repeat), str(seed)]
    text = start([sys.executable, str(HERE / "one_verdict.py"), *words], folder, dict(os.environ))
    judged = studies.Trial.model_validate_json(text)
    called = {studies.TimeVerdict.SLOWER: ToolVerdict.SLOWER, studies.TimeVerdict.FASTER: ToolVerdict.FASTER}
    return [ToolResult("unitdocs", called.get(judged.verdict, ToolVerdict.NOT_DIFFERENT), judged.ratio)]


def pyperf(trial: PendingTrial, folder: Path, seed: int, *, fast: bool = False) -> list[ToolResult]:  # noqa: ARG001 -- a `Compare`
    """Run pyperf on one version after the other, and ask it to compare both results."""
    python, tool = str(program("python")), "pyperf --fast" if fast else "pyperf"
    files = [folder / f"{side}.json" for side in SIDES]
    for side, file in zip(SIDES, files, strict=True):
        start([python, "bench.py", *(["--fast"] if fast else []), "-o", str(file)], folder / side)
    text = start([python, "-m", "pyperf", "compare_to", *map(str, files)], folder)
    base, head = (pyperf_mean(json.loads(file.read_text())) for file in files)
    if "not significant" in text:
        return [ToolResult(tool, ToolVerdict.NOT_DIFFERENT, head / base)]
    if "Mean +- std dev" not in text:
        raise MeasurementError(f"pyperf compare_to printed something unknown: {shortened(text)}")
    return [ToolResult(tool, direction(head / base), head / base)]


def pyperf_mean(result: Mapping[str, list[dict[str, list[dict[str, list[float]]]]]]) -> float:
    """Return the mean of all values of a pyperf result, in seconds."""
    return statistics.fmean(value for run in result["benchmarks"][0]["runs"] for value in run.get("values", []))


def pytest_benchmark(trial: PendingTrial, folder: Path, seed: int) -> list[ToolResult]:  # noqa: ARG001 -- a `Compare`
    """Save one version's run, and run the other one with a threshold."""
    common = [str(program("python")), "-m", "pytest", "-q", f"--benchmark-storage={folder / 'storage'}"]
    limit = f"--benchmark-compare-fail=mean:{THRESHOLD:.0%}"
    extra = {"base": ["--benchmark-save=base"], "head": ["--benchmark-compare", limit]}
    means, text = [], ""
    for side in SIDES:
        file = folder / f"{side}.json"
        text = start([*common, f"--benchmark-json={file}", *extra[side]], folder / side, codes=range(5))
        if not file.exists():
            raise MeasurementError(f"pytest-benchmark gave no result: {shortened(text)}")
        means.append(json.loads(file.read_text())["benchmarks"][0]["stats"]["mean"])
    base, head = means
    if "Performance has regressed" in text:
        called = ToolVerdict.SLOWER
    else:
        called = ToolVerdict.FASTER if base / head > 1 + THRESHOLD else ToolVerdict.NOT_DIFFERENT
    return [ToolResult("pytest-benchmark", called, head / base)]


def asv(trial: PendingTrial, folder: Path, seed: int) -> list[ToolResult]:  # noqa: ARG001 -- a `Compare`
    """Commit one version after the other, let asv measure both in turns, and judge by a smaller factor too."""
    shutil.rmtree(ASV / "results", ignore_errors=True)
    begun = time.monotonic()
    hashes = [commit(folder / side / "work.py") for side in SIDES]
    program_, variables = str(program("asv")), asv_environment()
    text = start([program_, "continuous", "--interleave-rounds", *hashes], ASV, variables, codes=(0, 1))
    seconds = round(time.monotonic() - begun, 3)
    base, head = (asv_median(commit_) for commit_ in hashes)
    results = [ToolResult("asv", asv_call(text), head / base, seconds)]
    small = start([program_, "compare", f"--factor={ASV_SMALL_FACTOR}", *hashes], ASV, variables, codes=(0, 1))
    return [*results, ToolResult(f"asv, factor {ASV_SMALL_FACTOR}", asv_mark(small), head / base, seconds)]


def asv_call(text: str) -> ToolVerdict:
    """Return the verdict of `asv continuous`, which is at the end of its output."""
    words = {
        "DECREASED": ToolVerdict.SLOWER,
        "INCREASED": ToolVerdict.FASTER,
        "NOT SIGNIFICANTLY CHANGED": ToolVerdict.NOT_DIFFERENT,
    }
    verdict = next((call for word, call in words.items() if word in text), None)
    if verdict is None:
        raise MeasurementError(f"asv continuous printed something unknown: {shortened(text)}")
    return verdict


def asv_mark(text: str) -> ToolVerdict:
    """Return the verdict of `asv compare`, in the row of its one benchmark: `+` means slower and `-` faster."""
    row = next((line for line in text.splitlines() if "time_work" in line), None)
    if row is None:
        raise MeasurementError(f"asv compare printed something unknown: {shortened(text)}")
    return {"+": ToolVerdict.SLOWER, "-": ToolVerdict.FASTER}.get(row.split("|")[1].strip(), ToolVerdict.NOT_DIFFERENT)


def asv_median(commit_: str) -> float:
    """Return asv's median for a commit, in seconds."""
    result = json.loads(next((ASV / "results").glob(f"*/{commit_[:8]}*.json")).read_text())
    return float(result["results"]["bench.time_work"][0][0])


def commit(version: Path) -> str:
    """Commit a version of the work to asv's repository, and return the commit."""
    shutil.copy(version, ASV / "work.py")
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", f"--message=work, {secrets.token_hex(8)}")
    return git("rev-parse", "HEAD").strip()


def git(*arguments: str) -> str:
    """Run git in asv's repository."""
    return start(["git", *arguments], ASV, asv_environment())


def direction(ratio: float) -> ToolVerdict:
    """Return which way two versions differ."""
    return ToolVerdict.SLOWER if ratio > 1 else ToolVerdict.FASTER


def commands(trial: PendingTrial, folder: Path, seed: int) -> list[ToolResult]:  # noqa: ARG001 -- a `Compare`
    """Compare whole commands with unitdocs, as its user would."""
    out = folder / "records"
    unitdocs_program = str(Path(sys.executable).with_name("unitdocs"))
    start([unitdocs_program, "bench", "commands", *versions_run(), "--out", str(out)], folder, dict(os.environ))
    record = records.load(next(out.glob("*.json")))
    (case,) = [case for case in analysis.compare_cases(record) if case.metric in MAIN_TIMES]
    if case.effect is None:
        raise MeasurementError(f"bench commands has no verdict: {case.reason}")
    called = {Outcome.WORSE: ToolVerdict.SLOWER, Outcome.BETTER: ToolVerdict.FASTER}
    return [ToolResult("bench commands", called.get(case.outcome, ToolVerdict.NOT_DIFFERENT), case.effect.estimate)]


def hyperfine(trial: PendingTrial, folder: Path, seed: int) -> list[ToolResult]:  # noqa: ARG001 -- a `Compare`
    """Let hyperfine run both commands, and judge what it prints, and by its own script for Welch's test."""
    file = folder / "hyperfine.json"
    start(
        ["hyperfine", "--shell=none", "--warmup=1", f"--export-json={file}", *versions_run()], folder, dict(os.environ)
    )
    return hyperfine_results(json.loads(file.read_text())["results"])


def versions_run() -> list[str]:
    """Return the commands that run both versions, from the trial's folder."""
    return [shlex.join([sys.executable, "-I", "-S", f"{side}/command.py"]) for side in SIDES]


def hyperfine_results(results: Sequence[Mapping[str, Any]]) -> list[ToolResult]:
    """Return two verdicts on hyperfine's results of both commands.

    One is what a reader takes from the last line, "1.02 +- 0.01 times faster": different if 1 is not within. The other
    is the rule of the script scripts/welch_ttest.py of hyperfine's repository.
    """
    from scipy.stats import ttest_ind  # noqa: PLC0415 -- slow to import

    base, head = results
    ratio = head["mean"] / base["mean"]
    slowest, fastest = (head, base) if ratio > 1 else (base, head)
    printed = slowest["mean"] / fastest["mean"]
    spread = printed * math.hypot(*(one["stddev"] / one["mean"] for one in results))
    test = ttest_ind(base["times"], head["times"], equal_var=False)
    return [
        ToolResult(tool, direction(ratio) if is_different else ToolVerdict.NOT_DIFFERENT, ratio)
        for tool, is_different in (
            ("hyperfine", printed - spread > 1),
            ("hyperfine, Welch's test", test.pvalue < HYPERFINE_SIGNIFICANCE),
        )
    ]


# The tools' environments ---------------------------------------------------------------------------------------------


def prepare(chosen: Sequence[str]) -> dict[str, str]:
    """Install the chosen tools that are missing, and return the versions by option."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if "hyperfine" in chosen and shutil.which("hyperfine") is None:
        raise InputError("hyperfine is not installed; install it, such as with `sudo apt-get install hyperfine`")
    if any(PACKAGES[option] not in (None, "hyperfine") for option in chosen) and not is_current():
        report_progress("installing the tools")
        shutil.rmtree(TOOLS, ignore_errors=True)
        start([sys.executable, "-m", "venv", str(TOOLS)], FOLDER)
        pip = [str(program("python")), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        start([*pip, "download", "--require-hashes", "--only-binary=:all:", "-r", str(LOCK), "-d", str(WHEELS)], FOLDER)
        start([*pip, "install", "--no-index", f"--find-links={WHEELS}", "--require-hashes", "-r", str(LOCK)], FOLDER)
        shutil.copy(LOCK, TOOLS / LOCK.name)
    if "asv" in chosen:
        prepare_asv()
    return {option: version(PACKAGES[option]) for option in chosen}


def is_current() -> bool:
    """Return whether the tools were installed from the present lock."""
    copy = TOOLS / LOCK.name
    return copy.is_file() and copy.read_bytes() == LOCK.read_bytes()


def prepare_asv() -> None:
    """Make a git repository with asv's settings, and the environment that asv runs benchmarks in."""
    if (ASV / "ready").exists():
        return
    report_progress("making asv's environment")
    shutil.rmtree(ASV, ignore_errors=True)
    (ASV / "benchmarks").mkdir(parents=True)
    (ASV / "asv.conf.json").write_text(json.dumps(ASV_SETTINGS))
    (ASV / "install.py").write_text(ASV_INSTALL)
    (ASV / "benchmarks" / "__init__.py").touch()
    (ASV / "benchmarks" / "bench.py").write_text(ASV_MODULE)
    (ASV / "work.py").write_text(work(next(iter(calibration_suite.PASSES)), 0.0))
    (ASV / ".gitignore").write_text("/env/\n/results/\n/ready\n/home/\n")
    (ASV / "home").mkdir()
    git("init", "--quiet", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--quiet", "--message=settings")
    start([str(program("asv")), "machine", "--yes"], ASV, asv_environment())
    start([str(program("asv")), "setup"], ASV, asv_environment(), codes=(0, 1))  # 1 where all is well
    (ASV / "ready").touch()


def asv_environment() -> dict[str, str]:
    """Return the variables for asv: a home of its own, packages from the lock alone, and no stale byte code.

    Python takes byte code to be current while the source has the same size and the same second of change, which two
    versions that are installed in turns can have.
    """
    author = {f"GIT_{role}_{what}": "side-by-side" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return {**outside(), **author, **pip, "HOME": str(ASV / "home"), "PYTHONDONTWRITEBYTECODE": "1"}


def outside() -> dict[str, str]:
    """Return the variables for a tool, without those of this process's Python."""
    mine = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    path = f"{program('python').parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**{name: value for name, value in os.environ.items() if name not in mine}, "PATH": path}


def program(name: str) -> Path:
    """Return a program of the tools' environment."""
    return TOOLS / ("Scripts" if os.name == "nt" else "bin") / name


def version(package: str | None) -> str:
    """Return the version of a tool's package (None: unitdocs; hyperfine is no package)."""
    if package is None:
        return importlib_version("unitdocs", sys.executable)
    if package == "hyperfine":
        return start(["hyperfine", "--version"], FOLDER, dict(os.environ)).split()[-1]
    return importlib_version(package, str(program("python")))


def importlib_version(package: str, python: str) -> str:
    """Return a package's version as a Python sees it."""
    words = f"import importlib.metadata as m; print(m.version({package!r}))"
    return start([python, "-c", words], FOLDER).strip()


def start(
    command: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None, codes: Sequence[int] = (0,)
) -> str:
    """Run a program and return what it printed.

    Raises:
        MeasurementError: it ended with none of these exit codes, or ran out of time.
    """
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            command, cwd=folder, env=outside() if variables is None else variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=LIMIT, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MeasurementError(f"{name} {command[1]} did not finish ({type(error).__name__})") from error
    if done.returncode not in codes:
        raise MeasurementError(f"{name} {command[1]} ended with exit code {done.returncode}: {shortened(done.stdout)}")
    return done.stdout


def shortened(text: str) -> str:
    """Return the end of what a program printed, on one line."""
    return " | ".join(line.strip() for line in text.splitlines() if line.strip())[-ERROR_CHARACTERS:]


def report_progress(sentence: str) -> None:
    """Show progress."""
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {sentence}\n")
    sys.stderr.flush()


COMPARE: Final[Mapping[str, Compare]] = {
    "unitdocs": unitdocs,
    "pyperf-fast": functools.partial(pyperf, fast=True),
    "pyperf": pyperf,
    "pytest-benchmark": pytest_benchmark,
    "asv": asv,
    "commands": commands,
    "hyperfine": hyperfine,
}
FUNCTION_TOOLS: Final = tuple(name for name in COMPARE if name not in ("commands", "hyperfine"))
"""Those that call a function; the others run whole commands."""
PACKAGES: Final = {
    "unitdocs": None,
    "pyperf-fast": "pyperf",
    "pyperf": "pyperf",
    "pytest-benchmark": "pytest-benchmark",
    "asv": "asv",
    "commands": None,
    "hyperfine": "hyperfine",
}
NAMES: Final = {
    "unitdocs": ("unitdocs",),
    "pyperf-fast": ("pyperf --fast",),
    "pyperf": ("pyperf",),
    "pytest-benchmark": ("pytest-benchmark",),
    "asv": ("asv", f"asv, factor {ASV_SMALL_FACTOR}"),
    "commands": ("bench commands",),
    "hyperfine": ("hyperfine", "hyperfine, Welch's test"),
}
"""The names by which a tool's trials are kept; one session of asv, and one of hyperfine, is judged by two rules."""
RULES: Final = {
    "unitdocs": "the interval of the ratio leaves out 1, after as many rounds as its rule asks for",
    "pyperf --fast": "two runs with --fast, then compare_to calls them significantly different",
    "pyperf": "two runs, then compare_to calls them significantly different",
    "pytest-benchmark": f"two runs, the second with --benchmark-compare-fail=mean:{THRESHOLD:.0%}; "
    "faster by the same ratio",
    "asv": "asv continuous --interleave-rounds, with its usual factor of 1.1",
    f"asv, factor {ASV_SMALL_FACTOR}": f"the same runs, judged by asv compare --factor={ASV_SMALL_FACTOR}",
    "bench commands": "unitdocs bench commands; its word is slower or faster",
    "hyperfine": "hyperfine --warmup=1 --shell=none; 1 is not within the ratio that it prints and its deviation",
    "hyperfine, Welch's test": "the same runs, judged by the script for Welch's test in its repository, "
    f"p below {HYPERFINE_SIGNIFICANCE}",
}

if __name__ == "__main__":
    main()
