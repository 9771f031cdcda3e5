"""Explanations of what a running game resolved: the steps and reasons of each unit of an element, as text and JSON.

`explain_resolution` explains an element of a scene. An `Explainer` waits for the next resolve of a prepared scene and
explains that one, with the numbers that the game got. A scene that nobody asks about costs nothing: its `resolve` is
replaced for one call only.
"""

import logging
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from unitdocs.errors import InputError
from unitdocs.monitoring.current_work import CURRENT, CurrentWork, working_on
from unitdocs.monitoring.logs.record import LOGGERS, MEMBERS_OF_RECORD, LogComponent
from unitdocs.units.explain import ElementExplanation, Explanation, Read, Step, explain_element, spelled, to_json
from unitdocs.units.model.composition import Composition
from unitdocs.units.model.scene import UNITS, Element, Scene

if TYPE_CHECKING:
    from unitdocs.units import Extent
    from unitdocs.units.model.protocols import PreparedScene


@dataclass(frozen=True, slots=True)
class ResolvedExplanation:
    """How all units of an element became numbers.

    Args:
        scene: name of the scene.
        element: id of the element.
        breakpoint: the breakpoint in force; None without one.
        units: `x`, `y`, `width`, `height` and `scale`, each with its steps.
        resolved: the numbers that the game got, in the same order; empty if there was no resolve.
        is_random: whether a number on the way is drawn, so that the explanation draws another one.
    """

    scene: str
    element: str
    breakpoint: str | None
    units: tuple[ElementExplanation, ...]
    resolved: tuple[float, ...] = ()
    is_random: bool = False

    @property
    def disagreeing(self) -> tuple[str, ...]:
        """Units whose explained number is not the one that the game got."""
        if self.is_random:
            return ()
        pairs = zip(self.units, self.resolved, strict=False)
        return tuple(unit.unit for unit, number in pairs if not _is_same(unit.explanation.result, number))


def explain_resolution(
    scene: Scene, element: str, *, extent: "Extent | None" = None, viewport: "Extent | None" = None
) -> ResolvedExplanation:
    """Explain each unit of an element.

    Args:
        scene: the scene.
        element: the element's id.
        extent: the scene's extent in pixels.
        viewport: the viewport's extent in pixels; its width chooses the breakpoint.

    Raises:
        InputError: the scene has no such element.
    """
    units = tuple(explain_element(scene, element, unit, extent=extent, viewport=viewport) for unit in UNITS)
    name = units[0].breakpoint
    is_random = any(one.random_units for one in _ancestors(scene.elements_at(name), element))
    return ResolvedExplanation(scene.name, element, name, units, is_random=is_random)


def explanation_lines(explained: ResolvedExplanation) -> list[str]:
    """Return an explanation as lines of text: each unit with its number, then its steps with what they read."""
    at = "" if explained.breakpoint is None else f" at {explained.breakpoint}"
    lines = [f"{explained.element} of {explained.scene}{at}"]
    for i, unit in enumerate(explained.units):
        lines += [f"  {unit.unit} = {_number(unit.explanation.result)}{_comparison(explained, i)}"]
        lines += [f"    {line}" for line in _step_lines(unit.explanation)]
    if explained.is_random:
        lines.append("  a number is drawn at random: the game drew another one than this explanation")
    return lines


def explanation_json(explained: ResolvedExplanation) -> dict[str, object]:
    """Return an explanation as JSON can hold it: each unit as `unitdocs units explain` writes it."""
    numbers = map(spelled, explained.resolved)
    return {
        "scene": explained.scene,
        "element": explained.element,
        "breakpoint": explained.breakpoint,
        "units": {unit.unit: to_json(unit.explanation) for unit in explained.units},
        "resolved": dict(zip(UNITS, numbers, strict=False)),
        "disagreeing": list(explained.disagreeing),
        "random": explained.is_random,
    }


def log_explanation(explained: ResolvedExplanation) -> None:
    """Write an explanation as one log line, with its text."""
    members = {
        "scene": explained.scene,
        "element": explained.element,
        "text": explanation_lines(explained),
        "explanation": explanation_json(explained),
    }
    _log().info("resolution explained", extra={MEMBERS_OF_RECORD: members})


class Explainer:
    """Explains the next resolve of scenes when somebody asks. Several threads may use it.

    Attributes:
        latest: the last explanation; None before the first.
    """

    def __init__(self) -> None:
        self._scenes: dict[str, list[weakref.ref[Any]]] = {}
        self._lock = threading.Lock()
        self.latest: ResolvedExplanation | None = None

    def watch(self, prepared: "PreparedScene") -> None:
        """Make it possible to ask about a prepared scene; its resolves take no longer."""
        with self._lock:
            known = [one for one in self._scenes.get(prepared.scene.name, ()) if one() is not None]
            self._scenes[prepared.scene.name] = [*known, weakref.ref(prepared)]

    def request(self, scene: str, element: str) -> None:
        """Explain an element in the next resolve of a scene, as a log line.

        What cannot be explained is a log line too.
        """
        with self._lock:
            prepared = [one for reference in self._scenes.get(scene, ()) if (one := reference()) is not None]
        if not prepared:
            known = ", ".join(sorted(self._scenes)) or "none"
            _log().warning(f"explain: no scene {scene!r} is watched; those that are: {known}")
        for one in prepared:
            _NextResolve(one, element, self).arm()


class _NextResolve:
    """Replaces the `resolve` of a prepared scene for one call."""

    def __init__(self, prepared: Any, element: str, explainer: Explainer) -> None:  # noqa: ANN401 -- of either system
        self._prepared, self._element, self._explainer = prepared, element, explainer
        self._resolve = prepared.resolve

    def arm(self) -> None:
        self._prepared.resolve = self

    def __call__(
        self,
        *,
        scene: "Extent | None" = None,
        viewport: "Extent | None" = None,
        rng: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401 -- what the system returns
        if self._prepared.__dict__.get("resolve") is self:
            with suppress(AttributeError):  # another thread was faster
                del self._prepared.resolve
        layout = self._resolve(scene=scene, viewport=viewport, rng=rng)
        try:
            described = replace(self._prepared.scene, elements=tuple(_elements_of(self._prepared)))
            arguments = (described, scene, viewport, list(layout), CURRENT.get())
            threading.Thread(target=self._explain, args=arguments, name="unitdocs-explain", daemon=True).start()
        except Exception:  # noqa: BLE001 -- whatever is wrong with an explanation, the game goes on
            _log().exception("explain: the resolve cannot be explained")
        return layout

    def _explain(
        self, scene: Scene, extent: "Extent | None", viewport: "Extent | None", boxes: list[Any], work: CurrentWork
    ) -> None:
        with working_on(work):
            try:
                explained = explain_resolution(scene, self._element, extent=extent, viewport=viewport)
                index = [one.id for one in scene.elements].index(self._element)
                numbers = tuple(float(getattr(boxes[index], unit)) for unit in UNITS)
                self._explainer.latest = replace(explained, resolved=numbers)
                log_explanation(self._explainer.latest)
            except InputError as error:
                _log().warning(f"explain: {error}")


def _log() -> logging.Logger:
    return logging.getLogger(LOGGERS[LogComponent.EXPLAIN])


def _elements_of(prepared: Any) -> Sequence[Element]:  # noqa: ANN401 -- of either system, or a wrapper
    """Return a prepared scene's elements as its last update left them."""
    inner = getattr(prepared, "prepared", prepared)
    elements: Sequence[Element] = inner.specs if hasattr(inner, "specs") else inner._elements  # noqa: SLF001
    return elements


def _ancestors(elements: Sequence[Element], element: str) -> list[Element]:
    """Return an element and those that it is placed in."""
    by_id = {one.id: one for one in elements}
    chain = [by_id[element]]
    while (parent := chain[-1].parent) is not None:
        chain.append(by_id[parent])
    return chain


def _step_lines(explained: Explanation, part: str = "") -> list[str]:
    lines = []
    for i, one in enumerate(explained.parts, 1):
        lines += _step_lines(one, f"{part}part {i} ")
    if isinstance(explained.spec, Composition):
        part += f"{explained.spec.how} of {len(explained.parts)} parts: "
    return lines + [f"{part}{_step(step)}" for step in explained.steps]


def _step(step: Step) -> str:
    reads = "".join(f"; {_read(read)}" for read in step.reads)
    return f"{step.name}: {step.rule}{reads} -> {_number(step.result)}"


def _read(read: Read) -> str:
    if not read.is_missing:
        return f"{read.place} is {_number(read.number)}"
    return f"no {read.place}" if read.number is None else f"no {read.place}, so {_number(read.number)}"


def _comparison(explained: ResolvedExplanation, i: int) -> str:
    if not explained.resolved or explained.is_random:
        return ""
    is_other = explained.units[i].unit in explained.disagreeing
    return f", but the game got {_number(explained.resolved[i])}" if is_other else ", as the game got"


def _is_same(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)  # noqa: PLR0124 -- NaN alone differs from itself


def _number(value: object) -> str:
    value = spelled(value)
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
