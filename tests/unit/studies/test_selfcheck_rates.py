"""Self-checks: their rates, and their files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_records import ENVIRONMENT

from unitdocs import records, studies
from unitdocs.errors import InputError
from unitdocs.studies import SelfCheck, TimeVerdict, Trial, Truth


def trial(
    word: TimeVerdict, slowdown: float = 0.02, *, suite: int | None = None, ratio: float = 1.02, repeat: int = 0
) -> Trial:
    return Trial(
        operation="5 µs",
        slowdown=slowdown,
        margin=0.01,
        repeat=repeat,
        suite=suite,
        verdict=word,
        ratio=ratio,
        low=ratio - 0.005,
        high=ratio + 0.005,
        rounds=6 + 2 * repeat,
        seconds=1.0 + repeat,
    )


def check(*trials: Trial, ratio: float | None = None) -> SelfCheck:
    return SelfCheck(
        id="check",
        created=datetime(2026, 11, 24, tzinfo=UTC),
        seed=1,
        repeats=4,
        suite_size=2,
        suites=1,
        look_level=0.01,
        command="unitdocs bench selfcheck",
        environment=ENVIRONMENT,
        truths=(Truth(operation="5 µs", slowdown=0.0), Truth(operation="5 µs", slowdown=0.02, ratio=ratio)),
        trials=trials,
    )


def test_verdicts_are_counted_by_operation_and_slowdown() -> None:
    found = studies.rates(
        check(
            trial(TimeVerdict.SLOWER),
            trial(TimeVerdict.SLOWER),
            trial(TimeVerdict.EQUIVALENT),
            trial(TimeVerdict.INCONCLUSIVE),
        )
    )
    row = found.iloc[0]
    assert len(found) == 1  # there was no trial of equal code
    assert row[["slowdown", "repeats", "slower", "faster", "equivalent", "inconclusive"]].tolist() == [
        0.02,
        4,
        2,
        0,
        1,
        1,
    ]
    assert row["found"] == 0.5
    # Clopper and Pearson: 2 of 4 has the 95 % interval 0.0676 to 0.9324
    assert row[["found_low", "found_high"]].tolist() == pytest.approx([0.0676, 0.9324], abs=1e-4)


def test_equal_code_is_wrongly_called_different_in_either_direction() -> None:
    found = studies.rates(check(*(trial(word, 0.0, ratio=1.0) for word in TimeVerdict)))
    assert found["found"].tolist() == [0.5]


def test_a_faster_verdict_on_slowed_work_finds_nothing() -> None:
    assert studies.rates(check(trial(TimeVerdict.FASTER))).iloc[0]["found"] == 0.0


def test_coverage_asks_for_the_ratio_of_instructions_where_it_was_counted() -> None:
    trials = [trial(TimeVerdict.SLOWER, ratio=1.02), trial(TimeVerdict.SLOWER, ratio=1.012)]
    assert studies.rates(check(*trials)).iloc[0]["coverage"] == 0.5
    assert studies.rates(check(*trials, ratio=1.016)).iloc[0]["coverage"] == 1.0


def test_the_median_trial_gives_what_a_verdict_takes() -> None:
    row = studies.rates(check(*(trial(TimeVerdict.SLOWER, repeat=repeat) for repeat in range(3)))).iloc[0]
    assert (row["median_seconds"], row["median_rounds"]) == (2.0, 8.0)


def test_a_suite_is_wrong_once_however_many_of_its_cases_are_and_counts_when_it_is_whole() -> None:
    wrong = [trial(TimeVerdict.SLOWER, 0.0, suite=0), trial(TimeVerdict.FASTER, 0.0, suite=0)]
    right = [trial(TimeVerdict.EQUIVALENT, 0.0, suite=1), trial(TimeVerdict.INCONCLUSIVE, 0.0, suite=1)]
    part = [trial(TimeVerdict.SLOWER, 0.0, suite=2)]
    rate = studies.family_rate(check(*wrong, *right, *part))
    assert rate is not None
    assert (rate.count, rate.n) == (1, 2)
    assert studies.family_rate(check(*part)) is None
    assert studies.rates(check(*wrong, *right)).empty  # they were not judged alone


def test_a_self_check_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    written = check(trial(TimeVerdict.SLOWER))
    records.save(written, tmp_path / "check.json.gz")
    assert studies.load_record("selfcheck", tmp_path / "check.json.gz") == written


def test_another_file_is_no_self_check(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"format": "unitdocs-run"}')
    with pytest.raises(InputError, match=r"other\.json: is not a record of "):
        studies.load_record("selfcheck", tmp_path / "other.json")
