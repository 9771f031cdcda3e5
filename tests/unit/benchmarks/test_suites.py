"""Every suite of the unit system: both systems give the same results in every scenario, and a quick run stays quick."""

from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.bench.answers import first_difference
from unitdocs.bench.loading import load_suite
from unitdocs.bench.suite import Suite

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
SUITES = ("calculators", "layouts", "updates", "edge_cases", "churn")
NEW = ("updates", "edge_cases", "churn")
HUGE = ("inventory-10000/first", "inventory-10000/re-resolve", "inventory-10000/boxes", "flat")
SCENARIOS = [
    pytest.param(name, scenario.name, marks=pytest.mark.long if scenario.name in HUGE else ())
    for name in SUITES
    for scenario in load_suite(BENCHMARKS / f"{name}.py").scenarios
]


@pytest.mark.parametrize(("name", "scenario"), SCENARIOS)
def test_both_systems_give_the_same_results(name: str, scenario: str, load: Callable[[str], Suite]) -> None:
    suite = load(name)
    answers = []
    for arm in suite.arms:
        operation = suite.setup(arm, suite.scenario(scenario), 1)
        operation.call()
        answers.append((operation.result or operation.call)())
    assert first_difference(answers[0], answers[1], suite.arms) is None
    assert answers[0]


def test_few_scenarios_are_quick(load: Callable[[str], Suite]) -> None:
    new = [scenario.name for name in NEW for scenario in load(name).scenarios if scenario.quick]
    assert 0 < len(new) <= 3
