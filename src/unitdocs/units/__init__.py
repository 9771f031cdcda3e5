"""The unit system, twice: the original and the refactored one, which must give the same numbers, faster.

```python
from unitdocs.units import Box, Context, Size, create_system

system = create_system("refactored")
unit = system.build(Size("parent-width", "fill"))
unit.resolve(Context(parent=Box(x=0, y=0, width=640, height=360)))  # 640.0
```
"""

from typing import TYPE_CHECKING

from unitdocs.units.composition import Composition, How
from unitdocs.units.context import Box, Breakpoint, Context, Extent, Placed, parse_context
from unitdocs.units.layout import Layout
from unitdocs.units.observers import CacheEvent, Calculated, Failed, Observer, Observers
from unitdocs.units.registry import Kind, Registry
from unitdocs.units.scene import BreakpointRange, Element, Scene, load_scene, parse_scene
from unitdocs.units.system import ACTIVE_SYSTEM_VARIABLE, SYSTEMS, create_system
from unitdocs.units.validation import Validation, ValidationWarning
from unitdocs.units.values import (
    Axis,
    Dimension,
    Position,
    PositionUnit,
    PositionValue,
    Scale,
    ScaleUnit,
    ScaleValue,
    Size,
    SizeUnit,
    SizeValue,
)

if TYPE_CHECKING:
    from unitdocs.units.cache import Cache, CacheStatistics, Policy
    from unitdocs.units.original import OriginalSystem
    from unitdocs.units.refactored import UnitSystem

__all__ = [
    "ACTIVE_SYSTEM_VARIABLE",
    "SYSTEMS",
    "Axis",
    "Box",
    "Breakpoint",
    "BreakpointRange",
    "Cache",
    "CacheEvent",
    "CacheStatistics",
    "Calculated",
    "Composition",
    "Context",
    "Dimension",
    "Element",
    "Extent",
    "Failed",
    "How",
    "Kind",
    "Layout",
    "Observer",
    "Observers",
    "OriginalSystem",
    "Placed",
    "Policy",
    "Position",
    "PositionUnit",
    "PositionValue",
    "Registry",
    "Scale",
    "ScaleUnit",
    "ScaleValue",
    "Scene",
    "Size",
    "SizeUnit",
    "SizeValue",
    "UnitSystem",
    "Validation",
    "ValidationWarning",
    "create_system",
    "load_scene",
    "parse_context",
    "parse_scene",
]

_WHEN_ASKED_FOR = {
    "Cache": "cache",
    "CacheStatistics": "cache",
    "OriginalSystem": "original",
    "Policy": "cache",
    "UnitSystem": "refactored",
}
"""Modules that are loaded when one of their names is asked for: a game pays for the system that it uses."""


def __getattr__(name: str) -> object:
    if name not in _WHEN_ASKED_FOR:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(f"{__name__}.{_WHEN_ASKED_FOR[name]}"), name)
