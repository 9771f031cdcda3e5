"""`unitdocs units resolve`: a line in, a line out, for programs that hold a pipe open."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs import cli
from unitdocs.cli.unit_lines import results
from unitdocs.units import SYSTEMS, create_system

COMMAND = [sys.executable, "-m", "unitdocs.cli", "units", "resolve"]
PARENT = {"parent": {"x": 0, "y": 0, "width": 640, "height": 360}}
WIDTH = {"id": "a", "kind": "size", "unit": "parent-width", "value": "fill", "context": PARENT}


def row(line: object, system: str = "refactored") -> dict[str, Any]:
    (answer,) = results([json.dumps(line).encode()], create_system(system))
    return answer


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_line_is_answered_before_the_next_one_comes(system: str) -> None:
    with subprocess.Popen(
        [*COMMAND, "--system", system], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for width in (640, 320, 0):
            process.stdin.write(json.dumps(WIDTH | {"context": {"parent": PARENT["parent"] | {"width": width}}}) + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert (answer["id"], answer["result"], answer["valid"]) == ("a", width, True)
        process.stdin.close()
        assert process.stdout.read() == ""
    assert process.returncode == 0


def test_a_line_that_cannot_be_read_is_answered_in_its_place_and_the_others_go_on() -> None:
    lines = [
        json.dumps(WIDTH).encode(),
        b"",
        b"{",
        b"\xff",
        b"[1]",
        b"9" * 5_000,
        b"[" * 100_000,
        json.dumps(WIDTH | {"id": "last"}).encode(),
    ]
    found = list(results(lines, create_system("original")))
    assert [(answer["id"], answer.get("line")) for answer in found] == [
        ("a", None),
        (None, 3),
        (None, 4),
        (None, 5),
        (None, 6),
        (None, 7),
        ("last", None),
    ]
    assert all("error" in answer for answer in found[1:-1])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "length"}, "kind: 'length' is not one of size, position, scale"),
        ({"kind": None}, "kind: None is not one of size, position, scale"),
        ({"wide": 3}, "wide: unknown; a size has"),
        ({"unit": "furlong"}, "furlong"),
        ({"context": {"parents": {}}}, "parents"),
    ],
)
def test_a_wrong_member_is_named(changes: dict[str, object], said: str) -> None:
    answer = row(WIDTH | changes)
    assert answer["id"] is None
    assert said in answer["error"]


def test_all_problems_of_a_line_are_told_at_once() -> None:
    said = row({"kind": "scale", "tilt": 1})["error"]
    assert said.startswith("tilt: unknown; a scale has ")
    assert said.endswith("; unit: missing; value: missing")


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(("sign", "spelled"), [(1, "Infinity"), (-1, "-Infinity")])
def test_a_result_that_is_not_finite_is_spelled(system: str, sign: int, spelled: str) -> None:
    big = 1.7e308 * sign
    answer = row({"kind": "position", "unit": "pixel", "value": big, "offset": big}, system)
    assert answer["result"] == spelled


@pytest.mark.parametrize("name", ["NaN", "-Infinity", "1e999", "[1, NaN]"])
def test_an_id_that_json_cannot_hold_is_refused(name: str) -> None:
    line = f'{{"id": {name}, "kind": "size", "unit": "pixel", "value": 1}}'
    (answer,) = results([line.encode()], create_system("original"))
    assert answer["id"] is None
    assert str(answer["error"]).startswith("id: holds a number that is not finite")


@pytest.mark.parametrize("name", [None, "", "a", 7, 2**70, 0.5, ["a", 1], {"row": 1}, True])
def test_any_other_id_comes_back_as_it_was(name: object) -> None:
    assert row(WIDTH | {"id": name}) == {"id": name, "result": 640.0, "valid": True}


things: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["fill", "pixel"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
nearly_units = st.fixed_dictionaries(
    {"kind": st.sampled_from(["size", "position", "scale"]), "unit": st.sampled_from(["pixel", "factor"]) | things},
    optional=dict.fromkeys(("value", "min", "max", "offset", "dimension", "axis", "id", "context"), things),
)


@given(things | nearly_units)
def test_whatever_a_line_holds_both_systems_give_one_answer_and_the_same(line: object) -> None:
    original, refactored = (row(line, name) for name in SYSTEMS)
    assert original == refactored
    assert json.loads(json.dumps(original, allow_nan=False)) == original


def resolve(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lines: Iterable[object], *options: str
) -> tuple[int, str, str]:
    content = "".join(json.dumps(line) + "\n" for line in lines).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    with pytest.raises(SystemExit) as ended:
        cli.main(["units", "resolve", *options])
    assert isinstance(ended.value.code, int)
    return ended.value.code, *capsys.readouterr()


def test_a_bad_line_does_not_change_the_exit_code_but_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = resolve(monkeypatch, capsys, [WIDTH, {"kind": "nothing"}, WIDTH])
    assert (code, err) == (0, "unitdocs: standard input: 1 line could not be resolved; its result says why\n")
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["a", None, "a"]


@pytest.mark.parametrize("name", ["", "original", "refactored"])
def test_the_variable_chooses_the_system(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setenv("UNITDOCS_SYSTEM", name)
    assert resolve(monkeypatch, capsys, [WIDTH])[0] == 0


@pytest.mark.parametrize(("options", "place"), [((), "UNITDOCS_SYSTEM"), (("--system", "newest"), "system")])
def test_a_system_that_is_none_is_refused_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], place: str
) -> None:
    monkeypatch.setenv("UNITDOCS_SYSTEM", "newest")
    code, out, err = resolve(monkeypatch, capsys, [WIDTH], *options)
    assert (code, out) == (2, "")
    assert err == f"unitdocs: {place}: there is no unit system 'newest'; give one of original, refactored\n"


@pytest.mark.skipif(os.name != "posix", reason="the exit code is that of a signal")
def test_a_reader_that_goes_away_ends_the_program_quietly() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        line = json.dumps(WIDTH).encode() + b"\n"
        process.stdin.write(line)
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["result"] == 640
        process.stdout.close()
        process.stdin.write(line)
        process.stdin.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 141  # 128 + SIGPIPE, as shells have it
