"""Checks of the lesson First scene: each answer is resolved with both systems."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from unitdocs.errors import InputError
from unitdocs.training.attempt import Attempt, CodeFailed, Mistaken
from unitdocs.units import SYSTEMS, Element, Extent, Placed, Scene, create_system

WINDOW: Final = Extent(800, 600)
Rectangle = tuple[float, float, float, float]
_BUTTON: Final[Rectangle] = (40, 20, 200, 60)
_PANEL: Final = Extent(320, 180)
_TITLE_HEIGHT: Final = 40
_PANEL_WINDOWS: Final = (WINDOW, Extent(1280, 720), Extent(390, 844))
_SIDE: Final = 240
_WIDE_FROM: Final = 800
_RANGES: Final = ("phone", "wide")
_PLACES: Final = (0, 10, 20, 30)
_FIELD: Final = "field"
_NO_TUPLE: Final = "is not iterable"
"""Part of the error of elements without a comma behind a single one."""


def check_button(attempt: Attempt) -> str:
    """Check one element with a fixed place and size."""
    scene = _scene(attempt, "button.py", {"is not one of": "unknown-unit", _NO_TUPLE: "no-tuple"})
    box = _rectangle(scene, "start", WINDOW)
    x, y, width, height = _BUTTON
    found = f"start is {_words(box)}; it has to be {_words(_BUTTON)}"
    if box == (y, x, width, height):
        raise Mistaken(found, "places-swapped")
    if box == (x, y, height, width):
        raise Mistaken(found, "sides-swapped")
    if box == (x, y, x + width, y + height):
        raise Mistaken(found, "edges")
    if box[:2] == (x, y) and box[2:] in {(width, 100), (100, height)}:
        raise Mistaken(found, "side-missing")
    if box != _BUTTON:
        raise Mistaken(found)
    return f"start is {_words(box)}, with both systems."


def check_panel(attempt: Attempt) -> str:
    """Check an element in the middle of any window, and its child."""
    scene = _scene(attempt, "panel.py", {})
    title = _element(scene, "title")
    _element(scene, "panel")
    if title.parent != "panel":
        raise Mistaken("title has no parent, or another one than panel", "no-parent")
    for window in _PANEL_WINDOWS:
        _check_panel(_rectangle(scene, "panel", window), window)
    for window in _PANEL_WINDOWS:
        _check_title(_rectangle(scene, "title", window), _rectangle(scene, "panel", window), window)
    return f"panel is in the middle of {len(_PANEL_WINDOWS)} windows, and title is as wide as it, with both systems."


def _check_panel(panel: Rectangle, window: Extent) -> None:
    left, top = (window.width - _PANEL.width) / 2, (window.height - _PANEL.height) / 2
    wanted = (left, top, *_PANEL)
    found = f"in a window of {_size(window)}, panel is {_words(panel)}; it has to be {_words(wanted)}"
    if panel == wanted:
        return
    if panel[2:] != _PANEL:
        raise Mistaken(found)
    middle = (window.width / 2, window.height / 2)
    if panel[:2] == middle:
        raise Mistaken(found, "no-offset")
    if panel[:2] == (middle[0] + _PANEL.width / 2, middle[1] + _PANEL.height / 2):
        raise Mistaken(found, "offset-to-the-right")
    if window != WINDOW:  # it was right in the first window
        raise Mistaken(found, "fixed-place")
    if left == panel[0]:
        raise Mistaken(found, "one-axis")
    raise Mistaken(found)


def _check_title(title: Rectangle, panel: Rectangle, window: Extent) -> None:
    wanted = (panel[0], panel[1], panel[2], _TITLE_HEIGHT)
    found = f"in a window of {_size(window)}, title is {_words(title)}; it has to be {_words(wanted)}"
    if title == wanted:
        return
    if title[2] == window.width:
        raise Mistaken(found, "fills-the-scene")
    if title[2] != panel[2]:
        raise Mistaken(found, "does-not-fill")
    if title[:2] == (0, 0):
        raise Mistaken(found, "window-corner")
    raise Mistaken(found)


def check_breakpoint(attempt: Attempt) -> str:
    """Check an element that depends on the width of the viewport."""
    typical = {"no such breakpoint": "unknown-breakpoint", "min_width": "not-from-zero", _NO_TUPLE: "no-tuple"}
    scene = _scene(attempt, "breakpoint.py", typical)
    _element(scene, "side")
    if not scene.breakpoints:
        raise Mistaken("the scene has no breakpoints", "no-breakpoints")
    widths = {
        width: _rectangle(scene, "side", Extent(width, 600))[2]
        for width in (390, _WIDE_FROM - 1, _WIDE_FROM, _WIDE_FROM + 1, 1920)
    }
    wanted = {width: float(width if width < _WIDE_FROM else _SIDE) for width in widths}
    if widths == wanted:
        _check_names(scene)
        return f"side fills windows below {_WIDE_FROM} pixels, and is {_SIDE} wide from there on, with both systems."
    window = next(width for width in widths if widths[width] != wanted[width])
    found = f"in a window {window} wide, side is {widths[window]:g} wide; it has to be {wanted[window]:g}"
    if all(widths[width] == width for width in widths):
        raise Mistaken(found, "never-narrow")
    if widths[390] == _SIDE and widths[1920] == 1920:  # noqa: PLR2004 -- the widest window
        raise Mistaken(found, "swapped")
    if window == _WIDE_FROM and widths[1920] == _SIDE:
        raise Mistaken(found, "one-late")
    raise Mistaken(found)


def _check_names(scene: Scene) -> None:
    names = [one.name for one in scene.breakpoints]
    if names != list(_RANGES):
        raise Mistaken(f"the ranges are named {' and '.join(names)}; the task names them {' and '.join(_RANGES)}")


def check_frames(attempt: Attempt) -> str:
    """Check a function that plays some frames: it prepares once, and moves one element in each frame."""
    ran = attempt.run("frames.py")
    scene = ran.take("scene", Scene)
    play = ran.take("play", object)
    if not callable(play):
        raise Mistaken("`play` is no function; keep the line that begins with def")
    for name in SYSTEMS:
        watched = _WatchedSystem(name)
        try:
            with attempt.calling("frames.py"):
                boxes = play(watched)
        except CodeFailed as failed:
            if isinstance(failed.error, InputError) and "to change its tree" in str(failed.error):
                raise Mistaken(str(failed), "other-element") from failed
            raise
        _check_boxes(boxes, watched, scene)
    return f"Four frames from one preparation, with both systems: ball at {', '.join(map(str, _PLACES))}."


def _check_boxes(boxes: object, watched: "_WatchedSystem", scene: Scene) -> None:
    if boxes is None:
        raise Mistaken("play returns nothing", "nothing-returned")
    if not isinstance(boxes, list) or not all(
        isinstance(box, tuple) and len(box) == len(Placed._fields) for box in boxes
    ):
        raise Mistaken("play has to return a list of boxes, such as [layout[1], ...]", "no-boxes")
    if watched.prepared > 1:
        raise Mistaken(f"play prepares the scene {watched.prepared} times", "prepares-each-frame")
    places = [box[0] for box in boxes]
    found = f"ball is at {', '.join(f'{place:g}' for place in places) or 'no place'}; it has to be at 0, 10, 20, 30"
    if len(boxes) == len(_PLACES) and len(set(places)) == 1:
        raise Mistaken(found, "never-moves")
    if places != list(_PLACES):
        raise Mistaken(found, "other-steps" if len(places) == len(_PLACES) else "")
    before = _rectangle(scene, "ball", WINDOW)
    if any(tuple(box[1:4]) != before[1:] for box in boxes):
        raise Mistaken("ball has lost its y or its size when it moved", "members-lost")


class _WatchedSystem:
    """A system that counts how often a scene is prepared.

    Args:
        name: the system's name.
    """

    def __init__(self, name: str) -> None:
        self._system = create_system(name)
        self.prepared = 0

    def prepare(self, scene: Scene) -> Any:  # noqa: ANN401 -- either system's
        """Prepare a scene, and count it."""
        self.prepared += 1
        return self._system.prepare(scene)

    def __getattr__(self, name: str) -> object:
        return getattr(self._system, name)


def _scene(attempt: Attempt, file: str, mistakes: Mapping[str, str]) -> Scene:
    """Return the scene of a file.

    Args:
        attempt: the answer.
        file: the file.
        mistakes: typical mistakes, by a part of the error that they lead to.
    """
    try:
        return attempt.run(file).take("scene", Scene)
    except CodeFailed as failed:
        for part, mistake in mistakes.items():
            if part in str(failed.error):
                raise Mistaken(str(failed), mistake) from failed
        raise


def _element(scene: Scene, name: str) -> Element:
    for element in scene.elements:
        if element.id == name:
            return element
    names = ", ".join(element.id for element in scene.elements) or "none"
    raise Mistaken(f"the scene has no element {name}; it has {names}", "other-name")


def _rectangle(scene: Scene, name: str, window: Extent) -> Rectangle:
    """Return the box of an element, which both systems have to give."""
    place = scene.elements.index(_element(scene, name))
    layouts = [create_system(system).prepare(scene).resolve(scene=window, viewport=window) for system in SYSTEMS]
    boxes: Sequence[Rectangle] = [(box.x, box.y, box.width, box.height) for box in (one[place] for one in layouts)]
    assert boxes[0] == boxes[1], "the systems give the same numbers"
    return boxes[0]


def _words(box: Rectangle) -> str:
    x, y, width, height = box
    return f"at {x:g}, {y:g} and {width:g} by {height:g}"


def _size(window: Extent) -> str:
    return f"{window.width:g} by {window.height:g}"
