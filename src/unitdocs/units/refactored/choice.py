"""The choice of a path: through bound units or a plan, whichever resolves a scene in less time."""

from collections.abc import Sequence

from unitdocs.units.model.registry import Registry
from unitdocs.units.model.scene import Element, Scene
from unitdocs.units.refactored.bound_elements import BoundElements
from unitdocs.units.refactored.snapshot import Snapshot

SMALLEST_PLAN = 40
"""Elements from which on a plan is faster than bound units, about: the suite `layouts` has scenes on either side."""
PLAN_AT_ONCE = 500
"""Elements from which on compiling a plan and running it once is faster than bound units; smaller scenes wait until
they have been resolved several times."""
ELEMENTS_PER_LEVEL = 8
"""Elements per level of the tree from which on a plan is faster: a batch of one costs as much as a batch of ten."""


def create_snapshot(
    scene: Scene, elements: Sequence[Element], registry: Registry, *, is_repeated: bool, numpy: bool
) -> Snapshot:
    """Return what is needed to resolve a scene, with a plan if that is faster.

    Args:
        scene: the scene, for its tree.
        elements: its elements, with the units in force.
        registry: the custom strategies in force.
        is_repeated: whether the scene was resolved before, and is likely to be resolved again.
        numpy: whether it may be compiled to a plan, which needs NumPy.
    """
    version = registry.version
    find = None if registry.is_plain else registry.find
    can_outgrow = numpy and is_worth_planning(scene)
    if can_outgrow and (is_repeated or len(elements) >= PLAN_AT_ONCE):
        # A system that may use NumPy has loaded these modules.
        from unitdocs.units.refactored.plan.compiling import CannotCompileError  # noqa: PLC0415
        from unitdocs.units.refactored.plan.planned_elements import PlannedElements  # noqa: PLC0415

        try:
            return PlannedElements(scene, elements, find, version)
        except CannotCompileError:
            can_outgrow = False
    return BoundElements(scene, elements, find, version, can_outgrow=can_outgrow)


def is_worth_planning(scene: Scene) -> bool:
    """Return whether a plan resolves a scene faster than bound units: it is neither small nor mainly deep."""
    if len(scene.elements) < SMALLEST_PLAN:
        return False
    return len(scene.elements) >= ELEMENTS_PER_LEVEL * (max(scene.levels) + 1)


def is_compiled_at_once(scene: Scene) -> bool:
    """Return whether a scene is compiled before it is resolved for the first time."""
    return len(scene.elements) >= PLAN_AT_ONCE and is_worth_planning(scene)
