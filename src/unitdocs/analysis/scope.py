"""The scope of a comparison: which cases are compared, with which margins, and which names with each other."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from unitdocs.analysis.margins import Margins, matches
from unitdocs.analysis.not_compared import Side
from unitdocs.errors import InputError
from unitdocs.records.results import LeftOut, Result, Results

MOST_SUGGESTED = 3
Pair = tuple[str, str]
"""Names of a benchmark of the base and of one of the head."""


@dataclass(frozen=True)
class Scope:
    """Which cases are compared, and with which margins.

    Args:
        metrics: the metrics; all if empty.
        patterns: patterns of `suite/name`, of which one must match (see `margins.matches`); all cases if empty.
        pairs: names that are compared with each other, instead of equal names.
        margins: the relative margins.
        absolute_margins: differences that are treated as equivalent, by metric and in its unit; None for the record's
            own.
    """

    metrics: Sequence[str] = ()
    patterns: Sequence[str] = ()
    pairs: Sequence[Pair] = ()
    margins: Margins = field(default_factory=Margins)
    absolute_margins: Mapping[str, float] | None = None

    def has(self, suite: str, name: str, metric: str) -> bool:
        """Return whether a case is selected."""
        return (not self.metrics or metric in self.metrics) and self._is_chosen(suite, name)

    def unused(self, cases: Sequence[tuple[str, str, str]]) -> list[str]:
        """Return a caution for each margin of a pattern or a metric that no case has.

        Args:
            cases: suite, name and metric of every case, selected or not.
        """
        patterns = [
            pattern
            for pattern in self.margins.by_pattern
            if not any(matches(pattern, suite, name) for suite, name, _ in cases)
        ]
        metrics = [name for name in self.absolute_margins or () if name not in {metric for *_, metric in cases}]
        return [f"--margin {pattern}: no case matches" for pattern in patterns] + [
            f"--absolute-margin {metric}: no case has this metric" for metric in metrics
        ]

    def check_patterns(self, cases: Sequence[tuple[str, str, str]]) -> None:
        """Raise an error if no case matches any pattern.

        Args:
            cases: suite, name and metric of every case, with a result or without.

        Raises:
            InputError: no case matches, so that a gate would pass without any comparison.
        """
        if not self.patterns or any(self._is_chosen(suite, name) for suite, name, _ in cases):
            return
        names = list(dict.fromkeys(f"{suite}/{name}" if suite else name for suite, name, _ in cases))
        raise InputError(
            f"--filter {' --filter '.join(self.patterns)}: no case matches; cases are named such as "
            f"{', '.join(names[:MOST_SUGGESTED]) or 'none: there is no case'}"
        )

    def _is_chosen(self, suite: str, name: str) -> bool:
        return not self.patterns or any(matches(pattern, suite, name) for pattern in self.patterns)


def select(results: Results, scope: Scope) -> Results:
    """Return the selected results, and what is left out of them."""
    return results.model_copy(
        update={
            "results": tuple(one for one in results.results if scope.has(one.suite, one.name, one.metric)),
            "left_out_cases": tuple(
                one
                for one in results.left_out_cases
                if scope.has(one.suite, one.name, one.metric)
                or (not one.metric and Scope(patterns=scope.patterns).has(one.suite, one.name, ""))
            ),
        }
    )


def pair(base: Results, head: Results, pairs: Sequence[Pair]) -> tuple[Results, Results]:
    """Return both sides with the results of each pair alone, under a common name."""
    common = [one if one == other else f"{one} vs {other}" for one, other in pairs]
    base_names, head_names = ([names[index] for names in pairs] for index in (0, 1))
    return (
        _renamed(base, dict(zip(common, base_names, strict=True)), Side.BASE),
        _renamed(head, dict(zip(common, head_names, strict=True)), Side.HEAD),
    )


def _renamed(results: Results, names: Mapping[str, str], side: Side) -> Results:
    """Return the results of some names alone, each under its new name.

    Args:
        results: the results.
        names: the names by new name.
        side: the side, for messages.

    Raises:
        InputError: there is no case of a name, or several.
    """
    kept: list[Result] = []
    left_out: list[LeftOut] = []
    for new, name in names.items():
        update = {"suite": "", "name": new}
        named = [one for one in results.results if _is_named(one.suite, one.name, name)]
        without = [one for one in results.left_out_cases if _is_named(one.suite, one.name, name)]
        if not named and not without:
            raise InputError(_unknown_name(results, name, side))
        if len({one.key for one in named}) > len({one.metric for one in named}):
            raise InputError(f"--pair {name}: {side} has several cases of this name; give it as suite/name")
        kept += [one.model_copy(update=update) for one in named]
        left_out += [one.model_copy(update=update) for one in without]
    return results.model_copy(update={"results": tuple(kept), "left_out_cases": tuple(left_out)})


def _is_named(suite: str, name: str, wanted: str) -> bool:
    return wanted in (name, f"{suite}/{name}", f"{suite}.{name}", f"{suite}::{name}")


def _unknown_name(results: Results, name: str, side: Side) -> str:
    names = list(dict.fromkeys(f"{one.suite}/{one.name}" if one.suite else one.name for one in results.results))
    near = difflib.get_close_matches(name, names, MOST_SUGGESTED, 0.0) or names[:MOST_SUGGESTED]
    return (
        f"--pair {name}: {side} has no case of this name; give one such as {', '.join(near) or 'none: it has no case'}"
    )
