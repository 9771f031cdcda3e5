"""Suites of several arms, and scenarios with parameters, from their module to the record."""

from pathlib import Path

import pytest

from unitdocs.analysis import to_effects
from unitdocs.bench.finding import find_suites
from unitdocs.bench.plan import RunPlan
from unitdocs.bench.run import RunProgress, Watcher, resume, run
from unitdocs.errors import InputError, Interrupted
from unitdocs.records import Status, load

MODULE = """
from unitdocs.bench import Operation, parametrized, suite

ITEMS = {"old": 4_000, "new": 1_000, "newest": 250}


def setup(arm, scenario, seed):
    items = range(ITEMS[arm] * scenario.parameters["times"])
    return Operation(lambda: sum(items), result=lambda: 0)


SCENARIOS = parametrized("times-{times}", "{times} times", times=(1, 2), quick=True)
SUITE = suite("sums", title="Sums", arms=tuple(ITEMS), scenarios=SCENARIOS, setup=setup)
"""


@pytest.fixture
def folder(project: Path) -> Path:
    (project / "benchmarks" / "sums.py").write_text(MODULE)
    return project / "benchmarks"


class Interrupting(Watcher):
    def round(self, progress: RunProgress) -> None:
        if progress.scenario == "sums-newest/times-2" and progress.done == 2:
            raise KeyboardInterrupt


def test_each_treatment_is_measured_with_the_control_also_after_an_interruption(project: Path, folder: Path) -> None:
    with pytest.raises(Interrupted):
        run(RunPlan(find_suites(folder)), root=project, out=project / "out", command="", watcher=Interrupting())
    (path,) = (project / "out").iterdir()
    record = resume(path, root=project)
    assert load(path) == record
    assert [(one.name, one.title, one.arms) for one in record.suites] == [
        ("sums-new", "Sums: new", ("old", "new")),
        ("sums-newest", "Sums: newest", ("old", "newest")),
    ]
    times = [case for case in record.cases if case.metric == "time"]
    assert [(case.suite, case.scenario, case.parameters) for case in times] == [
        (suite, f"times-{number}", {"times": number}) for suite in ("sums-new", "sums-newest") for number in (1, 2)
    ]
    assert {case.status for case in times} == {Status.MEASURED}
    effects = to_effects(record).query("metric == 'time'")
    assert (effects["ratio"][:2] < 0.5).all()
    assert (effects["ratio"][2:].to_numpy() < effects["ratio"][:2].to_numpy()).all()


def test_of_two_revisions_each_treatment_is_measured_or_the_arm_that_is_named(folder: Path) -> None:
    def measured(arm: str | None) -> list[tuple[str, tuple[str, str]]]:
        plan = RunPlan(find_suites(folder), base="HEAD", arm=arm)
        return [(suite.name, plan.arms(suite)) for _, suite, scenario in plan.work if scenario.name == "times-1"]

    assert measured(None) == [("sums-new", ("new", "new")), ("sums-newest", ("newest", "newest"))]
    assert measured("old") == [("sums", ("old", "old"))]
    with pytest.raises(InputError, match="not an arm of suite sums; give old or new or newest"):
        measured("newer")


def test_a_suite_is_chosen_by_its_own_name_and_a_name_of_two_is_refused(folder: Path) -> None:
    assert [suite.name for suite in find_suites(folder, ["sums"]).values()] == ["sums"]
    (folder / "other.py").write_text(MODULE.replace('"sums"', '"sums-new"').replace("tuple(ITEMS)", '("old", "new")'))
    with pytest.raises(InputError, match="2 suites have the name 'sums-new'"):
        find_suites(folder)
