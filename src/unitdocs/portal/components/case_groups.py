"""Cases of a suite in groups whose titles share a part, and a compact list of links to their pages."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult
from unitdocs.analysis.descriptions import extent
from unitdocs.formatting import capitalized
from unitdocs.portal.components.case_links import case_link
from unitdocs.portal.components.markup import Html, Page, join, tag
from unitdocs.portal.components.verdicts import badge, verdict_badge

SEPARATOR = ": "
"""Between the two parts of a title, such as `Inventory (100 elements): first resolve`."""
Split = Callable[[str], tuple[str, str]]
"""Splits a title into the title of its group and what remains as its label."""


@dataclass(frozen=True)
class Group:
    """Cases whose titles share a part.

    Args:
        title: the shared part; empty for cases that share nothing.
        cases: the cases, each with its label: the rest of its title.
    """

    title: str
    cases: Sequence[tuple[CaseResult, str]]


def grouped(cases: Sequence[CaseResult]) -> list[Group]:
    """Return cases in groups by the part of their titles before or after a colon.

    It is the part that more cases share, else the one that gives fewer groups. Cases that share it with no other one
    are in a first group without a title.
    """
    return min((_groups(cases, split) for split in (_by_first_part, _by_last_part)), key=_roughness)


def _roughness(groups: Sequence[Group]) -> tuple[int, int]:
    return sum(len(group.cases) for group in groups if not group.title), len(groups)


def case_list(page: Page, cases: Sequence[CaseResult]) -> Html:
    """Return a list of the scenarios of a suite, each a link to its page with the effect on its main time."""
    main: dict[str, CaseResult] = {}
    for case in sorted(cases, key=lambda case: case.metric not in MAIN_TIMES):
        main.setdefault(case.scenario, case)
    in_order = [main[scenario] for scenario in dict.fromkeys(case.scenario for case in cases)]
    return join([_list(page, group) for group in grouped(in_order)])


def _list(page: Page, group: Group) -> Html:
    items = [tag("li", case_link(page, case, label), " ", _effect(case)) for case, label in group.cases]
    head = tag("p", group.title, class_="ud-cases-title") if group.title else Html("")
    return join([head, tag("ul", Html("\n"), join(items), Html("\n"), class_="ud-cases")])


def _effect(case: CaseResult) -> Html:
    return badge(extent(case), case.outcome) if case.effect else verdict_badge(case)


def _groups(cases: Sequence[CaseResult], split: Split) -> list[Group]:
    parts = [split(case.title) for case in cases]
    sizes = Counter(shared for shared, _ in parts)
    members: dict[str, list[tuple[CaseResult, str]]] = {"": []}
    for case, (shared, rest) in zip(cases, parts, strict=True):
        is_alone = sizes[shared] == 1
        members.setdefault("" if is_alone else shared, []).append((case, case.title if is_alone else rest))
    return [Group(shared, group) for shared, group in members.items() if group]


def _by_first_part(title: str) -> tuple[str, str]:
    shared, _, rest = title.partition(SEPARATOR)
    return (shared, capitalized(rest)) if shared and rest else ("", title)


def _by_last_part(title: str) -> tuple[str, str]:
    rest, _, shared = title.rpartition(SEPARATOR)
    return (capitalized(shared), rest) if shared and rest else ("", title)
