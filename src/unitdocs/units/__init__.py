"""The unit system, twice: the original, and the refactored one, which must give the same numbers in less time.

```python
from unitdocs.units import Box, Context, Size, create_system

system = create_system("refactored")
unit = system.build(Size("parent-width", "fill"))
unit.resolve(Context(parent=Box(x=0, y=0, width=640, height=360)))  # 640.0
```
"""

from typing import TYPE_CHECKING

from unitdocs.units.model.composition import Composition, How
from unitdocs.units.model.context import Box, Breakpoint, Context, Extent, Placed, parse_context
from unitdocs.units.model.layout import Layout
from unitdocs.units.model.scene import BreakpointRange, Element, Scene, load_scene, parse_scene
from unitdocs.units.model.values import (
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
from unitdocs.units.system import ACTIVE_SYSTEM_VARIABLE, SYSTEMS, create_system

if TYPE_CHECKING:
    from unitdocs.units.model.protocols import (
        BuiltPosition,
        BuiltScale,
        BuiltSize,
        BuiltUnit,
        PreparedScene,
        System,
    )
    from unitdocs.units.model.registry import Kind, Registry
    from unitdocs.units.original import OriginalSystem
    from unitdocs.units.refactored.cache import (
        Cache,
        CacheEvent,
        CacheEviction,
        CacheHit,
        CacheMiss,
        CacheStatistics,
        EvictionReason,
        Policy,
    )
    from unitdocs.units.refactored.events import Calculated, Failed, Observer, Observers, ResolutionPath, Subject
    from unitdocs.units.refactored.settings import SystemSettings, read_settings
    from unitdocs.units.refactored.system import UnitSystem
    from unitdocs.units.refactored.validation import Validation, ValidationWarning

__all__ = [
    "ACTIVE_SYSTEM_VARIABLE",
    "SYSTEMS",
    "Axis",
    "Box",
    "Breakpoint",
    "BreakpointRange",
    "BuiltPosition",
    "BuiltScale",
    "BuiltSize",
    "BuiltUnit",
    "Cache",
    "CacheEvent",
    "CacheEviction",
    "CacheHit",
    "CacheMiss",
    "CacheStatistics",
    "Calculated",
    "Composition",
    "Context",
    "Dimension",
    "Element",
    "EvictionReason",
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
    "PreparedScene",
    "Registry",
    "ResolutionPath",
    "Scale",
    "ScaleUnit",
    "ScaleValue",
    "Scene",
    "Size",
    "SizeUnit",
    "SizeValue",
    "Subject",
    "System",
    "SystemSettings",
    "UnitSystem",
    "Validation",
    "ValidationWarning",
    "create_system",
    "load_scene",
    "parse_context",
    "parse_scene",
    "read_settings",
]

_LAZY_EXPORTS = {
    "BuiltPosition": "model.protocols",
    "BuiltScale": "model.protocols",
    "BuiltSize": "model.protocols",
    "BuiltUnit": "model.protocols",
    "Cache": "refactored.cache",
    "CacheEvent": "refactored.cache",
    "CacheEviction": "refactored.cache",
    "CacheHit": "refactored.cache",
    "CacheMiss": "refactored.cache",
    "CacheStatistics": "refactored.cache",
    "Calculated": "refactored.events",
    "EvictionReason": "refactored.cache",
    "Failed": "refactored.events",
    "Kind": "model.registry",
    "Observer": "refactored.events",
    "Observers": "refactored.events",
    "OriginalSystem": "original",
    "Policy": "refactored.cache",
    "PreparedScene": "model.protocols",
    "Registry": "model.registry",
    "ResolutionPath": "refactored.events",
    "Subject": "refactored.events",
    "System": "model.protocols",
    "SystemSettings": "refactored.settings",
    "UnitSystem": "refactored.system",
    "Validation": "refactored.validation",
    "ValidationWarning": "refactored.validation",
    "read_settings": "refactored.settings",
}
"""Names by the module that is loaded when they are first used: a game loads only the system that it uses."""


def __getattr__(name: str) -> object:
    if name not in _LAZY_EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(f"{__name__}.{_LAZY_EXPORTS[name]}"), name)
