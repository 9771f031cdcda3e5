"""Prometheus's and Alertmanager's programs, as the tests call them."""

import subprocess
from pathlib import Path


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder to its end; what it prints is in its order, errors included."""
    return subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=3_600
    )
