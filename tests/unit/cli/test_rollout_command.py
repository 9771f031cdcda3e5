"""`unitdocs rollout` as people call it: what it prints, its exit codes, and one sentence for each mistake."""

import json
from pathlib import Path

import pytest

from unitdocs.cli.program import run


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return the exit code of a command, and what it wrote."""
    with pytest.raises(SystemExit) as ended:
        run(list(words))
    written = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, written.out, written.err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    call(capsys, "flags", "init")
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_the_way_from_a_plan_to_a_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "rollout", "plan")
    assert code == 0
    assert "rollout.toml: new" in err
    assert "50 percent" in out
    assert call(capsys, "rollout", "show")[1].startswith("not started")
    assert call(capsys, "rollout", "advance", "--why", "agreed")[0] == 0
    code, out, _ = call(capsys, "rollout", "advance")
    assert code == 1
    assert "waiting  sessions: 0 with the refactored system, 20 more are needed" in out
    code, out, err = call(capsys, "rollout", "history", "--check")
    assert code == 0
    assert "1 look decided again" in err


@pytest.mark.usefixtures("folder")
def test_show_as_json_has_the_gates(capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "rollout", "plan")
    call(capsys, "rollout", "advance")
    shown = json.loads(call(capsys, "rollout", "show", "--format", "json")[1])
    assert shown["stage"] == "internal"
    assert shown["decision"] == "hold"
    assert {gate["gate"] for gate in shown["gates"]} >= {"time", "traffic", "sessions", "assignment"}


def test_a_wider_margin_is_amended_and_shown_by_the_history(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "rollout", "plan")
    call(capsys, "rollout", "advance")
    plan = folder / "rollout.toml"
    plan.write_text(plan.read_text().replace("margin = 0.005", "margin = 0.008"))
    for words in (["show"], ["watch", "--once"]):
        code, _, err = call(capsys, "rollout", *words)
        assert code == 0
        assert "was changed since it is in force (gate error: margin 0.005 -> 0.008)" in err
    code, out, err = call(capsys, "rollout", "amend", "--why", "agreed with design")
    assert (code, err) == (0, "")
    assert "amend: stage internal (0 %)" in out
    history = call(capsys, "rollout", "history", "--check")[1]
    assert "agreed with design (gate error: margin 0.005 -> 0.008)" in history
    code, _, err = call(capsys, "rollout", "amend", "--why", "again")
    assert code == 2
    assert "is the plan in force already" in err


@pytest.mark.usefixtures("folder")
def test_a_kill_works_with_a_damaged_plan(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rollout.toml").write_text("[")
    code, out, _ = call(capsys, "rollout", "kill", "--why", "menus overlap")
    assert code == 0
    assert "killed: no -> menus overlap" in out
    assert call(capsys, "flags", "choose", "player-1")[1].startswith("original (killed")


def test_a_kill_that_would_stop_nobody_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = call(capsys, "rollout", "kill", "--why", "menus overlap")
    assert code == 2
    assert "no plan names a flag file" in err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["show"], "there is no plan"),
        (["hold", "--why", " "], "--why: expected a reason"),
        (["watch", "--every", "5x"], "--every: expected a time such as 30s, 5m or 1h"),
        (["show", "--at", "soon"], "--at: 'soon' is no time"),
    ],
)
def test_a_mistake_is_one_sentence(capsys: pytest.CaptureFixture[str], words: list[str], sentence: str) -> None:
    code, _, err = call(capsys, "rollout", *words)
    assert code == 2
    assert len(err.splitlines()) == 1
    assert sentence in err


@pytest.mark.usefixtures("folder")
def test_a_time_of_its_own_is_for_simulated_events_alone(capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "rollout", "plan")
    code, _, err = call(capsys, "rollout", "show", "--at", "2026-12-01T09:00Z")
    assert code == 2
    assert 'source = "simulated"' in err
