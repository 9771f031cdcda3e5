"""Scenes: how they are read, what is refused, and how they resolve."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from unitdocs.errors import InputError
from unitdocs.units import SYSTEMS, Element, Extent, Position, Scene, Size, create_system, load_scene, parse_scene

SURFACE = Extent(800, 600)
SCENES = Path(__file__).parents[3] / "benchmarks" / "scenes"


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


@pytest.mark.parametrize("widths", [[5], [0, 0], [0, 700, 600]])
def test_breakpoints_ascend_from_zero(widths: list[float]) -> None:
    breakpoints = [{"name": f"b{i}", "min_width": width} for i, width in enumerate(widths)]
    with pytest.raises(InputError, match="ascend"):
        parse_scene({"format_version": 1, "name": "x", "breakpoints": breakpoints, "elements": []})


def test_a_file_that_is_no_scene_is_refused_in_one_sentence(tmp_path: Path) -> None:
    for content in (b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000):
        path = tmp_path / "scene.json"
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"scene\.json"):
            load_scene(path)
    with pytest.raises(InputError, match="cannot be read"):
        load_scene(tmp_path / "missing.json")


@pytest.mark.parametrize("path", sorted(SCENES.glob("*.json")), ids=lambda path: path.stem)
def test_the_committed_scenes_load(path: Path) -> None:
    scene = load_scene(path)
    assert len(scene.elements) >= 13
    assert scene.name == json.loads(path.read_text())["name"]
