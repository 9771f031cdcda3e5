"""JSON text in which no member is given twice: Python's reader would keep the last one and drop the others."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any


def read_json(text: bytes) -> tuple[Any, list[str]]:
    """Read a JSON text.

    Args:
        text: UTF-8.

    Returns:
        the data, and a problem for each member that is given again, with its place, such as `$.elements[3].id`.

    Raises:
        ValueError: the text is not JSON, or not UTF-8.
        RecursionError: it is nested too deep.
    """
    repeated: dict[int, list[str]] = {}

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            repeated[id(members)] = [name for name, count in counts.items() if count > 1]
            kept.append(members)
        return members

    kept: list[dict[str, Any]] = []  # an object that another one replaces lives on, so that its id stays its own
    data = json.loads(text.decode("utf-8"), object_pairs_hook=unique)
    return data, _problems(data, repeated) if repeated else []


def _problems(data: object, repeated: Mapping[int, list[str]]) -> list[str]:
    """Return a problem for each repeated member, in the order of the text as far as it was kept."""
    problems = []
    waiting: list[tuple[str, object]] = [("$", data)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            problems += [f"{place}.{name}: given more than once" for name in repeated.get(id(value), ())]
            waiting += [(f"{place}.{name}", member) for name, member in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(f"{place}[{i}]", value[i]) for i in reversed(range(len(value)))]
    return problems
