"""Scenes: flat lists of elements, each naming its parent, and their JSON form.

A scene file is one JSON object:

| member | type | meaning |
| --- | --- | --- |
| `format_version` | 1 | the version of this form |
| `name` | string | what the scene is called |
| `breakpoints` | list, optional | `{"name": "xs", "min_width": 0}`: viewport widths up to the next; from 0, ascending |
| `elements` | list | the elements, in any order: a parent may come after its child |

An element:

| member | type | meaning |
| --- | --- | --- |
| `id` | string | its name, unique in the scene |
| `parent` | string, optional | the id of its parent; a root has none |
| `x`, `y` | position, optional | `{"unit", "value", "axis", "offset"}`; 0 by default; `axis` is its own, `offset` 0 |
| `width`, `height` | size, optional | `{"unit", "value", "dimension", "min", "max", "maintain_aspect"}`; see below |
| `scale` | scale, optional | `{"unit", "value", "min", "max", "maintain_aspect"}`; default 1 |
| `content` | object, optional | `{"width", "height"}` of the element's own content, in pixels |
| `at` | object, optional | by breakpoint name, units that replace the ones above: `{"xs": {"width": {…}}}` |

`value` is a number or a keyword. In place of a unit there may be a composition of several (refactored system only):
`{"compose": "min", "parts": […], "weights": […]}`, see `composition.py`.
Without a size unit an element is as large as its content, or 100 by 100 without content.
The problems of a file are reported at once, up to 100 of them, each with its place
(`wheel.json: $.elements[3].width.unit: …`). A member that is given twice is a problem. A file has at most 16 MiB.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from unitdocs.errors import InputError
from unitdocs.units.model.composition import Composition, is_composition, parse_composition
from unitdocs.units.model.context import Extent, complete
from unitdocs.units.model.values import Axis, Dimension, Position, Scale, Size, SizeValue, number

if TYPE_CHECKING:
    from pathlib import Path

FORMAT_VERSION = 1
LARGEST_FILE = 16 * 2**20
"""The most bytes of a scene file: tens of thousands of elements. A file that is larger is refused before it is read."""
UNITS = ("x", "y", "width", "height", "scale")
RANDOM = SizeValue.RANDOM
"""A text that all three kinds of unit share."""
Unit = Position | Size | Scale | Composition


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Element:
    """One element of a scene.

    Args:
        id: its name, unique in the scene.
        parent: the id of its parent; None for a root.
        x: its position along x (default: 0).
        y: its position along y (default: 0).
        width: its width (default: the content's, or 100 without content).
        height: its height (default: the content's, or 100 without content).
        scale: its reported scale (default: 1).
        content: the extent of its own content, in pixels.
        at: units that replace those above, by name of the breakpoint and of the unit.

    Raises:
        InputError: a member of a wrong type, such as a Size for x or a Box for content; all of them at once.
    """

    id: str
    parent: str | None = None
    x: Position | Composition | None = None
    y: Position | Composition | None = None
    width: Size | Composition | None = None
    height: Size | Composition | None = None
    scale: Scale | Composition | None = None
    content: Extent | None = None
    at: Mapping[str, Mapping[str, Unit]] = field(default_factory=dict)

    random_units: int = field(init=False, repr=False, compare=False)
    """How many of its units draw a random number."""

    def __post_init__(self) -> None:
        x, y, width, height, scale, content = self.x, self.y, self.width, self.height, self.scale, self.content
        if (  # true of nearly all elements, of which games make hundreds in a frame
            (x is None or type(x) is Position)
            and (y is None or type(y) is Position)
            and (width is None or type(width) is Size)
            and (height is None or type(height) is Size)
            and (scale is None or type(scale) is Scale)
            and (content is None or (type(content) is Extent and type(content[0]) is type(content[1]) is float))
            and type(self.id) is str
            and (self.parent is None or type(self.parent) is str)
        ):
            if self.at or type(self.at) is not dict:
                _raise(self, _override_problems(self.at))
            count = 0
            for unit in (x, y, width, height, scale):
                if unit is not None and unit.value == RANDOM:
                    count += 1
        else:
            _check(self)
            count = sum(random_units(getattr(self, name)) for name in UNITS)
        object.__setattr__(self, "random_units", count)

    def at_breakpoint(self, name: str | None) -> "Element":
        """Return the element with the units that this breakpoint replaces."""
        units = self.at.get(name) if name is not None and self.at else None
        if not units:
            return self
        if type(self) is not Element:
            return replace(self, **units)  # type: ignore[arg-type]
        # The constructor checks all members again, and takes three times as long.
        element: Element = object.__new__(Element)
        _SET["id"](element, self.id)
        _SET["parent"](element, self.parent)
        _SET["x"](element, self.x)
        _SET["y"](element, self.y)
        _SET["width"](element, self.width)
        _SET["height"](element, self.height)
        _SET["scale"](element, self.scale)
        _SET["content"](element, self.content)
        _SET["at"](element, self.at)
        draws = self.random_units
        for of, unit in units.items():
            if unit is not None:
                if type(unit) is not _KINDS.get(of):
                    return replace(self, **units)  # type: ignore[arg-type]
                draws += unit.value == RANDOM  # type: ignore[union-attr]
            if draws:
                draws -= random_units(getattr(self, of))
            _SET[of](element, unit)
        _SET["random_units"](element, draws)
        return element


class BreakpointRange(NamedTuple):
    """A named range of viewport widths, from `min_width` pixels to the next range's."""

    name: str
    min_width: float


@dataclass(frozen=True)
class Scene:
    """A tree of elements in a flat tuple.

    Args:
        name: its name.
        elements: the elements; a parent may come after its child.
        breakpoints: ranges of viewport widths, ascending, the first from 0; empty if the scene has none.

    Raises:
        InputError: duplicate ids, unknown parents, cycles, or overrides for an unknown breakpoint; all at once.
    """

    name: str
    elements: tuple[Element, ...]
    breakpoints: tuple[BreakpointRange, ...] = ()
    parents: tuple[int, ...] = field(init=False, repr=False)
    """For each element the index of its parent, -1 for a root."""
    order: tuple[int, ...] = field(init=False, repr=False)
    """The indexes of all elements, parents before children, otherwise in their own order."""
    levels: tuple[int, ...] = field(init=False, repr=False)
    """For each element the number of its ancestors, 0 for a root."""

    def __post_init__(self) -> None:
        problems = _tree_problems(self.elements) + _breakpoint_problems(self.breakpoints, self.elements)
        if problems:
            raise InputError(*(f"scene {self.name!r}: {problem}" for problem in problems))
        index = {element.id: i for i, element in enumerate(self.elements)}
        parents = tuple(-1 if element.parent is None else index[element.parent] for element in self.elements)
        object.__setattr__(self, "parents", parents)
        order = _parents_first(parents)
        levels = [0] * len(parents) + [-1]  # the last one is reached by -1, the parent of a root
        for i in order:
            levels[i] = levels[parents[i]] + 1
        object.__setattr__(self, "order", order)
        object.__setattr__(self, "levels", tuple(levels[:-1]))

    def breakpoint_at(self, viewport_width: float) -> str | None:
        """Return the name of the breakpoint in force, None if the scene has none."""
        name = self.breakpoints[0].name if self.breakpoints else None
        for candidate in self.breakpoints:
            if viewport_width >= candidate.min_width:
                name = candidate.name
        return name

    def elements_at(self, breakpoint_name: str | None) -> tuple[Element, ...]:
        """Return the elements with the units that this breakpoint replaces."""
        if breakpoint_name is None or not any(breakpoint_name in element.at for element in self.elements):
            return self.elements
        return tuple(element.at_breakpoint(breakpoint_name) for element in self.elements)


def _check(element: Element) -> None:
    """Check an element's members, and make its content's numbers IEEE doubles.

    Raises:
        InputError: members of a wrong type; all of them at once.
    """
    problems: list[str] = []
    if not isinstance(element.id, str):
        problems.append(f"id: expected a text, got {element.id!r}")
    if not isinstance(element.parent, str | None):
        problems.append(f"parent: expected the id of an element, got {element.parent!r}")
    for name, kind in _KINDS.items():
        unit = getattr(element, name)
        if unit is not None and not isinstance(unit, kind):
            _check_composed(unit, kind, name, problems)
    object.__setattr__(element, "content", complete(element.content, Extent, "content", problems))
    _raise(element, problems + _override_problems(element.at))


def _raise(element: Element, problems: Sequence[str]) -> None:
    if problems:
        raise InputError(*(f"element {element.id!r}: {problem}" for problem in problems))


def _check_composed(unit: object, kind: type[Any], place: str, problems: list[str]) -> None:
    """Add a problem if a unit is not a composition of a kind."""
    if not isinstance(unit, Composition) or unit.kind is not kind:
        got = f"a composition of {unit.kind.__name__}s" if isinstance(unit, Composition) else repr(unit)
        problems.append(f"{place}: expected a {kind.__name__} or a composition of {kind.__name__}s, got {got}")


def _override_problems(at: object) -> list[str]:
    """Return what is wrong with the units that replace others at breakpoints."""
    if not isinstance(at, Mapping):
        return [f"at: expected units by name of breakpoint and name of unit, got {at!r}"]
    problems: list[str] = []
    for breakpoint_name, units in at.items():
        if not isinstance(breakpoint_name, str) or not isinstance(units, Mapping):
            problems.append(f"at: expected units by name of breakpoint, got {units!r} for {breakpoint_name!r}")
            continue
        for name, unit in units.items():
            kind = _KINDS.get(name)
            if kind is None:
                problems.append(f"at.{breakpoint_name}: {name!r} is not one of {', '.join(UNITS)}")
            elif unit is not None and not isinstance(unit, kind):
                _check_composed(unit, kind, f"at.{breakpoint_name}.{name}", problems)
    return problems


_SET: Mapping[str, Callable[[Element, object], None]] = {
    member.name: getattr(Element, member.name).__set__ for member in fields(Element)
}
"""What sets a member of a new element, which is frozen afterwards."""
_KINDS: Mapping[str, type[Any]] = {"x": Position, "y": Position, "width": Size, "height": Size, "scale": Scale}


def check_changes(
    elements: Sequence[Element], changes: Mapping[int, Element], breakpoints: Sequence[BreakpointRange] = ()
) -> None:
    """Check that elements may take the places of others: a change keeps the tree as it is.

    Args:
        elements: the elements.
        changes: the new ones by index.
        breakpoints: the scene's breakpoints.

    Raises:
        InputError: an index out of range, another id or parent than before, overrides for a breakpoint that the scene
            does not have, or anything except elements by index; all of them at once.
    """
    try:
        is_inside = not changes or (min(changes) >= 0 and max(changes) < len(elements))
        if is_inside and not [
            i
            for i, one in changes.items()
            if one.id != (before := elements[i]).id or one.parent != before.parent or one.at  # which is empty for most
        ]:
            return
    except (AttributeError, TypeError):  # the problem is reported below
        if not isinstance(changes, Mapping):
            raise InputError(f"changes: expected elements by their index, got {_short(changes)}") from None
    names = {item.name for item in breakpoints}
    problems = []
    for i, element in changes.items():
        if not isinstance(element, Element) or not hasattr(i, "__index__"):
            problems.append(f"changes[{i!r}]: expected an Element by its index, a whole number, got {_short(element)}")
        elif not 0 <= i < len(elements):
            problems.append(f"changes[{i}]: there is no such element; the scene has 0 to {len(elements) - 1}")
        elif element.id != elements[i].id or element.parent != elements[i].parent:
            problems.append(
                f"changes[{i}]: expected {elements[i].id!r} in {elements[i].parent!r}, "
                f"got {element.id!r} in {element.parent!r}; prepare another scene to change its tree"
            )
        else:
            problems += [
                f"changes[{i}].at.{name}: there is no such breakpoint" for name in element.at if name not in names
            ]
    if problems:
        raise InputError(*problems)


def random_units(unit: Unit | None) -> int:
    """Return how many random numbers a unit draws."""
    if isinstance(unit, Composition):
        return unit.random_units
    return int(unit is not None and unit.value == RANDOM)


def load_scene(path: "Path | str") -> Scene:
    """Read a scene from a JSON file.

    Raises:
        InputError: the file cannot be read, is larger than 16 MiB or not JSON, or the scene has problems: the first
            100 of them, each with its place.
    """
    from pathlib import Path  # noqa: PLC0415

    from unitdocs.units.model.json_text import read_json  # noqa: PLC0415 -- many games build their scenes in Python

    path = Path(path)
    try:
        with path.open("rb") as file:  # may be endless, such as a device
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(
            f"{_printable(str(path))}: cannot be read ({reason}); give the path of a scene file"
        ) from error
    if len(content) > LARGEST_FILE:
        raise InputError(
            f"{_printable(str(path))}: is larger than {LARGEST_FILE // 2**20} MiB, the limit of a scene file; "
            "split the scene, or build it in Python"
        )
    try:
        data, repeated = read_json(content)
        return _parsed(data, path.name, repeated)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a plain ValueError
        raise InputError(f"{_printable(str(path))}: is not a JSON file ({error}); see the scene format") from error


def _printable(text: str) -> str:
    """Return a text that can be encoded as UTF-8: lone surrogates are escaped."""
    return text.encode("utf-8", "backslashreplace").decode()


def parse_scene(data: object, where: str = "scene") -> Scene:
    """Build a scene from its JSON form.

    Args:
        data: what `json.load` returns for a scene file.
        where: what each problem starts with, such as the file's name.

    Raises:
        InputError: all problems at once, each with its place.
    """
    return _parsed(data, where, ())


def _parsed(data: object, where: str, repeated: Sequence[str]) -> Scene:
    """Build a scene from its JSON form; problems of the text itself, which its form does not show, are repeated."""
    problems = list(repeated)
    members = _members(data, ("format_version", "name", "elements"), ("breakpoints",), "$", problems)
    version = members.get("format_version", FORMAT_VERSION)
    if type(version) is not int or version != FORMAT_VERSION:  # true equals 1
        problems.append(f"$.format_version: expected {FORMAT_VERSION}, got {members['format_version']!r}")
    name = _text(members.get("name", ""), "$.name", problems)
    elements = tuple(
        _element(item, f"$.elements[{i}]", problems)
        for i, item in enumerate(_list(members.get("elements", []), "$.elements", problems))
    )
    breakpoints = tuple(
        _range(item, f"$.breakpoints[{i}]", problems)
        for i, item in enumerate(_list(members.get("breakpoints", []), "$.breakpoints", problems))
    )
    problems += _tree_problems(elements) + _breakpoint_problems(breakpoints, elements)
    if problems:
        raise InputError(*(_printable(f"{where}: {problem}") for problem in dict.fromkeys(problems)))
    return Scene(name, elements, breakpoints)


def _members(
    data: object, needed: Sequence[str], optional: Sequence[str], place: str, problems: list[str]
) -> Mapping[str, Any]:
    """Return an object's members; a problem is added for each that is missing or unknown."""
    if not isinstance(data, Mapping):
        problems.append(f"{place}: expected an object, got {_short(data)}")
        return {}
    allowed = (*needed, *optional)
    problems += [f"{place}.{name}: missing" for name in needed if name not in data]
    problems += [f"{place}.{name}: unknown; expected {', '.join(allowed)}" for name in data if name not in allowed]
    return data


def _list(data: object, place: str, problems: list[str]) -> Sequence[object]:
    if isinstance(data, list):
        return data
    problems.append(f"{place}: expected a list, got {_short(data)}")
    return []


def _text(data: object, place: str, problems: list[str]) -> str:
    if isinstance(data, str):
        if not data.isascii() and data != _printable(data):
            problems.append(f"{place}: {data!r} has half a character, a lone surrogate; give whole ones")
        return data
    problems.append(f"{place}: expected a text, got {_short(data)}")
    return ""


def _short(data: object, limit: int = 60) -> str:
    try:
        text = repr(data)
    except (ValueError, RecursionError):  # a number of thousands of digits, or lists in lists without end
        return f"a {type(data).__name__}"
    return text if len(text) <= limit else f"{text[:limit]}…"


def _range(data: object, place: str, problems: list[str]) -> BreakpointRange:
    members = _members(data, ("name", "min_width"), (), place, problems)
    name = _text(members.get("name", ""), f"{place}.name", problems)
    return BreakpointRange(name, number(members.get("min_width", 0), f"{place}.min_width", problems))


def _element(data: object, place: str, problems: list[str]) -> Element:
    members = _members(data, ("id",), ("parent", *UNITS, "content", "at"), place, problems)
    parent, raw_id = members.get("parent"), members.get("id", "")
    name = _text(raw_id, f"{place}.id", problems)
    return Element(
        id=name if name == raw_id and "id" in members else place,  # unique, in place of an id that cannot be read
        parent=None if parent is None else _text(parent, f"{place}.parent", problems),
        content=_content(members.get("content"), f"{place}.content", problems),
        at=_overrides(members.get("at", {}), f"{place}.at", problems),
        **_units(members, place, problems),
    )


def _content(data: object, place: str, problems: list[str]) -> Extent | None:
    if data is None:
        return None
    members = _members(data, ("width", "height"), (), place, problems)
    return Extent(*(number(members.get(name, 0), f"{place}.{name}", problems) for name in ("width", "height")))


def _overrides(data: object, place: str, problems: list[str]) -> dict[str, dict[str, Any]]:
    if not isinstance(data, Mapping):
        problems.append(f"{place}: expected an object, got {_short(data)}")
        return {}
    return {
        _text(name, f"{place}.{name}", problems): _units(
            _members(units, (), UNITS, f"{place}.{name}", problems), f"{place}.{name}", problems
        )
        for name, units in data.items()
    }


def _units(members: Mapping[str, Any], place: str, problems: list[str]) -> dict[str, Any]:
    present = (name for name in UNITS if members.get(name) is not None)
    return {name: _unit(name, members[name], f"{place}.{name}", problems) for name in present}


_OPTIONAL = {
    Position: ("axis", "offset"),
    Size: ("dimension", "min", "max", "maintain_aspect"),
    Scale: ("min", "max", "maintain_aspect"),
}
_DEFAULTS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "x": (Position, {"axis": Axis.X}),
    "y": (Position, {"axis": Axis.Y}),
    "width": (Size, {"dimension": Dimension.WIDTH}),
    "height": (Size, {"dimension": Dimension.HEIGHT}),
    "scale": (Scale, {}),
}


def _unit(name: str, data: object, place: str, problems: list[str]) -> Unit | None:
    if isinstance(data, Mapping) and is_composition(data):
        return parse_composition(data, place, problems, lambda part, where, noted: _simple(name, part, where, noted))
    return _simple(name, data, place, problems)


def _simple(name: str, data: object, place: str, problems: list[str]) -> Position | Size | Scale | None:
    kind, defaults = _DEFAULTS[name]
    before = len(problems)
    members = _members(data, ("unit", "value"), _OPTIONAL[kind], place, problems)
    if len(problems) > before:
        return None
    try:
        unit: Position | Size | Scale = kind(**{**defaults, **members})
    except InputError as error:
        problems += [f"{place}.{problem.split(': ', 1)[1]}" for problem in error.problems]
        return None
    wrong = next((key for key, value in defaults.items() if getattr(unit, key) not in (value, "both", "xy")), None)
    if wrong:
        problems.append(f"{place}.{wrong}: {name} needs {defaults[wrong]} or {'xy' if wrong == 'axis' else 'both'}")
    return unit


def _tree_problems(elements: Sequence[Element]) -> list[str]:
    """Return duplicate ids, unknown parents and cycles, each with its place."""
    first: dict[str, int] = {}
    problems = []
    for i, element in enumerate(elements):
        if first.setdefault(element.id, i) != i:
            problems.append(f"$.elements[{i}].id: {element.id!r} is the id of $.elements[{first[element.id]}] too")
    for i, element in enumerate(elements):
        if element.parent is not None and element.parent not in first:
            problems.append(f"$.elements[{i}].parent: there is no element {element.parent!r}")
    parents = [-1 if e.parent is None else first.get(e.parent, -1) for e in elements]
    placed = set(_parents_first(parents))
    cyclic = _on_cycles([i for i in range(len(elements)) if i not in placed], parents)
    return problems + [f"$.elements[{i}].parent: {elements[i].id!r} is inside itself, a cycle" for i in cyclic]


def _on_cycles(starts: Sequence[int], parents: Sequence[int]) -> list[int]:
    """Return which of the starts are on a cycle of parents; none of them must lead to a root."""
    seen: dict[int, int] = {}  # the start of the walk that reached an element first
    cyclic = set()
    for start in starts:
        i = start
        while i not in seen:
            seen[i] = start
            i = parents[i]
        while seen[i] == start and i not in cyclic:  # this walk came back to itself, and goes around once more
            cyclic.add(i)
            i = parents[i]
    return [i for i in starts if i in cyclic]


def _parents_first(parents: Sequence[int]) -> tuple[int, ...]:
    """Return indexes with parents before children, level by level; elements on or below a cycle are left out."""
    children: dict[int, list[int]] = {}
    for i, parent in enumerate(parents):
        children.setdefault(parent, []).append(i)
    level, order = children.get(-1, []), []
    while level:
        order += level
        level = [child for i in level for child in children.get(i, ())]
    return tuple(order)


def _breakpoint_problems(breakpoints: Sequence[BreakpointRange], elements: Sequence[Element]) -> list[str]:
    problems = []
    widths = [item.min_width for item in breakpoints]
    if widths and (widths[0] != 0 or any(not b > a for a, b in pairwise(widths))):
        problems.append("$.breakpoints: min_width must ascend from 0")
    names = {item.name for item in breakpoints}
    if len(names) < len(breakpoints):
        problems.append("$.breakpoints: every name must be unique")
    for i, element in enumerate(elements):
        problems += [
            f"$.elements[{i}].at.{name}: there is no such breakpoint" for name in element.at if name not in names
        ]
    return problems
