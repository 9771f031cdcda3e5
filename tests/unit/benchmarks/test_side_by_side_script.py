"""The script that compares tools: its help, wrong options, its order, and the work that it gives them."""

import dis
import importlib.util
import statistics
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from unitdocs.bench import calibration_suite
from unitdocs.studies import ToolVerdict

SCRIPT = Path(__file__).parents[3] / "benchmarks/studies/side_by_side/measure.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def measure() -> ModuleType:
    spec = importlib.util.spec_from_file_location("side_by_side_measure", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def test_help_shows_examples() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "Examples:\n  python benchmarks/studies/side_by_side/measure.py --out" in done.stdout


def test_a_wrong_option_is_one_sentence() -> None:
    done = run("--out", "x.json", "--slowdown", "0,2.2")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "'2.2': expected multiples of 0.5" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--out", "x", "--repeats", "0"], "'0': expected a number from 1"),
        (["--out", "x", "--repeats", "3,other=2"], "'other=2': expected"),
        (["--out", "x", "--tools", "pyperf,other"], "'other': expected some of unitdocs"),
        (["--out", "x", "--tools", "asv,commands"], "'asv,commands': whole commands are compared in a session of"),
        ([], "required: --out"),
    ],
)
def test_every_wrong_option_says_what_is_right(
    words: list[str], message: str, measure: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        measure.parse(words)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_the_record_of_another_session_is_not_continued(
    measure: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["measure.py"])
    monkeypatch.setattr(measure, "prepare", lambda chosen: dict.fromkeys(chosen, "1.0"))
    options = ["--out", str(tmp_path / "record.json"), "--tools", "unitdocs", "--repeats", "1", "--slowdown", "0"]
    first = measure.parse(options)
    measure.records.save(measure.begin(first, {"unitdocs": 1}), first.out)
    assert measure.begin(first, {"unitdocs": 1}).trials == ()
    with pytest.raises(measure.InputError, match="begun with other seed, repeats"):
        measure.begin(measure.parse([*options, "--seed", "2"]), {"unitdocs": 2})


def test_a_session_that_was_stopped_goes_on_where_it_was(
    measure: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["measure.py"])
    monkeypatch.setattr(measure, "prepare", lambda chosen: dict.fromkeys(chosen, "1.0"))
    monkeypatch.setattr(measure, "FOLDER", tmp_path)
    asked: list[tuple[float, int]] = []

    def compare(trial: object, folder: Path, seed: int) -> list[object]:  # noqa: ARG001
        asked.append((trial.slowdown, trial.repeat))  # type: ignore[attr-defined]
        if len(asked) == 3:
            raise KeyboardInterrupt
        return [measure.ToolResult("unitdocs", ToolVerdict.SLOWER, 1.0)]

    monkeypatch.setitem(measure.COMPARE, "unitdocs", compare)
    words = ["--out", str(tmp_path / "record.json"), "--tools", "unitdocs", "--repeats", "2", "--slowdown", "0,5"]
    with pytest.raises(KeyboardInterrupt):
        measure.measure(measure.parse(words))
    stopped = measure.studies.load_record("side_by_side", tmp_path / "record.json")
    assert (len(stopped.trials), stopped.finished) == (2, None)
    assert stopped.environment.load_end == pytest.approx(measure.environment.load(), abs=5)
    measure.measure(measure.parse(words))
    record = measure.studies.load_record("side_by_side", tmp_path / "record.json")
    assert sorted({*asked}) == [(0.0, 0), (0.0, 1), (0.05, 0), (0.05, 1)]
    assert len(asked) == 5  # the one that was stopped was done again
    assert len(record.trials) == 4
    assert record.finished is not None


def test_tools_take_turns_in_an_order_that_the_seed_gives(measure: ModuleType) -> None:
    wanted = {"unitdocs": 8, "pyperf": 2}
    order = list(measure.schedule(wanted, (0.0, 0.02), 1))
    assert order == list(measure.schedule(wanted, (0.0, 0.02), 1))
    assert order != list(measure.schedule(wanted, (0.0, 0.02), 2))
    assert len({*order}) == len(order) == 20
    # one of each kind's two comparisons lies in each half of the session
    assert [sum(trial.option == "pyperf" for trial in half) for half in (order[:10], order[10:])] == [2, 2]
    assert {trial.operation for trial in order if trial.option == "pyperf"} == {*calibration_suite.PASSES}


def test_every_tool_is_given_the_known_work(measure: ModuleType) -> None:
    given: dict[str, object] = {}
    exec(measure.work("5 µs", 0.02), given)
    theirs, plain = (
        given["work"],
        calibration_suite.setup(
            calibration_suite.PLAIN, calibration_suite.SUITE.scenario("5 µs slowed by 0.02"), 1
        ).call,
    )
    slowed = calibration_suite.setup(
        calibration_suite.SLOWED, calibration_suite.SUITE.scenario("5 µs slowed by 0.02"), 1
    ).call

    def code(work: object) -> list[tuple[str, object]]:
        return [(step.opname, step.argval) for step in dis.get_instructions(work)]  # type: ignore[arg-type]

    def passes(work: object) -> int:
        return len(work.__closure__[0].cell_contents)  # type: ignore[attr-defined]

    assert code(theirs) == code(slowed)
    assert (passes(plain), passes(theirs)) == (200, 204)
    assert passes(slowed) == 204


def test_what_asv_prints_is_understood(measure: ModuleType) -> None:
    words = {
        "PERFORMANCE DECREASED.": ToolVerdict.SLOWER,
        "PERFORMANCE INCREASED.": ToolVerdict.FASTER,
        "BENCHMARKS NOT SIGNIFICANTLY CHANGED.": ToolVerdict.NOT_DIFFERENT,
    }
    assert {word: measure.asv_call(word) for word in words} == words
    marks = {"+": ToolVerdict.SLOWER, "-": ToolVerdict.FASTER, " ": ToolVerdict.NOT_DIFFERENT}
    head = "| Change   | Before | After | Ratio | Benchmark (Parameter) |\n"
    row = "| {}        | 5.55±0.01μs | 6.61±0.07μs | 1.19 | bench.time_work |"
    assert {mark: measure.asv_mark(head + row.format(mark)) for mark in marks} == marks
    with pytest.raises(measure.MeasurementError):
        measure.asv_call("")
    with pytest.raises(measure.MeasurementError):
        measure.asv_mark(head)


def test_the_record_names_no_folder_of_this_machine(measure: ModuleType, tmp_path: Path) -> None:
    assert measure.command_of(["--out", str(tmp_path / "a.json")]).endswith(" --out a.json")


def test_a_command_does_the_known_work_again_and_again(measure: ModuleType) -> None:
    program = measure.command("5 µs", 0.02)
    assert program.endswith("for _ in range(20000):\n    work()\n")
    assert program.startswith(measure.work("5 µs", 0.02))


def test_hyperfine_is_judged_by_what_it_prints_and_by_its_test(measure: ModuleType) -> None:
    def result(*times: float) -> dict[str, object]:
        return {"mean": statistics.fmean(times), "stddev": statistics.stdev(times), "times": list(times)}

    def called(head: dict[str, object]) -> list[object]:
        return [one.called for one in measure.hyperfine_results([result(1.0, 1.02, 1.04, 1.06), head])]

    same, slower = ToolVerdict.NOT_DIFFERENT, ToolVerdict.SLOWER
    assert called(result(1.01, 1.02, 1.04, 1.06)) == [same, same]
    assert called(result(1.03, 1.05, 1.07, 1.09)) == [same, same]
    assert called(result(1.05, 1.07, 1.09, 1.11)) == [slower, slower]
    assert called(result(0.5, 0.52, 0.54, 0.56)) == [ToolVerdict.FASTER] * 2
    # a wide spread of few runs: the line that is printed does not say how certain the mean is
    assert called(result(0.96, 1.0, 1.2, 1.31)) == [same, same]
    many = measure.hyperfine_results([result(*[1.0, 1.02, 1.04, 1.06] * 10), result(*[1.02, 1.04, 1.06, 1.08] * 10)])
    assert [one.called for one in many] == [same, slower]


def test_whole_commands_are_compared_by_unitdocs(measure: ModuleType, tmp_path: Path) -> None:
    trial = measure.PendingTrial("commands", "5 µs", 0.0, 0)
    measure.write_versions(tmp_path, trial)
    # much longer, so that a busy machine changes nothing
    (tmp_path / "head/command.py").write_text("import time\ntime.sleep(0.1)\n")
    (tmp_path / "base/command.py").write_text("import time\ntime.sleep(0.01)\n")
    (result,) = measure.commands(trial, tmp_path, 1)
    assert (result.tool, result.called) == ("bench commands", ToolVerdict.SLOWER)
    assert result.ratio > 1.5
