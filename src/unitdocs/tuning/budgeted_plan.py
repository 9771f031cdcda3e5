"""The plan of a run that ends after a time of its own."""

from dataclasses import dataclass

from unitdocs.bench.plan import RunPlan


@dataclass(frozen=True)
class BudgetedPlan(RunPlan):
    """The plan of a run that ends after a number of seconds.

    Args:
        seconds: after these no further round begins; scenarios without enough rounds are then inconclusive.
    """

    seconds: float = float("inf")

    @property
    def budget(self) -> float:
        """Seconds after which the run begins no further round."""
        return self.seconds
