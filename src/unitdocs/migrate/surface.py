"""What the original system consists of, and what replaces each name of it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

PUBLIC: Final = "unitdocs.units"
"""The module that code of a game imports from."""
ORIGINAL: Final = "unitdocs.units.original"
"""The module of the original system, which has no public surface of its own."""
SYSTEM: Final = "OriginalSystem"
SCENE: Final = "OriginalScene"
CREATE: Final = "create_system"
CALCULATORS: Final = frozenset({"SizeCalculator", "PositionCalculator", "ScaleCalculator"})
CONSTANTS: Final = frozenset({"DEFAULT_SIZE", "DEFAULT_CONTENT", "DEFAULT_EXTENT"})
PROTOCOLS: Final[Mapping[str, str]] = {
    "SizeCalculator": "BuiltSize",
    "PositionCalculator": "BuiltPosition",
    "ScaleCalculator": "BuiltScale",
    "OriginalScene": "PreparedScene",
    "OriginalSystem": "System",
}
"""The protocol that each class of the original system fits."""
NAMES: Final = frozenset({*PROTOCOLS, *CONSTANTS})
"""Names of the module `original` that games use."""
INTERNAL_MEMBERS: Final = frozenset({"elements", "specs", "random", "version"})
"""Members of a prepared scene of the original system alone."""
LIST_CHANGES: Final = frozenset({"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"})
"""Methods that change a list; a layout has none of them."""
FUNCTION_CHANGES: Final = frozenset(
    {"random.shuffle", "heapq.heapify", "heapq.heappush", "heapq.heappop", "bisect.insort"}
)
"""Functions that change the list that they are called with."""
JSON_WRITERS: Final = frozenset(
    {"json.dumps", "json.dump", "orjson.dumps", "ujson.dumps", "ujson.dump", "simplejson.dumps", "simplejson.dump"}
)
"""Functions that write lists, and no other sequences."""
PICKLERS: Final = frozenset(
    f"{module}.{function}"
    for module in ("pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib")
    for function in ("dump", "dumps", "load", "loads", "Pickler", "Unpickler")
) | {"shelve.open"}
"""Functions whose files hold objects by the names of their classes."""


class Topic(StrEnum):
    """What a use of the original system is; the value is the id of its section in the guide."""

    SYSTEM = "change-system"
    CALCULATOR = "change-calculator"
    CLASS_TEST = "change-class"
    OWN_UNITS = "own-units"
    CONSTANTS = "change-constants"
    RESULT = "change-result"
    LIST_TEST = "change-list"
    JSON = "change-json"
    PICKLES = "change-pickles"
    NAMES = "change-names"
    ANNOTATION = "change-annotations"
    INTERNALS = "change-internals"


GUIDE: Final = "deploy/changes.md"
"""The page of the site with a section for each topic."""
