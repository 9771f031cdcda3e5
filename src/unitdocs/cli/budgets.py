"""The option `--budget`: how long a command may measure."""

import re
from typing import Final

from unitdocs.errors import InputError

UNITS: Final = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def parse_budget(text: str) -> float:
    """Return the seconds in a text such as `120s`, `30m` or `2h`.

    Raises:
        InputError: the text is no such time, or not above 0.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    seconds = float(match[1]) * UNITS[match[2]] if match else 0.0
    if not seconds:
        raise InputError(f"--budget {text}: expected a time above 0, such as 120s, 30m or 2h")
    return seconds
