import html
import json
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest

from unitdocs import portal

NOTEBOOK = Path(__file__).parents[3] / "docs/notebooks/read-a-record.ipynb"


@pytest.fixture
def shown() -> dict[str, object]:
    figure = go.Figure(go.Scatter(x=[1, 2], y=[0.5, 0.25]))
    data = pd.DataFrame({"case": ["<b>a</b>", "b"], "ratio": [0.5, 0.25]})
    return portal.show(figure, key="a key", finding="It falls.", measured="By eye.", data=data)._repr_mimebundle_()


def test_a_shown_figure_is_html_that_the_site_draws(shown: dict[str, object]) -> None:
    content = str(shown["text/html"])
    data = content.partition('data-plot="')[2].partition('"')[0]
    assert json.loads(html.unescape(data))["data"][0]["y"] == [0.5, 0.25]
    assert '<figure class="ud-figure" id="a-key"' in content
    assert "<strong>It falls.</strong> By eye." in content
    assert "&lt;b&gt;a&lt;/b&gt;" in content


def test_a_shown_figure_is_plotlys_own_output_in_jupyter(shown: dict[str, object]) -> None:
    plot = shown["application/vnd.plotly.v1+json"]
    assert isinstance(plot, dict)
    assert plot["data"][0]["y"] == [0.5, 0.25]
    assert plot["layout"]["height"] > 0


def test_the_notebook_is_committed_without_outputs() -> None:
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    assert [cell["id"] for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []
