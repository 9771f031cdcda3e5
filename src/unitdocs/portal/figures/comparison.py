"""Both arms beside each other: the means of many cases, and the rounds of one."""

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from unitdocs.portal.cases import Case, measured, read
from unitdocs.portal.figures.axes import label, label_axis, quantity_axis
from unitdocs.portal.figures.marks import ARMS, BLUE, GREY, LEGEND, height, margins
from unitdocs.portal.rounds import per_round, ratios
from unitdocs.portal.wording import quantity

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from pandas import DataFrame

DISTRIBUTION_HEIGHT = 340


def before_after(effects: "DataFrame") -> "go.Figure":
    """Draw the means of both arms of every measured case of one metric, joined by a line, on a log axis of SI units.

    Args:
        effects: rows of `records.to_effects()` of one suite and metric, at least one of them measured.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - plotly would slow the start of the command line

    cases = measured(read(effects))
    figure = go.Figure([_joins(cases), *(_means(role, cases) for role in ARMS)])
    figure.update_layout(
        height=height(len(cases)),
        margin=margins(),
        legend=LEGEND,
        xaxis=quantity_axis([value for case in cases for value in _both(case)], cases[0].unit),
        yaxis=label_axis({row: label(case.title) for row, case in enumerate(cases)}),
    )
    return figure


def distribution(frame: "DataFrame") -> "go.Figure":
    """Draw one case: above, one point a round for each arm; below, the ratio of each round in the order they ran.

    Args:
        frame: rows of `records.to_frame()` of one case.
    """
    from plotly.subplots import make_subplots  # noqa: PLC0415 - as above

    values, by_round = per_round(frame), ratios(frame)
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.3)
    for role in ARMS:
        figure.add_trace(_box(values[values["role"] == role], role), row=1, col=1)
    figure.add_trace(_ratio_points(by_round), row=2, col=1)
    figure.update_xaxes(quantity_axis(values["value"].tolist(), str(frame["unit"].iloc[0])), row=1, col=1)
    figure.update_yaxes(type="category", automargin=True, row=1, col=1)
    figure.update_xaxes(title={"text": "round"}, row=2, col=1)
    figure.update_yaxes(title={"text": "ratio"}, tickformat=".4~g", nticks=5, automargin=True, row=2, col=1)
    figure.update_layout(height=DISTRIBUTION_HEIGHT, margin=margins(legend=False), showlegend=False)
    return figure


def _both(case: Case) -> list[float]:
    return [value for value in (case.base, case.head) if value is not None]


def _joins(cases: Sequence[Case]) -> "go.Scatter":
    """Return one trace of all joining lines; None breaks the line between cases."""
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    return go.Scatter(
        x=[place for case in cases for place in (case.base, case.head, None)],
        y=[place for row in range(len(cases)) for place in (row, row, None)],
        mode="lines",
        line={"color": GREY, "width": 1},
        showlegend=False,
        hoverinfo="skip",
    )


def _means(role: str, cases: Sequence[Case]) -> "go.Scatter":
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    colour, symbol = ARMS[role]
    name = cases[0].control if role == "control" else cases[0].treatment
    values = [case.base if role == "control" else case.head for case in cases]
    shown = [f"{case.title}, {name}: {quantity(value, case.unit)}" for case, value in zip(cases, values, strict=True)]
    return go.Scatter(
        x=values,
        y=list(range(len(cases))),
        mode="markers",
        name=html.escape(name),
        marker={"color": colour, "symbol": symbol, "size": 9},
        text=[html.escape(text) for text in shown],
        hovertemplate="%{text}<extra></extra>",
    )


def _box(arm: "DataFrame", role: str) -> "go.Box":
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    colour, symbol = ARMS[role]
    return go.Box(
        x=arm["value"].tolist(),
        y=[html.escape(str(name)) for name in arm["arm"]],
        orientation="h",
        boxpoints="all",
        pointpos=0,
        jitter=0.6,
        line={"color": colour, "width": 1},
        fillcolor="rgba(0,0,0,0)",
        marker={"color": colour, "symbol": symbol, "size": 5},
        hoverinfo="x",
    )


def _ratio_points(by_round: "DataFrame") -> "go.Scatter":
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    return go.Scatter(
        x=(by_round["round"] + 1).tolist(),
        y=by_round["ratio"].tolist(),
        mode="markers",
        marker={"color": BLUE, "symbol": "circle", "size": 6},
        hovertemplate="round %{x}: %{y:.4g}<extra></extra>",
    )
