import gc
import io
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from unitdocs.errors import InputError
from unitdocs.monitoring.logs.explaining import Explainer, explain_resolution, explanation_json, explanation_lines
from unitdocs.monitoring.logs.running import RunningLogs, start_logging
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.traces.tracing import start_tracing
from unitdocs.units import Composition, Element, Extent, Position, Registry, Scene, Size, create_system

CENTER = Position("parent-center-x", "center", offset=-20)
WHEEL = Scene(
    "wheel",
    (
        Element("frame", width=Size("scene-width", "fill"), height=Size("scene-height", "fill")),
        Element(
            "hand", "frame", x=Position("parent-center-x", "center", offset=-20), width=Size("parent-width", "fill")
        ),
        Element("star", "frame", width=Size("pixel", "random", min=10, max=20)),
        Element("ray", "star", width=Size("parent-width", "fill")),
    ),
)
SIZE = Extent(800, 600)


@pytest.fixture
def logs() -> Iterator[tuple[RunningLogs, io.StringIO]]:
    stream = io.StringIO()
    with start_logging(stream=stream) as running:
        yield running, stream


def line_of(logs: tuple[RunningLogs, io.StringIO]) -> dict[str, Any]:
    """Return the first line, once it is there."""
    until = time.monotonic() + 30
    while not logs[1].getvalue():
        assert time.monotonic() < until
        logs[0].flush()
        time.sleep(0.01)
    return json.loads(logs[1].getvalue().splitlines()[0])


def test_every_unit_of_an_element_is_explained_with_its_reasons() -> None:
    lines = explanation_lines(explain_resolution(WHEEL, "hand", extent=SIZE))
    assert lines[:5] == [
        "hand of wheel",
        "  x = 380",
        "    reference: parent-center-x: x + half the width of the parent; parent.x is 0; parent.width is 800 -> 400",
        "    value: center keeps the reference -> 400",
        "    offset: the offset is added; offset is -20 -> 380",
    ]
    assert "  width = 800" in lines


def test_an_unknown_element_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InputError, match="it has frame, hand, star, ray"):
        explain_resolution(WHEEL, "arm")


def test_json_holds_the_steps_as_the_command_line_writes_them() -> None:
    units = explanation_json(explain_resolution(WHEEL, "hand", extent=SIZE))["units"]
    assert [step["name"] for step in units["width"]["steps"]] == ["measure", "value", "clamp"]
    assert units["width"]["result"] == 800


def test_parts_of_a_composition_are_explained_before_it() -> None:
    width = Composition("min", (Size("scene-width", "fill"), Size("pixel", 300.0)))
    lines = explanation_lines(explain_resolution(Scene("s", (Element("a", width=width),)), "a", extent=SIZE))
    width_lines = lines[lines.index("  width = 300") :]
    assert width_lines[1].startswith("    part 1 measure: scene-width")
    assert any(line.startswith("    min of 2 parts: combine") for line in width_lines)


@pytest.mark.parametrize("name", ["original", "refactored"])
@pytest.mark.parametrize("watch", [lambda system: system, Monitor().watch], ids=["plain", "monitored"])
def test_the_next_resolve_of_a_running_game_is_explained_with_the_numbers_that_it_got(
    name: str, watch: Callable[[Any], Any], logs: tuple[RunningLogs, io.StringIO]
) -> None:
    prepared = watch(create_system(name)).prepare(WHEEL)
    prepared.update({1: Element("hand", "frame", width=Size("pixel", 33.0))})
    explainer = logs[0].explainer
    explainer.watch(prepared)
    explainer.request("wheel", "hand")
    with start_tracing() as tracing, tracing.session(5):
        before = prepared.resolve(scene=SIZE)
    line = line_of(logs)
    assert line["session"] == "0000000000000005"
    assert (line["component"], line["event"], line["element"]) == ("explain", "resolution explained", "hand")
    assert line["explanation"]["resolved"]["width"] == 33
    assert line["explanation"]["disagreeing"] == []
    assert "  width = 33, as the game got" in line["text"]
    prepared.resolve(scene=SIZE)
    logs[0].flush()
    assert len(logs[1].getvalue().splitlines()) == 1
    assert "resolve" not in prepared.__dict__
    assert before[1].width == 33


def test_a_custom_rule_is_shown_as_a_number_that_differs(logs: tuple[RunningLogs, io.StringIO]) -> None:
    registry = Registry()
    registry.register("size", lambda _spec: lambda _context, _rng=None: 7.0, name="seven", unit="scene-width")
    prepared = create_system("refactored", registry=registry).prepare(WHEEL)
    logs[0].explainer.watch(prepared)
    logs[0].explainer.request("wheel", "frame")
    prepared.resolve(scene=SIZE)
    line = line_of(logs)
    assert line["explanation"]["disagreeing"] == ["width"]
    assert "  width = 800, but the game got 7" in line["text"]


def test_what_is_drawn_at_random_is_not_compared() -> None:
    for element in ("star", "ray"):
        explained = explain_resolution(WHEEL, element, extent=SIZE)
        assert explained.is_random
        assert explained.disagreeing == ()
        assert "drawn at random" in explanation_lines(explained)[-1]
    assert not explain_resolution(WHEEL, "hand", extent=SIZE).is_random


def test_several_requests_are_all_answered(logs: tuple[RunningLogs, io.StringIO]) -> None:
    prepared = create_system("refactored").prepare(WHEEL)
    logs[0].explainer.watch(prepared)
    for element in ("hand", "frame"):
        logs[0].explainer.request("wheel", element)
    prepared.resolve(scene=SIZE)
    prepared.resolve(scene=SIZE)
    until = time.monotonic() + 30
    while len(logs[1].getvalue().splitlines()) < 2:
        assert time.monotonic() < until
        logs[0].flush()
    elements = {json.loads(line)["element"] for line in logs[1].getvalue().splitlines()}
    assert elements == {"hand", "frame"}


REFUSED: dict[str, tuple[str, str, str]] = {
    "a scene that is not watched": ("menu", "hand", "no scene 'menu' is watched; those that are: wheel"),
    "an element that the scene lacks": ("wheel", "arm", "there is no 'arm' in scene 'wheel'"),
}


@pytest.mark.parametrize(("scene", "element", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_request_that_cannot_be_answered_is_a_line(
    scene: str, element: str, sentence: str, logs: tuple[RunningLogs, io.StringIO]
) -> None:
    prepared = create_system("refactored").prepare(WHEEL)
    logs[0].explainer.watch(prepared)
    logs[0].explainer.request(scene, element)
    prepared.resolve(scene=SIZE)
    line = line_of(logs)
    assert line["level"] == "warning"
    assert sentence in line["event"]


def test_a_resolve_that_fails_fails_as_before(logs: tuple[RunningLogs, io.StringIO]) -> None:
    prepared = create_system("refactored").prepare(WHEEL)
    logs[0].explainer.watch(prepared)
    logs[0].explainer.request("wheel", "hand")
    with pytest.raises(InputError):
        prepared.resolve(scene="wide")
    assert "resolve" not in prepared.__dict__


def test_an_explainer_keeps_no_scene_alive() -> None:
    explainer = Explainer()
    explainer.watch(create_system("refactored").prepare(WHEEL))
    gc.collect()
    assert [reference() for reference in explainer._scenes["wheel"]] == [None]


def test_an_explainer_alone_answers_too() -> None:
    explainer = Explainer()
    prepared = create_system("original").prepare(WHEEL)
    explainer.watch(prepared)
    explainer.request("wheel", "hand")
    prepared.resolve(scene=SIZE)

    def answered() -> bool:
        return explainer.latest is not None

    until = time.monotonic() + 30
    while not answered():
        assert time.monotonic() < until
        time.sleep(0.01)
    assert explainer.latest is not None
    assert explainer.latest.resolved[0] == 380
