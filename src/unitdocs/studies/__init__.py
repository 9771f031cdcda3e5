"""Studies: measurements about the measuring itself, the site and its parts, each with a kind of record of its own."""

from unitdocs.studies.cache_replays import AgeCurve, CacheReplays, PolicyCurve, ReplayedSession
from unitdocs.studies.change_finders import AnnotatedSeries, ChangePoints, Finder
from unitdocs.studies.event_scale import EngineMeasure, EngineRepetition, EventCardinality, EventScale, LinearCost
from unitdocs.studies.guide_executions import ExecutedPage, ExecutedStep, ExtraSize, GuideExecutions
from unitdocs.studies.kinds import KINDS, Study, StudyKind, kind_of, load_record, load_study
from unitdocs.studies.monitoring_day import CacheActivity, DayInterval, MonitoringDay, SystemActivity
from unitdocs.studies.monitoring_drill import DrilledAlert, MonitoringDrill
from unitdocs.studies.page_loading import LoadingConditions, PageLoading, TargetMeasure
from unitdocs.studies.page_scores import AxeFindings, LighthouseScore, PageScores
from unitdocs.studies.rendering_scale import RenderingScale
from unitdocs.studies.rollout_run import (
    ArmTotals,
    ExposedVersion,
    GateKind,
    GateResult,
    MeanObservation,
    MeanStratum,
    Observation,
    PlannedGate,
    PlannedStage,
    RolloutAction,
    RolloutLook,
    RolloutPlan,
    RolloutRun,
    ShareCell,
    ShareObservation,
)
from unitdocs.studies.rollout_trials import RolloutTrials, RolloutTruth, TriedRollout
from unitdocs.studies.selfcheck import SelfCheck, TimeVerdict, Trial, Truth, family_rate, rates
from unitdocs.studies.sensitivity import Sensitivity, SettingEffect
from unitdocs.studies.shadow_run import ComparedSource, ShadowCost, ShadowRun
from unitdocs.studies.side_by_side import SideBySide, Tool, ToolTrial, ToolVerdict, tool_rates
from unitdocs.studies.telemetry_cost import FrameRecordingCost, RecordedShare, TelemetryCost
from unitdocs.studies.tested_versions import CheckedVersions, VersionTrials
from unitdocs.studies.tuning_search import (
    ChosenSettings,
    ScenarioMeasure,
    SearchedSetting,
    SearchScenario,
    SearchTrial,
    TrialState,
    TuningSearch,
)

__all__ = [
    "KINDS",
    "AgeCurve",
    "AnnotatedSeries",
    "ArmTotals",
    "AxeFindings",
    "CacheActivity",
    "CacheReplays",
    "ChangePoints",
    "CheckedVersions",
    "ChosenSettings",
    "ComparedSource",
    "DayInterval",
    "DrilledAlert",
    "EngineMeasure",
    "EngineRepetition",
    "EventCardinality",
    "EventScale",
    "ExecutedPage",
    "ExecutedStep",
    "ExposedVersion",
    "ExtraSize",
    "Finder",
    "FrameRecordingCost",
    "GateKind",
    "GateResult",
    "GuideExecutions",
    "LighthouseScore",
    "LinearCost",
    "LoadingConditions",
    "MeanObservation",
    "MeanStratum",
    "MonitoringDay",
    "MonitoringDrill",
    "Observation",
    "PageLoading",
    "PageScores",
    "PlannedGate",
    "PlannedStage",
    "PolicyCurve",
    "RecordedShare",
    "RenderingScale",
    "ReplayedSession",
    "RolloutAction",
    "RolloutLook",
    "RolloutPlan",
    "RolloutRun",
    "RolloutTrials",
    "RolloutTruth",
    "ScenarioMeasure",
    "SearchScenario",
    "SearchTrial",
    "SearchedSetting",
    "SelfCheck",
    "Sensitivity",
    "SettingEffect",
    "ShadowCost",
    "ShadowRun",
    "ShareCell",
    "ShareObservation",
    "SideBySide",
    "Study",
    "StudyKind",
    "SystemActivity",
    "TargetMeasure",
    "TelemetryCost",
    "TimeVerdict",
    "Tool",
    "ToolTrial",
    "ToolVerdict",
    "Trial",
    "TrialState",
    "TriedRollout",
    "Truth",
    "TuningSearch",
    "VersionTrials",
    "family_rate",
    "kind_of",
    "load_record",
    "load_study",
    "rates",
    "tool_rates",
]
