"""Each extra has a budget of packages: what is installed with it is downloaded, checked and updated by every team."""

import json
import tomllib
from pathlib import Path

import pytest

from unitdocs.publishing import packages

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BUDGETS = {
    "": 1,
    "experiment": 32,
    "spark": 40,
    "flags": 16,
    "migrate": 18,
    "monitoring": 38,
    "tuning": 38,
    "measure": 24,
    "portal": 64,
}
"""The most packages that each may add, on any system; portal needs measure too."""
MEASURED = BUDGETS | {"peers": 4}


def needed(extra: str) -> set[str]:
    """Return the names of all packages that an extra brings, by what the installed ones declare."""
    wanted = [*PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] if extra else ())]
    waiting = list(packages._requirements(wanted, ""))
    seen: set[tuple[str, str]] = set()
    while waiting:
        name, inner = waiting.pop()
        if (name, inner) not in seen:
            seen.add((name, inner))
            waiting += packages._requirements(packages._installed(name), inner)
    return {name for name, _ in seen}


@pytest.mark.parametrize("extra", BUDGETS)
def test_an_extra_keeps_its_budget_of_packages(extra: str) -> None:
    assert len(needed(extra)) <= BUDGETS[extra], sorted(needed(extra))


def test_what_was_measured_keeps_the_budgets_and_is_of_every_extra() -> None:
    record = json.loads((ROOT / "benchmarks" / "results" / "guide-executions.json").read_text())
    measured = {extra["extra"]: extra["packages"] for extra in record["extras"]}
    assert set(measured) == {"", *PROJECT["optional-dependencies"]}
    assert {extra: count for extra, count in measured.items() if count > MEASURED[extra]} == {}
    assert all(extra["size"] > 0 for extra in record["extras"])


def test_a_game_needs_numpy_alone() -> None:
    assert needed("") == {"numpy"}
