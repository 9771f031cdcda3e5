"""Page benchmarks/explore: any two arms of the records side by side, computed in the browser.

The page gets one logarithm per process and arm, and a table of t quantiles; `docs/assets/explore.js` does the rest.
Proportions are left out: arms are compared by a ratio here, and a proportion may be 0.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from scipy.special import ndtri, stdtrit

from unitdocs.analysis.rounds import RoundValues, Values
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted
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
DIGITS = 9
"""Significant digits of a logarithm in the page's data."""


def build_page(reference: Run, machine: Run | None, peers: Run | None) -> PageOutput:
    """Return the snippet `controls`, the values of every record and the table of quantiles."""
    output = PageOutput(PAGE, "explore")
    output.snippet("controls", stale(reference, machine), _placeholder())
    runs = {
        "reference": ("Reference", reference),
        "machine": ("This machine", machine),
        "peers": ("Other layout engines", peers),
    }
    existing_runs = {key: (label, run) for key, (label, run) in runs.items() if run}
    data = {
        "records": [_record(key, label, run) for key, (label, run) in existing_runs.items()],
        "metrics": {
            name: about for _, run in reversed(existing_runs.values()) for name, about in _metrics(run).items()
        },
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
    return [float(f"{value:.10g}") for value in (float(ndtri(below)), *finite)]


def _placeholder() -> Html:
    """Return the element that the page program fills, with a note for readers without JavaScript."""
    comparison = link("Comparison", PAGE.link(COMPARISON.source))
    text = "Choosing arms needs JavaScript. Both systems are compared on the page "
    note = tag("p", text, comparison, ".", class_="ud-without")
    content = join(["", note, ""])
    return tag("div", content, class_="ud-explore", data_explore=PAGE.link(FOLDER) + "/", data_search_exclude="")


def _record(key: str, label: str, run: Run) -> Mapping[str, Any]:
    environment = run.record.environment
    cases = list(_cases(run))
    python = f"{environment.implementation} {environment.python}"
    return {
        "key": key,
        "id": run.record.id,
        "label": label,
        "machine": f"{environment.cpu}, {counted(environment.cores, 'core')}, {python}",
        "created": day(run.record),
        "isCurrent": run.is_current,
        "margin": run.record.margin,
        "suites": dict(run.suites),
        "cases": [case for case in cases if case["arms"]],
        "zeros": [{name: case[name] for name in ("suite", "metric", "title")} for case in cases if not case["arms"]],
    }


def _cases(run: Run) -> Iterator[Mapping[str, Any]]:
    """Yield every case with one logarithm per process, by arm; without arms if a value is 0, which has no logarithm.

    If both roles are the same arm, only the control is used, so that each process counts once.
    """
    for case in run.cases:
        rounds = run.rounds.get(case.key)
        if rounds is None or case.metric in PROPORTIONS:
            continue
        about = {"suite": case.suite, "scenario": case.scenario, "metric": case.metric, "title": case.title}
        arms = {case.treatment: rounds.treatment, case.control: rounds.control}
        has_logarithms = all((values > 0).all() for values in arms.values())
        in_order = dict.fromkeys((case.control, case.treatment)) if has_logarithms else {}
        yield {**about, "arms": {arm: _logarithms(arms[arm], rounds) for arm in in_order}}


def _logarithms(values: Values, rounds: RoundValues) -> list[float]:
    return [float(f"{math.log(value):.{DIGITS}g}") for value in values[np.argsort(rounds.index)]]


def _metrics(run: Run) -> dict[str, Mapping[str, Any]]:
    """Return the unit of every metric, the labels of less and more, and which of them is better."""
    return {
        case.metric: {
            "unit": case.unit,
            "below": case.label(Verdict.LESS),
            "above": case.label(Verdict.MORE),
            "isHigherBetter": case.is_higher_better,
        }
        for case in run.cases
        if case.metric not in PROPORTIONS
    }
