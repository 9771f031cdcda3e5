"""Whether sessions were assigned with the shares that were planned: a test that is valid at every look.

An arm that loses sessions, because it crashes before its first event or because its writer stalls, makes every
comparison of the others worthless; a mismatch is the sign of it (Fabijan et al. 2019, Diagnosing sample ratio mismatch
in online controlled experiments).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import betaln

CONCENTRATION = 10_000.0
"""How close to the planned share the mixed shares are: 10,000 makes deviations of a hundredth the most likely ones."""


@dataclass(frozen=True)
class AssignmentCell:
    """Sessions under one version of the flag.

    Args:
        control: sessions with the control.
        treatment: sessions with the treatment.
        share: of the sessions that should have the treatment, 0 to 1.
    """

    control: int
    treatment: int
    share: float


def mismatch_p(cells: Sequence[AssignmentCell]) -> float:
    """Return the always-valid p-value of "every session was assigned with its share".

    1 / the Bayes factor of a beta mixture around each share, the factors of the cells multiplied: with true shares it
    falls below a level at any time with a chance of at most that level. A session on a side whose share is 0 gives
    about 1e-304. Cells are assumed to have different sessions: one that returns under a later version counts twice.

    Source: Lindon and Malek 2022, Anytime-valid inference for multinomial count data.

    Args:
        cells: the sessions, one for each version of the flag.
    """
    return min(1.0, math.exp(-max(0.0, min(_evidence(cells), LARGEST))))


LARGEST = 700.0
"""Logarithm of the largest Bayes factor whose inverse a float can hold."""


def _evidence(cells: Sequence[AssignmentCell]) -> float:
    """Return the logarithm of the Bayes factor against the planned shares."""
    total = 0.0
    for cell in cells:
        planned = (CONCENTRATION * cell.share, CONCENTRATION * (1 - cell.share))
        if 0.0 in planned:
            if (cell.treatment, cell.control)[planned.index(0.0)]:
                return math.inf
            continue
        seen = (cell.treatment, cell.control)
        total += float(betaln(planned[0] + seen[0], planned[1] + seen[1]) - betaln(*planned))
        total -= seen[0] * math.log(cell.share) + seen[1] * math.log1p(-cell.share)
    return total
