"""A report as JUnit XML, which build servers show as tests: a worse case is a failure.

Source of the format: the schema of Apache Ant's JUnit task.
"""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from unitdocs.analysis.case_result import CaseResult, Outcome
from unitdocs.analysis.descriptions import describe
from unitdocs.analysis.findings import Findings

FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids."""


class Junit:
    """Tests by suite, written as JUnit XML."""

    def __init__(self, name: str) -> None:
        self._root = ET.Element("testsuites", name=_xml_text(name))
        self._suites: dict[str, ET.Element] = {}
        self._states: dict[str, list[str]] = {}

    def add(self, suite: str, metric: str, name: str, state: str, message: str) -> None:
        """Add a test.

        Args:
            suite: its suite.
            metric: the metric; empty if unknown.
            name: name of the test.
            state: `failure`, `error` or `skipped`; empty for a test that passes.
            message: the result in words.
        """
        classname = _xml_text(f"{suite}.{metric}" if metric else suite)
        test = ET.SubElement(self.suite(suite), "testcase", classname=classname, name=_xml_text(name))
        self._states[suite].append(state)
        if state:
            ET.SubElement(test, state, message=_xml_text(message))
        else:
            ET.SubElement(test, "system-out").text = _xml_text(message)

    def suite(self, name: str) -> ET.Element:
        """Return the element of a suite, added if it is new."""
        if name not in self._suites:
            self._suites[name] = ET.SubElement(self._root, "testsuite", name=_xml_text(name))
            self._states[name] = []
        return self._suites[name]

    def note(self, sentences: Sequence[str]) -> None:
        """Add sentences about all tests to the last suite, since the format has no place for them elsewhere."""
        if sentences and self._suites:
            last = list(self._suites.values())[-1]
            ET.SubElement(last, "system-out").text = _xml_text("\n".join(sentences))

    def text(self) -> str:
        """Return the XML."""
        for name, suite in self._suites.items():
            states = self._states[name]
            counts = {"failures": "failure", "errors": "error", "skipped": "skipped"}
            suite.attrib |= {"tests": str(len(states)), **{key: str(states.count(one)) for key, one in counts.items()}}
        ET.indent(self._root)
        return ET.tostring(self._root, encoding="unicode", xml_declaration=True)


def as_junit(findings: Findings) -> str:
    """Return a report as JUnit XML: worse cases are failures, failed ones errors, undecided ones skipped."""
    junit = Junit(findings.record.command)
    for suite in findings.record.suites:
        junit.suite(suite.name)
        for case in findings.cases:
            if case.suite == suite.name:
                message = describe(case) if case.effect else f"{case.status}: {case.reason}"
                junit.add(suite.name, case.metric, case.scenario, state_of(case), message)
    return junit.text()


def state_of(case: CaseResult) -> str:
    """Return the name of the element that marks a case; empty for a test that passes."""
    if case.status == "failed":
        return "error"
    if case.outcome is Outcome.WORSE:
        return "failure"
    return "skipped" if case.outcome in (Outcome.INCONCLUSIVE, Outcome.NONE) else ""


def _xml_text(text: str) -> str:
    """Return text without characters that XML forbids."""
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
