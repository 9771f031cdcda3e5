"""The page benchmarks/load: the rate up to which each system keeps up, and what several threads do."""

import statistics
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from unitdocs.formatting import NO_ANSWER, counted, duration, listed, number, percent
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, admonition, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.studies import (
    P99,
    QUANTILES,
    Breakage,
    LoadClock,
    LoadStep,
    LoadStress,
    LoadThreads,
    Sharing,
    Study,
    ThreadStep,
)

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("benchmarks/load.md")
SNIPPETS: Final = ("knee", "latency", "corrected", "threads", "throughput", "fairness")
ROLES: Final = {"original": "control", "refactored": "treatment"}
BREAKS: Final = {
    Breakage.ERRORS: "requests raise",
    Breakage.COLLECTIONS: "requests wait for the garbage collector",
    Breakage.INTERRUPTIONS: "the machine gives the processor to others",
    Breakage.SATURATION: "the thread has no time left, so the queue grows",
    Breakage.QUEUEING: "requests that arrive close together wait for one another",
    Breakage.GENERATOR: "nothing: the generator of the load reached its own limit",
}
_CLOCKS: Final = {
    LoadClock.CPU: "Time is that in which the serving thread has the processor; waiting for the next request is "
    "skipped, and what other programs take does not count.",
    LoadClock.WALL: "Time is that of the machine's clock, so what other programs take counts.",
}
SHARED: Final = {
    Sharing.SCENE: "one scene",
    Sharing.UPDATES: "one scene, updated",
    Sharing.SYSTEM: "one system",
    Sharing.NOTHING: "nothing",
}
CORRECTED, UNCORRECTED = "from the scheduled start", "from the actual start"


def build_page(load_stress: Study[LoadStress] | None, load_threads: Study[LoadThreads] | None) -> PageOutput:
    """Return the snippets of `SNIPPETS`."""
    output = PageOutput(PAGE, "load")
    absent = paragraph("This was not measured for this site.")
    for name in SNIPPETS:
        output.snippet(name, absent)
    if load_stress is not None and load_stress.record.knees:
        _add_stress(output, load_stress)
    if load_threads is not None and load_threads.record.steps:
        _add_threads(output, load_threads)
    return output


def _add_stress(output: PageOutput, study: Study[LoadStress]) -> None:
    record = study.record
    output.snippet("knee", *_stale(study, "the stress run"), _stress_conditions(record), _knees(record))
    output.snippet("latency", _latency_figure(output, record))
    output.snippet("corrected", *(_tail_figure(output, record, system) for system in record.settings.systems))


def _add_threads(output: PageOutput, study: Study[LoadThreads]) -> None:
    record = study.record
    output.snippet("threads", *_stale(study, "the thread run"), _thread_summary(record))
    output.snippet("throughput", *(_throughput_figure(output, record, *one) for one in _interpreters(record)))
    output.snippet("fairness", _shares(record))


def _stale(study: Study[LoadStress] | Study[LoadThreads], what: str) -> Iterator[Html]:
    if study.is_current is False:
        yield admonition("warning ud-stale", f"Stale: {what}", "The unit system or the program has changed since.")


def _machine(record: LoadStress | LoadThreads) -> str:
    environment = record.environment
    priority = ", with priority over other programs" if record.nice < 0 else ""
    busy = "" if environment.load_end is None else f"; the load average was {number(environment.load_end)} at the end"
    return (
        f"Measured on {record.created:%Y-%m-%d} on {environment.cpu} ({counted(environment.cores, 'core')}{priority}"
        f"{busy})."
    )


def _stress_conditions(record: LoadStress) -> Html:
    settings = record.settings
    kind = "at random (a Poisson process)" if settings.arrivals == "poisson" else "at equal distances"
    return paragraph(
        f"{_machine(record)} Requests arrive {kind}; each resolves one of {counted(len(settings.scenes), 'scene')} at "
        f"a new viewport, and {percent(settings.updates)} update it first. "
        f"{counted(settings.workers, 'thread')} {'serves' if settings.workers == 1 else 'serve'} them. A step lasts "
        f"{duration(settings.seconds)} or more, and the search was made {counted(settings.repeats, 'time')}. A rate is "
        f"sustained if 99 % of its requests end within {number(settings.limit)} mean service times of their scheduled "
        f"start, the queue grows by at most {number(settings.limit * settings.workers)} requests, and none raises. "
        f"{_CLOCKS[settings.clock]} The "
        f"generator itself makes {number(record.generator)} requests a second; above half of that it is its own limit."
    )


def _knees(record: LoadStress) -> Html:
    columns = [
        Column("System"),
        *(
            Column(name, is_number=True)
            for name in ("Sustained", "95 % interval", "One after the other", "Allowed p99")
        ),
        Column("What breaks first above it"),
    ]
    rows = [_knee_row(record, system) for system in record.settings.systems]
    return join(
        [
            table("Requests a second that each system sustains", columns, rows),
            tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce"),
        ]
    )


def _knee_row(record: LoadStress, system: str) -> list[str]:
    knees = record.knees_of(system)
    interval = record.interval(system)
    rates = [knee.rate for knee in knees if knee.rate is not None]
    means = [one.mean for one in record.baselines if one.system == system]
    least = "at least " if any(knee.above is None and knee.rate for knee in knees) else ""
    middle = interval.rate if interval else (rates[0] if rates else None)
    return [
        system,
        NO_ANSWER if middle is None else f"{least}{number(middle)}/s",
        NO_ANSWER if interval is None else f"{number(interval.low)} to {number(interval.high)}/s",
        f"{number(1 / statistics.fmean(means))}/s",
        duration(record.settings.limit * statistics.fmean(means)),
        listed([f"{BREAKS[cause]} ({count} of {len(knees)})" for cause, count in _causes(record, system)]),
    ]


def _causes(record: LoadStress, system: str) -> list[tuple[Breakage, int]]:
    breaks = [knee.breaks for knee in record.knees_of(system)]
    return sorted(((cause, breaks.count(cause)) for cause in set(breaks)), key=lambda one: (-one[1], one[0]))


def _latency_figure(output: PageOutput, record: LoadStress) -> Html:
    points = _latency_points(record)
    limits = [interval.rate for system in record.settings.systems if (interval := record.interval(system))]
    axis = figures.rate_axis([float(rate) for rate in points["x"]])
    plot = figures.load_lines(points, axis, "99 % of the requests take at most", "s", limits)
    content = Figure(
        key=output.key("load", "latency"),
        finding=f"{_knee_sentence(record)} Above that rate latency from the scheduled start rises; that from the "
        "actual start hides it.",
        measured="Every step of the first search; dashed: the mean rate that each system sustains.",
        plot=figures.pinned(plot),
        table=_steps_table(record),
        reproduce=record.command,
    )
    return output.figure(content, _step_values(record))


def _knee_sentence(record: LoadStress) -> str:
    rates = []
    for system in record.settings.systems:
        found = [knee.rate for knee in record.knees_of(system) if knee.rate is not None]
        rates.append(f"the {system} system {f'{number(statistics.geometric_mean(found))}/s' if found else 'no rate'}")
    return f"Sustained: {listed(rates)}."


def _latency_points(record: LoadStress) -> "DataFrame":
    return _frame(
        _point((f"{system}, {name}", system, kind), step.rate, value, f"{number(step.rate)}/s: {duration(value)}")
        for system in record.settings.systems
        for kind, name in enumerate((CORRECTED, UNCORRECTED))
        for step in _by_rate(record, system)
        for value in ((step.corrected, step.uncorrected)[kind][P99],)
    )


def _by_rate(record: LoadStress, system: str) -> list[LoadStep]:
    """Return the last step at each rate of the first search, by rate."""
    return sorted({step.rate: step for step in record.of(system, 0)}.values(), key=lambda step: step.rate)


def _point(line: tuple[str, str, int], x: float, value: float, text: str) -> dict[str, object]:
    """Return a point of a line: its name, its system, and which value of the system it is."""
    series, system, kind = line
    role = ROLES.get(system, "treatment")
    return {"series": series, "role": role, "kind": kind, "x": x, "value": value, "text": f"{series}, {text}"}


def _frame(rows: Iterator[dict[str, object]]) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 -- slow to load

    return pd.DataFrame(list(rows))


def _step_values(record: LoadStress) -> "DataFrame":
    """Return what the table shows of each step, in SI units."""
    import pandas as pd  # noqa: PLC0415 -- slow to load

    return pd.DataFrame(
        [
            {
                "system": system,
                "rate": step.rate,
                "p50": step.corrected[0],
                "p99": step.p99,
                "uncorrected_p99": step.uncorrected[P99],
                "longest": step.corrected[-1],
                "waiting": step.backlog_last,
                "busy": step.busy,
                "cpu": step.cpu,
                "late": step.late,
            }
            for system in record.settings.systems
            for step in _by_rate(record, system)
        ]
    )


def _steps_table(record: LoadStress) -> Html:
    names = (
        "Rate",
        "p50",
        "p99",
        "p99, uncorrected",
        "Longest",
        "Waiting at the end",
        "Busy",
        "On the processor",
        "Late",
    )
    columns = [Column("System"), *(Column(name, is_number=True) for name in names), Column("Outcome")]
    rows = [
        [
            system,
            f"{number(step.rate)}/s",
            duration(step.corrected[0]),
            duration(step.p99),
            duration(step.uncorrected[P99]),
            duration(step.corrected[-1]),
            number(step.backlog_last),
            percent(step.busy),
            percent(step.cpu),
            f"{step.late:,}",
            "sustained" if step.is_sustained else BREAKS[step.breakage],
        ]
        for system in record.settings.systems
        for step in _by_rate(record, system)
    ]
    return table("Steps of the first search", columns, rows)


def _tail_figure(output: PageOutput, record: LoadStress, system: str) -> Html:
    step = _overloaded(record, system)
    points = _frame(
        _point((name, system, kind), _beyond(quantile, step), value, f"{percent(quantile)}: {duration(value)}")
        for kind, name in enumerate((CORRECTED, UNCORRECTED))
        for quantile, value in zip(QUANTILES, (step.corrected, step.uncorrected)[kind], strict=True)
        if quantile == 1 or 1 - quantile > 1 / step.requests
    )
    plot = figures.load_lines(points, figures.tail_axis(), "latency", "s")
    content = Figure(
        key=output.key("load", "corrected", system),
        finding=f"The {system} system at {number(step.rate)} requests a second, above what it sustains: 99 % of the "
        f"requests take at most {duration(step.p99)} from their scheduled start, and {duration(step.uncorrected[P99])} "
        "from their actual one.",
        measured=f"{counted(step.requests, 'request')} of one step.",
        plot=figures.pinned(plot),
        table=_tail_table(step),
        reproduce=record.command,
    )
    return output.figure(content, points.drop(columns=["role", "kind", "text"]))


def _overloaded(record: LoadStress, system: str) -> LoadStep:
    """Return the step at the highest rate of the first search: most of what is hidden shows there."""
    return _by_rate(record, system)[-1]


def _beyond(quantile: float, step: LoadStep) -> float:
    """Return the share of requests that take longer; the longest is drawn at the share of one request."""
    return max(1 - quantile, 1 / step.requests)


def _tail_table(step: LoadStep) -> Html:
    starts = ("Scheduled start", "Actual start")
    columns = [Column("Share of the requests"), *(Column(start, is_number=True) for start in starts)]
    values = zip(QUANTILES, step.corrected, step.uncorrected, strict=True)
    rows = [
        [f"{100 * quantile:g} %", duration(corrected), duration(uncorrected)]
        for quantile, corrected, uncorrected in values
    ]
    return table("Latency from either start that a share of the requests does not exceed", columns, rows)


def _interpreters(record: LoadThreads) -> list[tuple[str, bool]]:
    return list(dict.fromkeys((step.interpreter, step.gil) for step in record.steps))


def _named(interpreter: str, *, gil: bool) -> str:
    return f"Python {interpreter}" if gil else f"free-threaded Python {interpreter}"


def _thread_summary(record: LoadThreads) -> Html:
    wrong = "none was wrong" if not record.wrong else f"{record.wrong:,} were wrong"
    updates = sum(step.updates for step in record.steps)
    pythons = listed([_named(version, gil=gil) for version, gil in _interpreters(record)])
    absent = f" Free-threaded Python: {record.free_threaded}." if record.free_threaded else ""
    return join(
        [
            paragraph(
                f"{counted(record.checked, 'answer')} were checked bit by bit while {counted(updates, 'update')} were "
                f"made: {wrong}.",
                f"{_machine(record)} {pythons}.{absent}",
            ),
            tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce"),
        ]
    )


def _steps_in(record: LoadThreads, interpreter: str, *, gil: bool) -> list[ThreadStep]:
    return [step for step in record.steps if (step.interpreter, step.gil) == (interpreter, gil)]


def _throughput_figure(output: PageOutput, record: LoadThreads, interpreter: str, gil: bool) -> Html:  # noqa: FBT001
    steps = _steps_in(record, interpreter, gil=gil)
    points = _frame(
        _point(
            (f"{system}: {SHARED[sharing]}", system, kind),
            step.threads,
            step.throughput,
            f"{counted(step.threads, 'thread')}: {number(step.throughput)}/s",
        )
        for system in record.settings.systems
        for kind, sharing in enumerate(Sharing)
        for step in steps
        if (step.system, step.sharing) == (system, sharing)
    )
    axis = figures.thread_axis(sorted({step.threads for step in steps}))
    content = Figure(
        key=output.key("load", "throughput", interpreter if gil else f"{interpreter}t"),
        finding=_contention(steps, _named(interpreter, gil=gil)),
        measured=f"{counted(sum(step.checked for step in steps), 'answer')}, all checked; each step is one process.",
        plot=figures.pinned(figures.load_lines(points, axis, "checked answers a second", "1")),
        table=_thread_table(steps),
        reproduce=record.command,
    )
    return output.figure(content, _thread_values(steps))


def _contention(steps: Sequence[ThreadStep], python: str) -> str:
    """Return what the most threads do compared with one, for scenes of one shared system."""
    parts = []
    for system in dict.fromkeys(step.system for step in steps):
        of = {step.threads: step for step in steps if (step.system, step.sharing) == (system, Sharing.SCENE)}
        least, most = of[min(of)], of[max(of)]
        share = percent(most.throughput / least.throughput)
        parts.append(
            f"{most.threads} threads that share a scene make {share} of the answers of {least.threads} ({system})"
        )
    return f"In {python} {listed(parts)}."


def _thread_values(steps: Sequence[ThreadStep]) -> "DataFrame":
    """Return what the table shows of each step, in SI units."""
    import pandas as pd  # noqa: PLC0415 -- slow to load

    first = {(step.system, step.sharing): step for step in reversed(steps)}
    return pd.DataFrame(
        [
            {
                "system": step.system,
                "shared": str(step.sharing),
                "threads": step.threads,
                "answers": step.checked,
                "wrong": step.wrong,
                "throughput": step.throughput,
                "of_one_thread": step.throughput / first[step.system, step.sharing].throughput,
                "fairness": step.fairness,
                "cpu": step.cpu / step.seconds,
                "switches": step.switches,
            }
            for step in steps
        ]
    )


def _thread_table(steps: Sequence[ThreadStep]) -> Html:
    names = ("Threads", "Answers", "Wrong", "Answers a second", "Of one thread", "Fairness", "CPU", "Switches")
    columns = [Column("System"), Column("Shared"), *(Column(name, is_number=True) for name in names)]
    first = {(step.system, step.sharing): step for step in reversed(steps)}
    rows = [
        [
            step.system,
            SHARED[step.sharing],
            str(step.threads),
            f"{step.checked:,}",
            f"{step.wrong:,}",
            number(step.throughput),
            percent(step.throughput / first[step.system, step.sharing].throughput),
            number(step.fairness),
            percent(step.cpu / step.seconds),
            NO_ANSWER if step.switches is None else f"{step.switches:,}",
        ]
        for step in steps
    ]
    return table("Threads, by system and by what they share", columns, rows)


def _shares(record: LoadThreads) -> Html:
    """Return the least and the most that a thread had, and Jain's index, for each number of threads."""
    columns = [
        Column("Python"),
        Column("System"),
        *(Column(name, is_number=True) for name in ("Threads", "Least share", "Largest share", "Jain's index, worst")),
    ]
    groups: dict[tuple[str, bool, str, int], list[ThreadStep]] = {}
    for step in record.steps:
        if step.threads > 1:
            groups.setdefault((step.interpreter, step.gil, step.system, step.threads), []).append(step)
    rows = [
        [
            interpreter if gil else f"{interpreter}, free-threaded",
            system,
            str(threads),
            percent(min(min(step.answers) / step.checked for step in steps)),
            percent(max(max(step.answers) / step.checked for step in steps)),
            number(min(step.fairness for step in steps)),
        ]
        for (interpreter, gil, system, threads), steps in groups.items()
    ]
    return table("Shares of the threads, over all that they share", columns, rows)
