"""What each setting moves: a run of a suite whose scenarios change one setting each, as a record of its own.

The suite's arms are `default` and `changed`, its scenarios are named `setting/value/work`. Times are measured in paired
rounds and judged by the family rule, as in every run. Run as a program, the suite prints the bytes that its caches
held.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

from unitdocs.analysis import CaseResult, compare_cases
from unitdocs.analysis.case_result import NoEffect
from unitdocs.bench import revisions
from unitdocs.bench.finding import find_suites
from unitdocs.bench.plan import Profile
from unitdocs.errors import InputError
from unitdocs.records import Metric, RunRecord
from unitdocs.studies import Sensitivity, SettingEffect, kind_of
from unitdocs.tuning.budgeted_plan import BudgetedPlan
from unitdocs.units import SystemSettings

SUITE: Final = "settings"
OTHER_DEFAULTS: Final = {"registry order": "first", "rows read at once": "256"}
"""Defaults of what the suite changes and is no setting."""
LIMIT: Final = 600.0
"""Seconds after which counting the bytes is given up."""


def plan_of(folder: Path, settings: list[str], *, seed: int, margin: float, seconds: float) -> BudgetedPlan:
    """Return the plan of a run over the scenarios of some settings; of all if none are named.

    Raises:
        InputError: the folder has no such suite, or no scenario changes a setting.
    """
    suites = find_suites(folder, (SUITE,), sources=revisions.import_roots(Path.cwd()))
    chosen = {}
    for path, suite in suites.items():
        scenarios = tuple(one for one in suite.scenarios if not settings or one.name.split("/")[0] in settings)
        known = dict.fromkeys(one.name.split("/")[0] for one in suite.scenarios)
        unknown = [name for name in settings if name not in known]
        if unknown:
            raise InputError(f"{unknown[0]}: no scenario changes it; give some of {', '.join(known)}")
        chosen[path] = replace(suite, scenarios=scenarios)
    return BudgetedPlan(chosen, Profile.FULL, seed=seed, margin=margin, seconds=seconds)


def record_of(run: RunRecord, held: Mapping[str, list[int]], *, command: str, root: Path) -> Sensitivity:
    """Return the record of a finished run.

    Args:
        run: the run.
        held: bytes that the caches held by scenario, with the default and changed.
        command: the command that makes the record again.
        root: the project's folder.
    """
    assert run.finished is not None
    cases = [case for case in compare_cases(run) if case.metric == Metric.TIME]
    return Sensitivity(
        created=run.created,
        finished=run.finished,
        command=command,
        digest=kind_of("sensitivity").digest(root),
        environment=run.environment,
        seed=run.seed,
        margin=run.margin,
        defaults=defaults(),
        effects=tuple(_effect(case, held.get(case.scenario, [0, 0])) for case in cases),
    )


def defaults() -> dict[str, str]:
    """Return the default of each setting, as the suite names values."""
    settings = SystemSettings()
    return {one.name: str(getattr(settings, one.name)) for one in fields(settings)} | OTHER_DEFAULTS


def held_bytes(suite: Path, scenarios: Sequence[str]) -> dict[str, list[int]]:
    """Return the bytes that the caches held after each scenario, with the default and changed; the suite counts them.

    Args:
        suite: the suite's file, which is run as a program with the scenarios' names.
        scenarios: names of scenarios.

    Raises:
        InputError: the suite does not print them.
    """
    done = subprocess.run(  # noqa: S603 -- the project's own suite
        [sys.executable, str(suite), *scenarios], capture_output=True, text=True, check=False, timeout=LIMIT
    )
    try:
        return dict(json.loads(done.stdout))
    except (ValueError, TypeError) as error:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise InputError(f"{suite}: run as a program it has to print bytes by scenario, as JSON ({last})") from error


def _effect(case: CaseResult, held: list[int]) -> SettingEffect:
    setting, value, work = case.scenario.split("/")
    result = case.result
    numbers: dict[str, Any] = (
        {"ratio": None, "low": None, "high": None, "level": 1.0, "outcome": None, "reason": result.reason}
        if isinstance(result, NoEffect)
        else {
            "ratio": result.estimate,
            "low": result.low,
            "high": result.high,
            "level": result.level,
            "outcome": case.outcome.value,
            "reason": "",
        }
    )
    return SettingEffect(
        setting=setting,
        value=value,
        work=work,
        title=case.title.partition(": ")[2],
        elements=case.elements,
        seconds=case.control_mean,
        rounds=case.control_n,
        default_bytes=held[0],
        changed_bytes=held[1],
        **numbers,
    )
