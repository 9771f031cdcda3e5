"""The site's hooks as modules: MkDocs loads them by their paths, and so do these tests."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

HOOKS = Path(__file__).parents[3] / "hooks"


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"hook_{name}", HOOKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sources() -> ModuleType:
    return loaded("sources")


@pytest.fixture(scope="session")
def schemas() -> ModuleType:
    return loaded("schemas")
