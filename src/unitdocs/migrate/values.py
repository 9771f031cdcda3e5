"""Where a value of a program comes from, in the few forms that the scan follows through a tree of modules."""

from dataclasses import dataclass
from enum import Enum, auto


class FlowKind(Enum):
    """What an expression may be, as far as a migration cares."""

    SYSTEM = auto()
    OWN_SYSTEM = auto()  # of a class that extends the original system
    PREPARED = auto()
    RESULT = auto()  # of resolving a prepared scene
    OTHER = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class GlobalName:
    """A name of a module, by its dotted path."""

    path: str


@dataclass(frozen=True, slots=True)
class LocalName:
    """A name of a function, or a parameter."""

    scope: str
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute of a value; attributes of one name are taken for one, whatever they belong to."""

    owner: "Value"
    name: str


@dataclass(frozen=True, slots=True)
class CallResult:
    """What a call returns.

    Args:
        function: what is called.
        file: the file that holds the call.
        start: offset of its first byte.
        end: offset after its last byte.
        keywords: names of its keyword arguments.
        positional: the number of its other arguments.
    """

    function: "Value"
    file: str
    start: int
    end: int
    keywords: frozenset[str]
    positional: int


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values, as of a conditional expression; none for None."""

    options: tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class FixedKind:
    """A value whose kind is known where it is written."""

    kind: FlowKind


Value = GlobalName | LocalName | Member | CallResult | Either | FixedKind
NOTHING = Either(())
OTHER = FixedKind(FlowKind.OTHER)
UNKNOWN = FixedKind(FlowKind.UNKNOWN)
