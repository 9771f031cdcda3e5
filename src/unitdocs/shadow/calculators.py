"""Units of the original system that are also resolved in the shadow."""

import copy
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, SupportsIndex

from unitdocs.shadow.comparing import RecordedDraws, Shadow
from unitdocs.shadow.findings import ShadowDifference
from unitdocs.shadow.semantics import named
from unitdocs.units import Context
from unitdocs.units.comparison import is_same
from unitdocs.units.model.calls import MISUSE
from unitdocs.units.model.draws import Draws, Generator
from unitdocs.units.original import (
    CustomPositionCalculator,
    CustomScaleCalculator,
    CustomSizeCalculator,
    PositionCalculator,
    ScaleCalculator,
    SizeCalculator,
)

if TYPE_CHECKING:
    Calculator = SizeCalculator
else:
    Calculator = object


class ShadowedUnit(Calculator):
    """Put before a calculator: for a share of the calls, its number is compared with that of the other system."""

    _shadow: Shadow

    def resolve(self, context: Context, rng: Generator | None = None) -> float:
        """Return the original's number."""
        shadow = self._shadow
        account = shadow.account
        account.left -= 1
        if account.left > 0 or not account.allows():
            return super().resolve(context, rng)
        recorded = RecordedDraws(rng or self.rng)
        try:
            number = super().resolve(context, recorded)
        except MISUSE:
            return super().resolve(context, rng)  # a wrong call, which is refused with its own sentence
        spec: Any = self.spec
        shadow.compare(kind_of(spec), spec, lambda: self._differences(spec, context, recorded.numbers, number), 1)
        return number

    def _differences(
        self,
        spec: Any,  # noqa: ANN401 -- a unit of any kind
        context: Context,
        drawn: list[float],
        number: float,
    ) -> Iterable[ShadowDifference]:
        other = self._other(spec).resolve(context, Draws(drawn))
        if not isinstance(other, int | float):
            raise TypeError(f"the result is no number: {other!r}")
        if not is_same(number, other):
            row = named(spec, context, other)
            yield ShadowDifference(kind_of(spec), "result", repr(spec), repr(context), number, other, row)

    def _other(self, spec: Any) -> Any:  # noqa: ANN401 -- a unit of any kind
        """Return the unit as the other system builds it; built again after a member was set."""
        built = self.__dict__.get("_built")
        if built is None or built[0] != spec:
            built = (spec, self._shadow.system.build(spec))
            object.__setattr__(self, "_built", built)
        return built[1]

    def __reduce_ex__(self, _protocol: SupportsIndex) -> tuple[Any, ...]:
        """Copy and pickle as the original's calculator: a saved game knows nothing of the shadow."""
        plain: Any = object.__new__(ORIGINALS[type(self)])
        plain.__dict__.update({name: member for name, member in self.__dict__.items() if name not in OWN})
        return copy.copy, (plain,)


OWN = {"_shadow", "_built"}
ORIGINALS: Mapping[type, type] = {
    type(f"Shadowed{kind.__name__}", (ShadowedUnit, kind), {"__module__": __name__}): kind
    for kind in (
        SizeCalculator,
        PositionCalculator,
        ScaleCalculator,
        CustomSizeCalculator,
        CustomPositionCalculator,
        CustomScaleCalculator,
    )
}
"""The class of each shadowed unit, and that of the original system."""
SHADOWED: Mapping[type, type] = {original: shadowed for shadowed, original in ORIGINALS.items()}


def shadowed(unit: Any, shadow: Shadow) -> Any:  # noqa: ANN401 -- one of six calculators
    """Return a calculator that was just built as one that is also resolved in the shadow."""
    object.__setattr__(unit, "_shadow", shadow)
    object.__setattr__(unit, "__class__", SHADOWED[type(unit)])
    return unit


def kind_of(spec: object) -> str:
    """Return `size`, `position` or `scale`."""
    return type(spec).__name__.lower()
