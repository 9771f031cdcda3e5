"""From a plotly figure to plain values that any JSON writer takes."""

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go


def plain(figure: "go.Figure") -> dict[str, Any]:
    """Return `data` and `layout` as plain values: no template, numbers to six digits, None for "no answer"."""
    content = figure.to_plotly_json()
    content["layout"].pop("template", None)
    return {"data": _plain(content["data"]), "layout": _plain(content["layout"])}


def _plain(value: object) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value
