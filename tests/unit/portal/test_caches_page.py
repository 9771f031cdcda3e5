"""The part of a guide that says how often caches answer, and its figure."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from page_building import Files, files_of, page_of_downloads

from unitdocs import records, studies
from unitdocs.portal import figures
from unitdocs.portal.figures.heat_map import DEEPEST, PALEST, opacity
from unitdocs.portal.figures.marks import BLUE
from unitdocs.portal.figures.svg import svg
from unitdocs.portal.pages import caches
from unitdocs.records import RunRecord
from unitdocs.studies import CacheCell, CacheHits, CacheTrace, Study

MakeRecord = Callable[..., RunRecord]
Hits = Mapping[tuple[str, str], Sequence[tuple[int, ...]]]
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/best-practices/advanced-features.md"
SIZES = (8, 16, 32)
PLAIN: Hits = {
    # of 1,000 lookups and two seeds, a size each
    ("screens", "lru"): [(100, 120), (300, 300), (400, 402)],
    ("screens", "sieve"): [(200, 200), (305, 305), (404, 406)],
    ("tour", "lru"): [(0, 0), (0, 0), (1000, 1000)],
    ("tour", "sieve"): [(0, 0), (600, 500), (1000, 1000)],
}


@pytest.fixture
def make_hits(make_record: MakeRecord) -> Callable[..., CacheHits]:
    """Return a maker of records of two traces: hits by trace and policy, a size each."""

    def make(hits: Hits = PLAIN, sizes: Sequence[int] = SIZES, **fields: Any) -> CacheHits:
        record = make_record()
        cells = [
            CacheCell(trace=trace, policy=policy, entries=entries, hits=hits_by_seed)
            for (trace, policy), row in hits.items()
            for entries, hits_by_seed in zip(sizes, row, strict=True)
        ]
        names = dict.fromkeys(trace for trace, _ in hits)
        about = {
            "created": record.created,
            "finished": record.created,
            "command": "python count.py --out x.json",
            "environment": record.environment,
            "digest": "sha256:old",
            "seeds": (0, 1),
            "warmup": 50,
            "lookups": 1000,
            "default": "sieve",
            "default_entries": 16,
            "traces": tuple(CacheTrace(name=name, title=f"The {name}", description=f"{name} go on") for name in names),
        }
        return CacheHits(**(about | fields), cells=tuple(cells))

    return make


MakeHits = Callable[..., CacheHits]


def page(hits: CacheHits | None, *, is_current: bool = False) -> Files:
    return files_of(caches.build_page(Study(hits, is_current) if hits else None))


def sizes_of(hits: CacheHits | None, *, is_current: bool = False) -> str:
    return page(hits, is_current=is_current)["caches/sizes.md"]


def finding(content: str) -> str:
    caption = re.search(r"<figcaption><strong>(.+?)</strong>", content)
    assert caption
    return caption[1]


def test_the_guide_includes_what_is_make_hits(make_hits: MakeHits) -> None:
    included = set(re.findall(r'--8<-- "generated/(caches/.+)"', PAGE.read_text()))
    assert included == {name for name in page(make_hits()) if name.startswith("caches/")}


def test_without_a_record_it_is_one_plain_sentence() -> None:
    content = sizes_of(None)
    assert content == "<p>Cache hits were not counted for this site.</p>\n"


def test_the_policy_that_is_least_behind_where_it_does_worst_is_named(
    project: Path, make_record: MakeRecord, make_hits: MakeHits
) -> None:
    output = caches.build_page(Study(make_hits(), is_current=False))
    sentence = "sieve is never more than 0 points behind the best policy, lru up to 55 points."
    assert finding(files_of(output)["caches/sizes.md"]) == sentence
    assert sentence in page_of_downloads(project, make_record(), output)["downloads/figures.md"]
    # lru now does better where little is to be gained, and sieve worse
    worse = {**PLAIN, ("screens", "sieve"): [(100, 100), (280, 290), (400, 400)]}
    sentence = "sieve is never more than 1.5 points behind the best policy, lru up to 55 points."
    assert finding(sizes_of(make_hits(worse))) == sentence


def test_policies_that_are_as_far_behind_share_a_clause(make_hits: MakeHits) -> None:
    three = {**PLAIN, ("screens", "fifo"): PLAIN["screens", "lru"], ("tour", "fifo"): PLAIN["tour", "lru"]}
    assert finding(sizes_of(make_hits(three))).endswith(", lru and fifo up to 55 points.")


def test_a_size_is_enough_where_no_larger_one_gains_a_point(make_hits: MakeHits) -> None:
    content = sizes_of(make_hits())
    assert "is gained" not in content
    assert "From 16 to 32 entries, sieve gains 1 point or more in “The screens” and “The tour”." in content
    # the middle size answers 40 %, the largest 40.5 %
    flat = {**PLAIN, ("screens", "sieve"): [(200, 200), (400, 400), (404, 406)]}
    content = sizes_of(make_hits(flat))
    assert "With sieve, less than 1 point is gained by more than 16 entries in “The screens”." in content
    assert "From 16 to 32 entries, sieve gains 1 point or more in “The tour”." in content


def test_a_size_is_not_enough_where_a_much_larger_one_gains(make_hits: MakeHits) -> None:
    slow = {("screens", "lru"): [(200, 200), (200, 200), (200, 200), (300, 300)]}
    content = sizes_of(make_hits(slow, sizes=(8, 16, 32, 64)))
    assert "is gained" not in content
    assert "From 32 to 64 entries, lru gains" in content
    assert finding(content) == "lru is never more than 0 points behind the best policy."


def test_it_says_how_it_was_counted_and_how_far_the_traces_differ(make_hits: MakeHits) -> None:
    content = sizes_of(make_hits())
    for fact in (
        "2 traces of each kind, 1,000 lookups of each after 50 that fill the cache",
        "differ by at most 2 points, in “The tour” by at most 10 points.",
        "<code>python count.py --out x.json</code>",
        "keeps up to 16 layouts; its policy is sieve.",
        "<li><strong>The tour:</strong> tour go on.</li>",
    ):
        assert fact in content, fact


def test_each_policy_is_listed_by_trace_with_the_size_where_it_does_worst(make_hits: MakeHits) -> None:
    content = sizes_of(make_hits()).partition("</figure>")[2]
    assert re.findall(r'class="ud-number">(\w+)</th>', content) == ["lru", "sieve"]
    rows = re.findall(r'<tr><th scope="row">([\w ]+)</th>(.*)</tr>', content)
    assert {name: re.findall(r'<td class="ud-number">(.+?)</td>', row) for name, row in rows} == {
        "The screens": ["9 at 8 entries", "0 at every size"],
        "The tour": ["55 at 16 entries", "0 at every size"],
    }


def test_one_changed_count_changes_one_row_of_the_data(make_hits: MakeHits) -> None:
    before = page(make_hits())["data/cache-hits.csv"].splitlines()
    assert before[0] == "trace,policy,entries,lookups,hits,share,low,high"
    assert before[1] == "screens,lru,8,2000,220,0.11,0.1,0.12"
    changed = {**PLAIN, ("tour", "sieve"): [(0, 0), (600, 501), (1000, 1000)]}
    after = page(make_hits(changed))["data/cache-hits.csv"].splitlines()
    assert [old for old, new in zip(before, after, strict=True) if old != new] == [
        "tour,sieve,16,2000,1100,0.55,0.5,0.6"
    ]


def test_a_record_says_so_when_the_cache_has_changed_since(project: Path, make_hits: MakeHits) -> None:
    kind = studies.kind_of("cache_hits")

    def content(hits: CacheHits) -> str:
        records.save(hits, project / kind.file)
        study = studies.load_study(kind, project / kind.file, root=project)
        return files_of(caches.build_page(study))["caches/sizes.md"]

    outdated = content(make_hits())
    assert "Stale: the cache hits" in outdated
    assert "Current" not in outdated
    hits = make_hits(digest=kind.digest(project))
    unchanged = content(hits)
    assert "Stale" not in unchanged
    assert "Current: neither the cache nor its traces have changed since." in unchanged
    policies = project / "benchmarks" / "studies" / "policies"
    policies.mkdir(parents=True)
    (policies / "more.py").write_text("")
    assert "Stale: the cache hits" in content(hits)


def test_the_data_page_offers_the_record_with_its_state(
    project: Path, make_record: MakeRecord, make_hits: MakeHits
) -> None:
    def row(hits: CacheHits) -> str:
        content = page_of_downloads(project, make_record(), cache_hits=hits)["downloads/records.md"]
        return next(row for row in content.splitlines() if "cache-hits.json" in row)

    reader = "studies.load_record(&#x27;cache_hits&#x27;, Path(&#x27;cache-hits.json&#x27;))"
    assert reader in row(make_hits())
    assert "stale" in row(make_hits())
    assert "current" in row(make_hits(digest=studies.kind_of("cache_hits").digest(project)))


def test_titles_are_shown_as_they_are(make_hits: MakeHits) -> None:
    odd = tuple(CacheTrace(name=name, title="<b>Odd</b>", description="<i>x</i>") for name in ("screens", "tour"))
    files = page(make_hits(traces=odd))
    assert "<b>Odd" not in files["caches/sizes.md"]
    assert "<i>x" not in files["caches/sizes.md"]
    heads = [note["text"] for note in json.loads(files["figures/cache-hits.json"])["layout"]["annotations"]]
    assert "<b>&lt;b&gt;Odd&lt;/b&gt;</b>" in heads


# The figure


def cells(*shares: float, **columns: Sequence[object]) -> pd.DataFrame:
    """Return cells in one row, a column each."""
    frame = pd.DataFrame({"share": shares, "column": [str(place) for place in range(len(shares))]})
    return frame.assign(**({"group": "G", "row": "R", "is_marked": False, "said": "two\nlines"} | columns))


def plot_of(frame: pd.DataFrame) -> dict[str, Any]:
    return figures.pinned(figures.heat_map(frame, "columns"))


def texts(plot: dict[str, Any]) -> list[str]:
    """Return the texts of the cells."""
    return [note["text"] for note in plot["layout"]["annotations"] if note.get("xref") != "paper"]


def test_every_cell_has_a_shape_a_text_and_a_point_at_one_place() -> None:
    frame = pd.concat(
        [cells(0.1, 0.2, 0.3, group=[name] * 3, row=[row] * 3) for name in ("A", "B") for row in ("x", "y")]
    )
    plot = plot_of(frame)
    shapes, [points] = plot["layout"]["shapes"], plot["data"]
    assert len(shapes) == len(texts(plot)) == len(points["x"]) == 12
    middles = [(round(s["x0"] + s["x1"], 6) / 2, round(s["y0"] + s["y1"], 6) / 2) for s in shapes]
    assert middles == list(zip(points["x"], points["y"], strict=True))
    notes = [note for note in plot["layout"]["annotations"] if note.get("xref") != "paper"]
    assert [(note["x"], note["y"]) for note in notes] == list(zip(points["x"], points["y"], strict=True))
    assert len(set(middles)) == 12
    assert points["text"][0] == "two<br>lines"
    assert plot["layout"]["yaxis"]["ticktext"] == ["x", "y", "x", "y"]


def test_a_larger_share_has_a_deeper_cell() -> None:
    shapes = plot_of(cells(0.0, 0.004, 0.5, 0.9, 1.0))["layout"]["shapes"]
    opacities = [shape["opacity"] for shape in shapes]
    assert opacities == sorted(set(opacities))
    assert (opacities[0], opacities[-1]) == (PALEST, DEEPEST)
    assert {shape["fillcolor"] for shape in shapes} == {BLUE}


def test_a_text_is_a_whole_percentage_bold_where_it_is_marked() -> None:
    plot = plot_of(cells(0.0, 0.126, 1.0, is_marked=[False, True, False]))
    assert texts(plot) == ["0 %", "<b>13 %</b>", "100 %"]


def test_each_group_is_headed_above_its_first_row() -> None:
    frame = pd.concat([cells(0.1, group=["First"]), cells(0.1, group=["Second"])])
    plot = plot_of(frame)
    heads = {note["text"]: note["y"] for note in plot["layout"]["annotations"] if note.get("yref") == "y"}
    rows = plot["layout"]["yaxis"]["tickvals"]
    assert heads == {"<b>First</b>": rows[0] - 1, "<b>Second</b>": rows[1] - 1}
    low, high = sorted(plot["layout"]["yaxis"]["range"])
    assert all(low < row - 0.4 < row + 0.4 < high for row in [*heads.values(), *rows])


def test_its_svg_has_the_cells_in_the_colour_of_the_scheme_and_nothing_that_is_not_seen() -> None:
    drawn = svg(plot_of(cells(0.25, 0.5)), "key", "What it shows")
    assert drawn.count('fill="var(--ud-mark-blue)"') == 2
    assert f'fill-opacity="{opacity(0.25):g}"' in drawn
    assert "<use" not in drawn
    assert 'class="g"' not in drawn, "lines of a grid would run through the texts"


def channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def luminance(colour: Sequence[float]) -> float:
    red, green, blue = (channel(round(value)) for value in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_text_has_enough_contrast_on_the_deepest_cell(scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5:1 for text."""
    light, _, dark = (ROOT / "docs/assets/unitdocs.css").read_text().partition('[data-md-color-scheme="slate"] {')
    style = light if scheme == "light" else dark.partition("}")[0]
    values = dict(re.findall(r"(--[\w-]+): #([0-9a-f]{6});", style)) | (
        {"--md-default-bg-color": "ffffff"} if scheme == "light" else {}
    )
    page, mark, text = (
        [int(values[name][at : at + 2], 16) for at in (0, 2, 4)]
        for name in ("--md-default-bg-color", "--ud-mark-blue", "--ud-text")
    )
    cell = [DEEPEST * over + (1 - DEEPEST) * under for over, under in zip(mark, page, strict=True)]
    darker, lighter = sorted((luminance(cell), luminance(text)))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
