"""No error message without a page: the index is complete, and messages that commands really give are in it."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from unitdocs import cli, settings
from unitdocs.errors import InputError
from unitdocs.portal.reference.error_index import FILE, MessageFamilies, by_family
from unitdocs.portal.reference.error_messages import ErrorMessage, error_messages
from unitdocs.units import Context, Element, Extent, Registry, Scene, Size, create_system, load_scene

ROOT = Path(__file__).parents[2]
FAMILIES = MessageFamilies.model_validate(tomllib.loads((ROOT / "docs" / FILE).read_text(encoding="utf-8"))).families


@cache
def messages() -> list[ErrorMessage]:
    return error_messages(ROOT)


def test_every_message_has_a_family_with_a_cause_and_a_remedy() -> None:
    found = by_family(FAMILIES, messages())
    assert sum(map(len, found.values())) == len(messages())
    assert all(family.cause.strip().endswith(".") and family.fix.strip().endswith(".") for family in FAMILIES)


COMMANDS: list[list[str]] = [
    ["bench", "run", "--suites", "no-such-folder"],
    ["bench", "run", "--margin", "200%"],
    ["bench", "run", "--profile", "slow"],
    ["bench", "selfcheck", "--slowdown", "many"],
    ["bench", "resume", "missing.json"],
    ["compare", "missing.json"],
    ["compare", "empty.json", "empty.json"],
    ["compare", "folder", "empty.json"],
    ["report", "missing.json", "--out", "no/folder/report.html"],
    ["import", "empty.json", "--out", "imported"],
    ["history", "add", "empty.json", "--to", "history.json"],
    ["units", "resolve", "--system", "new"],
    ["units", "compare"],
    ["units", "compare", "empty.json"],
    ["units", "compare", "missing.json", "--size", "big"],
    ["units", "explain", '{"kind": "size", "unit": "furlong", "value": 1}'],
    ["units", "explain", "not JSON"],
    ["units", "explain", "--scene", "empty.json"],
    ["render", "--docs", "no-such-folder"],
    ["config", "check", "wrong.toml"],
    ["config", "check", "cut.toml"],
    ["flags", "show", "--file", "missing.json"],
    ["flags", "set", "101", "--file", "missing.json"],
    ["flags", "check", "empty.json"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_a_command_says_when_it_fails_is_in_the_index(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("empty.json").write_text("{}")
    Path("wrong.toml").write_text('sytem = "refactored"\nnumpy = 1\nenvironment = "a b"\nshadow-share = 5\n')
    Path("cut.toml").write_text("system =")
    with pytest.raises(SystemExit) as ended:
        cli.main(command)
    said = capsys.readouterr().err.splitlines()
    assert (ended.value.code, bool(said)) == (2, True)
    assert [line for line in said if not is_listed(line)] == []


def is_listed(line: str) -> bool:
    return any(message.matches(line) for message in messages())


def wrong_calls() -> Iterator[Any]:
    system = create_system("refactored", numpy=False)
    yield lambda: create_system("new")
    yield lambda: Size("furlong", 1)
    yield lambda: system.build("a text")
    yield lambda: system.prepare("a text")
    yield lambda: system.build(Size("parent-width", "fill")).resolve("a text")
    yield lambda: Element(3)
    yield lambda: Scene("menu", (Element("a", parent="b"),))
    yield lambda: system.prepare(Scene("menu", (Element("a"),))).update({7: Element("a")})
    yield lambda: Registry().unregister("none")
    yield lambda: Context(parent=Extent(1, 1))
    yield lambda: load_scene("missing.json")
    yield lambda: settings.load(sytem="original")


@pytest.mark.parametrize("call", list(wrong_calls()), ids=range(12))
def test_what_a_wrong_call_says_is_in_the_index(call: Any) -> None:
    with pytest.raises(InputError) as refused:
        call()
    assert [problem for problem in refused.value.problems if not is_listed(problem)] == []


def test_an_installation_without_the_command_line_says_what_the_index_has() -> None:
    without = "import sys; sys.modules['typer'] = None; import unitdocs.cli; unitdocs.cli.main(['units'])"
    done = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False)
    assert is_listed(done.stderr.strip())


def test_every_variable_that_the_project_reads_is_declared() -> None:
    declared = {*settings.OTHER_VARIABLES, *(setting.variable for setting in settings.SETTINGS)}
    read = {
        name
        for folder in ("src", "scripts", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md"} and "generated" not in path.parts and "source" not in path.parts
        for name in re.findall(r"(?<!_)UNITDOCS_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8"))
    }
    misspelt_on_purpose = {"UNITDOCS_SYTEM"}
    assert read - declared == misspelt_on_purpose
    assert declared <= read | {name for name in os.environ if name.startswith("UNITDOCS_")}
