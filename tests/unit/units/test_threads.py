"""What several threads may do with one system: the cells of the guide's table that say yes for both systems."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from unitdocs.units import Box, Context, Element, Extent, Position, Scene, Size, create_system

SYSTEMS = ["original", "refactored"]
THREADS, TIMES = 4, 60
ROWS = [
    Element(
        f"row-{i}", parent="list", x=Position("parent-left", "left", "x", 4 * i), width=Size("parent-width", "fill")
    )
    for i in range(80)
]
SCENE = Scene("list", (Element("list", width=Size("scene-width", "fill")), *ROWS))
WIDTHS = [320.0 + 10 * i for i in range(TIMES)]


@pytest.fixture(autouse=True)
def _threads_take_turns_all_the_time() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def in_threads(work: Callable[[], Any]) -> list[Any]:
    """Return what some threads give that do the same work at once; what one raises is raised here."""
    with ThreadPoolExecutor(THREADS) as pool:
        return [running.result() for running in [pool.submit(work) for _ in range(THREADS)]]


def layouts(prepared: Any) -> list[list[Any]]:
    return [[*prepared.resolve(scene=Extent(width, 720), viewport=Extent(width, 720))] for width in WIDTHS]


@pytest.mark.parametrize("name", SYSTEMS)
def test_threads_create_systems_and_prepare_and_resolve_scenes_of_their_own(name: str) -> None:
    alone = layouts(create_system(name).prepare(SCENE))
    assert in_threads(lambda: layouts(create_system(name).prepare(SCENE))) == [alone] * THREADS


@pytest.mark.parametrize("name", SYSTEMS)
def test_threads_prepare_scenes_with_one_system(name: str) -> None:
    system = create_system(name)
    alone = layouts(create_system(name).prepare(SCENE))
    assert in_threads(lambda: layouts(system.prepare(SCENE))) == [alone] * THREADS


@pytest.mark.parametrize("name", SYSTEMS)
def test_threads_resolve_one_scene_that_was_resolved_before(name: str) -> None:
    prepared = create_system(name).prepare(SCENE)
    alone = layouts(prepared)
    assert in_threads(lambda: layouts(prepared)) == [alone] * THREADS


@pytest.mark.parametrize("name", SYSTEMS)
def test_threads_resolve_one_unit_in_contexts_of_their_own(name: str) -> None:
    unit = create_system(name).build(Size("parent-width", "fill", max=600))

    def results() -> list[float]:
        return [unit.resolve(Context(parent=Box(0, 0, width, 100))) for width in WIDTHS]

    assert in_threads(results) == [[min(width, 600) for width in WIDTHS]] * THREADS
