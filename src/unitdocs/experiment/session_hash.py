"""The salted hash of a session's key, which events, log lines and spans name; it needs the standard library alone."""

import hashlib


def session_of(salt: str, key: str) -> int:
    """Return the session of a key: the first 64 bits of SHA-256 over salt and key, as a signed number.

    Args:
        salt: text that others do not know, so that nobody can find a key by hashing candidates.
        key: text that identifies the player or session.
    """
    digest = hashlib.sha256(f"{salt}\0{key}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
