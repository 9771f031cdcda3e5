import dataclasses
import html
import json
import re
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


LONG = "Inventory (1,000 elements): re-resolve at a new viewport"
WIDE_ROW = [LONG, "147 µs", "83.7 µs", Html("43 % faster<br><small>41 % to 45 %</small>"), "faster"]
WIDE_COLUMNS = [Column("Case"), *(Column(title, is_number=True) for title in ("original", "refactored", "Effect"))]


def test_a_table_that_is_too_wide_for_a_phone_gives_its_cells_the_titles_of_their_columns() -> None:
    content = table("Times", [*WIDE_COLUMNS, Column("Verdict")], [WIDE_ROW])
    assert 'data-narrow="cards"' in content
    style = html.unescape(content.split('style="')[1].split('"')[0])
    assert style == '--title-2:"original";--title-3:"refactored";--title-4:"Effect";--title-5:"Verdict";'


def test_a_number_in_the_first_column_says_of_what() -> None:
    columns = [Column("Elements", is_number=True), Column("Meaning of the number in a sentence")]
    assert html.escape('--title-1:"Elements";') in table(
        "Sizes", columns, [["100", LONG] for _ in range(2)] + [["1", 40 * "x"]]
    )


def test_a_table_whose_columns_fit_a_phone_stays_a_table() -> None:
    assert "data-narrow" not in table("Rounds", WIDE_COLUMNS, [["1", "147 µs", "83.7 µs", Html("<b>43 %</b>")]])
    assert "data-narrow" in table("Rounds", WIDE_COLUMNS, [["1", "147 µs", "83.7 µs", "43 % faster than before"]])


@given(st.text())
def test_a_column_s_title_cannot_leave_its_string_in_a_style(title: str) -> None:
    content = table("Any", [Column("Case"), Column(title)], [[LONG, 40 * "x"]])
    style = html.unescape(content.split('style="')[1].split('"')[0])
    assert re.fullmatch(r'--title-2:"(?:[^"\\\x00-\x1f]|\\[0-9a-f]+ )*";', style), style


def test_a_figure_that_is_longer_than_a_sheet_is_scaled_to_it() -> None:
    tall = dataclasses.replace(SHOWN, plot={"data": [], "layout": {"height": 1600}})
    assert 'style="--paper:0.50"' in inline_figure(tall)
    assert "--paper" not in inline_figure(SHOWN)
