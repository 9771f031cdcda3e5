"""What all tests of the unit system share."""

from collections.abc import Iterator

import pytest

from unitdocs.units.refactored.settings import SystemSettings
from unitdocs.units.refactored.system import UnitSystem

PLANNED_SOON = SystemSettings()
object.__setattr__(PLANNED_SOON, "compiling", -1_000_000)  # as no file can say: compiling costs less than nothing


@pytest.fixture(autouse=True, scope="package")
def planned_from_the_second_time_on() -> Iterator[None]:
    """Let small scenes be compiled after one resolve, so that few resolves go through bound units and a plan."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(UnitSystem.__init__.__kwdefaults__, "settings", PLANNED_SOON)
        yield
