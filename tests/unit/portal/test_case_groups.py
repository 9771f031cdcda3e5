"""Cases in groups by what their titles share, and the list of links to their pages."""

import re
from collections.abc import Callable

from unitdocs.analysis.case_result import CaseResult
from unitdocs.portal.components.case_groups import case_list, grouped
from unitdocs.portal.components.markup import Page

MakeCase = Callable[..., CaseResult]


def groups_of(make_case: MakeCase, *titles: str) -> dict[str, list[str]]:
    cases = [make_case(0.5, f"case-{number}", title=title) for number, title in enumerate(titles)]
    return {group.title: [label for _, label in group.cases] for group in grouped(cases)}


def test_cases_are_grouped_by_the_part_that_most_of_them_share(make_case: MakeCase) -> None:
    assert groups_of(make_case, "Wheel: first", "List: first", "Wheel: again", "List: again", "Tree: first") == {
        "First": ["Wheel", "List", "Tree"], "Again": ["Wheel", "List"],
    }  # fmt: skip
    assert groups_of(make_case, "All", "Size: pixels", "Size: fit", "Scale: pixels", "Scale: fit", "Size: x") == {
        "": ["All"], "Size": ["Pixels", "Fit", "X"], "Scale": ["Pixels", "Fit"],
    }  # fmt: skip


def test_titles_that_share_nothing_stay_whole(make_case: MakeCase) -> None:
    assert groups_of(make_case, "A window: wheel", "A list", "A text: chat") == {
        "": ["A window: wheel", "A list", "A text: chat"]
    }
    assert groups_of(make_case, "One") == {"": ["One"]}
    assert groups_of(make_case, ": a", ": b", "c: ", "c: ") == {"": [": a", ": b", "c: ", "c: "]}


def test_cases_with_the_same_title_are_kept(make_case: MakeCase) -> None:
    assert groups_of(make_case, "Same: a", "Same: a", "Other") == {"": ["Other"], "Same": ["A", "A"]}


def test_a_list_has_each_scenario_once_with_the_effect_on_its_time(make_case: MakeCase) -> None:
    cases = [
        make_case(2.0, "one", metric="peak memory"),
        make_case(0.5, "one"),
        make_case(0.25, "two"),
        make_case(None, "three"),
    ]
    content = case_list(Page("benchmarks/scenarios/x.md"), cases)
    items = re.findall(r'<li><a href="\.\./\.\./cases/suite/(\w+)/">(.*?)</a> <span.*?>(.*?)</span></li>', content)
    assert items == [
        ("one", "Title of one", "2\N{MULTIPLICATION SIGN} faster"),
        ("two", "Title of two", "4\N{MULTIPLICATION SIGN} faster"),
        ("three", "Title of three", "not applicable"),
    ]


def test_a_list_escapes_what_titles_hold(make_case: MakeCase) -> None:
    content = case_list(Page("x.md"), [make_case(0.5, name, title=f"<b>: {name}") for name in ("one", "two")])
    assert "<b>" not in content
    assert "&lt;b&gt;</p>" in content
