"""The choice of a path: through bound units or a plan, whichever resolves a scene in less time."""

from collections.abc import Sequence

from unitdocs.units.model.registry import Registry
from unitdocs.units.model.scene import Element, Scene
from unitdocs.units.refactored.bound_elements import BoundElements
from unitdocs.units.refactored.settings import SystemSettings
from unitdocs.units.refactored.snapshot import Snapshot


def create_snapshot(
    scene: Scene,
    elements: Sequence[Element],
    registry: Registry,
    settings: SystemSettings,
    *,
    is_repeated: bool,
    numpy: bool,
) -> Snapshot:
    """Return what is needed to resolve a scene, with a plan if that is faster.

    Args:
        scene: the scene, for its tree.
        elements: its elements, with the units in force.
        registry: the custom strategies in force.
        settings: from how many elements on a plan is faster.
        is_repeated: whether the scene was resolved before, and is likely to be resolved again.
        numpy: whether it may be compiled to a plan, which needs NumPy.
    """
    version = registry.version
    find = None if registry.is_plain else registry.find
    can_outgrow = numpy and is_worth_planning(scene, settings)
    if can_outgrow and (is_repeated or len(elements) >= settings.plan_at_once):
        # A system that may use NumPy has loaded these modules.
        from unitdocs.units.refactored.plan.compiling import CannotCompileError  # noqa: PLC0415
        from unitdocs.units.refactored.plan.planned_elements import PlannedElements  # noqa: PLC0415

        try:
            return PlannedElements(scene, elements, find, version)
        except CannotCompileError:
            can_outgrow = False
    return BoundElements(
        scene, elements, find, version, outgrown_after=settings.compiling + 2 * len(elements) if can_outgrow else None
    )


def is_worth_planning(scene: Scene, settings: SystemSettings) -> bool:
    """Return whether a plan resolves a scene faster than bound units: it is neither small nor mainly deep."""
    if len(scene.elements) < settings.smallest_plan:
        return False
    return len(scene.elements) >= settings.elements_per_level * (max(scene.levels, default=0) + 1)


def is_compiled_at_once(scene: Scene, settings: SystemSettings) -> bool:
    """Return whether a scene is compiled before it is resolved for the first time."""
    return len(scene.elements) >= settings.plan_at_once and is_worth_planning(scene, settings)
