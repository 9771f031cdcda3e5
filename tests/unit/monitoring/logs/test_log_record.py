import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from unitdocs.monitoring.logs.record import (
    LEVELS,
    LONGEST_LINE,
    LONGEST_TEXT,
    MEMBERS,
    LogComponent,
    component_of,
    json_schema,
    line_of,
    plain,
    time_text,
)

SCHEMA = Path(__file__).parents[4] / "docs" / "assets" / "log-line.schema.json"
REQUIRED = {"time": time_text(0.5), "level": "info", "component": "game", "event": "level loaded"}
VALID = Draft202012Validator(json_schema())
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def read(members: dict[str, Any], *allowed: str) -> dict[str, Any]:
    return json.loads(line_of({**REQUIRED, **members}, allowed))


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text()) == json.loads(json.dumps(json_schema()))
    Draft202012Validator.check_schema(json_schema())


@settings(max_examples=50)
@given(
    st.dictionaries(st.sampled_from([member.name for member in MEMBERS]) | st.text(max_size=12), ANYTHING, max_size=12)
)
def test_whatever_is_given_a_line_is_valid_and_bounded_and_obeyed_by_no_terminal(members: dict[str, Any]) -> None:
    line = line_of({**members, **REQUIRED}, ("level_number",))
    assert len(line) < LONGEST_LINE
    assert line.isascii()
    assert line.isprintable()
    parsed = json.loads(line, parse_constant=pytest.fail)
    VALID.validate(parsed)


def test_members_that_are_not_declared_are_left_out_and_named() -> None:
    line = read({"token": "abc123", "Bad Name": "x", "level_number": 3, "cache": "plans"}, "level_number")
    assert line["omitted"] == ["token", "?"]
    assert line["level_number"] == 3
    assert line["cache"] == "plans"
    assert "abc123" not in json.dumps(line)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("session", "player-1"),
        ("session", 5),
        ("trace_id", "0" * 31),
        ("system", "third"),
        ("elements", 2.5),
        ("elements", True),
        ("elements", 10**400),
        ("duration_seconds", float("nan")),
        ("duration_seconds", "long"),
        ("explanation", float("inf")),
    ],
)
def test_a_value_of_another_form_is_left_out(member: str, value: object) -> None:
    line = read({member: value})
    assert member not in line
    assert line["omitted"] == [member]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ok", "ok"),
        ("password=hunter2 x", "password=*** x"),
        ("api_key: 'abc def' x", "api_key: *** x"),
        ('{"token": "abc"}', '{"token": ***}'),
        ("GAME_SALT=abc", "GAME_SALT=***"),
        ("Authorization: Bearer abcdefgh", "Authorization: Bearer ***"),
        ("https://ann:pw@host/p?key=1&b=2", "https://***@host/p?key=***&b=***"),
        ("mail ann.lee@example.org now", "mail ***@*** now"),
        ("/home/ann/scenes/menu.json", "/home/***/scenes/menu.json"),
        ("C:\\Users\\ann\\menu.json", "C:\\Users\\***\\menu.json"),
        ("player=ann", "player=***"),
        ("password:  x y", "password:  *** y"),
        ("password   = x y", "password   = *** y"),
        (r"{\"password\": \"x \\\"y\", \"a\": 1}", r"{\"password\": ***, \"a\": 1}"),
        ("pwd=x", "pwd=***"),
        ("passphrase: x", "passphrase: ***"),
        ("private_key=x", "private_key=***"),
        ("credentials=x", "credentials=***"),
        ("credentials={'user': 'u', 'key': 'x'} y", "credentials=*** y"),
        ("session_id=x", "session_id=***"),
        ("login --password x -v", "login --password *** -v"),
        ("['login', '--password', 'x']", "['login', '--password', ***]"),
        ("('password', 'x')", "('password', ***)"),
        (r'password="a\"b c" y', "password=*** y"),
        ('password="never ended', "password=***"),
        ("password=b'a c' y", "password=*** y"),
        ("password=Secret('a c') y", "password=***) y"),
        ("password='a'b y", "password=*** y"),
        ("token=a,b y", "token=*** y"),
        ("token=a;b y", "token=*** y"),
        ("Authorization: Token x", "Authorization: ***"),
        ("token=a)b'c]d, y", "token=***, y"),
        ('{"token":5,"a":1}', '{"token":***,"a":1}'),
        ("f(token=x), y", "f(token=***), y"),
        ("password: basic", "password: ***"),
        ("postgres://u:p/w@h/d", "postgres://***@h/d"),
        ("postgres://u:p@w@h/d", "postgres://***@h/d"),
        ("http://host:80/d?x and http://host/d", "http://host:80/d?x and http://host/d"),
        ('Authorization: Digest username="u", response="x"', "Authorization: Digest ***"),
        ("Cookie: a=x; b=y", "Cookie: ***"),
        ("got eyJhbGciOiJI.eyJzdWIi.SflKx_w-5c now", "got *** now"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", "***"),
        ("12 compasses, 3 keys", "12 compasses, 3 keys"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("a\nb\u202ec\u2028d", "a\\nb\\u202ec\\u2028d"),
        ("\ud800", "\\ud800"),
        ("größe 幅", "größe 幅"),
    ],
)
def test_a_text_shows_no_secret_no_person_and_no_control_character(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_hiding_takes_no_longer_for_texts_made_to_take_long() -> None:
    def seconds(text: str) -> float:
        times = []
        for _ in range(5):
            begun = time.thread_time()
            plain(text)
            times.append(time.thread_time() - begun)
        return min(times)

    usual = seconds("a short word, and " * 100)
    for part in ("a", "a.", "a@", "token", "://", "?a", "bearer ", "password =", "/home/"):
        assert seconds(part * (2048 // len(part))) < 50 * usual + 0.01


@pytest.mark.parametrize("length", [2_000, 20_000, 200_000])
@pytest.mark.parametrize(
    "part",
    [
        *(
            "password",
            "password ",
            "password\\",
            "password:\\",
            "password='",
            "password=(",
            "password=a,",
            "password=a(",
            "authorization=",
            "--password ",
        ),
        *("' , '", "://", "://a:", "eyJaaaaa.", "-eyJ", "digest a ", "cookie: ", "bearer ", "a.", "?a", " ", "\\"),
    ],
)
def test_a_secret_behind_a_hostile_text_of_any_length_is_hidden(part: str, length: int) -> None:
    # A time that grows with the square of the length would be minutes for the longest.
    hostile = part * (length // len(part))
    assert "hunter2" not in plain(f"password=hunter2 {hostile}\npassword=hunter2 ", longest=2 * length)


def test_a_long_text_is_cut() -> None:
    assert plain("a" * 5000) == "a" * (LONGEST_TEXT - 1) + "…"


def test_a_line_that_is_too_long_loses_its_explanation_first() -> None:
    members = {"explanation": {str(i): "x" * 400 for i in range(100)}, "text": ["one"], "scene": "menu"}
    line = read(members)
    assert line["truncated"] > LONGEST_LINE
    assert (line["text"], line["scene"]) == (["one"], "menu")
    line = read({**members, "text": ["é" * 500] * 100})
    assert line["truncated"] > LONGEST_LINE
    assert "text" not in line
    assert line["scene"] == "menu"


@pytest.mark.parametrize(
    ("logger", "component"),
    [
        ("unitdocs.units.scene", "scene"),
        ("unitdocs.experiment.writing", "events"),
        ("unitdocs.flags.watching", "flag"),
        ("unitdocs.units", "unitdocs"),
        ("unitdocs", "unitdocs"),
        ("game", "game"),
        ("game.sound", "game"),
        ("gamepad", "library"),
        ("urllib3.connectionpool", "library"),
        ("root", "library"),
    ],
)
def test_a_logger_belongs_to_the_component_of_its_longest_prefix(logger: str, component: str) -> None:
    assert component_of(logger) == component


def test_times_are_rfc_3339_in_utc() -> None:
    assert time_text(0) == "1970-01-01T00:00:00.000000Z"
    assert time_text(1_700_000_000.25) == "2023-11-14T22:13:20.250000Z"


def test_the_words_of_a_line_are_closed_sets() -> None:
    words = {member.name: member.words for member in MEMBERS if member.words}
    assert words == {"level": LEVELS, "component": tuple(LogComponent), "system": ("original", "refactored")}
