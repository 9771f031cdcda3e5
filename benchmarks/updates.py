"""Changes from frame to frame: recorded input, played by both systems, one call per frame.

The recordings are in `frames/` and are made by `frames/record.py`. All elements of all frames are made before the first
frame: they are data. Whatever a system has to build from them, such as calculators or plans, it builds in the frame
that brings them. Nobody drags a window twice in the same way: in recordings that change only the viewport, it is a
pixel higher in each pass, so that no cache of layouts holds the frames of an earlier pass.

A frame ends with the result of `resolve`, in each system's natural form, which is not read; the last scenario reads it,
box by box, as a game that draws does.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence

from _recordings import Frame, frames_in, recording
from unitdocs.bench import Operation, Scenario, suite
from unitdocs.units import Extent, create_system

COMPARED = 20_000
"""About this many boxes of consecutive frames are compared between the arms."""
LEAST_COMPARED = 8
"""Frames that are compared at least, in a scene of any size."""
PASSES = 20
"""Passes of a dragged window before the first one is repeated."""
RECORDINGS = {
    "window-drag": "A window is dragged: battle HUD ({:,} elements)",
    "animation": "5 % of {:,} elements are animated",
    "breakpoint-switch": "A window is dragged over all breakpoints and back: prize wheel ({:,} elements)",
    "scrolling-list": "A list is scrolled, its rows are recycled ({:,} elements)",
    "text-changes": "Texts of a chat and of scores change their size ({:,} elements)",
}
ELEMENTS = {
    "window-drag": 302,
    "animation": 2_000,
    "breakpoint-switch": 17,
    "scrolling-list": 131,
    "text-changes": 84,
}
QUICK = ("breakpoint-switch",)


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- the recordings have their own seed
    """Prepare a recording's scene with one system, resolved as it is after its last frame."""
    name, _, work = scenario.name.partition("/")
    played = recording(name)
    show = _player(arm, name)
    following = itertools.cycle(_passes(played.frames)).__next__

    def frame() -> object:
        return show(following())

    def drawn() -> None:
        for _x, _y, _width, _height, _scale in show(following()):  # type: ignore[attr-defined]
            pass

    def result() -> list[list[tuple[float, ...]]]:
        fresh = _player(arm, name)
        return [list(map(tuple, fresh(one))) for one in itertools.islice(played.frames, compared(name))]  # type: ignore[call-overload]

    return Operation(drawn if work == "boxes" else frame, result)


def compared(name: str) -> int:
    """Return how many of a recording's frames are compared between the arms."""
    return min(frames_in(name), max(COMPARED // ELEMENTS[name], LEAST_COMPARED))


def _passes(frames: Sequence[Frame]) -> Sequence[Frame]:
    """Return the frames of one pass after the other, until they repeat."""
    if any(frame.changes for frame in frames):
        return frames
    return [
        Frame(Extent(viewport.width, viewport.height + number), changes)
        for number in range(PASSES)
        for viewport, changes in frames
    ]


def _player(arm: str, name: str) -> Callable[[Frame], object]:
    """Return a function that shows a frame: it applies the frame's changes, and resolves."""
    played = recording(name)
    prepared = create_system(arm).prepare(played.scene)

    def show(frame: Frame) -> object:
        viewport, changes = frame
        if changes:
            prepared.update(changes)
        return prepared.resolve(scene=viewport, viewport=viewport)

    before = played.frames[-1].viewport
    for _ in range(12):  # lazy compiling is over, as in a running game
        prepared.resolve(scene=before, viewport=before)
    return show


def _scenarios() -> Iterator[Scenario]:
    for name, title in RECORDINGS.items():
        yield Scenario(name, title.format(ELEMENTS[name]), ELEMENTS[name], name in QUICK, frames=frames_in(name))
    yield Scenario(
        "scrolling-list/boxes",
        f"{RECORDINGS['scrolling-list'].format(ELEMENTS['scrolling-list'])}, every box read back",
        ELEMENTS["scrolling-list"],
        frames=frames_in("scrolling-list"),
    )


SUITE = suite(
    "updates",
    title="Frames",
    arms=("original", "refactored"),
    scenarios=list(_scenarios()),
    setup=setup,
)
