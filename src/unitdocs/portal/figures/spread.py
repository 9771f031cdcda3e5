"""A row for each case with both arms in it: how much each varies, whether they overlap, and their values as text."""

from typing import TYPE_CHECKING

from unitdocs.formatting import quantity
from unitdocs.portal.figures.axes import Axis, label, label_axis, literal, quantity_axis, repeat_above
from unitdocs.portal.figures.marks import ARMS, VERMILION
from unitdocs.portal.figures.pin import text_width
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame

_THIN, _THICK = 1.5, 4
"""Widths in pixels of the line from the smallest to the largest, and of the one inside it."""
_MARKS = {"control": 8, "treatment": 6}
"""Sizes by role: where both are in one place, the control's is seen behind the treatment's."""
_ROW, _LINE, _AROUND = 26, 15, 45
"""Pixels of a row, which on a phone also has its label above its marks; of each further line; and around all rows."""
_MOST_TICKS = 4
LETTERS = 42
"""Letters of a line of a label where one line is not enough; two lines are."""
_ONE_LINE = 296
"""Pixels of a label that a phone has room for in one line; a longer one gives all rows a second line."""


def spread(rows: "DataFrame", unit: str, limit: float | None = None) -> Plot:
    """Draw for each case and arm a thin line, a thick one inside it and a mark, and the marks' values at the right.

    Args:
        rows: one row per case and arm, cases in their order, those of a group in succession: `group` (may be empty),
            `label`, `scenario`, `metric`, `title`, `arm`, `role`, and `low`, `first`, `median`, `third` and `high`,
            ascending, where the lines begin and end.
        unit: unit of these values.
        limit: a value that is drawn as a dashed line.
    """
    places = _places(rows)
    labels = _labels(rows, places)
    arms = {role: rows[rows["role"] == role] for role in ARMS}
    figure = Plot([trace for role, arm in arms.items() for trace in _arm(arm, role, places, unit)])
    values = [*rows["low"], *rows["high"], *([] if limit is None else [limit])]
    quantities = _with_few_ticks(quantity_axis([float(value) for value in values], unit))
    is_tall = any("<br>" in text for text in labels.values())
    figure.set_layout(
        height=(_ROW + _LINE * is_tall) * (max(labels) + 1) + _AROUND,
        xaxis=quantities,
        yaxis={**label_axis(labels), "range": [max(labels) + 0.6, -0.9]},
        annotations=_values(arms, places, unit),
    )
    if limit is not None:
        figure.add_line_at_x(limit, {"color": VERMILION, "width": 1, "dash": "dash"})
    repeat_above(figure, quantities)
    return figure


def _with_few_ticks(axis: Axis) -> Axis:
    """Return an axis with so few ticks that their labels also fit on a phone, next to the values."""
    step = -(-len(axis.get("tickvals", [])) // _MOST_TICKS) or 1
    return {**axis, **{name: axis[name][::step] for name in ("tickvals", "ticktext") if name in axis}}


def _places(rows: "DataFrame") -> list[int]:
    """Return the place of each row of the table, counted from the top; the title of a group has one of its own."""
    places: list[int] = []
    place, last = -1, ("", "", "")
    for row in rows.to_dict("records"):
        key = (str(row["group"]), str(row["metric"]), str(row["scenario"]))
        if key != last:
            place += 2 if key[0] and key[0] != last[0] else 1
        last = key
        places.append(place)
    return places


def _labels(rows: "DataFrame", places: "Sequence[int]") -> dict[int, str]:
    """Return the labels by place, each on one line if all of them fit."""
    texts = dict(zip(places, rows["label"], strict=True))
    is_short = all(text_width(literal(text)) <= _ONE_LINE for text in texts.values())
    labels = {place: literal(text) if is_short else label(text, LETTERS) for place, text in texts.items()}
    firsts = {group: place for group, place in reversed(list(zip(rows["group"], places, strict=True))) if group}
    return labels | {place - 1: f"<b>{literal(group)}</b>" for group, place in firsts.items()}


def _arm(arm: "DataFrame", role: str, places: "Sequence[int]", unit: str) -> list[Trace]:
    colour, symbol = ARMS[role]
    name = str(arm["arm"].iloc[0])
    records = arm.to_dict("records")
    heights = [places[index] for index in arm.index]
    hover = [
        f"{row['title']}, {name}: {quantity(row['median'], unit)} "
        f"({quantity(row['low'], unit)} to {quantity(row['high'], unit)})"
        for row in records
    ]
    spans = [
        scatter(
            x=[place for row in records for place in (row[start], row[end], None)],
            y=[place for row in heights for place in (row, row, None)],
            mode="lines",
            line={"color": colour, "width": width},
            showlegend=False,
            hoverinfo="skip",
        )
        for start, end, width in (("low", "high", _THIN), ("first", "third", _THICK))
    ]
    marks = scatter(
        x=[row["median"] for row in records],
        y=heights,
        mode="markers",
        name=literal(name),
        marker={"color": colour, "symbol": symbol, "size": _MARKS[role]},
        text=[literal(text) for text in hover],
        hovertemplate="%{text}<extra></extra>",
    )
    return [*spans, marks]


def _values(arms: "Mapping[str, DataFrame]", places: "Sequence[int]", unit: str) -> list[dict[str, object]]:
    """Return the marks' values of both arms as text at the right of each row."""
    texts: dict[int, list[str]] = {}
    for arm in arms.values():
        for index, value in zip(arm.index, arm["median"], strict=True):
            texts.setdefault(places[index], []).append(quantity(float(value), unit))
    at_right = {
        "xref": "paper",
        "x": 1,
        "xanchor": "left",
        "xshift": 8,
        "yref": "y",
        "showarrow": False,
        "borderpad": 0,
    }
    return [{**at_right, "y": place, "text": change_of(*values)} for place, values in texts.items()]


def change_of(control: str, treatment: str) -> str:
    """Return two quantities as one text, with their unit once if they share it: `570 → 280 µs`."""
    number, _, unit = control.partition(" ")
    return f"{number if unit and unit == treatment.partition(' ')[2] else control} → {treatment}"
