"""Made-up files of every tool: equal data is never called different, either way and however many values there are."""

import json
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_records import counted, record, with_ratios
from scipy.stats import binom

from unitdocs.analysis.case_result import CaseResult, Outcome
from unitdocs.analysis.comparison import compare_files

Values = Sequence[float]
ANY_FILE = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DIFFERENT = {"faster", "slower", "less", "more", "fewer", "higher", "lower"}
STEPS = (1.0, 1e-3, 15.625e-3, 1e-9, 1 / 3)


def pyperf(values: Values) -> Any:
    runs = [{"values": [value]} for value in values]
    return {"version": "1.0", "benchmarks": [{"metadata": {"name": "a", "rows": values[0]}, "runs": runs}]}


def pytest_benchmark(values: Values, *, with_data: bool = True) -> Any:
    stats: dict[str, Any] = {"mean": math.fsum(values) / len(values), "median": sorted(values)[len(values) // 2]}
    if with_data:
        stats |= {"data": list(values)}
    benchmark = {"fullname": "t.py::a", "extra_info": {"rows": values[0]}, "stats": stats}
    return {"machine_info": {"node": "m"}, "benchmarks": [benchmark]}


def asv(values: Values, *, with_samples: bool = True) -> Any:
    columns = ["result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b", "samples"]
    middle = sorted(values)[len(values) // 2]
    row = [[middle], [], "1", 1, 1.0, [min(values)], [max(values)], [list(values)] if with_samples else None]
    memory = [[math.ceil(values[0] * 1e9)], [], "1"]
    results = {"b.time_a": row, "b.peakmem_a": memory}
    return {"commit_hash": "a" * 40, "version": 2, "result_columns": columns, "results": results}


def asv_1(values: Values) -> Any:
    results = {"b.time_a": {"result": [values[0]], "params": [], "samples": [list(values)]}, "b.mem_a": values[0]}
    return {"commit_hash": "a" * 40, "version": 1, "results": results}


def google_benchmark(values: Values, *, only_aggregates: bool = False) -> Any:
    def entry(name: str, value: float, **about: Any) -> Any:
        counters = {"items_per_second": 1 / value, "bytes_per_second": 4096 / value}
        return {"name": name, "real_time": value, "cpu_time": value / 2, "time_unit": "s", **counters, **about}

    entries = [entry("a", value, run_type="iteration", repetition_index=i) for i, value in enumerate(values)]
    mean = math.fsum(values) / len(values)
    total = [entry("a_mean", mean, run_type="aggregate", run_name="a", aggregate_name="mean")]
    return {"context": {"num_cpus": 4}, "benchmarks": total if only_aggregates else entries}


def hyperfine(values: Values, *, with_times: bool = True) -> Any:
    entry: dict[str, Any] = {"command": "a", "mean": math.fsum(values) / len(values)}
    if with_times:
        entry |= {"times": list(values), "memory_usage_byte": [math.ceil(value * 1e9) for value in values]}
    return {"results": [entry]}


def own_results(values: Values, *, by_process: bool) -> Any:
    groups = [[value] for value in values] if by_process else [list(values)]
    results = [
        {"suite": "s", "name": "a", "groups": groups, "by_process": by_process},
        {"suite": "s", "name": "a", "metric": "peak memory", "unit": "B", "groups": groups, "by_process": by_process},
        {
            "suite": "s",
            "name": "a",
            "metric": "cache hit rate",
            "unit": "1",
            "direction": "higher",
            "groups": [[value / (10 * max(values)) for value in group] for group in groups],
            "by_process": by_process,
        },
    ]
    return {"format": "unitdocs-results", "format_version": 1, "tool": "t", "source": "a", "results": results}


def own_run(values: Values) -> Any:
    rows = [(value, value) for value in values]
    made = record(with_ratios(*values), counted(*rows), counted(*rows, scenario="two", metric="error rate"))
    content: dict[str, Any] = json.loads(made.model_dump_json())
    content["cases"] = content["cases"][:2] if max(values) > 1 else content["cases"]
    return content


TOOLS: dict[str, Callable[[Values], Any]] = {
    "pyperf": pyperf,
    "pytest-benchmark": pytest_benchmark,
    "pytest-benchmark without data": lambda values: pytest_benchmark(values, with_data=False),
    "asv": asv,
    "asv without samples": lambda values: asv(values, with_samples=False),
    "asv 1": asv_1,
    "Google Benchmark": google_benchmark,
    "Google Benchmark aggregates": lambda values: google_benchmark(values, only_aggregates=True),
    "hyperfine": hyperfine,
    "hyperfine without times": lambda values: hyperfine(values, with_times=False),
    "results by process": lambda values: own_results(values, by_process=True),
    "results": lambda values: own_results(values, by_process=False),
    "run record": own_run,
}
ticked = st.tuples(st.lists(st.integers(1, 12), min_size=1, max_size=12), st.sampled_from(STEPS)).map(
    lambda drawn: [count * drawn[1] for count in drawn[0]]
)
fine = st.lists(st.floats(1e-3, 2.0), min_size=1, max_size=12)
some_values = ticked | fine


@pytest.fixture(autouse=True)
def _without_detectable(monkeypatch: pytest.MonkeyPatch) -> None:
    # The search for the minimum detectable effect changes no verdict, and takes most of the time.
    monkeypatch.setattr("unitdocs.stats.effect.noncentrality", lambda _degrees, _level: 0.0)
    monkeypatch.setattr("unitdocs.stats.proportion.noncentrality", lambda _degrees, _level: 0.0)


def compared(folder: Path, base: Any, head: Any) -> tuple[CaseResult, ...]:
    for name, content in (("base.json", base), ("head.json", head)):
        (folder / name).write_text(json.dumps(content))
    return compare_files(folder / "base.json", folder / "head.json").cases


@pytest.mark.parametrize("tool", TOOLS)
@ANY_FILE
@given(values=some_values, seed=st.integers(0, 100))
def test_equal_data_is_no_change_and_equivalent(tool: str, values: list[float], seed: int, tmp_path: Path) -> None:
    shuffled = random.Random(seed).sample(values, len(values))
    for head in (values, shuffled):
        cases = compared(tmp_path, TOOLS[tool](values), TOOLS[tool](head))
        assert cases
        for case in cases:
            is_saved = case.statistic.startswith("saved")
            if head is values or not (is_saved or case.metric in ("rows", "peak memory", "memory")):
                assert case.ratio in (1, None) or is_saved
            assert case.verdict_label not in DIFFERENT
            if case.effect:
                assert (case.effect.estimate, case.verdict_label) == (case.effect.scale.no_change, "equivalent")
            elif head is values:
                assert min(case.control_n, case.treatment_n) == 1 or case.control_mean == 0
                assert case.ratio == 1


@pytest.mark.parametrize("tool", TOOLS)
@ANY_FILE
@given(base=some_values, head=some_values)
def test_exchanging_the_files_turns_every_answer_round(
    tool: str, base: list[float], head: list[float], tmp_path: Path
) -> None:
    turned = {Outcome.BETTER: Outcome.WORSE, Outcome.WORSE: Outcome.BETTER}
    contents = TOOLS[tool](base), TOOLS[tool](head)
    there = {case.key: case for case in compared(tmp_path, *contents)}
    back = {case.key: case for case in compared(tmp_path, *contents[::-1])}
    assert there.keys() == back.keys()
    for key, case in there.items():
        assert back[key].outcome is turned.get(case.outcome, case.outcome)
        assert back[key].reason == case.reason
        if case.ratio and back[key].ratio:
            assert back[key].ratio == pytest.approx(1 / case.ratio)


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool != "run record"])  # times of records are whole numbers
@ANY_FILE
@given(base=some_values, head=some_values, factor=st.sampled_from([0.25, 1 / 3, 3.0]))
def test_scaling_both_files_changes_no_difference_and_no_ratio(
    tool: str, base: list[float], head: list[float], factor: float, tmp_path: Path
) -> None:
    contents = [[TOOLS[tool]([value * by for value in side]) for side in (base, head)] for by in (1.0, factor)]
    plain, scaled = ({case.key: case for case in compared(tmp_path, *pair)} for pair in contents)
    for key, case in plain.items():
        if case.unit == "s" and key in scaled:
            assert (case.verdict_label in DIFFERENT) == (scaled[key].verdict_label in DIFFERENT)
            assert scaled[key].ratio == pytest.approx(case.ratio)


@pytest.mark.parametrize("tool", TOOLS)
@ANY_FILE
@given(base=st.floats(1e-3, 1.0), head=st.floats(1e-3, 1.0))
def test_one_value_a_side_has_a_ratio_and_no_verdict(tool: str, base: float, head: float, tmp_path: Path) -> None:
    for case in compared(tmp_path, TOOLS[tool]([base]), TOOLS[tool]([head])):
        assert (case.effect, case.verdict_label) == (None, "no verdict")
        assert case.control_mean is not None
        assert case.treatment_mean is not None
        if case.control_mean > 0:
            assert case.ratio == pytest.approx(case.treatment_mean / case.control_mean, rel=1e-12)


DRAWS: dict[str, Callable[[random.Random], float]] = {
    "a fine clock": lambda rng: rng.lognormvariate(0, 0.1),
    "three ticks": lambda rng: 15.625e-3 * rng.randint(3, 5),
    "one tick or two": lambda rng: 1e-3 * (1 + (rng.random() < 0.5)),
    "two speeds": lambda rng: (1.0 if rng.random() < 0.5 else 1.3) * rng.lognormvariate(0, 0.002),
}


@pytest.mark.parametrize("sizes", [(3, 4), (4, 9), (10, 10)], ids=str)
@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("tool", ["pytest-benchmark", "hyperfine"])
def test_draws_of_one_distribution_are_called_different_at_most_at_the_level(
    tool: str, draw: str, sizes: tuple[int, int], tmp_path: Path
) -> None:
    rng = random.Random(7)
    trials, wrong = 60, 0
    for _ in range(trials):
        base, head = (TOOLS[tool]([DRAWS[draw](rng) for _ in range(n)]) for n in sizes)
        wrong += any(case.unit == "s" and case.verdict_label in DIFFERENT for case in compared(tmp_path, base, head))
    # One-sided: more than this has a chance below 1 in 1,000 where the rate is 5 %.
    assert wrong <= binom.isf(1e-3, trials, 0.05)
