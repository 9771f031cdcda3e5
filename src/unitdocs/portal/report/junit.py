"""A report as JUnit XML, which build servers show as tests: a worse case is a failure.

Source of the format: the schema of Apache Ant's JUnit task.
"""

import re
from xml.etree import ElementTree as ET

from unitdocs.analysis.case_result import CaseResult, Outcome
from unitdocs.analysis.descriptions import describe
from unitdocs.analysis.findings import Findings

FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids."""


def as_junit(findings: Findings) -> str:
    """Return a report as JUnit XML: worse cases are failures, failed ones errors, undecided ones skipped."""
    root = ET.Element("testsuites", name=_xml_text(findings.record.command))
    for suite in findings.record.suites:
        _add_suite(root, suite.name, [case for case in findings.cases if case.suite == suite.name])
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _add_suite(root: ET.Element, name: str, cases: list[CaseResult]) -> None:
    states = [_state(case) for case in cases]
    counts: dict[str, str] = {
        f"{state}s" if state != "skipped" else state: str(states.count(state))
        for state in ("failure", "error", "skipped")
    }
    about = {"name": _xml_text(name), "tests": str(len(cases)), **counts}
    suite = ET.SubElement(root, "testsuite", about)
    for case, state in zip(cases, states, strict=True):
        test = ET.SubElement(
            suite, "testcase", classname=_xml_text(f"{name}.{case.metric}"), name=_xml_text(case.scenario)
        )
        message = _xml_text(describe(case) if case.effect else f"{case.status}: {case.reason}")
        if state:
            ET.SubElement(test, state, message=message)
        else:
            ET.SubElement(test, "system-out").text = message


def _state(case: CaseResult) -> str:
    """Return the name of the element that marks a case; empty for a test that passes."""
    if case.status == "failed":
        return "error"
    if case.outcome is Outcome.WORSE:
        return "failure"
    return "skipped" if case.outcome in (Outcome.INCONCLUSIVE, Outcome.NONE) else ""


def _xml_text(text: str) -> str:
    """Return text without characters that XML forbids."""
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
