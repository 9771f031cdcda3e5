"""The log of a rollout: one line for each look and each decision of a person, chained by digests.

A line is written before the flag is changed, so that what was decided is known whatever happens then. A line names the
digest of the line before it; a file next to the log names that of the last one, so that lines which were cut off at the
end, and an edited last line, show as well.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from unitdocs.errors import InputError
from unitdocs.files import write_atomically
from unitdocs.rollout.deciding import decide
from unitdocs.rollout.position import RolloutPosition
from unitdocs.settings import reading
from unitdocs.studies import RolloutAction, RolloutLook, RolloutPlan

NONE = "0" * 64
"""What the first line has for the digest of the line before it."""
LARGEST_END = 1_024
"""Bytes of the file that names the last line, at most."""
WATCH = "watch"
"""Who decides where no person does."""


def place_of(plan_file: Path) -> Path:
    """Return where the log of a plan is: `rollout.log.jsonl` for `rollout.toml`."""
    return plan_file.with_name(f"{plan_file.stem}.log.jsonl")


def end_of(log_file: Path) -> Path:
    """Return where the number and the digest of a log's last line are: `rollout.log.end` for `rollout.log.jsonl`."""
    return log_file.with_suffix(".end")


@dataclass(frozen=True)
class RolloutLog:
    """What was decided so far.

    Args:
        looks: the lines, oldest first.
        plans: the plan that was in force at each of them.
    """

    looks: tuple[RolloutLook, ...]
    plans: tuple[RolloutPlan, ...]

    @property
    def last(self) -> RolloutLook | None:
        """The last line, if there is one."""
        return self.looks[-1] if self.looks else None

    @property
    def decided(self) -> RolloutLook | None:
        """The last line that decided what happens: a changed plan decides nothing yet."""
        return next((look for look in reversed(self.looks) if look.action is not RolloutAction.AMEND), None)

    @property
    def epoch(self) -> int:
        """The version of the flag at the start, or at the end of the last kill: what was seen before does not count."""
        for place, look in reversed(list(enumerate(self.looks))):
            if look.action is RolloutAction.START or self.looks[place - 1].action is RolloutAction.KILL:
                return look.flag_version
        return 0

    def position(self) -> RolloutPosition:
        """Return where the rollout is after the last line.

        Raises:
            InputError: it was not started.
        """
        if self.last is None:
            raise InputError("the rollout was not started; start it with `unitdocs rollout advance`")
        return self.position_after(len(self.looks))

    def position_after(self, count: int) -> RolloutPosition:
        """Return where the rollout was after the first lines.

        Args:
            count: of the lines, at least 1.
        """
        look = self.looks[count - 1]
        return RolloutPosition(
            stage=look.next_stage,
            entered=look.entered if look.next_stage == look.stage else look.time,
            first_version=look.next_version,
            is_held=self._is_held(count),
        )

    def _is_held(self, count: int) -> bool:
        """Return whether a person has held the rollout after some lines, and nobody resumed it."""
        for look in reversed(self.looks[:count]):
            if look.action in (RolloutAction.START, RolloutAction.RESUME):
                return False
            if look.action is RolloutAction.HOLD and look.observation is None:
                return True
        return False

    @property
    def is_killed(self) -> bool:
        """Whether the rollout was killed and not resumed."""
        return self.decided is not None and self.decided.action is RolloutAction.KILL

    @property
    def is_complete(self) -> bool:
        """Whether everybody has the refactored system, and nothing is left to decide."""
        return self.decided is not None and self.decided.action is RolloutAction.COMPLETE


def read(path: Path) -> RolloutLog:
    """Read a log, without a last line that was not written to its end: nothing was done because of it.

    Raises:
        InputError: it cannot be read, or a line was changed, removed or added.
    """
    end = _end(path)  # before the log: another process may write a line meanwhile
    try:
        content = reading.content_of(path)
    except FileNotFoundError:
        content = b""
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    looks: list[RolloutLook] = []
    plans: list[RolloutPlan] = []
    previous = NONE
    for number, line in enumerate(content[: content.rfind(b"\n") + 1].splitlines(keepends=True), start=1):
        look = _look(line)
        plan = (look.plan if look else None) or (plans[-1] if plans else None)
        if look is None or plan is None or (look.number, look.previous) != (number, previous) or as_line(look) != line:
            raise InputError(f"{path}:{number}: was edited, here or one line above; compare it with a backup")
        looks.append(look)
        plans.append(plan)
        previous = hashlib.sha256(line).hexdigest()
    _check_end(path, looks, end)
    return RolloutLog(tuple(looks), tuple(plans))


def _end(path: Path) -> tuple[int, str] | None:
    """Return number and digest of the last line, as the file next to the log has them; None if there is no such file.

    Raises:
        InputError: it cannot be read, or holds something else.
    """
    place = end_of(path)
    try:
        members = json.loads(reading.content_of(place, LARGEST_END))
        return int(members["number"]), str(members["digest"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{place}: cannot be read ({error.strerror or error})") from error
    except (ValueError, TypeError, LookupError, RecursionError):
        raise InputError(f"{place}: was edited; compare it with a backup, together with {path.name}") from None


def _check_end(path: Path, looks: Sequence[RolloutLook], end: tuple[int, str] | None) -> None:
    """Compare the last lines with the file next to the log, which lacks a line if a process was killed just then.

    Raises:
        InputError: lines were cut off, or one was edited.
    """
    if end is None:
        return
    number, named = end
    if number > len(looks):
        raise InputError(
            f"{path}: lines were cut off at its end: {number} were written, and {len(looks)} are there; "
            f"restore it from a backup, together with {end_of(path).name}"
        )
    if number < 1 or digest(looks[number - 1]) != named:
        raise InputError(f"{path}:{max(number, 1)}: was edited; compare it with a backup")


def _look(line: bytes) -> RolloutLook | None:
    try:
        return RolloutLook.model_validate_json(line)
    except ValidationError:
        return None


def as_line(look: RolloutLook) -> bytes:
    """Return a line of the log."""
    return look.model_dump_json(exclude_none=True).encode() + b"\n"


def digest(look: RolloutLook) -> str:
    """Return what the next line names."""
    return hashlib.sha256(as_line(look)).hexdigest()


def as_sentence(look: RolloutLook, plan: RolloutPlan) -> str:
    """Return a line in words: when, what, and the stage after it."""
    stage = plan.stages[look.next_stage]
    return f"{look.time:%Y-%m-%d %H:%M} {look.action}: stage {stage.name} ({stage.percent:g} %)"


def append(path: Path, look: RolloutLook) -> None:
    """Add a line, and wait until the disk has it.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("r+b" if path.exists() else "w+b") as file:
        content = file.read()
        whole = content.rfind(b"\n") + 1
        file.truncate(whole)  # a line that a killed process did not write to its end
        file.seek(whole)
        file.write(as_line(look))
        file.flush()
        os.fsync(file.fileno())
    end = {"number": look.number, "digest": digest(look)}
    write_atomically(end_of(path), json.dumps(end).encode() + b"\n")


def decided_again(log: RolloutLog, place: int) -> bytes:
    """Return a line as its decision makes it from what the log holds; a person's line as it is.

    Args:
        log: the log.
        place: index of the line.
    """
    look = log.looks[place]
    if look.observation is None:
        return as_line(look)
    position = log.position_after(place)
    decision = decide(log.plans[place], position, look.observation, look.time)
    made = look_of(log.plans[place], position, decision.action, look.time)
    again = look.model_copy(update={**made, "why": decision.why, "gates": decision.gates, "action": decision.action})
    return as_line(again)


def look_of(plan: RolloutPlan, position: RolloutPosition, action: RolloutAction, time: datetime) -> dict[str, object]:
    """Return the members of a line that its action and the stage decide."""
    goes_on = action is RolloutAction.ADVANCE
    following = min(position.stage + goes_on, len(plan.stages) - 1)
    return {
        "time": time,
        "stage": position.stage,
        "next_stage": following,
        "entered": position.entered,
        "first_version": position.first_version,
    }
