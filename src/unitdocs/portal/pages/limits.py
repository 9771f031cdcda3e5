"""Page benchmarks/limits: whether memory grows with the scenes that are played, and cost with their elements."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from unitdocs.formatting import NO_ANSWER, counted, duration, listed, number, percent, signed_size, size
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, admonition, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.stats.slopes import LevelSlope, PowerLaw
from unitdocs.studies import LoadScale, LoadSoak, ScaledCost, SoakCell, SoakMode, SoakVerdict, Study, TreeShape
from unitdocs.studies.load_scale import BYTES, SCALE_LIMIT, SCALE_START, verdict_of_power
from unitdocs.studies.load_soak import SOAK_LIMIT

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("benchmarks/limits.md")
SNIPPETS: Final = ("summary", "soak", "soak-figures", "trials", "scale", "scale-figures", "steps", "ends")
MODES: Final = {
    SoakMode.CACHES: "Scenes through bounded caches",
    SoakMode.OBSERVERS: "Observers that come and go",
    SoakMode.UPDATES: "One scene that is updated for ever",
    SoakMode.THREADS: "Several threads",
    SoakMode.FLAGS: "Sessions by a flag",
}
TREES: Final = {
    TreeShape.WIDE: "Wide: all elements in one",
    TreeShape.NESTED: "Nested: two elements in each",
    TreeShape.CHAIN: "Chain: each element in the one before",
}
COSTS: Final = {
    ScaledCost.RESOLVE: "resolve at a new viewport",
    ScaledCost.FIRST: "first resolve",
    ScaledCost.FIRST_UNCOLLECTED: "first resolve without the collector",
    ScaledCost.UPDATE: "update of 1 % and resolve",
    ScaledCost.LIVE: "bytes held",
    ScaledCost.PEAK: "peak bytes of the first resolve",
}
DRAWN: Final = (ScaledCost.RESOLVE, ScaledCost.FIRST, ScaledCost.UPDATE)
ROLES: Final = {"original": "control", "refactored": "treatment", "both": "treatment"}


def build_page(load_soak: Study[LoadSoak] | None, load_scale: Study[LoadScale] | None) -> PageOutput:
    """Return the snippets of `SNIPPETS`, with a figure for each mode and tree."""
    output = PageOutput(PAGE, "limits")
    for name in SNIPPETS:
        output.snippet(name, paragraph("Nothing was measured for this site."))
    output.snippet("summary", *_summary(load_soak, load_scale))
    if load_soak is not None:
        soak = load_soak.record
        output.snippet("soak", _soak_conditions(soak), _soak_table(soak))
        output.snippet("soak-figures", *(_soak_figure(output, soak, mode) for mode in _played(soak)))
        output.snippet("trials", _trials(soak))
    if load_scale is not None:
        scale = load_scale.record
        output.snippet("scale", _scale_conditions(scale), _scale_table(scale))
        output.snippet("scale-figures", *_scale_figures(output, scale))
        output.snippet("steps", _steps(scale))
        output.snippet("ends", _ends(scale))
    return output


def _summary(soak: Study[LoadSoak] | None, scale: Study[LoadScale] | None) -> Iterator[Html]:
    studies = {"the soak": soak, "how the cost grows": scale}
    if stale := [name for name, study in studies.items() if study is not None and study.is_current is False]:
        changed = "The unit system, or what measures it, has changed since."
        yield admonition("warning ud-stale", f"Stale: {listed(stale)}", changed)
    items = []
    if soak is not None:
        items.append(_soak_finding(soak.record))
    if scale is not None:
        items += _scale_findings(scale.record)
    yield tag("ul", *(tag("li", item) for item in items)) if items else paragraph("Nothing was measured for this site.")


def _soak_finding(record: LoadSoak) -> str:
    leaks = [_named(part) for part in record.parts if part.verdict is SoakVerdict.LEAK]
    proofs = sum(part.is_proof for part in record.parts)
    state = f"Memory grows in {listed(leaks)}." if leaks else "No part has a leak."
    return (
        f"{state} In {proofs} of {counted(len(record.parts), 'part')} of the soak the interval of the slope holds 0 "
        f"and is narrower than {number(SOAK_LIMIT)} byte a scene to either side."
    )


def _named(part: SoakCell) -> str:
    return f"{part.mode} ({part.system})"


def _scale_findings(record: LoadScale) -> Iterator[str]:
    """Yield a sentence for each system: the times whose growth is within the limit, and those that exceed it."""
    for system in record.systems:
        powers = {
            (shape, what): record.power(system, shape, what)
            for shape in record.shapes
            for what in COSTS
            if what not in BYTES
        }
        within = sum(verdict_of_power(power) == "within" for power in powers.values())
        above = [
            f"{shape}, {COSTS[what]} ({number(power.exponent)})"
            for (shape, what), power in powers.items()
            if power is not None and verdict_of_power(power) == "above"
        ]
        more = f" It is above in {listed(above)}." if above else ""
        yield (
            f"With the {system} system, from {SCALE_START:,} elements on, the exponent of time is shown to be at most "
            f"{SCALE_LIMIT} in {within} of {len(powers)} cases.{more}"
        )


def _soak_conditions(record: LoadSoak) -> Html:
    environment = record.environment
    return paragraph(
        f"Played on {record.created:%Y-%m-%d} for {number(record.minutes)} minutes in all on {environment.cpu} "
        f"({counted(environment.cores, 'core')}) with Python {environment.python}. The first "
        f"{percent(record.warm_share)} of the time of each part fill caches, and do not count. Intervals are of 99.9 %."
    )


def _soak_table(record: LoadSoak) -> Html:
    columns = [
        Column("Mode"),
        Column("System"),
        *(Column(name, is_number=True) for name in ("Scenes", "Bytes a scene", "Blocks a scene")),
        Column("One step set aside", is_number=True),
        Column("Verdict"),
    ]
    rows = [_soak_row(part) for part in record.parts]
    reproduce = tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce")
    return join([table("Growth of what is alive, for each scene", columns, rows), _places(record), reproduce])


def _soak_row(part: SoakCell) -> list[str | Html]:
    slope, blocks = part.slope, part.block_slope
    names = [MODES[part.mode], part.system, f"{part.scenes[-1] if part.scenes else 0:,}"]
    if slope is None or blocks is None:
        return [*names, *[NO_ANSWER] * 3, part.failure or part.verdict.value]
    step = NO_ANSWER if slope.step is None else signed_size(slope.step)
    growth = cell_lines(number(slope.value), _interval(slope))
    return [*names, growth, number(blocks.value), step, part.verdict.value]


def _interval(estimate: LevelSlope | PowerLaw) -> str:
    return f"{number(estimate.low)} to {number(estimate.high)}"


def _places(record: LoadSoak) -> Html:
    """Return where memory grows in parts that leak."""
    items = [
        f"{_named(part)}: {place.place}, {number(place.bytes)} bytes a scene"
        for part in record.parts
        if part.verdict is SoakVerdict.LEAK
        for place in part.places
    ]
    return tag("ul", *(tag("li", item) for item in items)) if items else Html("")


def _played(record: LoadSoak) -> list[SoakMode]:
    return [mode for mode in record.modes if any(part.mode is mode and part.scenes for part in record.parts)]


def _soak_figure(output: PageOutput, record: LoadSoak, mode: SoakMode) -> Html:
    parts = [part for part in record.parts if part.mode is mode and part.scenes]
    points = _soak_points(parts)
    warm = max(part.scenes[max(part.warm - 1, 0)] / part.scenes[-1] for part in parts)
    content = Figure(
        key=output.key("soak", mode),
        finding=f"{MODES[mode]}: {listed([_soak_words(part) for part in parts])}.",
        measured="Live bytes at each sample less those after the warm-up, which is shaded; the collector has run.",
        plot=figures.pinned(figures.live_bytes(points, warm)),
        table=_soak_samples(parts),
        reproduce=record.command,
    )
    return output.figure(content, points.drop(columns=["role", "text"]))


def _soak_words(part: SoakCell) -> str:
    slope = part.slope
    if slope is None:
        return f"{part.system} has too few samples"
    return f"{part.system} {number(slope.value)} bytes a scene ({_interval(slope)})"


def _soak_points(parts: Sequence[SoakCell]) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 -- slow to load

    return pd.DataFrame(
        [
            {
                "system": part.system,
                "role": ROLES[part.system],
                "scenes": scenes,
                "share": scenes / part.scenes[-1],
                "bytes": held,
                "value": held - part.bytes[min(part.warm, len(part.bytes) - 1)],
                "blocks": blocks,
                "resident": resident,
                "text": f"{part.system}, {counted(scenes, 'scene')}: {size(held)} alive",
            }
            for part in parts
            for scenes, held, blocks, resident in zip(part.scenes, part.bytes, part.blocks, part.resident, strict=True)
        ]
    )


def _soak_samples(parts: Sequence[SoakCell]) -> Html:
    """Return some of the samples as a table: the first that counts, and the end of each tenth."""
    columns = [Column("System"), *(Column(name, is_number=True) for name in ("Scenes", "Alive", "Blocks", "Resident"))]
    rows = [
        [part.system, f"{part.scenes[i]:,}", size(part.bytes[i]), f"{part.blocks[i]:,}", size(part.resident[i])]
        for part in parts
        for i in sorted({min(len(part.scenes) - 1, tenth * len(part.scenes) // 10) for tenth in range(11)})
    ]
    return table("What was alive after each tenth of the samples", columns, rows)


def _trials(record: LoadSoak) -> Html:
    found, planted = record.trial_counts(planted=True)
    alarms, clean = record.trial_counts(planted=False)
    if not planted and not clean:
        return paragraph("This was not tried for this record.")
    named = sum(bool(one.place and "load/soak/playing.py" in one.place) for one in record.trials if one.planted)
    return paragraph(
        f"Of {planted} short soaks with a leak of 100 bytes a scene that was planted in the game, {found} were called "
        f"a leak, and in {named} the line of the leak is the one that grew most. Of {clean} without a leak, {alarms} "
        f"were called one. Each played for about {duration(record.trial_seconds)}, in modes and systems in turn."
    )


def _scale_conditions(record: LoadScale) -> Html:
    environment = record.environment
    return paragraph(
        f"Measured on {record.created:%Y-%m-%d} on {environment.cpu} ({counted(environment.cores, 'core')}) with "
        f"Python {environment.python}: CPU time, {counted(record.rounds, 'round')} of {len(record.sizes)} sizes from "
        f"{record.sizes[0]:,} to {counted(record.sizes[-1], 'element')}. Exponents are fitted from {SCALE_START:,} "
        f"elements on, with intervals of 95 %; 1 is proportional. {_copying(record)}"
    )


def _copying(record: LoadScale) -> str:
    """Say how what the machine alone takes grows."""
    power = record.copying_power()
    if power is None:
        return ""
    grown = f"Copying an array as large as a result has the exponent {number(power.exponent)} ({_interval(power)}) here"
    if power.low <= 1:
        return f"{grown}."
    return f"{grown}: each byte of a large array takes longer. What works on whole arrays has its share of it."


def _scale_table(record: LoadScale) -> Html:
    columns = [
        Column("Tree"),
        Column("System"),
        Column("What"),
        *(Column(name, is_number=True) for name in ("Exponent", "Steepest step", "An element at the end")),
        Column(f"At most {SCALE_LIMIT}"),
    ]
    rows = [
        _scale_row(record, shape, system, what)
        for shape in record.shapes
        for what in COSTS
        for system in record.systems
    ]
    reproduce = tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce")
    return join([table("How time and memory grow with the elements", columns, rows), reproduce])


def _scale_row(record: LoadScale, shape: TreeShape, system: str, what: ScaledCost) -> list[str | Html]:
    power, costs = record.power(system, shape, what), record.costs(system, shape, what)
    steep = record.steep_step(system, shape, what)
    step = NO_ANSWER if steep is None else f"{number(steep.exponent)} from {steep.less:,}"
    largest = max(costs, default=1)
    at = _cost(what, costs[largest] / largest) if costs else NO_ANSWER
    fitted = NO_ANSWER if power is None else cell_lines(number(power.exponent), _interval(power))
    return [shape, system, COSTS[what], fitted, step, at, verdict_of_power(power).value]


def _cost(what: ScaledCost, value: float) -> str:
    return size(value) if what in BYTES else duration(value)


def _scale_figures(output: PageOutput, record: LoadScale) -> Iterator[Html]:
    for shape in record.shapes:
        if any(record.costs(system, shape, ScaledCost.RESOLVE) for system in record.systems):
            yield _scale_figure(output, record, shape, DRAWN)
            yield _scale_figure(output, record, shape, BYTES)


def _scale_figure(output: PageOutput, record: LoadScale, shape: TreeShape, costs: Sequence[ScaledCost]) -> Html:
    unit, above = ("B", "bytes") if costs is BYTES else ("s", "CPU time")
    points = _scale_points(record, shape, costs)
    content = Figure(
        key=output.key("scale", shape, above),
        finding=f"{TREES[shape]}: {listed(list(_scale_words(record, shape, costs)))}.",
        measured=(
            f"{above[0].upper()}{above[1:]} against the number of elements; both axes are logarithmic. A line less "
            "steep than the dashed one grows more slowly than the number of elements."
        ),
        plot=figures.pinned(figures.scaling(points, unit, above)),
        table=_scale_points_table(record, shape, costs),
        reproduce=record.command,
    )
    return output.figure(content, points)


def _scale_words(record: LoadScale, shape: TreeShape, costs: Sequence[ScaledCost]) -> Iterator[str]:
    for system in record.systems:
        powers = [record.power(system, shape, what) for what in costs]
        known = sorted(power.exponent for power in powers if power is not None)
        if known:
            ends = dict.fromkeys(map(number, (known[0], known[-1])))
            yield f"exponents of the {system} system are {' to '.join(ends)}"
        else:
            yield f"the {system} system was measured at too few sizes for an exponent"


def _scale_points(record: LoadScale, shape: TreeShape, costs: Sequence[ScaledCost]) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 -- slow to load

    return pd.DataFrame(
        [
            {
                "tree": shape.value,
                "work": COSTS[what],
                "role": ROLES[system],
                "system": system,
                "elements": elements,
                "value": value,
            }
            for system in record.systems
            for what in costs
            for elements, value in record.costs(system, shape, what).items()
            if value > 0
        ]
    )


def _scale_points_table(record: LoadScale, shape: TreeShape, costs: Sequence[ScaledCost]) -> Html:
    kinds = [(system, what) for system in record.systems for what in costs]
    columns = [Column("Elements", is_number=True), *(Column(f"{COSTS[w]}, {s}", is_number=True) for s, w in kinds)]
    values = {kind: record.costs(kind[0], shape, kind[1]) for kind in kinds}
    rows = [
        [
            f"{elements:,}",
            *(_cost(kind[1], values[kind][elements]) if elements in values[kind] else NO_ANSWER for kind in kinds),
        ]
        for elements in record.sizes
        if any(elements in costs_of for costs_of in values.values())
    ]
    return table("As drawn", columns, rows)


def _known(what: ScaledCost, value: float | None) -> str:
    return NO_ANSWER if value is None else _cost(what, value)


def _steps(record: LoadScale) -> Html:
    """Return the exponents between neighbouring sizes, where a bend shows that one line over all sizes hides."""
    sizes = [elements for elements in record.sizes if elements >= SCALE_START]
    columns = [
        *(Column(name) for name in ("Tree", "System", "What")),
        *(Column(f"to {more:,}", is_number=True) for more in sizes[1:]),
    ]
    rows = [
        [shape.value, system, COSTS[what], *_local(record, system, shape, what, sizes[1:])]
        for shape in record.shapes
        for what in COSTS
        for system in record.systems
        if record.steep_step(system, shape, what) is not None
    ]
    if not rows:
        return paragraph("Too few sizes were measured.")
    return table(f"Exponent between each size from {SCALE_START:,} elements on and the next", columns, rows)


def _local(record: LoadScale, system: str, shape: TreeShape, what: ScaledCost, sizes: Sequence[int]) -> Iterator[str]:
    """Yield the exponent up to each size."""
    exponents = {step.more: step.exponent for step in record.local_powers(system, shape, what)}
    for elements in sizes:
        yield number(exponents[elements]) if elements in exponents else NO_ANSWER


def _ends(record: LoadScale) -> Html:
    if not record.ends:
        state = (
            "Every size was measured" if record.finished else "The run was stopped before its end, and can be resumed"
        )
        return paragraph(f"{state}; none took more than {duration(record.budget)} or too much memory.")
    items = [
        f"{TREES[end.shape]}, {end.system} system: not {counted(end.elements, 'element')}, since {end.reason}."
        for end in record.ends
    ]
    return tag("ul", *(tag("li", item) for item in items))
