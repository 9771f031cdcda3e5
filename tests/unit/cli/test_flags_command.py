"""`unitdocs flags`: what it prints and its exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"pandas", "numpy", "scipy", "openfeature", "mkdocs", "plotly"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from unitdocs import cli
cli.main(sys.argv[1:])
"""
"""The program as in an installation that has only what the command line needs."""


class Prompt:
    """A shell in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str, stdin: bytes = b"") -> tuple[int, str, str]:
        environment = {"PATH": "/usr/bin:/bin", "LOGNAME": "ann", "LANG": "C.UTF-8"}
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT, "flags", *words],
            cwd=self.folder,
            env=environment,
            input=stdin,
            capture_output=True,
            check=False,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def flags(tmp_path: Path) -> Prompt:
    return Prompt(tmp_path)


def test_a_rollout_from_init_to_history(flags: Prompt) -> None:
    assert flags("init") == (0, "version: 1\nsalt: unit-system\nshare: 0 %\nkilled: no\n", "")
    assert flags("set", "10", "--why", "calm") == (0, "version: 1 -> 2\nshare: 0 % -> 10 %\n", "")
    assert flags("set", "100", "--for", "staging")[1] == "version: 2 -> 3\nshare for staging: none -> 100 %\n"
    assert flags("allow", "ann", "bob")[1] == "version: 3 -> 4\nallowed: none -> ann, bob\n"
    assert flags("choose", "ann")[1] == "refactored (allowed, version 4)\n"
    assert flags("deny", "ann")[1] == "version: 4 -> 5\nallowed: ann, bob -> bob\ndenied: none -> ann\n"
    assert flags("choose", "zoe", "--for", "staging")[1] == "refactored (share, version 5)\n"
    assert flags("kill", "--why", "slow") == (0, "version: 5 -> 6\nkilled: no -> slow\n", "")
    assert flags("choose", "bob")[1] == "original (killed, version 6): slow\n"
    code, _, errors = flags("set", "20")
    assert (code, errors) == (0, "unitdocs: the flag is killed; `unitdocs flags resume` takes that back\n")
    assert flags("resume")[1] == "version: 7 -> 8\nkilled: slow -> no\n"
    code, table, _ = flags("history")
    assert [line.split()[3] for line in table.splitlines()[1:]] == [
        "init", "set", "set", "allow", "deny", "kill", "set", "resume",
    ]  # fmt: skip
    assert " ann " in table
    assert flags("check")[1] == "flags.json: version 8, in order\n"
    assert json.loads(flags("show", "--format", "json")[1])["share"] == 2_000
    assert json.loads(flags("history", "--format", "json")[1])[1]["why"] == "calm"
    assert "| share |" in flags("show", "--format", "markdown")[1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show",), "flags.json: there is no flag file; make one with `unitdocs flags init`"),
        (("set", "101"), "PERCENT: 101 is not between 0 and 100"),
        (("set", "nan"), "PERCENT: nan is not between 0 and 100"),
        (("set", "0.005"), "PERCENT: 0.005 is finer than 0.01; give at most two decimals"),
        (("set", "5", "--start", "soon"), "--start: 'soon' is no time"),
        (("set", "5", "--start", "2027-01-01"), "--start: '2027-01-01' has no time zone"),
        (("set", "5", "--for", " "), "--for: expected the name of an environment"),
        (("allow", ""), "KEY: '' is empty"),
        (("kill",), "Missing option '--why'"),
        (("kill", "--why", "slow"), "flags.json: is not here, and no setting names a flag file"),
        (("check", ""), "names no file"),
        (("kill", "--why", " "), "--why: expected a reason"),
        (("init", "--salt", ""), "--salt: expected a text"),
        (("restore", "backup.json"), "backup.json: there is no flag file"),
        (("check", "other.json"), "other.json: there is no flag file"),
    ],
)
def test_bad_input_is_one_sentence_and_2(flags: Prompt, words: tuple[str, ...], sentence: str) -> None:
    code, printed, errors = flags(*words)
    assert (code, printed) == (2, "")
    assert sentence in errors
    assert len(errors.splitlines()) == 1
    assert list(flags.folder.iterdir()) == []


def test_an_edited_history_is_2(flags: Prompt) -> None:
    flags("init")
    flags("set", "10", "--why", "calm")
    history = flags.folder / "flags.audit.jsonl"
    history.write_text(history.read_text().replace("calm", "none"))
    code, printed, errors = flags("check")
    assert (code, printed) == (2, "")
    assert "flags.audit.jsonl" in errors


def test_buckets_of_keys_are_printed_a_line_each(flags: Prompt) -> None:
    from unitdocs.flags import bucket  # noqa: PLC0415

    code, printed, _ = flags("bucket", "--salt", "s", stdin="a\nb\r\nü\n".encode())
    assert (code, printed.split()) == (0, [str(bucket("s", key)) for key in ("a", "b", "ü")])
    code, _, errors = flags("bucket", "--salt", "s", stdin=b"a\n\xff\n")
    assert (code, errors) == (2, "unitdocs: standard input:2: is not UTF-8\n")


def test_a_start_in_the_future_waits_and_now_takes_it_back(flags: Prompt) -> None:
    flags("init")
    assert "start: none -> 2099-01-01T00:00:00Z (not yet)" in flags("set", "100", "--start", "2099-01-01T00:00Z")[1]
    assert flags("choose", "ann")[1] == "original (not started, version 2)\n"
    assert "start: 2099-01-01T00:00:00Z (not yet) -> none" in flags("set", "100", "--start", "now")[1]
    assert flags("choose", "ann")[1] == "refactored (share, version 3)\n"


def test_what_a_flag_says_does_not_control_a_terminal(flags: Prompt) -> None:
    wrong = "\x1b]0;title\x07\x9b31m\n\u202e\udcff"
    flags("init")
    done = [
        flags("set", "10", "--for", f"a{wrong}", "--why", wrong),
        flags("kill", "--why", wrong),
        flags("choose", "ann"),
        flags("choose", "ann", "--format", "json"),
        flags("show"),
        flags("show", "--format", "json"),
        flags("history"),
        flags("history", "--format", "json"),
        flags("check"),
    ]
    for code, printed, errors in done:
        assert code == 0, errors
        assert all(character.isprintable() or character == "\n" for character in printed + errors)
    assert json.loads(done[3][1])["detail"] == wrong
    assert len(done[2][1].splitlines()) == 1


@pytest.mark.parametrize("start", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00+23:59"])
def test_a_start_that_no_calendar_has_is_refused(flags: Prompt, start: str) -> None:
    flags("init")
    code, _, errors = flags("set", "10", "--start", start)
    assert (code, errors.count("\n")) == (2, 1)
    assert "is not in the years 1 to 9999" in errors
    assert flags("show")[1].splitlines()[1].split() == ["version", "1"]


def test_a_line_of_keys_without_end_is_refused(flags: Prompt) -> None:
    code, printed, errors = flags("bucket", "--salt", "s", stdin=b"a\n" + b"\xff" * 3_000_000)
    assert (code, len(printed.split())) == (2, 1)
    assert errors == "unitdocs: standard input:2: has more than 1048576 bytes; give one key a line\n"


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_fault_that_decided_has_an_exit_code(flags: Prompt, form: str) -> None:
    (flags.folder / "flags.json").write_text("{")
    code, printed, errors = flags("choose", "ann", "--format", form)
    assert (code, errors) == (2, "")
    assert "original" in printed
    assert "is not JSON" in printed
