"""How an address is said in a sentence that others read."""

import re
from typing import Final

SCHEME: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
PLACE: Final = re.compile(r"(?:\[[\w:.%]*\]?|[\w.-]+)(?::\d+)?|:\d+")
"""A host with or without its port, which is a number: what follows a colon may be a password."""


def shown_address(address: str) -> str:
    """Return the scheme, the host and the port of an address, since the rest may hold a password or a token.

    What is no address is shown likewise: its password may be what makes it none. For a host that cannot be separated
    from a password `...` is shown.
    """
    matched = SCHEME.match(address)
    scheme = matched[0] if matched else ""
    place, *rest = re.split(r"[/?#]", address.removeprefix(scheme), maxsplit=1)
    host = None if rest and "@" in rest[0] else PLACE.match(place.rpartition("@")[2])
    return f"{scheme}{host[0] if host else '...'}"
