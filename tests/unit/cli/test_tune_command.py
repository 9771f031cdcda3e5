"""`unitdocs tune run` and `tune verify`: budgets, exit codes, and a search of a small suite from beginning to end."""

import json
import shutil
from pathlib import Path

import pytest
from made_records import counted, record, with_ratios

from unitdocs.analysis.arms import compare_cases
from unitdocs.analysis.tuning_proof import proven_sessions
from unitdocs.cli import main
from unitdocs.cli.budgets import parse_budget
from unitdocs.cli.tune_verify import exit_code
from unitdocs.errors import InputError
from unitdocs.records import Case, SuiteInfo, load, save
from unitdocs.studies import TuningSearch, load_record
from unitdocs.units import read_settings

ROOT = Path(__file__).parents[3]
SUITES = (SuiteInfo(name="production", title="Production", arms=("default", "chosen")),)
SUITE = """
import os

from unitdocs.bench import Operation, Scenario, suite
from unitdocs.units import Element, Extent, Scene, SystemSettings, read_settings
from unitdocs.units.refactored.system import UnitSystem

SCENES = [Scene(f"scene-{i}", tuple(Element(f"{i}-{n}") for n in range(50))) for i in range(6)]


def setup(arm, scenario, seed):
    path = os.environ.get("TUNING_CANDIDATE")
    settings = SystemSettings() if arm == "default" or not path else read_settings(path)
    totals = [0, 0]

    def call():
        system = UnitSystem(settings=settings)
        for scene in SCENES * 2:
            system.prepare(scene).resolve(scene=Extent(800, 600))
        counted = system.plans.statistics()
        totals[0] += counted.hits
        totals[1] += counted.hits + counted.misses

    return Operation(call, counters=lambda: {"plan cache hit rate": tuple(totals)})


SUITE = suite(
    "training",
    title="Sessions",
    arms=("default", "candidate"),
    scenarios=[Scenario("six", "Six screens"), Scenario("start/six", "The same")],
    setup=setup,
)
"""


@pytest.mark.parametrize(("text", "seconds"), [("120s", 120), ("30m", 1800), ("1.5h", 5400), ("45", 45)])
def test_a_budget_is_a_time_with_a_unit(text: str, seconds: float) -> None:
    assert parse_budget(text) == seconds


@pytest.mark.parametrize("text", ["", "0s", "-3s", "two minutes", "3d", "1e9"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="expected a time above 0, such as 120s, 30m or 2h"):
        parse_budget(text)


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["tune", *map(str, words)])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def session(time: float, sizes: tuple[int, int], spread: float = 1e-4) -> list[Case]:
    about = {"scenario": "tour/101", "suite": "production"}
    return [with_ratios(*(time * (1 + spread * i) for i in range(8)), **about), counted(sizes, sizes, **about)]


@pytest.mark.parametrize(
    ("cases", "code", "strict"),
    [
        (session(0.5, (10, 10)), 0, 0),
        (session(1.0, (10, 10)), 0, 0),
        (session(1.1, (10, 10)), 1, 1),
        (session(0.5, (10**6, 10**7)), 1, 1),
        (session(0.5, (10**6, 2 * 10**6)), 0, 0),
        (session(0.5, (10, 10), spread=0.3), 0, 3),
    ],
)
def test_a_session_that_is_slower_or_larger_fails_and_one_without_a_verdict_if_one_is_demanded(
    cases: list[Case], code: int, strict: int
) -> None:
    sessions = proven_sessions(compare_cases(record(*cases, suites=SUITES)), {"production": 2_000_000})
    assert exit_code(sessions, must_decide=False) == code
    assert exit_code(sessions, must_decide=True) == strict


def test_a_record_is_judged_without_measuring(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.json"
    save(record(*session(0.5, (10, 10)), suites=SUITES), path)
    code, out, _ = run(capsys, "verify", "--record", path)
    assert code == 0
    assert "1 of 1 session with at least 20 % less, and no more of the other." in out
    code, out, _ = run(capsys, "verify", "--record", path, "--format", "json")
    assert json.loads(out)[0]["time"]["verdict"] == "at least 20 % less"


def test_a_record_of_other_suites_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.json"
    save(record(with_ratios(0.5, 0.5)), path)
    code, _, err = run(capsys, "verify", "--record", path, "--environment", "production")
    assert code == 2
    assert "holds no session of these environments; measure them without --record" in err


def test_a_proof_ends_after_its_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "production.py").write_text(SUITE.replace('"training"', '"production"'))
    monkeypatch.chdir(tmp_path)
    words = ("verify", "--environment", "production", "--suites", "suites", "--out", "out", "--budget", "0.01s")
    code, out, _ = run(capsys, *words, "--profile", "full")
    assert code == 0
    assert "0 of 2 sessions with at least 20 % less" in out
    (path,) = (tmp_path / "out").glob("*.json")
    measured = load(path)
    assert measured.finished is not None
    assert all((case.reason or "").startswith("the 0.01 s of a full run were used up") for case in measured.cases)
    assert "--profile full --seed 1 --budget 0.01s" in measured.command
    code, _, err = run(capsys, *words)
    assert code == 2
    assert "--budget 0.01s: a quick run has its own limit; give --profile full as well" in err


def test_a_search_runs_is_continued_and_gives_settings_that_a_system_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "training.py").write_text(SUITE)
    monkeypatch.chdir(tmp_path)
    words = ("run", "--suites", "suites", "--out", "search.json", "--settings", "chosen", "--budget")
    code, out, err = run(capsys, *words, "0.01s")
    assert code == 0
    assert "about 10 ms" in err
    assert "1 trial, 1 timed" in out
    first = load_record("tuning_search", tmp_path / "search.json")
    code, _, err = run(capsys, *words, "0.01s")
    assert code == 2
    assert "search.json: has used its budget, 1 trial in" in err
    code, out, _ = run(capsys, *words, f"{first.seconds + 0.01}s", "--format", "json")
    assert code == 0
    again: TuningSearch = load_record("tuning_search", tmp_path / "search.json")
    assert again.trials[:1] == first.trials
    assert len(again.trials) == 2
    assert [one["environment"] for one in json.loads(out)] == ["development", "staging", "production", "small-memory"]
    assert read_settings(tmp_path / "chosen" / "staging.json").validation == "warn"
    code, _, err = run(capsys, *words, "900s", "--seed", "2")
    assert code == 2
    assert "search.json: holds a search with another seed; delete it, or give another --out" in err
