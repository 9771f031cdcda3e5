"""The machine and the software of a run, and the noise while it was measured."""

import importlib.metadata
import os
import platform
import subprocess
import time
from pathlib import Path

from unitdocs.records import Clock, Environment

COARSE_STEP_NS = 1_000_000
"""The largest clock step, in nanoseconds, at which the thread CPU clock decides; a coarser one cannot time a batch."""
MOST_STEAL = 0.05
"""The largest CPU steal, as a share of CPU time, that gives no warning."""


def describe(root: Path) -> Environment:
    """Return the environment at the start of a run.

    Args:
        root: the project, whose commit is recorded.
    """
    step = clock_step_ns()
    too_coarse = step > COARSE_STEP_NS
    warnings = [f"the thread CPU clock steps by {step} ns, so the wall clock decides"] if too_coarse else []
    return Environment(
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        packages=_packages(),
        commit=_git(root, "rev-parse", "HEAD"),
        dirty=_is_dirty(root),
        load_start=load(),
        clock=Clock.WALL if too_coarse else Clock.THREAD_CPU,
        clock_step_ns=step,
        warnings=tuple(warnings),
    )


def closed(begun: Environment, ticks: tuple[int, int] | None) -> Environment:
    """Return the environment at the end of a run.

    Args:
        begun: the environment at the start.
        ticks: `cpu_ticks()` at the start.
    """
    now, steal = load(), steal_since(ticks)
    worst = max((average for average in (begun.load_start, now) if average is not None), default=None)
    warnings = (*begun.warnings, *noise(worst, begun.cores, steal))
    return begun.model_copy(update={"load_end": now, "steal": steal, "warnings": warnings})


def noise(load_now: float | None, cores: int, steal: float | None) -> list[str]:
    """Return warnings about what makes a run less certain."""
    warnings = []
    if load_now is not None and load_now > cores:
        warnings.append(f"the machine was busy: load {load_now:.1f} on {cores} cores")
    if steal is not None and steal > MOST_STEAL:
        warnings.append(f"the hypervisor took {steal:.0%} of the CPU time")
    return warnings


def load() -> float | None:
    """Return the one-minute load average, or None if the system has none."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def cpu_ticks() -> tuple[int, int] | None:
    """Return the CPU ticks stolen by the hypervisor and all ticks since boot, or None if the system has no counts."""
    try:
        first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()
    except OSError:
        return None
    ticks = [int(part) for part in first[1:9]]
    return ticks[7], sum(ticks)


def steal_since(before: tuple[int, int] | None) -> float | None:
    """Return the CPU steal since an earlier `cpu_ticks()`, as a share of CPU time from 0 to 1."""
    now = cpu_ticks()
    if before is None or now is None or now[1] == before[1]:
        return None
    return round((now[0] - before[0]) / (now[1] - before[1]), 4)


def clock_step_ns() -> int:
    """Return the smallest step observed of the thread CPU clock, in nanoseconds."""
    steps = []
    for _ in range(20):
        begun = now = time.thread_time_ns()
        while now == begun:
            now = time.thread_time_ns()
        steps.append(now - begun)
    return min(steps)


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    described = {name.strip(): text.strip() for name, _, text in (line.partition(":") for line in reversed(lines))}
    if not described.get("model name"):
        return platform.processor() or platform.machine() or "unknown"
    if {"cpu family", "model"} <= described.keys():  # a virtual machine often says no more than "AMD EPYC"
        return f"{described['model name']} (family {described['cpu family']}, model {described['model']})"
    return described["model name"]


def _packages() -> dict[str, str]:
    versions = ((item.metadata["Name"], item.version) for item in importlib.metadata.distributions())
    return dict(sorted((name, version) for name, version in versions if name))


def _is_dirty(root: Path) -> bool | None:
    status = _git(root, "status", "--porcelain")
    return None if status is None else bool(status)


def _git(root: Path, *arguments: str) -> str | None:
    """Return what git prints, or None if it fails or is not installed."""
    try:
        process = subprocess.run(  # noqa: S603 -- git, with fixed arguments
            ["git", *arguments],  # noqa: S607 -- whichever git the user has
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return process.stdout.strip() if process.returncode == 0 else None
