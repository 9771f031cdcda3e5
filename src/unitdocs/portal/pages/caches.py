"""Part of the page best-practices/advanced-features: hit rates of caches by trace, policy and size."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from unitdocs.formatting import counted, listed, number, percent, points
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, admonition, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.studies import CacheCell, CacheHits, CacheTrace, Study

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("best-practices/advanced-features.md")
KEY = "cache-hits"
LITTLE = 0.01
"""Hit rates that differ by less are treated as equal when a policy or a size is chosen."""


class HitRates:
    """The hit rates of a record, averaged over the seeds of a cell.

    Args:
        record: the record.
    """

    def __init__(self, record: CacheHits) -> None:
        self.record = record
        self.shares = {_key(cell): sum(record.shares(cell)) / len(cell.hits) for cell in record.cells}

    def share(self, trace: CacheTrace, policy: str, entries: int) -> float:
        """Return the share of lookups that the cache answers."""
        return self.shares[trace.name, policy, entries]

    def behind(self, trace: CacheTrace, policy: str, entries: int) -> float:
        """Return how far a policy is behind the best one; 0 for the best."""
        best = max(self.share(trace, other, entries) for other in self.record.policies)
        return best - self.share(trace, policy, entries)

    def worst(self, policy: str, trace: CacheTrace) -> tuple[float, int]:
        """Return how far a policy is behind the best one at its worst size, and that size."""
        differences = [(self.behind(trace, policy, entries), entries) for entries in self.record.sizes]
        return max(differences, key=lambda difference: difference[0])

    def most_behind(self, policy: str) -> float:
        """Return how far a policy is behind the best one at its worst trace and size."""
        return max(self.worst(policy, trace)[0] for trace in self.record.traces)

    def steadiest(self) -> str:
        """Return the policy that is least far behind the best one in its worst case."""
        return min(self.record.policies, key=self.most_behind)

    def sufficient_size(self, trace: CacheTrace, policy: str) -> int | None:
        """Return the smallest size that no larger size improves by `LITTLE` or more; None if there is none."""
        *sizes, largest = self.record.sizes
        for entries in sizes:
            larger = [self.share(trace, policy, size) for size in (*sizes, largest) if size > entries]
            if max(larger) - self.share(trace, policy, entries) < LITTLE:
                return entries
        return None


def build_page(cache_hits: Study[CacheHits] | None) -> PageOutput:
    """Return the snippet `sizes`, with its figure and the figure's data."""
    output = PageOutput(PAGE, "caches")
    output.snippet("sizes", *_sizes(output, cache_hits))
    return output


def _sizes(output: PageOutput, cache_hits: Study[CacheHits] | None) -> Iterator[Html]:
    if cache_hits is None:
        yield paragraph("Cache hits were not counted for this site.")
        return
    record, rates = cache_hits.record, HitRates(cache_hits.record)
    items = [tag("li", tag("strong", f"{trace.title}:"), f" {trace.description}.") for trace in record.traces]
    yield tag("ul", Html("\n"), join(items), Html("\n"))
    if not cache_hits.is_current:
        yield admonition(
            "warning ud-stale",
            "Stale: the cache hits",
            "The cache or its traces have changed since; the shares apply to that commit.",
        )
    current = " Current: neither the cache nor its traces have changed since." if cache_hits.is_current else ""
    yield tag("p", _origin(record), current, class_="ud-origin")
    yield output.figure(_figure(rates), _data(rates))
    yield paragraph(
        _describe_sizes(rates),
        f"By default, a system keeps up to {counted(record.default_entries, 'layout')}; its policy is "
        f"{record.default}.",
    )
    yield _distances(rates)


def _figure(rates: HitRates) -> Figure:
    record = rates.record
    return Figure(
        key=KEY,
        finding=_finding(rates),
        measured=(
            f"Share of lookups that a cache answers; bold where it is above 0 and less than {points(LITTLE)} behind "
            f"the best policy. Counted exactly: {counted(len(record.seeds), 'trace')} of each kind, "
            f"{counted(record.lookups, 'lookup')} of each after {record.warmup:,} that fill the cache. All policies "
            f"and sizes get the same traces. {_spans(record)}"
        ),
        plot=figures.pinned(figures.heat_map(_cells(rates), "entries that the cache keeps")),
        table=_table(rates),
        reproduce=record.command,
    )


def _spans(record: CacheHits) -> str:
    """Return how far traces of one kind differ, separately for the kind in which they differ most."""
    spans = {
        trace.title: max(
            max(shares) - min(shares)
            for cell in record.cells
            if cell.trace == trace.name
            for shares in [record.shares(cell)]
        )
        for trace in record.traces
    }
    widest = max(spans, key=spans.__getitem__)
    others = [span for title, span in spans.items() if title != widest]
    usual = f"{points(max(others))}, in “{widest}” by at most " if others else ""
    return f"Shares of one cell's traces differ by at most {usual}{points(spans[widest])}."


def _finding(rates: HitRates) -> str:
    """Return which policy is never far behind the best one, and how far the others are."""
    best = rates.steadiest()
    others: dict[str, list[str]] = {}
    for policy in rates.record.policies:
        if policy != best:
            others.setdefault(points(rates.most_behind(policy)), []).append(policy)
    compared = "".join(f", {listed(policies)} up to {behind}" for behind, policies in others.items())
    return f"{best} is never more than {points(rates.most_behind(best))} behind the best policy{compared}."


def _describe_sizes(rates: HitRates) -> str:
    """Return the size above which a larger cache gains little, with the steadiest policy."""
    policy, sizes = rates.steadiest(), rates.record.sizes
    if len(sizes) == 1:
        return ""
    sufficient = {trace.title: rates.sufficient_size(trace, policy) for trace in rates.record.traces}
    small = [f"by more than {entries:,} entries in “{title}”" for title, entries in sufficient.items() if entries]
    large = [f"“{title}”" for title, entries in sufficient.items() if not entries]
    little = f"With {policy}, less than {points(LITTLE)} is gained {listed(small)}."
    more = f"From {sizes[-2]:,} to {sizes[-1]:,} entries, {policy} gains {points(LITTLE)} or more in {listed(large)}."
    return " ".join([*([little] if small else []), *([more] if large else [])])


def _distances(rates: HitRates) -> Html:
    record = rates.record
    columns = [Column("What a game does"), *(Column(policy, is_number=True) for policy in record.policies)]
    rows = [
        [trace.title, *(_distance_cell(rates, policy, trace) for policy in record.policies)] for trace in record.traces
    ]
    return table("Points that each policy is behind the best one, at its worst size", columns, rows)


def _distance_cell(rates: HitRates, policy: str, trace: CacheTrace) -> str:
    behind, entries = rates.worst(policy, trace)
    return f"{number(100 * behind)} at {counted(entries, 'entry', 'entries')}" if behind else "0 at every size"


def _origin(record: CacheHits) -> str:
    here = record.environment
    return (
        f"Counted on {record.created:%Y-%m-%d} with {here.implementation} {here.python}, commit "
        f"{(here.commit or 'unknown')[:10]}{' with uncommitted changes' if here.dirty else ''}."
    )


def _table(rates: HitRates) -> Html:
    record = rates.record
    columns = [
        Column("What a game does"),
        *(Column(f"{entries:,} entries", is_number=True) for entries in record.sizes),
    ]
    rows = [
        [f"{trace.title}: {policy}", *(percent(rates.share(trace, policy, entries)) for entries in record.sizes)]
        for trace in record.traces
        for policy in record.policies
    ]
    return table("Shares of lookups that are answered", columns, rows)


def _data(rates: HitRates) -> "DataFrame":
    """Return a row for each cell, in the order of the figure."""
    import pandas as pd  # noqa: PLC0415 - slow to load

    record = rates.record
    cells = {_key(cell): cell for cell in record.cells}
    return pd.DataFrame(
        [
            _cell_row(rates, trace, cells[trace.name, policy, entries])
            for trace in record.traces
            for policy in record.policies
            for entries in record.sizes
        ]
    )


def _cells(rates: HitRates) -> "DataFrame":
    """Return the same data as the heat map needs it."""
    record, data = rates.record, _data(rates)
    titles = {trace.name: trace.title for trace in record.traces}
    best = data.groupby(["trace", "entries"])["share"].transform("max")
    labels = [
        f"{row['policy']}, {counted(row['entries'], 'entry', 'entries')}: {percent(row['share'])}\n"
        f"of {counted(row['lookups'], 'lookup')}; {counted(len(record.seeds), 'trace')}:\n"
        f"{percent(row['low'])} to {percent(row['high'])}"
        for row in data.to_dict("records")
    ]
    return data.assign(
        group=data["trace"].map(titles),
        row=data["policy"],
        column=data["entries"].map("{:,}".format),
        is_marked=(best - data["share"] < LITTLE) & (data["share"] > 0),
        said=labels,
    )


def _cell_row(rates: HitRates, trace: CacheTrace, cell: CacheCell) -> dict[str, object]:
    record, share = rates.record, rates.shares[_key(cell)]
    shares, lookups = record.shares(cell), record.lookups * len(cell.hits)
    return {
        "trace": trace.name,
        "policy": cell.policy,
        "entries": cell.entries,
        "lookups": lookups,
        "hits": sum(cell.hits),
        "share": share,
        "low": min(shares),
        "high": max(shares),
    }


def _key(cell: CacheCell) -> tuple[str, str, int]:
    return cell.trace, cell.policy, cell.entries
