"""What a run is to do: suites, profile and the settings of the rule."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from unitdocs import stats
from unitdocs.bench.suite import Scenario, Suite
from unitdocs.errors import InputError


class Profile(StrEnum):
    """How much of the suites a run measures."""

    QUICK = "quick"
    FULL = "full"


QUICK_ROUNDS = 15
"""A quick run's last look."""
QUICK_SECONDS = 75.0
"""A quick run begins no round later: with start, last round and table it stays below 90 s."""
MOST_SEED = 2**32 - 1
MOST_LIMIT = 24 * 60 * 60


@dataclass(frozen=True)
class RunPlan:
    """What a run is to do.

    Args:
        suites: the suites by the files that declare them.
        profile: quick measures the scenarios marked so, with at most 15 rounds each and 75 s in all.
        seed: where orders, hash seeds and the suites' input come from, from 0 to 4294967295.
        margin: the ratio above 1 below which nobody cares, between 0 and 1.
        limit: seconds that one round may take, at most a day.
        gate: whether the run is judged as one: the error of a look is divided by the number of cases.
        base: the git revision to compare the working tree with; both then run the same arm.
        arm: that arm; each suite's treatment without.

    Raises:
        InputError: the profile measures no scenario of these suites, the seed or the limit is out of range, or there is
            no such arm.
    """

    suites: Mapping[Path, Suite]
    profile: Profile = Profile.QUICK
    seed: int = 1
    margin: float = stats.MARGIN
    limit: float = 60.0
    gate: bool = False
    base: str | None = None
    arm: str | None = None

    def __post_init__(self) -> None:
        problems = []
        if not self.work:
            names = ", ".join(found.name for found in self.suites.values())
            problems.append(f"{names}: no scenario is marked quick=True; mark some, or give --profile full")
        if not 0 <= self.seed <= MOST_SEED:
            problems.append(f"seed: expected a whole number from 0 to {MOST_SEED}, got {self.seed}")
        if not 0 < self.limit <= MOST_LIMIT:
            problems.append(f"limit: expected seconds up to {MOST_LIMIT}, got {self.limit:g}")
        problems += self._arm_problems()
        if problems:
            raise InputError(*problems)

    @property
    def work(self) -> list[tuple[Path, Suite, Scenario]]:
        """The scenarios to measure, in the order of their suites."""
        chosen = [(path, found, item) for path, found in self.suites.items() for item in found.scenarios]
        return chosen if self.profile is Profile.FULL else [part for part in chosen if part[2].quick]

    @property
    def same_code(self) -> list[tuple[Path, Suite, Scenario]]:
        """The scenarios in which a full run measures the treatment against itself: those of a quick run.

        None where two revisions are compared: on which of them it would be is not asked.
        """
        if self.profile is Profile.QUICK or self.base is not None:
            return []
        return [part for part in self.work if part[2].quick]

    @property
    def looks(self) -> tuple[int, ...]:
        """After how many rounds a case is looked at."""
        most = QUICK_ROUNDS if self.profile is Profile.QUICK else max(stats.LOOKS)
        return tuple(look for look in stats.LOOKS if look <= most)

    @property
    def look_level(self) -> float:
        """The error level of one look."""
        return stats.LOOK_LEVEL / len(self.work) if self.gate else stats.LOOK_LEVEL

    @property
    def budget(self) -> float:
        """Seconds after which no further round is begun."""
        return QUICK_SECONDS if self.profile is Profile.QUICK else math.inf

    def arms(self, suite: Suite) -> tuple[str, str]:
        """Return the arms of a suite that are measured: both, or the one that both revisions run."""
        return suite.arms if self.base is None else (self.arm or suite.arms[1],) * 2

    def _arm_problems(self) -> list[str]:
        if self.arm is None:
            return []
        if self.base is None:
            return [f"--arm {self.arm}: is what both revisions run; give the one to compare with, too: --base"]
        return [
            f"--arm {self.arm}: suite {suite.name} has the arms {' and '.join(suite.arms)}"
            for suite in self.suites.values()
            if self.arm not in suite.arms
        ]
