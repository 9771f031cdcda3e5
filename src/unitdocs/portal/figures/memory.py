"""How much memory the same work takes in both arms, against the number of elements."""

from typing import TYPE_CHECKING

from unitdocs.formatting import size
from unitdocs.portal.figures.axes import literal, quantity_axis
from unitdocs.portal.figures.marks import ARMS, DASHES
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from pandas import DataFrame

MEMORY_HEIGHT = 420


def peak_memory(peaks: "DataFrame") -> Plot:
    """Draw the peak of each case and arm as a mark, both axes logarithmic; a line joins sizes of the same work.

    Args:
        peaks: one row per case and arm, sizes of the same work ascending: `title`, `work` (empty for work of one size
            alone), `arm`, `role`, `elements` and `bytes`, both above 0.
    """
    arms = {role: peaks[peaks["role"] == role] for role in ARMS}
    figure = Plot([trace for role, arm in arms.items() for trace in (_lines(arm, role), _marks(arm, role))])
    figure.set_layout(
        height=MEMORY_HEIGHT,
        xaxis={**quantity_axis([float(n) for n in peaks["elements"]], "1"), "title": {"text": "elements"}},
        yaxis={**quantity_axis([float(n) for n in peaks["bytes"]], "B"), "title": {"text": "peak memory"}},
    )
    return figure


def _lines(arm: "DataFrame", role: str) -> Trace:
    """Return one trace of all lines; None breaks it between kinds of work."""
    joined = [rows for work, rows in arm.groupby("work", sort=False) if work]
    return scatter(
        x=[place for rows in joined for place in (*rows["elements"].tolist(), None)],
        y=[place for rows in joined for place in (*rows["bytes"].tolist(), None)],
        mode="lines",
        line={"color": ARMS[role][0], "width": 2, "dash": DASHES[role]},
        showlegend=False,
        hoverinfo="skip",
    )


def _marks(arm: "DataFrame", role: str) -> Trace:
    colour, symbol = ARMS[role]
    name = str(arm["arm"].iloc[0])
    hover = [f"{row['title']}, {name}: {size(row['bytes'])}" for row in arm.to_dict("records")]
    return scatter(
        x=arm["elements"].tolist(),
        y=arm["bytes"].tolist(),
        mode="markers",
        name=literal(name),
        marker={"color": colour, "symbol": symbol, "size": 8},
        text=[literal(text) for text in hover],
        hovertemplate="%{text}<extra></extra>",
    )
