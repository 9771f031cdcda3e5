"""What checks of lessons in a terminal share: files of JSON and TOML that commands or readers have written."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from unitdocs.training.attempt import Attempt, Mistaken


def read_json(attempt: Attempt, name: str) -> Any:  # noqa: ANN401 -- whatever the file holds
    """Return the content of a JSON file.

    Raises:
        Mistaken: the file is missing, or is no JSON, which is the mistake `no-json`.
    """
    text = attempt.text(name)
    try:
        return json.loads(text)
    except ValueError:
        begin = next(iter(text.strip().splitlines()))[:60]
        raise Mistaken(f"{name} is no JSON; it begins with {begin}", "no-json") from None


def read_rows(attempt: Attempt, name: str, *members: str) -> list[Mapping[str, Any]]:
    """Return the content of a JSON file that holds a list of objects with these members.

    Raises:
        Mistaken: as for `read_json`; or the file holds something else.
    """
    rows = read_json(attempt, name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and set(members) <= set(row) for row in rows):
        raise Mistaken(f"{name} is JSON of another command; the task says which one makes it")
    return rows


def read_toml(attempt: Attempt, name: str) -> Mapping[str, Any]:
    """Return the content of a TOML file.

    Raises:
        Mistaken: the file is missing, or is no TOML.
    """
    try:
        return tomllib.loads(attempt.text(name))
    except tomllib.TOMLDecodeError as error:
        raise Mistaken(f"{name} is no TOML: {error}") from None


def refuse(is_wrong: bool, found: str, mistake: str = "") -> None:  # noqa: FBT001 -- as an assertion
    """Raise what was found, if it is wrong.

    Raises:
        Mistaken: it is.
    """
    if is_wrong:
        raise Mistaken(found, mistake)
