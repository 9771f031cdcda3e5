"""From records to results: effects of cases, comparisons, the decision, the history.

```python
from unitdocs import analysis, records

record = records.load("benchmarks/results/reference.json.gz")
for case in analysis.compare_cases(record)[:3]:
    print(case.title, analysis.describe(case))
```
"""

from unitdocs.analysis.arms import compare_cases, compare_same_code
from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, NoEffect, Outcome
from unitdocs.analysis.change_points import change_points
from unitdocs.analysis.comparison import Comparison, MetricSummary, compare_arms, compare_files, compare_results
from unitdocs.analysis.criteria import Criteria, load_criteria
from unitdocs.analysis.decision import Decision, Recommendation, decide
from unitdocs.analysis.descriptions import describe
from unitdocs.analysis.effects import to_effects
from unitdocs.analysis.findings import Findings, find_findings
from unitdocs.analysis.history import (
    History,
    HistoryEntry,
    HistoryPoint,
    Machine,
    add_to_history,
    history_of,
    load_history,
)
from unitdocs.analysis.rounds import RoundValues, round_values, to_rounds
from unitdocs.analysis.run import Run

__all__ = [
    "CaseResult",
    "Comparison",
    "Criteria",
    "Decision",
    "Effect",
    "EffectScale",
    "Findings",
    "History",
    "HistoryEntry",
    "HistoryPoint",
    "Machine",
    "MetricSummary",
    "NoEffect",
    "Outcome",
    "Recommendation",
    "RoundValues",
    "Run",
    "add_to_history",
    "change_points",
    "compare_arms",
    "compare_cases",
    "compare_files",
    "compare_results",
    "compare_same_code",
    "decide",
    "describe",
    "find_findings",
    "history_of",
    "load_criteria",
    "load_history",
    "round_values",
    "to_effects",
    "to_rounds",
]
