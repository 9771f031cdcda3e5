"""Part of benchmarks/recommendations: the settings for each environment, how they were found and what they prove.

The page best-practices/performance-tips takes a sentence from the same records.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from unitdocs.analysis.run import Run
from unitdocs.analysis.tuning_proof import ProofVerdict, ProvenSession, TuningProof, tuning_proof
from unitdocs.formatting import change, counted, duration, listed, number, percent
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, admonition, folded, join, link, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import load, origin, outdated
from unitdocs.portal.components.verdicts import adjusted_p, badge, cell_lines, effect_cell
from unitdocs.portal.figures.pareto import DEFAULT, FRONT
from unitdocs.studies import ChosenSettings, SearchedSetting, SearchTrial, Study, TuningSearch
from unitdocs.units import SystemSettings

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("benchmarks/recommendations.md")
TIPS = Page("best-practices/performance-tips.md")
NAME = "tuned-settings"
OTHERS = "other trials"
MIB = 2**20
MISSING = "No search for settings is recorded for this site."
STYLES: Mapping[ProofVerdict, str] = {
    ProofVerdict.ENOUGH: "better",
    ProofVerdict.LESS: "better",
    ProofVerdict.SAME: "equivalent",
    ProofVerdict.ALLOWED: "below margin",
    ProofVerdict.MORE: "worse",
    ProofVerdict.UNKNOWN: "inconclusive",
}
"""The style of each verdict's badge: that of an outcome."""


def build_page(tuning_search: Study[TuningSearch] | None, tuned: Run | None) -> PageOutput:
    """Return the snippets `chosen`, `front`, `searched` and `proof`, and the settings files."""
    output = PageOutput(PAGE, NAME)
    if tuning_search is None:
        for name in ("chosen", "front", "searched", "proof"):
            output.snippet(name, paragraph(MISSING))
        return output
    record = tuning_search.record
    for chosen in record.chosen:
        output.files[_file(chosen)] = f"{json.dumps(chosen.settings, indent=2)}\n"
    output.snippet("chosen", *_chosen(tuning_search))
    output.snippet("front", output.figure(_front(record), _trials(record)))
    output.snippet("searched", *_searched(record))
    output.snippet("proof", *_proof(tuned, tuning_search))
    return output


def build_tip(tuning_search: Study[TuningSearch] | None, tuned: Run | None) -> PageOutput:
    """Return the snippet `tip`: what was chosen for production, and what it proved."""
    output = PageOutput(TIPS, "tuned-tip")
    proof = tuning_proof(tuned, tuning_search)
    if tuning_search is None:
        output.snippet("tip", paragraph(MISSING))
        return output
    items = [
        tag("li", tag("strong", one.title), f": {_in_words(tuning_search.record, one)}")
        for one in _distinct(tuning_search.record)
    ]
    output.snippet("tip", tag("ul", Html("\n"), join(items), Html("\n")), _tip(proof))
    return output


def _tip(proof: TuningProof | None) -> Html:
    if proof is None or not proof.sessions:
        return paragraph("Held-out sessions were not measured for this site.")
    return paragraph(_proven(proof.sessions))


def _distinct(record: TuningSearch) -> list[ChosenSettings]:
    """Return the choices, without those whose sizes and thresholds an earlier one has."""
    seen: dict[int, ChosenSettings] = {}
    for chosen in record.chosen:
        seen.setdefault(chosen.trial, chosen)
    return list(seen.values())


def _file(chosen: ChosenSettings) -> str:
    return f"generated/{NAME}/{chosen.environment}.json"


# What was chosen.


def _chosen(study: Study[TuningSearch]) -> Iterator[Html]:
    record = study.record
    if not study.is_current:
        yield admonition(
            "warning ud-stale",
            "Stale: the search for settings",
            "The unit system, the sessions or the search have changed since; the settings apply to that commit.",
        )
    yield tag("p", _origin(record), class_="ud-origin")
    columns = [
        Column("Environment"),
        Column("What matters"),
        Column("Changed settings"),
        Column("In the searched sessions"),
    ]
    yield table("The chosen settings", columns, [_chosen_row(record, one) for one in record.chosen])
    yield tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce")


def _origin(record: TuningSearch) -> str:
    here = record.environment
    return (
        f"Searched on {record.created:%Y-%m-%d} with {here.implementation} {here.python} on {here.cpu}, commit "
        f"{(here.commit or 'unknown')[:10]}{' with uncommitted changes' if here.dirty else ''}: "
        f"{counted(len(record.trials), 'trial')} in {duration(record.seconds)}, {len(record.timed)} of them timed, in "
        f"{counted(len(record.scenarios), 'session')}; {record.sampler}."
    )


def _chosen_row(record: TuningSearch, chosen: ChosenSettings) -> list[str]:
    file = link("settings file", PAGE.link(_file(chosen)))
    words = _in_words(record, chosen)
    return [chosen.title, chosen.purpose, cell_lines(f"{words[:1].upper()}{words[1:]}", file), chosen.reason]


def _in_words(record: TuningSearch, chosen: ChosenSettings) -> str:
    """Return the settings that are not as before any search, and what they were."""
    values = record.trials[chosen.trial].point
    changed = [one for one in record.settings if values.get(one.place, one.default) != one.default]
    parts = [
        f"{one.title[:1].lower()}{one.title[1:]} {_value(one.place, values[one.place])} instead of "
        f"{_value(one.place, one.default)}"
        for one in changed
    ]
    return f"{'; '.join(parts)}." if parts else "nothing."


def _value(place: str, value: int | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value / MIB:g} MiB" if place.endswith("bytes") else f"{value:,}"


# The front.


def _front(record: TuningSearch) -> Figure:
    front = [record.trials[number] for number in record.front]
    fastest = min(front, key=lambda trial: trial.time)
    smallest = min(front, key=lambda trial: trial.bytes)
    return Figure(
        key="pareto-front",
        finding=(
            f"Of {counted(len(record.timed), 'timed trial')}, {len(front)} are on the front: from "
            f"{_ratio(fastest.time, 'time')} with {_ratio(fastest.bytes, 'memory')} to "
            f"{_ratio(smallest.time, 'time')} with {_ratio(smallest.bytes, 'memory')}."
        ),
        measured=(
            "Geometric means over all searched sessions, on log axes; the lower left is best. Bytes are counted. Times "
            "are CPU times in paired rounds, of which a search makes few: differences of some percent are noise."
        ),
        plot=figures.pinned(figures.pareto(_trials(record))),
        table=_trial_table(record),
        reproduce=record.command,
    )


def _trials(record: TuningSearch) -> "DataFrame":
    """Return a row for each timed trial, the most notable last, so that none covers it."""
    import pandas as pd  # noqa: PLC0415 -- slow to load

    kinds = _kinds(record)
    order = {OTHERS: 0, FRONT: 1, DEFAULT: 2}
    named = [(order.get(kinds.get(one.number, OTHERS), len(order)), one) for one in record.timed]
    rows = [
        {
            "trial": trial.number,
            "time": trial.time,
            "bytes": trial.bytes,
            "kind": kinds.get(trial.number, OTHERS),
            "is_front": trial.number in record.front,
            "said": f"trial {trial.number}: {_ratio(trial.time, 'time')}, {_ratio(trial.bytes, 'memory')}",
        }
        for _, trial in sorted(named, key=lambda pair: (pair[0], pair[1].number))
    ]
    return pd.DataFrame(rows)


def _kinds(record: TuningSearch) -> dict[int, str]:
    """Return what the trials are that are more than one of many, by their numbers."""
    chosen: dict[int, list[str]] = {}
    for one in record.chosen:
        chosen.setdefault(one.trial, []).append(one.title.lower())
    kinds = dict.fromkeys(record.front, FRONT)
    kinds |= {number: f"chosen for {listed(titles)}" for number, titles in chosen.items()}
    return kinds | {0: DEFAULT}


def _trial_table(record: TuningSearch) -> Html:
    columns = [
        Column("Trial", is_number=True),
        Column("Time", is_number=True),
        Column("Memory", is_number=True),
        Column("Changed settings"),
    ]
    numbers = dict.fromkeys([0, *record.front, *(one.trial for one in record.chosen)])
    return table(
        "The settings before any search, the front, and what was chosen",
        columns,
        [_trial_row(record, record.trials[n]) for n in numbers],
    )


def _trial_row(record: TuningSearch, trial: SearchTrial) -> list[str]:
    changed = [f"{place} {_value(place, trial.point[place])}" for place in _changed(record, trial)]
    return [str(trial.number), number(trial.time), number(trial.bytes), ", ".join(changed) or "none"]


def _ratio(ratio: float, what: str) -> str:
    """Return a ratio to the settings before any search in words, such as `20 % less time`."""
    if f"{ratio:.3f}" == "1.000":
        return f"the same {what}"
    return f"{change(ratio, 'less') if ratio < 1 else change(ratio, 'more')} {what}"


# What was searched.


def _searched(record: TuningSearch) -> Iterator[Html]:
    columns = [
        Column("Setting"),
        Column("Before any search", is_number=True),
        Column("Default now", is_number=True),
        Column("Tried"),
        Column("Alone, time"),
        Column("Alone, memory"),
        Column("Why"),
    ]
    yield table(
        "What matters, and what does not: each setting alone, the others as before any search",
        columns,
        [_setting_row(record, one) for one in record.settings],
    )
    names = [scenario.title for scenario in record.scenarios]
    yield folded(
        f"The {len(names)} searched sessions",
        table("Sessions that were searched", [Column("Session")], [[name] for name in names]),
    )


def _setting_row(record: TuningSearch, setting: SearchedSetting) -> list[str]:
    alone = [trial for trial in record.timed if _changed(record, trial) == [setting.place]]
    spans = [_span([trial.time for trial in alone]), _span([trial.bytes for trial in alone])]
    name = cell_lines(setting.title, setting.place)
    values = [_value(setting.place, value) for value in (setting.default, _default_now(setting.place))]
    return [name, *values, _tried(setting), *spans, setting.reason]


def _default_now(place: str) -> int | str:
    """Return the default that the unit system has now, of a place in a settings file."""
    group, member = place.split(".")
    value: int | str = SystemSettings().to_json()[group][member]
    return value


def _changed(record: TuningSearch, trial: SearchTrial) -> list[str]:
    """Return the places of a trial's values that are not as before any search."""
    defaults = record.trials[0].point
    return [place for place, value in trial.point.items() if value != defaults[place]]


def _tried(setting: SearchedSetting) -> str:
    if not setting.is_searched:
        return "nothing else"
    if isinstance(setting.default, str):
        return listed([str(choice) for choice in setting.choices])
    first, last = (_value(setting.place, setting.choices[end]) for end in (0, -1))
    return f"{first} to {last}"


def _span(ratios: Sequence[float]) -> str:
    """Return the smallest and the largest ratio to the settings before any search, in percent."""
    if not ratios:
        return "not tried"
    ends = [_percent(ratio) for ratio in (min(ratios), max(ratios))]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _percent(ratio: float) -> str:
    whole = round(100 * (ratio - 1))
    return f"{whole:+} %".replace("-", "\N{MINUS SIGN}") if whole else "same"


# What it proves.


def _proof(tuned: Run | None, study: Study[TuningSearch]) -> Iterator[Html]:
    proof = tuning_proof(tuned, study)
    if proof is None or tuned is None or not proof.sessions:
        yield paragraph("Held-out sessions were not measured for this site.")
        return
    yield outdated(("run of the chosen settings", tuned))
    if tuned.is_current and not proof.is_current:
        yield admonition("warning ud-stale", "Stale: the proof", "The settings were chosen again after this run.")
    yield tag("p", tag("strong", _proven(proof.sessions)), class_="ud-answer")
    yield paragraph(_worse(proof))
    yield tag("p", origin(tuned), class_="ud-origin")
    yield paragraph(load(tuned))
    for suite, title in tuned.suites.items():
        sessions = [one for one in proof.sessions if one.time.suite == suite]
        if sessions:
            yield _proof_table(title, sessions)
    yield tag("p", "Reproduce this: ", tag("code", tuned.record.command), class_="ud-reproduce")


def _proven(sessions: Sequence[ProvenSession]) -> str:
    count = sum(one.is_proven for one in sessions)
    times = sum(one.time_verdict is ProofVerdict.ENOUGH for one in sessions)
    sizes = sum(one.memory_verdict is ProofVerdict.ENOUGH for one in sessions)
    return (
        f"At least {percent(0.2)} less in {count} of {counted(len(sessions), 'held-out session')}: CPU time a frame in "
        f"{times}, peak memory in {sizes}."
    )


def _worse(proof: TuningProof) -> str:
    worse = [_named(one) for one in proof.worse]
    if worse:
        return f"More time, or more bytes than allowed, in {len(worse)}: {listed(worse)}."
    unknown = sum(ProofVerdict.UNKNOWN in one.verdicts for one in proof.sessions)
    return f"No session is slower beyond the margin or holds more than allowed; inconclusive: {unknown}."


def _named(session: ProvenSession) -> str:
    """Return a session that is worse: of many that are equal, some are slower by chance, which the p-value says."""
    p = adjusted_p(session.time) if session.time_verdict is ProofVerdict.MORE else None
    note = f"; {p} for its time, adjusted for all sessions" if p else ""
    return f"{session.time.title} ({session.time.suite}{note})"


def _proof_table(title: str, sessions: Sequence[ProvenSession]) -> Html:
    columns = [
        Column("Session"),
        Column("CPU time a frame", is_number=True),
        Column("Verdict on time"),
        Column("Peak memory", is_number=True),
        Column("Verdict on memory"),
    ]
    return table(title, columns, [_session_row(one) for one in sessions])


def _session_row(session: ProvenSession) -> list[str]:
    cells: list[Any] = []
    for case, verdict in ((session.time, session.time_verdict), (session.memory, session.memory_verdict)):
        cells += [effect_cell(case) if case.effect else case.reason, badge(verdict, STYLES[verdict])]
    return [session.time.title, *cells]
