"""Whether the treatment keeps every frame that the control keeps, judged from the slowest frame of each round.

A frame is kept if it takes at most 1/60 s. In each round each arm runs once, in a fresh process, and the machine
may take the processor away from either of them for some milliseconds. A single slow frame therefore decides nothing,
and neither does the slowest one of all rounds, which only grows with their number. A stall that the treatment itself
causes comes back in other rounds, and only in its own. A case is *broken* if one of these holds:

1. In a typical round, the median, the treatment's slowest frame takes longer than 1/60 s and than the control's, and
   the case's verdict is that it is slower.
2. A round counts against the arm whose slowest frame is over 1/60 s and slower than the other's. If the machine alone
   were the cause, both arms would be equally likely: of `n` such rounds, `k` or more count against the treatment with
   the probability that a fair coin shows heads `k` times or more (the sign test). That is 1 % or less, as for 7 of 7,
   10 of 11 or 12 of 14.

It is *undecided* if only the first half of 1 holds, and *kept* otherwise. A stall in a fifth of the rounds is thus
found in 40 rounds (8 of 8); one in a tenth is not, but the number of such rounds is shown.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from unitdocs.records import FRAME

LEVEL = 0.01
"""The probability up to which chance does not explain how many rounds count against the treatment."""


@dataclass(frozen=True)
class KeptFrames:
    """The slowest frames of one case.

    Args:
        rounds: number of rounds.
        lost: rounds in which the treatment's slowest frame is over 1/60 s and slower than the control's.
        gained: rounds in which the control's is over 1/60 s and slower than the treatment's.
        control: the control's slowest frame in the median round, in seconds.
        treatment: the treatment's slowest frame in the median round, in seconds.
    """

    rounds: int
    lost: int
    gained: int
    control: float
    treatment: float

    @property
    def is_typical(self) -> bool:
        """Whether the treatment misses a frame in the median round, by more than the control."""
        return self.treatment > max(self.control, FRAME)

    @property
    def comes_back(self) -> bool:
        """Whether more rounds count against the treatment than chance explains."""
        return sign_probability(self.lost, self.gained) <= LEVEL

    def state(self, *, is_slower: bool) -> "FramesState":
        """Return the result of the rule, given whether the case's verdict is that the treatment is slower."""
        if self.comes_back or (self.is_typical and is_slower):
            return FramesState.BROKEN
        return FramesState.UNDECIDED if self.is_typical else FramesState.KEPT


class FramesState(StrEnum):
    """Whether a case keeps its frames."""

    KEPT = "kept"
    BROKEN = "broken"
    UNDECIDED = "undecided"


def kept_frames(slowest: Sequence[tuple[float, float]]) -> KeptFrames:
    """Count the rounds of one case.

    Args:
        slowest: the slowest frame of control and of treatment in each round, in seconds, one round at least.
    """
    return KeptFrames(
        rounds=len(slowest),
        lost=sum(treatment > max(control, FRAME) for control, treatment in slowest),
        gained=sum(control > max(treatment, FRAME) for control, treatment in slowest),
        control=median(control for control, _ in slowest),
        treatment=median(treatment for _, treatment in slowest),
    )


def sign_probability(lost: int, gained: int) -> float:
    """Return the probability that a fair coin, thrown `lost + gained` times, shows heads `lost` times or more.

    5 of 5 have a probability of 1/32.
    """
    throws = lost + gained
    ways = sum(math.comb(throws, heads) for heads in range(lost, throws + 1))
    return ways / float(2**throws)
