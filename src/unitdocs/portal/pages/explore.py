"""Page benchmarks/explore: any two arms of the records side by side, chosen in the browser.

The two arms of one record were measured in the same rounds, so the page gets their effects as every other page shows
them. For arms of two records it gets one value per process and arm, and a table of t quantiles;
`portal/theme/assets/explore.js` does the rest.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import ndtri, stdtrit

from unitdocs.analysis.case_result import CaseResult, Effect, NoEffect
from unitdocs.analysis.rounds import RoundValues, Values
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted
from unitdocs.portal.components.case_links import case_page
from unitdocs.portal.components.markup import Html, Page, join, link, tag, to_json
from unitdocs.portal.components.page_output import PageOutput
from unitdocs.portal.components.provenance import day, stale
from unitdocs.portal.pages.comparison import PAGE as COMPARISON
from unitdocs.records import PROPORTIONS
from unitdocs.stats import Verdict

PAGE = Page("benchmarks/explore.md")
FOLDER = "generated/explore"
STEPS = 64
"""Steps of the table of quantiles: cubics through the logarithms of four neighbours are accurate to seven digits."""
CONFIDENCES = (0.95, 0.99)
DIGITS = 10
"""Significant digits of effects and means: more than any page shows, so that nothing is rounded twice."""
VALUE_DIGITS = 6
"""Significant digits of a process's value."""
RATIO_DIGITS = 4
"""Significant digits of a round's ratio, which is only drawn."""


def build_page(reference: Run, machine: Run | None, peers: Run | None) -> PageOutput:
    """Return the snippet `controls`, the cases of every record and the table of quantiles."""
    output = PageOutput(PAGE, "explore")
    output.snippet("controls", stale(reference, machine), _placeholder())
    records = [_record("reference", "Reference", reference, has_pages=True)]
    if machine:
        records.append(_record("machine", "This machine", machine, has_pages=False))
    if peers:
        records.append(_record("peers", "Other layout engines", peers, has_pages=False))
    data = {
        "records": records,
        "metrics": {name: about for run in (peers, machine, reference) if run for name, about in _metrics(run).items()},
    }
    output.files[f"{FOLDER}/data.json"] = to_json(data) + "\n"
    output.files[f"{FOLDER}/t.json"] = to_json(quantiles()) + "\n"
    return output


def quantiles() -> dict[str, Any]:
    """Return two-sided t quantiles over u = 1 / degrees, in equal steps from 0 to 1; u = 0 gives normal quantiles.

    Between two steps the logarithm of the quantile is a cubic through the four nearest.
    """
    return {
        "steps": STEPS,
        "quantiles": {f"{confidence:g}": _quantiles(confidence) for confidence in CONFIDENCES},
    }


def _quantiles(confidence: float) -> list[float]:
    below = (1 + confidence) / 2
    finite = [float(stdtrit(STEPS / step, below)) for step in range(1, STEPS + 1)]
    return [_rounded(value, 10) for value in (float(ndtri(below)), *finite)]


def _placeholder() -> Html:
    """Return the element that the page program fills, with a note for readers without JavaScript."""
    comparison = link("Comparison", PAGE.link(COMPARISON.source))
    text = "Choosing arms needs JavaScript. Both arms are compared on the page "
    note = tag("p", text, comparison, ".", class_="ud-without")
    content = join(["", note, ""])
    return tag("div", content, class_="ud-explore", data_explore=PAGE.link(FOLDER) + "/", data_search_exclude="")


def _record(key: str, label: str, run: Run, *, has_pages: bool) -> Mapping[str, Any]:
    environment = run.record.environment
    python = f"{environment.implementation} {environment.python}"
    scenarios = dict.fromkeys((case.suite, case.scenario) for case in run.cases)
    return {
        "key": key,
        "id": run.record.id,
        "label": label,
        "machine": f"{environment.cpu}, {counted(environment.cores, 'core')}, {python}",
        "created": day(run.record),
        "isCurrent": run.is_current,
        "margin": run.record.margin,
        "absoluteMargins": dict(run.record.absolute_margins),
        "suites": [{"name": one.name, "title": one.title, "arms": list(one.arms)} for one in run.record.suites],
        "scenarios": [_scenario(run, *scenario, has_pages=has_pages) for scenario in scenarios],
    }


def _scenario(run: Run, suite: str, scenario: str, *, has_pages: bool) -> Mapping[str, Any]:
    """Return a scenario with its cases by metric, and the address of its page if it has one."""
    cases = [case for case in run.cases if (case.suite, case.scenario) == (suite, scenario)]
    page = {"page": PAGE.link(case_page(suite, scenario).source)} if has_pages else {}
    names = {"suite": suite, "scenario": scenario, "title": cases[0].title}
    return {**names, **page, "cases": [_case(case, run.rounds.get(case.key)) for case in cases]}


def _case(case: CaseResult, rounds: RoundValues | None) -> Mapping[str, Any]:
    """Return the values of each process and how the site compares them.

    Values and means are those of the control, then those of the treatment; of equal arms only the control's, so that
    each process counts once. A value is None if an arm does not count it.
    """
    arms = (rounds.control, rounds.treatment) if rounds else ()
    values = [_in_order(arm, rounds) for arm in arms if rounds]
    if case.control == case.treatment:
        return {"metric": case.metric, "values": values[:1]}
    return {"metric": case.metric, "values": values, **_comparison(case, rounds)}


def _in_order(values: Values, rounds: RoundValues, digits: int = VALUE_DIGITS) -> list[float | None]:
    return [None if math.isnan(value) else _rounded(value, digits) for value in values[np.argsort(rounds.index)]]


def _comparison(case: CaseResult, rounds: RoundValues | None) -> dict[str, Any]:
    """Return the effect with the means of both arms, or why there is none.

    What follows from the values of an exact count is left out.
    """
    if isinstance(case.result, NoEffect):
        ratio = {} if case.result.ratio is None else {"ratio": _number(case.result.ratio)}
        return {"none": {"status": str(case.status), "reason": case.reason, **ratio}, **_means(case)}
    effect = {"effect": _effect(case.result)}
    if case.result.is_exact and not case.is_share:
        return effect
    ratios = {"ratios": _in_order(rounds.ratio, rounds, RATIO_DIGITS)} if rounds and not case.is_share else {}
    return {**effect, **ratios, **_means(case)}


def _means(case: CaseResult) -> dict[str, Any]:
    """Return what a row shows of either arm, as `descriptions.amounts` does."""
    values = (case.control_value, case.control_mean), (case.treatment_value, case.treatment_mean)
    means = (mean if value is None else value for value, mean in values)
    return {"means": [None if mean is None else _rounded(mean, DIGITS) for mean in means]}


def _effect(effect: Effect) -> dict[str, Any]:
    """Return an effect without what is false, and without the ends of an interval that is a point."""
    is_point = effect.low == effect.estimate == effect.high
    ends = {} if is_point else {"low": _number(effect.low), "high": _number(effect.high)}
    flags = {"isBelowMargin": effect.is_below_margin, "isExact": effect.is_exact}
    return {
        "scale": str(effect.scale),
        # Of two counts all digits: their ratio may be halfway between two that are shown, where the last one decides.
        "estimate": effect.estimate if effect.is_exact and math.isfinite(effect.estimate) else _number(effect.estimate),
        **ends,
        "level": _rounded(effect.level, DIGITS),
        "verdict": str(effect.verdict),
        **{name: flag for name, flag in flags.items() if flag},
    }


def _number(value: float) -> float | str:
    """Return a number for JSON, which has no word for what is not finite: JavaScript reads it from a string."""
    if math.isnan(value):
        return "NaN"
    return "Infinity" if math.isinf(value) else _rounded(value, DIGITS)


def _rounded(value: float, digits: int) -> float:
    """Return a number rounded to significant digits; a count is kept whole, and written without a point."""
    return int(value) if value.is_integer() and abs(value) < 10**DIGITS else float(f"{value:.{digits}g}")


def _metrics(run: Run) -> dict[str, Mapping[str, Any]]:
    """Return the unit of every metric, the labels of less and more, which is better, and whether it is a share."""
    return {
        case.metric: {
            "unit": case.unit,
            "less": case.label(Verdict.LESS),
            "more": case.label(Verdict.MORE),
            "isHigherBetter": case.is_higher_better,
            "isShare": case.metric in PROPORTIONS,
        }
        for case in run.cases
    }
