"""A project of its own for what measures: a digest setting, and suites written for the test."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

SUITE = """
import os, signal, sys, time
from unitdocs.bench import Operation, Scenario, suite

{setup}

SCENARIOS = [Scenario(name, title=name.capitalize(), quick=True) for name in {scenarios}]
SUITE = suite({name!r}, title={name!r}, arms=("old", "new"), scenarios=SCENARIOS, setup=setup)
"""

Declare = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["benchmarks/*.py"]\n')
    (tmp_path / "benchmarks").mkdir()
    return tmp_path


@pytest.fixture
def declare(project: Path) -> Declare:
    """Return a writer of suites: the text of their `setup(arm, scenario, seed)`, and the names of their scenarios."""

    def write(setup: str, *, name: str = "suite", scenarios: tuple[str, ...] = ("one",)) -> Path:
        path = project / "benchmarks" / f"{name}.py"
        path.write_text(SUITE.format(setup=dedent(setup), name=name, scenarios=list(scenarios)))
        return path

    return write
