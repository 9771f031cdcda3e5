# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""The home page: the answer in a few lines, and what a frame gains."""

import re
from collections.abc import Callable

import pytest
from page_building import Files, files_of, stale

from unitdocs import analysis, records
from unitdocs.analysis.criteria import Check, Criteria, Criterion, Need
from unitdocs.portal.pages import home
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]
FASTER = Criteria(criteria=(Criterion(title="faster", check=Check(need=Need.IMPROVED, suites=("units",))),))


def page(record: RunRecord) -> Files:
    return files_of(home.build_page(stale(record), None, FASTER))


def test_the_home_page_gives_the_milliseconds_of_a_frame_from_the_frame_case(make_record: MakeRecord) -> None:
    record = make_record()
    effects = analysis.to_effects(record).set_index(["suite", "scenario", "metric"])
    control, treatment = effects.loc[("units", "size", "time"), ["control_mean", "treatment_mean"]]
    content = page(record)["home/suites.md"]
    # The frame of `units` does 1,000 operations of `size`.
    assert f"{control * 1000 * 1e3:.0f} ms" in content
    assert f"{treatment * 1000 * 1e3:.1f} ms" in content
    assert "A frame lasts 16.7 ms." in content
    assert re.search(r'Least: <span class="ud-verdict ud-worse">50\.\d* % slower</span> \([^)]+\) in “Small”', content)
    average = re.search(r"([\d.]+) % faster</span><span>on average of 2 cases", content)
    assert average
    expected = 1 - (1.5 / 4) ** 0.5  # four times faster, and 50 % slower
    assert float(average[1]) == pytest.approx(100 * expected, rel=0.01)


def test_the_answer_names_every_slower_case(make_record: MakeRecord) -> None:
    content = page(make_record())["home/answer.md"]
    assert "<strong>Not yet: the refactored system is faster in 2 of 3 cases, slower in 1.</strong>" in content
    assert "<p>Time: Small is 50." in content
    assert "Peak memory: worse in 1 of 1 case. The worst: 3 kB instead of 2 kB, in “Big”." in content
    assert "1 of 4 scenarios failed, because results differ or a round did not end:" in content
    measured = tuple(case for case in make_record().cases if case.scenario != "odd")
    unmeasured = measured[1].model_copy(
        update={"scenario": "later", "status": records.Status.NOT_MEASURED, "rounds": ()}
    )
    some = page(make_record(cases=(*measured, unmeasured)))["home/answer.md"]
    assert "In all 3 scenarios measured, both systems gave the same results" in some, "not of the one that was not"
    mean_of_all = re.search(r"3 single operations: on average ([\d.]+)× faster \(([\d.]+)× to ([\d.]+)×\)\.", content)
    assert mean_of_all, content
    mean, low, high = map(float, mean_of_all.groups())
    assert mean == pytest.approx((10 * 4 / 1.5) ** (1 / 3), rel=0.01), "ten and four times faster, 1.5 times slower"
    assert low <= mean <= high
    assert low < high < 1.05 * low
    assert re.search(r"Least: 50\.\d % slower in “Small”\. Most: [\d.]+× faster in “Size”\.", content)
    for question in ("Go or no go", "Same result", "Speed", "Where it is worse", "How certain", "Measured"):
        assert f"<dt>{question}</dt>" in content
    assert "<dt>Missed frames</dt>" not in content, "no sequence was played"


def test_without_any_case_the_answer_says_that_no_time_was_measured(make_record: MakeRecord) -> None:
    files = page(make_record(cases=()))
    assert "No case of this record has a time." in files["home/answer.md"]
