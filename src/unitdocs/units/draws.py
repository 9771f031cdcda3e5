"""Random numbers: where they come from, and the order in which a scene draws them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol


class Generator(Protocol):
    """A source of random numbers in [0, 1), such as `random.Random`."""

    def random(self) -> float:
        """Return the next number."""
        ...


class Drawing(Protocol):
    """Something that draws random numbers when it is resolved."""

    @property
    def random_units(self) -> int:
        """How many."""
        ...


class Draws:
    """Random numbers drawn beforehand, handed out one by one."""

    def __init__(self, numbers: Iterable[float]) -> None:
        self.random: Callable[[], float] = iter(numbers).__next__


def draws_in_element_order(elements: Sequence[Drawing], rng: Generator) -> list[Draws]:
    """Draw what each element's random units need, in element order, then x, y, width, height, scale.

    Resolving goes parents first, so a scene whose parents stand after their children cannot draw as it goes.
    """
    return [Draws([rng.random() for _ in range(element.random_units)]) for element in elements]
