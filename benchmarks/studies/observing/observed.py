"""What watching a system costs it: the same frames, unobserved and observed by a `Monitor`.

Run it with `unitdocs bench run --suites benchmarks/studies/observing --profile full --margin 2%`.

Three ways of observing: `counters` (integers alone, which are read when metrics are scraped), `sampled` (one of 100
resolves is timed as well, the default) and `full` (each resolve is timed, and all events of caches are announced). The
shortest work there is comes first, since the cost of observing does not grow with the scene. A frame is counted with
the dragged window, which is a frame's work.
"""

from collections.abc import Callable, Iterator

from unitdocs.bench import Operation, Scenario, suite
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.metrics.counts import FrameCounts
from unitdocs.units import Element, Extent, Position, Scene, Size, System, create_system

FRAME = 0.004
"""Seconds of a frame, as a game hands them to the monitor."""
SCREEN = Extent(1920.0, 1080.0)
WAYS = {"counters": 0, "sampled": 100, "full": 1}
"""Ways of observing: every how many resolves one is timed, 0 for none."""
WORK = {
    "kept": ("refactored", 120, "A kept layout is resolved again ({} elements)"),
    "menu": ("refactored", 8, "A menu of {} elements, resolved anew"),
    "window-drag": ("refactored", 300, "A dragged window, {} elements"),
    "original-menu": ("original", 8, "The original system: a menu of {} elements"),
}
QUICK = ("menu/sampled",)


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- nothing is random
    """Prepare a scene with a system, which is observed in one of the arms."""
    work, _, way = scenario.name.partition("/")
    name, elements, _ = WORK[work]
    system: System = create_system(name)
    count = FrameCounts(FRAME).count
    if arm == "observed":
        monitor = Monitor(every=WAYS[way])
        system, count = monitor.watch(system), monitor.frames(name).count
    prepared = system.prepare(_panel(elements))
    next_surface = _surfaces(is_kept=work == "kept")

    def unobserved() -> object:
        surface = next_surface()
        return prepared.resolve(scene=surface, viewport=surface)

    def counted() -> object:
        layout = unobserved()
        count(FRAME)
        return layout

    def result() -> list[tuple[float, ...]]:
        return list(map(tuple, prepared.resolve(scene=SCREEN, viewport=SCREEN)))

    for _ in range(12):  # lazy compiling is over, as in a running game
        unobserved()
    return Operation(counted if arm == "observed" and work == "window-drag" else unobserved, result)


def _surfaces(*, is_kept: bool) -> Callable[[], Extent]:
    """Return the surface of each frame: always the same one, or one that is a pixel wider each time."""
    if is_kept:
        return lambda: SCREEN
    widths = iter(range(640, 1 << 40))
    return lambda: Extent(float(next(widths)), SCREEN.height)


def _panel(elements: int) -> Scene:
    """Return a panel in the middle, and buttons below one another in it."""
    panel = Element(
        "panel",
        x=Position("scene-center-x", "center", "x", -160),
        y=Position("pixel", 40.0, "y"),
        width=Size("scene-width", "fill", "width", max=320),
        height=Size("scene-height", "fill", "height"),
    )
    return Scene("panel", (panel, *(_button(i) for i in range(1, elements))))


def _button(i: int) -> Element:
    return Element(
        f"button-{i}",
        parent="panel",
        x=Position("parent-left", "left", "x", 8),
        y=Position("parent-top", "top", "y", 8 + 40 * i),
        width=Size("parent-width", "fill", "width", max=240),
        height=Size("pixel", 32.0, "height"),
    )


def _scenarios() -> Iterator[Scenario]:
    for work, (_, elements, title) in WORK.items():
        for way in WAYS:
            name = f"{work}/{way}"
            yield Scenario(name, f"{title.format(elements)}: {way}", elements, name in QUICK)


SUITE = suite(
    "observed",
    title="Observed",
    arms=("unobserved", "observed"),
    scenarios=list(_scenarios()),
    setup=setup,
)
