"""A figure as plain Plotly JSON: traces and a layout.

Plotly's own figure objects check every property when it is set, which took half of the time of rendering a site. Here a
figure is what would be written in the end; a test validates every kind of figure with Plotly.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Trace = dict[str, Any]
"""One trace: its type and its properties."""


class Plot:
    """A figure without a template and without a title.

    Args:
        data: its traces, in the order in which they are drawn.
        layout: properties of the layout.
    """

    def __init__(self, data: Iterable[Trace], **layout: Any) -> None:  # noqa: ANN401 -- any property of Plotly
        self.data = list(data)
        self.layout: dict[str, Any] = dict(layout)

    def set_layout(self, **properties: Any) -> None:  # noqa: ANN401 -- as above
        """Set properties of the layout, each as a whole."""
        self.layout.update(properties)

    def add_line_at_x(self, x: float, line: Mapping[str, Any]) -> None:
        """Draw a vertical line over the whole height of the plot."""
        self._add_shape(type="line", x0=x, x1=x, xref="x", y0=0, y1=1, yref="y domain", line=dict(line))

    def add_line_at_y(self, y: float, line: Mapping[str, Any], axis: str = "") -> None:
        """Draw a horizontal line over the whole width of a plot; `axis` is the number of its axes, from 2."""
        self._add_shape(type="line", x0=0, x1=1, xref=f"x{axis} domain", y0=y, y1=y, yref=f"y{axis}", line=dict(line))

    def add_band_over_x(self, low: float, high: float, colour: str, opacity: float) -> None:
        """Fill a range of x over the whole height of the plot."""
        fill = {"fillcolor": colour, "opacity": opacity, "line": {"width": 0}}
        self._add_shape(type="rect", x0=low, x1=high, xref="x", y0=0, y1=1, yref="y domain", **fill)

    def add_band_over_y(self, low: float, high: float, colour: str, opacity: float, axis: str = "") -> None:
        """Fill a range of y over the whole width of a plot; `axis` is the number of its axes, from 2."""
        fill = {"fillcolor": colour, "opacity": opacity, "line": {"width": 0}}
        self._add_shape(type="rect", x0=0, x1=1, xref=f"x{axis} domain", y0=low, y1=high, yref=f"y{axis}", **fill)

    def _add_shape(self, **properties: Any) -> None:  # noqa: ANN401 -- as above
        self.layout.setdefault("shapes", []).append(properties)


def scatter(**properties: Any) -> Trace:  # noqa: ANN401 -- any property of Plotly
    """Return a trace of points or lines."""
    return {"type": "scatter", **properties}
