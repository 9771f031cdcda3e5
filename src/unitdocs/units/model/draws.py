"""Random numbers: where they come from, and the order in which a scene draws them."""

from collections.abc import Callable, Iterable
from typing import Protocol


class Generator(Protocol):
    """A source of random numbers in [0, 1), such as `random.Random`."""

    def random(self) -> float:
        """Return the next number."""
        ...


class Draws:
    """Random numbers that were drawn before, returned one by one."""

    def __init__(self, numbers: Iterable[float]) -> None:
        self.random: Callable[[], float] = iter(numbers).__next__


def draws_in_element_order(counts: Iterable[int], rng: Generator) -> list[Draws]:
    """Draw what each element's random units need, in element order, then x, y, width, height, scale.

    Resolving goes parents first, so a scene whose parents come after their children cannot draw while it resolves.

    Args:
        counts: how many random units each element has.
        rng: where the numbers are drawn from.
    """
    return [Draws([rng.random() for _ in range(count)]) for count in counts]
