"""Figures in a notebook: interactive in Jupyter, and on the site, whose notebook plugin drops Plotly's own output."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unitdocs.formatting import number
from unitdocs.portal.components.markup import Column, Figure, Html, inline_figure, table
from unitdocs.portal.components.page_output import slug
from unitdocs.portal.figures.plain import PlotlyFigure, plain
from unitdocs.portal.figures.plot import Plot

if TYPE_CHECKING:
    from pandas import DataFrame

_HEIGHT = 400


@dataclass(frozen=True)
class NotebookFigure:
    """A figure as the output of a cell."""

    figure: Figure

    def _repr_mimebundle_(self, **_formats: object) -> dict[str, Any]:
        """Return Plotly's own format for Jupyter, and the HTML of the site's pages for everything else."""
        plot = self.figure.plot
        return {"application/vnd.plotly.v1+json": dict(plot), "text/html": str(inline_figure(self.figure))}


def show(figure: Plot | PlotlyFigure, *, key: str, finding: str, measured: str, data: "DataFrame") -> NotebookFigure:
    """Return a figure to end a cell with.

    Args:
        figure: one of `portal.figures`, or a `plotly.graph_objects.Figure` with points or lines.
        key: its id on the page.
        finding: one sentence that states what the figure shows.
        measured: how it was measured.
        data: the data shown, as a table.
    """
    plot = plain(figure)
    plot["layout"].setdefault("height", _HEIGHT)
    return NotebookFigure(Figure(slug(key), finding, measured, plot, _table(data), is_inline=False))


def _table(data: "DataFrame") -> Html:
    columns = [Column(str(name), is_number=data[name].dtype.kind in "if") for name in data.columns]
    rows = [[_cell(value) for value in row] for row in data.itertuples(index=False)]
    return table("Data", columns, rows)


def _cell(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)
