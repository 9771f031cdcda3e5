"""The log record: its members, declared once, and what is done to a value before it is written.

Only declared members are written, each with values of its own form and length: what is not on the list cannot leak.
The schema, the page and the tests are made from the same declaration.
"""

import json
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final

LONGEST_TEXT: Final = 512
"""Characters of a text; more are cut."""
LONGEST_LINE: Final = 16_384
"""Bytes of a line with its end; a longer one loses its explanation, then all but the common members, and says so."""
LARGEST_NUMBER: Final = 2**53
"""Whole numbers beyond this are not exact in every reader of JSON, so they are written as text."""
MOST_OMITTED: Final = 8
"""Names of omitted members that a line lists."""
MOST_FRAMES: Final = 12
"""Frames of an error's stack that a line lists: the last ones."""


class MemberForm(StrEnum):
    """What values a member of a log record has."""

    TIME = "time"
    """RFC 3339 in UTC with microseconds."""
    WORD = "word"
    """One of a closed set."""
    TEXT = "text"
    """Any text, without control characters, addresses and passwords."""
    WHOLE = "whole number"
    NUMBER = "number"
    HEX16 = "16 hexadecimal digits"
    HEX32 = "32 hexadecimal digits"
    TEXTS = "list of texts"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class LogMember:
    """A member of log records.

    Args:
        name: its name in JSON.
        form: what values it has.
        meaning: what it says, as a clause without a full stop.
        words: the closed set of a word.
        is_common: whether a line of any component may have it.
        is_required: whether every line has it.
    """

    name: str
    form: MemberForm
    meaning: str
    words: tuple[str, ...] = ()
    is_common: bool = True
    is_required: bool = False


LEVELS: Final = ("debug", "info", "warning", "error", "critical")


class LogComponent(StrEnum):
    """What a log line is from; each has a level of its own."""

    SCENE = "scene"
    """Resolves of scenes."""
    UNIT = "unit"
    """Calculations of single units."""
    STRATEGIES = "strategies"
    """Strategies that are chosen and composed for a scene."""
    CACHE = "cache"
    """Hits, misses and evictions."""
    UPDATE = "update"
    """Updates of scenes."""
    OBSERVER = "observer"
    """Observers that failed."""
    EXPLAIN = "explain"
    """Explanations of resolutions."""
    FLAG = "flag"
    """The flag: choices and faults."""
    EVENTS = "events"
    """The writer of events."""
    ROLLOUT = "rollout"
    """The rollout's decisions."""
    MONITORING = "monitoring"
    """Logs, traces, health and metrics themselves."""
    UNITDOCS = "unitdocs"
    """Everything else of unitdocs."""
    GAME = "game"
    """The game: loggers whose names begin with `game`."""
    LIBRARY = "library"
    """All other packages."""


LOGGERS: Final[Mapping[LogComponent, str]] = {
    LogComponent.SCENE: "unitdocs.units.scene",
    LogComponent.UNIT: "unitdocs.units.unit",
    LogComponent.STRATEGIES: "unitdocs.units.strategies",
    LogComponent.CACHE: "unitdocs.units.cache",
    LogComponent.UPDATE: "unitdocs.units.update",
    LogComponent.OBSERVER: "unitdocs.units.observer",
    LogComponent.EXPLAIN: "unitdocs.units.explain",
    LogComponent.FLAG: "unitdocs.flags",
    LogComponent.EVENTS: "unitdocs.experiment",
    LogComponent.ROLLOUT: "unitdocs.rollout",
    LogComponent.MONITORING: "unitdocs.monitoring",
    LogComponent.UNITDOCS: "unitdocs",
    LogComponent.GAME: "game",
    LogComponent.LIBRARY: "",
}
"""The name of each component's logger: the records of all loggers below it are the component's."""
MEMBERS_OF_RECORD: Final = "unitdocs_members"
"""The attribute of a record of standard logging that holds members of its line, given as `extra`."""
_COMPONENTS: Final = {name: component for component, name in LOGGERS.items()}


def _free(name: str, form: MemberForm, meaning: str, words: tuple[str, ...] = ()) -> LogMember:
    return LogMember(name, form, meaning, words, is_common=False)


MEMBERS: Final = (
    LogMember("time", MemberForm.TIME, "when it happened", is_required=True),
    LogMember("level", MemberForm.WORD, "how urgent it is", LEVELS, is_required=True),
    LogMember("component", MemberForm.WORD, "what it is from", tuple(LogComponent), is_required=True),
    LogMember("event", MemberForm.TEXT, "what happened", is_required=True),
    LogMember("session", MemberForm.HEX16, "salted hash of the session's key"),
    LogMember("scene", MemberForm.TEXT, "name of the scene"),
    LogMember("system", MemberForm.WORD, "the unit system of the session", ("original", "refactored")),
    LogMember("flag_version", MemberForm.WHOLE, "version of the flag that chose the system"),
    LogMember("trace_id", MemberForm.HEX32, "the trace of the same work"),
    LogMember("span_id", MemberForm.HEX16, "the span of the same work"),
    LogMember("duration_seconds", MemberForm.NUMBER, "how long it took"),
    LogMember("error", MemberForm.TEXT, "kind and message of an error"),
    LogMember("omitted", MemberForm.TEXTS, "names of members that were left out: not declared, or of another form"),
    LogMember("truncated", MemberForm.WHOLE, "bytes of the line before members were left out because it was too long"),
    _free("stack", MemberForm.TEXTS, "file, line and function of an error's last frames"),
    _free("kind", MemberForm.TEXT, "kind of unit"),
    _free("path", MemberForm.TEXT, "how numbers were obtained"),
    _free("elements", MemberForm.WHOLE, "how many elements were resolved"),
    _free("cache", MemberForm.TEXT, "the cache"),
    _free("reason", MemberForm.TEXT, "why it happened"),
    _free("message", MemberForm.TEXT, "details in sentences"),
    _free("count", MemberForm.WHOLE, "how many there were"),
    _free("repeated", MemberForm.WHOLE, "failures of this kind since the line before that were not written"),
    _free("logger", MemberForm.TEXT, "name of another package's logger"),
    _free("element", MemberForm.TEXT, "id of an element"),
    _free("text", MemberForm.TEXTS, "an explanation, line by line"),
    _free("explanation", MemberForm.OBJECT, "an explanation, as `unitdocs units explain --format json` writes it"),
)
"""All members, in the order in which a line has them."""
_DECLARED: Final = {member.name: member for member in MEMBERS}
_COMMON: Final = frozenset(member.name for member in MEMBERS if member.is_common)


def component_of(logger: str) -> LogComponent:
    """Return the component of a logger: that of its longest prefix that is one."""
    name = logger
    while name:
        component = _COMPONENTS.get(name)
        if component is not None:
            return component
        name = name.rpartition(".")[0]
    return LogComponent.LIBRARY


def json_schema() -> dict[str, object]:
    """Return the JSON Schema of a log line."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "unitdocs log line",
        "type": "object",
        "properties": {member.name: _form_schema(member) for member in MEMBERS},
        "required": [member.name for member in MEMBERS if member.is_required],
        "additionalProperties": {"type": ["string", "number", "boolean"], "maxLength": LONGEST_TEXT},
    }


def line_of(members: Mapping[str, object], allowed: Collection[str] = ()) -> str:
    """Return a log line without its end: declared members in order, then the game's own, cleaned.

    Args:
        members: values by name.
        allowed: names of the game's own members.
    """
    line = _json(_cleaned(members, allowed))
    if len(line) < LONGEST_LINE:
        return line
    fewer = {name: value for name, value in members.items() if name != "explanation"} | {"truncated": len(line) + 1}
    shorter = _json(_cleaned(fewer, allowed))
    if len(shorter) < LONGEST_LINE:
        return shorter
    return _json(_cleaned({name: fewer[name] for name in fewer if name in _COMMON}, ()))


def plain(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text that is safe to log: without secrets and personal data, control characters escaped, cut."""
    text = text[: 4 * longest]
    for pattern, replacement in _HIDDEN:
        text = pattern.sub(replacement, text)
    if not text.isprintable():
        text = "".join(map(_visible, text))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def time_text(seconds: float) -> str:
    """Return a time in seconds since 1970 in RFC 3339, in UTC with microseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


_KEY: Final = (
    r"(?:pass(?:word|wd|phrase|code)|pwd|secret|token|(?:api|access|private)[_ -]?key|credential|session[_-]?id"
    r"|authorization|cookie|salt|player)[\w-]{0,32}+"
)
_QUOTE: Final = r"(?:\\{0,7}[\"'])"
"""A quote, also one of JSON within JSON."""
_VALUE: Final = (  # a quoted one ends at its own quote, or with the text
    r"(?:(?:\w{1,32}+\(|[bfru]{0,2}+)(?P<quote>\\{0,7}[\"'])(?:(?!(?<!\\)(?P=quote)).)*+(?P=quote)?+\w*+"
    r"|[\[({][^\])}]*+[\])}]?+"
    r"|(?:[^\s,;&\"'}\])]|[,;\"'}\])](?=[^\s\\,;&\"'}\])]))++)"  # signs that end a value may also be within it
)
_HIDDEN: Final = (
    (re.compile(r"(?<=://)(?:[^/\s@:]*:(?:(?!://)[^\s\"'<>])*@|[^/\s@]+@)"), "***@"),  # name and password in an address
    (re.compile(r"(?<=[?&])([\w.-]+)=[^&\s#\"']+"), r"\1=***"),  # values in a query
    (re.compile(r"(?i)\b(bearer|basic|negotiate)\s+[\w.~+/=-]{6,}"), r"\1 ***"),
    (re.compile(r"(?i)\b(digest)\s++\w++\s*+=[^\r\n]*+"), r"\1 ***"),
    (
        re.compile(r"(?i)\b(cookie:\s*+|authorization[=:]\s*+(?!(?:bearer|basic|negotiate|digest)\b))[^\r\n\"'\\]++"),
        r"\1***",
    ),
    (re.compile(r"(?<![\w-])eyJ[\w-]{5,}+\.[\w-]++(?:\.[\w-]*+){0,3}"), "***"),  # JSON web tokens
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*", re.DOTALL), "***"),
    (
        re.compile(
            rf"(?is)((?<![\w-])--?{_KEY}\s++|{_KEY}(?:{_QUOTE}?+\s*+[=:>]++\s*+|{_QUOTE}\s*+,\s*+))"
            rf"(?!(?:bearer|basic|negotiate|digest)\s\*\*\*){_VALUE}"
        ),
        r"\1***",
    ),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "***@***"),  # addresses of mail
    (re.compile(r"(/home/|/Users/|\\Users\\)[^/\\\s\"']+"), r"\1***"),  # names of users
)
"""What a text of others may hold and must not show. Each is found in a time that grows with the text's length only."""
_ESCAPED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def is_name(name: str) -> bool:
    """Return whether a member may have this name: lower-case letters, digits and underscores, at most 40."""
    return _NAME.fullmatch(name) is not None


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _ESCAPED:
        return character
    return character.encode("unicode_escape").decode()


def _cleaned(members: Mapping[str, object], allowed: Collection[str]) -> dict[str, object]:
    """Return the members that may be written, in order."""
    cleaned: dict[str, object] = {}
    for name in (*_DECLARED, *allowed):
        value = members.get(name)
        kept = None if value is None else _kept(name, value)
        if kept is not None:
            cleaned[name] = kept
    omitted = [name for name, value in members.items() if value is not None and name not in cleaned]
    if omitted and "omitted" not in members:
        cleaned["omitted"] = [name if is_name(name) else "?" for name in omitted[:MOST_OMITTED]]
    return cleaned


def _kept(name: str, value: object) -> object:
    """Return a value as it is written; None if it is not of the member's form."""
    member = _DECLARED.get(name)
    if member is None:
        return _scalar(value)
    if member.form is MemberForm.WORD:
        return value if value in member.words else None
    return _FORMS[member.form](value)


def _scalar(value: object) -> object:
    if isinstance(value, bool):
        return value
    return _number(value) if isinstance(value, int | float) else _text(value)


def _text(value: object) -> str | None:
    return plain(value) if isinstance(value, str) else None


def _number(value: object) -> int | float | str | None:
    """Return a number; as text if JSON or one of its readers cannot hold it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return int(value) if abs(value) < LARGEST_NUMBER else None
    return float(value) if math.isfinite(value) else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return number if isinstance(number, int) else None


def _matching(pattern: str) -> Callable[[object], str | None]:
    expression = re.compile(pattern)
    return lambda value: value if isinstance(value, str) and expression.fullmatch(value) else None


def _texts(value: object) -> list[str] | None:
    return [plain(str(text)) for text in value[:200]] if isinstance(value, list | tuple) else None


def _object(value: object) -> object:
    """Return JSON whose texts are safe to log."""
    if isinstance(value, Mapping):
        return {plain(str(key)): _object(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_object(item) for item in value]
    return value if value is None else _scalar(value)


TIME_PATTERN: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
_FORMS: Final[Mapping[MemberForm, Callable[[Any], object]]] = {
    MemberForm.TIME: _matching(TIME_PATTERN),
    MemberForm.TEXT: _text,
    MemberForm.WHOLE: _whole,
    MemberForm.NUMBER: _number,
    MemberForm.HEX16: _matching("[0-9a-f]{16}"),
    MemberForm.HEX32: _matching("[0-9a-f]{32}"),
    MemberForm.TEXTS: _texts,
    MemberForm.OBJECT: lambda value: _object(value) if isinstance(value, Mapping) else None,
}


def _form_schema(member: LogMember) -> dict[str, object]:
    described: dict[str, object] = {"description": member.meaning}
    if member.form is MemberForm.WORD:
        return described | {"enum": list(member.words)}
    return described | _form_schemas()[member.form]


@cache
def _form_schemas() -> dict[MemberForm, dict[str, object]]:
    text = {"type": "string", "maxLength": LONGEST_TEXT}
    return {
        MemberForm.TIME: {"type": "string", "format": "date-time", "pattern": f"^{TIME_PATTERN}$"},
        MemberForm.TEXT: text,
        MemberForm.WHOLE: {"type": "integer"},
        MemberForm.NUMBER: {"type": "number"},
        MemberForm.HEX16: {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        MemberForm.HEX32: {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        MemberForm.TEXTS: {"type": "array", "items": text},
        MemberForm.OBJECT: {"type": "object"},
    }


def _json(members: Mapping[str, object]) -> str:
    """Return JSON in ASCII, so that no terminal and no viewer obeys a character of a value."""
    return json.dumps(members, allow_nan=False, separators=(",", ":"))
