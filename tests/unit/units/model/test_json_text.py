"""Scene files and units in which a member is given twice are refused, with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.units.model.json_text import read_json

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
)


@given(values)
def test_text_without_repeated_members_is_read_as_json_reads_it(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == (value, [])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('{"a": 1, "a": 1}', ["$.a"]),
        ('{"a": 1, "b": 2, "a": 3, "b": 4, "b": 5}', ["$.a", "$.b"]),
        ('[{"x": {"a": 1}}, {"x": {"a": 1, "a": 2}}]', ["$[1].x.a"]),
        ('{"a": {"b": 1, "b": 2}, "c": [[{"d": 1, "d": 1}]], "c": [{"e": 1, "e": 1}]}', ["$.c", "$.a.b", "$.c[0].e"]),
    ],
)
def test_each_repeated_member_is_a_problem_with_its_place(text: str, places: list[str]) -> None:
    assert read_json(text.encode())[1] == [f"{place}: given more than once" for place in places]


def test_what_is_not_json_is_an_error() -> None:
    for text in (b"{", b"\xff", b"", b"9" * 5_000):
        with pytest.raises(ValueError):  # noqa: PT011 -- whichever of them
            read_json(text)
