"""A suite whose answers are known: the slowed arm does the same work as the plain one, and so many percent more of it.

The work is a loop of simple arithmetic. A slowdown of half a percent adds one pass to every two hundred, so that each
slowdown offered here is a whole number of passes; what is measured of a pass is the same for both arms.
"""

from typing import Final

from unitdocs.bench.suite import Operation, Scenario, suite

PLAIN: Final = "plain"
SLOWED: Final = "slowed"
PASSES: Final = {"5 µs": 200, "0.5 ms": 20_000}
"""Passes of the loop by what the operation takes, roughly: a pass takes some 25 ns."""
STEP: Final = 0.005
"""Slowdowns are multiples of this share of the work."""
MOST: Final = 0.2
"""The largest slowdown."""
SLOWDOWNS: Final = tuple(round(number * STEP, 3) for number in range(round(MOST / STEP) + 1))


def scenario_name(operation: str, slowdown: float) -> str:
    """Return the scenario in which an operation is slowed by a share of its work: `5 µs slowed by 0.02`."""
    return f"{operation} slowed by {slowdown:g}"


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- the work has no input to draw
    """Make the work ready: the slowed arm's loop has more passes."""
    operation, _, share = scenario.name.partition(" slowed by ")
    passes = PASSES[operation]
    if arm == SLOWED:
        passes += round(passes * float(share))

    turns = (None,) * passes  # made beforehand: what a call does beside its passes is not slowed with them

    def work() -> None:
        number = 0
        for _ in turns:
            number ^= 5

    return Operation(work)


SUITE = suite(
    "known",
    title="Work of which one arm does so much more",
    arms=(PLAIN, SLOWED),
    scenarios=[
        Scenario(scenario_name(operation, slowdown), f"{operation}, {slowdown:.1%} more")
        for operation in PASSES
        for slowdown in SLOWDOWNS
    ],
    setup=setup,
)
