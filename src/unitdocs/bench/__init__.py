"""Suites and their measurement. What a suite needs is here; a run is `unitdocs.bench.run.run`."""

from unitdocs.bench.suite import Operation, Scenario, Suite, suite

__all__ = ["Operation", "Scenario", "Suite", "suite"]
