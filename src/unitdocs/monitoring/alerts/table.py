"""The alerts as a table: what each fires at, for how long, and why its numbers are what they are.

Expressions are PromQL over the families of `families` alone, with their windows and limits as named parameters.
Counters are read by `rate` and `increase`, which know restarts; no expression divides by what may be 0.
Each alert asks for a least number of events as well, so that a handful of them cannot wake anybody at low traffic.

The burn rates and pairs of windows of the two error alerts: Beyer et al., The Site Reliability Workbook (2018), chapter
5, "Alerting on SLOs", approach 6, multiwindow, multi-burn-rate alerts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Template
from typing import Final

from unitdocs.addresses import SITE

JOB: Final = "unitdocs"
"""The name that Prometheus gives to all processes with unitdocs."""
MINUTE: Final = 60.0
HOUR: Final = 3_600.0


class Severity(StrEnum):
    """What an alert asks of the people who get it."""

    PAGE = "page"
    """Someone acts now: players notice."""
    TICKET = "ticket"
    """Someone acts within days: players do not notice yet."""


@dataclass(frozen=True, slots=True)
class AlertPace:
    """How fast everything goes; a drill fires the same rules within seconds.

    Args:
        divisor: by how much each window, `for` and interval is divided; 1 is production.
        scrape: seconds in production from one scrape to the next, and from one evaluation to the next. Each window
            holds at least ten scrapes, so that one failed scrape changes no rate.
    """

    divisor: float = 1.0
    scrape: float = 30.0

    def seconds(self, production: float) -> float:
        """Return how many seconds a duration of production takes at this pace."""
        return production / self.divisor

    def text(self, production: float) -> str:
        """Return a duration of production at this pace as Prometheus writes it, to the millisecond: `5m`, `2500ms`."""
        milliseconds = round(1_000 * self.seconds(production))
        for unit, length in (("h", 3_600_000), ("m", 60_000), ("s", 1_000)):
            if milliseconds and milliseconds % length == 0:
                return f"{milliseconds // length}{unit}"
        return f"{max(milliseconds, 1)}ms" if production else "0s"


PRODUCTION: Final = AlertPace()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of a rule.

    Args:
        value: the number; of a window its seconds in production.
        reason: why it is this number, in one sentence.
    """

    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert.

    Args:
        name: its name, which begins with `Unitdocs`.
        severity: what it asks for.
        expression: PromQL with `$name` for each window and limit.
        windows: the windows by name.
        limits: the other numbers by name.
        hold: how long the expression has to hold until the alert fires.
        summary: what happened, in one line; a template of Prometheus.
        description: the same with the value and what it is compared with.
    """

    name: str
    severity: Severity
    expression: str
    summary: str
    description: str
    hold: Parameter
    windows: Mapping[str, Parameter]
    limits: Mapping[str, Parameter]

    @property
    def anchor(self) -> str:
        """Return the anchor of its runbook: `calculation-slow` for UnitdocsCalculationSlow."""
        words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in self.name)
        return words.removeprefix("-unitdocs-")

    def runbook(self, site: str = SITE) -> str:
        """Return the address of its runbook."""
        return f"{site.rstrip('/')}/operate/runbooks/#{self.anchor}"

    def query(self, pace: AlertPace = PRODUCTION, job: str = JOB) -> str:
        """Return its expression with all numbers, its windows at a pace."""
        windows = {name: pace.text(window.value) for name, window in self.windows.items()}
        limits = {name: f"{limit.value:g}" for name, limit in self.limits.items()}
        return Template(self.expression).substitute(windows | limits | {"job": job})

    def text(self, template: str, pace: AlertPace = PRODUCTION) -> str:
        """Return its summary or description with its windows and limits; `$value` and `$labels` stay Prometheus's."""
        windows = {name: pace.text(window.value) for name, window in self.windows.items()}
        limits = {name: f"{limit.value:g}" for name, limit in self.limits.items()}
        shares = {f"{name}_percent": f"{100 * limit.value:g}" for name, limit in self.limits.items()}
        return Template(template).safe_substitute(windows | limits | shares)


_RESTART = Parameter(3 * MINUTE, "A game that restarts is back after two minutes, and nobody has to know.")
_SETTLED = Parameter(5 * MINUTE, "One slow minute after a start or a change of scene passes by itself.")

_BURN_RATE: Final = """\
(
    sum by (job, system) (increase(unitdocs_errors_total[$long]))
      > $burn * $budget * sum by (job, system) (increase(unitdocs_resolves_total[$long]))
  and
    sum by (job, system) (increase(unitdocs_errors_total[$short]))
      > $burn * $budget * sum by (job, system) (increase(unitdocs_resolves_total[$short]))
  and
    sum by (job, system) (increase(unitdocs_errors_total[$long])) >= $least
)
or
(
    sum by (job, system) (increase(unitdocs_errors_total[$long]))
      >= $sessions * (sum by (job, system) (increase(unitdocs_sessions_total[$long])) > 0)
  and
    sum by (job, system) (increase(unitdocs_errors_total[$long])) >= $least
  and
    sum by (job, system) (increase(unitdocs_errors_total[$recent])) > 0
)"""
"""Errors above their budget in a long and a short window, or above a share of the sessions where traffic is low.

Without a session that began in the window only the budget counts: a share of none would be crossed by any error.
"""

ALERTS: Final = (
    Alert(
        name="UnitdocsCalculationSlow",
        severity=Severity.TICKET,
        expression="""\
(
  histogram_quantile(0.5, sum by (job, instance, system, le) (rate(unitdocs_slowdown_ratio_bucket[$window]))) > $limit
  and
  sum by (job, instance, system) (increase(unitdocs_slowdown_ratio_count[$window])) >= $least
)
or
(
  histogram_quantile(0.5, sum by (job, instance, system, le) (rate(unitdocs_slowdown_ratio_bucket[$long]))) > $limit
  and
  sum by (job, instance, system) (increase(unitdocs_slowdown_ratio_count[$long])) >= $least
  unless
  sum by (job, instance, system) (increase(unitdocs_slowdown_ratio_count[$window])) >= $least
)""",
        summary="The {{ $labels.system }} system of {{ $labels.instance }} is slower than its baseline record",
        description=(
            'Half of the sampled resolves took at least {{ $value | printf "%.2f" }} times as long as in the baseline '
            "record (limit: $limit), during $window, or during $long where traffic is low."
        ),
        hold=Parameter(45 * MINUTE, "What slows a machine for ten minutes has left the window within this time."),
        windows={
            "window": Parameter(30 * MINUTE, "Long enough that one busy minute of the machine is a small part of it."),
            "long": Parameter(3 * HOUR, "For games with so few sessions that the window holds too few samples."),
        },
        limits={
            "limit": Parameter(1.5, "Machines of one kind differ by up to a third; half as much again is the code."),
            "least": Parameter(10, "Of 10 samples, 4 slow ones cannot move the median past the limit."),
        },
    ),
    Alert(
        name="UnitdocsCacheHitRateLow",
        severity=Severity.TICKET,
        expression="""\
sum by (job, instance, cache) (increase(unitdocs_cache_hits_total[$window]))
  / (
    sum by (job, instance, cache) (increase(unitdocs_cache_hits_total[$window]))
    + sum by (job, instance, cache) (increase(unitdocs_cache_misses_total[$window])) > 0
  ) < $limit
and
sum by (job, instance, cache) (increase(unitdocs_cache_misses_total{cache="layouts"}[$window])) >= $least""",
        summary="The cache of {{ $labels.cache }} of {{ $labels.instance }} rarely has what is asked for",
        description=(
            "{{ $value | humanizePercentage }} of the lookups found a value during $window (limit: $limit_percent%); "
            "each other one computes it again."
        ),
        hold=Parameter(10 * MINUTE, "A cache is empty after a start, and fills within minutes."),
        windows={"window": Parameter(30 * MINUTE, "It outlasts a loading screen, in which every layout is new.")},
        limits={
            "limit": Parameter(0.5, "Below it a lookup more often costs time than saves it."),
            "least": Parameter(
                50, "Fewer misses are those of a start. Plans do not count: a scene that is prepared once never hits."
            ),
        },
    ),
    Alert(
        name="UnitdocsEvictionStorm",
        severity=Severity.TICKET,
        expression="""\
sum by (job, instance, cache) (increase(unitdocs_cache_evictions_total{reason=~"entries|bytes"}[$window]))
  > $limit * (
    sum by (job, instance, cache) (increase(unitdocs_cache_hits_total[$window]))
    + sum by (job, instance, cache) (increase(unitdocs_cache_misses_total[$window]))
  )
and
sum by (job, instance, cache) (increase(unitdocs_cache_evictions_total{reason=~"entries|bytes"}[$window])) >= $least""",
        summary="The cache of {{ $labels.cache }} of {{ $labels.instance }} is too small",
        description=(
            "{{ $value | humanize }} values were evicted for want of room during $window: more than "
            "$limit_percent% of the lookups."
        ),
        hold=Parameter(5 * MINUTE, "A change of scene replaces what is kept once."),
        windows={"window": Parameter(10 * MINUTE, "A storm goes on; a change of scene is over within a window.")},
        limits={
            "limit": Parameter(
                0.5,
                "Scenes that come and go evict those before them, for at most every second lookup; thrashing, each.",
            ),
            "least": Parameter(20, "At low traffic a few evictions are a large share of few lookups."),
        },
    ),
    Alert(
        name="UnitdocsErrorsFast",
        severity=Severity.PAGE,
        expression=_BURN_RATE,
        summary="The {{ $labels.system }} system of {{ $labels.job }} fails often",
        description=(
            "{{ $value | humanize }} errors during $long: more than $burn times the budget of $budget_percent% of the "
            "resolves, or than $sessions_percent% of the sessions."
        ),
        hold=Parameter(MINUTE, "Two evaluations agree; both windows already keep a single burst from firing."),
        windows={
            "long": Parameter(HOUR, "Of the workbook: an hour at this rate burns 2 % of the budget of 30 days."),
            "short": Parameter(5 * MINUTE, "Of the workbook: a twelfth of the long one, so that it ends soon."),
            "recent": Parameter(
                15 * MINUTE, "At one session a minute, one error for each ten sessions comes within it."
            ),
        },
        limits={
            "burn": Parameter(14.4, "Of the workbook, for a page."),
            "budget": Parameter(0.001, "99.9 % of the resolves succeed: one in a thousand is a scene that flickers."),
            "least": Parameter(5, "Fewer are single broken scenes, which UnitdocsErrorsSlow reports."),
            "sessions": Parameter(0.1, "An error for each ten sessions is noticed by players whatever the resolves."),
        },
    ),
    Alert(
        name="UnitdocsErrorsSlow",
        severity=Severity.TICKET,
        expression=_BURN_RATE,
        summary="The {{ $labels.system }} system of {{ $labels.job }} fails again and again",
        description=(
            "{{ $value | humanize }} errors during $long: more than $burn times the budget of $budget_percent% of the "
            "resolves, or than $sessions_percent% of the sessions."
        ),
        hold=Parameter(5 * MINUTE, "A ticket can wait; UnitdocsErrorsFast comes first and inhibits it."),
        windows={
            "long": Parameter(6 * HOUR, "Of the workbook: six hours at this rate burn 5 % of the budget of 30 days."),
            "short": Parameter(30 * MINUTE, "Of the workbook: a twelfth of the long one, so that it ends soon."),
            "recent": Parameter(2 * HOUR, "At one session a minute, one error for each hundred sessions is within it."),
        },
        limits={
            "burn": Parameter(6, "Of the workbook, for six hours. There it pages; a scene that flickers can wait."),
            "budget": Parameter(0.001, "As of UnitdocsErrorsFast."),
            "least": Parameter(3, "Once is a defect of a scene, three times a pattern."),
            "sessions": Parameter(0.01, "The refactored system fails in no session of its record; 1 % is a defect."),
        },
    ),
    Alert(
        name="UnitdocsMissedFrames",
        severity=Severity.PAGE,
        expression="""\
(
  sum by (job, instance, system) (increase(unitdocs_missed_frames_total[$window]))
    / (sum by (job, instance, system) (increase(unitdocs_frames_total[$window])) > 0) > $limit
  and
  sum by (job, instance, system) (increase(unitdocs_missed_frames_total[$window])) >= $least
)
or
(
  sum by (job, instance, system) (increase(unitdocs_missed_frames_total[$long]))
    / (sum by (job, instance, system) (increase(unitdocs_frames_total[$long])) > 0) > $limit
  and
  sum by (job, instance, system) (increase(unitdocs_missed_frames_total[$recent]))
    / (sum by (job, instance, system) (increase(unitdocs_frames_total[$recent])) > 0) > $limit
  and
  sum by (job, instance, system) (increase(unitdocs_missed_frames_total[$long])) >= $least
  unless
  sum by (job, instance, system) (increase(unitdocs_frames_total[$window])) >= $few
)""",
        summary="{{ $labels.instance }} stutters under the {{ $labels.system }} system",
        description=(
            "{{ $value | humanizePercentage }} of the frames took longer than their budget (limit: $limit_percent%), "
            "during $window, or during $long where few are played."
        ),
        hold=Parameter(
            15 * MINUTE, "A backup slows a machine for some minutes, and leaves the window within this time."
        ),
        windows={
            "window": Parameter(10 * MINUTE, "At one session a minute it holds ten sessions."),
            "long": Parameter(
                3 * HOUR, "For a system with a session each ten minutes: no single one is a fifteenth of it."
            ),
            "recent": Parameter(HOUR, "A third of the long one, so that the alert ends soon after its cause."),
        },
        limits={
            "limit": Parameter(0.05, "Three of 60 frames a second: what players call stutter."),
            "least": Parameter(30, "Half a second of frames; fewer are those of a loading screen."),
            "few": Parameter(3_600, "A minute of frames; with more the short window says enough."),
        },
    ),
    Alert(
        name="UnitdocsTelemetryStalled",
        severity=Severity.TICKET,
        expression="""\
sum by (job, instance) (increase(unitdocs_sessions_total[$window])) >= $least
and
sum by (job, instance) (increase(unitdocs_telemetry_written_total[$window])) == 0""",
        summary="{{ $labels.instance }} plays and writes no events",
        description="{{ $value | humanize }} sessions began during $window, and no event of them was written.",
        hold=_SETTLED,
        windows={"window": Parameter(15 * MINUTE, "Long enough for several batches of events.")},
        limits={"least": Parameter(5, "A session or two may not have filled a batch; at night there is none.")},
    ),
    Alert(
        name="UnitdocsTelemetryDropped",
        severity=Severity.TICKET,
        expression="""\
sum by (job, instance) (increase(unitdocs_telemetry_dropped_total[$window]))
  > $limit * (
    sum by (job, instance) (increase(unitdocs_telemetry_dropped_total[$window]))
    + sum by (job, instance) (increase(unitdocs_telemetry_written_total[$window]))
  )
and
sum by (job, instance) (increase(unitdocs_telemetry_dropped_total[$window])) >= $least""",
        summary="{{ $labels.instance }} loses events",
        description="{{ $value | humanize }} events were dropped during $window, more than $limit_percent% of them.",
        hold=Parameter(MINUTE, "Two evaluations agree; what is lost does not come back by waiting."),
        windows={"window": Parameter(HOUR, "Long enough to see a disk that is full now and then.")},
        limits={
            "limit": Parameter(0.01, "The gates of a rollout decide by 1 %; more could turn a decision."),
            "least": Parameter(5, "At low traffic one lost event of a stopped process is more than 1 %."),
        },
    ),
    Alert(
        name="UnitdocsFlagFileInvalid",
        severity=Severity.TICKET,
        expression="min by (job, instance) (unitdocs_flag_valid) == 0",
        summary="{{ $labels.instance }} cannot use the flag file",
        description="The flag file is missing, damaged or edited by hand; the original system is active for everyone.",
        hold=Parameter(2 * MINUTE, "A file that is being replaced is whole again at the next look."),
        windows={},
        limits={},
    ),
    Alert(
        name="UnitdocsRolloutWithoutData",
        severity=Severity.TICKET,
        expression="""\
max by (job) (
    avg_over_time((unitdocs_flag_share_ratio * (1 - unitdocs_flag_killed) * unitdocs_flag_valid)[$window:$step])
  )
  * sum by (job) (increase(unitdocs_sessions_total[$window])) >= $expected
unless
sum by (job) (increase(unitdocs_sessions_total{system="refactored"}[$window])) > 0
unless
max by (job) (unitdocs_flag_share_ratio * (1 - unitdocs_flag_killed) * unitdocs_flag_valid) == 0""",
        summary="The flag of {{ $labels.job }} gives the refactored system to players, and none plays with it",
        description=(
            "By its share {{ $value | humanize }} of the sessions during $window should have had the refactored "
            "system, and none had. A rollout cannot go on."
        ),
        hold=Parameter(15 * MINUTE, "A game that starts looks at the flag before its first session."),
        windows={
            "window": Parameter(
                6 * HOUR, "At one session a minute and 10 % it expects 36 sessions; twice as many by day."
            ),
            "step": Parameter(5 * MINUTE, "Shares change by hand: 72 looks during the window are enough."),
        },
        limits={"expected": Parameter(15, "None where 15 are expected happens by chance once in 3 million times.")},
    ),
    Alert(
        name="UnitdocsComponentDown",
        severity=Severity.PAGE,
        expression="""\
max by (job, instance, component) (
  unitdocs_component_state{state="down", component!~"flag_file|event_writer"}
) == 1""",
        summary="{{ $labels.component }} of {{ $labels.instance }} is down",
        description="The health check of {{ $labels.component }} fails; /healthz of {{ $labels.instance }} says why.",
        hold=_SETTLED,
        windows={},
        limits={},
    ),
    Alert(
        name="UnitdocsNothingScraped",
        severity=Severity.PAGE,
        expression="""\
up{job="$job"} == 0
or
(avg_over_time(up{job="$job"}[$window]) < $limit and changes(up{job="$job"}[$window]) >= $changes)
or
(up{job="$job"} == 1 unless on (job, instance) unitdocs_build_info)
or
absent(up{job="$job"})""",
        summary=(
            "Prometheus gets no metrics of {{ $labels.job }}{{ with $labels.instance }} at {{ . }}{{ end }}, "
            "or only now and then"
        ),
        description=(
            "The game is stopped, cannot be reached, or ended and started again and again during $window (answered "
            "less than $limit_percent% of it); other alerts of it cannot be relied on meanwhile."
        ),
        hold=_RESTART,
        windows={"window": Parameter(30 * MINUTE, "A process that ends at its start is started many times within it.")},
        limits={
            "limit": Parameter(0.8, "Six minutes without an answer: two deploys of two minutes each are fewer."),
            "changes": Parameter(4, "Gone twice and back twice; one outage ends its alert when the game is back."),
        },
    ),
)
"""All alerts. The flag file and the event writer have their own; UnitdocsComponentDown leaves them out."""


def alert_of(name: str) -> Alert:
    """Return the alert of a name, with or without `Unitdocs`, in any case, or by its anchor.

    Raises:
        KeyError: there is none of that name.
    """
    wanted = name.lower().replace("-", "").removeprefix("unitdocs")
    return {alert.anchor.replace("-", ""): alert for alert in ALERTS}[wanted]
