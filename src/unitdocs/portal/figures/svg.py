"""A pinned figure as SVG inside the page: visible at once, without a script, and as wide as its container.

Horizontal places are percentages of the plot's width, vertical ones pixels, and text keeps its size. Lines through many
points lie in a nested drawing that is stretched to the width; their strokes are not stretched with it. Colours are
variables of the page's style sheet, so that they follow the chosen scheme.
"""

import hashlib
import html
import itertools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from unitdocs.portal.figures.marks import BLUE, GREY, ROLES, VERMILION
from unitdocs.portal.figures.pin import FONT, LINE, SLIM, WIDE, PlainFigure, axis_of, error_ends, positions, text_lines

COLOURS: Final = {BLUE: "var(--ud-mark-blue)", VERMILION: "var(--ud-mark-vermilion)", GREY: "var(--ud-mark-grey)"}
UNSEEN: Final = "rgba(0,0,0,0)"
"""The colour of points that only answer a pointer."""
MOST_POINTS: Final = 150
"""Points of a line that are drawn; more do not show at this size."""
_DIGITS: Final = 5  # of a figure's short name
_WIDTH: Final = 1000  # of the nested drawing that is stretched
_DASHES: Final = {"dash": "9 9", "dot": "3 3", "dashdot": "9 3 3 3"}
_ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}
_BASELINE: Final = 0.36  # of the font's size, from the middle of a line of text down to its baseline
_TICK: Final = 6


def svg(plot: PlainFigure, key: str, name: str) -> str:
    """Return a pinned figure as HTML: its legend, and its drawing.

    Args:
        plot: what `pinned` returned.
        key: unique id on the page; ids within the drawing begin with it.
        name: what the figure shows, as its text alternative.
    """
    return _Drawing(plot, key).whole(name)


def stage(plot: PlainFigure, key: str) -> str:
    """Return an empty place for a figure's drawing, and the legend of a pinned one."""
    if "meta" not in plot["layout"]:
        return _stage(plot["layout"], "")
    return _Drawing(plot, key).stage("")


def thinned(points: Sequence[tuple[float, float]], most: int = MOST_POINTS) -> list[tuple[float, float]]:
    """Return about `most` points of a line: the smallest, middle and largest of every section, in their order."""
    if len(points) <= most:
        return list(points)
    stretches = most // 3
    edges = [round(len(points) * part / stretches) for part in range(stretches + 1)]
    kept: list[tuple[float, float]] = []
    for start, end in itertools.pairwise(edges):
        ranked = sorted(range(start, end), key=lambda index: points[index][1])
        chosen = {ranked[0], ranked[len(ranked) // 2], ranked[-1]}
        kept += [points[index] for index in sorted(chosen)]
    return kept


def most_points(plot: PlainFigure) -> int:
    """Return how many points the longest line of a figure has."""
    return max((len(positions(trace, "x")) for trace in plot["data"] if "lines" in trace.get("mode", "")), default=0)


def mark_path(shape: str, size: float) -> str:
    """Return the outline of a mark around (0, 0), as the data of an SVG path.

    Args:
        shape: its name in Plotly, such as `circle`; `-open` after it makes no difference to the outline.
        size: its diameter in pixels.
    """
    return _outline(shape.removesuffix("-open"), size)


class _Drawing:
    def __init__(self, plot: PlainFigure, key: str) -> None:
        self.data: Sequence[PlainFigure] = plot["data"]
        self.layout: PlainFigure = plot["layout"]
        # A page holds tens of figures with hundreds of marks each, which refer to the outline by this name.
        self.name = hashlib.sha256(key.encode()).hexdigest()[:_DIGITS]
        margin = self.layout["margin"]
        self.height = self.layout["height"] - margin["t"] - margin["b"]
        self.symbols: dict[tuple[str, float], str] = {}

    def whole(self, name: str) -> str:
        margin, meta = self.layout["margin"], self.layout["meta"]
        below = [part for axis in self._axes("x") for part in self._vertical_grid(axis)]
        below += [part for axis in self._axes("y") for part in self._horizontal_grid(axis)]
        shapes = self.layout.get("shapes", [])
        parts = [
            *below,
            *(self._shape(shape) for shape in shapes),
            *(_of(trace.get("meta", {}).get("role"), *self._trace(trace)) for trace in self.data),
            *(_value_of(note.get("name"), self._annotation(note)) for note in self.layout.get("annotations", [])),
        ]
        defined = "".join(f'<path id="{mark}" d="{_outline(*drawn)}"/>' for drawn, mark in self.symbols.items())
        space = f"{margin['t']}px {margin['r']}px {margin['b']}px {margin['l']}px"
        names = {"lift", "left", "right"} if "rows" in meta else set()
        narrow = "".join(f"--{name}:{meta[name]}px;" for name in sorted(names))
        return self.stage(
            f'<div class="ud-static{" ud-rows" if "rows" in meta else ""}" style="{narrow}padding:{space}">'
            f'<svg class="ud-svg" width="100%" height="{self.height}" role="img" aria-label="{html.escape(name)}">'
            f"<defs>{defined}</defs>{''.join(parts)}</svg></div>"
        )

    def stage(self, content: str) -> str:
        legend = self._legend(self.layout["meta"]["legend"])
        return legend + _stage(self.layout, content + self._links())

    def _links(self) -> str:
        """Return a link over each row that leads somewhere; on a wide screen it includes the row's label."""
        margin, (low, high) = self.layout["margin"], self.layout["yaxis"]["range"]
        size = abs(self.height / (high - low))
        links = [
            _link(link, margin["t"] + self._y("yaxis", row) - size / 2, size)
            for row, link in enumerate(self.layout["meta"].get("links", ()))
            if link["address"]
        ]
        return f'<div class="ud-row-links" style="--label:{margin["l"]}px">{"".join(links)}</div>' if links else ""

    # Positions.

    def _axes(self, letter: str) -> list[str]:
        return sorted(name for name in self.layout if re.fullmatch(rf"{letter}axis\d*", name))

    def _share(self, axis: str, value: float) -> float:
        """Return where a value of an axis lies between its range's ends, 0 to 1."""
        properties = self.layout[axis]
        low, high = properties["range"]
        place = _log(value) if properties.get("type") == "log" else value
        return float((place - low) / (high - low))

    def _x(self, axis: str, value: float) -> str:
        return f"{_number(100 * self._share(axis, value), 2)}%"

    def _y(self, axis: str, value: float) -> float:
        low, high = self.layout[axis].get("domain", (0, 1))
        return float(self.height * (1 - low - (high - low) * self._share(axis, value)))

    def _domain(self, axis: str) -> tuple[float, float]:
        """Return the top and the bottom of a y axis in pixels."""
        low, high = self.layout[axis].get("domain", (0, 1))
        return self.height * (1 - high), self.height * (1 - low)

    def _side(self, axis: str) -> tuple[float, float]:
        return self._domain("y" + axis[1:])

    # Elements.

    def _vertical_grid(self, axis: str) -> Iterator[str]:
        properties = self.layout[axis]
        top, bottom = self._side(axis)
        for value, text in zip(properties["tickvals"], properties["ticktext"], strict=True):
            x = self._x(axis, value)
            if properties.get("showgrid", True):
                yield f'<line class="g" x1="{x}" x2="{x}" y1="{_number(top)}" y2="{_number(bottom)}"/>'
            yield _text(text, x, bottom + _TICK, "middle", "top")

    def _horizontal_grid(self, axis: str) -> Iterator[str]:
        properties = self.layout[axis]
        above = self.layout["meta"].get("rows", {}).get(axis, properties["ticktext"])
        for value, text, narrow in zip(properties["tickvals"], properties["ticktext"], above, strict=True):
            y = self._y(axis, value)
            if properties.get("showgrid", True):
                yield f'<line class="g" x2="100%" y1="{_number(y)}" y2="{_number(y)}"/>'
            kinds = {"row": text} if text == narrow else {"row wide": text, "row slim": narrow}
            for kind, written in kinds.items():
                yield _text(written, "0", y, "end", "middle", shift=-_TICK, kind=kind)

    def _shape(self, shape: PlainFigure) -> str:
        x0, x1 = (self._place_x(shape.get("xref", "x"), shape[name]) for name in ("x0", "x1"))
        y0, y1 = (self._place_y(shape.get("yref", "y"), shape[name], raw=True) for name in ("y0", "y1"))
        line = shape.get("line", {})
        if shape["type"] == "line":
            stroke = _stroke(line.get("color", GREY), line.get("width", 2), line.get("dash", ""))
            return f'<line x1="{x0}%" x2="{x1}%" y1="{_number(y0)}" y2="{_number(y1)}"{stroke}/>'
        left, right = sorted((float(x0), float(x1)))
        edge = _stroke(line["color"], line.get("width", 2)) if line.get("width", 0) else ""
        size = f'width="{_number(right - left, 2)}%" height="{_number(abs(y1 - y0))}"'
        return (
            f'<rect x="{_number(left, 2)}%" y="{_number(min(y0, y1))}" {size} '
            f'fill="{_colour(shape.get("fillcolor", "none"))}" fill-opacity="{shape.get("opacity", 1)}"{edge}/>'
        )

    def _annotation(self, note: PlainFigure) -> str:
        x = self._place_x(note.get("xref", "x"), note["x"], raw=False)
        y = self._place_y(note.get("yref", "y"), note["y"], raw=False) - note.get("yshift", 0)
        anchor = _ANCHORS[note.get("xanchor", "center")]
        kind = note["name"] if note.get("name") in (WIDE, SLIM) else ""
        side, shift = note.get("yanchor", "middle"), note.get("xshift", 0)
        return _text(note["text"], f"{x}%", y, anchor, side, shift=shift, kind=kind)

    def _place_x(self, ref: str, value: float, *, raw: bool = True) -> str:
        if ref == "paper" or ref.endswith("domain"):
            return _number(100 * value, 2)
        axis = "xaxis" + ref[1:]
        is_log = self.layout[axis].get("type") == "log"
        return _number(100 * self._share(axis, 10**value if is_log and not raw else value), 2)

    def _place_y(self, ref: str, value: float, *, raw: bool) -> float:
        if ref == "paper":
            return float(self.height * (1 - value))
        name, is_domain = f"yaxis{ref.removesuffix(' domain')[1:]}", ref.endswith("domain")
        if is_domain:
            top, bottom = self._domain(name)
            return bottom - (bottom - top) * value
        is_log = self.layout[name].get("type") == "log"
        return self._y(name, 10**value if is_log and not raw else value)

    def _trace(self, trace: PlainFigure) -> Iterator[str]:
        mode = trace.get("mode", "markers")
        yield from self._errors(trace)
        if "lines" in mode:
            yield self._line(trace)
        if "markers" in mode and _marker_colour(trace) != UNSEEN:
            yield from self._markers(trace)

    def _points(self, trace: PlainFigure) -> Iterator[tuple[float, float] | None]:
        for x, y in zip(positions(trace, "x"), positions(trace, "y"), strict=True):
            yield None if x is None or y is None else (x, y)

    def _line(self, trace: PlainFigure) -> str:
        x_axis, y_axis = axis_of(trace, "x"), axis_of(trace, "y")
        line = trace.get("line", {})
        pieces = []
        for is_gap, points in itertools.groupby(self._points(trace), lambda point: point is None):
            if not is_gap:
                places = [
                    (_WIDTH * self._share(x_axis, x), self._y(y_axis, y))
                    for x, y in thinned([point for point in points if point])
                ]
                pieces.append(_path(places, is_stepped=line.get("shape") == "hv"))
        stroke = _stroke(line.get("color", GREY), line.get("width", 2), line.get("dash", ""))
        return (
            f'<svg width="100%" height="{self.height}" viewBox="0 0 {_WIDTH} {self.height}" '
            f'preserveAspectRatio="none"><path class="l" d="{"".join(pieces)}"{stroke}/></svg>'
        )

    def _errors(self, trace: PlainFigure) -> Iterator[str]:
        x_axis, y_axis = axis_of(trace, "x"), axis_of(trace, "y")
        across = error_ends(trace, "x")
        down = error_ends(trace, "y")
        points = list(self._points(trace))
        lines = []
        for point, ends in zip(points, across, strict=False):
            if point and ends:
                y = _number(self._y(y_axis, point[1]))
                lines.append(
                    f'<line x1="{self._x(x_axis, ends[0])}" x2="{self._x(x_axis, ends[1])}" y1="{y}" y2="{y}"/>'
                )
        for point, ends in zip(points, down, strict=False):
            if point and ends:
                x = self._x(x_axis, point[0])
                y1, y2 = (_number(self._y(y_axis, end)) for end in ends)
                lines.append(f'<line x1="{x}" x2="{x}" y1="{y1}" y2="{y2}"/>')
        for bars in (trace.get("error_x") if across else None, trace.get("error_y") if down else None):
            if bars:
                yield f"<g{_stroke(bars.get('color', GREY), bars.get('thickness', 2))}>{''.join(lines)}</g>"
                return

    def _markers(self, trace: PlainFigure) -> Iterator[str]:
        x_axis, y_axis = axis_of(trace, "x"), axis_of(trace, "y")
        marker = trace.get("marker", {})
        points = list(self._points(trace))
        colours = _each(_marker_colour(trace), len(points))
        shapes = _each(marker.get("symbol", "circle"), len(points))
        shown = _displayed(len(points), marker.get("maxdisplayed", 0))
        chosen = [(colours[index], shapes[index], points[index]) for index in shown if points[index]]
        for (colour, shape), group in itertools.groupby(chosen, lambda one: one[:2]):
            mark = self._symbol(shape, marker.get("size", 6))
            uses = "".join(
                f'<use xlink:href="#{mark}" x="{self._x(x_axis, point[0])}" y="{_number(self._y(y_axis, point[1]))}"/>'
                for _, _, point in group
                if point
            )
            yield f"<g{_paint(colour, shape)}>{uses}</g>"

    def _symbol(self, shape: str, size: float) -> str:
        return self.symbols.setdefault((shape.removesuffix("-open"), size), f"{self.name}-{len(self.symbols)}")

    def _legend(self, entries: Sequence[PlainFigure]) -> str:
        if not entries:
            return ""
        return f'<ul class="ud-legend">{"".join(map(self._entry, entries))}</ul>'

    def _entry(self, entry: PlainFigure) -> str:
        trace = self.data[entry["trace"]]
        role = trace.get("meta", {}).get("role")
        return f"<li{_role_class(role)}>{self._sample(trace)}{entry['name']}</li>"

    def _sample(self, trace: PlainFigure) -> str:
        marker, line, mode = trace.get("marker", {}), trace.get("line", {}), trace.get("mode", "markers")
        parts = []
        if "lines" in mode:
            stroke = _stroke(line.get("color", GREY), line.get("width", 2), line.get("dash", ""))
            parts.append(f'<line x2="26" y1="7" y2="7"{stroke}/>')
        width = 26 if parts else 12
        if "markers" in mode:
            colour, shape = _first(_marker_colour(trace)), _first(marker.get("symbol", "circle"))
            mark = _outline(shape.removesuffix("-open"), marker.get("size", 6))
            parts.append(f'<path transform="translate({width / 2:g} 7)" d="{mark}"{_paint(colour, shape)}/>')
        return f'<svg width="{width}" height="14" aria-hidden="true">{"".join(parts)}</svg>'


def _of(role: str | None, *parts: str) -> str:
    """Return parts of a drawing, grouped if they are of one system, so that a page can hide them."""
    content = "".join(parts)
    return f"<g{_role_class(role)}>{content}</g>" if content and role in ROLES else content


def _value_of(role: str | None, text: str) -> str:
    """Return a text, marked as a value of one system: it stays where it is when plotly draws over the rest."""
    return f'<g class="ud-value ud-{role}">{text}</g>' if role in ROLES else text


def _role_class(role: str | None) -> str:
    return f' class="ud-{role}"' if role in ROLES else ""


def _stage(layout: PlainFigure, content: str) -> str:
    return f'<div class="ud-stage" style="height:{layout["height"]}px">{content}</div>'


def _link(link: PlainFigure, top: float, height: float) -> str:
    place = f"top:{_number(top)}px;height:{_number(height)}px"
    text = html.escape(html.unescape(link["text"]))
    return f'<a href="{html.escape(link["address"])}" style="{place}">{text}</a>'


def _text(text: str, x: str, y: float, anchor: str, side: str, *, shift: float = 0, kind: str = "") -> str:
    """Return lines of text at a place: below it (`top`), level with it (`middle`) or above it (`bottom`)."""
    written = text_lines(text)
    height = LINE * len(written)
    start = {"top": y, "middle": y - height / 2, "bottom": y - height}[side]
    first = _number(start + LINE / 2 + FONT * _BASELINE)
    by = f' dx="{_number(shift)}"' if shift else ""
    named = f' class="{kind} n{len(written)}"' if kind else ""
    weight = ' font-weight="600"' if text.startswith("<b>") else ""
    turned = "" if anchor == "start" else f' text-anchor="{anchor}"'
    if len(written) == 1:
        return f'<text x="{x}" y="{first}"{by}{turned}{named}{weight}>{html.escape(written[0])}</text>'
    lines = "".join(
        f'<tspan x="{x}"{by}{f" dy={chr(34)}{LINE}{chr(34)}" if number else ""}>{html.escape(line)}</tspan>'
        for number, line in enumerate(written)
    )
    return f'<text y="{first}"{turned}{named}{weight}>{lines}</text>'


def _path(places: Sequence[tuple[float, float]], *, is_stepped: bool) -> str:
    parts = [f"M{_number(places[0][0])} {_number(places[0][1])}"]
    for x, y in places[1:]:
        parts.append(f"H{_number(x)}V{_number(y)}" if is_stepped else f"L{_number(x)} {_number(y)}")
    return "".join(parts)


def _outline(shape: str, size: float) -> str:
    """Return the path of a symbol around 0; sizes as plotly's."""
    return _OUTLINES[shape](size / 2)


def _circle(r: float) -> str:
    return f"M{r:g},0A{r:g},{r:g} 0 1,1 0,-{r:g}A{r:g},{r:g} 0 0,1 {r:g},0Z"


def _polygon(*corners: tuple[float, float]) -> Callable[[float], str]:
    return lambda r: "M" + "L".join(f"{_number(x * r, 2)},{_number(y * r, 2)}" for x, y in corners) + "Z"


_OUTLINES: Final[dict[str, Callable[[float], str]]] = {
    "circle": _circle,
    "square": _polygon((1, 1), (-1, 1), (-1, -1), (1, -1)),
    "diamond": _polygon((1.3, 0), (0, 1.3), (-1.3, 0), (0, -1.3)),
    "triangle-up": _polygon((-1.15, 0.577), (1.15, 0.577), (0, -1.155)),
    "triangle-down": _polygon((-1.15, -0.577), (1.15, -0.577), (0, 1.155)),
    "triangle-left": _polygon((0.577, -1.15), (0.577, 1.15), (-1.155, 0)),
    "triangle-right": _polygon((-0.577, -1.15), (-0.577, 1.15), (1.155, 0)),
    "x": _polygon(
        *((x, y) for x, y in ((0, 0.57), (0.57, 1.13), (1.13, 0.57), (0.57, 0), (1.13, -0.57), (0.57, -1.13))),
        *((x, y) for x, y in ((0, -0.57), (-0.57, -1.13), (-1.13, -0.57), (-0.57, 0), (-1.13, 0.57), (-0.57, 1.13))),
    ),
}


def _paint(colour: str, shape: str) -> str:
    if shape.endswith("-open"):
        return f' fill="none" stroke="{_colour(colour)}"'
    return f' fill="{_colour(colour)}"'


def _stroke(colour: str, width: float, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{_DASHES[dash]}"' if dash in _DASHES else ""
    return f' stroke="{_colour(colour)}" stroke-width="{width:g}"{dashes}'


def _colour(colour: str) -> str:
    return "none" if colour == UNSEEN else COLOURS.get(colour, colour)


def _marker_colour(trace: PlainFigure) -> Any:  # noqa: ANN401 -- one value for all, or one each
    return trace.get("marker", {}).get("color") or trace.get("line", {}).get("color") or GREY


def _displayed(count: int, most: int) -> range:
    """Return which markers of a line are drawn: about `most` at most, evenly spread as Plotly does."""
    step = count / most if most and count > most else 1
    return range(0, count, max(1, round(step)))


def _each(value: Any, count: int) -> list[Any]:  # noqa: ANN401 -- one value for all, or one each
    return list(value) if isinstance(value, list) else [value] * count


def _first(value: Any) -> Any:  # noqa: ANN401 -- as above
    return value[0] if isinstance(value, list) else value


def _log(value: float) -> float:
    return math.log10(value) if value > 0 else -math.inf


def _number(value: float, digits: int = 1) -> str:
    """Write a number short, and the same on every machine."""
    return f"{round(value, digits) + 0.0:.{digits}f}".rstrip("0").rstrip(".")  # adding 0 makes 0 of -0
