"""Cases and frames of cases for the tests of the portal."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from unitdocs.portal.cases import Case, Effect

MakeCase = Callable[..., Case]


@pytest.fixture
def make_case() -> MakeCase:
    """Return a maker of measured cases: ratio with an interval of 2 % to both sides, the verdict by the rule."""

    def make(ratio: float | None = 0.5, scenario: str = "one", **changes: object) -> Case:
        effect = None if ratio is None else _effect(ratio)
        case = Case(
            suite="suite",
            scenario=scenario,
            title=f"Title of {scenario}",
            elements=1,
            metric="time",
            unit="s",
            direction="lower",
            status="not applicable" if ratio is None else "measured",
            reason="",
            control="original",
            treatment="refactored",
            base=None if ratio is None else 1e-6,
            head=None if ratio is None else ratio * 1e-6,
            effect=effect,
        )
        return replace(case, **changes)  # type: ignore[arg-type]

    return make


def _effect(ratio: float) -> Effect:
    low, high = ratio * 0.98, ratio * 1.02
    verdict = "faster" if high < 1 else "slower" if low > 1 else "inconclusive"
    return Effect(ratio, low, high, 0.99, 8, 0.001, 0.01, verdict, below_margin=False, detectable=0.03, exact=False)


@pytest.fixture
def make_effects() -> Callable[..., pd.DataFrame]:
    """Return a maker of frames as `records.to_effects()` gives them."""

    def make(*cases: Case) -> pd.DataFrame:
        return pd.DataFrame([_row(case) for case in cases])

    return make


def _row(case: Case) -> dict[str, Any]:
    names = ("suite", "scenario", "title", "elements", "metric", "unit", "direction", "status", "reason", "control")
    effect = vars(case.effect) if case.effect else dict.fromkeys(Effect.__dataclass_fields__)
    row = {name: getattr(case, name) for name in names}
    return {**row, "treatment": case.treatment, "base_mean": case.base, "head_mean": case.head, **effect}
