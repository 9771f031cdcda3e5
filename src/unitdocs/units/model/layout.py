"""The result of resolving a whole scene with the refactored system: arrays, and boxes on request."""

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, overload

from unitdocs.units.model.context import Placed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


BYTES_PER_ROW = 216
"""Bytes of a tuple of five numbers, with the numbers."""
BLOCK = 256
"""Elements that are turned into plain numbers at a time, so that reading a large layout needs little memory."""


class Layout:
    """The boxes and scales of a scene's elements, in element order.

    It holds arrays or rows, whichever resolving made, and makes the other when it is needed. Iterating gives each
    element's box as plain numbers, as the original system's list does, and so does an index; a slice gives a list.
    """

    __slots__ = ("_array", "_rows")

    def __init__(self, array: "NDArray[np.float64] | None", rows: Sequence[Sequence[float]] | None) -> None:
        self._array = array
        self._rows = rows

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[float]]) -> "Layout":
        """Return the layout of rows of x, y, width, height, scale."""
        return cls(None, rows)

    @classmethod
    def of_array(cls, array: "NDArray[np.float64]") -> "Layout":
        """Return the layout of an array of shape (5, n): x, y, width, height, scale."""
        return cls(array, None)

    def __len__(self) -> int:
        return len(self._rows) if self._rows is not None else self.array.shape[1]

    def __iter__(self) -> Iterator[Placed]:
        return map(tuple.__new__, repeat(Placed), self._numbers())

    @overload
    def __getitem__(self, index: int) -> Placed: ...

    @overload
    def __getitem__(self, index: slice) -> list[Placed]: ...

    def __getitem__(self, index: int | slice) -> Placed | list[Placed]:
        if isinstance(index, slice):
            rows = self._rows[index] if self._rows is not None else zip(*self.array[:, index].tolist(), strict=True)
            return list(map(Placed._make, rows))
        return Placed._make(self._rows[index] if self._rows is not None else self.array[:, index].tolist())

    @property
    def nbytes(self) -> int:
        """Bytes that its numbers take, about."""
        rows = 0 if self._rows is None else len(self._rows) * BYTES_PER_ROW
        return rows + (0 if self._array is None else self._array.nbytes)

    @property
    def array(self) -> "NDArray[np.float64]":
        """The numbers as one array of shape (5, n), read-only: x, y, width, height in pixels, and the scale."""
        if self._array is None:
            import numpy as np  # noqa: PLC0415 -- small layouts do not need it

            array = np.array(self._rows, dtype=np.float64).reshape(-1, 5).T
            array.setflags(write=False)  # as a plan's arrays are: the layout may be returned again
            self._array = array
        return self._array

    @property
    def x(self) -> "NDArray[np.float64]":
        """Absolute x in pixels, shape (n,)."""
        return self._column(0)

    @property
    def y(self) -> "NDArray[np.float64]":
        """Absolute y in pixels, shape (n,)."""
        return self._column(1)

    @property
    def width(self) -> "NDArray[np.float64]":
        """Widths in pixels, shape (n,)."""
        return self._column(2)

    @property
    def height(self) -> "NDArray[np.float64]":
        """Heights in pixels, shape (n,)."""
        return self._column(3)

    @property
    def scale(self) -> "NDArray[np.float64]":
        """Scales, shape (n,)."""
        return self._column(4)

    def _column(self, number: int) -> "NDArray[np.float64]":
        column: NDArray[np.float64] = self.array[number]
        return column

    def boxes(self) -> list[Placed]:
        """Read every box back as a tuple of plain numbers."""
        return list(self)

    def _numbers(self) -> Iterator[Sequence[float]]:
        """Yield x, y, width, height and scale of one element after the other."""
        if self._rows is not None:
            yield from self._rows
            return
        array: Any = self.array
        for start in range(0, array.shape[1], BLOCK):
            yield from zip(*array[:, start : start + BLOCK].tolist(), strict=True)
