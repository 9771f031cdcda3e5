"""`unitdocs units compare`: equal, different, or nothing that could be compared."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from unitdocs import cli
from unitdocs.cli.unit_lines import LONGEST_LINE, lines_of, results
from unitdocs.units import Registry, UnitSystem, comparison, create_system

SCENES = Path(__file__).parents[3] / "benchmarks" / "scenes"
WIDTH = {"kind": "size", "unit": "scene-width", "value": "fill", "context": {"scene": {"width": 640, "height": 360}}}


def compare(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["units", "compare", *map(str, arguments)])
    assert isinstance(ended.value.code, int)
    return ended.value.code, *capsys.readouterr()


@pytest.fixture
def lines(tmp_path: Path) -> Any:
    def write(*rows: object) -> Path:
        path = tmp_path / "units.jsonl"
        path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
        return path

    return write


@pytest.fixture
def _broken(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    registry.register("size", lambda _spec: lambda _context: -0.0, name="zero", unit="scene-width")
    monkeypatch.setattr(
        comparison,
        "create_system",
        lambda name: UnitSystem(registry=registry) if name == "refactored" else create_system(name),
    )


def test_scenes_and_units_that_are_equal_give_0(capsys: pytest.CaptureFixture[str], lines: Any) -> None:
    code, out, err = compare(capsys, *sorted(SCENES.glob("*.json")), "--units", lines(WIDTH, "", WIDTH))
    assert (code, err) == (0, "")
    assert out == "scenes: 2, elements: 319, sizes: 18\nunits: 2\nequal\n"


@pytest.mark.usefixtures("_broken")
def test_differences_give_1_and_say_where(capsys: pytest.CaptureFixture[str], lines: Any) -> None:
    wheel = SCENES / "prize-wheel.json"
    code, out, _ = compare(capsys, wheel, "--size", "640x360", "--size", "800.5x600", "--units", lines(WIDTH))
    assert code == 1
    words = [line.split() for line in out.splitlines()]
    assert ["prize-wheel.json", "640x360", "root", "width", "640.0", "-0.0"] in words
    assert ["units.jsonl:1", "result", "640.0", "-0.0"] in words
    assert out.splitlines()[-1].startswith("different: ")
    code, out, _ = compare(capsys, "--units", lines(WIDTH), "--format", "json")
    answer = json.loads(out)
    assert (code, answer["equal"], answer["count"]) == (1, False, 1)
    assert answer["compared"] == {"scenes": 0, "elements": 0, "sizes": 0, "units": 1}
    (difference,) = answer["differences"]
    assert difference == {
        "where": "units.jsonl:1",
        "size": None,
        "element": None,
        "member": "result",
        "original": 640.0,
        "refactored": -0.0,
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "holds no unit, so there is nothing to compare; write one unit per line"),
        (["", " "], "holds no unit"),
        ([WIDTH, WIDTH | {"unit": "scene-with"}], "2: size: unit: 'scene-with' is not one of"),
        (["{"], "1: not a line of JSON"),
        ([WIDTH, "[1]"], "2: expected an object, got [1]"),
        (['{"kind": "size", "kind": "scale", "unit": "pixel", "value": 1}'], "1: $.kind: given more than once"),
        ([{"kind": "size", "compose": "min", "parts": [{"unit": "pixel", "value": 1}]}], "1: build: the original"),
        (["1" * (LONGEST_LINE + 1)], "1: longer than 1 MiB, the limit of a unit; give one unit per line"),
    ],
)
def test_a_file_of_units_that_cannot_be_compared_gives_2(
    capsys: pytest.CaptureFixture[str], lines: Any, rows: list[object], said: str
) -> None:
    path = lines(*rows)
    code, out, err = compare(capsys, "--units", path)
    assert (code, out) == (2, "")
    assert said in err
    assert "units.jsonl" in err


def test_a_file_of_nothing_but_bad_lines_is_not_read_to_its_end(capsys: pytest.CaptureFixture[str], lines: Any) -> None:
    path = lines(*["{"] * 5_000)
    code, _, err = compare(capsys, "--units", path)
    assert code == 2
    assert len(err.splitlines()) == 100
    assert err.endswith("units.jsonl: not read any further, after 99 lines that cannot be read\n")


def test_all_that_cannot_be_read_is_named_at_once(
    capsys: pytest.CaptureFixture[str], lines: Any, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text('{"format_version": 1, "name": "empty", "elements": []}')
    code, _, err = compare(capsys, empty, tmp_path / "none.json", "--units", lines("{"), "--units", tmp_path)
    assert code == 2
    assert [line.split(": ")[1].removeprefix(str(tmp_path)) for line in err.splitlines()] == [
        "/empty.json",
        "/none.json",
        "/units.jsonl:1",
        "",
    ]


def test_wrong_options_give_2(capsys: pytest.CaptureFixture[str], lines: Any) -> None:
    for arguments, said in (
        ([], "nothing to compare; give scene files, or units with --units"),
        (["--units", lines(WIDTH), "--size", "1x1"], "--size: needs a scene file"),
        ([SCENES / "prize-wheel.json", "--size", "wide"], "--size wide: expected width and height in pixels"),
    ):
        code, _, err = compare(capsys, *arguments)
        assert (code, said in err) == (2, True), err


def test_a_scene_with_a_composition_gives_2_with_its_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    width = {"compose": "min", "parts": [{"unit": "pixel", "value": 1}]}
    file = tmp_path / "composed.json"
    file.write_text(json.dumps({"format_version": 1, "name": "c", "elements": [{"id": "a", "width": width}]}))
    code, _, err = compare(capsys, file)
    assert (code, err.startswith("unitdocs: composed.json: build: the original system builds a Size")) == (2, True)


# Lines of any length.


class Stream(io.RawIOBase):
    """A stream of one endless line, which counts the most bytes that it was asked for at once."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.most = 0

    def readable(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size > 0
        self.most = max(self.most, size)
        given = min(size, self.left)
        self.left -= given
        return b"7" * given


def test_a_line_of_gigabytes_is_answered_without_being_held() -> None:
    stream = Stream(3 * 2**30 // 64)
    (answer,) = results(lines_of(stream), create_system())  # type: ignore[arg-type]
    assert answer["error"] == "longer than 1 MiB, the limit of a unit; give one unit per line"
    assert stream.most == LONGEST_LINE + 1


def test_lines_after_a_line_that_is_too_long_keep_their_numbers() -> None:
    row = json.dumps({"id": "last", "kind": "size", "unit": "pixel", "value": 5}).encode()
    longest = row + b" " * (LONGEST_LINE - len(row) - 1)  # with the end of the line
    content = b"\n".join([longest, longest + b" ", b"7" * (2 * LONGEST_LINE + 2), b"{", row])
    answers = list(results(lines_of(io.BytesIO(content)), create_system()))
    assert [(answer["id"], answer.get("line")) for answer in answers] == [
        ("last", None),
        (None, 2),
        (None, 3),
        (None, 4),
        ("last", None),
    ]
