"""Checks of the lesson A rollout with an incident: a plan, and the histories of two rollouts."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from unitdocs.training.attempt import Attempt, Mistaken
from unitdocs.training.checks.tables import read_rows, read_toml, refuse

_PERCENT: Final = [1, 10, 50, 100]
_GATES: Final = {"frame time": (0.02, 0.05), "error": (0.001, 0.005)}
_KILLED_BY: Final = "frame time"
_LAST: Final = 2
"""The number of the last stage of the rehearsal's plan."""


def check_plan(attempt: Attempt) -> str:
    """Check a plan from 1 to 100 percent with two gates."""
    plan = read_toml(attempt, "plan.toml")
    percent = [_number(stage, "percent") for stage in _tables(plan, "stages")]
    found = f"the stages have {', '.join(f'{one:g}' for one in percent) or 'no'} percent"
    refuse(bool(percent) and max(percent) <= 1, found, "fractions")
    refuse(percent != sorted(percent), found, "not-ascending")
    refuse(not percent or percent[-1] != _PERCENT[-1], found, "no-end")
    refuse(percent[0] > 1, found, "large-first")
    refuse(percent != _PERCENT, f"{found}; they have to be 1, 10, 50 and 100")
    gates = {str(gate.get("metric")): gate for gate in _tables(plan, "gates")}
    for metric, (margin, limit) in _GATES.items():
        refuse(metric not in gates, f"there is no gate for `{metric}`", "gate-missing")
        own = _number(gates[metric], "margin"), _number(gates[metric], "limit")
        found = f"the gate for `{metric}` has the margin {own[0]:g} and the limit {own[1]:g}"
        refuse(max(own) >= 1, found, "percent-in-gates")
        refuse(own[0] >= own[1], found, "limit-not-above")
        refuse(own != (margin, limit), f"{found}; they have to be {margin:g} and {limit:g}")
    return "Four stages from 1 to 100 percent, each behind two gates."


def check_incident(attempt: Attempt) -> str:
    """Check what was killed, why, and who has the refactored system afterwards."""
    history = read_rows(attempt, "incident.json", "action", "stage", "gates")
    answer = read_toml(attempt, "answer.toml")
    refuse(not any(one["action"] == "kill" for one in history), f"the rollout did {_actions(history)}", "no-kill")
    killed = next(one for one in history if one["action"] == "kill")
    harmful = [gate["gate"] for gate in killed["gates"] if gate["state"] == "harm"]
    action, gate, has_it = (str(answer.get(name, "")) for name in ("action", "gate", "refactored"))
    refuse(action == "hold", "the watcher did not hold", "held")
    refuse(action != "kill", f"the action is {action!r}; it has to be what the last entry of the history says")
    refuse(gate not in harmful, f"the gate {gate!r} did not prove harm", "other-gate")
    refuse(has_it == "half", "half of the players had it before the kill", "still-half")
    refuse(has_it == "testers", "the testers have the original system too", "still-testers")
    refuse(has_it != "nobody", f"refactored is {has_it!r}; it has to be nobody, testers or half")
    return f"The gate {harmful[0]} killed the rollout, and nobody has the refactored system."


def check_complete(attempt: Attempt) -> str:
    """Check that a rollout went through all stages."""
    history = read_rows(attempt, "done.json", "action", "stage")
    actions = [one["action"] for one in history]
    found = f"the rollout did {_actions(history)}"
    refuse(not actions, "the history is empty", "not-begun")
    refuse("kill" in actions, found, "killed")
    refuse(actions[-1] == "hold", found, "holds")
    refuse(actions[-1] != "complete", found, "not-complete")
    refuse(
        history[-1]["stage"] != _LAST,
        f"the rollout has {history[-1]['stage'] + 1} stages; the plan has 3",
        "other-plan",
    )
    return f"Complete: {_actions(history)}."


def _actions(history: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(str(one["action"]) for one in history) or "nothing"


def _tables(plan: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    tables = plan.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise Mistaken(f"plan.toml: write each of the {name} below a heading [[{name}]]")
    return tables


def _number(table: Mapping[str, Any], name: str) -> float:
    value = table.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Mistaken(f"plan.toml: {name} is {value!r}; it has to be a number")
    return value
