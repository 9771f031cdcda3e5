"""`unitdocs tune replay` as people call it: its table, its record, and what it refuses."""

import json
from pathlib import Path

import pytest

from unitdocs import studies
from unitdocs.cli.program import run
from unitdocs.tuning.replay import Trace, write_trace


def call(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Return the exit code of a replay, and what it wrote."""
    with pytest.raises(SystemExit) as ended:
        run(["tune", "replay", *map(str, words)])
    written = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, written.out, written.err


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """Return a trace of two keys in turn."""
    path = tmp_path / "turn.jsonl"
    write_trace(Trace.of_lookups("turn", [(time % 2, 100, float(time)) for time in range(10)]), path)
    return path


def test_a_line_says_the_hit_rate_and_its_share_of_the_optimum(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, trace, "--entries", "2,1", "--policy", "lru")
    assert code == 0
    first, second = [line.split() for line in out.splitlines()[1:3]]
    assert first == ["turn", "layouts", "lru", "1", "0.0%", "-", "9", "100"]
    assert second == ["turn", "layouts", "lru", "2", "80.0%", "100.0%", "0", "200"]
    assert out.endswith("1 trace, 10 lookups, counted exactly\n")


def test_json_and_the_record_hold_the_same(
    trace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = call(capsys, trace, "--entries", "2", "--format", "json", "--out", tmp_path / "r.json")
    assert code == 0
    record = studies.load_record("cache_replays", tmp_path / "r.json")
    assert [session["name"] for session in json.loads(out)] == [session.name for session in record.sessions] == ["turn"]
    assert [curve.hits for curve in record.sessions[0].curves] == [(8,)] * 3
    assert record.sessions[0].ceiling == (8,)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--entries", "0"), "--entries 0: expected whole numbers above 0"),
        (("--entries", "8,x"), "--entries 8,x: expected whole numbers above 0"),
        (("--policy", "fifo"), "--policy fifo: no such policy; give one of lru, sieve, s3-fifo"),
    ],
)
def test_what_cannot_be_replayed_is_refused(
    trace: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, trace, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_file_that_is_no_trace_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, tmp_path / "none.jsonl")
    assert code == 2
    assert "none.jsonl: cannot be read" in err
