"""The unit system, twice: the original and the refactored one, which must give the same numbers, faster.

```python
from unitdocs.units import Box, Context, Size, create_system

system = create_system("refactored")
unit = system.build(Size("parent-width", "fill"))
unit.resolve(Context(parent=Box(x=0, y=0, width=640, height=360)))  # 640.0
```
"""

from unitdocs.units.context import Box, Breakpoint, Context, Extent, Placed, parse_context
from unitdocs.units.layout import Layout
from unitdocs.units.original import OriginalSystem
from unitdocs.units.refactored import RefactoredSystem
from unitdocs.units.scene import BreakpointRange, Element, Scene, load_scene, parse_scene
from unitdocs.units.system import ACTIVE_SYSTEM_VARIABLE, SYSTEMS, create_system
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

__all__ = [
    "ACTIVE_SYSTEM_VARIABLE",
    "SYSTEMS",
    "Axis",
    "Box",
    "Breakpoint",
    "BreakpointRange",
    "Context",
    "Dimension",
    "Element",
    "Extent",
    "Layout",
    "OriginalSystem",
    "Placed",
    "Position",
    "PositionUnit",
    "PositionValue",
    "RefactoredSystem",
    "Scale",
    "ScaleUnit",
    "ScaleValue",
    "Scene",
    "Size",
    "SizeUnit",
    "SizeValue",
    "create_system",
    "load_scene",
    "parse_context",
    "parse_scene",
]
