"""From a figure to plain values that any JSON writer takes."""

import math
from typing import Any, Protocol

import numpy as np

from unitdocs.portal.figures.plot import Plot


class PlotlyFigure(Protocol):
    """A figure made with the package plotly, such as one of a notebook's own."""

    def to_plotly_json(self) -> dict[str, Any]:
        """Return `data` and `layout`."""


def plain(figure: Plot | PlotlyFigure) -> dict[str, Any]:
    """Return `data` and `layout` as plain values: no template, numbers to six digits, None for NaN and infinity."""
    if isinstance(figure, Plot):
        return {"data": _plain(figure.data), "layout": _plain(figure.layout)}
    content = figure.to_plotly_json()
    content["layout"].pop("template", None)
    return {"data": _plain(content["data"]), "layout": _plain(content["layout"])}


def _plain(value: object) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value
