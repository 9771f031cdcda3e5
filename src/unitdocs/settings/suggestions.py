"""What a name that does not exist was probably meant to be."""

from collections.abc import Collection
from typing import Final

_PREFIX: Final = "unitdocs-"
_LIKENESS: Final = 0.55
"""From this ratio of equal letters, a name is offered alone."""


def suggestion(wrong: str, names: Collection[str]) -> str:
    """Return the end of a sentence about a wrong name: the nearest name, or all names if none is near.

    Case, hyphens or underscores, and the prefix of variables make no difference.
    """
    from difflib import get_close_matches  # noqa: PLC0415 -- a game without mistakes does without

    by_form = {_plain(name): name for name in names}
    near = get_close_matches(_plain(wrong), by_form, n=1, cutoff=_LIKENESS)
    return f"did you mean {by_form[near[0]]}?" if near else f"the names are {', '.join(names)}"


def _plain(name: str) -> str:
    return name[:80].lower().replace("_", "-").removeprefix(_PREFIX)
