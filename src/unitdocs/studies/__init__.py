"""Studies: measurements about the measuring itself, the site and its parts, each with a kind of record of its own."""

from unitdocs.studies.cache_hits import CacheCell, CacheHits, CacheTrace
from unitdocs.studies.change_finders import AnnotatedSeries, ChangePoints, Finder
from unitdocs.studies.event_scale import EngineMeasure, EngineRepetition, EventCardinality, EventScale, LinearCost
from unitdocs.studies.guide_executions import ExecutedPage, ExecutedStep, ExtraSize, GuideExecutions
from unitdocs.studies.kinds import KINDS, Study, StudyKind, kind_of, load_record, load_study
from unitdocs.studies.load_scale import (
    LoadScale,
    LocalPower,
    ScaledCost,
    ScaleEnd,
    ScaleSeconds,
    ScaleSize,
    ScaleVerdict,
    TreeShape,
)
from unitdocs.studies.load_soak import GrowthPlace, LeakTrial, LoadSoak, SoakCell, SoakMode, SoakVerdict
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
from unitdocs.studies.shadow_run import ComparedSource, ShadowCost, ShadowRun
from unitdocs.studies.side_by_side import SideBySide, Tool, ToolTrial, ToolVerdict, tool_rates
from unitdocs.studies.telemetry_cost import FrameRecordingCost, RecordedShare, TelemetryCost
from unitdocs.studies.tested_versions import CheckedVersions, VersionTrials

__all__ = [
    "KINDS",
    "AnnotatedSeries",
    "ArmTotals",
    "AxeFindings",
    "CacheActivity",
    "CacheCell",
    "CacheHits",
    "CacheTrace",
    "ChangePoints",
    "CheckedVersions",
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
    "GrowthPlace",
    "GuideExecutions",
    "LeakTrial",
    "LighthouseScore",
    "LinearCost",
    "LoadScale",
    "LoadSoak",
    "LoadingConditions",
    "LocalPower",
    "MeanObservation",
    "MeanStratum",
    "MonitoringDay",
    "MonitoringDrill",
    "Observation",
    "PageLoading",
    "PageScores",
    "PlannedGate",
    "PlannedStage",
    "RecordedShare",
    "RenderingScale",
    "RolloutAction",
    "RolloutLook",
    "RolloutPlan",
    "RolloutRun",
    "RolloutTrials",
    "RolloutTruth",
    "ScaleEnd",
    "ScaleSeconds",
    "ScaleSize",
    "ScaleVerdict",
    "ScaledCost",
    "SelfCheck",
    "ShadowCost",
    "ShadowRun",
    "ShareCell",
    "ShareObservation",
    "SideBySide",
    "SoakCell",
    "SoakMode",
    "SoakVerdict",
    "Study",
    "StudyKind",
    "SystemActivity",
    "TargetMeasure",
    "TelemetryCost",
    "TimeVerdict",
    "Tool",
    "ToolTrial",
    "ToolVerdict",
    "TreeShape",
    "Trial",
    "TriedRollout",
    "Truth",
    "VersionTrials",
    "family_rate",
    "kind_of",
    "load_record",
    "load_study",
    "rates",
    "tool_rates",
]
