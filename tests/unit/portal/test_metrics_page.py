"""The page of metrics: each one with its labels, as declared, and what observing costs."""

import re
from html import unescape
from pathlib import Path

from made_records import record, with_ratios
from page_building import current, files_of

from unitdocs.monitoring.metrics.families import FAMILIES, FamilyType
from unitdocs.portal.pages import metrics
from unitdocs.records import RunRecord, SuiteInfo

PAGE = Path(__file__).parents[3] / "docs/operate/metrics.md"
SUITES = (SuiteInfo(name="observed", title="Observed games", arms=("unobserved", "observed")),)


def text(snippet: str, made: RunRecord | None = None) -> str:
    content = files_of(metrics.build_page(current(made) if made else None))[f"metrics/{snippet}.md"]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content.replace("<wbr>", "").replace("_ ", "_"))).split())


def test_every_family_is_a_row_with_what_it_says_and_each_value_of_its_labels() -> None:
    shown = text("families")
    assert shown.startswith(f"All {len(FAMILIES)} metrics")
    for family in FAMILIES:
        row = shown.partition(f" {family.name} {family.type} ")[2].partition(" unitdocs_")[0]
        assert family.help in row, family.name
        assert all(name in row and all(value in row for value in values) for name, values in family.labels.items())


def test_a_name_can_be_broken_on_a_phone_and_is_whole_when_it_is_copied() -> None:
    content = files_of(metrics.build_page(None))["metrics/families.md"]
    assert "<code>unitdocs_<wbr>errors_<wbr>total</code>" in content


def test_every_histogram_says_how_far_its_buckets_reach() -> None:
    shown = text("histograms")
    assert all((family.name in shown) == (family.type is FamilyType.HISTOGRAM) for family in FAMILIES)
    assert "unitdocs_slowdown_ratio : 13 bounds from 0.25 to 25, and infinity." in shown
    assert "unitdocs_calculation_seconds : 18 bounds from 100 ns to 50 ms, and infinity." in shown


def test_without_a_run_the_page_says_that_nothing_was_measured() -> None:
    assert text("cost") == "What observing costs was not measured for this site."


def test_each_way_of_observing_has_a_sentence_and_each_work_a_row() -> None:
    observed = [
        with_ratios(
            *(ratio + i / 1e4 for i in range(8)), scenario=f"drag/{mode}", title=f"Drag, {mode}", suite="observed"
        )
        for mode, ratio in (("counters", 1.001), ("full", 1.5))
    ]
    shown = text("cost", record(*observed, suites=SUITES))
    assert "counters : 0.13 % slower; below margin in 1 of 1 case." in shown
    assert "full : 50 % slower; slower in 1 of 1 case." in shown
    assert re.search(r"Drag, full 1 ms 1\.5 ms 50 % slower", shown), shown
    assert "Reproduce this: " in shown


def test_the_page_includes_every_snippet() -> None:
    written = PAGE.read_text()
    snippets = [path for path in files_of(metrics.build_page(None)) if path.endswith(".md")]
    assert all(f'--8<-- "generated/{path}"' in written for path in snippets)
