"""The two commands of the README when they are called wrongly: one sentence and exit code 2."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPTS = ROOT / "scripts"


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stderr
    lines = done.stderr.strip().splitlines()
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in lines[-1]


@pytest.mark.parametrize("script", ["portal.py", "take_screenshot.py", "test.py"])
def test_an_unknown_option_is_named_and_help_pointed_at(script: str) -> None:
    done = run(str(SCRIPTS / script), "--quick")
    assert_one_sentence(done, "--quick", "--help")
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("script", ["portal.py", "take_screenshot.py", "test.py"])
def test_help_shows_examples(script: str) -> None:
    done = run(str(SCRIPTS / script), "--help")
    assert done.returncode == 0
    assert f"python scripts/{script}" in done.stdout


def test_a_busy_port_is_refused_before_anything_is_measured() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run(str(SCRIPTS / "portal.py"), "--port", str(port))
    assert_one_sentence(done, str(port), "--port")
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_what_is_not_a_port_is_refused(port: str) -> None:
    assert_one_sentence(run(str(SCRIPTS / "portal.py"), f"--port={port}"), port)


def test_a_first_set_up_without_a_network_says_so_and_the_next_one_starts_again(tmp_path: Path) -> None:
    for name in ("scripts", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    unreachable = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_FIND_LINKS": "", "PIP_RETRIES": "0"}
    for _ in range(2):
        done = run(
            str(tmp_path / "scripts" / "portal.py"), "--no-serve", "--reuse", PIP_CONFIG_FILE=os.devnull, **unreachable
        )
        assert_one_sentence(done, "network")
        assert not (tmp_path / ".venv" / "unitdocs.json").exists()
