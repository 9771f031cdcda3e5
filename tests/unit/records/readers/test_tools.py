"""What is read of a real file of each tool: the numbers that the tool itself prints, and nothing made up."""

import json
import shutil
import statistics
from datetime import UTC, datetime
from pathlib import Path

import pytest
from result_files import ASV, ASV_1, ASV_WITHOUT_SAMPLES, DATA, OWN_RESULTS, RUN, means, parsed, reread

from unitdocs.analysis.comparison import compare_files
from unitdocs.errors import InputError
from unitdocs.records import Direction, save
from unitdocs.records.readers import read_results
from unitdocs.records.results import Absence, Results, Saved, SavedStatistic


def shapes(results: Results) -> set[tuple[int, int, bool]]:
    """Return how many groups and values results have, and whether they are by process."""
    return {(len(one.groups), len(one.values), one.by_process) for one in results.results}


def medians(results: Results, metric: str) -> dict[str, float]:
    return {one.name: statistics.median(one.values) for one in results.results if one.metric == metric}


def test_a_run_of_pyperf_is_a_process_and_calibrations_and_warmups_are_left_out() -> None:
    results = read_results(DATA / "pyperf.json")
    # `pyperf show`: mean of each benchmark; "Number of run with values: 4", "Number of value per run: 3"
    assert means(results) == pytest.approx({"sort 100": 2.60e-6, "join <b>": 14.0e-6, "sum & list": 1.61e-6}, rel=3e-3)
    assert shapes(results) == {(4, 12, True)}
    # and says: 1 calibration run in each benchmark, 1 warm-up in each of its 4 runs
    assert results.left_out == {"calibration runs": 3, "warm-up values": 12}
    assert results.tool == "pyperf 2.10.0"
    assert results.measured == datetime(2026, 11, 24, 16, 28, 57, 119835)  # noqa: DTZ001 -- the file names no zone


def test_pyperf_counts_bytes_where_it_tracks_memory() -> None:
    results = read_results(DATA / "pyperf-memory.json")
    # `pyperf show`: 11.7 MiB, 11.7 MiB, 11.5 MiB
    expected = {"sort 100": 11.7, "join <b>": 11.7, "sum & list": 11.5}
    assert {name: mean / 2**20 for name, mean in means(results, "memory").items()} == pytest.approx(expected, abs=0.05)
    assert {one.unit for one in results.results} == {"B"}


def test_the_name_of_a_single_pyperf_benchmark_stands_beside_the_list(tmp_path: Path) -> None:
    data = parsed("pyperf")
    data["benchmarks"] = data["benchmarks"][:1]
    data["metadata"]["name"] = data["benchmarks"][0]["metadata"].pop("name")
    assert [one.name for one in reread(data, tmp_path).results] == ["sort 100"]


def test_a_pyperf_benchmark_without_a_value_is_left_out(tmp_path: Path) -> None:
    data = parsed("pyperf")
    data["benchmarks"][0]["runs"] = data["benchmarks"][0]["runs"][:1]
    results = reread(data, tmp_path)
    assert len(results.results) == 2
    assert results.left_out["benchmarks without values"] == 1


def test_a_pyperf_benchmark_whose_runs_count_different_things_is_left_out_and_named(tmp_path: Path) -> None:
    data = parsed("pyperf")
    data["benchmarks"][1]["runs"][2]["metadata"]["unit"] = "byte"
    results = reread(data, tmp_path)
    assert [one.name for one in results.results] == ["sort 100", "sum & list"]
    (left_out,) = results.left_out_cases
    assert (left_out.name, left_out.absence) == ("join <b>", Absence.UNUSABLE)
    assert left_out.reason.startswith("expected one unit for all runs")


def test_numbers_that_a_project_adds_to_pyperf_are_metrics(tmp_path: Path) -> None:
    data = parsed("pyperf")
    data["benchmarks"][0]["metadata"] |= {"rows": 500, "time": 3, "label": "x", "tags": ["fast", "depth=7"]}
    for index, run in enumerate(data["benchmarks"][0]["runs"]):
        run["metadata"]["collections"] = index
    extra = {one.metric: one.groups for one in reread(data, tmp_path).results if one.name == "sort 100"}
    # What the project set is one value; what it counted in each run is one of each process.
    assert extra.pop("time") is not None
    assert extra == {
        "rows": ((500.0,),),
        "metadata time": ((3.0,),),
        "depth": ((7.0,),),
        "collections": ((1.0,), (2.0,), (3.0,), (4.0,)),
    }


def test_rounds_of_pytest_benchmark_are_seconds_of_an_iteration_in_one_process() -> None:
    results = read_results(DATA / "pytest-benchmark.json")
    # its table: Mean 619.9917 ns, 1,968.4444 ns, 6.8048 us; Rounds 12, 12, 20; a test that failed is not in the file
    expected = {"test_sort[10]": 619.9917e-9, "test_sort[100]": 1968.4444e-9, "test_join": 6.8048e-6}
    assert means(results) == pytest.approx(expected, rel=1e-5)
    assert shapes(results) == {(1, 12, False), (1, 20, False)}
    assert {one.suite for one in results.results} == {"test_pb.py"}
    assert results.tool == "pytest-benchmark 5.3.1"
    assert results.measured == datetime(2026, 11, 24, 17, 12, 1, 977118, tzinfo=UTC)


def test_pytest_benchmarks_that_kept_no_single_values_have_their_saved_mean() -> None:
    results = read_results(DATA / "pytest-benchmark-without-data.json")
    stats = {one["name"]: one["stats"]["mean"] for one in parsed("pytest-benchmark without data")["benchmarks"]}
    assert means(results) == stats
    assert {one.saved for one in results.results} == {Saved(statistic=SavedStatistic.MEAN)}
    assert (shapes(results), results.left_out) == ({(1, 1, False)}, {})


def test_numbers_in_extra_info_of_pytest_benchmark_are_metrics(tmp_path: Path) -> None:
    data = parsed("pytest-benchmark")
    data["benchmarks"][0]["extra_info"] = {"rows": 12, "peak memory": 5, "note": "x", "is_fast": True, "bad": None}
    extra = {one.metric: one.values for one in reread(data, tmp_path).results if one.metric != "time"}
    assert extra == {"rows": (12.0,), "extra_info peak memory": (5.0,)}


def test_samples_of_asv_are_kept_and_failed_and_skipped_benchmarks_left_out() -> None:
    results = read_results(ASV)
    # `asv run` prints the median: 1.84 us, 1.66 us, 2.73 us, 14.1 us, 29.9 ms; time_fails failed, two n/a
    expected = {
        "time_sort(10, 'list')": 1.84e-6,
        "time_sort(10, 'tuple<b>')": 1.66e-6,
        "time_sort(100, 'list')": 2.73e-6,
        "time_join": 14.1e-6,
        "timeraw_import": 29.9e-3,
    }
    assert medians(results, "time") == pytest.approx(expected, rel=3e-3)
    assert results.left_out == {"skipped": 2, "failed": 1}
    assert shapes(results) == {(1, 12, False), (1, 10, False), (1, 6, False), (1, 1, False)}
    assert {one.suite for one in results.results} == {"bench", "bench.Sorting"}
    # `asv show --details`: bench.time_fails, the first, started at 16:32:58
    assert results.measured == datetime(2026, 11, 24, 16, 32, 58, 842000, tzinfo=UTC)


def test_asv_tells_bytes_and_other_units_in_benchmarks_json() -> None:
    results = read_results(ASV)
    # `asv run`: 27.7M, 27.8M, 27.7M (of 10**6), 856, 42; benchmarks.json: bytes, letters
    expected = {
        "peakmem_sort(10, 'list')": 27.7,
        "peakmem_sort(10, 'tuple<b>')": 27.8,
        "peakmem_sort(100, 'list')": 27.7,
    }
    assert {name: size / 1e6 for name, size in means(results, "peak memory").items()} == pytest.approx(
        expected, abs=0.05
    )
    others = {(one.name, one.metric, one.unit): one.values for one in results.results if len(one.values) == 1}
    assert others["mem_list", "memory", "B"] == (856,)
    assert others["track_length", "value", "letters"] == (42,)


def test_without_samples_the_median_of_asv_is_kept_with_its_interval() -> None:
    results = read_results(ASV_WITHOUT_SAMPLES)
    saved = {one.name: one.saved for one in results.results}
    assert saved["time_join"] == Saved(statistic=SavedStatistic.MEDIAN, low=1.3545e-05, high=4.8804e-05, level=0.99)
    assert saved["mem_list"] is None
    assert shapes(results) == {(1, 1, False)}
    # `asv run`: 37.2 us, 26.2 ms
    assert means(results)["time_join"] == pytest.approx(37.2e-6, rel=2e-3)
    assert means(results)["timeraw_import"] == pytest.approx(26.2e-3, rel=2e-3)


def test_version_1_of_asv_is_read_alike() -> None:
    results = read_results(ASV_1)
    # `asv run` of 0.4.2: 1.64 us, 1.27 us, 4.18 us, 41.4 us
    expected = {
        "time_sort(10, 'list')": 1.64e-6,
        "time_sort(10, 'tuple<b>')": 1.27e-6,
        "time_sort(100, 'list')": 4.18e-6,
        "time_join": 41.4e-6,
    }
    assert medians(results, "time") == pytest.approx(expected, rel=4e-3)
    assert means(results, "memory") == {"mem_list": 856}
    assert means(results, "value") == {"track_length": 42}
    assert results.left_out == {"skipped": 2, "failed": 1}


def test_without_benchmarks_json_the_names_of_asv_tell_the_unit_except_for_what_is_tracked(tmp_path: Path) -> None:
    results = read_results(Path(shutil.copy(ASV, tmp_path)))
    assert {one.name: one for one in results.results} == {
        one.name: one for one in read_results(ASV).results if one.name != "track_length"
    }
    assert results.left_out["values without a unit (no benchmarks.json)"] == 1


def test_benchmarks_json_may_stand_beside_the_file_of_asv(tmp_path: Path) -> None:
    shutil.copy(DATA / "asv" / "benchmarks.json", tmp_path)
    assert read_results(Path(shutil.copy(ASV, tmp_path))).results == read_results(ASV).results


def test_a_wrong_benchmarks_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.json").write_text('{"bench.time_join": {"type": "time"}, "version": 2}')
    with pytest.raises(InputError, match=r"benchmarks\.json: \$\[\"bench\.time_join\"\]: expected a member 'unit'"):
        read_results(Path(shutil.copy(ASV, tmp_path)))


def test_repetitions_of_google_benchmark_are_values_of_one_process_and_aggregates_are_left_out() -> None:
    results = read_results(DATA / "google-benchmark.json")
    # its table: rows ..._mean, and BM_sleep: Time 92.1 ns, 453 ns, 1.07 ms; CPU 92.1 ns, 453 ns, 0.011 ms
    assert means(results) == pytest.approx(
        {"BM_sort/8/repeats:3": 92.1e-9, "BM_sort/64/repeats:3": 453e-9, "BM_sleep/iterations:5/real_time": 1.07e-3},
        rel=2e-3,
    )
    assert means(results, "cpu time") == pytest.approx(
        {"BM_sort/8/repeats:3": 92.1e-9, "BM_sort/64/repeats:3": 453e-9, "BM_sleep/iterations:5/real_time": 0.011e-3},
        rel=2e-2,
    )
    assert shapes(results) == {(1, 3, False), (1, 1, False)}
    assert results.left_out == {"aggregates": 8, "failed": 1}
    assert results.measured == datetime(2026, 11, 24, 16, 29, 5, tzinfo=UTC)


def test_a_google_benchmark_that_kept_aggregates_only_has_its_saved_means() -> None:
    results = read_results(DATA / "google-benchmark-aggregates.json")
    # its table: rows ..._mean: 88.7 ns, 458 ns
    assert means(results) == pytest.approx({"BM_sort/8/repeats:3": 88.7e-9, "BM_sort/64/repeats:3": 458e-9}, rel=1e-3)
    assert {one.saved for one in results.results} == {Saved(statistic=SavedStatistic.MEAN)}
    assert results.left_out == {"aggregates": 8}


def test_throughput_of_google_benchmark_is_better_when_higher() -> None:
    results = read_results(DATA / "google-benchmark.json")
    found = {(one.metric, one.unit, one.direction) for one in results.results if one.unit != "s"}
    assert found == {("items per second", "1/s", Direction.HIGHER)}
    # its table: items_per_second=87.2718M/s as the mean of BM_sort/8
    assert means(results, "items per second")["BM_sort/8/repeats:3"] == pytest.approx(87.2718e6, rel=1e-5)


@pytest.mark.parametrize("member", ["real_time", "cpu_time"])
def test_a_negative_time_of_google_benchmark_is_left_out_of_its_metric_alone(tmp_path: Path, member: str) -> None:
    data = parsed("Google Benchmark")
    data["benchmarks"][1][member] = -0.5
    results = reread(data, tmp_path)
    counts = {one.metric: len(one.values) for one in results.results if one.name == "BM_sort/8/repeats:3"}
    metric = {"real_time": "time", "cpu_time": "cpu time"}[member]
    assert counts == {"time": 3, "cpu time": 3, "items per second": 3, metric: 2}
    named = [one for one in results.left_out_cases if one.absence is Absence.UNUSABLE]
    assert [(one.name, one.metric) for one in named] == [("BM_sort/8/repeats:3", metric)]
    assert named[0].reason == f"expected a number of 0 or more at $.benchmarks[1].{member}"


def test_aggregates_of_an_old_google_benchmark_are_known_by_their_names(tmp_path: Path) -> None:
    data = parsed("Google Benchmark")
    for entry in data["benchmarks"]:
        for new in ("run_type", "run_name", "repetition_index", "aggregate_name"):
            entry.pop(new, None)
    data["benchmarks"].append({**data["benchmarks"][-2], "name": "BM_mean"})
    data["benchmarks"].append({"name": "BM_sort_BigO", "cpu_coefficient": 1.0, "real_coefficient": 1.0, "big_o": "N"})
    results = reread(data, tmp_path)
    assert results.left_out == {"aggregates": 9, "failed": 1}
    assert len(means(results)) == 4


def test_a_skipped_google_benchmark_and_one_registered_twice_are_left_out_and_named(tmp_path: Path) -> None:
    data = parsed("Google Benchmark")
    data["benchmarks"][-2]["skipped"] = True
    assert reread(data, tmp_path).left_out["skipped"] == 1
    data["benchmarks"].append(data["benchmarks"][0])
    results = reread(data, tmp_path)
    assert results.results[0].values == read_results(DATA / "google-benchmark.json").results[0].values
    assert "a second benchmark with the same name at $.benchmarks[16]" in results.left_out_cases[-1].reason


@pytest.mark.parametrize(("unit", "seconds"), [("s", 92.1449635), ("ms", 92.1449635e-3), ("us", 92.1449635e-6)])
def test_every_time_unit_of_google_benchmark_becomes_seconds(tmp_path: Path, unit: str, seconds: float) -> None:
    data = parsed("Google Benchmark")
    for entry in data["benchmarks"]:
        entry["time_unit"] = unit
    assert means(reread(data, tmp_path))["BM_sort/8/repeats:3"] == pytest.approx(seconds)


def test_a_run_of_hyperfine_is_a_process_and_one_that_ended_with_an_error_is_left_out() -> None:
    results = read_results(DATA / "hyperfine.json")
    # what it printed: 11.3 ms and 133.1 ms, 8 runs each; `false` ended with 1 each time
    assert means(results) == pytest.approx({"python <b>": 11.3e-3, "python3 -c ''": 133.1e-3}, rel=4e-3)
    assert shapes(results) == {(8, 8, True)}
    assert results.left_out == {"runs that ended with an error": 8, "failed": 1}
    assert [(one.name, one.absence) for one in results.left_out_cases] == [("false", Absence.FAILED)]


def test_a_hyperfine_run_that_a_signal_ended_is_left_out_alone(tmp_path: Path) -> None:
    data = parsed("hyperfine")
    data["results"][0]["exit_codes"][3] = None
    results = reread(data, tmp_path)
    assert len(results.results[0].groups) == 7
    assert results.left_out == {"runs that ended with an error": 9, "failed": 1}
    partly = results.left_out_cases[0]
    assert (partly.name, partly.reason) == (results.results[0].name, "1 of 8 runs ended with an error")


def test_a_comparison_names_the_runs_of_a_command_that_ended_with_an_error(tmp_path: Path) -> None:
    data = parsed("hyperfine")
    data["results"][0]["exit_codes"][3] = 1
    head = tmp_path / "head.json"
    head.write_text(json.dumps(data))
    named = {(case.name, case.side, case.reason) for case in compare_files(DATA / "hyperfine.json", head).not_compared}
    assert (data["results"][0]["command"], "head", "in part: 1 of 8 runs ended with an error") in named


def test_hyperfine_commands_of_one_name_are_told_apart_by_their_parameters(tmp_path: Path) -> None:
    data = parsed("hyperfine parameters")
    assert list(means(reread(data, tmp_path))) == ["sleep 0.01", "sleep 0.02"]
    for entry in data["results"]:
        entry["command"] = "sleep"
    assert list(means(reread(data, tmp_path))) == ["sleep (n=1)", "sleep (n=2)"]
    del data["results"][0]["parameters"], data["results"][1]["parameters"]
    assert "a second benchmark with the name 'sleep'" in reread(data, tmp_path).left_out_cases[0].reason


def test_hyperfine_commands_without_single_times_have_their_saved_mean(tmp_path: Path) -> None:
    data = parsed("hyperfine")
    del data["results"][2]["times"]
    saved = [(one.name, one.values) for one in reread(data, tmp_path).results if one.saved]
    assert saved == [("python3 -c ''", (0.13305049025,))]


def test_the_memory_of_each_hyperfine_run_is_a_metric(tmp_path: Path) -> None:
    data = parsed("hyperfine")
    data["results"][0]["memory_usage_byte"] = [1000 + run for run in range(8)]
    memory = [one for one in reread(data, tmp_path).results if one.metric == "peak memory"]
    assert [(one.name, one.unit, len(one.groups)) for one in memory] == [("python <b>", "B", 8)]


def test_the_context_of_each_tool_is_read_as_far_as_the_file_says() -> None:
    assert read_results(DATA / "pyperf.json").context == {
        "CPU": "AMD EPYC",
        "cores": "2",
        "Python": "cpython 3.11.7 (64-bit)",
    }
    assert read_results(DATA / "pytest-benchmark.json").context["build"] == "GCC 12.2.0"
    assert read_results(DATA / "google-benchmark.json").context == {"cores": "2", "build": "debug"}
    assert read_results(ASV).context["commit"] == "7bcc029be44bf4e5f55423910d410b3b34192f48"
    assert read_results(DATA / "hyperfine.json").context == {}


def test_the_version_of_a_benchmark_of_asv_is_read_in_both_formats() -> None:
    for path in (ASV, ASV_1):
        versions = {one.name: one.version for one in read_results(path).results}
        assert versions["mem_list"] == "5b04f8156a1c73bc6fd099d72085b9c9b12425616b43e753876e3e669ec6bb16"


def test_what_describes_an_asv_folder_is_no_result_file(tmp_path: Path) -> None:
    (tmp_path / "machine.json").write_text(
        '{"arch": "x86_64", "cpu": "A", "machine": "m", "num_cpu": "4", "version": 1}'
    )
    for path in (tmp_path / "machine.json", DATA / "asv" / "benchmarks.json"):
        with pytest.raises(InputError, match="describes the machine or the benchmarks of an asv folder"):
            read_results(path)


def test_each_arm_of_a_run_record_is_a_result_and_each_round_a_process(tmp_path: Path) -> None:
    save(RUN, tmp_path / "run.json.gz")
    results = read_results(tmp_path / "run.json.gz")
    found = {one.name: one.groups for one in results.results}
    # The control takes a millisecond in each of two batches, the treatment half of it and six tenths.
    assert found == {
        "one [old]": ((1e-3, 1e-3), (1e-3, 1e-3)),
        "one [new]": ((0.5e-3, 0.5e-3), (0.6e-3, 0.6e-3)),
        "two [new]": ((2.0,), (3.0,)),
    }
    assert all(one.by_process for one in results.results)
    assert results.left_out == {
        "cases failed": 1,
        "cases not applicable": 1,
        "rounds in which an arm counts nothing": 2,
    }
    assert [(one.name, one.reason) for one in results.left_out_cases] == [
        ("three [old]", "failed"),
        ("three [new]", "failed"),
        ("four [old]", "not applicable"),
        ("four [new]", "not applicable"),
    ]
    assert {one.metric: one.counted for one in results.results} == {"time": False, "peak memory": True}
    assert {(one.metric, one.unit, one.direction) for one in results.results} == {
        ("time", "s", Direction.LOWER),
        ("peak memory", "B", Direction.LOWER),
    }


def test_a_file_of_results_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "other-name.json").write_text(OWN_RESULTS.model_dump_json())
    assert read_results(tmp_path / "other-name.json") == OWN_RESULTS
