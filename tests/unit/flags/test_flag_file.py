"""Flag files: what is written is read back; everything else is refused with one sentence."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_flags import FLAGS, text_of

from unitdocs.errors import InputError
from unitdocs.flags.flag import Flag
from unitdocs.flags.flag_file import LARGEST_FILE, FlagDocument, load, parse

SOME = Flag(
    version=3, share=1_000, shares={"staging": 10_000}, allowed=frozenset({"a"}), denied=frozenset({"b"}), start=5
)


@settings(max_examples=200, deadline=None)
@given(FLAGS)
def test_what_is_written_is_read_back(flag: Flag) -> None:
    assert parse(text_of(flag).encode(), "flags.json").flag == flag


def test_other_flags_and_members_of_the_file_stay() -> None:
    others = {"$schema": "x", "flags": {"music": {"state": "ENABLED"}}, "metadata": {"version": "7"}}
    text = FlagDocument(SOME, others).text()
    again = parse(text.encode(), "flags.json")
    assert json.loads(again.text()) == json.loads(text)
    assert again.content["metadata"] == {"version": "7"}
    assert json.loads(text)["flags"]["music"] == {"state": "ENABLED"}


def changed(path: str, value: object) -> bytes:
    """Return a flag file of which one member has another value."""
    document = json.loads(text_of(SOME))
    *folders, name = path.split(".")
    place: Any = document
    for folder in folders:
        place = place[folder]
    place[name] = value
    return json.dumps(document).encode()


FLAG = "flags.unit-system"
FRACTIONAL = {"fractional": [["original", 50], ["refactored", 50]]}
WRONG: dict[str, tuple[bytes, str]] = {
    "a mark of the order of bytes": (text_of(SOME).encode("utf-8-sig"), "is not JSON"),
    "UTF-16": (text_of(SOME).encode("utf-16"), "not UTF-8"),
    "half a character": (text_of(SOME).replace("staging", "\ud800").encode("utf-8", "surrogatepass"), "not UTF-8"),
    "no number": (b'{"flags": {"music": NaN}}', "the number NaN"),
    "no end": (b'{"flags": {"music": -Infinity}}', "the number -Infinity"),
    "too large": (b'{"flags": {"music": 1e400}}', "is too large"),
    "too many digits": (b'{"flags": {"music": ' + b"9" * 5_000 + b"}}", "is not JSON"),
    "twice": (b'{"flags": {}, "flags": {"music": 1}}', 'two members named "flags"'),
    "a version to round": (changed("flags.unit-system.metadata.version", 2**53 + 1), "metadata: needs version"),
    "a start that no calendar has": (text_of(replace(SOME, start=10**12)).encode(), "not in the years 1 to 9999"),
    "empty": (b"", "is not JSON"),
    "half": (text_of(SOME).encode()[:200], "is not JSON"),
    "not UTF-8": (b'{"flags": "\xff"}', "is not JSON"),
    "a list": (b"[]", "has no object `flags`"),
    "no flags": (b"{}", "has no object `flags`"),
    "another flag": (b'{"flags": {"music": {}}}', "has no flag 'unit-system'"),
    "deep": (b'{"flags": ' + b"[" * 100_000, "nested too deep"),
    "a text": (changed(FLAG, "on"), "needs state"),
    "state": (changed(f"{FLAG}.state", "ON"), "needs state"),
    "a third variant": (changed(f"{FLAG}.variants", {"original": "original", "next": "next"}), "variants: expected"),
    "another default": (changed(f"{FLAG}.defaultVariant", "refactored"), "defaultVariant: expected"),
    "a text as version": (changed(f"{FLAG}.metadata.version", "3"), "metadata: needs version"),
    "a truth as version": (changed(f"{FLAG}.metadata.version", value=True), "metadata: needs version"),
    "no salt": (changed(f"{FLAG}.metadata.salt", ""), "metadata: needs version"),
    "killed, but enabled": (changed(f"{FLAG}.metadata.killed", "why"), "is ENABLED and says that it is killed"),
    "fractional": (changed(f"{FLAG}.targeting", FRACTIONAL), "expected a share"),
    "no targeting": (changed(f"{FLAG}.targeting", {}), "expected a share"),
    "no default bucket": (
        changed(f"{FLAG}.targeting", {"if": [{"<": [{"var": "bucket"}, 5]}, "refactored", "original"]}),
        "expected a share",
    ),
    "turned round": (
        changed(f"{FLAG}.targeting", {"if": [{"<": [{"var": ["bucket", 10_000]}, 5]}, "original", "refactored"]}),
        "expected a share",
    ),
    "too large a share": (
        changed(f"{FLAG}.targeting", {"if": [{"<": [{"var": ["bucket", 10_000]}, 10_001]}, "refactored", "original"]}),
        "expected a share",
    ),
    "keys twice": (
        changed(f"{FLAG}.targeting", {"if": [{"in": [{"var": "targetingKey"}, ["a", "a"]]}, "refactored", {
            "if": [{"<": [{"var": ["bucket", 10_000]}, 5]}, "refactored", "original"]}]}),
        "is not what `unitdocs flags` writes",
    ),
    "a truth as share": (
        changed(f"{FLAG}.targeting", {"if": [{"<": [{"var": ["bucket", 10_000]}, True]}, "refactored", "original"]}),
        "expected a share",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_with_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(content, "flags.json")
    assert len(refused.value.problems) == 1
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("flags.json: ")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40) | st.sampled_from(list(range(0, 900, 7))).map(lambda n: text_of(SOME).encode()[:n]))
def test_no_content_ends_in_another_error(content: bytes) -> None:
    with pytest.raises(InputError):
        parse(content, "flags.json")


def test_a_flag_that_another_tool_disabled_is_killed() -> None:
    assert parse(changed(f"{FLAG}.state", "DISABLED"), "flags.json").flag.killed == "the flag's state is DISABLED"


def test_a_file_that_is_missing_a_folder_or_too_large_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (LARGEST_FILE + 1))
    for path, sentence in (
        (tmp_path / "none.json", "there is no flag file"),
        (tmp_path, "cannot be read"),
        (large, "is larger"),
    ):
        with pytest.raises(InputError, match=sentence):
            load(path)


def test_half_a_character_is_written_as_it_was() -> None:
    text = text_of(SOME).replace("staging", "\\ud800")
    document = parse(text.encode(), "flags.json")
    assert document.flag.shares == {"\ud800": 10_000}
    assert document.encoded() == text.encode()


def test_what_is_nested_too_deep_to_be_written_is_refused() -> None:
    deep: list[object] = []
    for _ in range(20_000):
        deep = [deep]
    with pytest.raises(InputError, match="nested too deep"):
        FlagDocument(SOME, {"flags": {"music": deep}}).encoded()
