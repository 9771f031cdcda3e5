"""A flame graph as SVG: each block is a function, as wide as its share of the time, below it what it calls.

A block is a drawing of its own, whose border cuts what does not fit, so a name never leaves its block. Its colours are
those of the text and of the page's marks; the file for downloading brings its own. No script is needed: a pointer that
rests on a block shows name, share and place.
"""

import html
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from unitdocs.formatting import percent
from unitdocs.studies.profile import ArmProfile, ProfiledPlace

ROW = 20
"""Pixels of a row."""
WIDTH = 1_000
"""Pixels that the width of names is estimated for."""
NARROWEST = 0.002
"""Share of the time below which a block is not drawn."""
_LETTER = 6.9  # pixels of a letter of the font's size, about
_PADDING = 3
_COLOURS = ("blue", "vermilion", "grey")
_STYLE = (
    ":root{color-scheme:light dark;color:#1a1a1a;background:#fff;--ud-mark-blue:#0072b2;--ud-mark-vermilion:#d55e00;"
    "--ud-mark-grey:#7a7a7a}@media(prefers-color-scheme:dark){:root{color:#e6e6e6;background:#1c1e24;"
    "--ud-mark-blue:#56b4e9;--ud-mark-vermilion:#f08a4b;--ud-mark-grey:#a3a9b3}}"
)


@dataclass
class FlameBlock:
    """A function in the place where it was called.

    Args:
        label: its name.
        place: where it is, for the title.
        part: the part that it belongs to, which decides the colour.
        time: microseconds of it and what it calls.
        samples: samples of both.
        children: what it calls, by name.
    """

    label: str
    place: str = ""
    part: str = ""
    time: int = 0
    samples: int = 0
    children: "dict[int, FlameBlock]" = field(default_factory=dict)

    @property
    def depth(self) -> int:
        """Rows from this block down."""
        return 1 + max((child.depth for child in self.children.values()), default=0)


def flame_tree(arm: ArmProfile, places: Sequence[ProfiledPlace], label: str) -> FlameBlock:
    """Return the call tree of an arm; its root is everything."""
    root = FlameBlock(label)
    for stack in arm.stacks:
        block, part = root, ""
        _count(block, stack.microseconds, stack.samples)
        for number in stack.places:
            place = places[number]
            part = place.part or part
            where = f"{place.file}:{place.line}" if place.file else "written in C"
            block = block.children.setdefault(number, FlameBlock(place.label, where, part))
            _count(block, stack.microseconds, stack.samples)
    return root


def flame_graph(root: FlameBlock, name: str) -> str:
    """Return a flame graph for a page, as wide as its place.

    Args:
        root: the call tree.
        name: what it shows, as its text alternative.
    """
    height = _drawn_rows(root) * ROW
    head = f'<svg class="ud-svg ud-flame" width="100%" height="{height}" role="img" aria-label="{html.escape(name)}">'
    return f"{head}{''.join(_blocks(root, root.time or 1))}</svg>"


def flame_graph_file(root: FlameBlock, name: str) -> str:
    """Return a flame graph as a file that needs nothing else, in light and dark."""
    height = _drawn_rows(root) * ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="currentColor">'
        f"<title>{html.escape(name)}</title><style>{_STYLE}</style>{''.join(_blocks(root, root.time or 1))}</svg>\n"
    )


def fitting(label: str, width: float) -> str:
    """Return as much of a name as a block has room for; empty if that is less than three letters.

    Args:
        label: the name.
        width: pixels of the block.
    """
    letters = int((width - 2 * _PADDING) / _LETTER)
    if letters >= len(label):
        return label
    return f"{label[: letters - 1]}…" if letters > 2 else ""  # noqa: PLR2004 -- two letters say nothing


def _count(block: FlameBlock, time: int, samples: int) -> None:
    block.time += time
    block.samples += samples


def _drawn_rows(block: FlameBlock) -> int:
    return 1 + max((row for row, *_ in _places(block, block.time or 1)), default=0)


def _places(root: FlameBlock, whole: int) -> Iterator[tuple[int, float, FlameBlock]]:
    """Yield row, left edge as a share, and block, of all that are wide enough; siblings in alphabetical order."""
    waiting = [(0, 0.0, root)]
    while waiting:
        row, left, block = waiting.pop()
        yield row, left, block
        for child in sorted(block.children.values(), key=lambda child: child.label):
            if child.time / whole >= NARROWEST:
                waiting.append((row + 1, left, child))
            left += child.time / whole


def _blocks(root: FlameBlock, whole: int) -> Iterator[str]:
    for row, left, block in _places(root, whole):
        share = block.time / whole
        title = f"{block.label}: {percent(share)} of the time, {block.samples:,} samples"
        details = "".join(f", {html.escape(text)}" for text in (block.part, block.place) if text)
        text = fitting(block.label, share * WIDTH)
        label = f'<text x="{_PADDING}" y="14" fill="currentColor">{html.escape(text)}</text>' if text else ""
        yield (
            f'<svg x="{100 * left:.3f}%" y="{row * ROW}" width="{100 * share:.3f}%" height="{ROW - 1}">'
            f"<title>{html.escape(title)}{details}</title>"
            f'<rect width="100%" height="100%" rx="2" {_paint(block.part)}/>{label}</svg>'
        )


def _paint(part: str) -> str:
    """Return the fill of a part's blocks: one of three colours in one of three strengths, always the same."""
    number = zlib.crc32(part.encode())
    colour, strength = _COLOURS[number % 3], 0.2 + 0.1 * (number // 3 % 3)
    return f'fill="var(--ud-mark-{colour})" fill-opacity="{strength:.1f}" stroke="currentColor" stroke-opacity="0.25"'
