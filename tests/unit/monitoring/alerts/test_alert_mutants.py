"""promtool's tests of the alerts fail for each alert that was changed a little."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alert_programs import run

from unitdocs.monitoring.alerts.cases import LONG, MINUTES, cases
from unitdocs.monitoring.alerts.exporting import yaml_text
from unitdocs.monitoring.alerts.rule_tests import rule_tests
from unitdocs.monitoring.alerts.rules import rule_file
from unitdocs.monitoring.alerts.table import ALERTS, Alert, Parameter

SAME = {
    "UnitdocsRolloutWithoutData step / 10": "it is how finely the share is read, no limit",
    "UnitdocsRolloutWithoutData step x 10": "it is how finely the share is read, no limit",
    'UnitdocsNothingScraped 3 without job="$job"': "the other side of its `and` names the job as well",
    'UnitdocsNothingScraped 4 without job="$job"': "the other side of its `and` names the job as well",
}
"""Mutants that do the same, and why."""


def mutants_of(alert: Alert) -> Iterator[tuple[str, Alert]]:
    """Yield each mutant of an alert with its name."""
    for kind in ("limits", "windows"):
        parameters = getattr(alert, kind)
        for name, parameter in parameters.items():
            for sign, factor in (("x 10", 10.0), ("/ 10", 0.1)):
                changed = Parameter(parameter.value * factor, parameter.reason)
                yield f"{alert.name} {name} {sign}", replace(alert, **{kind: {**parameters, name: changed}})
    yield f"{alert.name} without for", replace(alert, hold=Parameter(0.0, ""))
    for number, (what, expression) in enumerate(changed_expressions(alert.expression)):
        yield f"{alert.name} {number} without {what}", replace(alert, expression=expression)


def changed_expressions(expression: str) -> Iterator[tuple[str, str]]:
    """Yield an expression without each of its labels and each of its conditions on labels."""
    for grouping in re.finditer(r"(by|on) \(([a-z_, ]+)\)", expression):
        labels = grouping[2].split(", ")
        for label in labels:
            rest = ", ".join(other for other in labels if other != label)
            yield f"{label} in {grouping[0]}", _without(expression, grouping, f"{grouping[1]} ({rest})")
    for matchers in re.finditer(r"\{([^}]+)\}", expression):
        conditions = matchers[1].split(", ")
        for condition in conditions:
            rest = ", ".join(other for other in conditions if other != condition)
            yield condition, _without(expression, matchers, f"{{{rest}}}" if rest else "")


def _without(expression: str, match: re.Match[str], rest: str) -> str:
    return expression[: match.start()] + rest + expression[match.end() :]


def survivors(mutants: list[tuple[str, Alert]], folder: Path) -> list[str]:
    """Return the names of the mutants that pass all tests of their alert."""
    files = {}
    for number, (name, mutant) in enumerate(mutants):
        chosen = [case for case in cases() if case.alert == mutant.name]
        rules = f"{number}.rules.yml"
        (folder / rules).write_text(yaml_text(rule_file(alerts=[mutant])), encoding="utf-8")
        for scrapes in (MINUTES, LONG):
            content = rule_tests(rules, scrapes, chosen=chosen)
            if content["tests"]:
                file = f"{number}.{scrapes.step:g}.tests.yml"
                (folder / file).write_text(yaml_text(content), encoding="utf-8")
                files[file] = name
    result = run("promtool", "test", "rules", *files, folder=folder)
    blocks = re.split(r"^Unit Testing:  ", result.stdout, flags=re.MULTILINE)[1:]
    caught = {files[block.split("\n", 1)[0].strip()] for block in blocks if "FAILED" in block}
    assert len(blocks) == len(files)
    return [name for name, _ in mutants if name not in caught]


def test_each_alert_as_it_is_passes_its_tests(tmp_path: Path) -> None:
    assert survivors([(alert.name, alert) for alert in ALERTS], tmp_path) == [alert.name for alert in ALERTS]


@pytest.mark.long
def test_one_mutant_of_each_alert_fails_a_test(tmp_path: Path) -> None:
    assert survivors([next(mutants_of(alert)) for alert in ALERTS], tmp_path) == []


@pytest.mark.long
@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.anchor)
def test_each_mutant_of_an_alert_fails_a_test(alert: Alert, tmp_path: Path) -> None:
    assert sorted(set(survivors(list(mutants_of(alert)), tmp_path)) - set(SAME)) == []
