"""Write the recorded input of the suite `updates`: what changes from one frame of a game to the next.

Everything is computed from the seed by additions, multiplications and divisions only, so that the same seed gives the
same bytes on every machine. A recording is played in a loop: its first frame has the changes after its last one.

Each file is one JSON object:

| member | type | meaning |
| --- | --- | --- |
| `format_version` | 1 | the version of this form |
| `name` | string | the name of the recording and of its file |
| `seed` | number | the seed that it was computed from |
| `frames_per_second` | 60 | how fast it is played |
| `frames` | list of lists | one list of whole numbers for each frame; its form depends on the recording, see below |

| recording | a frame |
| --- | --- |
| `window-drag`, `breakpoint-switch` | width and height of the viewport |
| `animation` | x and y for each of `units`, then x, y and width for each of `bars` |
| `scrolling-list` | how far the list is scrolled, then pairs: a recycled slot, and its new row |
| `text-changes` | triples: number of a text, width and height of its new content |

| member of one recording | meaning |
| --- | --- |
| `units`, `bars` | numbers of the soldiers that are animated, and of those whose health bar is animated |
| `rows` | for each row of the list the widths of its name and its price |
| `texts` | for each text the width and the height that it has after the last frame |

All lengths are pixels.

Examples:
  python benchmarks/frames/record.py
  python benchmarks/frames/record.py --out build/frames --seed 2
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NoReturn

HERE: Final = Path(__file__).resolve().parent
FORMAT_VERSION: Final = 1
FRAMES: Final = 120
"""Frames of each recording: two seconds."""
SOLDIERS, UNITS, BARS = 499, 80, 20
FIELD = (1860, 990)
ROWS, SLOTS, ROW_HEIGHT, ROWS_ON_SCREEN = 400, 32, 24, 30
MESSAGES, LINES, SCORES = 40, 24, 16
LINE_WIDTH, LINE_HEIGHT, GLYPH = 320, 18, 9
DIGITS = (9, 5, 8, 8, 9, 8, 8, 7, 8, 8)
"""The width of each digit."""

Members = dict[str, Any]
Recorder = Callable[[random.Random], Members]


def window_drag(rng: random.Random) -> Members:
    """A window's corner is dragged: it is pulled out quickly, rests, is pulled on, and returns."""
    stops = [(1280, 720), (1610, 900), (1610, 900), (1820, 1010), (940, 620), (940, 620), (1280, 720)]
    return {"frames": _dragged(rng, stops, (26, 12, 20, 34, 10, 18), smallest=(900, 560))}


def breakpoint_switch(rng: random.Random) -> Members:
    """A window is dragged from a phone's width to a desktop's, over all breakpoints, and back."""
    stops = [(390, 844), (1360, 900), (1360, 900), (390, 844)]
    return {"frames": _dragged(rng, stops, (56, 8, 56), smallest=(390, 640))}


def animation(rng: random.Random) -> Members:
    """Soldiers walk there and back; of others, the health bar shakes and shrinks when they are hit."""
    drawn = _shuffled(rng, range(SOLDIERS))
    units, bars = sorted(drawn[:UNITS]), sorted(drawn[UNITS : UNITS + BARS])
    animated: list[Sequence[tuple[int, ...]]] = [*(_walk(rng) for _ in units), *(_fight(rng) for _ in bars)]
    frames = [[n for one in animated for n in one[frame]] for frame in range(FRAMES)]
    return {"units": units, "bars": bars, "frames": frames}


def scrolling_list(rng: random.Random) -> Members:
    """A long list is flung down three times and back up; a row that leaves is used again at the other end."""
    stops = [0, _pick(rng, 1000, 1200)]
    for least, most in ((0, 0), (1300, 1500), (20, 60), (1300, 1500)):
        stops.append(stops[-1] + _pick(rng, least, most))
    stops.append(0)
    scrolled = [round(n) for n in _eased(stops, (24, 4, 26, 6, 22, 38))]
    shown = [_slots(scroll) for scroll in scrolled]
    frames = []
    for frame, scroll in enumerate(scrolled):
        before, now = shown[frame - 1], shown[frame]
        recycled = [(slot, row) for slot, row in enumerate(now) if row != before[slot]]
        frames.append([scroll, *(n for pair in recycled for n in pair)])
    rows = [[_pick(rng, 60, 220), _pick(rng, 16, 64)] for _ in range(ROWS)]
    return {"rows": rows, "frames": frames}


def text_changes(rng: random.Random) -> Members:
    """Messages come into a chat and push the others up, one is being typed, and scores count up."""
    messages = [_message(rng) for _ in range(MESSAGES)]
    states = [_texts(come, typed, scores, messages) for come, typed, scores in _game(rng)]
    frames = []
    for frame, now in enumerate(states):
        before = states[frame - 1]
        changed = [(i, *extent) for i, extent in enumerate(now) if extent != before[i]]
        frames.append([n for one in changed for n in one])
    return {"texts": [list(extent) for extent in states[-1]], "frames": frames}


RECORDERS: Mapping[str, Recorder] = {
    "window-drag": window_drag,
    "animation": animation,
    "breakpoint-switch": breakpoint_switch,
    "scrolling-list": scrolling_list,
    "text-changes": text_changes,
}


def _pick(rng: random.Random, low: int, high: int) -> int:
    """Return a whole number between two, inclusive; unlike `randint`, the same in every version of Python."""
    return low + int(rng.random() * (high - low + 1))


def _shuffled(rng: random.Random, items: Sequence[int]) -> list[int]:
    return [item for _, item in sorted((rng.random(), item) for item in items)]


def _ease(t: float) -> float:
    """Return the share of a movement that is done at this share of its time: it starts and ends smoothly."""
    return t * t * t * (10 + t * (6 * t - 15))


def _eased(stops: Sequence[float], durations: Sequence[int]) -> list[float]:
    """Return the position in each frame on the way from stop to stop; the last frame is at the last stop."""
    return [
        start + (end - start) * _ease((frame + 1) / duration)
        for (start, end), duration in zip(pairwise(stops), durations, strict=True)
        for frame in range(duration)
    ]


def _dragged(
    rng: random.Random, stops: Sequence[tuple[int, int]], durations: Sequence[int], smallest: tuple[int, int]
) -> list[list[int]]:
    """Return the viewport of each frame; a moving hand also trembles."""
    paths = [_eased([stop[axis] for stop in stops], durations) for axis in (0, 1)]
    frames: list[list[int]] = []
    for at in zip(*paths, strict=True):
        exact = [round(n) for n in at]
        is_moving = not frames or any(abs(n - before) > 2 for n, before in zip(exact, frames[-1], strict=True))  # noqa: PLR2004
        trembling = [n + _pick(rng, -1, 1) for n in exact] if is_moving else frames[-1]
        frames.append([max(n, least) for n, least in zip(trembling, smallest, strict=True)])
    return frames


def _walk(rng: random.Random) -> list[tuple[int, int]]:
    """Return a soldier's place in each frame: some steps there and back, from a random moment on."""
    start = [_pick(rng, 0, side) for side in FIELD]
    end = [min(max(n + _pick(rng, -160, 160), 0), side) for n, side in zip(start, FIELD, strict=True)]
    there = _pick(rng, 40, 80)
    axes = [_eased([a, b, a], (there, FRAMES - there)) for a, b in zip(start, end, strict=True)]
    begun = _pick(rng, 0, FRAMES - 1)
    walked = [(round(x), round(y)) for x, y in zip(*axes, strict=True)]
    return walked[begun:] + walked[:begun]


def _fight(rng: random.Random) -> list[tuple[int, int, int]]:
    """Return place and width of a health bar in each frame: it shakes for some frames after a hit."""
    health, shaking = 44, 0
    frames = []
    for _ in range(FRAMES):
        if rng.random() < 0.06:  # noqa: PLR2004 -- a hit every quarter of a second or so
            health, shaking = max(health - _pick(rng, 2, 9), 1), 8
        shaking = max(shaking - 1, 0)
        x, y = (_pick(rng, -3, 3), _pick(rng, -2, 2)) if shaking else (0, 0)
        frames.append((x - 22, y - 10, health))
    return frames


def _slots(scroll: int) -> list[int]:
    """Return the row that each slot shows: a row is always in the same slot, which the next row there takes over."""
    first = max(scroll // ROW_HEIGHT - 1, 0)
    rows = range(first, first + SLOTS)
    assert scroll + ROWS_ON_SCREEN * ROW_HEIGHT <= (first + SLOTS) * ROW_HEIGHT <= ROWS * ROW_HEIGHT
    return [next(row for row in rows if row % SLOTS == slot) for slot in range(SLOTS)]


def _message(rng: random.Random) -> tuple[int, int]:
    """Return the extent of a message of some glyphs, broken into lines."""
    return _extent(_pick(rng, 2, 90))


def _extent(glyphs: int) -> tuple[int, int]:
    lines = max(-(-glyphs * GLYPH // LINE_WIDTH), 1)
    return (LINE_WIDTH if lines > 1 else glyphs * GLYPH), lines * LINE_HEIGHT


def _game(rng: random.Random) -> Iterator[tuple[int, int, list[int]]]:
    """Yield for each frame how many messages have come, how many glyphs are typed, and the scores."""
    come, typed = 0, 0
    scores = [_pick(rng, 0, 900) for _ in range(SCORES)]
    for frame in range(FRAMES):
        if frame % (FRAMES // MESSAGES) == 0 and rng.random() < 0.2:  # noqa: PLR2004 -- four messages a second
            come += 1
        typed = 0 if frame % 50 == 49 else typed + (frame % 3 == 0)  # noqa: PLR2004 -- twenty glyphs a second
        scores = [score + _pick(rng, 1, 250) * (rng.random() < 0.3) for score in scores]  # noqa: PLR2004
        yield come, typed, scores


def _texts(come: int, typed: int, scores: Sequence[int], messages: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the extents of all texts: the chat's lines, the line being typed, and the scores."""
    lines = [messages[(come + line) % MESSAGES] for line in range(LINES)]
    widths = [sum(DIGITS[int(digit)] for digit in str(score)) for score in scores]
    return [*lines, _extent(typed), *((width, LINE_HEIGHT) for width in widths)]


def record(name: str, seed: int) -> str:
    """Return a recording as the text of its file."""
    members = RECORDERS[name](random.Random(f"{seed}/{name}"))
    frames = members.pop("frames")
    head = {"format_version": FORMAT_VERSION, "name": name, "seed": seed, "frames_per_second": 60, **members}
    lines = [f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in head.items()]
    played = ",\n".join(json.dumps(frame, separators=(",", ":")) for frame in frames)
    return "{" + ",\n ".join([*lines, f'"frames": [\n{played}\n]']) + "}\n"


class OneSentenceParser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        """Exit with the problem and where help is."""
        fail(f"{message}; see `python benchmarks/frames/record.py --help`")


def fail(sentence: str) -> NoReturn:
    """End the program with one sentence."""
    sys.stderr.write(f"record.py: {sentence}\n")
    raise SystemExit(2)


def parse(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="record.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--out", type=Path, default=HERE, help="the folder for the files (default: the script's own)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the recordings (default: 1)")
    return parser.parse_args(words)


def main() -> None:
    """Write all recordings."""
    options = parse()
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        for name in RECORDERS:
            (options.out / f"{name}.json").write_text(record(name, options.seed), encoding="utf-8", newline="\n")
    except OSError as error:
        fail(f"{error.filename}: cannot be written ({error.strerror}); give another folder with --out")


if __name__ == "__main__":
    main()
