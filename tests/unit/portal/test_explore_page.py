"""The data of the page Explore: one value a process, the site's effects, and a table of t quantiles."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from page_building import Files, files_of, stale
from scipy.stats import norm, t

from unitdocs import records
from unitdocs.analysis import to_rounds
from unitdocs.portal.pages import explore
from unitdocs.portal.pages.explore import CONFIDENCES, quantiles
from unitdocs.records import Direction, Pair, Round, RunRecord, Status

MakeRecord = Callable[..., RunRecord]
ROOT = Path(__file__).parents[3]


def page(reference: RunRecord, machine: RunRecord | None = None, peers: RunRecord | None = None) -> Files:
    """Return the files of the page by their names, for the reference and other records."""
    others = (stale(record) if record else None for record in (machine, peers))
    files = files_of(explore.build_page(stale(reference), *others))
    return {name.removeprefix("explore/"): content for name, content in files.items()}


def data_of(files: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(files["data.json"])
    return data


def scenario_of(data: dict[str, Any], scenario: str, record: int = 0) -> dict[str, Any]:
    return next(one for one in data["records"][record]["scenarios"] if one["scenario"] == scenario)


def case_of(data: dict[str, Any], scenario: str, metric: str = "time") -> dict[str, Any]:
    return next(case for case in scenario_of(data, scenario)["cases"] if case["metric"] == metric)


def interpolated(table: list[float], u: float) -> float:
    """Return the quantile at u = 1 / degrees as the browser does: a cubic through four neighbours' logarithms."""
    steps = len(table) - 1
    first = min(max(math.floor(u * steps) - 1, 0), steps - 3)
    nodes = range(4)
    weights = [math.prod((u * steps - first - j) / (i - j) for j in nodes if j != i) for i in nodes]
    return math.exp(sum(weight * math.log(table[first + i]) for i, weight in enumerate(weights)))


def test_a_case_holds_the_value_of_each_process_and_the_ratio_of_each_round(make_record: MakeRecord) -> None:
    record = make_record()
    rows = to_rounds(record)
    for scenario in ("size", "big", "small"):
        case = case_of(data_of(page(record)), scenario)
        of_case = rows[(rows["scenario"] == scenario) & (rows["metric"] == "time")]
        for values, role in zip(case["values"], ("control", "treatment"), strict=True):
            assert values == pytest.approx(of_case[role].tolist(), rel=1e-5, abs=0)
        assert case["ratios"] == pytest.approx(of_case["ratio"].tolist(), rel=1e-3, abs=0)


def test_a_record_says_what_it_is_and_on_what_it_was_measured(make_record: MakeRecord) -> None:
    record = data_of(page(make_record()))["records"][0]
    about = {name: value for name, value in record.items() if name != "scenarios"}
    assert about == {
        "key": "reference",
        "id": "20261123-reference",
        "label": "Reference",
        "machine": "A processor, 2 cores, CPython 3.11.7",
        "created": "2026-11-23",
        "isCurrent": False,
        "margin": 0.01,
        "absoluteMargins": dict(make_record().absolute_margins),
        "suites": [
            {"name": "units", "title": "Single units", "arms": ["original", "refactored"]},
            {"name": "scenes", "title": "Whole scenes", "arms": ["original", "refactored"]},
        ],
    }


def test_the_run_on_this_machine_and_the_other_engines_are_records_of_their_own(make_record: MakeRecord) -> None:
    data = data_of(page(make_record(), machine=make_record(id="here"), peers=make_record(id="peers")))
    named = [(record["key"], record["id"]) for record in data["records"]]
    assert named == [("reference", "20261123-reference"), ("machine", "here"), ("peers", "peers")]


def test_only_scenarios_of_the_reference_record_lead_to_a_page(make_record: MakeRecord) -> None:
    data = data_of(page(make_record(), machine=make_record(id="here")))
    assert scenario_of(data, "size")["page"] == "../cases/units/size/"
    assert "page" not in scenario_of(data, "size", record=1)


def test_a_metric_has_its_own_words(make_record: MakeRecord) -> None:
    metrics = data_of(page(make_record()))["metrics"]
    assert metrics["time"] == {
        "unit": "s",
        "less": "faster",
        "more": "slower",
        "isHigherBetter": False,
        "isShare": False,
    }
    assert metrics["peak memory"]["less"] == "less"


def test_a_share_is_a_difference_without_ratios_and_what_is_not_counted_says_why(make_record: MakeRecord) -> None:
    share = records.Case(
        suite="scenes",
        scenario="big",
        title="Big",
        elements=1,
        unit="1",
        metric="error rate",
        direction=Direction.LOWER,
        status=Status.MEASURED,
        rounds=tuple(
            Round(
                index=index,
                hash_seed=0,
                count=Pair(control=0.5, treatment=treatment),
                tries=Pair[int | None](control=4, treatment=4),
            )
            for index, treatment in enumerate((0.25, 0.5, 0.25))
        ),
    )
    uncounted = share.model_copy(
        update={
            "scenario": "none",
            "rounds": (Round(index=0, hash_seed=0, count=Pair(control=None, treatment=0.5)),),
        }
    )
    data = data_of(page(make_record(cases=(share, uncounted))))
    case = case_of(data, "big", "error rate")
    assert data["metrics"]["error rate"]["isShare"]
    assert case["effect"]["scale"] == "difference"
    assert (case["values"], case["means"], "ratios" in case) == (
        [[0.5] * 3, [0.25, 0.5, 0.25]],
        [0.5, 0.3333333333],
        False,
    )
    without = case_of(data, "none", "error rate")
    assert without["values"] == [[None], [0.5]]
    assert without["none"] == {"status": "not applicable", "reason": "original does not count it"}


def test_infinite_ratios_and_exact_counts_are_in_the_data(make_record: MakeRecord) -> None:
    record = make_record()
    rounds = tuple(Round(index=index, hash_seed=0, count=Pair(control=0.0, treatment=1.0)) for index in range(2))
    cases = tuple(
        case.model_copy(update={"rounds": rounds}) if case.metric == "peak memory" else case for case in record.cases
    )
    case = case_of(data_of(page(record.model_copy(update={"cases": cases}))), "big", "peak memory")
    assert case["values"] == [[0, 0], [1, 1]]
    assert (case["effect"]["estimate"], case["effect"]["isExact"]) == ("Infinity", True)


def test_without_a_single_value_there_is_still_a_page(make_record: MakeRecord) -> None:
    assert data_of(page(make_record(cases=())))["records"][0]["scenarios"] == []


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_quantiles_are_right_to_six_digits_for_all_degrees(confidence: float) -> None:
    table = quantiles()["quantiles"][f"{confidence:g}"]
    degrees = 1 / np.linspace(1e-6, 1, 5001)
    expected = t.ppf((1 + confidence) / 2, degrees)
    quantiles_read = [interpolated(table, 1 / value) for value in degrees]
    assert quantiles_read == pytest.approx(expected.tolist(), rel=5e-7, abs=0)
    assert interpolated(table, 0) == pytest.approx(float(norm.ppf((1 + confidence) / 2)), rel=1e-9)


def test_the_table_is_small(make_record: MakeRecord) -> None:
    content = page(make_record())["t.json"]
    assert json.loads(content) == quantiles()
    assert len(content) < 3000


def test_without_javascript_the_page_leads_to_the_comparison(make_record: MakeRecord) -> None:
    content = page(make_record())["controls.md"]
    assert re.search(r'<p class="ud-without">[^<]+<a href="\.\./comparison/">Comparison</a>\.</p>', content)
    assert 'data-explore="../../generated/explore/"' in content
    assert "Stale" in content


def test_the_page_is_in_the_navigation_and_no_number_of_it_is_typed_by_hand() -> None:
    assert "benchmarks/explore.md" in (ROOT / "mkdocs.yml").read_text()
    prose = re.sub(r"--8<--.*", "", (ROOT / "docs/benchmarks/explore.md").read_text())
    assert re.findall(r"\d", prose) == []
