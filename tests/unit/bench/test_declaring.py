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
        ({"title": None}, "suite some: title: expected text, got None"),
        ({"title": "\udcff"}, "suite some: title: holds what UTF-8 cannot hold: '\\udcff'"),
        ({"arms": ("old", 5)}, "suite some: arms[1]: expected text, got 5"),
        ({"arms": None}, "suite some: arms: expected two different names, got None"),
        ({"scenarios": None}, "suite some: scenarios: expected a list of Scenario, got None"),
        ({"scenarios": [ONE, 3]}, "suite some: scenarios: [1]: expected a Scenario, got 3"),
        ({"setup": None}, "suite some: setup: expected a function, got None"),
        (
            {"scenarios": [Scenario("one", title="One", elements=-5)]},
            "suite some: scenarios: 'one': elements: expected a whole number from 0 on, got -5",
        ),
        (
            {"scenarios": [Scenario("one", title="One", elements=2.5)]},
            "suite some: scenarios: 'one': elements: expected a whole number from 0 on, got 2.5",
        ),
        (
            {"scenarios": [Scenario("one", title="One", quick="yes")]},
            "suite some: scenarios: 'one': quick: expected True or False, got 'yes'",
        ),
        ({"scenarios": [Scenario(7, title="One")]}, "suite some: scenarios: [0]: name: expected text, got 7"),
        ({"frame": "one"}, "suite some: frame: expected a scenario's name and a number of operations, got 'one'"),
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


class Unshown:
    def __repr__(self) -> str:
        raise ValueError


def test_members_of_any_type_are_told_and_not_raised() -> None:
    wrong = Unshown()
    with pytest.raises(InputError) as raised:
        declared(title=wrong, arms=wrong, scenarios=wrong, setup=wrong, frame=wrong)
    places = [problem.split(": ")[1] for problem in raised.value.problems]
    assert places == ["title", "arms", "scenarios", "setup", "frame"]


@pytest.mark.parametrize("member", ["call", "result", "counters", "messages"])
def test_members_of_an_operation_are_functions(member: str) -> None:
    with pytest.raises(InputError, match=f"Operation: {member}: expected a function, got 3"):
        Operation(**({"call": list} | {member: 3}))


@pytest.mark.parametrize("inner", [0, -1])
def test_a_call_does_at_least_one_operation(inner: int) -> None:
    with pytest.raises(InputError, match=f"inner: expected 1 or more operations a call, got {inner}"):
        Operation(list, inner=inner)
