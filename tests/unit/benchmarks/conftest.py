"""The project's own suites, loaded as a run loads them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.bench.loading import load_suite
from unitdocs.bench.suite import Suite

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture(scope="session")
def load() -> Callable[[str], Suite]:
    """Return what loads a suite by the name of its file."""
    loaded: dict[str, Suite] = {}

    def by_name(name: str) -> Suite:
        if name not in loaded:
            loaded[name] = load_suite(BENCHMARKS / f"{name}.py")
        return loaded[name]

    return by_name
