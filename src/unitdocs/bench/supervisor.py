"""The parent of a worker: it ends everything that the worker started, however the worker or the run ends.

A suite may start processes that leave their session and outlive their parents. On Linux such orphans become children
of this process, which asks for them (PR_SET_CHILD_SUBREAPER), so that all of them can be found below it in /proc.
Elsewhere the process group of the worker is ended, and what left it is not.

It is run by its path as `python -I -S supervisor.py FD COMMAND...` and imports little, because it is started for every
round. FD is a pipe that the run holds open: when it closes, or the run is killed, the worker and all that it started
are killed. This process ends as the worker ended: with its exit code, or by the same signal.
"""

import os
import select
import signal
import sys
import time

IS_LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
PATIENCE = 5.0
"""Seconds after which processes that cannot be killed, such as those of another user, are left alone."""


def main(held: int, command: list[str]) -> None:
    """Run a command until it ends, or until the pipe of the run closes, and end what it started.

    Args:
        held: the read end of a pipe that the run holds open.
        command: the program and its arguments.
    """
    os.set_inheritable(held, False)  # noqa: FBT003 -- takes no keyword
    _adopt_orphans()
    wake, woken = os.pipe()
    for end in (wake, woken):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler, `set_wakeup_fd` hears nothing
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    worker, statuses = _start(command), dict[int, int]()
    while worker not in statuses:
        ready, _, _ = select.select([held, wake], [], [])
        if held in ready:
            break
        os.read(wake, 4096)
        _has_children(statuses)
    _end_all(worker, statuses)
    _end_as(statuses.get(worker))


def _start(command: list[str]) -> int:
    """Start the worker in a session of its own, to be killed with this process, and return its process id."""
    worker = os.fork()
    if worker == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.execv(command[0], command)  # noqa: S606 -- the command of the run, without a shell
    return worker


def _adopt_orphans() -> None:
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if IS_LINUX:
        import ctypes  # noqa: PLC0415 -- of no use elsewhere

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _has_children(statuses: dict[int, int]) -> bool:
    """Collect the statuses of the children that have ended, and return whether others are left."""
    while True:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if not child:
            return True
        statuses[child] = status


def _end_all(worker: int, statuses: dict[int, int]) -> None:
    """Kill what is left below this process, again and again, since a process may start others meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while True:
        if worker not in statuses or not IS_LINUX:
            _kill_group(worker)
        if not _has_children(statuses) or time.monotonic() > deadline:
            return
        for process in _descendants():
            _kill(process)
        time.sleep(0.002)


def _descendants() -> list[int]:
    """Return the processes below this one, from /proc, if the system has it."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc") if IS_LINUX and os.path.isdir("/proc") else ():  # noqa: PTH112, PTH208 -- slow
        if name.isdecimal() and (parent := _parent(name)) is not None:
            children.setdefault(parent, []).append(int(name))
    below, new = [], [os.getpid()]
    while new:
        new = [child for process in new for child in children.get(process, ())]
        below += new
    return below


def _parent(process: str) -> int | None:
    """Return the parent of a process, or None if the process has ended by now."""
    try:
        with open(f"/proc/{process}/stat", "rb") as stat:  # noqa: PTH123 -- pathlib takes long to import
            return int(stat.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError):
        return None


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _kill_group(worker: int) -> None:
    try:
        os.killpg(worker, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _end_as(status: int | None) -> None:
    """End as the worker ended; None is a worker that was killed because the run ended or ran out of time."""
    code = -signal.SIGKILL if status is None else os.waitstatus_to_exitcode(status)
    if code >= 0:
        os._exit(code)
    if code not in {-signal.SIGKILL, -signal.SIGSTOP}:
        signal.signal(-code, signal.SIG_DFL)
    _dump_no_core()
    os.kill(os.getpid(), -code)


def _dump_no_core() -> None:
    import resource  # noqa: PLC0415 -- needed by few rounds

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
