"""The programs of a drill: they are found or named, they say why they ended, and they never outlive their parent."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.errors import InputError, MeasurementError
from unitdocs.monitoring.drill import stack
from unitdocs.monitoring.drill.stack import HOST, Daemon, WebhookReceiver, find_tools, free_ports, start_prometheus

PATIENCE = 60.0
FOREVER = "import time; time.sleep(3600)"


def wait_for(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def test_missing_programs_are_named_with_how_to_install_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    both = (
        "a drill needs prometheus and prometheus-alertmanager; install it, on Debian by "
        "`apt-get install prometheus prometheus-alertmanager`"
    )
    with pytest.raises(InputError) as raised:
        find_tools()
    assert str(raised.value) == both
    (tmp_path / "prometheus").write_text("")
    (tmp_path / "prometheus").chmod(0o755)
    with pytest.raises(InputError, match=r"^a drill needs prometheus-alertmanager; "):
        find_tools()


def test_a_port_that_is_taken_gives_one_sentence(tmp_path: Path) -> None:
    configuration = tmp_path / "prometheus.yml"
    configuration.write_text("{}")
    with WebhookReceiver() as webhook:
        port = int(webhook.url.split(":")[2].strip("/"))
        with (
            start_prometheus(find_tools(), configuration, tmp_path, port) as prometheus,
            pytest.raises(MeasurementError, match=r"^prometheus: ended by itself with 1: .*address already in use"),
        ):
            prometheus.wait_until_ready(stack.ready_url(free_ports(1)[0]))


def test_a_program_that_never_gets_ready_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "PATIENCE", 0.2)
    with (
        Daemon("sleeper", [sys.executable, "-c", FOREVER], tmp_path / "log") as sleeper,
        pytest.raises(MeasurementError, match=r"^sleeper: is not ready after 0\.2 s: it printed nothing$"),
    ):
        sleeper.wait_until_ready(f"http://{HOST}:{free_ports(1)[0]}/")
    assert sleeper.process.returncode is not None


def test_a_program_that_ignores_to_be_ended_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "GRACE", 0.2)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True);" + FOREVER
    daemon = Daemon("deaf", [sys.executable, "-c", deaf], tmp_path / "log")
    wait_for(lambda: daemon.last_line() == "deaf")
    daemon.stop()
    assert daemon.process.returncode == -9


@pytest.mark.skipif(sys.platform != "linux", reason="the system ends the programs of a killed parent on Linux alone")
def test_a_program_ends_with_its_killed_parent(tmp_path: Path) -> None:
    parent = (
        "import sys, time; from pathlib import Path; from unitdocs.monitoring.drill.stack import Daemon;"
        f"daemon = Daemon('sleeper', [sys.executable, '-c', {FOREVER!r}], Path({str(tmp_path / 'log')!r}));"
        "print(daemon.process.pid, flush=True); time.sleep(3600)"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = Path("/proc") / process.stdout.readline().strip()
        assert child.is_dir()
        process.kill()
    wait_for(lambda: not child.is_dir() or "\nState:\tZ" in (child / "status").read_text())


def test_the_receiver_keeps_what_alertmanager_sends() -> None:
    alerts = [{"status": "resolved", "startsAt": "2026-11-29T10:00:00.5Z"}]
    content = {"status": "resolved", "commonLabels": {"alertname": "A", "job": "one"}, "alerts": alerts}
    with WebhookReceiver() as webhook:
        before = time.time()
        with urllib.request.urlopen(webhook.url, json.dumps(content).encode(), timeout=PATIENCE) as answer:
            assert answer.status == 200
        (notification,) = webhook.notifications("A", "one", before)
        assert not notification.is_firing
        assert notification.alerts == tuple(alerts)
        assert webhook.notifications("A", "two") == webhook.notifications("B", "one") == []
        assert webhook.notifications("A", "one", time.time()) == []
