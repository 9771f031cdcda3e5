"""Flag files in flagd's format: what is read of one, and what is written.

The rules are in `targeting`, as flagd's server and clients evaluate them, so that they answer as this project does.
They need two attributes of the evaluation context besides the key: `bucket`, which `assignment.bucket` gives, and
`environment`. Without a bucket flagd gives nobody the refactored system.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from unitdocs.errors import InputError
from unitdocs.flags.assignment import BUCKETS
from unitdocs.flags.flag import NAME, ORIGINAL, REFACTORED, TIMES, Flag
from unitdocs.settings import reading

Json = object
LARGEST_FILE = 1024 * 1024
"""Bytes of a flag file at most: some ten thousand allowed keys."""
LARGEST_VERSION = 2**53
"""Other programs hold larger whole numbers inexactly."""
VARIANTS = {ORIGINAL: ORIGINAL, REFACTORED: REFACTORED}
LONGEST_SHOWN = 80
KEY = {"var": "targetingKey"}
ENVIRONMENT = {"var": "environment"}
TIME = {"var": "$flagd.timestamp"}
BUCKET = {"var": ["bucket", BUCKETS]}
DISABLED = "the flag's state is DISABLED"


@dataclass(frozen=True, slots=True)
class FlagDocument:
    """A flag file: the flag, and what else the file holds, which stays as it is.

    Args:
        flag: the flag named `unit-system`.
        content: the whole file, as JSON gives it.
    """

    flag: Flag
    content: Mapping[str, Json] = field(default_factory=dict)

    def text(self) -> str:
        """Return the file with the flag as it is now."""
        others = self.content.get("flags", {})
        assert isinstance(others, dict)
        flags = {**others, NAME: written(self.flag)}
        return json.dumps({**self.content, "flags": flags}, indent=2, ensure_ascii=False) + "\n"

    def encoded(self) -> bytes:
        """Return the text as bytes; half a character, which UTF-8 cannot hold, is escaped as JSON escapes it.

        Raises:
            InputError: it is nested so deep that it cannot be written.
        """
        try:
            return self.text().encode("utf-8", "backslashreplace")
        except RecursionError:
            raise InputError("the flag file is nested too deep to be written; take members out") from None


def load(path: Path) -> FlagDocument:
    """Read a flag file.

    Raises:
        InputError: it cannot be read, or is none.
    """
    return parse(content_of(path), str(path))


def content_of(path: Path) -> bytes:
    """Return the bytes of a flag file.

    Raises:
        InputError: it does not exist, cannot be read, or is too large.
    """
    try:
        content = reading.content_of(path, LARGEST_FILE + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no flag file; make one with `unitdocs flags init`") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    if len(content) > LARGEST_FILE:
        raise InputError(f"{path}: is larger than {LARGEST_FILE} bytes; is it a flag file?")
    return content


def parse(content: bytes, place: str) -> FlagDocument:
    """Return what a flag file says.

    Args:
        content: the bytes of the file.
        place: its name, for errors.

    Raises:
        InputError: it is no JSON, or its flag is not one that `unitdocs flags` writes.
    """
    document = _document(content, place)
    flags = document["flags"]
    assert isinstance(flags, dict)
    if NAME not in flags:
        raise InputError(f"{place}: flags: has no flag {NAME!r}; make it with `unitdocs flags init`")
    try:
        return FlagDocument(_flag(flags[NAME], f"{place}: {NAME}"), document)
    except RecursionError:
        raise InputError(f"{place}: is nested too deep; restore a backup") from None


def others_of(content: bytes, place: str) -> Mapping[str, Json]:
    """Return the content of a file that does not have the flag yet.

    Raises:
        InputError: it is no file of flags, or has the flag.
    """
    document = _document(content, place)
    flags = document["flags"]
    assert isinstance(flags, dict)
    if NAME in flags:
        raise InputError(f"{place}: has the flag {NAME!r} already; change it with `unitdocs flags set`")
    return document


def _document(content: bytes, place: str) -> dict[str, Json]:
    """Return the object of a file of flags."""
    try:
        document = json.loads(
            content.decode(), object_pairs_hook=_members, parse_constant=_constant, parse_float=_finite
        )
    except RecursionError:
        raise InputError(f"{place}: is nested too deep; restore a backup") from None
    except ValueError as error:
        reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else error
        raise InputError(f"{place}: is not JSON ({reason}); correct it, or restore a backup") from None
    if not isinstance(document, dict) or not isinstance(document.get("flags"), dict):
        raise InputError(f"{place}: has no object `flags`; give a flag file in flagd's format")
    return document


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Return an object; of two members of one name, programs take either, and a change would drop one."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"two members named {_shown(next(name for name in names if names.count(name) > 1))}")
    return members


def _constant(name: str) -> float:
    """Refuse NaN and Infinity, which other programs do not read.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"it has the number {name}")


def _finite(text: str) -> float:
    """Return a number that other programs can hold too.

    Raises:
        ValueError: it is too large.
    """
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {_shown(text)} is too large")
    return number


def _flag(data: Json, place: str) -> Flag:
    match data:
        case {"state": "ENABLED" | "DISABLED" as state, "variants": variants, "defaultVariant": default, **members}:
            _check_variants(variants, default, place)
        case _:
            raise InputError(f"{place}: needs state (ENABLED or DISABLED), variants and defaultVariant")
    metadata = members.get("metadata")
    flag = _rules(members.get("targeting"), _described(metadata, place), place)
    why = metadata.get("killed") if isinstance(metadata, dict) else None
    if state == "DISABLED":
        return replace(flag, killed=why if isinstance(why, str) else DISABLED)
    if why is not None:
        raise InputError(f"{place}: is ENABLED and says that it is killed; run `unitdocs flags kill` or `resume`")
    return flag


def _check_variants(variants: Json, default: Json, place: str) -> None:
    if variants != VARIANTS:
        raise InputError(f"{place}: variants: expected {json.dumps(VARIANTS)}, got {_shown(variants)}")
    if default != ORIGINAL:
        raise InputError(f"{place}: defaultVariant: expected {ORIGINAL!r}, got {_shown(default)}")


def _described(metadata: Json, place: str) -> Flag:
    """Return the flag of which only the metadata are known."""
    match metadata:
        case {"version": int(version), "salt": str(salt), **others} if (
            1 <= version <= LARGEST_VERSION and version is not True and salt
        ):
            digest = others.get("audit")
            return Flag(version=version, salt=salt, audit=digest if isinstance(digest, str) else "")
        case _:
            raise InputError(f"{place}: metadata: needs version (a whole number from 1 to 2^53) and salt (a text)")


def _rules(targeting: Json, flag: Flag, place: str) -> Flag:
    """Return the flag with the rules of its targeting, one after the other as `_targeting` writes them."""
    rest = targeting
    match rest:
        case {"if": [{"in": [{"var": "targetingKey"}, list(keys)]}, "original", inner]}:
            flag, rest = replace(flag, denied=frozenset(map(str, keys))), inner
    match rest:
        case {"if": [{"in": [{"var": "targetingKey"}, list(keys)]}, "refactored", inner]}:
            flag, rest = replace(flag, allowed=frozenset(map(str, keys))), inner
    match rest:
        case {"if": [{"<": [{"var": "$flagd.timestamp"}, int(start)]}, "original", inner]} if not isinstance(
            start, bool
        ):
            flag, rest = replace(flag, start=start), inner
            if start not in TIMES:
                raise InputError(f"{place}: targeting: the start {_shown(start)} is not in the years 1 to 9999")
    shares: dict[str, int] = {}
    while True:
        match rest:
            case {"if": [{"===": [{"var": "environment"}, str(environment)]}, inner, others]}:
                shares[environment] = _share(inner, place)
                rest = others
            case _:
                break
    flag = replace(flag, shares=shares, share=_share(rest, place))
    if json.dumps(_targeting(flag)) != json.dumps(targeting):  # == takes True for 1
        raise InputError(f"{place}: targeting: is not what `unitdocs flags` writes; change it by its commands")
    return flag


def _share(rule: Json, place: str) -> int:
    match rule:
        case {"if": [{"<": [{"var": ["bucket", 10_000]}, int(share)]}, "refactored", "original"]} if (
            type(share) is int and 0 <= share <= BUCKETS
        ):
            return share
        case _:
            raise InputError(
                f"{place}: targeting: expected a share (`bucket` below 0 to {BUCKETS}), got {_shown(rule)}"
            )


def written(flag: Flag) -> dict[str, Json]:
    """Return a flag in flagd's format."""
    metadata: dict[str, Json] = {"version": flag.version, "salt": flag.salt}
    if flag.killed is not None:
        metadata["killed"] = flag.killed
    if flag.audit:
        metadata["audit"] = flag.audit
    return {
        "state": "ENABLED" if flag.killed is None else "DISABLED",
        "variants": VARIANTS,
        "defaultVariant": ORIGINAL,
        "targeting": _targeting(flag),
        "metadata": metadata,
    }


def _targeting(flag: Flag) -> Json:
    rule = _below(flag.share)
    for environment, share in sorted(flag.shares.items(), reverse=True):
        rule = _if({"===": [ENVIRONMENT, environment]}, _below(share), rule)
    if flag.start is not None:
        rule = _if({"<": [TIME, flag.start]}, ORIGINAL, rule)
    if flag.allowed:
        rule = _if({"in": [KEY, sorted(flag.allowed)]}, REFACTORED, rule)
    if flag.denied:
        rule = _if({"in": [KEY, sorted(flag.denied)]}, ORIGINAL, rule)
    return rule


def _below(share: int) -> Json:
    return _if({"<": [BUCKET, share]}, REFACTORED, ORIGINAL)


def _if(condition: Json, then: Json, otherwise: Json) -> Json:
    return {"if": [condition, then, otherwise]}


def _shown(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
