"""The result of resolving a whole scene with the refactored system: arrays, and boxes on request."""

import operator
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeGuard, overload

from unitdocs.units.model.context import Placed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


BYTES_PER_ROW = 216
"""Bytes of a tuple of five numbers, with the numbers."""
SMALLEST_BLOCK, LARGEST_BLOCK = 64, 256
"""Elements that are turned into plain numbers at a time: half of them within these bounds, so that reading a layout
needs little memory."""


class _Change:
    """A method of a list that would change it: there is none, and the error says what to do.

    A `__getattr__` could say the same, but would slow down every attribute of a layout.
    """

    def __get__(self, layout: object, kind: type) -> object:
        if layout is None:
            return self
        raise AttributeError("a layout never changes; list(layout) can be changed")


class Layout(Sequence[Placed]):
    """The boxes and scales of a scene's elements, in element order.

    It is used like the list of boxes that the original system returns: iterating and an index give each element's box
    as plain numbers, a slice, `+`, `*` and `copy()` give lists. It equals every sequence of equal boxes, such as that
    list; as in lists, NaN equals only the same object. Like a list it has no hash.

    A layout never changes, since a cache may return it again: `list(layout)` is a list that can be changed.
    `json.dumps(list(layout))` and `pandas.DataFrame(list(layout))` convert it, and the original's list.

    It holds arrays or rows, whichever resolving made, and makes the other when it is needed.
    """

    __slots__ = ("__weakref__", "_array", "_rows")
    if not TYPE_CHECKING:
        append = extend = insert = remove = pop = clear = sort = reverse = _Change()

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
        numbers = self._array_numbers() if self._rows is None else self._rows
        return map(tuple.__new__, repeat(Placed), numbers)

    @overload
    def __getitem__(self, index: int) -> Placed: ...

    @overload
    def __getitem__(self, index: slice) -> list[Placed]: ...

    def __getitem__(self, index: int | slice) -> Placed | list[Placed]:
        if isinstance(index, slice):
            rows = self._rows[index] if self._rows is not None else zip(*self.array[:, index].tolist(), strict=True)
            return list(map(Placed._make, rows))
        if self._rows is not None:
            return Placed._make(self._rows[index])
        return Placed._make(self.array[:, operator.index(index)].tolist())  # NumPy would take True or a list as well

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

    def copy(self) -> list[Placed]:
        """Return a list of the boxes, which can be changed."""
        return list(self)

    def index(self, value: object, start: SupportsIndex = 0, stop: SupportsIndex | None = None) -> int:
        """Return the index of the first box that is equal.

        Raises:
            ValueError: there is none.
        """
        return self.boxes().index(value, start, len(self) if stop is None else stop)  # type: ignore[arg-type]

    def count(self, value: object) -> int:
        """Return how many boxes are equal."""
        return self.boxes().count(value)  # type: ignore[arg-type]

    def __reversed__(self) -> Iterator[Placed]:
        return reversed(self.boxes())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Layout):
            if self is other:
                return True
            if self._rows is None and other._rows is None:
                return len(self) == len(other) and bool((self.array == other.array).all())
        if not _is_sequence(other):
            return NotImplemented
        return len(self) == len(other) and self.boxes() == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: Sequence[Placed]) -> bool:
        return self.boxes() < list(other) if _is_sequence(other) else NotImplemented

    def __le__(self, other: Sequence[Placed]) -> bool:
        return self.boxes() <= list(other) if _is_sequence(other) else NotImplemented

    def __gt__(self, other: Sequence[Placed]) -> bool:
        return self.boxes() > list(other) if _is_sequence(other) else NotImplemented

    def __ge__(self, other: Sequence[Placed]) -> bool:
        return self.boxes() >= list(other) if _is_sequence(other) else NotImplemented

    def __add__(self, other: Sequence[Any]) -> list[Any]:
        return [*self, *other] if _is_sequence(other) else NotImplemented

    def __radd__(self, other: Sequence[Any]) -> list[Any]:
        return [*other, *self] if _is_sequence(other) else NotImplemented

    def __mul__(self, times: SupportsIndex) -> list[Placed]:
        return self.boxes() * times

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"Layout({self.boxes()!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make an equal layout that shares nothing with this one."""
        if self._rows is not None:
            return Layout.of_rows, ([tuple(row) for row in self._rows],)
        return _of_bytes, (self.array.tobytes(),)

    def _array_numbers(self) -> Iterator[Sequence[float]]:
        """Yield x, y, width, height and scale of one element after the other, from the array."""
        array: Any = self.array
        count = array.shape[1]
        block = max(SMALLEST_BLOCK, min(LARGEST_BLOCK, count // 2))
        for start in range(0, count, block):
            yield from zip(*array[:, start : start + block].tolist(), strict=True)


def _is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    """Return whether a value can be a sequence of boxes: texts cannot, and would be equal to an empty layout."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _of_bytes(numbers: bytes) -> Layout:
    """Return the layout of an array of shape (5, n), from its bytes, which stay read-only."""
    import numpy as np  # noqa: PLC0415

    return Layout.of_array(np.frombuffer(numbers, dtype=np.float64).reshape(5, -1))
