"""Scenes: how they are read, what is refused, and how they resolve."""

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.errors import InputError
from unitdocs.units import (
    SYSTEMS,
    Box,
    Composition,
    Element,
    Extent,
    Position,
    Scale,
    Scene,
    Size,
    UnitSystem,
    create_system,
    load_scene,
    parse_scene,
)
from unitdocs.units.model.scene import LARGEST_FILE, _on_cycles

SURFACE = Extent(800, 600)
SCENES = Path(__file__).parents[4] / "benchmarks" / "scenes"


@pytest.fixture(params=sorted(SYSTEMS))
def system(request: pytest.FixtureRequest) -> Any:
    return create_system(request.param)


def boxes(system: Any, tree: Scene, **surroundings: Any) -> list[tuple[float, ...]]:
    resolved = system.prepare(tree).resolve(**surroundings)
    return [tuple(box) for box in (resolved if isinstance(resolved, list) else resolved.boxes())]


def test_children_are_placed_inside_their_parents_wherever_they_stand(system: Any) -> None:
    scene = Scene(
        "nested",
        (
            Element("grandchild", parent="child", x=Position("parent-right", "right", "x", -5)),
            Element("child", parent="root", x=Position("parent-left", "left", "x", 10), width=Size("pixel", 50)),
            Element("root", x=Position("pixel", 100, "x"), width=Size("scene-width", "fill"), content=Extent(3, 7)),
        ),
    )
    assert boxes(system, scene, scene=SURFACE, viewport=SURFACE) == [
        (155, 0, 100, 100, 1),
        (110, 0, 50, 100, 1),
        (100, 0, 800, 7, 1),
    ]


def test_missing_units_mean_zero_the_contents_size_or_a_hundred_and_one(system: Any) -> None:
    scene = Scene("bare", (Element("a"), Element("b", content=Extent(30, 20))))
    assert boxes(system, scene) == [(0, 0, 100, 100, 1), (0, 0, 30, 20, 1)]


def test_the_viewports_width_chooses_the_breakpoint(system: Any) -> None:
    wheel = load_scene(SCENES / "prize-wheel.json")
    index = next(i for i, element in enumerate(wheel.elements) if element.id == "wheel")
    widths = {
        viewport: boxes(system, wheel, scene=Extent(viewport, 800), viewport=Extent(viewport, 800))[index][2]
        for viewport in (390, 575, 576, 767, 768, 991, 992, 1920)
    }
    assert widths == {390: 600, 575: 600, 576: 600, 767: 600, 768: 700, 991: 700, 992: 800, 1920: 800}


def test_random_numbers_are_drawn_in_element_order(system: Any) -> None:
    anywhere = {"x": Position("pixel", "random", "x"), "height": Size("pixel", "random", "height")}
    scene = Scene("sparks", (Element("b", parent="a", **anywhere), Element("a", **anywhere)))
    rng = random.Random(3)
    expected = []
    for _ in range(2):
        x = rng.random() * 800
        expected.append((x, 0, 100, 1 + 9999 * rng.random(), 1))
    assert boxes(system, scene, scene=SURFACE, rng=random.Random(3)) == expected


def test_a_hundred_thousand_elements_and_a_thousand_levels_resolve(system: Any) -> None:
    flat = Scene("flat", tuple(Element(f"e{i}", x=Position("pixel", i, "x")) for i in range(100_000)))
    assert boxes(system, flat)[-1] == (99_999, 0, 100, 100, 1)
    deep = Scene(
        "deep",
        tuple(
            Element(f"e{i}", parent=f"e{i - 1}" if i else None, x=Position("parent-left", "left", "x", 1))
            for i in reversed(range(1000))
        ),
    )
    assert boxes(system, deep)[0][0] == 1000


def test_all_problems_of_a_scene_are_reported_at_once_with_their_places() -> None:
    data = {
        "format_version": 2,
        "elements": [
            {"id": "a", "width": {"unit": "parent-wide", "value": "fill", "min": "none"}},
            {"id": "a", "parent": "nobody", "colour": "red"},
            {"id": "c", "x": {"unit": "pixel"}, "content": {"width": 1}},
            {"id": "d", "y": {"unit": "pixel", "value": 1, "axis": "x"}},
            {"id": "e", "at": {"xl": {"width": {"unit": "pixel", "value": 1}}}},
            7,
        ],
    }
    with pytest.raises(InputError) as found:
        parse_scene(data, where="menu.json")
    places = sorted(problem.split(": ")[1] for problem in found.value.problems)
    assert places == sorted(
        [
            "$.format_version",
            "$.name",
            "$.elements[0].width.unit",
            "$.elements[0].width.min",
            "$.elements[1].id",
            "$.elements[1].parent",
            "$.elements[1].colour",
            "$.elements[2].x.value",
            "$.elements[2].content.height",
            "$.elements[3].y.axis",
            "$.elements[4].at.xl",
            "$.elements[5]",
        ]
    )
    assert all(problem.startswith("menu.json: ") for problem in found.value.problems)


def test_a_cycle_is_found_and_what_hangs_below_it_is_not_blamed() -> None:
    with pytest.raises(InputError) as found:
        Scene("loop", (Element("a", parent="b"), Element("b", parent="a"), Element("c", parent="a"), Element("d")))
    assert len(found.value.problems) == 2
    assert all("inside itself" in problem for problem in found.value.problems)
    with pytest.raises(InputError, match="inside itself"):
        Scene("self", (Element("a", parent="a"),))


X, WIDTH, NAN = Position("pixel", 1), Size("pixel", 1), float("nan")


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"x": WIDTH}, "x: expected a Position or a composition of Positions, got Size("),
        ({"y": Scale("factor", 1)}, "y: expected a Position or a composition"),
        ({"width": X}, "width: expected a Size or a composition of Sizes, got Position("),
        ({"height": 5.0}, "height: expected a Size or a composition of Sizes, got 5.0"),
        (
            {"scale": Composition("min", [WIDTH])},
            "scale: expected a Scale or a composition of Scales, got a composition",
        ),
        ({"content": Box(1, 2, 3, 4)}, "content: expected a complete Extent (width, height), got Box("),
        ({"content": (3, 4)}, "content: expected a complete Extent (width, height), got (3, 4)"),
        ({"content": Extent("3", 4)}, "content.width: expected a number, got '3'"),  # type: ignore[arg-type]
        ({"content": Extent(False, 4)}, "content.width: expected a number, got False"),  # noqa: FBT003
        ({"parent": 5}, "parent: expected the id of an element, got 5"),
        ({"id": 5}, "id: expected a text, got 5"),
        ({"at": [X]}, "at: expected units by name of breakpoint and name of unit, got [Position("),
        ({"at": {"md": X}}, "at: expected units by name of breakpoint, got Position("),
        ({"at": {1: {"x": X}}}, "at: expected units by name of breakpoint, got {'x': Position("),
        ({"at": {"md": {"z": X}}}, "at.md: 'z' is not one of x, y, width, height, scale"),
        ({"at": {"md": {"content": Extent(1, 2)}}}, "at.md: 'content' is not one of x, y, width, height, scale"),
        ({"at": {"md": {"x": WIDTH}}}, "at.md.x: expected a Position or a composition of Positions, got Size("),
    ],
)
def test_an_element_has_members_of_the_right_kinds(members: Any, problem: str) -> None:
    with pytest.raises(InputError) as found:
        Element(**{"id": "it", **members})
    assert len(found.value.problems) == 1
    assert found.value.problems[0].startswith(f"element {members.get('id', 'it')!r}: {problem}")


def test_all_wrong_members_of_an_element_are_named_at_once() -> None:
    with pytest.raises(InputError) as found:
        Element("it", x=WIDTH, width=X, content=(1, 2), at={"md": {"y": WIDTH}})  # type: ignore[arg-type]
    assert len(found.value.problems) == 4


def test_whole_numbers_of_content_become_doubles_and_members_of_the_right_kinds_are_taken() -> None:
    class Own(Element):
        pass

    composed = Composition("max", [X, X])
    element = Own("it", x=composed, content=Extent(3, 7), at={"md": {"x": composed, "y": None}})  # type: ignore[dict-item]
    assert [type(number) for number in element.content or ()] == [float, float]
    assert element.at_breakpoint("md").x is composed
    assert UnitSystem().prepare(Scene("own", (Own("a"), Own("b", "a", x=X)))).resolve()[1].x == 1


ANY_X = st.sampled_from([None, X, Position("pixel", "random", "x"), Composition("max", [X, X])])
ANY_WIDTH = st.sampled_from([None, WIDTH, Size("pixel", "random"), Size("pixel", 2, min=1)])


@given(x=ANY_X, width=ANY_WIDTH, units=st.fixed_dictionaries({}, optional={"x": ANY_X, "width": ANY_WIDTH}))
def test_an_element_at_a_breakpoint_is_as_if_it_were_made_of_its_units(x: Any, width: Any, units: Any) -> None:
    element = Element("it", "parent", x=x, width=width, content=Extent(3, 7), at={"md": units})
    made = replace(element, **units)
    assert element.at_breakpoint("md") == made
    assert element.at_breakpoint("md").random_units == made.random_units
    assert element.at_breakpoint("lg") is element.at_breakpoint(None) is element


def test_a_wrong_unit_that_was_put_among_those_of_a_breakpoint_later_is_refused() -> None:
    at: Any = {"md": {"x": X}}
    element = Element("it", at=at)
    at["md"]["x"] = WIDTH
    with pytest.raises(InputError, match="x: expected a Position"):
        element.at_breakpoint("md")


def test_an_unreadable_id_is_reported_once() -> None:
    with pytest.raises(InputError) as found:
        parse_scene({"format_version": 1, "name": "x", "elements": [{"id": 5}, {"id": None}, {}, {"id": ""}]})
    assert [problem.split(": ")[1] for problem in found.value.problems] == [f"$.elements[{i}].id" for i in range(3)]


HALF = "M\ud800"


@pytest.mark.parametrize(
    "members",
    [
        {"name": HALF},
        {"elements": [{"id": HALF}]},
        {"elements": [{"id": "a", "parent": HALF}]},
        {"elements": [{"id": "a", HALF: 1}]},
        {"breakpoints": [{"name": HALF, "min_width": 0}]},
        {"elements": [{"id": "a", "at": {HALF: {}}}]},
    ],
)
def test_half_a_character_is_refused_in_a_sentence_that_can_be_printed(members: Any, tmp_path: Path) -> None:
    path = tmp_path / "scene.json"
    path.write_text(json.dumps({"format_version": 1, "name": "x", "elements": [], **members}))
    with pytest.raises(InputError) as found:
        load_scene(path)
    assert "\\ud800" in str(found.value).encode().decode()
    assert load_scene_of(tmp_path, "Müller 🎡").name == "Müller 🎡"


def load_scene_of(folder: Path, name: str) -> Scene:
    path = folder / "named.json"
    path.write_text(json.dumps({"format_version": 1, "name": name, "elements": [{"id": name}]}))
    return load_scene(path)


@pytest.mark.parametrize("widths", [[5], [0, 0], [0, 700, 600], [0, NAN], [0, NAN, 5], [NAN]])
def test_breakpoints_ascend_from_zero(widths: list[float]) -> None:
    breakpoints = [{"name": f"b{i}", "min_width": width} for i, width in enumerate(widths)]
    with pytest.raises(InputError, match="ascend"):
        parse_scene({"format_version": 1, "name": "x", "breakpoints": breakpoints, "elements": []})


def test_a_file_that_is_no_scene_is_refused_in_one_sentence(tmp_path: Path) -> None:
    deep = b'{"format_version": 1, "name": "x", "elements": ' + b"[" * 900 + b"]" * 900 + b"}"
    for content in (b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b"1" * 5000, b'{"a": %s}' % (b"1" * 5000), deep):
        path = tmp_path / "scene.json"
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"scene\.json"):
            load_scene(path)
    with pytest.raises(InputError, match="cannot be read"):
        load_scene(tmp_path / "missing.json")
    for name in ("a\0b", "a\udcffb"):
        with pytest.raises(InputError, match="cannot be read") as found:
            load_scene(tmp_path / name)
        assert str(found.value).encode()


@pytest.mark.parametrize("path", sorted(SCENES.glob("*.json")), ids=lambda path: path.stem)
def test_the_committed_scenes_load(path: Path) -> None:
    scene = load_scene(path)
    assert len(scene.elements) >= 13
    assert scene.name == json.loads(path.read_text())["name"]


# Files of any kind.


@pytest.mark.parametrize("version", [True, 1.0, "1", None, 2, [1]])
def test_only_the_whole_number_1_is_a_format_version(version: object) -> None:
    with pytest.raises(InputError, match=r"^scene: \$\.format_version: expected 1, got "):
        parse_scene({"format_version": version, "name": "a", "elements": []})


def test_a_member_that_is_given_twice_is_refused_together_with_all_other_problems(tmp_path: Path) -> None:
    file = tmp_path / "twice.json"
    file.write_text(
        '{"format_version": 1, "name": "a", "name": "b", "elements": [{"id": "a", "id": "b", "colour": 1, "at": {}}]}'
    )
    with pytest.raises(InputError) as refused:
        load_scene(file)
    assert [problem.partition("; ")[0] for problem in refused.value.problems] == [
        "twice.json: $.name: given more than once",
        "twice.json: $.elements[0].id: given more than once",
        "twice.json: $.elements[0].colour: unknown",
    ]


@pytest.mark.parametrize("content", [b"[" + b"[]," * 6_000_000, b" " * (LARGEST_FILE + 1)])
def test_a_file_above_the_limit_is_refused_before_it_is_read_as_json(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "large.json"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"large\.json: is larger than 16 MiB, the limit of a scene file; split"):
        load_scene(file)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a file without an end")
def test_an_endless_file_is_refused() -> None:
    with pytest.raises(InputError, match="is larger than 16 MiB"):
        load_scene("/dev/zero")


def test_control_characters_of_a_file_are_escaped(tmp_path: Path) -> None:
    file = tmp_path / "hostile.json"
    file.write_text('{"format_version": 1, "name": "a", "elements": [], "\\u001b[2Jgone": 1}')
    with pytest.raises(InputError) as refused:
        load_scene(file)
    assert "\x1b" not in str(refused.value)
    assert r"$.\x1b[2Jgone: unknown" in str(refused.value)


class Counted(list[int]):
    """A list that counts how often it is read."""

    reads = 0

    def __getitem__(self, index: Any) -> Any:
        self.reads += 1
        return super().__getitem__(index)


@pytest.mark.parametrize("count", [1, 2, 16_000])
def test_cycles_are_found_in_time_that_grows_with_the_elements(count: int) -> None:
    parents = Counted([(i + 1) % count for i in range(count)] + [0] * count)  # as many more hang on the cycle
    assert _on_cycles(range(2 * count), parents) == list(range(count))
    assert parents.reads <= 3 * len(parents)


@given(st.lists(st.integers(0, 7), min_size=8, max_size=8))
def test_cycles_are_those_elements_that_lead_back_to_themselves(parents: list[int]) -> None:
    def leads_back(start: int) -> bool:
        i = start
        for _ in parents:
            i = parents[i]
            if i == start:
                return True
        return False

    assert _on_cycles(range(8), parents) == [i for i in range(8) if leads_back(i)]
