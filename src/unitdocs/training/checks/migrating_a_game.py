"""Checks of the lesson Migrating a small game: reports of the scan, and the game as both systems play it."""

import ast
from collections.abc import Mapping
from typing import Any, Final

from unitdocs.training.attempt import Attempt, CodeFailed, Mistaken, attempted
from unitdocs.training.checks.tables import read_json
from unitdocs.training.lesson import read_lesson
from unitdocs.units import SYSTEMS

PLAY: Final = "game/play.py"
TILES: Final = "game/tiles.py"
_LESSON: Final = "migrating-a-game"


def check_scan(attempt: Attempt) -> str:
    """Check the report of a scan that has changed nothing yet."""
    report = _report(attempt, "before.json")
    changes, left = report["changes"], report["left"]
    if report["written"]:
        raise Mistaken(f"the scan has written {_files(report['written'])}", "written-already")
    if report["files"] != 2:  # noqa: PLR2004 -- the game's
        raise Mistaken(f"the scan read {report['files']} files; the game has 2", "other-folder")
    if not changes and not left:
        raise Mistaken("the scan found nothing to change", "scanned-late")
    if not changes:
        raise Mistaken("the scan found no change that is certain: they were made before", "scanned-after-writing")
    if not left:
        raise Mistaken("the scan left nothing to you, though the game has units of its own")
    return f"{len(changes)} changes are certain, and {len(left)} places are left to you."


def check_write(attempt: Attempt) -> str:
    """Check that the game's main file works with either system."""
    tree = _tree(attempt, PLAY)
    if any(isinstance(node, ast.Call) and _name(node.func) == "OriginalSystem" for node in ast.walk(tree)):
        raise Mistaken("play.py still creates an OriginalSystem", "names-original")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == "create_system" and (node.args or node.keywords):
            raise Mistaken("play.py names the system that it creates", "names-a-system")
    migrated = read_lesson(_LESSON).exercise("by-hand").solution[TILES]
    with attempted({PLAY: attempt.text(PLAY), TILES: migrated}) as rehearsal:
        _play(rehearsal, attempt)
    return "play.py draws the same with both systems, once tiles.py does."


def check_by_hand(attempt: Attempt) -> str:
    """Check that nothing is left, and that the whole game works with either system."""
    report = _report(attempt, "after.json")
    if report["changes"]:
        raise Mistaken(f"after.json has changes that were not made, in {_files(report['changes'])}", "changes-open")
    if report["left"]:
        raise Mistaken(f"after.json has places that are left, in {_files(report['left'])}", "places-left")
    for system in SYSTEMS:
        ran = attempt.run(TILES, system=system)
        new_system = ran.names.get("new_system")
        if not callable(new_system):
            raise Mistaken("tiles.py has no function `new_system`; play.py imports it")
        with attempt.active(system), attempt.calling(TILES):
            created = new_system()
        if getattr(created, "name", None) != system:
            raise Mistaken(f"with UNITDOCS_SYSTEM={system}, new_system() gives another system", "stays-original")
    _play(attempt, attempt)
    return "Nothing is left, and the game draws the same with both systems."


def _play(rehearsal: Attempt, attempt: Attempt) -> None:
    """Play the game with each system, and compare what it draws with what it drew before the migration.

    Args:
        rehearsal: the answer whose code runs.
        attempt: the answer that keeps what is printed.
    """
    before = _as_it_was()
    for system in SYSTEMS:
        try:
            printed = rehearsal.run(PLAY, system=system).printed
        except CodeFailed as failed:
            text = str(failed.error)
            if isinstance(failed.error, AttributeError) and "a layout never changes" in text:
                raise Mistaken(f"with the {system} system: {failed}", "no-list") from failed
            if "a strategy is called with a context" in text:
                found = f"with the {system} system: {failed.place}: the rule returns no function"
                raise Mistaken(found, "no-function") from failed
            raise
        if rehearsal is not attempt:
            attempt.printed.append(printed)
        if printed != before:
            found = f"with the {system} system the game draws {_line(printed)}; before it drew {_line(before)}"
            raise Mistaken(found, _difference(printed, before))


def _difference(printed: str, before: str) -> str:
    """Return the typical mistake behind another output."""
    order = before.replace("[90.0, 960.0]", "[960.0, 90.0]").replace("[90.0, 384.0]", "[384.0, 90.0]")
    typical: Mapping[str, str] = {
        order: "order-lost",
        before.replace("960.0", "1000.0").replace("384.0", "390.0"): "rule-missing",
        before.replace("[90.0", "[64.0"): "rule-for-every-size",
        before.replace("400.0", "1000.0"): "limit-lost",
    }
    return typical.get(printed, "")


def _as_it_was() -> str:
    """Return what the game draws before the migration."""
    with attempted(read_lesson(_LESSON).exercise("by-hand").start) as form:
        return form.run(PLAY, system="original").printed


def _report(attempt: Attempt, name: str) -> Mapping[str, Any]:
    """Return the report of a scan."""
    report = read_json(attempt, name)
    wanted = {"files": int, "changes": list, "left": list, "written": list}
    if not isinstance(report, dict) or any(not isinstance(report.get(key), kind) for key, kind in wanted.items()):
        raise Mistaken(f"{name} is not the report of a scan", "other-report")
    return report


def _tree(attempt: Attempt, name: str) -> ast.Module:
    try:
        return ast.parse(attempt.text(name), name)
    except SyntaxError as error:
        attempt.fail(error, name)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _files(entries: list[Any]) -> str:
    names = dict.fromkeys(entry["file"] if isinstance(entry, dict) else str(entry) for entry in entries)
    return ", ".join(names)


def _line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "nothing")[:60]
