import html
import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.portal.components.markup import (
    Column,
    Figure,
    Html,
    Page,
    escape,
    figure,
    folded,
    inline_figure,
    join,
    table,
    tag,
)


class Reader(HTMLParser):
    """Collects the names of all elements and the text of an HTML fragment."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.text = ""
        self.feed(content)

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


LAID_OUT = {"data": [], "layout": {"height": 200}}
SHOWN = Figure("a-key", "It is faster.", "Measured so.", LAID_OUT, Html("<table></table>"), is_inline=False)


@pytest.mark.parametrize(
    ("page", "target", "address"),
    [
        ("index.md", "generated/figures/a.json", "generated/figures/a.json"),
        ("index.md", "decision.md", "decision/"),
        ("decision.md", "generated/data/a.csv", "../generated/data/a.csv"),
        ("decision.md", "index.md", "../"),
        ("benchmarks/summary.md", "generated/figures/a.json", "../../generated/figures/a.json"),
        ("benchmarks/summary.md", "benchmarks/method.md", "../method/"),
        ("benchmarks/index.md", "generated/a.json", "../generated/a.json"),
        ("notebooks/read.ipynb", "benchmarks/summary.md", "../../benchmarks/summary/"),
        ("benchmarks/summary.md", "notebooks/read.ipynb", "../../notebooks/read/"),
    ],
)
def test_a_link_is_relative_to_the_address_the_page_is_served_from(page: str, target: str, address: str) -> None:
    assert Page(page).link(target) == address


@given(st.text())
def test_text_from_outside_never_becomes_an_element(text: str) -> None:
    assert Reader(tag("p", text)).names == ["p"]
    assert Reader(table(text, [Column(text)], [[text]])).names.count("script") == 0
    assert "\n" not in escape(text)


def test_text_comes_out_as_it_went_in() -> None:
    assert Reader(tag("td", "a < b & \"c\" 'd'")).text == "a < b & \"c\" 'd'"


def test_html_is_not_escaped_twice() -> None:
    assert tag("p", join([tag("b", "1 < 2"), "3 > 2"], " ")) == "<p><b>1 &lt; 2</b> 3 &gt; 2</p>"


def test_attributes_cannot_be_left_by_a_quote() -> None:
    assert tag("p", "x", title='"><script>') == '<p title="&quot;&gt;&lt;script&gt;">x</p>'


def test_a_table_names_its_columns_and_rows() -> None:
    content = table("Caption", [Column("Case"), Column("Time", is_number=True)], [["a", "1 s"]])
    assert "<caption>Caption</caption>" in content
    assert '<th scope="col">Case</th><th scope="col" class="ud-number">Time</th>' in content
    assert '<th scope="row">a</th><td class="ud-number">1 s</td>' in content


def test_a_figure_names_its_data_by_addresses_relative_to_the_page() -> None:
    content = figure(Page("benchmarks/summary.md"), SHOWN)
    assert 'data-figure="../../generated/figures/a-key.json"' in content
    assert 'href="../../generated/data/a-key.csv"' in content
    assert 'style="height:200px"' in content
    assert "<strong>It is faster.</strong> Measured so." in content
    assert "<button" in content


def test_what_is_folded_away_has_a_line_that_says_what_it_comes_to() -> None:
    assert Reader(folded("a < b", tag("p", "c"))).text.split() == ["a", "<", "b", "c"]


def test_an_inline_figure_carries_its_data_and_no_data_can_end_the_attribute() -> None:
    plot = {"data": [{"name": '"><script>&amp;'}], "layout": {"height": 200}}
    content = inline_figure(Figure("a", "f", "m", plot, Html(""), is_inline=False))
    inside = content.partition('data-plot="')[2].partition('"')[0]
    assert json.loads(html.unescape(inside)) == plot
    assert "<script" not in content
    assert "data-figure" not in content
