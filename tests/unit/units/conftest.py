"""What all tests of the unit system share."""

from collections.abc import Iterator

import pytest

from unitdocs.units.refactored import bound_elements


@pytest.fixture(autouse=True, scope="package")
def planned_from_the_second_time_on() -> Iterator[None]:
    """Let small scenes be compiled after one resolve, so that few resolves go through bound units and a plan."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bound_elements, "COMPILING", -1_000_000)
        yield
