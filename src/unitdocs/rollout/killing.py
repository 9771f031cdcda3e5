"""Ending a rollout at once: it needs no plan, no events, and no log that can be read."""

from pathlib import Path

from unitdocs.errors import InputError
from unitdocs.files import locks
from unitdocs.flags import changing
from unitdocs.flags.changing import FlagChange
from unitdocs.flags.flag_file import load as load_flag

LOG_PATIENCE = 0.2
"""Seconds to wait for the log; the next look writes down a kill that it lacks."""


def kill(flag_file: Path, why: str) -> FlagChange:
    """Give nobody the refactored system.

    Raises:
        InputError: the flag file is in use by another process, or cannot be written.
    """
    return changing.kill(flag_file, why)


def write_down(plan_file: Path, flag_file: Path, why: str) -> str | None:
    """Add a kill to the log of the rollout; return why that was not possible, as a sentence.

    Args:
        plan_file: the plan, which may be damaged.
        flag_file: the flag file, which was killed.
        why: the reason.
    """
    try:
        _write_down(plan_file, flag_file, why)
    except (InputError, OSError, ImportError) as error:
        return f"not in the log of the rollout ({error}); the next look writes it down"
    return None


def _write_down(plan_file: Path, flag_file: Path, why: str) -> None:
    from unitdocs.rollout import log as logs  # noqa: PLC0415 -- after the kill: it needs more, and time
    from unitdocs.rollout.steering import Rollout, user  # noqa: PLC0415
    from unitdocs.studies import RolloutAction, RolloutLook  # noqa: PLC0415

    rollout = Rollout(plan_file)
    with locks.locked(rollout.log_file, patience=LOG_PATIENCE):
        log = rollout.log()
        if log.last is None or log.is_killed:
            return
        position, plan = log.position(), log.plans[-1]
        members = logs.look_of(plan, position, RolloutAction.KILL, rollout.clock())
        look = RolloutLook(
            number=len(log.looks) + 1,
            who=user(),
            action=RolloutAction.KILL,
            why=why,
            flag_version=load_flag(flag_file).flag.version,
            next_version=position.first_version,
            previous=logs.digest(log.last),
            **members,  # type: ignore[arg-type]
        )
        logs.append(rollout.log_file, look)
