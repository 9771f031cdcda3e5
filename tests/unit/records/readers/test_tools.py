"""What is read of a real file of each tool: the numbers that the tool itself prints, and nothing made up."""

import shutil
import statistics
from datetime import UTC, datetime
from pathlib import Path

import pytest
from result_files import ASV, ASV_1, ASV_WITHOUT_SAMPLES, DATA, OWN_RESULTS, RUN, means, parsed, reread

from unitdocs.errors import InputError
from unitdocs.records import Direction, save
from unitdocs.records.readers import read_results
from unitdocs.records.results import Results


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


def test_a_pyperf_benchmark_whose_runs_count_different_things_is_refused(tmp_path: Path) -> None:
    data = parsed("pyperf")
    data["benchmarks"][1]["runs"][2]["metadata"]["unit"] = "byte"
    with pytest.raises(InputError, match=r"\$\.benchmarks\[1\]: expected one unit"):
        reread(data, tmp_path)


def test_rounds_of_pytest_benchmark_are_seconds_of_an_iteration_in_one_process() -> None:
    results = read_results(DATA / "pytest-benchmark.json")
    # its table: Mean 619.9917 ns, 1,968.4444 ns, 6.8048 us; Rounds 12, 12, 20; a test that failed is not in the file
    expected = {"test_sort[10]": 619.9917e-9, "test_sort[100]": 1968.4444e-9, "test_join": 6.8048e-6}
    assert means(results) == pytest.approx(expected, rel=1e-5)
    assert shapes(results) == {(1, 12, False), (1, 20, False)}
    assert {one.suite for one in results.results} == {"test_pb.py"}
    assert results.tool == "pytest-benchmark 5.3.1"
    assert results.measured == datetime(2026, 11, 24, 17, 12, 1, 977118, tzinfo=UTC)


def test_pytest_benchmarks_that_kept_no_single_values_are_left_out() -> None:
    results = read_results(DATA / "pytest-benchmark-without-data.json")
    assert results.results == ()
    assert results.left_out == {"benchmarks without single values (--benchmark-save-data keeps them)": 3}


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


def test_without_samples_the_one_number_of_asv_is_kept() -> None:
    results = read_results(ASV_WITHOUT_SAMPLES)
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


def test_a_google_benchmark_that_kept_aggregates_only_has_no_values() -> None:
    results = read_results(DATA / "google-benchmark-aggregates.json")
    assert results.results == ()
    assert results.left_out == {"aggregates": 8}


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


def test_a_skipped_google_benchmark_is_left_out_and_one_registered_twice_refused(tmp_path: Path) -> None:
    data = parsed("Google Benchmark")
    data["benchmarks"][-2]["skipped"] = True
    assert reread(data, tmp_path).left_out["skipped"] == 1
    data["benchmarks"].append(data["benchmarks"][0])
    with pytest.raises(InputError, match=r"\$\.benchmarks\[16\]\.repetition_index: a second benchmark"):
        reread(data, tmp_path)


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
    assert results.left_out == {"runs that ended with an error": 8}


def test_a_hyperfine_run_that_a_signal_ended_is_left_out_alone(tmp_path: Path) -> None:
    data = parsed("hyperfine")
    data["results"][0]["exit_codes"][3] = None
    results = reread(data, tmp_path)
    assert len(results.results[0].groups) == 7
    assert results.left_out == {"runs that ended with an error": 9}


def test_hyperfine_commands_of_one_name_are_told_apart_by_their_parameters(tmp_path: Path) -> None:
    data = parsed("hyperfine parameters")
    assert list(means(reread(data, tmp_path))) == ["sleep 0.01", "sleep 0.02"]
    for entry in data["results"]:
        entry["command"] = "sleep"
    assert list(means(reread(data, tmp_path))) == ["sleep (n=1)", "sleep (n=2)"]
    del data["results"][0]["parameters"], data["results"][1]["parameters"]
    with pytest.raises(InputError, match=r"\$\.results\[1\]: a second benchmark with the name 'sleep'"):
        reread(data, tmp_path)


def test_hyperfine_commands_without_single_times_are_left_out(tmp_path: Path) -> None:
    data = parsed("hyperfine")
    del data["results"][2]["times"]
    assert reread(data, tmp_path).left_out["commands without single times"] == 1


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
    assert {(one.metric, one.unit, one.direction) for one in results.results} == {
        ("time", "s", Direction.LOWER),
        ("peak memory", "B", Direction.LOWER),
    }


def test_a_file_of_results_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "other-name.json").write_text(OWN_RESULTS.model_dump_json())
    assert read_results(tmp_path / "other-name.json") == OWN_RESULTS
