"""This project's own run records: each arm of each case is a result, and each round a process."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pydantic import ValidationError

from unitdocs.records import store
from unitdocs.records.frame import to_frame
from unitdocs.records.readers.collector import ResultCollector
from unitdocs.records.readers.places import Node, each, one_line, problems_error
from unitdocs.records.results import Absence, Result, Results
from unitdocs.records.schema import TIMES, Case, Metric, RunRecord, Status

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, str, str]
ABSENCES = {Status.FAILED: Absence.FAILED, Status.NOT_APPLICABLE: Absence.NOT_APPLICABLE}
"""Why there is no result, by status; otherwise the run ended too early."""


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of a run record."""
    return root.get("format") == "unitdocs-run"


def read(root: Node) -> Results:
    """Read a run record."""
    record = _record(root)
    nodes = root.member("cases").items() if record.cases else []
    collector = ResultCollector()
    pairs = zip(nodes, record.cases, strict=True)
    measured_cases = {_key(case): node for node, case in pairs if _is_measured(case, record, collector)}
    _refuse_duplicates(root, record)
    cases = tuple(case for case in record.cases if _key(case) in measured_cases)
    frame = to_frame(record.model_copy(update={"cases": cases}))
    arms = frame.groupby(["suite", "scenario", "metric", "arm"], sort=False)
    each((rows for _, rows in arms), lambda rows: _read_arm(measured_cases, rows, collector))
    return collector.results("unitdocs", root, record.created, _context(record))


def _record(root: Node) -> RunRecord:
    try:
        return RunRecord.model_validate(root.value)
    except ValidationError as error:
        raise problems_error(store.as_input_error(root.file, error).problems) from error


def _key(case: Case) -> Key:
    return case.suite, case.scenario, case.metric


def _is_measured(case: Case, record: RunRecord, collector: ResultCollector) -> bool:
    """Return whether a case has rounds; otherwise name both of its arms."""
    if case.status is Status.MEASURED and case.rounds:
        return True
    status = Status.NOT_MEASURED if case.status is Status.MEASURED else case.status
    collector.skip(f"cases {status}")
    arms = next(suite.arms for suite in record.suites if suite.name == case.suite)
    names = [(case.suite, f"{case.scenario} [{arm}]") for arm in arms]
    reason = f"{status}: {case.reason}" if case.reason else str(status)
    collector.name_left_out(names, case.metric, ABSENCES.get(status, Absence.UNUSABLE), reason)
    return False


def _context(record: RunRecord) -> dict[str, object]:
    here = record.environment
    return {
        "CPU": here.cpu,
        "cores": str(here.cores),
        "system": here.system,
        "Python": f"{here.implementation} {here.python}",
        "commit": here.commit,
    }


def _refuse_duplicates(root: Node, record: RunRecord) -> None:
    """Raise an error for duplicate names, since a frame would merge their cases, rounds, suites or arms."""
    if _has_duplicates(suite.name for suite in record.suites) or any(
        _has_duplicates(suite.arms) for suite in record.suites
    ):
        raise root.member("suites").problem("expected different names for suites, and for the arms of each suite")
    if _has_duplicates(map(_key, record.cases)):
        raise root.member("cases").problem("two cases with the same suite, scenario and metric")
    for index, case in enumerate(record.cases):
        if _has_duplicates(round_.index for round_ in case.rounds):
            raise root.member("cases").items()[index].problem("two rounds with the same index")


def _has_duplicates(items: Iterable[object]) -> bool:
    return any(count > 1 for count in Counter(items).values())


def _read_arm(nodes: Mapping[Key, Node], rows: "pd.DataFrame", collector: ResultCollector) -> None:
    suite, scenario, metric = (str(rows[name].iloc[0]) for name in ("suite", "scenario", "metric"))
    node = nodes[suite, scenario, metric]
    labels = {name: one_line(str(rows[name].iloc[0])) for name in ("suite", "scenario", "arm", "metric", "unit")}
    rounds = [group.tolist() for _, group in rows.groupby("round")["value"]]
    groups = [values for values in rounds if not any(map(math.isnan, values))]
    collector.skip("rounds in which an arm counts nothing", len(rounds) - len(groups))
    if not all(math.isfinite(value) for values in groups for value in values):
        raise node.problem("expected finite numbers")
    if groups:
        collector.add(
            node,
            Result(
                suite=labels["suite"],
                name=f"{labels['scenario']} [{labels['arm']}]",
                metric=labels["metric"],
                unit=labels["unit"],
                direction=rows["direction"].iloc[0],
                groups=tuple(map(tuple, groups)),
                by_process=True,
                counted=metric not in (*TIMES, Metric.MISSED_FRAMES) and labels["unit"] != "s",
            ),
        )
