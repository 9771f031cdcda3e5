"""How processes end, in words."""

import signal


def how_it_ended(code: int) -> str:
    """Return a description of a process's return code."""
    if code >= 0:
        return f"ended with exit code {code}"
    names = {number.value: number.name for number in signal.Signals}
    return f"was ended by signal {names.get(-code, -code)}"
