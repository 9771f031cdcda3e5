"""Flags made by hand or at random, for tests."""

from hypothesis import strategies

from unitdocs.flags.flag import Flag
from unitdocs.flags.flag_file import FlagDocument

TEXT = strategies.text(strategies.characters(codec="utf-8"), min_size=1, max_size=12)
SHARES = strategies.integers(0, 10_000)
FLAGS = strategies.builds(
    Flag,
    version=strategies.integers(1, 10**6),
    salt=TEXT,
    share=SHARES,
    shares=strategies.dictionaries(TEXT, SHARES, max_size=3),
    allowed=strategies.frozensets(TEXT, max_size=4),
    denied=strategies.frozensets(TEXT, max_size=4),
    start=strategies.none() | strategies.sampled_from([0, 10**9, 4 * 10**9]),
    killed=strategies.none() | TEXT,
    audit=strategies.sampled_from(["", "0" * 64]),
)


def text_of(flag: Flag) -> str:
    """Return a flag file that holds only this flag."""
    return FlagDocument(flag).text()
