"""Units of the original system that are also resolved in the shadow."""

import copy
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex

from unitdocs.shadow.comparing import MakeDifference, RecordedDraws, Shadow
from unitdocs.shadow.findings import ShadowDifference
from unitdocs.shadow.semantics import named
from unitdocs.units import Context
from unitdocs.units.comparison import is_same
from unitdocs.units.model.calls import MISUSE, check_generator
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

    kind: ClassVar[str]
    """`size`, `position` or `scale`."""
    _shadow: Shadow
    _version: int
    """The version of the registry when the unit was built."""

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
            check_generator(rng)  # refused with the original's sentence
            raise
        shadow.compare(self.kind, self._subject, lambda: self._differences(context, recorded.numbers, number), 1)
        return number

    def validate(self, context: Context) -> bool:
        """Return whether the context has what the unit needs, as the original answers it."""
        is_valid = super().validate(context)
        account = self._shadow.account
        account.left -= 1
        if account.left <= 0 and account.allows():
            self._shadow.compare(self.kind, self._subject, lambda: self._validities(context, is_valid), 1)
        return is_valid

    def _subject(self) -> object:
        return self.spec

    def _differences(self, context: Context, drawn: list[float], number: float) -> list[MakeDifference] | None:
        spec: Any = self.spec
        unit = self._other(spec)
        if unit is None:
            return None
        other = unit.resolve(_copied(context), Draws(drawn))
        check_number(other)
        return [] if is_same(number, other) else [partial(self._difference, spec, context, "result", number, other)]

    def _validities(self, context: Context, is_valid: bool) -> list[MakeDifference] | None:  # noqa: FBT001
        spec: Any = self.spec
        unit = self._other(spec)
        if unit is None:
            return None
        other = unit.validate(_copied(context))
        return [] if other is is_valid else [partial(self._difference, spec, context, "valid", is_valid, other)]

    def _difference(
        self,
        spec: Any,  # noqa: ANN401 -- a unit of any kind
        context: Context,
        member: str,
        number: float,
        other: float,
    ) -> ShadowDifference:
        row = named(spec, context, number, other) if member == "result" else None
        return ShadowDifference(self.kind, member, repr(spec), repr(context), number, other, row)

    def _other(self, spec: Any) -> Any:  # noqa: ANN401 -- a unit of any kind
        """Return the unit as the other system builds it; built again after a member was set.

        None if a rule was registered between the two: the original's unit does not know it.
        """
        built = self.__dict__.get("_built")
        if built is None or built[0] != spec:
            if self._shadow.registry.version != self._version:
                return None
            built = (spec, self._shadow.system.build(spec))
            object.__setattr__(self, "_built", built)
        return built[1]

    def __reduce_ex__(self, _protocol: SupportsIndex) -> tuple[Any, ...]:
        """Copy and pickle as the original's calculator: a saved game knows nothing of the shadow."""
        plain: Any = object.__new__(ORIGINALS[type(self)])
        plain.__dict__.update({name: member for name, member in self.__dict__.items() if name not in OWN})
        return copy.copy, (plain,)


OWN = {"_shadow", "_built", "_version"}
KINDS: Mapping[type, str] = {
    SizeCalculator: "size",
    PositionCalculator: "position",
    ScaleCalculator: "scale",
    CustomSizeCalculator: "size",
    CustomPositionCalculator: "position",
    CustomScaleCalculator: "scale",
}
SHADOWED: Mapping[type, type] = {
    original: type(f"Shadowed{original.__name__}", (ShadowedUnit, original), {"__module__": __name__, "kind": kind})
    for original, kind in KINDS.items()
}
"""The class of the original system, and that of its shadowed units."""
ORIGINALS: Mapping[type, type] = {shadowed: original for original, shadowed in SHADOWED.items()}


def shadowed(unit: Any, shadow: Shadow) -> Any:  # noqa: ANN401 -- one of six calculators
    """Return a calculator that was just built as one that is also resolved in the shadow."""
    object.__setattr__(unit, "_shadow", shadow)
    object.__setattr__(unit, "_version", shadow.registry.version)
    object.__setattr__(unit, "__class__", SHADOWED[type(unit)])
    return unit


def check_number(other: object) -> None:
    """Check that the other system gave a number.

    Raises:
        TypeError: it did not.
    """
    if not isinstance(other, int | float) or isinstance(other, bool):
        raise TypeError(f"the result is no number: {other!r}")


def _copied(context: Context) -> Context:
    """Return a context that the other system may even change."""
    return context.around(context.parent, context.content) if isinstance(context, Context) else context
