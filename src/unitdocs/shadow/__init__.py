"""Shadow mode: a game goes on with the original system, while the refactored one is compared with it."""

from unitdocs.shadow.findings import ShadowDifference, ShadowError, ShadowReport
from unitdocs.shadow.system import ShadowSystem, create_shadow

__all__ = ["ShadowDifference", "ShadowError", "ShadowReport", "ShadowSystem", "create_shadow"]
