"""What a unit is resolved against: the boxes and extents around an element.

A member of a context is complete or absent. Absent is None; 0 is a value like any other.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from unitdocs.errors import InputError
from unitdocs.units.model.values import number


class Extent(NamedTuple):
    """A width and a height, in pixels."""

    width: float
    height: float


class Box(NamedTuple):
    """A rectangle in pixels; x and y are absolute."""

    x: float
    y: float
    width: float
    height: float


class Placed(NamedTuple):
    """An element's resolved box in pixels (x and y absolute), and its scale."""

    x: float
    y: float
    width: float
    height: float
    scale: float


class Breakpoint(NamedTuple):
    """The name of the range of viewport widths that is in force, and the viewport's extent."""

    name: str
    width: float
    height: float


class Context:
    """The surroundings of an element.

    Args:
        parent: the parent's resolved box.
        scene: the scene's extent.
        viewport: the viewport's extent.
        content: the extent of the element's own content.
        breakpoint: the breakpoint in force.

    Raises:
        InputError: a member that is neither complete nor absent; all of them are listed.
    """

    __slots__ = ("__weakref__", "breakpoint", "content", "parent", "scene", "viewport")

    def __init__(
        self,
        *,
        parent: Box | None = None,
        scene: Extent | None = None,
        viewport: Extent | None = None,
        content: Extent | None = None,
        breakpoint: Breakpoint | None = None,
    ) -> None:
        problems: list[str] = []
        self.parent: Box | Placed | None = complete(parent, Box, "context.parent", problems)
        self.scene = complete(scene, Extent, "context.scene", problems)
        self.viewport = complete(viewport, Extent, "context.viewport", problems)
        self.content = complete(content, Extent, "context.content", problems)
        self.breakpoint = complete(breakpoint, Breakpoint, "context.breakpoint", problems)
        if problems:
            raise InputError(*problems)

    def around(self, parent: "Box | Placed | None", content: Extent | None) -> "Context":
        """Return the context of another element of the same scene, whose members are known to be valid."""
        context = Context.__new__(Context)
        context.parent = parent
        context.content = content
        context.scene = self.scene
        context.viewport = self.viewport
        context.breakpoint = self.breakpoint
        return context

    @property
    def has_comparable_extents(self) -> bool:
        """Whether an equal scene and viewport give the same numbers.

        They may not if a side is 0: it equals -0, but dividing by the two gives different infinities. NaN equals
        nothing.
        """
        return _is_comparable(self.scene) and _is_comparable(self.viewport)

    def __repr__(self) -> str:
        members = ((name, getattr(self, name)) for name in _KINDS)
        return f"Context({', '.join(f'{name}={member}' for name, member in members if member is not None)})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Context):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _KINDS)

    __hash__ = None  # type: ignore[assignment]


def _is_comparable(extent: Extent | None) -> bool:
    return extent is None or ((extent[0] < 0 or extent[0] > 0) and (extent[1] < 0 or extent[1] > 0))


Member = TypeVar("Member", Box, Extent, Breakpoint)


def complete(member: Member | None, kind: type[Member], place: str, problems: list[str]) -> Member | None:
    """Return a member of a context with its numbers as IEEE doubles; a problem is added if it is not complete."""
    if member is None or (type(member) is kind is Extent and type(member[0]) is type(member[1]) is float):
        return member  # what a game passes in every frame
    if not isinstance(member, kind):
        problems.append(f"{place}: expected a complete {kind.__name__} ({', '.join(kind._fields)}), got {member!r}")
        return None
    return kind(*(_part(part, f"{place}.{name}", problems) for name, part in zip(kind._fields, member, strict=True)))


def _part(part: Any, place: str, problems: list[str]) -> Any:  # noqa: ANN401 -- a name or a number, checked here
    """Return a name as it is, or a number as an IEEE double; a problem is added if it is neither."""
    if place.endswith(".name"):
        if not isinstance(part, str):
            problems.append(f"{place}: expected a name, got {part!r}")
        return part
    return number(part, place, problems)


def parse_context(data: object, place: str = "context") -> Context:
    """Build a context from its JSON form, `{"parent": {"x": 0, "y": 0, "width": 640, "height": 360}, "scene": …}`.

    Raises:
        InputError: every unknown, incomplete or wrong member, with its place.
    """
    if not isinstance(data, Mapping):
        raise InputError(f"{place}: expected an object, got {data!r}")
    problems = [
        f"{place}.{name}: unknown member; a context has {', '.join(_KINDS)}" for name in data if name not in _KINDS
    ]
    members = {name: _parse_member(data.get(name), kind, f"{place}.{name}", problems) for name, kind in _KINDS.items()}
    if problems:
        raise InputError(*problems)
    return Context(**members)


def _parse_member(data: object, kind: type[Any], place: str, problems: list[str]) -> Any:  # noqa: ANN401
    """Build a box, an extent or a breakpoint from its JSON form; a problem is added if it is not complete."""
    if data is None:
        return None
    if not isinstance(data, Mapping) or set(data) != set(kind._fields):
        problems.append(f"{place}: expected exactly {', '.join(kind._fields)}, got {data!r}")
        return None
    return kind(**{name: _part(data[name], f"{place}.{name}", problems) for name in kind._fields})


_KINDS: dict[str, type[Any]] = {
    "parent": Box,
    "scene": Extent,
    "viewport": Extent,
    "content": Extent,
    "breakpoint": Breakpoint,
}
