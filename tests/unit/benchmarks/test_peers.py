"""The suites that measure other layout systems: the same boxes, and one sentence where the package is missing."""

import sys
from pathlib import Path
from typing import Any

import pytest

from unitdocs.bench.answers import first_difference
from unitdocs.bench.finding import find_suites
from unitdocs.bench.loading import load_suite
from unitdocs.errors import InputError

PEERS = Path(__file__).parents[3] / "benchmarks/studies/peers"
SCENARIOS = [
    pytest.param(f"inventory-{size}/{work}", marks=pytest.mark.long if size > 1000 else ())
    for size in (1000, 10000)
    for work in ("re-resolve", "narrow", "boxes")
]


def assert_same_boxes(path: Path, name: str) -> None:
    suite = load_suite(path)
    scenario = suite.scenario(name)
    answers: list[Any] = []
    for arm in suite.arms:
        operation = suite.setup(arm, scenario, 1)
        operation.call()
        assert operation.result is not None
        answers.append(operation.result())
    assert first_difference(answers[0], answers[1], suite.arms) is None
    assert {len(boxes) for boxes in answers[0]} == {scenario.elements}
    assert answers[0][0] != answers[0][1]


@pytest.mark.parametrize("name", SCENARIOS)
def test_numpy_by_hand_places_every_box_alike(name: str) -> None:
    assert_same_boxes(PEERS / "numpy_floor.py", name)


@pytest.mark.peers
@pytest.mark.parametrize("name", SCENARIOS)
def test_yoga_places_every_box_alike(name: str) -> None:
    assert_same_boxes(PEERS / "yoga.py", name)


def test_a_missing_package_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "poga", None)
    with pytest.raises(InputError) as raised:
        find_suites(PEERS)
    assert [problem.partition("peers/")[2] for problem in raised.value.problems] == [
        "yoga.py: poga is not installed; `pip install -e '.[peers]'` brings it"
    ]


def test_a_run_without_a_folder_measures_no_study() -> None:
    benchmarks = PEERS.parents[1]
    assert {path.parent for path in find_suites(benchmarks)} == {benchmarks}
