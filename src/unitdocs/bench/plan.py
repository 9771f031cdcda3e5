"""The plan of a run: suites, profile and settings of the stopping rule."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from unitdocs import stats
from unitdocs.bench.suite import Scenario, Suite, pairs_of
from unitdocs.errors import InputError
from unitdocs.records import Metric


class Profile(StrEnum):
    """Which scenarios a run measures, and for how long."""

    QUICK = "quick"
    FULL = "full"


QUICK_ROUNDS = 15
"""The last look of a quick run."""
QUICK_SECONDS = 75.0
"""Seconds after which a quick run begins no further round, so that the whole command stays below 90 s."""
ABSOLUTE_MARGINS: Mapping[str, float] = {Metric.PEAK_MEMORY: 16 * 1024, Metric.ALLOCATED_BLOCKS: 64}
"""Differences that do not matter whatever their ratio, by metric and in its unit: 16 KiB, and 64 blocks."""
GATE_SECONDS = 105.0
"""The same of a gate on two revisions, which then stays below two minutes."""
MOST_SEED = 2**32 - 1
MOST_LIMIT = 24 * 60 * 60


@dataclass(frozen=True)
class RunPlan:
    """What a run measures, and by which settings.

    Args:
        suites: the suites by the files that declare them.
        profile: `quick` measures the scenarios marked as quick, with at most 15 rounds each and 75 s in total, or, in a
            gate on two revisions, as many rounds as fit into 105 s; `full` measures all scenarios.
        seed: seed of the orders, the hash seeds and the suites' input, from 0 to 4294967295.
        margin: relative difference below which the arms are treated as equivalent, between 0 and 1.
        absolute_margins: differences below which the arms are treated as equivalent whatever their ratio, by metric.
        limit: seconds that one round may take, at most a day.
        gate: whether the error level holds for all cases together; that of a look is then divided by their number.
        base: git revision to compare the working tree with; both run the same arm.
        arm: the arm that both revisions run (default: each suite's treatment).
        planted: slowdowns of a self-check: with a base, by `suite/scenario`, the share by which the working tree makes
            more calls than are counted.

    Raises:
        InputError: the profile selects no scenario of these suites, the seed or the limit is out of range, or a suite
            does not have the arm.
    """

    suites: Mapping[Path, Suite]
    profile: Profile = Profile.QUICK
    seed: int = 1
    margin: float = stats.MARGIN
    absolute_margins: Mapping[str, float] = field(default_factory=lambda: dict(ABSOLUTE_MARGINS))
    limit: float = 60.0
    gate: bool = False
    base: str | None = None
    arm: str | None = None
    planted: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = []
        if not self.work:
            names = ", ".join(suite.name for suite in self.suites.values())
            problems.append(f"{names}: no scenario is marked quick=True; mark some, or use --profile full")
        if not 0 <= self.seed <= MOST_SEED:
            problems.append(f"seed: expected a whole number from 0 to {MOST_SEED}, got {self.seed}")
        if not 0 < self.limit <= MOST_LIMIT:
            problems.append(f"limit: expected seconds up to {MOST_LIMIT}, got {self.limit:g}")
        problems += self._arm_problems()
        if problems:
            raise InputError(*problems)

    @property
    def pairs(self) -> list[tuple[Path, Suite]]:
        """The suites to measure, each with the two arms of `arms`, by the file that declares it."""
        return [
            (path, pair)
            for path, suite in self.suites.items()
            for pair in (pairs_of(suite) if self.arm is None else (suite,))
        ]

    @property
    def work(self) -> list[tuple[Path, Suite, Scenario]]:
        """The scenarios to measure, in the order of their suites."""
        work = [(path, suite, scenario) for path, suite in self.pairs for scenario in suite.scenarios]
        return work if self.profile is Profile.FULL else [part for part in work if part[2].quick]

    @property
    def same_code(self) -> list[tuple[Path, Suite, Scenario]]:
        """The scenarios in which a full run also measures the treatment against itself: those marked as quick.

        A comparison of two revisions has none.
        """
        if self.profile is Profile.QUICK or self.base is not None:
            return []
        return [part for part in self.work if part[2].quick]

    @property
    def looks(self) -> tuple[int, ...]:
        """The numbers of rounds after which a case is tested.

        Rounds that share their processes are short, so that the time alone limits their number.
        """
        is_limited = self.profile is Profile.QUICK and not self.shares_rounds
        most = QUICK_ROUNDS if is_limited else max(stats.LOOKS)
        return tuple(look for look in stats.LOOKS if look <= most)

    @property
    def look_level(self) -> float:
        """The error level of one look."""
        if not self.gate:
            return stats.LOOK_LEVEL
        return (stats.GATE_LEVEL if self.shares_rounds else stats.LOOK_LEVEL) / len(self.work)

    @property
    def ranks_from(self) -> int | None:
        """The number of rounds from which times are estimated by ranks; None for never."""
        return stats.GATE_RANKS_FROM if self.shares_rounds else None

    @property
    def shares_rounds(self) -> bool:
        """Whether scenarios share the processes of a round; see `shares_rounds`."""
        return shares_rounds(gate=self.gate, base=self.base)

    @property
    def budget(self) -> float:
        """Seconds after which the run begins no further round."""
        if self.profile is Profile.FULL:
            return math.inf
        return GATE_SECONDS if self.shares_rounds else QUICK_SECONDS

    def arms(self, suite: Suite) -> tuple[str, str]:
        """Return the arms of a suite to measure: both, or the one that both revisions run, twice."""
        control, treatment = suite.arms[0], self.arm or suite.arms[1]
        return (control, treatment) if self.base is None else (treatment, treatment)

    def _arm_problems(self) -> list[str]:
        if self.arm is None:
            return []
        if self.base is None:
            return [f"--arm {self.arm}: needs --base, the revision to compare the working tree with"]
        return [
            f"--arm {self.arm}: not an arm of suite {suite.name}; give {' or '.join(suite.arms)}"
            for suite in self.suites.values()
            if self.arm not in suite.arms
        ]


def shares_rounds(*, gate: bool, base: str | None) -> bool:
    """Return whether the scenarios of a run share the processes of a round: a gate on two revisions must be quick."""
    return gate and base is not None
