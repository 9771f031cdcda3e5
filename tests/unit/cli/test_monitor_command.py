"""`unitdocs monitor serve` and `check`: what they print, their exit codes, and how they end."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from unitdocs import cli
from unitdocs.flags.changing import create, kill
from unitdocs.flags.flag import Flag
from unitdocs.monitoring.health.checks import HealthChecks
from unitdocs.monitoring.health.resources import HealthState, degraded, down
from unitdocs.monitoring.health.serving import RunningServer, start_server
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.metrics.families import COMPONENTS


@pytest.fixture(autouse=True)
def without_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("UNITDOCS_SYSTEM", "UNITDOCS_FLAG_FILE", "UNITDOCS_SETTINGS", "UNITDOCS_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def check(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["monitor", "check", *words])
    said = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, said.out, said.err


def test_a_check_without_a_service_shows_every_component(capsys: pytest.CaptureFixture[str]) -> None:
    code, table, errors = check(capsys)
    assert (code, errors) == (0, "")
    lines = table.splitlines()
    assert lines[0].split() == ["component", "state", "milliseconds", "found"]
    assert [line.split()[0] for line in lines[1:-1]] == list(COMPONENTS)
    assert lines[-1] == "status: up"


def test_a_check_as_json_is_what_the_service_answers(capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = check(capsys, "--format", "json")
    members = json.loads(text)
    assert (code, members["status"], list(members["checks"])) == (0, "up", list(COMPONENTS))


def test_a_component_that_is_down_ends_with_1_and_its_remedy(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, table, _ = check(capsys, "--flag-file", str(tmp_path / "missing.json"))
    assert code == 1
    assert "make one with `unitdocs flags init`" in table
    assert table.endswith("status: down\n")


def test_a_degraded_component_ends_with_0_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, table, _ = check(capsys, "--reach", "127.0.0.1:1")
    assert code == 0
    assert "cannot be reached" in table
    assert table.endswith("status: degraded\n")


def test_settings_name_the_flag_file_and_the_system(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(tmp_path / "flags.json", Flag(), "")
    kill(tmp_path / "flags.json", "slow")
    monkeypatch.setenv("UNITDOCS_FLAG_FILE", "flags.json")
    monkeypatch.setenv("UNITDOCS_SYSTEM", "refactored")
    code, table, _ = check(capsys)
    assert code == 0
    assert "is killed: slow" in table
    assert "in the refactored system" in table


def test_the_share_of_the_flag_is_that_of_the_environment_of_the_settings(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(tmp_path / "flags.json", Flag(share=5_000, shares={"staging": 100}), "")
    monkeypatch.setenv("UNITDOCS_ENVIRONMENT", "staging")
    assert "gives 1 % of the players in staging" in check(capsys, "--flag-file", "flags.json")[1]


@pytest.mark.parametrize(
    ("state", "code"), [(HealthState.UP, 0), (HealthState.DEGRADED, 0), (HealthState.DOWN, 1)], ids=str
)
def test_a_service_is_asked_for_its_health(state: HealthState, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = {HealthState.DEGRADED: degraded("red \x1b[31m"), HealthState.DOWN: down("red \x1b[31m")}
    checks = {"disk": lambda: found[state]} if state in found else {}
    with start_server(Monitor(), HealthChecks(checks=checks, keep=3600)) as server:
        ended, table, errors = check(capsys, "--url", server.url)
    assert (ended, errors) == (code, "")
    assert table.endswith(f"status: {state}\n")
    assert "\x1b" not in table


def test_nobody_who_answers_ends_with_1_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    code, output, errors = check(capsys, "--url", url)
    assert (code, output) == (1, "")
    assert errors == (
        f"unitdocs: {url}: nobody answers (Connection refused); see whether the service or the game runs\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("--url", "nowhere"),
        ("--url", "http://127.0.0.1:9464", "--system", "original"),
        ("--system", "new"),
        ("--reach", "nowhere"),
        ("--timeout", "0"),
        ("--timeout", "nan"),
        ("--timeout", "inf"),
        ("--format", "xml"),
        ("--no-such-option",),
    ],
)
def test_wrong_use_ends_with_2_in_one_sentence(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, output, errors = check(capsys, *words)
    assert (code, output) == (2, "")
    assert errors.startswith("unitdocs: ")
    assert "Traceback" not in errors


class Served:
    """`unitdocs monitor serve` in a process of its own."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-m", "unitdocs.cli", "monitor", "serve", "--port", "0", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        self.url = self.line.split(" ")[0]

    def read(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=60) as response:
            return str(response.read().decode())

    def end(self, number: int) -> tuple[int, str, str]:
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=60)
        return self.process.returncode, output, errors


@pytest.fixture
def served() -> Iterator[list[Served]]:
    """Return a list of what is ended after the test."""
    services: list[Served] = []
    yield services
    for service in services:
        service.process.kill()
        service.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_ends_with_0_and_one_line(number: signal.Signals, served: list[Served]) -> None:
    served.append(service := Served())
    assert service.line == f"{service.url} serves /metrics, /livez, /readyz and /healthz; Ctrl-C ends it\n"
    assert service.read("/livez") == "live\n"
    assert service.end(number) == (0, f"stopped by {number.name}\n", "")


def test_a_service_shows_what_files_say(tmp_path: Path, served: list[Served]) -> None:
    create(tmp_path / "flags.json", Flag(share=2_500), "")
    (tmp_path / "events" / "2026-11-29").mkdir(parents=True)
    (tmp_path / "events" / "2026-11-29" / "a.parquet").touch()
    served.append(service := Served("--flag-file", "flags.json", "--events", "events", "--records", "events"))
    text = service.read("/metrics")
    names = {line.split("{")[0].split(" ")[0] for line in text.splitlines() if not line.startswith("#")}
    assert {"unitdocs_flag_valid", "unitdocs_flag_version", "unitdocs_component_state"} <= names
    assert "unitdocs_flag_share_ratio 0.25" in text
    assert not {"unitdocs_telemetry_written_total", "unitdocs_telemetry_dropped_total"} & names
    last = next(line for line in text.splitlines() if line.startswith("unitdocs_telemetry_last_write"))
    assert 0 <= time.time() - float(last.split(" ")[1]) < 3600
    for system in ("original", "refactored"):
        assert f'unitdocs_calculation_seconds_count{{kind="size",system="{system}"}}' in text.replace(
            f'system="{system}",kind="size"', f'kind="size",system="{system}"'
        )


def test_a_port_that_is_taken_ends_with_2_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "unitdocs.cli", "monitor", "serve", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"unitdocs: 127.0.0.1:{port}: another program listens there; give another port, or stop that program\n"
    )


def test_other_machines_are_served_only_if_that_is_said(
    capsys: pytest.CaptureFixture[str], served: list[Served]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["monitor", "serve", "--host", "0.0.0.0"])
    assert ended.value.code == 2
    assert "add --allow-remote if that is meant" in capsys.readouterr().err
    served.append(service := Served("--host", "0.0.0.0", "--allow-remote"))
    code, _, errors = service.end(signal.SIGTERM)
    assert code == 0
    assert "without authentication" in errors


def test_a_service_of_a_game_can_be_checked_while_it_plays(capsys: pytest.CaptureFixture[str]) -> None:
    monitor = Monitor()
    server: RunningServer
    with start_server(monitor, HealthChecks(monitor)) as server:
        code, table, _ = check(capsys, "--url", server.url)
    assert (code, "status: up" in table) == (0, True)
