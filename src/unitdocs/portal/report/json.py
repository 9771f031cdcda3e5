"""A report as JSON: the comparison as `unitdocs compare` writes it, with summary, advice and run."""

import json

from unitdocs.analysis.comparison import compare_arms
from unitdocs.analysis.comparison_json import as_members
from unitdocs.analysis.findings import Findings


def as_json(findings: Findings) -> str:
    """Return a report as JSON."""
    record = findings.record
    about = record.model_dump(mode="json", exclude={"cases", "same_code"})
    members = {"run": about, "sentences": list(findings.summary), "advice": list(findings.advice)}
    return json.dumps({**members, **as_members(compare_arms(record))}, indent=2, ensure_ascii=False)
