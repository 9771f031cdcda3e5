"""The parts of the guide on shadow mode: what was compared, what it cost, and the rows of the corrected semantics."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from unitdocs import studies
from unitdocs.portal.pages import shadow
from unitdocs.shadow.semantics import SEMANTICS
from unitdocs.studies import ShadowCost, ShadowRun, Study

ROOT = Path(__file__).parents[3]
BY_HAND = {
    1: ("600", "300"),
    2: ("50", "300"),
    3: ("100", "300"),
    4: ("700", "640"),
    5: ("50", "400"),
    6: ("0", "1600"),
    7: ("1", "0.75"),
    8: ("1", "0.5"),
    9: ("1", "0.8"),
    10: ("100", "1200"),
    11: ("400", "1200"),
    12: ("20", "refused"),
}
"""By row: what both systems give for the example of the page, and what its name promises."""


def committed() -> ShadowRun:
    record = studies.load_record("shadow_run", ROOT / "benchmarks" / "results" / "shadow-run.json")
    assert isinstance(record, ShadowRun)
    return record


def snippet(name: str, study: Study[ShadowRun] | None) -> str:
    return str(shadow.build_page(study).files[f"generated/shadow/{name}.md"])


def rows(text: str) -> list[list[str]]:
    return [
        [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    ]


def test_each_row_has_an_example_with_the_number_of_both_systems_and_the_promised_one() -> None:
    _, *found = rows(snippet("semantics", None))
    assert {int(row[0]): tuple(row[-2:]) for row in found} == BY_HAND
    assert len(found) == len(SEMANTICS)
    assert 'Size("parent-width", 50)' in [row[3] for row in found]


def test_a_run_is_shown_with_what_differs_and_how_to_repeat_it() -> None:
    record = committed()
    text = snippet("run", Study(record, is_current=True))
    assert "no difference" in text
    assert "has changed since" not in text
    assert record.command in unescape(text)
    first = record.sources[0].model_copy(update={"different": 3})
    text = snippet("run", Study(record.model_copy(update={"sources": (first, *record.sources[1:])}), is_current=False))
    assert "3 differences" in text
    assert "has changed since" in text


def test_the_cost_is_the_median_of_the_rounds() -> None:
    cost = ShadowCost(share=0.1, budget=0.01, ratios=(1.01, 1.02, 1.5))
    record = committed().model_copy(update={"costs": (cost,), "created": datetime(2026, 1, 2, tzinfo=UTC)})
    text = snippet("cost", Study(record, is_current=True))
    assert "+2.0 %" in text
    assert "3 rounds" in text


def test_without_a_record_the_page_says_so() -> None:
    assert "No long run was made" in snippet("run", None)
    assert "not measured" in snippet("cost", None)


def test_the_committed_run_has_ten_million_resolves_without_a_difference() -> None:
    record = committed()
    assert record.resolves >= 10_000_000
    assert (record.different, record.errors) == (0, 0)
    names = {source.name for source in record.sources}
    assert "golden inputs" in names
    assert sum(name.startswith("Recording ") for name in names) == 5
