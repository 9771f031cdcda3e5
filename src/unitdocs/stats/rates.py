"""Bounds for rare events, exact and always valid: for 0 of 50 sessions as for 500 of 50,000, at every look at once.

Each is a test martingale: a mixture of likelihoods over other values of the parameter, divided by the likelihood of the
value in question. If that value is the truth, it exceeds 1 / level at any time with a chance of at most the level
(Ville 1939, Étude critique de la notion de collectif; Robbins 1970). The other values are inside the bounds.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

EXACTNESS = 1e-9
"""To which part of itself, or of a logarithm, a bound is found."""
LARGEST_RATIO = 64.0
"""The ratios that are mixed lie between this and its inverse."""
GRID = np.linspace(-1.0, 1.0, 65)
"""Where a likelihood is looked at to find its peak, on an interval from -1 to 1."""
NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)
"""Points and weights of Gauss and Legendre's rule on an interval from -1 to 1."""
PEAK = 40.0
"""A likelihood less than the largest by a factor of e to this adds nothing to an integral."""
FEWEST_POINTS = 24
"""Points of the grid on a peak, with which the rule integrates it to more digits than are used."""
FURTHEST = 30.0
"""The logarithm of a ratio beyond which no bound is looked for."""


@dataclass(frozen=True)
class RateCell:
    """Sessions under the same conditions: one version of the flag on one day.

    Args:
        control_hits: sessions of the control with at least one event.
        control_units: sessions of the control.
        treatment_hits: the same of the treatment.
        treatment_units: the same of the treatment.
    """

    control_hits: int
    control_units: int
    treatment_hits: int
    treatment_units: int


@dataclass(frozen=True)
class Bounds:
    """What a value lies between.

    Args:
        low: lower bound.
        high: upper bound, perhaps infinite.
    """

    low: float
    high: float


def rate_bounds(hits: int, units: int, level: float) -> Bounds:
    """Return bounds of the chance of an event; each of both holds with an error of at most the level, together as well.

    The mixture is uniform over the chances, which gives a ratio of a beta function and the likelihood (Robbins 1970,
    example 2).

    Args:
        hits: how many units had the event.
        units: how many there were; without one, nothing is known.
        level: chance that the bounds ever leave out the truth.

    Example:
        0 of 100 at level 0.05: 0 to 0.0732.
    """
    mixed = float(betaln(hits + 1, units - hits + 1))
    most = mixed + math.log(level)

    def above(chance: float) -> float:
        found = hits * math.log(chance) if hits else 0.0
        return found + ((units - hits) * math.log1p(-chance) if units > hits else 0.0) - most

    share = hits / units if units else 0.5
    smallest = float(np.finfo(np.float64).tiny)
    low = _boundary(above, smallest, share) if hits else 0.0
    high = _boundary(above, 1 - 1e-15, max(share, smallest)) if hits < units else 1.0
    return Bounds(low, high)


def rate_ratio_bounds(cells: Sequence[RateCell], level: float) -> Bounds:
    """Return bounds of the ratio of two arms' rates of an event, treatment / control.

    Of the hits of a cell, those of the treatment are binomial with the chance r·t / (r·t + c), r the ratio, t and c the
    arms' units: whatever the cell's own rate is, it cancels, so that days and versions may differ. For rare events
    this is the conditional test of two Poisson samples (Przyborowski and Wilenski 1940, Homogeneity of results in
    testing samples from Poisson series). For common ones it is valid too: with independent units, the likelihood ratio
    of r' against the true r has a mean of (1 + r·p·(a - 1))^t · (1 + p·(b - 1))^c for some a and b with
    r·t·a + c·b = r·t + c, and 1 + x <= e^x makes that at most 1; such bounds are too wide, not too narrow.

    The mixture is over the ratios from 1/64 to 64, uniform on the logarithmic scale. It is an integral, not a sum over
    a few ratios: between those, bounds would stop to narrow once there are more hits than they can resolve.

    Args:
        cells: the sessions, by version and day.
        level: chance that the bounds ever leave out the truth.
    """
    used = [cell for cell in cells if cell.control_units and cell.treatment_units]
    treated = sum(cell.treatment_hits for cell in used)
    others = sum(cell.control_hits for cell in used)
    if not treated + others:
        return Bounds(0.0, math.inf)
    likelihood = _likelihood([cell for cell in used if cell.treatment_hits + cell.control_hits])
    mixed, likeliest = _mixture(likelihood)

    def above(logarithm: float) -> float:
        return float(likelihood(np.array([logarithm]))[0]) - mixed - math.log(level)

    low = math.exp(_boundary(above, -FURTHEST, likeliest)) if treated else 0.0
    high = math.exp(_boundary(above, FURTHEST, likeliest)) if others else math.inf
    return Bounds(low, high)


def excess_bounds(cells: Sequence[RateCell], level: float) -> Bounds:
    """Return bounds of the excess: how many more of the treatment's sessions have the event because of the treatment.

    The excess is p · (1 - 1/r), p the chance with the treatment and r the ratio of rates. Both have bounds with half of
    the level; without an event in the control, the excess is at most p.

    Args:
        cells: the sessions, by version and day.
        level: chance that the bounds ever leave out the truth.
    """
    hits, units = (sum(cell.treatment_hits for cell in cells), sum(cell.treatment_units for cell in cells))
    chance, ratio = rate_bounds(hits, units, level / 2), rate_ratio_bounds(cells, level / 2)
    return Bounds(_excess(chance.low, chance.high, ratio.low), _excess(chance.high, chance.low, ratio.high))


def _excess(chance: float, other: float, ratio: float) -> float:
    """Return p · (1 - 1/r), with the chance that makes it the furthest: the other one where the excess is negative."""
    if ratio == 0:
        return -1.0
    relative = 1 - 1 / ratio
    return max(-1.0, relative * (chance if relative > 0 else other))


def _likelihood(cells: Sequence[RateCell]) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return the logarithm of the likelihood of logarithms of the ratio: a concave function."""
    offsets = np.array([[math.log(cell.treatment_units / cell.control_units)] for cell in cells])
    treated = np.array([cell.treatment_hits for cell in cells], dtype=float)
    others = np.array([cell.control_hits for cell in cells], dtype=float)

    def likelihood(logarithms: NDArray[np.float64]) -> NDArray[np.float64]:
        odds = logarithms[None, :] + offsets
        rest = np.logaddexp(0.0, odds)  # -ln of the control's part; that of the treatment's is less by the odds
        found: NDArray[np.float64] = treated @ (odds - rest) - others @ rest
        return found

    return likelihood


def _mixture(likelihood: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> tuple[float, float]:
    """Return the logarithm of the mean likelihood of the ratios that are mixed, and about the likeliest logarithm.

    The peak is looked for on finer and finer grids, then integrated.
    """
    widest = math.log(LARGEST_RATIO)
    centre, half = 0.0, widest
    while True:
        heights = likelihood(centre + half * GRID)
        peak = np.flatnonzero(heights > heights.max() - PEAK)
        likeliest = centre + half * float(GRID[int(np.argmax(heights))])
        if len(peak) >= FEWEST_POINTS:
            break
        ends = (centre + half * GRID)[[max(0, peak[0] - 1), min(len(GRID) - 1, peak[-1] + 1)]]
        centre, half = float(ends.mean()), float(np.ptp(ends)) / 2
    parts = likelihood(centre + half * NODES) + np.log(WEIGHTS)
    return float(np.logaddexp.reduce(parts)) + math.log(half / (2 * widest)), likeliest


def _boundary(above: Callable[[float], float], outside: float, inside: float) -> float:
    """Return the value at which bounds end.

    Args:
        above: logarithm of the likelihood of a value, less the one at which bounds end.
        outside: a value that may be outside; if it is not, the bounds end there.
        inside: a value that is inside.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 -- a fifth of the import time of everything that decides

    if above(outside) >= 0:
        return outside
    return float(brentq(above, outside, inside, xtol=EXACTNESS * abs(inside) + 1e-300, rtol=EXACTNESS))
