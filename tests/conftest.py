"""Settings of all tests.

In CI a skipped test is a failure, because nothing may be missing there. While tests run, no program may change the
environment that they run in.
"""

import os

import pytest
from hypothesis import settings

import environment

environment.hold()
settings.register_profile("unitdocs", deadline=None)  # a deadline is an absolute time; the machine may be busy
settings.load_profile("unitdocs")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    expected_to_fail = hasattr(report, "wasxfail")
    if report.skipped and not expected_to_fail and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, which counts as a failure where CI=true: {report.longrepr}"
