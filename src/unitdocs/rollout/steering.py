"""Steering a rollout: look, decide, write down, then change the flag.

One process at a time steers a rollout. What is in the log and not yet in the flag, because a process was ended between
the two, is put in force by the next one; nothing is decided twice.

The plan in force is that of the log. A plan file that was changed since then changes nothing until a person puts it in
force by `amend`: a margin that grows while its data are seen must have a name and a reason. Until then a look still
holds or kills by the plan in force, and goes no further.
"""

import contextlib
import dataclasses
import getpass
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from unitdocs.errors import InputError
from unitdocs.experiment import observing
from unitdocs.experiment.events import Source
from unitdocs.experiment.sums import read_sums
from unitdocs.files import locks
from unitdocs.flags import audit, changing
from unitdocs.flags.assignment import BUCKETS
from unitdocs.flags.flag import Flag, buckets_of, percent_of
from unitdocs.flags.flag_file import load as load_flag
from unitdocs.formatting import counted
from unitdocs.rollout import log as logs
from unitdocs.rollout import ownership
from unitdocs.rollout import plan as plans
from unitdocs.rollout.deciding import RolloutDecision, decide
from unitdocs.rollout.log import WATCH, RolloutLog
from unitdocs.rollout.position import RolloutPosition
from unitdocs.studies import GateResult, Observation, RolloutAction, RolloutLook, RolloutPlan

PATIENCE = 30.0
"""Seconds to wait while another process steers the rollout."""
BEGINNINGS = (RolloutAction.START, RolloutAction.ADVANCE, RolloutAction.RESUME)
"""What puts the share of a stage in force."""


def now() -> datetime:
    """Return the time, to the second, as the log holds it."""
    return datetime.fromtimestamp(int(time.time()), UTC)


@dataclass(frozen=True)
class Rollout:
    """A rollout by its plan file.

    Args:
        plan_file: the plan.
        clock: gives the time; a rehearsal has its own.
    """

    plan_file: Path
    clock: Callable[[], datetime] = now

    @property
    def log_file(self) -> Path:
        """The log."""
        return logs.place_of(self.plan_file)

    def plan(self) -> RolloutPlan:
        """Return the plan.

        Raises:
            InputError: it cannot be read, or is none.
        """
        return plans.load(self.plan_file)

    def log(self) -> RolloutLog:
        """Return the log.

        Raises:
            InputError: it cannot be read, or was edited.
        """
        return logs.read(self.log_file)

    def in_force(self, log: RolloutLog) -> RolloutPlan:
        """Return the plan that decides: that of the log, or of the plan file if the rollout was not started.

        Raises:
            InputError: it was not started, and the plan file cannot be read, or is none.
        """
        return log.plans[-1] if log.plans else self.plan()

    def not_in_force(self, log: RolloutLog) -> str:
        """Return a sentence on how the plan file differs from the plan in force; empty if it does not."""
        if log.last is None:
            return ""
        try:
            changes = plans.differences(log.plans[-1], self.plan())
        except InputError as error:
            return f"{error}; the plan in force is that of the log"
        if not changes:
            return ""
        return (
            f"{self.plan_file}: was changed since it is in force ({'; '.join(changes)}); change it back, or put it in "
            "force with a reason by `unitdocs rollout amend`"
        )

    def flag_file(self, plan: RolloutPlan) -> Path:
        """Return the flag file of the plan."""
        return plans.place_of(self.plan_file, plan.flag)

    def show(self) -> tuple[RolloutPlan, RolloutLog, RolloutDecision | None, Observation | None]:
        """Return the plan, the log, and what a look would decide now; nothing is changed.

        Raises:
            InputError: plan, log, flag or events cannot be read.
        """
        log = self.log()
        plan = self.in_force(log)
        self._check_owner(plan, log)
        if log.last is None or log.is_killed:
            return plan, log, None, None
        observation = self._observe(plan, log)
        return plan, log, decide(plan, log.position(), observation, self.clock()), observation

    def start(self, why: str) -> RolloutLook:
        """Begin with the first stage.

        Raises:
            InputError: it was started already, or the flag is killed or cannot be changed.
        """
        with self._steering() as (plan, log):
            if log.last is not None:
                raise InputError(f"{self.log_file}: the rollout was started already; `unitdocs rollout show` says more")
            flag = load_flag(self.flag_file(plan)).flag
            if flag.killed is not None:
                raise InputError(f"{self.flag_file(plan)}: the flag is killed ({flag.killed}); resume it first")
            return self._begin(plan, log, RolloutAction.START, self._anew(plan, 0), why)

    def amend(self, why: str) -> RolloutLook:
        """Put the changed plan file in force, and write down who did so, why, and what was changed.

        Raises:
            InputError: it was not started, nothing was changed, or something that a running rollout cannot change.
        """
        with self._steering() as (plan, log):
            position, proposed = log.position(), self.plan()
            changes = plans.differences(plan, proposed)
            if not changes:
                raise InputError(f"{self.plan_file}: is the plan in force already; change it first")
            self._check_stages(proposed, log)
            self._check_target(proposed, plan)
            what = f"{why} ({'; '.join(changes)})"
            return self._write(proposed, log, position, RolloutAction.AMEND, what, who=user())

    def resume(self, why: str, stage: str | None = None) -> RolloutLook:
        """Go on after a hold by a person, in the same stage; or after a kill, in the first stage or the named one.

        After a kill, what was seen before does not count: the refactored system is another one now.

        Raises:
            InputError: it is neither held nor killed, or there is no such stage.
        """
        with self._steering() as (plan, log):
            position = log.position()
            if not (log.is_killed or position.is_held):
                raise InputError("the rollout is neither held nor killed; nothing is to be resumed")
            self._check_in_force(log)
            if stage is None and not log.is_killed:
                return self._begin(plan, log, RolloutAction.RESUME, position, why)
            anew = self._anew(plan, 0 if stage is None else _place_of(plan, stage))
            return self._begin(plan, log, RolloutAction.RESUME, anew, why)

    def hold(self, why: str) -> RolloutLook:
        """Keep the stage until somebody resumes the rollout. What is worse than its limit is killed nevertheless.

        Raises:
            InputError: it was not started, or is killed.
        """
        with self._steering() as (plan, log):
            position = log.position()
            if log.is_killed:
                raise InputError("the rollout is killed: nobody has the refactored system")
            return self._write(plan, log, position, RolloutAction.HOLD, why, who=user())

    def look(self, who: str = WATCH) -> RolloutLook:
        """Look once, decide, write it down, and do it.

        Args:
            who: `watch`, or the user who asks the rollout to go on.

        Raises:
            InputError: it was not started, log, flag or events cannot be read, or it would go on although the plan file
                was changed.
        """
        with self._steering() as (plan, log):
            position = log.position()
            if log.is_killed or log.is_complete:
                assert log.decided is not None
                return log.decided
            found = self._found(plan, log, position)
            if found is not None:
                return found
            observation = self._observe(plan, log)
            decision = decide(plan, position, observation, self.clock())
            if decision.action in (RolloutAction.ADVANCE, RolloutAction.COMPLETE):
                self._check_in_force(log)
            look = self._write(
                plan,
                log,
                position,
                decision.action,
                decision.why,
                who=who,
                observation=observation,
                gates=decision.gates,
            )
            self._put_in_force(plan, look)
            return look

    def advance(self, why: str) -> RolloutLook:
        """Start the rollout, or go on if every gate is passed.

        Args:
            why: the reason, for the log of the start.

        Raises:
            InputError: as for `look`.
        """
        return self.start(why or "started") if self.log().last is None else self.look(user())

    @contextlib.contextmanager
    def _steering(self) -> Iterator[tuple[RolloutPlan, RolloutLog]]:
        """Be the only one who steers, with what was decided before in force."""
        try:
            with locks.locked(self.log_file, patience=PATIENCE):
                log = self.log()
                plan = self.in_force(log)
                self._check_owner(plan, log)
                if log.last is not None:
                    self._put_in_force(plan, log.last)
                yield plan, log
        except OSError as error:
            raise InputError(f"{error.filename or self.log_file}: {error.strerror or error}") from error

    def _check_owner(self, plan: RolloutPlan, log: RolloutLog) -> None:
        """Refuse to steer what another rollout steers; see `ownership.check_owner`."""
        ownership.check_owner(self.flag_file(plan), plan.environment, self.log_file, log)

    def _check_in_force(self, log: RolloutLog) -> None:
        """Refuse to go on while the plan file differs from the plan in force.

        Raises:
            InputError: it does.
        """
        sentence = self.not_in_force(log)
        if sentence:
            raise InputError(sentence)

    def _check_target(self, proposed: RolloutPlan, plan: RolloutPlan) -> None:
        """Refuse a plan that steers another share: the log is that of this one.

        Raises:
            InputError: flag, environment or source was changed.
        """
        for name in ("flag", "environment", "source"):
            before, after = getattr(plan, name), getattr(proposed, name)
            if before != after:
                raise InputError(
                    f"{self.plan_file}: {name}: was {before!r} when the rollout started, and is {after!r} now; put it "
                    "back, or start a rollout of its own with another plan file"
                )

    def _check_stages(self, plan: RolloutPlan, log: RolloutLog) -> None:
        """Refuse a plan that changed the stages which began: nobody has proven others.

        Raises:
            InputError: a stage that began has another name or share now, or is gone.
        """
        assert log.last is not None
        for place, began in enumerate(log.plans[-1].stages[: log.last.next_stage + 1]):
            now = plan.stages[place] if place < len(plan.stages) else None
            if now is None or (now.name, now.percent) != (began.name, began.percent):
                raise InputError(
                    f"{self.plan_file}: stage {place + 1} was {began.name!r} with {began.percent:g} % when it began, "
                    "and was changed since; put it back"
                )

    def _anew(self, plan: RolloutPlan, stage: int) -> RolloutPosition:
        """Return the position at the begin of a stage."""
        return RolloutPosition(stage, self.clock(), load_flag(self.flag_file(plan)).flag.version)

    def _begin(
        self, plan: RolloutPlan, log: RolloutLog, action: RolloutAction, position: RolloutPosition, why: str
    ) -> RolloutLook:
        """Write that a stage begins or goes on, and put its share in force."""
        look = self._write(plan, log, position, action, why, who=user())
        self._put_in_force(plan, look)
        return look

    def _found(self, plan: RolloutPlan, log: RolloutLog, position: RolloutPosition) -> RolloutLook | None:
        """Write down that somebody else changed the flag; None if nobody did."""
        flag = load_flag(self.flag_file(plan)).flag
        if flag.killed is not None:
            return self._write(plan, log, position, RolloutAction.KILL, f"the flag is killed: {flag.killed}", who=WATCH)
        planned = plan.stages[position.stage].percent
        share = ownership.share_of(plan.environment, flag)
        if share != buckets_of(planned) and not position.is_held:
            why = (
                f"the flag gives {percent_of(share)} of players the refactored system, not {planned:g} %: something "
                "else changed it; `unitdocs rollout resume` puts the stage's share in force"
            )
            return self._write(plan, log, position, RolloutAction.HOLD, why, who=WATCH)
        return None

    def _observe(self, plan: RolloutPlan, log: RolloutLog) -> Observation:
        """Return what was seen since the rollout was started or resumed."""
        folder = plans.place_of(self.plan_file, plan.events)
        if not folder.is_dir():
            return Observation(newest=None, notes=(f"{plan.events}: there is no such folder",))
        shares = self._shares(plan, log.epoch)
        source = Source(plan.source)
        sums = read_sums(folder, sources=(source,))
        lost = (f"{counted(sums.dropped, 'event')} could not be written by games",) if sums.dropped else ()
        newest = observing.newest_event(folder, source, self.clock())
        sessions, shares = observing.joined(sums.sessions, shares)
        return observing.observe(sessions, shares, plan.gates, newest=newest, notes=(*sums.notes, *lost))

    def _shares(self, plan: RolloutPlan, epoch: int) -> dict[int, float]:
        """Return the versions of the flag since one, with the share of players that each gave the refactored system."""
        flag_file = self.flag_file(plan)
        flags = [entry.after for entry in audit.read(audit.place_of(flag_file))] or [load_flag(flag_file).flag]
        since = [flag for flag in flags if flag.version >= epoch and flag.killed is None]
        return {flag.version: ownership.share_of(plan.environment, flag) / BUCKETS for flag in since}

    def _write(
        self,
        plan: RolloutPlan,
        log: RolloutLog,
        position: RolloutPosition,
        action: RolloutAction,
        why: str,
        *,
        who: str,
        observation: Observation | None = None,
        gates: tuple[GateResult, ...] = (),
    ) -> RolloutLook:
        """Write a line of the log; nothing is changed yet."""
        flag = load_flag(self.flag_file(plan)).flag
        members = logs.look_of(plan, position, action, self.clock())
        share = buckets_of(plan.stages[int(str(members["next_stage"]))].percent)
        changes = action in BEGINNINGS and (
            share != ownership.share_of(plan.environment, flag) or flag.killed is not None
        )
        look = RolloutLook(
            number=len(log.looks) + 1,
            who=who,
            action=action,
            why=why,
            flag_version=flag.version,
            next_version=flag.version + 1 if changes else position.first_version,
            observation=observation,
            gates=gates,
            plan=None if log.plans and log.plans[-1] == plan else plan,
            previous=logs.digest(log.looks[-1]) if log.looks else logs.NONE,
            **members,  # type: ignore[arg-type]
        )
        logs.append(self.log_file, look)
        return look

    def _put_in_force(self, plan: RolloutPlan, look: RolloutLook) -> None:
        """Change the flag as a line of the log says, unless it was done, or somebody changed the flag since."""
        flag_file = self.flag_file(plan)
        if look.action is RolloutAction.KILL:
            if load_flag(flag_file).flag.killed is None and not self._is_resumed(flag_file, look.flag_version):
                changing.kill(flag_file, look.why)
            return
        if look.action not in BEGINNINGS:
            return
        share = buckets_of(plan.stages[look.next_stage].percent)

        def edit(flag: Flag) -> Flag:
            if flag.version != look.flag_version:
                return flag
            killed = None if look.action is RolloutAction.RESUME else flag.killed
            return dataclasses.replace(_with_share(plan, flag, share), killed=killed)

        action = "resume" if look.action is RolloutAction.RESUME else "set"
        changing.change(flag_file, action, edit, ownership.reason_of(flag_file, self.log_file, look))

    @staticmethod
    def _is_resumed(flag_file: Path, version: int) -> bool:
        """Return whether somebody took a kill of the flag back after a version of it."""
        entries = audit.read(audit.place_of(flag_file))
        return any(entry.action == "resume" and entry.after.version > version for entry in entries)


def _with_share(plan: RolloutPlan, flag: Flag, share: int) -> Flag:
    if plan.environment:
        return dataclasses.replace(flag, shares={**flag.shares, plan.environment: share})
    return dataclasses.replace(flag, share=share)


def _place_of(plan: RolloutPlan, name: str) -> int:
    """Return the index of a stage.

    Raises:
        InputError: the plan has none of this name.
    """
    names = [stage.name for stage in plan.stages]
    if name not in names:
        raise InputError(f"--stage {name}: there is no such stage; give one of {', '.join(names)}")
    return names.index(name)


def user() -> str:
    """Return the name of the user who runs this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have a user without a name
        return "unknown"
