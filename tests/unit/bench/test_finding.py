"""Suites are loaded in another process: whatever a module does, all others are reported, and the limit holds."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.bench.finding import declared_suites, find_suites
from unitdocs.errors import InputError

Declare = Callable[..., Path]
SETUP = "def setup(arm, scenario, seed): return Operation(list)"

ENDS = {
    "exits": ("import os; print('bye', flush=True); os._exit(0)", "exit code 0 while it was loaded; it printed: bye;"),
    "killed": ("import os; os.kill(os.getpid(), 9)", "its process was ended by signal SIGKILL while it was loaded;"),
    "odd": ("class Odd(BaseException): pass\nraise Odd('no')", ":2: Odd: no;"),
    "interrupts": ("raise KeyboardInterrupt", ":1: KeyboardInterrupt: no message;"),
    "waits": ("import time; time.sleep(600)", "was not loaded within the limit of 1 s;"),
}


def problems(folder: Path, limit: float = 60.0) -> tuple[str, ...]:
    with pytest.raises(InputError) as raised:
        find_suites(folder, limit=limit)
    return raised.value.problems


def test_modules_that_end_their_process_or_wait_are_each_named_and_the_others_are_loaded(declare: Declare) -> None:
    folder = declare("1 / 0", name="wrong").parent
    declare(SETUP)
    for name, (text, _) in ENDS.items():
        (folder / f"{name}.py").write_text(text)
    started = time.monotonic()
    found = problems(folder, limit=1)
    assert time.monotonic() - started < 60  # one of them sleeps for ten minutes
    assert len(found) == len(ENDS) + 1
    for problem, (name, (_, end)) in zip(found, sorted({**ENDS, "wrong": ("", ":5: ZeroDiv")}.items()), strict=True):
        assert problem.startswith(f"{folder}/{name}.py:")
        assert end in problem


@pytest.mark.long
def test_a_slow_module_does_not_use_up_the_time_of_the_next(declare: Declare) -> None:
    files = [declare(f"time.sleep(1.2)\n{SETUP}", name=name) for name in ("alpha", "beta", "gamma")]
    assert [suite.name for suite in declared_suites(files, limit=2).values()] == ["alpha", "beta", "gamma"]


def test_what_a_module_changes_in_its_process_does_not_change_this_one(declare: Declare) -> None:
    path = declare(
        f"""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.chdir("/")
        os.close(0); os.close(1); os.close(2)
        import threading
        threading.Thread(target=time.sleep, args=(600,)).start()
        {SETUP}
        """
    )
    here = Path.cwd()
    ((found, suite),) = find_suites(path.parent).items()
    assert (found, suite.name, suite.arms) == (path, "suite", ("old", "new"))
    assert Path.cwd() == here


def test_a_declaration_that_a_module_wrote_itself_is_not_trusted(declare: Declare) -> None:
    path = declare(
        """
        import sys
        frame = sys._getframe()
        while "results" not in frame.f_locals: frame = frame.f_back
        print('{"name": 5, "title": 3, "arms": [], "scenarios": [], "frame": null}', file=frame.f_locals["results"])
        frame.f_locals["results"].flush()
        os._exit(0)
        """
    )
    assert problems(path.parent)[0] == f"{path}: SUITE: name: expected text, got 5"
