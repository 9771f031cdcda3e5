"""The registry of studies: records of what was measured about measuring, the site and its parts.

A study has a program below `benchmarks/studies`, a record in the folder of the reference record, and a page that shows
it. A new one is an entry here, a schema next to this module, and a page.
"""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import unitdocs
from unitdocs.errors import InputError
from unitdocs.records import digest
from unitdocs.records.schema import Frozen
from unitdocs.records.store import load_as
from unitdocs.studies.cache_replays import CacheReplays
from unitdocs.studies.change_finders import ChangePoints
from unitdocs.studies.event_scale import EventScale
from unitdocs.studies.gate_check import GateCheck
from unitdocs.studies.guide_executions import GuideExecutions
from unitdocs.studies.load_scale import LoadScale
from unitdocs.studies.load_soak import LoadSoak
from unitdocs.studies.load_stress import LoadStress
from unitdocs.studies.load_threads import LoadThreads
from unitdocs.studies.monitoring_day import MonitoringDay
from unitdocs.studies.monitoring_drill import MonitoringDrill
from unitdocs.studies.page_loading import PageLoading
from unitdocs.studies.page_scores import PageScores
from unitdocs.studies.profile import CodeProfile
from unitdocs.studies.rendering_scale import RenderingScale
from unitdocs.studies.rollout_run import RolloutRun
from unitdocs.studies.rollout_trials import RolloutTrials
from unitdocs.studies.selfcheck import SelfCheck
from unitdocs.studies.sensitivity import Sensitivity
from unitdocs.studies.shadow_run import ShadowRun
from unitdocs.studies.side_by_side import SideBySide, WholeCommands
from unitdocs.studies.telemetry_cost import TelemetryCost
from unitdocs.studies.tested_versions import VersionTrials
from unitdocs.studies.tuning_search import TuningSearch

PACKAGE = Path(unitdocs.__file__).parent
Record = TypeVar("Record")


@dataclass(frozen=True)
class StudyKind:
    """A kind of study.

    Args:
        name: identifies it: the parameter of pages that are made from it.
        file: name of its record, in the folder of the reference record.
        model: schema of the record.
        title: what it is, for readers.
        page: the page that shows it, by its path below docs.
        program: what measures it, relative to the project; None for a command of unitdocs.
        digest_patterns: files of the project that the record depends on; empty where nothing says that it is stale.
        package_patterns: the same of the installed package, wherever the project is.
    """

    name: str
    file: str
    model: type[Frozen]
    title: str
    page: str
    program: str | None = None
    digest_patterns: tuple[str, ...] = ()
    package_patterns: tuple[str, ...] = ()

    def digest(self, root: Path) -> str:
        """Return the digest of the files that the record depends on, as they are now; empty without patterns."""
        if self.package_patterns:
            return digest(PACKAGE, self.package_patterns)
        return digest(root, self.digest_patterns) if self.digest_patterns else ""


@dataclass(frozen=True)
class Study(Generic[Record]):
    """A study's record.

    Args:
        record: the record.
        is_current: whether the files that it depends on are unchanged; None where its kind has no digest.
    """

    record: Record
    is_current: bool | None


KINDS = (
    StudyKind(
        "selfcheck",
        "selfcheck.json.gz",
        SelfCheck,
        "The self-check: verdicts on work whose answer is known",
        "benchmarks/method.md",
        package_patterns=("bench/*.py", "stats/*.py"),
    ),
    StudyKind(
        "gate_check",
        "gate-check.json.gz",
        GateCheck,
        "What a gate says of changes whose effect is known",
        "benchmarks/trust.md",
        package_patterns=("bench/*.py", "stats/*.py"),
    ),
    StudyKind(
        "side_by_side",
        "side-by-side.json.gz",
        SideBySide,
        "Other tools and unitdocs on the same known work",
        "benchmarks/trust.md",
        program="benchmarks/studies/side_by_side/measure.py",
    ),
    StudyKind(
        "whole_commands",
        "whole-commands.json.gz",
        WholeCommands,
        "hyperfine and unitdocs on whole commands that do the same known work",
        "benchmarks/trust.md",
        program="benchmarks/studies/side_by_side/measure.py",
    ),
    StudyKind(
        "cache_replays",
        "cache-replays.json",
        CacheReplays,
        "How many lookups of sessions caches answer, by policy and size, and the most that any can answer",
        "best-practices/caches.md",
        program="benchmarks/studies/policies/_replay_sessions.py",
        digest_patterns=(
            "src/unitdocs/units/**/*.py",
            "src/unitdocs/tuning/replay/*.py",
            "benchmarks/studies/policies/*.py",
            "benchmarks/_recordings.py",
            "benchmarks/_scenes.py",
            "benchmarks/frames/*.json",
            "benchmarks/scenes/*.json",
        ),
    ),
    StudyKind(
        "sensitivity",
        "sensitivity.json",
        Sensitivity,
        "What each setting moves, one changed at a time",
        "best-practices/sensitivity.md",
        digest_patterns=(
            "src/unitdocs/units/**/*.py",
            "benchmarks/studies/sensitivity/*.py",
            "benchmarks/_recordings.py",
            "benchmarks/_scenes.py",
            "benchmarks/frames/text-changes.json",
            "benchmarks/scenes/*.json",
        ),
    ),
    StudyKind(
        "change_points",
        "change-points.json",
        ChangePoints,
        "How well ways to find change points do",
        "benchmarks/trend.md",
        program="benchmarks/studies/change_points/measure.py",
    ),
    StudyKind(
        "page_loading",
        "page-loading.json",
        PageLoading,
        "How a page of this site loads",
        "benchmarks/method.md",
        program="benchmarks/studies/pages/measure_pages.py",
    ),
    StudyKind(
        "page_scores",
        "page-scores.json",
        PageScores,
        "How Lighthouse and axe-core judge pages of this site",
        "benchmarks/method.md",
        program="benchmarks/studies/pages/score_pages.py",
    ),
    StudyKind(
        "rendering_scale",
        "rendering-scale.json",
        RenderingScale,
        "How long rendering takes with many records",
        "benchmarks/method.md",
        program="benchmarks/studies/rendering/measure_rendering.py",
    ),
    StudyKind(
        "profile",
        "profile.json.gz",
        CodeProfile,
        "A profile: where the time and the allocations of scenarios go",
        "benchmarks/profile.md",
        package_patterns=("units/**/*.py",),
    ),
    StudyKind(
        "shadow_run",
        "shadow-run.json",
        ShadowRun,
        "A long run in shadow mode, and what shadow mode costs",
        "deploy/shadow.md",
        program="benchmarks/studies/shadow/resolve_in_shadow.py",
        package_patterns=("units/**/*.py", "shadow/*.py"),
    ),
    StudyKind(
        "rollout_run",
        "rollout-run.json",
        RolloutRun,
        "A rollout, look by look: a rehearsal with a simulated fleet",
        "deploy/rollout-progress.md",
        program="benchmarks/studies/rollout/rehearse.py",
        package_patterns=("rollout/*.py", "experiment/observing.py"),
    ),
    StudyKind(
        "rollout_trials",
        "rollout-trials.json.gz",
        RolloutTrials,
        "Rollouts of made-up players: how often the decision is right",
        "deploy/rollout-decisions.md",
        program="benchmarks/studies/rollout/try_rollouts.py",
        package_patterns=("rollout/deciding.py", "rollout/metric_gates.py", "rollout/trials.py"),
    ),
    StudyKind(
        "event_scale",
        "event-scale.json",
        EventScale,
        "How long the sums of many events take, and how much memory",
        "reference/event-scale.md",
        program="benchmarks/studies/scale/measure_scale.py",
        package_patterns=("experiment/engines.py", "experiment/events.py", "experiment/sums.py"),
    ),
    StudyKind(
        "telemetry_cost",
        "telemetry-cost.json",
        TelemetryCost,
        "What recording events adds to frames, and what writing them costs",
        "deploy/telemetry.md",
        program="benchmarks/studies/telemetry/measure_cost.py",
        package_patterns=("units/**/*.py", "experiment/columns.py", "experiment/writing.py"),
    ),
    StudyKind(
        "monitoring_day",
        "monitoring-day.json",
        MonitoringDay,
        "A simulated day of a watched game: what its metrics say while nothing is wrong",
        "operate/normal-day.md",
        program="benchmarks/studies/monitoring/record_day.py",
        package_patterns=("units/**/*.py", "monitoring/metrics/counting.py", "monitoring/metrics/exposition.py"),
    ),
    StudyKind(
        "guide_executions",
        "guide-executions.json",
        GuideExecutions,
        "When every block of the guides was last executed",
        "deploy/drill.md",
        program="benchmarks/studies/guides/execute_guides.py",
        digest_patterns=(
            "docs/deploy/drill.md",
            "tests/sample_game/**/*.py",
            "tests/sample_game/**/*.json",
            "src/unitdocs/flags/**/*.py",
            "src/unitdocs/migrate/**/*.py",
            "src/unitdocs/settings/**/*.py",
            "src/unitdocs/shadow/**/*.py",
        ),
    ),
    StudyKind(
        "monitoring_drill",
        "monitoring-drill.json",
        MonitoringDrill,
        "The last drill of all alerts: each fired by its cause, and resolved",
        "operate/alerts.md",
        program="benchmarks/studies/monitoring/run_drill.py",
        digest_patterns=(
            "src/unitdocs/monitoring/alerts/exporting.py",
            "src/unitdocs/monitoring/alerts/rules.py",
            "src/unitdocs/monitoring/alerts/table.py",
            "src/unitdocs/monitoring/drill/game.py",
            "src/unitdocs/monitoring/drill/running.py",
            "src/unitdocs/monitoring/drill/stack.py",
            "src/unitdocs/monitoring/metrics/families.py",
            "docs/operate/runbooks.md",
        ),
    ),
    StudyKind(
        "load_scale",
        "load-scale.json.gz",
        LoadScale,
        "Scale: how time and memory grow with the elements of a scene",
        "benchmarks/limits.md",
        package_patterns=("units/**/*.py", "load/scale/*.py"),
    ),
    StudyKind(
        "load_soak",
        "load-soak.json.gz",
        LoadSoak,
        "A soak: whether what a process holds grows with the scenes that it plays",
        "benchmarks/limits.md",
        package_patterns=("units/**/*.py", "load/soak/*.py"),
    ),
    StudyKind(
        "tested_versions",
        "tested-versions.json",
        VersionTrials,
        "The versions of Python and NumPy with which an installation was tested",
        "reference/compatibility.md",
        program="benchmarks/studies/compatibility/try_versions.py",
        package_patterns=("units/**/*.py",),
    ),
    StudyKind(
        "tuning_search",
        "tuning-search.json.gz",
        TuningSearch,
        "The search for settings: each trial, the Pareto front and what was chosen",
        "benchmarks/recommendations.md",
        digest_patterns=(
            "src/unitdocs/units/*.py",
            "src/unitdocs/units/model/**/*.py",
            "src/unitdocs/units/refactored/plan/*.py",
            "src/unitdocs/units/refactored/[!d]*.py",  # not `defaults.py`, which may become what was chosen
            "src/unitdocs/tuning/search/*.py",
            "benchmarks/_*.py",
            "benchmarks/frames/*.json",
            "benchmarks/scenes/*.json",
            "benchmarks/studies/tuning/*.py",
        ),
    ),
    StudyKind(
        "load_stress",
        "load-stress.json.gz",
        LoadStress,
        "Stress: latency at rising rates, and the rate up to which each system keeps up",
        "benchmarks/load.md",
        digest_patterns=(
            "benchmarks/scenes/*.json",
            "src/unitdocs/load/arrivals.py",
            "src/unitdocs/load/knee.py",
            "src/unitdocs/load/measuring.py",
            "src/unitdocs/load/open_loop.py",
            "src/unitdocs/load/requests.py",
            "src/unitdocs/load/scene_mix.py",
            "src/unitdocs/load/stress.py",
            "src/unitdocs/units/**/*.py",
        ),
    ),
    StudyKind(
        "load_threads",
        "load-threads.json",
        LoadThreads,
        "Threads: every answer of one to eight threads checked, their throughput and their shares",
        "benchmarks/load.md",
        digest_patterns=(
            "benchmarks/scenes/*.json",
            "src/unitdocs/load/checked_threads.py",
            "src/unitdocs/load/scene_mix.py",
            "src/unitdocs/units/**/*.py",
        ),
    ),
)
"""Every kind of study, in the order of the downloads."""


def kind_of(name: str) -> StudyKind:
    """Return the kind with a name.

    Raises:
        InputError: there is none.
    """
    for kind in KINDS:
        if kind.name == name:
            return kind
    raise InputError(f"{name}: no kind of study; give one of {', '.join(kind.name for kind in KINDS)}")


def load_record(kind: str, path: Path) -> Any:  # noqa: ANN401 -- of the model of the kind
    """Read the record of a kind of study.

    Raises:
        InputError: no kind has this name, or the file cannot be read; see `records.load`.
    """
    return load_as(kind_of(kind).model, path, f"a record of {kind.replace('_', ' ')}")


def load_study(kind: StudyKind, path: Path, *, root: Path) -> Study[Any]:
    """Read a study's record, with whether it is current.

    Args:
        kind: the kind.
        path: the record's file.
        root: the project whose files say whether the record is current.

    Raises:
        InputError: the file cannot be read; see `records.load`.
    """
    record = load_record(kind.name, path)
    now = kind.digest(root)
    moved = record.model_copy(update={"command": _command(kind, record.command)})
    return Study(moved, record.digest == now if now else None)


def _command(kind: StudyKind, command: str) -> str:
    """Return a record's command with the place where its program is now: records outlive a move of their program."""
    words = shlex.split(command)
    if kind.program and len(words) > 1 and words[1].endswith(".py"):
        words[1] = kind.program
    return shlex.join(words)
