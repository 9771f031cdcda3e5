"""Pin a figure: write every range, tick, margin and label position into it, so that every renderer draws the same.

The page shows a figure twice: as SVG at once, and drawn by Plotly once a reader uses it. Both read the pinned
figure, so one can replace the other. Widths of text are estimated, on the generous side.
"""

import html
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from unitdocs.portal.figures.plain import PlotlyFigure, plain
from unitdocs.portal.figures.plot import Plot

PlainFigure = Mapping[str, Any]
"""A figure, or a part of one, as plain values."""
Axis = dict[str, Any]
FONT: Final = 12
"""Size of all text in pixels."""
LINE: Final = 15
"""Height of a line of text in pixels."""
NARROW: Final = 10
"""Pixels left of a plot on a narrow screen, where the labels of rows are above their rows."""
WIDE, SLIM = "wide", "slim"
"""The names of annotations that a narrow screen leaves out, and that only a narrow screen shows."""
_PHONE: Final = 300
"""Pixels of a line of text that a narrow screen has room for."""
_LIFT: Final = 7
_MARK: Final = 0.1
"""Of a row, about half the height of a mark."""
_ROOMY: Final = 86
"""Pixels of labels from which on they are above their rows on a narrow screen."""
_TICK: Final = 6
_RIGHT: Final = 22
_TOP: Final = 10
_ROOM: Final = 0.06
_TICKS: Final = 5
_BOLD: Final = 1.12
"""How much wider bold text is."""
_MINUS: Final = "\N{MINUS SIGN}"
_WIDE, _SLIM = set("mwMW@%—"), set("iljtfrI.,:;'|()[]! ")


def pinned(figure: Plot | PlotlyFigure) -> dict[str, Any]:
    """Return a figure's `data` and `layout` as plain values that leave nothing to be laid out.

    Args:
        figure: its `layout.height` is given; its traces are scatter, at numbers.
            `layout.meta` may ask for the labels of rows above their rows on a narrow screen (`is_narrow`), and have an
            address for each row (`links`). An annotation named `wide` or `slim` is shown only on such a screen.

    Returns:
        plain values, with a range and ticks for every axis, which no zoom can leave (rows that begin at the top are
        not zoomed), titles as annotations, margins, and no legend: `layout.meta` has the entries of one, and in `rows`
        by axis the labels that are above their rows on a narrow screen, `lift` pixels from the middle of the row, and
        the margins `left` and `right` of the plot there.
    """
    plot = plain(figure)
    layout, data = dict(plot["layout"]), plot["data"]
    axes = {name: _axis(name, layout.get(name, {}), data) for name in _axis_names(layout, data)}
    annotations = [*layout.get("annotations", [])]
    above = 0
    for name, axis in axes.items():
        title = axis.pop("title", {}).get("text", "")
        if title and name.startswith("x"):
            annotations.append(_below(name, axis, title))
        elif title:
            annotations.append(_above(name, title))
            above = max(above, LINE + 2 if "domain" not in axis else 0)
    left = max([NARROW, *(_labels_width(axis) + _TICK + 4 for name, axis in axes.items() if name.startswith("y"))])
    legend = _legend(data, shown=layout.pop("showlegend", True))
    layout.pop("legend", None)
    meta = layout.get("meta", {})
    top, bottom = max(_TOP, _annotated(annotations)) + above, _bottom(axes, annotations)
    is_narrow = left > _ROOMY or meta.get("is_narrow")
    narrow = _narrow(axes, data, annotations, layout["height"], top + bottom) if is_narrow else {}
    return {
        "data": data,
        "layout": {
            **layout,
            **axes,
            "annotations": annotations,
            "showlegend": False,
            "margin": {
                "l": left,
                "r": _margin_right(axes, data, annotations),
                "t": top,
                "b": bottom,
                "autoexpand": False,
            },
            "meta": {**meta, "legend": legend, **narrow},
        },
    }


def _narrow(
    axes: Mapping[str, Axis],
    data: Sequence[PlainFigure],
    annotations: Sequence[PlainFigure],
    height: int,
    around: int,
) -> dict[str, Any]:
    """Return the labels of rows for a narrow screen, how high above their rows they are, and the plot's margins.

    Args:
        axes: those of the figure.
        data: its traces.
        annotations: its annotations.
        height: of the figure, in pixels.
        around: pixels of it above and below the plot.
    """
    rows = {name: [fitted(text) for text in axis["ticktext"]] for name, axis in axes.items() if name.startswith("y")}
    low, high = axes["yaxis"]["range"]
    raised = max((_raised(trace, axes[axis_of(trace, "y")]) for trace in data), default=0.0)
    firsts = [axis["ticktext"][0] for name, axis in axes.items() if name.startswith("x") and axis["ticktext"]]
    left = max([NARROW, *(math.ceil(text_width(text) / 2) for text in firsts)])
    right = _margin_right(axes, data, [note for note in annotations if note.get("name") != WIDE])
    pitch = (height - around) / abs(high - low)
    tallest = max(len(text_lines(text)) for texts in rows.values() for text in texts)
    middle = (pitch - LINE * tallest) / 2  # where rows are close, their labels are midway between them
    raised_by = raised * 0.8 * height / abs(high - low)
    lift = round(min(_LIFT, max(middle, 0.0)) + raised_by)
    return {"rows": rows, "left": left, "right": right, "lift": lift}


def fitted(text: str) -> str:
    """Return the label of a row on as few lines as a narrow screen has room for; one that heads others as it is."""
    lines: list[str] = []
    for word in [] if text.startswith("<b>") else text.replace("<br>", " ").split(" "):
        if lines and text_width(f"{lines[-1]} {word}") < _PHONE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "<br>".join(lines) or text


def _raised(trace: PlainFigure, axis: Axis) -> float:
    """Return how far a trace reaches above the middle of a row, in rows; nothing where the axis has no rows."""
    low, high = axis["range"]
    if low < high:  # rows begin at the top
        return 0.0
    above = [round(y) - y for y in positions(trace, "y") if y is not None and y < round(y)]
    return max(above) + _MARK if above else 0.0


@lru_cache(maxsize=4096)  # the same labels appear in many figures
def text_width(text: str) -> float:
    """Return about how many pixels the longest line of a text takes."""
    width = max(sum(map(_width, line)) for line in text_lines(text))
    return width * _BOLD if text.startswith("<b>") else width


def text_lines(text: str) -> list[str]:
    """Return the lines of plotly's text, without its tags."""
    return [html.unescape(re.sub(r"<[^>]*>", "", line)) for line in text.split("<br>")]


def can_zoom(plot: PlainFigure) -> bool:
    """Return whether any axis of a figure can be zoomed."""
    axes = (axis for name, axis in plot["layout"].items() if re.fullmatch(r"[xy]axis\d*", name))
    return any(not axis.get("fixedrange", False) for axis in axes)


def axis_of(trace: PlainFigure, letter: str) -> str:
    """Return the name of the axis in the layout that a trace belongs to, such as `xaxis2`."""
    return f"{letter}axis{str(trace.get(f'{letter}axis', letter))[1:]}"


def positions(trace: PlainFigure, letter: str) -> list[float | None]:
    """Return a trace's values along an axis."""
    return list(trace.get(letter) or [])


def error_ends(trace: PlainFigure, letter: str) -> list[tuple[float, float] | None]:
    """Return the ends of each point's error bar along an axis; empty where there are none."""
    bars = trace.get(f"error_{letter}")
    if not bars:
        return []
    above = bars["array"]
    below = bars.get("arrayminus", above)
    return [
        None if value is None or up is None or down is None else (value - down, value + up)
        for value, up, down in zip(positions(trace, letter), above, below, strict=True)
    ]


def _width(character: str) -> float:
    """Return the pixels of a character in DejaVu Sans, the widest of the fonts that systems bring."""
    if character in _WIDE:
        return 11.7
    if character in _SLIM:
        return 4.8
    return 8.6 if character.isupper() else 7.6


def _axis_names(layout: PlainFigure, data: Sequence[PlainFigure]) -> list[str]:
    used = {axis_of(trace, letter) for trace in data for letter in "xy"}
    named = {name for name in layout if re.fullmatch(r"[xy]axis\d*", name)}
    return sorted(used | named)


def _axis(name: str, requested: PlainFigure, data: Sequence[PlainFigure]) -> Axis:
    """Return an axis with range and ticks."""
    axis = {
        key: value for key, value in requested.items() if key not in {"automargin", "rangemode", "autorange", "nticks"}
    }
    axis.setdefault("range", _range(name, requested, data))
    low, high = sorted(axis["range"])
    if "tickvals" in axis:
        is_log = axis.get("type") == "log"
        visible = [
            (value, text)
            for value, text in zip(axis["tickvals"], axis["ticktext"], strict=True)
            if low - 1e-9 <= (math.log10(value) if is_log else value) <= high + 1e-9
        ]
        axis["tickvals"], axis["ticktext"] = [value for value, _ in visible], [text for _, text in visible]
    else:
        values = even_ticks(low, high, requested.get("nticks", _TICKS))
        axis["tickvals"], axis["ticktext"] = values, _formatted(values, requested.get("tickformat", ""))
    axis.pop("tickformat", None)
    axis.setdefault("fixedrange", name.startswith("y") and axis["range"][0] > axis["range"][1])  # rows stay whole
    bounds = {"minallowed": low, "maxallowed": high}
    return {**axis, **bounds, "tickmode": "array", "zeroline": False, "automargin": False}


def _range(name: str, requested: PlainFigure, data: Sequence[PlainFigure]) -> list[float]:
    letter = name[0]
    values = [value for trace in data if axis_of(trace, letter) == name for value in _ends(trace, letter)]
    if requested.get("type") == "log":
        values = [math.log10(value) for value in values if value > 0]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if requested.get("rangemode") == "tozero":
        low = min(low, 0.0)
    room = _ROOM * (high - low) or 0.5 * abs(high) or 0.5
    return [low if low == 0 and requested.get("rangemode") == "tozero" else low - room, high + room]


def _ends(trace: PlainFigure, letter: str) -> Iterator[float]:
    yield from (value for value in positions(trace, letter) if value is not None)
    for ends in error_ends(trace, letter):
        yield from ends or ()


def even_ticks(low: float, high: float, most: int) -> list[float]:
    """Return up to `most` + 1 multiples of 1, 2 or 5 times a power of ten from low to high."""
    smallest = (high - low) / most
    decade = math.floor(math.log10(smallest))
    step = next(s * 10.0**d for d in (decade, decade + 1) for s in (1, 2, 5) if s * 10.0**d >= smallest * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{step * index:.15g}") for index in range(first, last + 1)]


def _formatted(values: Sequence[float], tick_format: str) -> list[str]:
    """Return all ticks in one format: percentages if the requested format ends in %."""
    if tick_format.endswith("%"):
        return [f"{100 * value:.6g} %" for value in values]
    return [f"{value:,.6g}".replace("-", _MINUS) for value in values]


def _labels_width(axis: PlainFigure) -> int:
    return math.ceil(max((text_width(text) for text in axis["ticktext"]), default=0))


def _tick_lines(axis: PlainFigure) -> int:
    return max((len(text_lines(text)) for text in axis["ticktext"]), default=0)


def _below(name: str, axis: PlainFigure, title: str) -> PlainFigure:
    """Return an x axis's title as an annotation below its tick labels."""
    place = {"x": 0.5, "xref": "paper", "xanchor": "center", "y": 0, "yref": f"{_opposite(name)} domain"}
    return {**place, "yanchor": "top", "yshift": -(_TICK + LINE * _tick_lines(axis) + 4), "text": title, **_PLAIN}


def _above(name: str, title: str) -> PlainFigure:
    """Return a y axis's title as an annotation above it, where its text is horizontal."""
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": f"{name.replace('axis', '')} domain"}
    return {**place, "yanchor": "bottom", "yshift": 3, "text": title, **_PLAIN}


_PLAIN: Final = {"showarrow": False, "borderpad": 0}


def _opposite(name: str) -> str:
    return "y" + name.removeprefix("xaxis")


def _annotated(annotations: Sequence[PlainFigure]) -> int:
    """Return the pixels above the plot of the annotations on its upper edge."""
    on_top = [a for a in annotations if a.get("yref") == "paper" and a.get("y") == 1 and a.get("yanchor") == "bottom"]
    return max((LINE * len(text_lines(a["text"])) + _TICK for a in on_top), default=0)


def _margin_right(
    axes: Mapping[str, PlainFigure], data: Sequence[PlainFigure], annotations: Sequence[PlainFigure]
) -> int:
    """Return the pixels right of the plot: for its last labels, and for what is written there."""
    return max(_right(axes, data), _values_width(annotations), _value_columns(annotations))


def _right(axes: Mapping[str, PlainFigure], data: Sequence[PlainFigure]) -> int:
    """Return the pixels right of the plot: half of the last label may extend there."""
    lasts = [axis["ticktext"][-1] for name, axis in axes.items() if name.startswith("x") and axis["ticktext"]]
    return max(_RIGHT, math.ceil(max((text_width(text) / 2 for text in lasts), default=0)) if data else _RIGHT)


def _values_width(annotations: Sequence[PlainFigure]) -> int:
    """Return the pixels of the widest text at the right of the plot, such as the values of its rows."""
    at_right = [a for a in annotations if a.get("xref") == "paper" and a.get("x") == 1 and a.get("xanchor") == "left"]
    return math.ceil(max((text_width(a["text"]) + a.get("xshift", 0) for a in at_right), default=0))


def _value_columns(annotations: Sequence[PlainFigure]) -> int:
    """Return the pixels right of the plot that columns of right-aligned annotations take."""
    columns = [a for a in annotations if a.get("xref") == "paper" and a.get("x") == 1 and a.get("xanchor") == "right"]
    return max((a.get("xshift", 0) for a in columns), default=0)


def _bottom(axes: Mapping[str, PlainFigure], annotations: Sequence[PlainFigure]) -> int:
    """Return the pixels below the plot, of the lowest of its x axes: tick labels, and the title below them."""
    lowest = min(
        (name for name in axes if name.startswith("y")), key=lambda name: axes[name].get("domain", [0, 1])[0]
    ).replace("axis", "")
    x_axis = axes["xaxis" + lowest[1:]]
    title = next((a["text"] for a in annotations if a.get("yref") == f"{lowest} domain" and a.get("y") == 0), "")
    title_height = LINE * len(text_lines(title)) + 4 if title else 0
    return _TICK + LINE * _tick_lines(x_axis) + title_height + 6


def _legend(data: Sequence[PlainFigure], *, shown: bool) -> list[PlainFigure]:
    """Return the entries of a legend: names, and the trace of each; empty for a single trace."""
    entries = [trace for trace in data if trace.get("name") and trace.get("showlegend", True)]
    if not shown or len(entries) < 2:  # noqa: PLR2004 - a single trace needs no legend
        return []
    return [
        {
            "name": trace["name"],
            "trace": data.index(trace),
        }
        for trace in entries
    ]
