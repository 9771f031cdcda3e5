"""`unitdocs monitor drill` as people call it: its table, its exit codes, and nothing left when it is stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.cli.program import run
from unitdocs.studies import load_record

PATIENCE = 60.0


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return the exit code of a drill, and what it wrote."""
    with pytest.raises(SystemExit) as ended:
        run(["monitor", "drill", *words])
    written = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, written.out, written.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "unitdocs: monitor drill: no alert was given; name the alerts to fire, or give --all\n"),
        (
            ("errors-fast", "--all"),
            "unitdocs: monitor drill: an alert and --all were given; name the alerts to fire, or give --all\n",
        ),
    ],
)
def test_what_to_fire_has_to_be_clear(words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, *words) == (2, "", message)


def test_an_unknown_alert_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "weather")
    assert (code, out) == (2, "")
    assert err.startswith("unitdocs: weather: no alert has this name; give one of UnitdocsCalculationSlow, ")


def test_a_record_needs_a_place_before_anything_is_started(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none" / "drill.json"):
        code, out, err = call(capsys, "errors-fast", "--out", str(place))
        assert (code, out) == (2, "")
        assert err == f"unitdocs: --out {place}: is a folder, or in none; give a file in a folder that exists\n"


def test_without_prometheus_one_sentence_says_how_to_install_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, out, err = call(capsys, "--all")
    assert (code, out) == (2, "")
    assert err == (
        "unitdocs: a drill needs prometheus and prometheus-alertmanager; install it, on Debian by "
        "`apt-get install prometheus prometheus-alertmanager`\n"
    )


def test_a_drill_that_fails_ends_with_1_and_says_why(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("unitdocs.monitoring.drill.running.LIMIT", 0.0)
    code, out, err = call(capsys, "flag-file-invalid", "--out", "drill.json")
    problem = "the alert did not reach the webhook within 0 s"
    assert code == 1
    assert out.splitlines()[1].split()[:4] == ["UnitdocsFlagFileInvalid", "-", "-", "-"]
    assert out.splitlines()[2:] == [
        "0 of 1 alert reached the webhook in time and resolved",
        f"UnitdocsFlagFileInvalid: {problem}",
    ]
    assert err == ""  # progress is for terminals
    record = load_record("monitoring_drill", tmp_path / "drill.json")
    assert record.alerts[0].problem == problem
    assert not record.has_passed


def test_the_result_of_a_drill_can_be_read_by_programs(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "flag-file-invalid", "--format", "json")
    (alert,) = json.loads(out)
    assert code == 0
    assert alert["name"] == "UnitdocsFlagFileInvalid"
    assert alert["runbook"].endswith("#flag-file-invalid")
    assert 0 <= alert["fired"] <= alert["reached"]
    assert alert["resolved"] > 0


def wait_for(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def processes_with(text: str) -> list[str]:
    """Return the commands of all processes that name a text."""
    commands = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = place.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has just ended
            continue
        if text in command:
            commands.append(command)
    return commands


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_of_a_drill_that_is_stopped(number: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "unitdocs.cli", "monitor", "drill", "errors-slow"]
    with subprocess.Popen(
        command, env={**os.environ, "TMPDIR": str(tmp_path)}, stderr=subprocess.PIPE, text=True
    ) as drill:
        wait_for(lambda: any("prometheus.yml" in one for one in processes_with(str(tmp_path))))
        assert any("drill.game" in one for one in processes_with(str(tmp_path)))
        drill.send_signal(number)
        assert drill.stderr is not None
        message = drill.stderr.read()
    wait_for(lambda: not processes_with(str(tmp_path)))
    if number is signal.SIGKILL:  # which leaves no time to remove the folder
        return
    assert drill.returncode == 128 + number
    assert message == "unitdocs: interrupted\n"
    assert list(tmp_path.iterdir()) == []
