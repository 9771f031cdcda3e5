"""The choice of the scenarios that are profiled if none is named: the heaviest one of each suite."""

from collections.abc import Mapping
from pathlib import Path

from unitdocs.analysis import compare_cases
from unitdocs.analysis.case_result import MAIN_TIMES
from unitdocs.bench.suite import Scenario, Suite
from unitdocs.records import RunRecord

MOST_ELEMENTS = 10_000
"""Elements of a scene above which recording each allocation of one operation takes minutes."""
RULE = (
    "Of each suite, the scenario in which the treatment takes longest in a frame of the reference record: "
    "its time, times the operations of one frame where the suite declares them; scenes of at most 10,000 elements."
)


def heaviest(suites: Mapping[Path, Suite], reference: RunRecord) -> tuple[tuple[Path, Suite, Scenario], ...]:
    """Return the heaviest scenario of each suite that the reference record has; see `RULE`."""
    times = {
        (case.suite, case.scenario): case.treatment_mean
        for case in compare_cases(reference)
        if case.metric in MAIN_TIMES and case.treatment_mean is not None
    }
    chosen = []
    for path, suite in suites.items():
        weights = [
            (times[suite.name, one.name] * _occurrence(suite, one), one)
            for one in suite.scenarios
            if not one.is_cold and (one.elements or 0) <= MOST_ELEMENTS and (suite.name, one.name) in times
        ]
        if weights:
            chosen.append((path, suite, max(weights, key=lambda weight: weight[0])[1]))
    return tuple(chosen)


def _occurrence(suite: Suite, scenario: Scenario) -> int:
    """Return how many operations of a scenario a frame has."""
    return suite.frame[1] if suite.frame is not None and suite.frame[0] == scenario.name else 1
