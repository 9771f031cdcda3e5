"""Checks of the lesson An alert at night: which alert to act on, whether it arrives, and the repair."""

from collections.abc import Mapping, Sequence
from typing import Final

from unitdocs.training.attempt import Attempt, Mistaken
from unitdocs.training.checks.tables import read_json, read_rows, refuse

NOTHING: Final = "UnitdocsNothingScraped"
EXPLAINED_BY: Final[Mapping[str, str]] = {
    "UnitdocsCalculationSlow": "UnitdocsMissedFrames",
    "UnitdocsErrorsSlow": "UnitdocsErrorsFast",
}
"""By alert the one that explains it."""
_ALERT: Final = "UnitdocsFlagFileInvalid"
_HALF: Final = 5_000
"""A share of one half, in buckets."""
_NIGHTS: Final[Sequence[list[str]]] = (
    ["UnitdocsMissedFrames", "UnitdocsErrorsFast"],
    [_ALERT, "UnitdocsErrorsSlow"],
    ["UnitdocsErrorsSlow", "UnitdocsErrorsFast"],
    ["UnitdocsMissedFrames", "UnitdocsCalculationSlow", _ALERT],
    [_ALERT, NOTHING, "UnitdocsMissedFrames"],
    [],
)


def check_triage(attempt: Attempt) -> str:
    """Check a function that leaves out alerts that another one explains."""
    triage = attempt.run("triage.py").take("to_handle", object)
    refuse(not callable(triage), "`to_handle` is no function; keep the line that begins with def")
    for firing in _NIGHTS:
        with attempt.calling("triage.py"):
            result = triage(list(firing))  # type: ignore[operator]
        refuse(result is None, "to_handle returns nothing", "nothing-returned")
        refuse(not isinstance(result, list | tuple | set), "to_handle has to return a list of names")
        if set(result) != (right := set(_handled(firing))):
            found = f"of {_listed(firing)} it returns {_listed(list(result))}; it has to be {_listed(sorted(right))}"
            raise Mistaken(found, _mistake(firing, set(result)))
    return f"{len(_NIGHTS)} nights are handled."


def _handled(firing: list[str]) -> list[str]:
    if NOTHING in firing:
        return [NOTHING]
    return [name for name in firing if EXPLAINED_BY.get(name) not in firing]


def _mistake(firing: list[str], result: set[str]) -> str:
    """Return the typical mistake behind a wrong result."""
    causes = {EXPLAINED_BY[name] for name in firing if name in EXPLAINED_BY}
    typical = {
        "not-everything": NOTHING in firing and len(result) > 1,
        "cause-left-out": any(name in EXPLAINED_BY and name in result for name in firing) and bool(causes - result),
        "explained-without-cause": result == {name for name in firing if name not in EXPLAINED_BY},
        "one-alone": len(result) == 1 and NOTHING not in firing,
        "all-of-them": result == set(firing),
    }
    return next((name for name, is_so in typical.items() if is_so), "")


def check_drill(attempt: Attempt) -> str:
    """Check that an alert was fired by its cause, arrived and resolved."""
    alerts = read_rows(attempt, "drill.json", "name", "reached", "resolved", "problem")
    refuse(not alerts, "the drill fired no alert", "no-alert")
    own = next((alert for alert in alerts if alert["name"] == _ALERT), None)
    if own is None:
        raise Mistaken(f"the drill fired {_listed([alert['name'] for alert in alerts])}", "other-alert")
    refuse(own["reached"] is None, f"the alert did not arrive: {own['problem']}", "not-arrived")
    refuse(own["resolved"] is None, f"the alert did not resolve: {own['problem']}", "not-resolved")
    return "The alert arrived and resolved."


def check_repair(attempt: Attempt) -> str:
    """Check that a damaged flag file was killed first, and resumed with its share."""
    history = read_rows(attempt, "history.json", "action", "before")
    after = read_json(attempt, "after.json")
    refuse(not isinstance(after, dict) or not {"share", "killed"} <= set(after), "after.json is not the flag")
    actions = [one["action"] for one in history]
    found = f"the flag's history is {', '.join(map(str, actions)) or 'empty'}"
    refuse(actions.count("init") > 1 or "set" not in actions, found, "made-anew")
    refuse("kill" not in actions, found, "no-kill")
    killed = actions.index("kill")
    refuse(history[killed]["before"] is not None, "the flag file was not damaged when it was killed", "not-damaged")
    refuse(after["killed"] is not None or "resume" not in actions[killed:], "the flag is still killed", "still-killed")
    refuse(
        after["share"] != _HALF,
        f"the share is {after['share'] / 100:g} %; before the damage it was 50 %",
        "other-share",
    )
    return "Killed first, then resumed: half of the players, as before."


def _listed(names: list[str]) -> str:
    return ", ".join(name.removeprefix("Unitdocs") for name in names) or "no alert"
