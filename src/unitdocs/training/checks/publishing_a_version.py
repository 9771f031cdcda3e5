"""Checks of the lesson Publishing and rolling back a version: which version is the latest, before and after."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from unitdocs.training.attempt import Attempt, Mistaken
from unitdocs.training.checks.tables import read_rows, refuse

_LATEST: Final = "latest"
_OLD, _NEW = "1.0", "1.1"
_LISTS: Final[Sequence[tuple[list[tuple[str, bool]], str | None]]] = (
    ([("1.0", False), ("1.1", False)], "1.1"),
    ([("1.9", False), ("1.10", False)], "1.10"),
    ([("1.10", True), ("1.9", False)], "1.9"),
    ([("dev", False), ("1.0", False)], "1.0"),
    ([("1.0", True), ("dev", False)], None),
    ([], None),
)


def check_latest(attempt: Attempt) -> str:
    """Check a function that chooses the version that readers are led to."""
    leads_to = attempt.run("latest.py").take("leads_to", object)
    refuse(not callable(leads_to), "`leads_to` is no function; keep the line that begins with def")
    for listed, right in _LISTS:
        versions = [{"version": name, "withdrawn": is_withdrawn} for name, is_withdrawn in listed]
        with attempt.calling("latest.py"):
            result = leads_to(versions)  # type: ignore[operator]
        if result != right:
            names = ", ".join(f"{name}{' (withdrawn)' if is_withdrawn else ''}" for name, is_withdrawn in listed)
            found = f"of {names or 'no version'} it returns {result!r}; it has to be {right!r}"
            raise Mistaken(found, _mistake(listed, result))
    return f"{len(_LISTS)} lists lead to the right version."


def _mistake(listed: Sequence[tuple[str, bool]], result: object) -> str:
    names = [name for name, _ in listed]
    typical = {
        "withdrawn": dict(listed).get(str(result), False),
        "other-name": result == "dev",
        "as-text": names == ["1.9", "1.10"] and result == "1.9",
        "nothing-is-an-error": not names,
        "first": bool(names) and result == names[0],
    }
    return next((name for name, is_so in typical.items() if is_so), "")


def check_published(attempt: Attempt) -> str:
    """Check that two versions are published, the newer one as the latest."""
    versions = _versions(attempt, "published.json")
    refuse(not versions, "no version is published", "nothing-published")
    refuse(_OLD not in versions, f"published is {', '.join(versions)}", "old-missing")
    refuse(_NEW not in versions, f"published is {', '.join(versions)}", "new-missing")
    refuse(bool(versions[_NEW].get("withdrawn")), f"{_NEW} is withdrawn already", "rolled-back-early")
    refuse(_latest(versions) != _NEW, f"the latest is {_latest(versions) or 'none'}", "not-latest")
    return f"{_OLD} and {_NEW} are published, and readers are led to {_NEW}."


def check_rolled_back(attempt: Attempt) -> str:
    """Check that readers are led to the older version, and that the newer one says why."""
    versions = _versions(attempt, "rolled-back.json")
    for name in (_OLD, _NEW):
        refuse(name not in versions, f"{name} is gone; a rollback removes nothing", "removed")
    refuse(_latest(versions) == _NEW, f"the latest is still {_NEW}", "still-latest")
    refuse(_latest(versions) != _OLD, "no version is the latest", "no-latest")
    refuse(bool(versions[_OLD].get("withdrawn")), f"{_OLD} is withdrawn", "old-withdrawn")
    withdrawal = versions[_NEW].get("withdrawn")
    refuse(not withdrawal, f"{_NEW} is not marked as withdrawn", "not-withdrawn")
    reason = str(withdrawal["why"]) if isinstance(withdrawal, dict) else ""
    refuse(len(reason.split()) < 3, f"the reason is {reason!r}", "no-reason")  # noqa: PLR2004 -- words
    return f"Readers are led to {_OLD}, and {_NEW} says why: {reason}."


def _versions(attempt: Attempt, name: str) -> Mapping[str, Mapping[str, Any]]:
    return {str(row["version"]): row for row in read_rows(attempt, name, "version", "aliases")}


def _latest(versions: Mapping[str, Mapping[str, Any]]) -> str:
    return next((name for name, one in versions.items() if _LATEST in one["aliases"]), "")
