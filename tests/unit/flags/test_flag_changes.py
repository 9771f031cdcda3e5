"""Changes of a flag file: each in the audit log before it is in force; nothing lost, whoever writes or is killed."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.files import locks
from unitdocs.flags import Flag, audit, bucket, changing
from unitdocs.flags.flag_file import LARGEST_FILE, FlagDocument, load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "flags.json"
    changing.create(path, Flag(), "")
    return path


def set_share(path: Path, share: int) -> changing.FlagChange:
    return changing.change(path, "set", lambda flag: replace(flag, share=share), f"{share}")


def entries(path: Path) -> tuple[audit.AuditEntry, ...]:
    return audit.read(audit.place_of(path))


def test_each_change_is_a_version_and_an_entry(file: Path) -> None:
    set_share(file, 100)
    changing.kill(file, "slow")
    found = entries(file)
    assert [entry.action for entry in found] == ["init", "set", "kill"]
    assert [entry.after.version for entry in found] == [1, 2, 3]
    assert found[1].before == found[0].after
    assert load(file).flag.audit == found[-1].digest()
    assert changing.problems(file) == ()


def test_a_change_that_changes_nothing_is_no_entry(file: Path) -> None:
    done = set_share(file, 0)
    assert done.notes == ("nothing to change",)
    assert len(entries(file)) == 1


def test_kill_and_resume_give_the_same_players_back(file: Path) -> None:
    set_share(file, 1_234)
    before = load(file).flag
    changing.kill(file, "slow")
    changing.change(file, "resume", lambda flag: replace(flag, killed=None))
    after = load(file).flag
    keys = [f"player-{number}" for number in range(5_000)]
    assert [before.choose(key, "x", 0) for key in keys] == [after.choose(key, "x", 0) for key in keys]
    assert any(bucket("unit-system", key) < 1_234 for key in keys)


@pytest.mark.parametrize("content", [b"", b"{", b'{"flags": {}}', b"\xff"])
def test_a_damaged_file_can_be_killed_keeps_its_bytes_and_its_last_rules(file: Path, content: bytes) -> None:
    set_share(file, 500)
    file.write_bytes(content)
    done = changing.kill(file, "slow")
    assert load(file).flag.killed == "slow"
    assert load(file).flag.share == 500
    assert file.with_name("flags.json.damaged").read_bytes() == content
    assert any("is kept as" in note for note in done.notes)
    assert changing.problems(file) == ()


def test_a_missing_file_can_be_killed(tmp_path: Path) -> None:
    changing.kill(tmp_path / "new" / "flags.json", "slow")
    assert load(tmp_path / "new" / "flags.json").flag.killed == "slow"


def test_a_kill_works_although_the_audit_log_cannot_be_written(file: Path) -> None:
    place = audit.place_of(file)
    place.write_bytes(place.read_bytes() + b'{"edited": true}\n')
    done = changing.kill(file, "slow")
    assert load(file).flag.killed == "slow"
    assert "not in the audit log" in done.notes[-1]
    with pytest.raises(InputError, match="was edited"):
        set_share(file, 1)


def obstacle(path: Path, kind: str) -> None:
    """Put something in the way that is no file."""
    path.unlink(missing_ok=True)
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(path.parent / "nowhere" / "at all")
    else:
        os.mkfifo(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such pipes")
@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
@pytest.mark.parametrize("name", [".flags.json.lock", "flags.audit.jsonl", ".flags.json.abcdefgh"])
def test_a_kill_is_in_force_whatever_is_in_the_way(file: Path, name: str, kind: str) -> None:
    set_share(file, 500)
    obstacle(file.with_name(name), kind)
    changing.kill(file, "slow")
    assert load(file).flag.killed == "slow"
    assert load(file).flag.share == 500


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such pipes")
@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_a_flag_file_that_is_no_file_is_one_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "flags.json"
    obstacle(path, kind)
    with pytest.raises(InputError, match="give the path of a file"):
        changing.kill(path, "slow")
    with pytest.raises(InputError, match="give the path of a file"):
        changing.create(path, Flag(), "")
    with pytest.raises(InputError, match="give the path of a file"):
        set_share(path, 1)


def test_each_damaged_file_is_kept(file: Path) -> None:
    for content in (b"{", b"[", b"}"):
        file.write_bytes(content)
        changing.kill(file, "slow")
    kept = [file.with_name(f"flags.json.damaged{ending}").read_bytes() for ending in ("", "-2", "-3")]
    assert kept == [b"{", b"[", b"}"]


def test_a_kill_does_without_keeping_a_damaged_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_path: Path) -> tuple[str, ...]:
        raise OSError("no space left")

    file.write_bytes(b"{")
    monkeypatch.setattr(changing, "_kept", refused)
    assert "could not be kept" in changing.kill(file, "slow").notes[-1]
    assert load(file).flag.killed == "slow"


@pytest.mark.parametrize("why", ["\udcff", "\x1b[31m\0", "x" * 2_000_000, "\U0001f600" * 5_000])
def test_a_kill_takes_any_reason(file: Path, why: str) -> None:
    changing.kill(file, why)
    assert (load(file).flag.killed or "").removesuffix("…") == why[:1_000]
    assert entries(file)[-1].why == why
    assert changing.problems(file) == ()
    changing.change(file, "resume", lambda flag: replace(flag, killed=None))


FORGED: dict[str, object] = {
    "version": "7",
    "share": None,
    "shares": [],
    "salt": 3,
    "allowed": [1, "a"],
    "denied": None,
    "start": "now",
    "killed": 3,
    "number": True,
    "who": 3,
    "time": None,
    "why": [],
    "action": {},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_entry_of_another_type_is_found_and_stops_no_kill(file: Path, name: str) -> None:
    place = audit.place_of(file)
    members = json.loads(place.read_text())
    (members if name in members else members["after"])[name] = FORGED[name]
    place.write_text(json.dumps(members, sort_keys=True) + "\n")
    assert "was edited" in changing.problems(file)[0]
    changing.kill(file, "slow")
    assert load(file).flag.killed == "slow"


def test_a_damaged_file_is_killed_without_rules_if_no_file_may_hold_those_of_the_audit_log(file: Path) -> None:
    place = audit.place_of(file)
    place.write_text(place.read_text().replace('"share": 0', '"share": 10001'))
    file.write_bytes(b"{")
    changing.kill(file, "slow")
    assert (load(file).flag.killed, load(file).flag.share) == ("slow", 0)


def test_the_largest_version_can_be_killed_and_resumed(file: Path) -> None:
    file.write_text(FlagDocument(replace(load(file).flag, version=2**53)).text())
    changing.kill(file, "slow")
    assert load(file).flag.killed == "slow"
    changing.change(file, "resume", lambda flag: replace(flag, killed=None))
    assert (load(file).flag.killed, load(file).flag.version) == (None, 2**53)


def test_a_kill_does_not_wait_for_a_long_audit_log(file: Path) -> None:
    last = lengthened(file, 20_000)
    begin = time.monotonic()
    changing.kill(file, "slow")
    assert time.monotonic() - begin < 1
    assert load(file).flag.version == last.after.version + 1
    assert changing.problems(file) == ()


def lengthened(path: Path, count: int) -> audit.AuditEntry:
    """Add entries as by so many changes, and return the last one."""
    place, last = audit.place_of(path), entries(path)[-1]
    with place.open("ab") as file:
        for _ in range(count):
            after = replace(last.after, version=last.after.version + 1, share=last.number % 10_000)
            last = replace(
                last, number=last.number + 1, action="set", before=last.after, after=after, previous=last.digest()
            )
            file.write(last.line())
    path.write_text(FlagDocument(replace(last.after, audit=last.digest())).text())
    return last


def test_the_end_of_an_audit_log_with_long_lines_is_found(file: Path) -> None:
    changing.change(file, "allow", lambda flag: replace(flag, allowed=frozenset(map(str, range(40_000)))))
    set_share(file, 5)
    assert audit.place_of(file).stat().st_size > 3 * audit.ENDING
    place = audit.place_of(file)
    whole = place.read_bytes()
    place.write_bytes(whole + whole[-500_000:-1])
    set_share(file, 6)
    assert [entry.number for entry in audit.ending(place)][-1] == 4
    assert changing.problems(file) == ()


def test_more_keys_than_a_game_reads_are_refused_and_the_flag_can_still_be_killed(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(InputError, match="name fewer keys"):
        changing.change(file, "allow", lambda flag: replace(flag, allowed=frozenset(map(str, range(100_000)))))
    with pytest.raises(InputError, match=r"nested too deep|name fewer keys"):
        changing.change(file, "set", lambda flag: replace(flag, shares=dict.fromkeys(map(str, range(5_000)), 1)))
    assert file.read_bytes() == before
    assert len(entries(file)) == 1
    changing.change(file, "allow", lambda flag: replace(flag, allowed=frozenset(["a" * (LARGEST_FILE - 9_200)])))
    changing.kill(file, "\x1b" * 5_000)
    assert load(file).flag.killed


def test_a_command_ended_after_it_found_a_change_is_no_damage(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_share(file, 100)
    file.write_text(file.read_text().replace("100\n", "300\n"))
    with monkeypatch.context() as patched:
        patched.setattr(changing, "_replace", ended)
        with pytest.raises(InputError, match="ended"):
            set_share(file, 500)
    assert [entry.action for entry in entries(file)] == ["init", "set", "found", "set"]
    assert changing.problems(file) == ()
    set_share(file, 600)
    assert changing.problems(file) == ()


def ended(*_: object) -> None:
    raise InputError("ended")


def edited(lines: list[str]) -> dict[str, list[str]]:
    """Return the lines of an audit log after somebody changed them."""
    return {
        "a reason": [lines[0], lines[1].replace('"100"', '"200"'), *lines[2:]],
        "a time": [lines[0].replace("20", "19", 1), *lines[1:]],
        "the first cut": lines[1:],
        "one cut": [*lines[:1], *lines[2:]],
        "the last cut": lines[:-1],
        "two cut": lines[:-2],
        "two turned": [lines[1], lines[0], *lines[2:]],
        "one twice": [*lines, lines[-1]],
        "a space": [lines[0].replace(": ", ":  ", 1), *lines[1:]],
        "no JSON": [*lines, "}"],
        "another kind": [*lines, "[]"],
        "all cut": [],
    }


@pytest.mark.parametrize("name", edited(["20", "", "", ""]))
def test_a_cut_or_an_edit_of_the_audit_log_shows(file: Path, name: str) -> None:
    for share in (100, 200, 300, 400):
        set_share(file, share)
    place = audit.place_of(file)
    lines = place.read_text().splitlines()
    place.write_text("".join(f"{line}\n" for line in edited(lines)[name]))
    assert changing.problems(file), name


def test_a_file_that_something_else_changed_is_found_and_goes_on(file: Path) -> None:
    set_share(file, 100)
    text = file.read_text()
    assert text.count("100\n") == 1
    file.write_text(text.replace("100\n", "300\n"))
    assert "was changed by something else" in changing.problems(file)[0]
    set_share(file, 500)
    assert [entry.action for entry in entries(file)] == ["init", "set", "found", "set"]
    assert entries(file)[2].after.share == 300
    assert changing.problems(file) == ()


def test_a_backup_is_restored_as_a_new_version(file: Path, tmp_path: Path) -> None:
    set_share(file, 1_000)
    backup = tmp_path / "backup"
    backup.mkdir()
    for name in ("flags.json", "flags.audit.jsonl"):
        shutil.copy(file.with_name(name), backup)
    set_share(file, 9_000)
    done = changing.restore(file, backup / "flags.json", "back")
    assert (done.after.share, done.after.version) == (1_000, 4)
    assert changing.problems(file) == ()


@pytest.mark.parametrize("lost", [("flags.json",), ("flags.audit.jsonl",), ("flags.json", "flags.audit.jsonl")])
def test_what_is_lost_comes_back_from_a_backup(file: Path, tmp_path: Path, lost: tuple[str, ...]) -> None:
    set_share(file, 1_000)
    backup = tmp_path / "backup"
    backup.mkdir()
    for name in ("flags.json", "flags.audit.jsonl"):
        shutil.copy(file.with_name(name), backup)
    for name in lost:
        file.with_name(name).unlink()
    changing.restore(file, backup / "flags.json", "lost")
    assert load(file).flag.share == 1_000
    assert [entry.action for entry in entries(file)][:2] == ["init", "set"]
    assert changing.problems(file) == ()


def test_restoring_the_flag_leaves_other_flags_as_they_are(file: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.json"
    shutil.copy(file, backup)
    document = json.loads(file.read_text())
    document["flags"]["music"] = {"state": "ENABLED"}
    file.write_text(json.dumps(document))
    changing.restore(file, backup, "back")
    assert json.loads(file.read_text())["flags"]["music"] == {"state": "ENABLED"}
    assert changing.problems(file) == ()


def test_a_kill_that_cannot_be_written_says_what_stops_the_system_too(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(changing, "write_atomically", full)
    with pytest.raises(InputError, match=r"No space left on device\); remove it, and games use the original system"):
        changing.kill(file, "slow")


def test_an_older_copy_is_named(file: Path) -> None:
    old = file.read_bytes()
    set_share(file, 100)
    set_share(file, 200)
    file.write_bytes(old)
    assert "is older than its audit log" in changing.problems(file)[0]


def test_a_half_line_at_the_end_was_never_in_force_and_is_removed(file: Path) -> None:
    set_share(file, 100)
    place = audit.place_of(file)
    whole = place.read_bytes()
    place.write_bytes(whole + whole[:50])
    assert changing.problems(file) == ()
    set_share(file, 200)
    assert [entry.action for entry in entries(file)] == ["init", "set", "set"]


def test_a_process_that_holds_the_file_is_named_at_once(file: Path) -> None:
    with locks.locked(file), pytest.raises(InputError, match=f"in use by process {os.getpid()}"):
        changing.kill(file, "slow")


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from unitdocs.flags import changing
path, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
changing.PATIENCE = changing.KILL_PATIENCE = 100
print("ready", flush=True)
for number in range(first, first + count):
    if number % 5:
        changing.change(path, "set", lambda flag: replace(flag, share=number % 10000), str(number))
    else:
        changing.kill(path, str(number))
    print(number, flush=True)
"""


def writer(file: Path, first: int, count: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, str(file), str(first), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_eight_processes_at_once_leave_a_valid_file_and_every_entry(file: Path) -> None:
    writers = [writer(file, 1 + index * 12, 12) for index in range(8)]
    for one in writers:
        _, errors = one.communicate()
        assert one.returncode == 0, errors
    found = entries(file)
    assert sorted(int(entry.why) for entry in found[1:]) == list(range(1, 97))
    assert [entry.after.version for entry in found] == list(range(1, 98))
    assert changing.problems(file) == ()
    assert load(file).flag.audit == found[-1].digest()


def test_a_process_killed_at_any_moment_leaves_a_valid_file_and_a_whole_audit_log(file: Path) -> None:
    draw, done = random.Random(11), 0
    for index in range(20):
        one = writer(file, 1 + index * 1_000, 900)
        assert one.stdout is not None
        one.stdout.readline()
        time.sleep(draw.random() * 0.1)
        one.send_signal(signal.SIGKILL)
        printed = one.stdout.read().split("\n")
        one.wait()
        one.stdout.close()
        assert one.stderr is not None
        one.stderr.close()
        named = {entry.why for entry in entries(file)}
        assert {line for line in printed[:-1] if line} <= named
        done += len(printed) - 1
        assert changing.problems(file) == ()
        changing.change(file, "deny", lambda flag, index=index: replace(flag, denied=flag.denied | {str(index)}))  # type: ignore[misc]
        assert changing.problems(file) == ()
    assert done > 0
    assert load(file).flag.denied == frozenset(map(str, range(20)))


def test_an_entry_is_one_line_of_json(file: Path) -> None:
    set_share(file, 700)
    line = audit.place_of(file).read_text().splitlines()[-1]
    assert json.loads(line)["after"]["share"] == 700
    assert json.loads(line)["why"] == "700"


def test_rules_that_no_flag_file_may_hold_are_refused_before_anything_is_written(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(InputError, match="expected a share"):
        set_share(file, 10_001)
    assert file.read_bytes() == before
    assert len(entries(file)) == 1


def saved(file: Path, folder: Path) -> Path:
    """Copy a flag file and its audit log; return the copy of the file."""
    folder.mkdir()
    for name in ("flags.json", "flags.audit.jsonl"):
        shutil.copy(file.with_name(name), folder)
    return folder / "flags.json"


@pytest.mark.parametrize("lost", [(), ("flags.json",), ("flags.audit.jsonl",)])
def test_a_backup_from_before_a_kill_does_not_undo_it(file: Path, tmp_path: Path, lost: tuple[str, ...]) -> None:
    set_share(file, 10_000)
    backup = saved(file, tmp_path / "backup")
    changing.kill(file, "slow")
    for name in lost:
        file.with_name(name).unlink()
    done = changing.restore(file, backup, "back")
    assert done.after.killed == "slow"
    assert changing.problems(file) == ()


def test_where_all_is_lost_a_restored_flag_is_killed_and_newer_than_what_games_saw(file: Path, tmp_path: Path) -> None:
    set_share(file, 1_000)
    backup = saved(file, tmp_path / "backup")
    seen = [set_share(file, share).after.version for share in (2_000, 3_000, 4_000)]
    for name in ("flags.json", "flags.audit.jsonl"):
        file.with_name(name).unlink()
    done = changing.restore(file, backup, "lost")
    assert done.after.version > max(seen)
    assert done.after.killed == changing.LOST
    resumed = changing.change(file, "resume", lambda flag: replace(flag, killed=None))
    assert (resumed.after.share, resumed.after.killed) == (1_000, None)
    assert changing.problems(file) == ()
