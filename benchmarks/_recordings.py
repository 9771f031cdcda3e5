"""Recorded sequences of frames, made by `frames/record.py`: their files, and the changes that they describe.

All elements of all frames are made when a recording is loaded: they are input. Only what a system makes of them is
measured.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import _scenes
from unitdocs.errors import InputError
from unitdocs.units import Element, Extent, Position, Scene, Size

FOLDER = Path(__file__).parent / "frames"
FORMAT_VERSION = 1
SOLDIERS = 499
SCREEN = Extent(1920.0, 1080.0)

Numbers = Sequence[int]


class Frame(NamedTuple):
    """The changes of one frame: its viewport, and elements by their index."""

    viewport: Extent
    changes: Mapping[int, Element]


@dataclass(frozen=True)
class Recording:
    """A scene as it is after the last frame, and the frames, which are played in a loop."""

    scene: Scene
    frames: Sequence[Frame]


@cache
def recording(name: str) -> Recording:
    """Return a recording by its name; both arms get the same one.

    Raises:
        InputError: its file is missing or is not a recording.
    """
    return _MAKERS[name](read(FOLDER / f"{name}.json"))


@cache
def frames_in(name: str) -> int:
    """Return how many frames a recording has.

    Raises:
        InputError: its file is missing or is not a recording.
    """
    return len(read(FOLDER / f"{name}.json")["frames"])


def read(path: Path) -> dict[str, Any]:
    """Return the members of a recording's file, each of the form that its frames require.

    Raises:
        InputError: the file is missing, or was not written by `frames/record.py`.
    """
    place, remedy = f"frames/{path.name}", "write it again with `python benchmarks/frames/record.py`"
    try:
        members = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{place}: cannot be read ({error.strerror}); {remedy}") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{place}: is not a JSON file ({error}); {remedy}") from error
    problem = _problem(members, path.stem)
    if problem:
        raise InputError(f"{place}: {problem}; {remedy}")
    return members  # type: ignore[no-any-return]


def _problem(members: object, name: str) -> str | None:
    """Return the first problem of a file, or None."""
    if not isinstance(members, dict):
        return "$: expected an object"
    if members.get("format_version") != FORMAT_VERSION:
        return f"$.format_version: expected {FORMAT_VERSION}, got {members.get('format_version')!r}"
    if members.get("name") != name:
        return f"$.name: expected {name!r}, got {members.get('name')!r}"
    lists = {**_LISTS.get(name, {}), "frames": _FRAMES[name]}
    for member, is_right in lists.items():
        rows = members.get(member)
        if not isinstance(rows, list) or not rows:
            return f"$.{member}: expected a list"
        for i, row in enumerate(rows):
            if not is_right(row, members):
                return f"$.{member}[{i}]: {str(row)[:60]} does not have the form of this list"
    return None


def _resized(members: Mapping[str, Any], scene: str) -> Recording:
    return Recording(
        _scenes.recorded_scene(scene), [Frame(Extent(float(w), float(h)), {}) for w, h in members["frames"]]
    )


def _animation(members: Mapping[str, Any]) -> Recording:
    scene = _scenes.battlefield(SOLDIERS)
    index = {element.id: i for i, element in enumerate(scene.elements)}
    moved = [index[f"soldier-{number}"] for number in members["units"]]
    hit = [index[f"soldier-{number}-bar"] for number in members["bars"]]

    def changes(frame: Numbers) -> dict[int, Element]:
        places = 2 * len(moved)
        made = {i: _moved(scene.elements[i], *xy) for i, xy in zip(moved, _groups(frame[:places], 2), strict=True)}
        for i, (x, y, width) in zip(hit, _groups(frame[places:], 3), strict=True):
            made[i] = replace(_moved(scene.elements[i], x, y), width=Size("pixel", width, "width"))
        return made

    return _played(scene, [changes(frame) for frame in members["frames"]])


def _moved(element: Element, x: int, y: int) -> Element:
    assert isinstance(element.x, Position)
    assert isinstance(element.y, Position)
    return replace(element, x=replace(element.x, offset=x), y=replace(element.y, offset=y))


def _scrolling_list(members: Mapping[str, Any]) -> Recording:
    rows = members["rows"]
    scene = _scenes.scrolling_list(rows)
    at = {element.id: i for i, element in enumerate(scene.elements)}

    def changes(frame: Numbers) -> dict[int, Element]:
        scrolled, recycled = frame[0], _groups(frame[1:], 2)
        made = [element for slot, row in recycled for element in _scenes.list_row(slot, row, rows[row])]
        return {at[element.id]: element for element in (_scenes.list_scrolled(scrolled), *made)}

    return _played(scene, [changes(frame) for frame in members["frames"]])


def _text_changes(members: Mapping[str, Any]) -> Recording:
    scene = _scenes.chat(members["texts"])
    at = {element.id: i for i, element in enumerate(scene.elements)}
    texts = [at[name] for name in _scenes.text_names()]

    def changes(frame: Numbers) -> dict[int, Element]:
        extents = {texts[text]: Extent(float(width), float(height)) for text, width, height in _groups(frame, 3)}
        return {i: replace(scene.elements[i], content=extent) for i, extent in extents.items()}

    return _played(scene, [changes(frame) for frame in members["frames"]])


def _played(scene: Scene, changes: Sequence[Mapping[int, Element]]) -> Recording:
    """Return a recording on an unchanging screen, whose scene is as it is after the last frame."""
    elements = list(scene.elements)
    for frame in changes:
        for i, element in frame.items():
            elements[i] = element
    return Recording(replace(scene, elements=tuple(elements)), [Frame(SCREEN, frame) for frame in changes])


def _groups(numbers: Numbers, size: int) -> Iterator[tuple[int, ...]]:
    return zip(*[iter(numbers)] * size, strict=True)


def _is_row(row: object, size: int, *, below: int | None = None) -> bool:
    """Return whether something is a list of `size` whole numbers, the first of them an index if `below` is given."""
    if not isinstance(row, list) or len(row) != size or not all(type(n) is int for n in row):
        return False
    return below is None or 0 <= row[0] < below


def _is_viewport(frame: object, _: Mapping[str, Any]) -> bool:
    return _is_row(frame, 2)


def _is_animated(frame: object, members: Mapping[str, Any]) -> bool:
    return _is_row(frame, 2 * len(members["units"]) + 3 * len(members["bars"]))


def _is_scrolled(frame: object, members: Mapping[str, Any]) -> bool:
    if not isinstance(frame, list) or len(frame) % 2 == 0 or not _is_row(frame, len(frame)):
        return False
    rows = len(members["rows"])
    return all(0 <= slot < _scenes.RECYCLED_ROWS and 0 <= row < rows for slot, row in _groups(frame[1:], 2))


def _is_retexted(frame: object, members: Mapping[str, Any]) -> bool:
    texts = len(_scenes.text_names())
    if not isinstance(frame, list) or len(frame) % 3 or len(members["texts"]) != texts:
        return False
    return all(_is_row(list(one), 3, below=texts) for one in _groups(frame, 3))


def _is_soldier(number: object, _: Mapping[str, Any]) -> bool:
    return _is_row([number], 1, below=SOLDIERS)


_Check = Callable[[object, Mapping[str, Any]], bool]
_FRAMES: dict[str, _Check] = {
    "window-drag": _is_viewport,
    "animation": _is_animated,
    "breakpoint-switch": _is_viewport,
    "scrolling-list": _is_scrolled,
    "text-changes": _is_retexted,
}
_LISTS: dict[str, dict[str, _Check]] = {
    "animation": {"units": _is_soldier, "bars": _is_soldier},
    "scrolling-list": {"rows": _is_viewport},
    "text-changes": {"texts": _is_viewport},
}
_MAKERS: dict[str, Callable[[Mapping[str, Any]], Recording]] = {
    "window-drag": lambda members: _resized(members, "battle-hud"),
    "animation": _animation,
    "breakpoint-switch": lambda members: _resized(members, "prize-wheel"),
    "scrolling-list": _scrolling_list,
    "text-changes": _text_changes,
}
