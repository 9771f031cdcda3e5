"""The page that says how near caches are to the optimum, its figures, and the heat maps on it."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from page_building import Files, files_of

from unitdocs.portal import figures
from unitdocs.portal.figures.heat_map import DEEPEST, PALEST, opacity
from unitdocs.portal.figures.marks import BLUE
from unitdocs.portal.figures.svg import svg
from unitdocs.portal.pages import caches
from unitdocs.records import RunRecord
from unitdocs.studies import AgeCurve, CacheReplays, PolicyCurve, ReplayedSession, Study

MakeRecord = Callable[..., RunRecord]
ROOT = Path(__file__).parents[3]
STYLES = ROOT / "src" / "unitdocs" / "portal" / "theme" / "assets" / "unitdocs.css"
PAGE = ROOT / "docs/best-practices/caches.md"


def session(game: str, cache: str, hits: dict[str, tuple[int, int, int]], **fields: Any) -> ReplayedSession:
    """Return a session of 1,000 lookups at 8, 16 and 32 entries; no cache has more than 500, 800 and 900 hits."""
    about: dict[str, Any] = {
        "name": f"{game}/0",
        "title": f"The {game}",
        "description": f"{game} go on",
        "is_held_out": True,
        "lookups": 1000,
        "keys": 70,
        "sizes": (8, 16, 32),
        "ceiling": (500, 800, 900),
        "ages": (AgeCurve(ttl=10.0, hits=(5, 6, 7)), AgeCurve(ttl=None, hits=hits["sieve"])),
    }
    curves = tuple(
        PolicyCurve(policy=policy, hits=row, evictions=(3, 2, 1), peak_bytes=(1000, 2000, 3000))
        for policy, row in hits.items()
    )
    return ReplayedSession(**(about | fields), game=game, cache=cache, curves=curves)


GOOD = {"sieve": (400, 780, 890), "lru": (300, 500, 900)}
POOR = {"sieve": (400, 600, 880), "lru": (300, 500, 600)}


@pytest.fixture
def make_replays(make_record: MakeRecord) -> Callable[..., CacheReplays]:
    """Return a maker of records whose default is sieve, with 16 layouts."""

    def make(*sessions: ReplayedSession, **fields: Any) -> CacheReplays:
        record = make_record()
        about = {
            "created": record.created,
            "finished": record.created,
            "command": "python replay.py --out x.json",
            "environment": record.environment,
            "digest": "sha256:old",
            "default_policy": "sieve",
            "default_entries": {"layouts": 16, "plans": 16},
        }
        return CacheReplays(**(about | fields), sessions=sessions)

    return make


MakeReplays = Callable[..., CacheReplays]


def page(replays: CacheReplays | None, *, is_current: bool = True) -> Files:
    return files_of(caches.build_page(Study(replays, is_current) if replays else None))


def plain(content: str) -> str:
    return re.sub(r"<[^>]+>", "", content)


def test_the_pages_include_what_is_made(make_replays: MakeReplays) -> None:
    files = page(make_replays(session("shop", "layouts", GOOD)))
    texts = PAGE.read_text() + (ROOT / "docs/best-practices/advanced-features.md").read_text()
    included = set(re.findall(r'--8<-- "generated/(caches/.+)"', texts))
    assert included == {name for name in files if name.startswith("caches/")}


def test_without_a_record_each_part_is_one_plain_sentence() -> None:
    assert set(page(None).values()) >= {"<p>Caches were not replayed for this site.</p>\n"}


def test_it_counts_the_held_out_sessions_that_reach_the_goal(make_replays: MakeReplays) -> None:
    searched = session("tour", "layouts", POOR, is_held_out=False, name="tour/1")
    replays = make_replays(session("shop", "layouts", GOOD), session("match", "layouts", POOR), searched)
    assert "layouts (16 entries) in 1 of 2." in plain(page(replays)["caches/goal.md"])
    assert "layouts (16 entries) in 1 of 1." in plain(
        page(make_replays(session("shop", "layouts", GOOD)))["caches/short.md"]
    )


def test_it_names_the_size_from_which_on_each_policy_reaches_the_goal(make_replays: MakeReplays) -> None:
    replays = make_replays(session("shop", "layouts", GOOD), session("match", "layouts", POOR))
    content = plain(page(replays)["caches/goal.md"])
    assert (
        "For layouts, 95 % is reached by sieve from 32 entries on in every held-out session, and by lru at no"
        in content
    )


def test_a_session_without_a_possible_hit_is_left_out(make_replays: MakeReplays) -> None:
    none = {"sieve": (0, 0, 0), "lru": (0, 0, 0)}
    empty = session("drag", "layouts", none, ceiling=(0, 0, 0), ages=())
    content = page(make_replays(session("shop", "layouts", GOOD), empty))
    assert "layouts (16 entries) in 1 of 1." in plain(content["caches/goal.md"])
    assert "no hit possible" in content["caches/goal.md"]


def test_one_changed_count_changes_its_rows_alone(make_replays: MakeReplays) -> None:
    before = page(make_replays(session("shop", "layouts", GOOD)))
    after = page(make_replays(session("shop", "layouts", GOOD | {"sieve": (400, 781, 890)})))
    name = "data/cache-shares-layouts.csv"
    rows = zip(before[name].splitlines(), after[name].splitlines(), strict=True)
    assert [new for old, new in rows if old != new] == ["shop,The shop,sieve,16,1000,781,800,0.97625"]
    assert before["figures/cache-curve-layouts-shop.json"] != after["figures/cache-curve-layouts-shop.json"]


def test_a_stale_record_says_so(make_replays: MakeReplays) -> None:
    replays = make_replays(session("shop", "layouts", GOOD))
    assert "Stale: the replays" in page(replays, is_current=False)["caches/goal.md"]
    assert "Stale" not in page(replays)["caches/goal.md"]


def test_titles_are_shown_as_they_are(make_replays: MakeReplays) -> None:
    odd = session("shop", "layouts", GOOD, title="<b>Odd</b>", description="<i>x</i>")
    files = page(make_replays(odd))
    assert not any("<b>Odd" in content or "<i>x" in content for name, content in files.items() if name.endswith(".md"))


def test_curves_are_below_the_ceiling_and_end_with_the_sizes() -> None:
    points = pd.DataFrame(
        {"policy": ["", "", "lru", "lru"], "entries": [8, 16] * 2, "share": [0.5, 0.9, 0.4, 0.8], "text": ["t"] * 4}
    )
    plot = figures.pinned(figures.size_curves(points, 16))
    ceiling, lru = plot["data"]
    assert ceiling["name"].startswith("Belady")
    assert all(low <= high for low, high in zip(lru["y"], ceiling["y"], strict=True))
    assert plot["layout"]["xaxis"]["ticktext"] == ["8", "16"]
    assert [shape["x0"] for shape in plot["layout"]["shapes"]] == [1], "the default size"
    assert "shapes" not in figures.size_curves(points, 99).layout


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
    assert texts(plot) == ["0", "<b>13</b>", "100"]


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
    light, _, dark = STYLES.read_text().partition('[data-md-color-scheme="slate"] {')
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
