"""Settings of all tests.

In CI a skipped test is a failure, because nothing may be missing there. While tests run, no program may change the
environment that they run in.
"""

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

import environment

environment.hold()
# A deadline, and how fast examples are made, are absolute times; the machine may be busy.
settings.register_profile("unitdocs", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unitdocs")


def pytest_collection_finish() -> None:
    """Hide from the garbage collector what all tests share.

    Each process holds every test and what it imports. A full collection, which measuring code asks for often, would
    walk through all of it each time.
    """
    gc.collect()
    gc.freeze()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    expected_to_fail = hasattr(report, "wasxfail")
    if report.skipped and not expected_to_fail and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, which counts as a failure where CI=true: {report.longrepr}"
