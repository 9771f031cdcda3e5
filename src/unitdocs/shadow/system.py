"""The original system with another one in its shadow, which is compared with it and never used."""

import copy
import random
from typing import Any, SupportsIndex

from unitdocs.errors import InputError
from unitdocs.settings import Settings, load
from unitdocs.shadow.account import Account
from unitdocs.shadow.calculators import shadowed
from unitdocs.shadow.comparing import Shadow
from unitdocs.shadow.findings import ShadowFindings
from unitdocs.shadow.scenes import ShadowedScene
from unitdocs.units import Registry, Scene, System, create_system
from unitdocs.units.model.composition import Part
from unitdocs.units.original import (
    OriginalScene,
    OriginalSystem,
    PositionCalculator,
    ScaleCalculator,
    SizeCalculator,
)

LONGEST = 0.25
"""Seconds after which one comparison ends shadow mode."""
MOST = 20
"""Differences, and errors, that a report lists."""


class ShadowSystem(OriginalSystem):
    """The original system, with another one in its shadow. Make it with `create_shadow`.

    Everything that a game gets is the original's: numbers, errors, random numbers, copies and pickles. What the other
    system gives is compared and thrown away.

    Attributes:
        shadow: what is compared; its `report()` says what was found, and `stop()` ends it.
    """

    def __init__(self, rng: random.Random | None, registry: Registry | None, shadow: Shadow) -> None:
        self._plain = OriginalSystem(rng, registry=registry)
        self.registry = self._plain.registry
        self.shadow = shadow

    @property
    def rng(self) -> random.Random:
        """Where random values are drawn from if a call passes no generator."""
        return self._plain.rng

    @rng.setter
    def rng(self, rng: random.Random) -> None:
        self._plain.rng = rng

    def build(self, spec: Part) -> SizeCalculator | PositionCalculator | ScaleCalculator:
        """Return the calculator of one unit.

        Raises:
            InputError: the spec is not a Size, a Position or a Scale.
        """
        unit = super().build(spec)
        if self.shadow.account.share > 0:
            return shadowed(unit, self.shadow)  # type: ignore[no-any-return]
        return unit

    def prepare(self, scene: Scene) -> OriginalScene:
        """Return the scene with a calculator for each unit.

        Raises:
            InputError: the scene is not a Scene.
        """
        prepared = super().prepare(scene)
        if self.shadow.account.share == 0:
            return prepared
        return ShadowedScene(scene, self._plain, self.shadow)  # whose units are not compared one by one

    def __copy__(self) -> OriginalSystem:
        return copy.copy(self._plain)

    def __reduce_ex__(self, _protocol: SupportsIndex) -> tuple[Any, ...]:
        """Copy and pickle as the original system, which scenes that are copied with it share."""
        return _itself, (self._plain,)


def _itself(system: OriginalSystem) -> OriginalSystem:
    return system


def create_shadow(
    rng: random.Random | None = None,
    *,
    registry: Registry | None = None,
    share: float | None = None,
    budget: float | None = None,
    settings: Settings | None = None,
    other: System | None = None,
    longest: float = LONGEST,
    most: int = MOST,
) -> ShadowSystem:
    """Return the original system with the refactored one in its shadow.

    For a share of the calls, evenly spread, both resolve the same and the numbers are compared bit by bit. The
    comparisons take at most a share of the time that passes; calls beyond that are skipped and counted. An error of the
    other system is kept in the report, and one comparison that takes too long ends shadow mode.

    Args:
        rng: as of `create_system`.
        registry: as of `create_system`; both systems use it, and call its rules.
        share: of the calls that are compared, 0 to 1 (default: the setting `shadow-share`).
        budget: share of the wall clock's time that comparisons may take, 0 to 1; 1 is without a limit (default: the
            setting `shadow-budget`).
        settings: the settings that a game has loaded (default: they are loaded now, and a wrong one is an error).
        other: the system in the shadow (default: the refactored one, loaded now, so that no frame waits for it).
        longest: seconds that one comparison may take before shadow mode stops for good.
        most: how many differences and errors the report lists.

    Raises:
        InputError: a share or the budget is not between 0 and 1, `longest` is not above 0, `most` is not at least 1, a
            setting is wrong, or the generator has no `random()`. That the refactored system cannot be created is none:
            the report says why shadow mode stopped.
    """
    problems = []
    if not isinstance(longest, int | float) or not longest > 0:
        problems.append(f"longest: expected seconds above 0, got {longest!r}")
    if not isinstance(most, int) or most < 1:
        problems.append(f"most: expected a whole number from 1, got {most!r}")
    if problems:
        raise InputError(*problems)
    if registry is None:
        registry = Registry()  # one for both: a game may register rules later
    share, budget, numpy = _spendable(share, budget, settings)
    account = Account(share, budget, longest)
    if other is None:
        try:
            other = create_system("refactored", registry=registry, numpy=numpy)
        except InputError as error:  # such as NumPy that is missing: the game goes on, and the report says why
            other = create_system("original", registry=registry)
            account.stop(f"the refactored system cannot be created: {error}")
    return ShadowSystem(rng, registry, Shadow(other, registry, account, ShadowFindings(most)))


def _spendable(share: float | None, budget: float | None, settings: Settings | None) -> tuple[float, float, bool]:
    """Return share, budget, and whether NumPy is used, of what is given or else of the settings.

    Raises:
        InputError: a share or the budget is not between 0 and 1, or, where no settings are given, one of them is wrong.
    """
    if settings is None:
        settings = load(shadow_share=share, shadow_budget=budget)
        return settings.shadow_share, settings.shadow_budget, settings.numpy
    given = load(
        environ={},
        shadow_share=settings.shadow_share if share is None else share,
        shadow_budget=settings.shadow_budget if budget is None else budget,
    )
    return given.shadow_share, given.shadow_budget, settings.numpy
