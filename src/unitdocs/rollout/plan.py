"""The plan file of a rollout: TOML, checked as a whole."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from unitdocs.errors import InputError
from unitdocs.files import write_atomically
from unitdocs.settings import reading
from unitdocs.studies import RolloutPlan

FILE = Path("rollout.toml")
"""The plan file if no other is named."""
LARGEST = 1024 * 1024
"""Bytes of a plan file."""
DEFAULT = """\
# The plan of a rollout. Paths are relative to this file.
flag = "flags.json"       # the flag file that games read
events = "events"         # the folder in which games write events
source = "production"     # "simulated" for a rehearsal with a simulated fleet
level = 0.05              # chance of a kill although nothing is worse than its limit
stall-hours = 6           # hours without an event after which the rollout holds

# Each stage lasts at least these days and has at least these sessions with the refactored system.
[[stages]]
name = "internal"         # keys that `unitdocs flags allow` names
percent = 0
days = 1
sessions = 20

[[stages]]
name = "1 percent"
percent = 1
days = 2
sessions = 500

[[stages]]
name = "10 percent"
percent = 10
days = 2
sessions = 2000

[[stages]]
name = "50 percent"
percent = 50
days = 3
sessions = 5000

[[stages]]
name = "everybody"
percent = 100
days = 7
sessions = 5000

# A stage ends only if each metric is proven to be worse by less than its margin. The rollout is killed if one is proven
# to be worse by more than its limit. "mean": relative to the original; "share": more sessions with such an event.
[[gates]]
metric = "frame time"
kind = "mean"
margin = 0.02
limit = 0.05

[[gates]]
metric = "missed frame"
kind = "share"
margin = 0.02
limit = 0.05

[[gates]]
metric = "error"
kind = "share"
margin = 0.005
limit = 0.01
"""
"""A plan to begin with."""


def create(path: Path) -> bool:
    """Write the plan to begin with, if there is no file yet; return whether it was written.

    Raises:
        OSError: it cannot be written.
    """
    if path.exists():
        return False
    write_atomically(path, DEFAULT.encode())
    return True


def load(path: Path) -> RolloutPlan:
    """Read a plan.

    Raises:
        InputError: there is no file, or it is no plan; all problems at once.
    """
    try:
        content = reading.content_of(path, LARGEST + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no plan; make one with `unitdocs rollout plan`") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    if len(content) > LARGEST:
        raise InputError(f"{path}: is larger than {LARGEST} bytes; is it a plan?")
    try:
        members = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not TOML ({error}); correct it") from None
    try:
        return RolloutPlan.model_validate(_with_underscores(members))
    except ValidationError as error:
        problems = [f"{path}: {_place(one['loc'])}{one['msg']}" for one in error.errors()]
        raise InputError(*(problem.replace("Value error, ", "") for problem in problems)) from None


def place_of(plan_file: Path, name: str) -> Path:
    """Return the path that a plan names, relative to its file."""
    return plan_file.parent / name


def differences(before: RolloutPlan, after: RolloutPlan) -> list[str]:
    """Return what is different in a plan, such as `gate error: margin 0.01 -> 0.02`."""
    old, new = _flat(before), _flat(after)
    return [
        f"{name} {old.get(name, 'none')} -> {new.get(name, 'none')}"
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _flat(plan: RolloutPlan) -> dict[str, str]:
    """Return each value of a plan as text, by its place."""
    values = {name.replace("_", "-"): value for name, value in plan.model_dump(exclude={"stages", "gates"}).items()}
    for number, stage in enumerate(plan.stages, 1):
        values |= {f"stage {number}: {name}": value for name, value in stage.model_dump().items()}
    for gate in plan.gates:
        values |= {f"gate {gate.metric}: {name}": value for name, value in gate.model_dump(exclude={"metric"}).items()}
    return {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in values.items()}


def _with_underscores(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("-", "_"): value for name, value in members.items()}


def _place(location: tuple[int | str, ...]) -> str:
    """Return where in a plan something is: `stages 2: days: `."""
    words = [f" {part + 1}" if isinstance(part, int) else f": {part.replace('_', '-')}" for part in location]
    return f"{''.join(words).removeprefix(': ')}: " if words else ""
