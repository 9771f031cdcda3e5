"""Declaring suites."""

import pytest

from unitdocs.bench import Operation, Scenario, Suite, suite
from unitdocs.errors import InputError

ONE, TWO = Scenario("one", title="One"), Scenario("two", title="Two")


def setup(_arm: str, _scenario: Scenario, _seed: int) -> Operation:
    return Operation(list)


def declared(**changes: object) -> Suite:
    settings = {"title": "Some", "arms": ("old", "new"), "scenarios": [ONE, TWO], "setup": setup}
    return suite("some", **(settings | changes))  # type: ignore[arg-type]


def test_a_suite_finds_its_scenarios_by_name() -> None:
    made = declared(frame=("two", 3))
    assert made.scenarios == (ONE, TWO)
    assert made.scenario("two") is TWO


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"arms": ("old", "old")}, "suite some: arms: expected two different names, got ('old', 'old')"),
        ({"arms": ("old",)}, "suite some: arms: expected two different names, got ('old',)"),
        ({"arms": ("a", "b", "c")}, "suite some: arms: expected two different names, got ('a', 'b', 'c')"),
        ({"scenarios": []}, "suite some: scenarios: expected at least one"),
        ({"scenarios": [ONE, TWO, ONE]}, "suite some: scenarios: 2 have the name 'one'"),
        (
            {"scenarios": [Scenario("one", title="One", frames=49)]},
            "suite some: scenarios: 'one': frames: expected 50 or more, got 49",
        ),
        ({"frame": ("three", 1)}, "suite some: frame: no scenario 'three'"),
        ({"frame": ("one", 0)}, "suite some: frame: expected 1 or more operations, got 0"),
    ],
)
def test_a_wrong_declaration_says_where_and_what(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError) as raised:
        declared(**changes)
    assert raised.value.problems == (problem,)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InputError) as raised:
        declared(arms=("old", "old"), scenarios=[ONE, ONE, TWO, TWO], frame=("three", 0))
    places = [problem.split(": ")[1] for problem in raised.value.problems]
    assert places == ["arms", "scenarios", "scenarios", "frame", "frame"]


@pytest.mark.parametrize("inner", [0, -1])
def test_a_call_does_at_least_one_operation(inner: int) -> None:
    with pytest.raises(InputError, match=f"inner: expected 1 or more operations a call, got {inner}"):
        Operation(list, inner=inner)
