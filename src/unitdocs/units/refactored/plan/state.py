"""The state of a plan: the numbers that it works on, which replacing elements changes."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Array = NDArray[np.float64]
Places = NDArray[np.intp]
MODERATE = 1e100
"""Content below this is moderate."""


class PlanState:
    """The numbers that a plan works on; it never changes, except for what it keeps of earlier resolves.

    Args:
        template: shape (5 n + d,): numbers that depend on the element alone, 0 where a batch writes one, then places
            for d random parts of compositions.
        offsets: shape (2 n,): what is added to x and y.
        content: shape (2, n): widths and heights of content, 400 for an element without; None if no batch reads it.

    Attributes:
        base: the template with all numbers that no context changes; kept from the second resolve on.
        steps: what runs the batches whose numbers a context changes; kept from the second resolve on.
        was_resolved: whether a plan has worked on it.
    """

    __slots__ = ("_has_moderate_content", "base", "content", "offsets", "steps", "template", "was_resolved")

    def __init__(self, template: Array, offsets: Array, content: Array | None) -> None:
        self.template = template
        self.offsets = offsets
        self.content = content
        self.base: Array | None = None
        self.steps: tuple[Callable[..., None], ...] = ()
        self.was_resolved = False
        self._has_moderate_content: bool | None = None

    @property
    def has_moderate_content(self) -> bool:
        """Whether all content is finite and far from the largest number, as every content of a game is."""
        if self._has_moderate_content is None:
            self._has_moderate_content = self.content is None or bool((np.abs(self.content) < MODERATE).all())
        return self._has_moderate_content

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays; `base` counts from the start, since a cache asks once."""
        return total_nbytes(self.template, self.template, self.offsets, self.content)


def total_nbytes(*members: Any) -> int:  # noqa: ANN401 -- arrays, and what takes their place
    """Return the bytes of those members that are arrays."""
    return sum(array.nbytes for array in members if isinstance(array, np.ndarray))
