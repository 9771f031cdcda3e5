"""The page that says which settings matter, and its forest plot."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from page_building import Files, files_of

from unitdocs.portal.pages import sensitivity
from unitdocs.records import RunRecord
from unitdocs.studies import Sensitivity, SettingEffect, Study

MakeRecord = Callable[..., RunRecord]
PAGE = Path(__file__).parents[3] / "docs/best-practices/sensitivity.md"


def effect(setting: str, ratio: float | None, outcome: str | None, **fields: Any) -> SettingEffect:
    about: dict[str, Any] = {
        "setting": setting,
        "value": "0",
        "work": "chat",
        "title": "A dragged chat",
        "elements": 84,
        "ratio": ratio,
        "low": ratio and ratio * 0.98,
        "high": ratio and ratio * 1.02,
        "level": 0.99,
        "outcome": outcome,
        "seconds": 0.001,
        "rounds": 12,
        "default_bytes": 1000,
        "changed_bytes": 2000,
    }
    return SettingEffect(**(about | fields))


@pytest.fixture
def make_sensitivity(make_record: MakeRecord) -> Callable[..., Sensitivity]:
    def make(*effects: SettingEffect) -> Sensitivity:
        record = make_record()
        return Sensitivity(
            created=record.created,
            finished=record.created,
            command="unitdocs tune sensitivity",
            digest="sha256:old",
            environment=record.environment,
            seed=1,
            margin=0.01,
            defaults={"compiling": "350"},
            effects=effects,
        )

    return make


MakeSensitivity = Callable[..., Sensitivity]


def page(record: Sensitivity | None, *, is_current: bool = True) -> Files:
    return files_of(sensitivity.build_page(Study(record, is_current) if record else None))


def text(record: Sensitivity | None, **more: bool) -> str:
    return re.sub(r"<[^>]+>", " ", page(record, **more)["sensitivity/effects.md"])


def test_the_page_includes_what_is_made() -> None:
    assert set(re.findall(r'--8<-- "generated/(sensitivity/.+)"', PAGE.read_text())) == {"sensitivity/effects.md"}
    assert "was not measured for this site" in text(None)


def test_settings_are_sorted_into_what_matters_what_does_not_and_what_is_open(
    make_sensitivity: MakeSensitivity,
) -> None:
    record = make_sensitivity(
        effect("validation", 1.0, "equivalent"),
        effect("compiling", 1.5, "worse"),
        effect("compiling", 1.0, "equivalent", value="3500"),
        effect("plan_ttl", 1.005, "inconclusive"),
        effect("layout_ttl", 1.02, "worse", low=1.005),
        effect("smallest_kept", None, None, reason="the seconds were used up", seconds=None, rounds=0),
    )
    said = text(record)
    assert "CPU time differs by more than 1 % with compiling (up to +50.0 %)." in said
    assert "It does not with validation." in said
    assert "Not certain: layout ttl, plan ttl and smallest kept." in said
    assert said.index("compiling") < said.index("validation")


def test_nothing_that_matters_is_said_plainly(make_sensitivity: MakeSensitivity) -> None:
    assert "No setting moves CPU time by more than 1 %." in text(make_sensitivity(effect("x", 1.0, "equivalent")))


def test_the_plot_has_a_row_for_each_measured_effect_and_its_margin(make_sensitivity: MakeSensitivity) -> None:
    record = make_sensitivity(
        effect("compiling", 1.5, "worse"), effect("compiling", 0.8, "better", value="9"), effect("x", None, None)
    )
    plot = json.loads(page(record)["figures/setting-effects.json"])
    assert sum(len(trace["y"]) for trace in plot["data"]) == 2
    [band] = [shape for shape in plot["layout"]["shapes"] if shape["type"] == "rect"]
    assert (round(band["x0"], 4), band["x1"]) == (round(1 / 1.01, 4), 1.01)


def test_one_changed_effect_changes_one_row_of_the_data(make_sensitivity: MakeSensitivity) -> None:
    fixed = effect("x", 1.0, "equivalent")
    before, after = (page(make_sensitivity(fixed, effect("y", ratio, "worse"))) for ratio in (1.5, 1.6))
    rows = zip(*(files["data/setting-effects.csv"].splitlines() for files in (before, after)), strict=True)
    assert sum(old != new for old, new in rows) == 1


def test_a_record_without_any_result_has_no_figure(make_sensitivity: MakeSensitivity) -> None:
    files = page(make_sensitivity(effect("x", None, None, reason="stopped", seconds=None, rounds=0)))
    assert not any(name.startswith("figures/") for name in files)
    assert "not measured" in files["sensitivity/effects.md"]


def test_a_stale_record_says_so(make_sensitivity: MakeSensitivity) -> None:
    record = make_sensitivity(effect("x", 1.0, "equivalent"))
    assert "Stale" in text(record, is_current=False)
    assert "Stale" not in text(record)
