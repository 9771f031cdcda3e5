"""Benchmark suites and how they are measured.

A suite needs the names below; `unitdocs.bench.run.run` measures it.
"""

from unitdocs.bench.suite import Operation, Scenario, Suite, parametrized, suite

__all__ = ["Operation", "Scenario", "Suite", "parametrized", "suite"]
