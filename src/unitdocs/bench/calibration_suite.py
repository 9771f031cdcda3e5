"""A suite with known answers: the slowed arm does the work of the plain one, plus a stated share of it.

The work is a loop of simple arithmetic. A slowdown of half a percent adds one pass to every two hundred, so that each
available slowdown is a whole number of passes. A pass costs the same in both arms.
"""

from typing import Final

from unitdocs.bench.suite import Operation, Scenario, suite

PLAIN: Final = "plain"
SLOWED: Final = "slowed"
PASSES: Final = {"5 µs": 200, "0.5 ms": 20_000}
"""Passes of the loop by the approximate time of the operation: a pass takes about 25 ns."""
STEP: Final = 0.005
"""Slowdowns are multiples of this share of the work."""
MOST: Final = 0.2
"""The largest slowdown."""
SLOWDOWNS: Final = tuple(round(number * STEP, 3) for number in range(round(MOST / STEP) + 1))


def scenario_name(operation: str, slowdown: float) -> str:
    """Return the scenario in which an operation is slowed by a share of its work: `5 µs slowed by 0.02`."""
    return f"{operation} slowed by {slowdown:g}"


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- the work has no input to draw
    """Set the work up: the slowed arm's loop has more passes."""
    operation, _, share = scenario.name.partition(" slowed by ")
    passes = PASSES[operation]
    if arm == SLOWED:
        passes += round(passes * float(share))

    turns = (None,) * passes  # made beforehand, so that a call does nothing but its passes

    def work() -> None:
        number = 0
        for _ in turns:
            number ^= 5

    return Operation(work)


SUITE = suite(
    "known",
    title="Work of which one arm does a known share more",
    arms=(PLAIN, SLOWED),
    scenarios=[
        Scenario(scenario_name(operation, slowdown), f"{operation}, {slowdown:.1%} more")
        for operation in PASSES
        for slowdown in SLOWDOWNS
    ],
    setup=setup,
)
