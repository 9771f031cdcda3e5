"""Families: cases whose p-values are adjusted together.

The same rule applies everywhere: a family is every case of one metric in one record, or in one comparison of two files,
that has a p-value; its p-values are adjusted by Holm's method. Exact counts have no p-value and belong to no family.
"""

import dataclasses
from collections.abc import Sequence

from unitdocs import stats
from unitdocs.analysis.case_result import CaseResult


def adjust_p_values(cases: Sequence[CaseResult]) -> list[CaseResult]:
    """Return the cases, in their order, with the p-values of each family adjusted."""
    families: dict[str, list[int]] = {}
    for index, case in enumerate(cases):
        if case.effect and case.effect.p is not None:
            families.setdefault(case.metric, []).append(index)
    results = list(cases)
    for indices in families.values():
        p_values = [effect.p for index in indices if (effect := cases[index].effect) and effect.p is not None]
        for index, p_adjusted in zip(indices, stats.holm(p_values), strict=True):
            results[index] = _with_adjusted_p(cases[index], p_adjusted)
    return results


def _with_adjusted_p(case: CaseResult, p_adjusted: float) -> CaseResult:
    assert case.effect is not None
    return dataclasses.replace(case, result=dataclasses.replace(case.effect, p_adjusted=p_adjusted))
