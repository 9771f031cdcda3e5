"""The defaults of the refactored system's settings: what the search chose for production, but for two.

They are here alone, since the record of that search does not depend on them.
"""

from typing import Final

MEBIBYTE: Final = 2**20
PLANS: Final = 64
"""Scenes at breakpoints whose plans are kept."""
PLAN_BYTES: Final = 64 * MEBIBYTE
"""Bytes of plans that are kept at most."""
LAYOUTS: Final = 64
"""Layouts that are kept."""
LAYOUT_BYTES: Final = 8 * MEBIBYTE
"""Bytes of layouts that are kept at most."""
SMALLEST_KEPT: Final = 12
"""Elements from which on a layout is kept: fewer are resolved in little more time than a lookup takes. The search may
choose less; a display of more small panels than layouts are kept then loses all of them, one to the other."""
SMALLEST_PLAN: Final = 40
"""Elements from which on a plan is faster than bound units, about: the suite `layouts` has scenes on either side."""
PLAN_AT_ONCE: Final = 500
"""Elements from which on compiling a plan and running it once is faster than bound units; smaller scenes wait until
they have been resolved several times. The search may choose less, for sessions whose scenes come again; the suite
`layouts` shows that a scene of 300 elements that is resolved once would take half as long again."""
ELEMENTS_PER_LEVEL: Final = 8
"""Elements per level of the tree from which on a plan is faster: a batch of one costs as much as a batch of ten."""
COMPILING: Final = 350
"""Compiling a plan costs as much as resolving this many elements and the scene twice through bound units: it is
compiled when bound units have cost that, so that it never costs much more than the scene is worth."""
