"""Part of the page best-practices/advanced-features: how often caches answer, by what a game does, policy and size."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from unitdocs.formatting import counted, listed, number, percent, points
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, admonition, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.studies import CacheCell, CacheHits, CacheTrace, Study

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("best-practices/advanced-features.md")
KEY = "cache-hits"
LITTLE = 0.01
"""A difference of shares that is too small to choose a policy or a size by."""


class Counts:
    """The shares of a record, all seeds of a cell taken together.

    Args:
        record: the record.
    """

    def __init__(self, record: CacheHits) -> None:
        self.record = record
        self.shares = {_key(cell): sum(record.shares(cell)) / len(cell.hits) for cell in record.cells}

    def share(self, trace: CacheTrace, policy: str, entries: int) -> float:
        """Return the share of lookups that are answered."""
        return self.shares[trace.name, policy, entries]

    def behind(self, trace: CacheTrace, policy: str, entries: int) -> float:
        """Return how far a policy is behind the best one, which is 0 behind itself."""
        best = max(self.share(trace, other, entries) for other in self.record.policies)
        return best - self.share(trace, policy, entries)

    def worst(self, policy: str, trace: CacheTrace) -> tuple[float, int]:
        """Return how far a policy is behind the best one at the size where it does worst, and that size."""
        found = [(self.behind(trace, policy, entries), entries) for entries in self.record.sizes]
        return max(found, key=lambda one: one[0])

    def most_behind(self, policy: str) -> float:
        """Return how far a policy is behind the best one where it does worst at all."""
        return max(self.worst(policy, trace)[0] for trace in self.record.traces)

    def steadiest(self) -> str:
        """Return the policy that is least behind the best one where it does worst."""
        return min(self.record.policies, key=self.most_behind)

    def enough(self, trace: CacheTrace, policy: str) -> int | None:
        """Return the smallest size over which no larger one gains more than little; None where each larger one does."""
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
        yield paragraph("How often caches answer was not counted for this site.")
        return
    record, counts = cache_hits.record, Counts(cache_hits.record)
    told = [tag("li", tag("strong", f"{trace.title}:"), f" {trace.description}.") for trace in record.traces]
    yield tag("ul", Html("\n"), join(told), Html("\n"))
    if not cache_hits.is_current:
        yield admonition(
            "warning ud-stale",
            "Stale: the cache hits",
            "The cache, or what it is asked for, has changed since; the shares hold for that commit.",
        )
    current = " Current: neither the cache nor the traces have changed since." if cache_hits.is_current else ""
    yield tag("p", _origin(record), current, class_="ud-origin")
    yield output.figure(_figure(counts), _data(counts))
    yield paragraph(
        _said_of_sizes(counts),
        f"A system for which nothing is set keeps up to {counted(record.default_entries, 'layout')}; its policy is "
        f"{record.default}.",
    )
    yield _behind(counts)


def _figure(counts: Counts) -> Figure:
    record = counts.record
    return Figure(
        key=KEY,
        finding=_finding(counts),
        measured=(
            f"Share of lookups that a cache answers; bold where it is above 0 and less than {points(LITTLE)} behind "
            f"the best policy. Counted exactly: {counted(len(record.seeds), 'trace')} of each kind, "
            f"{counted(record.lookups, 'lookup')} of each after {record.warmup:,} that fill the cache. All policies "
            f"and sizes meet the same traces. {_spans(record)}"
        ),
        plot=figures.pinned(figures.heat_map(_cells(counts), "entries that the cache keeps")),
        table=_table(counts),
        reproduce=record.command,
    )


def _spans(record: CacheHits) -> str:
    """Say how far the traces of one kind differ, the kind apart in which they differ most."""
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


def _finding(counts: Counts) -> str:
    """Say which policy is never far behind the best one, and how far the others are."""
    best = counts.steadiest()
    others: dict[str, list[str]] = {}
    for policy in counts.record.policies:
        if policy != best:
            others.setdefault(points(counts.most_behind(policy)), []).append(policy)
    compared = "".join(f", {listed(policies)} up to {behind}" for behind, policies in others.items())
    return f"{best} is never more than {points(counts.most_behind(best))} behind the best policy{compared}."


def _said_of_sizes(counts: Counts) -> str:
    """Say from which size on a larger cache gains little, with the steadiest policy."""
    policy, sizes = counts.steadiest(), counts.record.sizes
    if len(sizes) == 1:
        return ""
    found = {trace.title: counts.enough(trace, policy) for trace in counts.record.traces}
    enough = [f"by more than {entries:,} entries in “{title}”" for title, entries in found.items() if entries]
    open_ = [f"“{title}”" for title, entries in found.items() if not entries]
    little = f"With {policy}, less than {points(LITTLE)} is gained {listed(enough)}."
    more = f"From {sizes[-2]:,} to {sizes[-1]:,} entries, {policy} gains {points(LITTLE)} or more in {listed(open_)}."
    return " ".join([*([little] if enough else []), *([more] if open_ else [])])


def _behind(counts: Counts) -> Html:
    record = counts.record
    columns = [Column("What a game does"), *(Column(policy, is_number=True) for policy in record.policies)]
    rows = [[trace.title, *(_worst(counts, policy, trace) for policy in record.policies)] for trace in record.traces]
    return table("Points that each policy is behind the best one, at the size where it does worst", columns, rows)


def _worst(counts: Counts, policy: str, trace: CacheTrace) -> Html:
    behind, entries = counts.worst(policy, trace)
    return cell_lines(number(100 * behind), counted(entries, "entry", "entries") if behind else "at every size")


def _origin(record: CacheHits) -> str:
    here = record.environment
    return (
        f"Counted on {record.created:%Y-%m-%d} with {here.implementation} {here.python}, commit "
        f"{(here.commit or 'unknown')[:10]}{' with uncommitted changes' if here.dirty else ''}."
    )


def _table(counts: Counts) -> Html:
    record = counts.record
    columns = [
        Column("What a game does"),
        *(Column(f"{entries:,} entries", is_number=True) for entries in record.sizes),
    ]
    rows = [
        [f"{trace.title}: {policy}", *(percent(counts.share(trace, policy, entries)) for entries in record.sizes)]
        for trace in record.traces
        for policy in record.policies
    ]
    return table("Shares of lookups that are answered", columns, rows)


def _data(counts: Counts) -> "DataFrame":
    """Return a row a cell, in the order in which they are drawn."""
    import pandas as pd  # noqa: PLC0415 - slow to load

    record = counts.record
    cells = {_key(cell): cell for cell in record.cells}
    return pd.DataFrame(
        [
            _row(counts, trace, cells[trace.name, policy, entries])
            for trace in record.traces
            for policy in record.policies
            for entries in record.sizes
        ]
    )


def _cells(counts: Counts) -> "DataFrame":
    """Return the same as the figure takes it."""
    record, data = counts.record, _data(counts)
    titles = {trace.name: trace.title for trace in record.traces}
    best = data.groupby(["trace", "entries"])["share"].transform("max")
    said = [
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
        said=said,
    )


def _row(counts: Counts, trace: CacheTrace, cell: CacheCell) -> dict[str, object]:
    record, share = counts.record, counts.shares[_key(cell)]
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
