"""Which system a session gets: the order of what decides, and the original system on every fault."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from made_flags import text_of

from unitdocs.flags import Choice, Flag, Reason, SystemChooser, changing, choose_system, watching
from unitdocs.settings import Settings

ALL = Flag(version=4, share=10_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "flags.json"
    path.write_text(text_of(ALL))
    return path


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that lets the monotonic clock of the watched file go on."""
    passed = [0.0]
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + passed[0])

    def go_on(seconds: float) -> None:
        passed[0] += seconds

    return go_on


def chooser(file: Path | None, system: str | None = None, environment: str = "production") -> SystemChooser:
    return SystemChooser(Settings(flag_file=file, system=system, environment=environment))


def test_the_order_of_what_decides(file: Path, clock: Callable[[float], None]) -> None:
    with_variable = chooser(file, system="original")
    assert with_variable.choose("a", system="refactored") == Choice("refactored", None, Reason.ARGUMENT)
    assert with_variable.choose("a").reason is Reason.SETTING
    assert chooser(file).choose("a") == Choice("refactored", "refactored", Reason.SHARE, 4)
    assert chooser(None).choose("a") == Choice("original", None, Reason.DEFAULT)
    file.write_text(text_of(Flag(version=5, share=10_000, killed="slow")))
    clock(1)
    killed = chooser(file, system="refactored").choose("a")
    assert killed == Choice("original", "original", Reason.KILLED, 5, "slow")
    assert with_variable.choose("a", system="refactored").system == "refactored"


def test_allowed_and_denied_keys_precede_shares_and_the_start(file: Path) -> None:
    file.write_text(text_of(Flag(allowed=frozenset("ab"), denied=frozenset("b"), start=4 * 10**9, share=10_000)))
    choose = chooser(file).choose
    assert [choose(key).reason for key in "abc"] == [Reason.ALLOWED, Reason.DENIED, Reason.NOT_STARTED]
    assert [choose(key).system for key in "abc"] == ["refactored", "original", "original"]


def test_an_environment_has_its_own_share(file: Path) -> None:
    file.write_text(text_of(Flag(share=0, shares={"staging": 10_000})))
    assert chooser(file).choose("a").system == "original"
    assert chooser(file).choose("a", {"environment": "staging"}).system == "refactored"
    assert chooser(file, environment="staging").choose("a").system == "refactored"


FAULTS = {
    "missing": None,
    "broken": b"{",
    "half": text_of(ALL).encode()[:100],
    "unknown variant": text_of(ALL).replace('"refactored": "refactored"', '"next": "next"').encode(),
    "wrong type": text_of(ALL).replace('"version": 4', '"version": "4"').encode(),
    "older": text_of(Flag(version=3, share=10_000)).encode(),
    "not text": b"\xff\xfe\x00",
    "empty": b"",
}


@pytest.mark.parametrize("content", FAULTS.values(), ids=FAULTS)
def test_on_every_fault_the_original_is_active_and_afterwards_the_flag_again(
    file: Path, clock: Callable[[float], None], content: bytes | None
) -> None:
    both = (chooser(file), chooser(file, system="refactored"))
    for one in both:
        assert one.choose("a").system == "refactored"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    clock(1)
    for one in both:
        choice = one.choose("a")
        assert (choice.system, choice.reason) == ("original", Reason.FAULT)
        assert str(file) in choice.detail
        assert len(choice.detail.splitlines()) == 1
    file.write_text(text_of(ALL))
    clock(1)
    for one in both:
        assert one.choose("a").system == "refactored"


def test_a_folder_or_a_loop_of_links_is_a_fault(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (tmp_path, loop, tmp_path / "x\0y"):
        assert chooser(path).choose("a").reason is Reason.FAULT


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such pipes")
def test_a_game_does_not_wait_for_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "not a file" in chooser(pipe).choose("a").detail
    monkeypatch.setenv("UNITDOCS_SETTINGS", str(pipe))
    assert "not a file" in choose_system("a").detail


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_while_a_thread_reads_does_not_stop_the_new_process(file: Path) -> None:
    one = chooser(file)
    assert one._watched is not None
    with one._watched._reading:
        child = os.fork()
        if child == 0:
            signal.alarm(10)
            os._exit(0 if one.choose("a").system == "refactored" else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_thread_does_not_go_on_with_an_old_flag_while_another_one_reads(
    file: Path, clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PATIENCE", 0.1)
    one = chooser(file)
    assert one.choose("a").system == "refactored"
    assert one._watched is not None
    with one._watched._reading:  # as by a thread that waits for a dead network mount
        clock(0.7)
        assert one.choose("a").system == "refactored"
        clock(0.7)
        assert "takes too long" in one.choose("a").detail
    assert one.choose("a").system == "refactored"


def test_a_fault_of_the_moment_passes(
    file: Path, clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = chooser(file)
    with monkeypatch.context() as patched:
        patched.setattr(json, "loads", recursing)
        assert "nested too deep" in one.choose("a").detail
    clock(1)
    assert one.choose("a").system == "refactored"


def recursing(*_: object, **_options: object) -> None:
    raise RecursionError


@pytest.mark.parametrize("wrong", [["flags.json"], 7, b"flags.json", object(), "a\0b", ""])
def test_a_wrong_file_gets_the_original_system(wrong: object) -> None:
    choice = choose_system("a", file=wrong)  # type: ignore[arg-type]
    assert (choice.system, choice.reason) == ("original", Reason.FAULT)
    assert choice.detail


@pytest.mark.parametrize(
    ("key", "attributes"),
    [("", {}), (7, {}), (None, {}), ("a", {"environment": 3}), ("a", "staging"), ("a", ["environment"])],
)
def test_a_wrong_call_gets_the_original_system(file: Path, key: object, attributes: object) -> None:
    choice = chooser(file).choose(key, attributes)  # type: ignore[arg-type]
    assert (choice.system, choice.reason) == ("original", Reason.FAULT)
    assert choice.detail


def test_an_unknown_system_is_a_fault(file: Path) -> None:
    choice = chooser(file).choose("a", system="refactord")
    assert choice.reason is Reason.FAULT
    assert "give one of original, refactored" in choice.detail


def test_a_change_of_the_same_length_and_time_is_seen(file: Path, clock: Callable[[float], None]) -> None:
    one = chooser(file)
    assert one.choose("a").system == "refactored"
    status = file.stat()
    changed = text_of(Flag(version=5, share=10_000, salt="unit-sistem"))
    assert len(changed) == len(text_of(ALL))
    file.write_text(changed)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    clock(1)
    assert one.choose("a").flag_version == 5


def test_a_kill_by_another_process_is_in_force_within_a_second(file: Path) -> None:
    one = chooser(file)
    assert one.choose("a").system == "refactored"
    changing.kill(file, "slow frames")
    time.sleep(1)
    assert one.choose("a").reason is Reason.KILLED
    changing.change(file, "resume", lambda flag: Flag(**{**vars_of(flag), "killed": None}))
    time.sleep(1)
    assert one.choose("a").system == "refactored"


def vars_of(flag: Flag) -> dict[str, object]:
    return {name: getattr(flag, name) for name in flag.__dataclass_fields__}


def test_threads_share_a_chooser(file: Path, clock: Callable[[float], None]) -> None:
    one, found = chooser(file), set()

    def ask() -> None:
        for number in range(300):
            found.add(one.choose(str(number)).system)
            clock(0.01)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"refactored"}


def test_variables_are_read_at_each_call(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UNITDOCS_SYSTEM", "UNITDOCS_FLAG_FILE", "UNITDOCS_ENVIRONMENT", "UNITDOCS_SETTINGS"):
        monkeypatch.delenv(name, raising=False)
    assert choose_system("a").reason is Reason.DEFAULT
    monkeypatch.setenv("UNITDOCS_FLAG_FILE", str(file))
    assert choose_system("a").reason is Reason.SHARE
    monkeypatch.setenv("UNITDOCS_SYSTEM", "original")
    assert choose_system("a").reason is Reason.SETTING
    monkeypatch.setenv("UNITDOCS_SYSTEM", "refactord")
    assert choose_system("a").reason is Reason.FAULT
    assert choose_system("a", system="refactored").system == "refactored"
    monkeypatch.delenv("UNITDOCS_SYSTEM")
    settings = tmp_path / "staging.toml"
    settings.write_text('environment = "staging"\nflag-file = "other.json"\n')
    (tmp_path / "other.json").write_text(text_of(Flag(shares={"staging": 10_000})))
    monkeypatch.delenv("UNITDOCS_FLAG_FILE")
    monkeypatch.setenv("UNITDOCS_SETTINGS", str(settings))
    assert choose_system("a").system == "refactored"
    assert choose_system("a", file=file).flag_version == 4


def test_a_choice_can_be_written_as_json(file: Path) -> None:
    assert json.loads(json.dumps(chooser(file).choose("a")._asdict()))["reason"] == "share"
