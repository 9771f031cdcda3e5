"""Which players belong to a share: a bucket for each key, the same on every machine and for ever."""

import hashlib

BUCKETS = 10_000
"""Buckets of a flag: the finest share is one of them, 0.01 %."""


def bucket(salt: str, key: str) -> int:
    """Return the bucket of a key.

    The first 8 bytes of SHA-256 over salt, one zero byte and key (both as UTF-8), read as a big-endian number, modulo
    10,000. A share of N buckets holds the keys whose bucket is below N, so a growing share moves nobody out. Keys are
    taken as they are: `Ann`, `ann` and `ann ` have buckets of their own.

    Args:
        salt: text of the flag; another salt gives other buckets, independent of these.
        key: text that identifies a player or session.

    Returns:
        A number from 0 to 9,999, uniform over keys.
    """
    text = f"{salt}\0{key}".encode("utf-8", "surrogatepass")  # half a character, as some file names have, is a key too
    return int.from_bytes(hashlib.sha256(text).digest()[:8]) % BUCKETS
