"""A compact page is read as the page that it was made from, and is smaller."""

from html.parser import HTMLParser

import pytest

from unitdocs.publishing.compacting import compact

CELLS = frozenset({"td", "th", "tr"})


class Read(HTMLParser):
    """What a browser reads in a page: its elements with their attributes, and its words.

    Args:
        page: the page.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[object] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, [(key, value or "") for key, value in attrs]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in CELLS:
            self.seen.append(tag)

    def handle_data(self, data: str) -> None:
        self.seen += data.split()


PAGE = """<!doctype html>
<html lang="en" class="no-js">
  <head>
    <meta charset="utf-8">
    <link rel="canonical" href="https://example.org/a/b/" />
    <title>A page</title>
  </head>
  <body>
    <div class="one two" id="three" hidden>
      <a href="../x/?a=1&amp;b=2#c" title="a > b">one</a>
      <a href="../y/" download="">two</a>
      <img src="a.png" alt="it's">
    </div>
    <table>
      <thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>
      <tbody>
        <tr><th scope="row">1</th><td class="n"><b>2</b></td></tr>
        <tr><th scope="row">3</th><td></td></tr>
      </tbody>
    </table>
    <svg viewBox="0 0 9 9"><path d="M1 2z"/><use xlink:href="#a" x="1%"/></svg>
    <script>if (1 < 2) { document.title = '<div class="x">'; }</script>
  </body>
</html>
"""


def test_elements_attributes_and_words_stay() -> None:
    assert Read(compact(PAGE)).seen == Read(PAGE).seen
    assert len(compact(PAGE)) < 0.8 * len(PAGE)


def test_what_is_compact_stays_as_it_is() -> None:
    assert compact(compact(PAGE)) == compact(PAGE)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<ul>\n\n  <li>one\n  two</li>\n</ul>", "<ul><li>one\ntwo</li></ul>"),
        ("<b>one</b>\n  <i>two</i>", "<b>one</b>\n<i>two</i>"),
        ("<li>one</li>\n<li>two</li>", "<li>one</li>\n<li>two</li>"),
        ('<p class="a">\n<pre>\n  a\n\n    b\n</pre>', "<p class=a><pre>\n  a\n\n    b\n</pre>"),
        ("<textarea>\n  c\n</textarea>", "<textarea>\n  c\n</textarea>"),
        ("<script>\n  a\n  b\n</script>", "<script>\na\nb\n</script>"),
        ('<pre><span class="k">def</span> <span class="n">f</span></pre>', "<pre><span class=k>def</span> f</pre>"),
        ('<use x="1" y="2"/>', "<use x=1 y=2 />"),
        ('<use x="1" y="2 3"/>', '<use x=1 y="2 3"/>'),
        ('<a title=\'a "b"\' href="c">', '<a title=\'a "b"\' href="c">'),
        ('<p data-search-exclude class="a">', "<p class=a>"),
    ],
)
def test_only_what_means_nothing_is_left_out(page: str, expected: str) -> None:
    assert compact(page) == expected
