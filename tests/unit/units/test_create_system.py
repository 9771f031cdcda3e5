"""What `create_system` returns for its settings, and that NumPy changes no number."""

import pytest

from unitdocs.errors import InputError
from unitdocs.units import BreakpointRange, Element, Extent, Observers, Scene, Size, UnitSystem, create_system
from unitdocs.units.refactored.defaults import PLAN_AT_ONCE

SURFACE = Extent(800.0, 600.0)


def flat(elements: int, breakpoints: tuple[BreakpointRange, ...] = ()) -> Scene:
    rows = (Element(f"e{i}", "e0" if i else None, width=Size("parent-width", "fill")) for i in range(elements))
    return Scene("flat", tuple(rows), breakpoints)


@pytest.mark.parametrize(("variable", "setting", "expected"), [
    (None, None, True),
    ("", None, True),
    ("on", None, True),
    ("off", None, False),
    ("off", True, True),
    ("on", False, False),
])  # fmt: skip
def test_the_argument_decides_whether_numpy_is_used_then_the_variable(
    monkeypatch: pytest.MonkeyPatch, *, variable: str | None, setting: bool | None, expected: bool
) -> None:
    monkeypatch.delenv("UNITDOCS_NUMPY", raising=False)
    if variable is not None:
        monkeypatch.setenv("UNITDOCS_NUMPY", variable)
    system = create_system("refactored", numpy=setting)
    assert isinstance(system, UnitSystem)
    assert system.numpy is expected
    assert create_system("original", numpy=setting).name == "original"


def test_another_value_of_the_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNITDOCS_NUMPY", "no")
    with pytest.raises(InputError, match="UNITDOCS_NUMPY: expected on or off, got 'no'"):
        create_system("refactored")
    assert create_system("original").name == "original"


@pytest.mark.parametrize("elements", [1, 50, 1_000])
def test_without_numpy_a_scene_of_any_size_has_the_same_boxes(elements: int) -> None:
    scene = flat(elements)
    with_numpy, without = (UnitSystem(numpy=numpy).prepare(scene) for numpy in (True, False))
    for width in range(20):
        surface = Extent(800.0 + width, 600.0)
        expected = with_numpy.resolve(scene=surface).boxes()
        assert without.resolve(scene=surface).boxes() == expected
    counts = without.system.statistics()["scenes resolved"]
    assert counts == {"bound": 20, "plan": 0, "partial": 0, "cache": 0}


def test_systems_with_and_without_numpy_may_share_their_caches() -> None:
    plans = UnitSystem().plans
    scene = flat(1_000)
    bound = UnitSystem(numpy=False, plans=plans).prepare(scene)
    planned = UnitSystem(plans=plans).prepare(scene)
    assert bound.resolve(scene=SURFACE).boxes() == planned.resolve(scene=SURFACE).boxes()
    assert planned.system.statistics()["scenes resolved"]["plan"] == 1  # type: ignore[index]


def test_a_large_scene_is_compiled_when_it_is_prepared() -> None:
    assert UnitSystem().prepare(flat(PLAN_AT_ONCE)).nbytes > 0


@pytest.mark.parametrize(
    ("system", "scene"),
    [
        (UnitSystem(), flat(PLAN_AT_ONCE - 1)),
        (UnitSystem(), flat(PLAN_AT_ONCE, (BreakpointRange("xs", 0.0), BreakpointRange("md", 768.0)))),
        (UnitSystem(observers=Observers(object())), flat(PLAN_AT_ONCE)),
        (UnitSystem(numpy=False), flat(PLAN_AT_ONCE)),
    ],
    ids=["smaller", "breakpoints", "observers", "without NumPy"],
)
def test_nothing_else_is_compiled_before_it_is_resolved(system: UnitSystem, scene: Scene) -> None:
    assert system.prepare(scene).nbytes == 0


@pytest.mark.parametrize(("elements", "path"), [(PLAN_AT_ONCE - 1, "bound"), (PLAN_AT_ONCE, "plan")])
def test_a_changed_rule_makes_again_only_what_is_resolved_next(elements: int, path: str) -> None:
    """An update compiles nothing: a scene at five breakpoints would be compiled five times in that frame."""
    scene = flat(elements, (BreakpointRange("xs", 0.0), BreakpointRange("md", 768.0)))
    system = UnitSystem()
    prepared = system.prepare(scene)
    for width in range(10):
        for viewport in (Extent(600.0 + width, 1.0), Extent(900.0 + width, 1.0)):
            prepared.resolve(scene=viewport, viewport=viewport)
    before = dict(system.statistics()["scenes resolved"])  # type: ignore[call-overload]
    assert prepared.nbytes > 0
    prepared.update({1: Element("e1", "e0", width=Size("parent-width", "fill", min=5))})
    assert prepared.nbytes == 0
    surface = Extent(950.0, 1.0)
    boxes = prepared.resolve(scene=surface, viewport=surface).boxes()
    assert system.statistics()["scenes resolved"][path] == before[path] + 1  # type: ignore[index]
    fresh = create_system("original").prepare(scene)
    fresh.update({1: Element("e1", "e0", width=Size("parent-width", "fill", min=5))})
    assert boxes == list(fresh.resolve(scene=surface, viewport=surface))
