"""The rehearsal is followed in a fresh environment: its own Python without any package, and an empty folder."""

import os
import sys
from pathlib import Path

import pytest
from guide_reader import DRILL, fresh_programs, Reader


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Return a reader who has followed the rehearsal."""
    place = tmp_path_factory.mktemp("drill")
    reader = Reader(place, fresh_programs(place / "programs"))
    reader.read(DRILL)
    return reader


def test_it_needs_no_package_of_these_tests(reader: Reader) -> None:
    reader.shell("cd ..; python -c 'import numpy'")
    assert reader.failed
