"""The page best-practices/caches: how much caches of each size answer, how near that is to the optimum, and ages."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from unitdocs.formatting import counted, listed, percent, size
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, admonition, folded, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.studies import CacheReplays, ReplayedSession, Study
from unitdocs.studies.cache_replays import GOAL

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("best-practices/caches.md")
ABSENT = "Caches were not replayed for this site."
Sessions = Sequence[ReplayedSession]


def build_page(cache_replays: Study[CacheReplays] | None) -> PageOutput:
    """Return the snippets `goal`, `curves`, `ages`, `games` and `short`, with their figures and data."""
    output = PageOutput(PAGE, "caches")
    if cache_replays is None:
        for name in ("goal", "curves", "ages", "games", "short"):
            output.snippet(name, paragraph(ABSENT))
        return output
    record = cache_replays.record
    output.snippet("goal", *_goal(output, cache_replays))
    output.snippet("curves", *(block for name in _caches(record) for block in _curves(output, record, name)))
    output.snippet("ages", *(_ages(output, record, name) for name in _caches(record) if _has_ages(record, name)))
    output.snippet("games", _games(record))
    output.snippet("short", paragraph(_sentence(record)))
    return output


def _goal(output: PageOutput, study: Study[CacheReplays]) -> Iterator[Html]:
    record = study.record
    if study.is_current is False:
        yield admonition(
            "warning ud-stale", "Stale: the replays", "The unit system, the replay or its sessions changed since."
        )
    yield paragraph(_sentence(record))
    for name in _caches(record):
        yield output.figure(_share_figure(record, name), _share_data(record, name))
    yield paragraph(_what_would(record))


def _caches(record: CacheReplays) -> list[str]:
    return list(dict.fromkeys(session.cache for session in record.sessions))


def _held_out(record: CacheReplays, cache: str) -> list[ReplayedSession]:
    """Return the sessions that settings are judged by: those that were held out, or all if none were."""
    sessions = [session for session in record.sessions if session.cache == cache]
    return [session for session in sessions if session.is_held_out] or sessions


def _by_game(sessions: Sessions) -> dict[str, list[ReplayedSession]]:
    games: dict[str, list[ReplayedSession]] = {}
    for session in sessions:
        games.setdefault(session.game, []).append(session)
    return games


def _share(sessions: Sessions, policy: str, entries: int) -> float | None:
    """Return the hits of sessions together as a share of the ceiling; None if no hit is possible."""
    most = sum(session.ceiling[session.sizes.index(entries)] for session in sessions)
    return sum(session.hits(policy, entries) for session in sessions) / most if most else None


def _worst(record: CacheReplays, cache: str, policy: str, entries: int) -> float | None:
    """Return the smallest share of the ceiling of any session that was held out."""
    shares = [session.share_of_ceiling(policy, entries) for session in _held_out(record, cache)]
    known = [share for share in shares if share is not None]
    return min(known) if known else None


def _sufficient(record: CacheReplays, cache: str, policy: str) -> int | None:
    """Return the smallest size from which on every held-out session reaches the goal; None if there is none."""
    reached = None
    for entries in reversed(_sizes(record, cache)):
        worst = _worst(record, cache, policy, entries)
        if worst is not None and worst < GOAL:
            break
        reached = entries
    return reached


def _sizes(record: CacheReplays, cache: str) -> list[int]:
    """Return the sizes at which all sessions of a cache were counted."""
    sizes = [set(session.sizes) for session in record.sessions if session.cache == cache]
    return sorted(set.intersection(*sizes))


def _policies(record: CacheReplays) -> list[str]:
    return list(dict.fromkeys(curve.policy for session in record.sessions for curve in session.curves))


def _sentence(record: CacheReplays) -> str:
    """Return in how many held-out sessions the default caches reach the goal."""
    clauses = []
    for cache in _caches(record):
        entries, sessions = record.default_entries.get(cache, 0), _held_out(record, cache)
        if entries not in _sizes(record, cache):
            continue
        shares = [session.share_of_ceiling(record.default_policy, entries) for session in sessions]
        known = [share for share in shares if share is not None]
        reached = sum(share >= GOAL for share in known)
        clauses.append(f"{cache} ({counted(entries, 'entry', 'entries')}) in {reached} of {len(known)}")
    return (
        f"The default policy, {record.default_policy}, reaches {percent(GOAL)} of the hits of a cache that knows the "
        f"future, of the same size, in these numbers of held-out sessions: {listed(clauses)}."
    )


def _what_would(record: CacheReplays) -> str:
    """Return the sizes from which on each policy reaches the goal in every held-out session."""
    sentences = []
    for cache in _caches(record):
        enough = {policy: _sufficient(record, cache, policy) for policy in _policies(record)}
        sizes = [f"{policy} from {counted(n, 'entry', 'entries')} on" for policy, n in enough.items() if n]
        never = [policy for policy, n in enough.items() if not n]
        said = [f"{listed(sizes)} in every held-out session"] if sizes else []
        if never:
            said.append(f"{listed(never)} at no size counted")
        sentences.append(f"For {cache}, {percent(GOAL)} is reached by {', and by '.join(said)}.")
        if entries := enough.get(record.default_policy):
            held = max(session.peak_bytes(record.default_policy, entries) for session in _held_out(record, cache))
            sentences.append(f"Such a cache holds up to {size(held)} in these sessions.")
    return " ".join(sentences)


def _share_figure(record: CacheReplays, cache: str) -> Figure:
    policy, lookups = record.default_policy, sum(session.lookups for session in _held_out(record, cache))
    worst = {n: _worst(record, cache, policy, n) for n in _sizes(record, cache)}
    default = worst.get(record.default_entries.get(cache, 0))
    finding = f"{cache}: {policy} at the default size has at least {percent(default or 0)} of Belady's hits."
    return Figure(
        key=f"cache-shares-{cache}",
        finding=finding,
        measured=(
            f"Hits as a share of those of Belady's optimum at the same size; bold from {percent(GOAL)} on. Counted "
            f"exactly over {counted(len(_held_out(record, cache)), 'held-out session')}, {lookups:,} lookups. The "
            f"default is {counted(record.default_entries.get(cache, 0), 'entry', 'entries')}; a cell where no cache of "
            f"this size could have a hit is 100 %."
        ),
        plot=figures.pinned(figures.heat_map(_share_cells(record, cache), "entries that the cache keeps")),
        table=_share_table(record, cache),
        reproduce=record.command,
    )


def _share_cells(record: CacheReplays, cache: str) -> "DataFrame":
    """Return a cell for each policy, game and size."""
    data = _share_data(record, cache)
    return data.assign(
        group=data["policy"],
        row=data["game"],  # its title has no room next to the cells of a phone
        column=data["entries"].map("{:,}".format),
        share=data["share"].clip(upper=1),
        is_marked=data["share"] >= GOAL,
        said=[
            f"{row['title']}, {row['policy']}, {counted(row['entries'], 'entry', 'entries')}:\n"
            f"{percent(row['share'])} of Belady's hits;\n{row['hits']:,} of {row['most']:,}, {row['lookups']:,} lookups"
            for row in data.to_dict("records")
        ],
    )


def _share_data(record: CacheReplays, cache: str) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 - slow to load

    rows = []
    for policy in (record.default_policy, *(name for name in _policies(record) if name != record.default_policy)):
        for game, sessions in _by_game(_held_out(record, cache)).items():
            for entries in _sizes(record, cache):
                hits = sum(session.hits(policy, entries) for session in sessions)
                most = sum(session.ceiling[session.sizes.index(entries)] for session in sessions)
                share = hits / most if most else 1.0
                about = {"game": game, "title": sessions[0].title, "policy": policy, "entries": entries}
                counts = {"lookups": sum(s.lookups for s in sessions), "hits": hits, "most": most, "share": share}
                rows.append(about | counts)
    return pd.DataFrame(rows)


def _share_table(record: CacheReplays, cache: str) -> Html:
    sizes, games = _sizes(record, cache), _by_game(_held_out(record, cache))
    columns = [Column("Game and policy"), *(Column(f"{entries:,} entries", is_number=True) for entries in sizes)]
    rows = [
        [f"{sessions[0].title}: {policy}", *(_percent(_share(sessions, policy, entries)) for entries in sizes)]
        for sessions in games.values()
        for policy in _policies(record)
    ]
    return table(f"Share of Belady's hits, {cache}", columns, rows)


def _percent(share: float | None) -> str:
    return "no hit possible" if share is None else percent(share)


def _curves(output: PageOutput, record: CacheReplays, cache: str) -> Iterator[Html]:
    """Yield a figure for each game, folded away but for the first."""
    for number, sessions in enumerate(_by_game(_held_out(record, cache)).values()):
        figure = output.figure(_curve_figure(record, sessions), _curve_data(record, sessions))
        yield folded(f"{cache}: {sessions[0].title}", figure, is_open=not number)


def _curve_figure(record: CacheReplays, sessions: Sessions) -> Figure:
    first = sessions[0]
    default = record.default_entries.get(first.cache, 0)
    data = _curve_data(record, sessions)
    at_default = data[data["entries"] == default].set_index("policy")["share"]
    reached = f"{percent(at_default.get(record.default_policy, 0.0))} of {percent(at_default.get('', 0.0))} possible"
    return Figure(
        key=f"cache-curve-{first.cache}-{first.game}",
        finding=f"{first.title}, {first.cache}: {record.default_policy} answers {reached} at the default size.",
        measured=(
            f"Share of lookups that a cache answers, of {counted(len(sessions), 'held-out session')}; vertical line: "
            f"the default. {first.keys:,} keys in the first session; a key's first lookup finds nothing."
        ),
        plot=figures.pinned(figures.size_curves(data, default)),
        table=_curve_table(data),
        is_inline=False,
    )


def _curve_data(record: CacheReplays, sessions: Sessions) -> "DataFrame":
    """Return a row for each policy and size; the ceiling has no policy."""
    import pandas as pd  # noqa: PLC0415 - slow to load

    lookups, sizes = sum(session.lookups for session in sessions), _sizes(record, sessions[0].cache)
    rows = []
    for policy in ("", *_policies(record)):
        for entries in sizes:
            hits = sum(
                session.hits(policy, entries) if policy else session.ceiling[session.sizes.index(entries)]
                for session in sessions
            )
            text = f"{policy or 'Belady'}, {counted(entries, 'entry', 'entries')}: {percent(hits / lookups)}"
            rows.append({"policy": policy, "entries": entries, "share": hits / lookups, "text": text})
    return pd.DataFrame(rows)


def _curve_table(data: "DataFrame") -> Html:
    sizes = sorted(set(data["entries"]))
    columns = [Column("Policy"), *(Column(f"{entries:,} entries", is_number=True) for entries in sizes)]
    rows = [
        [str(policy) or "Belady", *(percent(share) for share in group["share"])]
        for policy, group in data.groupby("policy", sort=False)
    ]
    return table("Share of lookups that are answered", columns, rows)


def _has_ages(record: CacheReplays, cache: str) -> bool:
    return any(session.ages for session in record.sessions if session.cache == cache)


def _ages(output: PageOutput, record: CacheReplays, cache: str) -> Html:
    data = _age_data(record, cache)
    shares = [percent(share) for share in data.groupby("ttl", sort=False)["share"].max()]
    return output.figure(
        Figure(
            key=f"cache-ages-{cache}",
            finding=f"{cache}: expiring values cost hits: at most {shares[0]} instead of {shares[-1]}.",
            measured=(
                f"Share of lookups that {record.default_policy} answers over all games, by size and by the age at "
                f"which a value expires; held-out sessions. Values never become wrong by themselves, so a time to live "
                f"only frees memory."
            ),
            plot=figures.pinned(figures.heat_map(_age_cells(data), "entries that the cache keeps")),
            table=_age_table(data),
            reproduce=record.command,
        ),
        data,
    )


def _age_data(record: CacheReplays, cache: str) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 - slow to load

    sessions = [session for session in _held_out(record, cache) if session.ages]
    lookups = sum(session.lookups for session in sessions)
    rows = []
    for place, age in enumerate(sessions[0].ages):
        for entries in _sizes(record, cache):
            hits = sum(session.ages[place].hits[session.sizes.index(entries)] for session in sessions)
            ttl = "never" if age.ttl is None else f"{age.ttl:g} s"
            rows.append({"ttl": ttl, "entries": entries, "lookups": lookups, "hits": hits, "share": hits / lookups})
    return pd.DataFrame(rows)


def _age_cells(data: "DataFrame") -> "DataFrame":
    said = [
        f"expires: {row['ttl']}; {counted(row['entries'], 'entry', 'entries')}:\n{percent(row['share'])} of "
        f"{row['lookups']:,} lookups"
        for row in data.to_dict("records")
    ]
    return data.assign(
        group="a value expires after", row=data["ttl"], column=data["entries"].map("{:,}".format), said=said
    ).assign(is_marked=False)


def _age_table(data: "DataFrame") -> Html:
    sizes = sorted(set(data["entries"]))
    columns = [Column("Expires after"), *(Column(f"{entries:,} entries", is_number=True) for entries in sizes)]
    rows = [[str(ttl), *(percent(share) for share in group["share"])] for ttl, group in data.groupby("ttl", sort=False)]
    return table("Share of lookups that are answered", columns, rows)


def _games(record: CacheReplays) -> Html:
    """Return what the games do, with how much of each was held out, and how many bytes the caches hold."""
    items = []
    for sessions in _by_game(record.sessions).values():
        names = dict.fromkeys(session.name for session in sessions)
        held = {session.name for session in sessions if session.is_held_out}
        first = sessions[0]
        kept = "all of them" if len(held) == len(names) else str(len(held))
        items.append(
            tag(
                "li",
                tag("strong", first.title),
                f", {first.game} in the figures: {first.description}. ",
                f"{counted(len(names), 'session')}, {kept} held out. {_peak(record, sessions)}",
            )
        )
    here = record.environment
    origin = (
        f"Counted on {record.created:%Y-%m-%d}, commit {(here.commit or 'unknown')[:10]}"
        f"{' with uncommitted changes' if here.dirty else ''}."
    )
    return join([tag("ul", Html("\n"), join(items), Html("\n")), tag("p", origin, class_="ud-origin")])


def _peak(record: CacheReplays, sessions: Sessions) -> str:
    """Return the most bytes that each cache held at its default size."""
    held: dict[str, int] = {}
    for session in sessions:
        entries = record.default_entries.get(session.cache, 0)
        for curve in session.curves:
            if curve.policy == record.default_policy and entries in session.sizes:
                peak = curve.peak_bytes[session.sizes.index(entries)]
                held[session.cache] = max(held.get(session.cache, 0), peak)
    return f"Most that is held: {listed([f'{size(peak)} of {name}' for name, peak in held.items()])}." if held else ""
