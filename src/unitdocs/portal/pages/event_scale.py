"""The page reference/event-scale: what the sums of many events take, how that grows, and what a cluster adds."""

from itertools import pairwise

from unitdocs.formatting import counted, duration, listed, number, size
from unitdocs.portal.components.markup import Column, Html, Page, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.studies import EngineMeasure, EventScale, LinearCost, Study

PAGE = Page("reference/event-scale.md")
NAMES = {"duckdb": "DuckDB", "spark": "Spark"}
MILLION = 1_000_000


def build_page(event_scale: Study[EventScale] | None) -> PageOutput:
    """Return the snippets `measures`, `growth` and `cluster`."""
    output = PageOutput(PAGE, "event-scale")
    if event_scale is None:
        absent = paragraph("The cost of many events was not measured for this site.")
        for name in ("measures", "growth", "cluster"):
            output.snippet(name, absent)
        return output
    output.snippet("measures", _measures(event_scale))
    output.snippet("growth", _growth(event_scale.record))
    output.snippet("cluster", _cluster(event_scale.record))
    return output


def _measures(study: Study[EventScale]) -> Html:
    """Return what each engine takes for each number of events, and under what conditions."""
    record = study.record
    columns = [
        Column("Engine"),
        *(Column(title, is_number=True) for title in ("Events", "Sessions", "Files", "Rows", "Starts in", "Reads in")),
        *(Column(title, is_number=True) for title in ("From", "To", "Memory")),
        Column("Target"),
    ]
    rows = [_row(measure) for engine in NAMES for measure in record.of(engine)]
    reproduce = tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce")
    return join(
        [
            paragraph(_conditions(study)),
            table("Time and memory of the sums of events", columns, rows),
            paragraph(_disturbance(record)),
            reproduce,
        ]
    )


def _conditions(study: Study[EventScale]) -> str:
    record, cardinality = study.record, study.record.cardinality
    age = "" if study.is_current else " The sums have changed since."
    kinds = listed(
        [
            counted(cardinality.scenarios, "scenario"),
            counted(cardinality.metrics, "metric"),
            counted(cardinality.arms, "arm"),
            counted(cardinality.versions, "version of the flag", "versions of the flag"),
            counted(cardinality.days, "day"),
        ]
    )
    return (
        f"Measured on {record.created:%Y-%m-%d} on {record.environment.cpu} with {counted(record.threads, 'thread')} "
        f"and {record.memory} for the engine. The events are made up: {kinds}, about "
        f"{counted(cardinality.session_events, 'event')} of a session, one file for each day. Times are the median of "
        f"{counted(len(record.measures[0].repetitions), 'reading')}, each in a process of its own, memory is the "
        f"largest. Rows are those of the sums by session.{age}"
    )


def _disturbance(record: EventScale) -> str:
    others = max(measure.others for measure in record.measures)
    priority = ", over which the readings had priority" if record.nice < 0 else ""
    quiet = f"Other programs used at most {number(others, 2)} of {counted(record.environment.cores, 'core')} meanwhile"
    agreement = ""
    if record.difference is not None:
        agreement = " The counts of both engines are equal"
        agreement += f", their sums to a relative {record.difference:.0e}." if record.difference else ", as are sums."
    return f"{quiet}{priority}.{agreement}"


def _row(measure: EngineMeasure) -> list[str]:
    seconds = [one.seconds for one in measure.repetitions]
    return [
        NAMES[measure.engine],
        f"{measure.events:,}",
        f"{measure.sessions:,}",
        size(measure.bytes),
        f"{measure.session_rows:,}",
        duration(measure.start),
        duration(measure.seconds),
        duration(min(seconds)),
        duration(max(seconds)),
        size(measure.peak_bytes),
        _target(measure),
    ]


def _target(measure: EngineMeasure) -> str | Html:
    if measure.most_seconds is None or measure.most_bytes is None:
        return ""
    is_met = measure.seconds <= measure.most_seconds and measure.peak_bytes <= measure.most_bytes
    text = f"{duration(measure.most_seconds)} and {size(measure.most_bytes)}: {'met' if is_met else 'not met'}"
    return tag("span", text, class_=f"ud-verdict ud-{'met' if is_met else 'not-met'}")


def _growth(record: EventScale) -> Html:
    """Return the exponents with which the time grows, and what the memory does."""
    items = []
    for engine, name in NAMES.items():
        steps = zip(pairwise(record.of(engine)), record.exponents(engine), strict=True)
        items += [
            f"{name}, from {_millions(less.events)} to {_millions(more.events)} events: time grows with the power "
            f"{number(exponent, 2)} of their number; memory from {size(less.peak_bytes)} to {size(more.peak_bytes)}."
            for (less, more), exponent in steps
        ]
    if not items:
        return paragraph("One number of events was measured, which does not show how cost grows.")
    return tag("ul", *(tag("li", item) for item in items))


def _millions(events: int) -> str:
    return f"{number(events / MILLION)} million"


def _cluster(record: EventScale) -> Html:
    """Return what a cluster adds and from where on, from what each further event takes."""
    here, spark = record.line("duckdb"), record.line("spark")
    if here is None or spark is None or not here.event:
        return paragraph("Too few numbers of events were measured to say from where on a cluster is worth it.")
    return join([paragraph(_begin(here, spark)), paragraph(_cores(here, spark, record.threads))])


def _begin(here: LinearCost, spark: LinearCost) -> str:
    head_start = (spark.fixed - here.fixed) / here.event
    if head_start <= 0:
        return f"Spark starts as quickly as DuckDB: {duration(spark.fixed)} before the first event."
    return (
        f"Before Spark has read an event it takes {duration(spark.fixed)}, DuckDB {duration(here.fixed)}. In the "
        f"difference DuckDB reads {_millions(round(head_start))} events on this machine: with fewer, no cluster "
        "that starts like this is faster, however large it is."
    )


def _cores(here: LinearCost, spark: LinearCost, threads: int) -> str:
    times = spark.event / here.event
    each = (
        f"Each further million events takes DuckDB {duration(here.event * MILLION)} and Spark "
        f"{duration(spark.event * MILLION)}, both with {counted(threads, 'thread')}"
    )
    if times <= 1:
        return f"{each}: on more cores than that Spark is faster."
    return (
        f"{each}. A cluster that divides the work without loss needs {number(times, 2)} times as many cores, "
        f"{number(times * threads, 2)}, before it reads more events in a second than DuckDB on this machine."
    )
