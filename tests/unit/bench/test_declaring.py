"""Declaring suites."""

import pytest

from unitdocs.bench import Operation, Scenario, Suite, parametrized, suite
from unitdocs.bench.suite import pairs_of
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


def test_each_treatment_of_several_is_paired_with_the_control() -> None:
    made = declared(arms=["old", "new", "newest"])
    assert [(pair.name, pair.title, pair.arms) for pair in pairs_of(made)] == [
        ("some-new", "Some: new", ("old", "new")),
        ("some-newest", "Some: newest", ("old", "newest")),
    ]
    assert pairs_of(declared()) == (declared(),)


def test_each_combination_of_parameters_is_a_scenario() -> None:
    made = parametrized(
        "sort/{order}/{elements}", "{elements} {order}", quick=True, order=("up", "down"), elements=(3, 9)
    )
    assert [one.name for one in made] == ["sort/up/3", "sort/up/9", "sort/down/3", "sort/down/9"]
    assert [one.title for one in made] == ["3 up", "9 up", "3 down", "9 down"]
    assert [one.elements for one in made] == [3, 9, 3, 9]
    assert made[1].parameters == {"order": "up", "elements": 9}
    assert all(one.quick for one in made)


@pytest.mark.parametrize("name", ["sort/{size}", "sort/{", "sort/{}"])
def test_a_name_that_refers_to_no_parameter_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"refers to a parameter that is not given .*; given: order"):
        parametrized(name, "Some", order=("up", "down"))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"arms": ("old", "old")}, "suite some: arms: expected two or more different names, got ('old', 'old')"),
        ({"arms": ("old",)}, "suite some: arms: expected two or more different names, got ('old',)"),
        ({"arms": ("a", "b", "a")}, "suite some: arms: expected two or more different names, got ('a', 'b', 'a')"),
        ({"scenarios": []}, "suite some: scenarios: expected at least one"),
        ({"scenarios": [ONE, TWO, ONE]}, "suite some: scenarios: 2 have the name 'one'"),
        (
            {"scenarios": [Scenario("one", title="One", frames=49)]},
            "suite some: scenarios: 'one': frames: expected 50 or more, got 49",
        ),
        ({"title": None}, "suite some: title: expected text, got None"),
        ({"title": "\udcff"}, "suite some: title: holds what UTF-8 cannot hold: '\\udcff'"),
        ({"arms": ("old", 5)}, "suite some: arms[1]: expected text, got 5"),
        ({"arms": None}, "suite some: arms: expected two or more different names, got None"),
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
        (
            {"scenarios": [Scenario("one", title="One", parameters=[("size", 1)])]},  # type: ignore[arg-type]
            "suite some: scenarios: 'one': parameters: expected values by their names, got [('size', 1)]",
        ),
        (
            {"scenarios": [Scenario("one", title="One", parameters={"sizes": (1, 2)})]},  # type: ignore[dict-item]
            "suite some: scenarios: 'one': parameters: 'sizes': expected a text, a number or a bool, got (1, 2)",
        ),
        (
            {"scenarios": [Scenario("one", title="One", parameters={"share": float("nan")})]},
            "suite some: scenarios: 'one': parameters: 'share': expected a text, a number or a bool, got nan",
        ),
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
