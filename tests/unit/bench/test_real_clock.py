"""The one test of the real clock: a difference of 20 % in the same work, and the same with the arms exchanged."""

from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.analysis import to_effects
from unitdocs.bench.finding import find_suites
from unitdocs.bench.plan import Profile, RunPlan
from unitdocs.bench.run import run


@pytest.mark.parametrize(("old", "new", "verdict"), [(1000, 1200, "slower"), (1200, 1000, "faster")])
def test_a_fifth_more_of_the_same_work_is_found(
    project: Path, declare: Callable[..., Path], old: int, new: int, verdict: str
) -> None:
    declare(
        f"""
        def setup(arm, scenario, seed):
            steps = {old} if arm == "old" else {new}
            def call():
                for _ in range(steps):
                    pass
            return Operation(call)
        """
    )
    plan = RunPlan(find_suites(project / "benchmarks"), profile=Profile.FULL)
    record, _ = run(plan, root=project, out=project / "records", command="test")
    effect = to_effects(record).set_index("metric").loc["time"]
    assert effect["verdict"] == verdict
    assert not effect["below_margin"]
