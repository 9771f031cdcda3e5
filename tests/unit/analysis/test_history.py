"""A history keeps the results of records: each record once, in order of time, machines apart."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from made_records import ENVIRONMENT, record

from unitdocs import analysis, records
from unitdocs.errors import InputError
from unitdocs.records import Case, Direction, Pair, Round, RunRecord, Status

ROOT = Path(__file__).parents[3]


def counted(scenario: str, control: float, treatment: float, status: Status = Status.MEASURED) -> Case:
    rounds = tuple(Round(index=i, hash_seed=i, count=Pair(control=control, treatment=treatment)) for i in range(2))
    return Case(
        suite="units",
        scenario=scenario,
        title=scenario.capitalize(),
        metric="peak memory",
        unit="B",
        direction=Direction.LOWER,
        status=status,
        rounds=rounds if status is Status.MEASURED else (),
    )


def named_record(name: str, day: int = 0, **fields: object) -> RunRecord:
    first = record()
    created: datetime = first.created + timedelta(days=day)
    return record(counted("one", 2000.0, 1000.0), **({"id": name, "created": created} | fields))


def test_an_entry_holds_the_effects_of_a_record() -> None:
    environment = ENVIRONMENT.model_copy(update={"commit": "abc", "packages": {"unitdocs": "1.2.3"}})
    [entry] = analysis.history_of([named_record("a", environment=environment)]).entries
    assert (entry.id, entry.commit, entry.version) == ("a", "abc", "1.2.3")
    assert entry.machine.label == "A processor, 2 cores, Linux, CPython 3.11.7"
    assert entry.arms["units"] == ("old", "new")
    [point] = entry.cases
    assert point.key == ("units", "one", "peak memory")
    assert (point.control, point.treatment, point.ratio, point.low, point.high) == (2000.0, 1000.0, 0.5, 0.5, 0.5)
    assert (point.level, point.verdict, point.unit) == (1.0, "less", "B")


def test_cases_without_a_ratio_are_left_out() -> None:
    cases = (counted("failed", 1.0, 1.0, Status.FAILED), counted("none", 5.0, 0.0), counted("new", 0.0, 5.0))
    [entry] = analysis.history_of([record(*cases)]).entries
    assert entry.cases == ()


def test_adding_a_record_again_changes_nothing() -> None:
    history = analysis.history_of([named_record("a"), named_record("b", 1)])
    assert analysis.add_to_history(history, named_record("a", 5)) is history


def test_records_are_in_order_of_time_whatever_order_they_are_added_in() -> None:
    pair = [named_record("late", 2), named_record("early", 1)]
    assert [entry.id for entry in analysis.history_of(pair).entries] == ["early", "late"]
    assert analysis.history_of(pair) == analysis.history_of(reversed(pair))


@pytest.mark.parametrize(
    "change",
    [{"cpu": "Another"}, {"cores": 4}, {"system": "Linux 7"}, {"python": "3.12.0"}, {"implementation": "PyPy"}],
)
def test_a_change_of_what_times_depend_on_is_another_machine(change: dict[str, object]) -> None:
    other = named_record("b", environment=ENVIRONMENT.model_copy(update=change))
    entries = analysis.history_of([named_record("a"), other]).entries
    assert len({entry.machine.key for entry in entries}) == 2


def test_another_load_or_commit_is_the_same_machine() -> None:
    other = named_record("b", environment=ENVIRONMENT.model_copy(update={"load_start": 3.0, "commit": "abc"}))
    assert len({entry.machine.key for entry in analysis.history_of([named_record("a"), other]).entries}) == 1


def test_a_single_core_is_written_in_the_singular() -> None:
    [entry] = analysis.history_of([named_record("a", environment=ENVIRONMENT.model_copy(update={"cores": 1}))]).entries
    assert ", 1 core, " in entry.machine.label


def test_a_history_is_read_back_as_written_and_the_same_history_gives_the_same_bytes(tmp_path: Path) -> None:
    history = analysis.history_of([named_record("a"), named_record("b", 1)])
    for name in ("one", "two"):
        records.save(history, tmp_path / f"{name}.json.gz")
    assert analysis.load_history(tmp_path / "one.json.gz") == history
    assert (tmp_path / "one.json.gz").read_bytes() == (tmp_path / "two.json.gz").read_bytes()


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    records.save(named_record("a"), tmp_path / "run.json")
    with pytest.raises(InputError, match="format"):
        analysis.load_history(tmp_path / "run.json")


def test_the_committed_history_holds_the_reference_record_as_its_newest() -> None:
    results = ROOT / "benchmarks" / "results"
    history = analysis.load_history(results / "history.json.gz")
    reference = records.load(results / "reference.json.gz")
    [entry] = analysis.history_of([reference]).entries
    assert history.entries[-1] == entry, "unitdocs history add benchmarks/results/reference.json.gz --to ..."
