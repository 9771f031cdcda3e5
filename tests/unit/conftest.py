"""Fixtures for all units: a project with suites, cases, frames of cases and whole records."""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pandas as pd
import pytest

from unitdocs import records
from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, NoEffect
from unitdocs.analysis.effects import to_frame_of
from unitdocs.records import Clock, Direction, Environment, Pair, Round, RunRecord, Status, SuiteInfo, Timing, pack
from unitdocs.stats import Verdict

MakeCase = Callable[..., CaseResult]


@pytest.fixture(scope="session")
def make_case() -> MakeCase:
    """Return a maker of measured cases: a ratio with an interval of 2 % to both sides, the verdict by the rule.

    Without a ratio the case does not apply. Changes are members of `CaseResult`.
    """

    def make(ratio: float | None = 0.5, scenario: str = "one", **changes: Any) -> CaseResult:
        case = CaseResult(
            suite="suite",
            scenario=scenario,
            title=f"Title of {scenario}",
            elements=1,
            metric="time",
            unit="s",
            direction=Direction.LOWER,
            control="original",
            treatment="refactored",
            control_mean=None if ratio is None else 1e-6,
            treatment_mean=None if ratio is None else ratio * 1e-6,
            control_n=8,
            treatment_n=8,
            result=NoEffect(Status.NOT_APPLICABLE) if ratio is None else _effect(ratio),
        )
        return replace(case, **changes)

    return make


def _effect(ratio: float) -> Effect:
    low, high = ratio * 0.98, ratio * 1.02
    verdict = Verdict.LESS if high < 1 else Verdict.MORE if low > 1 else Verdict.INCONCLUSIVE
    return Effect(
        scale=EffectScale.RATIO,
        estimate=ratio,
        low=low,
        high=high,
        level=0.99,
        verdict=verdict,
        is_below_margin=False,
        p=0.001,
        p_adjusted=0.01,
        minimum_detectable_effect=1.03,
    )


@pytest.fixture(scope="session")
def make_effects() -> Callable[..., pd.DataFrame]:
    """Return a maker of frames as `analysis.to_effects()` gives them."""
    return lambda *cases: to_frame_of(cases)


@pytest.fixture(scope="session")
def make_record() -> Callable[..., RunRecord]:
    """Return a maker of small whole records; `changed` puts another value in the first batch of one case's round."""

    def make(*, changed: tuple[str, int] | None = None, **fields: object) -> RunRecord:
        record = RunRecord(
            id="20261123-reference",
            created=datetime(2026, 11, 23, 12, tzinfo=UTC),
            finished=datetime(2026, 11, 23, 13, tzinfo=UTC),
            profile="full",
            seed=7,
            margin=0.01,
            look_level=0.01,
            looks=LOOKS,
            command="unitdocs bench run --profile full --seed 7",
            digest="sha256:old",
            environment=ENVIRONMENT,
            suites=(
                SuiteInfo(name="units", title="Single units", arms=ARMS, frame=("size", 1000)),
                SuiteInfo(name="scenes", title="Whole scenes", arms=ARMS, frame=("big", 2)),
            ),
            cases=_cases(changed),
        )
        return record.model_copy(update=fields)

    return make


ARMS = ("original", "refactored")
LOOKS = (6, 8, 11, 15, 20, 28, 40)
ENVIRONMENT = Environment(
    cpu="A processor",
    cores=2,
    system="Linux",
    python="3.11.7",
    implementation="CPython",
    packages={"numpy": "2.4.0"},
    commit="0123456789abcdef",
    dirty=False,
    clock=Clock.THREAD_CPU,
    clock_step_ns=1,
)


def _cases(changed: tuple[str, int] | None) -> tuple[records.Case, ...]:
    """Return cases ten and four times faster, one slower, one failed, a count, and a rate that does not apply."""
    about = {"elements": 10, "unit": "s", "direction": Direction.LOWER, "metric": "time"}
    timed = {"status": Status.MEASURED, "clock": Clock.THREAD_CPU}
    return (
        records.Case(
            suite="units", scenario="size", title="Size", rounds=_times("size", 0.1, changed), **about, **timed
        ),
        records.Case(
            suite="scenes", scenario="big", title="Big", rounds=_times("big", 0.25, changed), **about, **timed
        ),
        records.Case(
            suite="scenes", scenario="small", title="Small", rounds=_times("small", 1.5, changed), **about, **timed
        ),
        records.Case(
            suite="scenes",
            scenario="odd",
            title="Odd <script>alert(1)</script>",
            status=Status.FAILED,
            reason="results differ at [3]: <b>1</b> != 2",
            **about,
        ),
        records.Case(
            suite="scenes",
            scenario="big",
            title="Big",
            rounds=tuple(Round(index=i, hash_seed=i, count=Pair(control=2000.0, treatment=3000.0)) for i in range(6)),
            status=Status.MEASURED,
            **(about | {"metric": "peak memory", "unit": "B"}),
        ),
        records.Case(
            suite="scenes",
            scenario="big",
            title="Big",
            status=Status.NOT_APPLICABLE,
            reason="no arm counts a cache",
            **(about | {"metric": "cache hit rate", "unit": "1", "direction": Direction.HIGHER}),
        ),
    )


def _times(scenario: str, ratio: float, changed: tuple[str, int] | None) -> tuple[Round, ...]:
    """Return eight rounds of three blocks, seeded by the scenario's name; the control takes about 100 µs."""
    generator = np.random.default_rng(len(scenario))
    control = 100_000 * (1 + 0.02 * generator.random((8, 6)))
    treatment = ratio * 100_000 * (1 + 0.02 * generator.random((8, 6)))
    if changed and changed[0] == scenario:
        control[changed[1]] *= 1.5
    return tuple(_round(index, control[index], treatment[index]) for index in range(8))


def _round(index: int, control: Any, treatment: Any) -> Round:
    times = Pair(control=pack(control.round().astype(int)), treatment=pack(treatment.round().astype(int)))
    timing = Timing(order="ABA", operations=Pair(control=1, treatment=1), cpu=times, wall=times)
    return Round(index=index, hash_seed=index, timing=timing)


SUITE = """
import os, signal, sys, time
from unitdocs.bench import Operation, Scenario, suite

{setup}

SCENARIOS = [Scenario(name, title=name.capitalize(), quick=True) for name in {scenarios}]
SUITE = suite({name!r}, title={name!r}, arms=("old", "new"), scenarios=SCENARIOS, setup=setup)
"""

Declare = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["benchmarks/*.py"]\n')
    (tmp_path / "benchmarks").mkdir()
    return tmp_path


@pytest.fixture
def declare(project: Path) -> Declare:
    """Return a writer of suites: the text of their `setup(arm, scenario, seed)`, and the names of their scenarios."""

    def write(setup: str, *, name: str = "suite", scenarios: tuple[str, ...] = ("one",)) -> Path:
        path = project / "benchmarks" / f"{name}.py"
        path.write_text(SUITE.format(setup=dedent(setup), name=name, scenarios=list(scenarios)))
        return path

    return write


@pytest.fixture
def slower_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, str]], Path]:
    """Return what makes a project with some files, whose package `toy` does a fifth more work than in its commit."""

    def make(files: Mapping[str, str]) -> Path:
        package = "src/toy/__init__.py"
        for name, text in {**files, package: "def work(n):\n    return sum(range(n))\n"}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        for words in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "a"]):
            subprocess.run(["git", *words], cwd=tmp_path, check=True)
        (tmp_path / package).write_text("def work(n):\n    return sum(range(n + n // 5))\n")
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return make
