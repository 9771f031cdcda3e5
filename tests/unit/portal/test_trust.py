"""The page that compares the verdicts of several tools on the same known work."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from page_building import Files, files_of

from unitdocs.portal.pages import trust
from unitdocs.records import RunRecord
from unitdocs.studies import GateCheck, GateTrial, SideBySide, Study, Tool, ToolTrial, ToolVerdict, WholeCommands

MakeRecord = Callable[..., RunRecord]
PAGE = Path(__file__).parents[3] / "docs/benchmarks/trust.md"


def page(
    session: SideBySide | None = None, commands: WholeCommands | None = None, gate: Study[GateCheck] | None = None
) -> Files:
    by_calls = Study(session, is_current=None) if session else None
    by_commands = Study(commands, is_current=None) if commands else None
    return files_of(trust.build_page(by_calls, by_commands, gate))


def side_by_side(make_record: MakeRecord, **changes: object) -> SideBySide:
    record = make_record()
    calls = {
        0.0: [ToolVerdict.FASTER, ToolVerdict.NOT_DIFFERENT],
        0.02: [ToolVerdict.SLOWER] * 3 + [ToolVerdict.FASTER],
    }
    trials = [
        ToolTrial(
            tool="a tool", operation="5 µs", slowdown=slowdown, repeat=repeat, called=called, ratio=1.0,
            seconds=1.5, load=2.0 + repeat,
        )
        for slowdown, words in calls.items()
        for repeat, called in enumerate(words)
    ]  # fmt: skip
    session = SideBySide(
        id="session", created=record.created, finished=record.created, seed=1, slowdowns=(0.0, 0.02),
        repeats={"a tool": 4}, command="measure.py --seed 1", environment=record.environment,
        tools=(Tool(name="a tool", version="1.2.3", rule="it says <so>"),), trials=tuple(trials),
    )  # fmt: skip
    return session.model_copy(update=changes)


def test_every_snippet_that_the_page_includes_is_made_with_and_without_a_record(make_record: MakeRecord) -> None:
    included = set(re.findall(r'--8<-- "generated/(.+)"', PAGE.read_text()))
    assert included
    assert included == page().keys()
    assert included == {name for name in page(side_by_side(make_record)) if name.startswith("trust/")}


def test_the_page_says_where_there_is_no_record() -> None:
    files = page()
    assert "The tools were not compared for this site." in files["trust/rates.md"]
    assert not any("<table" in content for content in files.values())


def test_whole_commands_have_a_figure_of_their_own(make_record: MakeRecord) -> None:
    session = side_by_side(make_record)
    members = session.model_dump(exclude={"format"}) | {"command": "measure.py --tools commands"}
    files = page(session, WholeCommands.model_validate(members))
    assert "<code>measure.py --seed 1</code>" in files["trust/rates.md"]
    assert "<code>measure.py --tools commands</code>" in files["trust/command-rates.md"]
    assert {"figures/power-tools.json", "figures/command-power-tools.json"} <= files.keys()
    assert "it says &lt;so&gt;" in files["trust/command-tools.md"]


def test_every_count_is_shown_with_its_interval(make_record: MakeRecord) -> None:
    _, drawn, wrong_way = page(side_by_side(make_record))["trust/rates.md"].split("<caption>")
    # Clopper and Pearson: 1 of 2 has the 95 % interval 0.0126 to 0.9874, 3 of 4 0.194 to 0.994
    assert "1 of 2<br><small>1.26 % to 98.7 %" in drawn
    assert "3 of 4<br><small>19.4 % to 99.4 %" in drawn
    assert "2 % more" in wrong_way
    assert ">1 of 4<" in wrong_way
    assert ">1.5 s<" in wrong_way


def test_each_tool_has_a_row_for_each_amount_of_work_with_its_count(make_record: MakeRecord) -> None:
    files = page(side_by_side(make_record))
    assert (
        "<strong>a tool: slowed code was called slower in 3 of 4 comparisons, equal code different in 1 of 2.</strong>"
        in files["trust/rates.md"]
    )
    plot = json.loads(files["figures/power-tools.json"])
    equal, slowed = plot["data"]
    assert (equal["x"], slowed["x"]) == ([0.5], [0.75])
    assert equal["y"] < slowed["y"]
    assert equal["marker"] != slowed["marker"]  # a false alarm looks different
    assert not any("lines" in trace["mode"] for trace in plot["data"])  # the amounts of work have no line to follow
    # Clopper and Pearson, as above
    assert equal["error_x"]["array"] == [pytest.approx(0.487, abs=1e-3)]
    assert slowed["error_x"]["array"] == [pytest.approx(0.244, abs=1e-3)]
    assert plot["layout"]["yaxis"]["ticktext"] == ["equal code", "2 % more"]
    assert [note["text"] for note in plot["layout"]["annotations"]] == ["<b>a tool</b>", "1 of 2", "3 of 4"]
    assert slowed["text"] == ["a tool, 2 % more work: called slower in 3 of 4 (19.4 % to 99.4 %)"]
    table = pd.read_csv(io.StringIO(files["data/power-tools.csv"]))
    assert list(table["called"]) == ["different", "slower"]


def test_a_tool_without_slowed_code_shows_its_false_alarms_alone(make_record: MakeRecord) -> None:
    session = side_by_side(make_record)
    equal = tuple(trial for trial in session.trials if not trial.slowdown)
    content = page(session.model_copy(update={"trials": equal}))["trust/rates.md"]
    assert "slowed code was called" not in content
    assert "<strong>a tool: equal code was called different in 1 of 2 comparisons.</strong>" in content
    assert "1 of 2" in content


def test_the_page_says_with_what_how_and_under_what_load_it_was_measured(make_record: MakeRecord) -> None:
    files = page(side_by_side(make_record))
    assert "1.2.3" in files["trust/tools.md"]
    assert "it says &lt;so&gt;" in files["trust/tools.md"]
    for fact in (
        "2026-11-23",
        "A processor",
        "5 µs",
        "from 2 to 5, half of them at or above 3.",
        "<code>measure.py --seed 1</code>",
    ):
        assert fact in files["trust/rates.md"]


def test_a_session_that_did_not_finish_says_so(make_record: MakeRecord) -> None:
    stopped = page(side_by_side(make_record, finished=None))["trust/rates.md"]
    assert "The session did not finish: 6 of 8 comparisons." in stopped
    assert "did not finish" not in page(side_by_side(make_record))["trust/rates.md"]


def test_no_number_of_the_page_is_typed_by_hand() -> None:
    prose = re.sub(r"--8<--.*", "", PAGE.read_text())
    assert re.findall(r"\d+(?:\.\d+)?\s*(?:%|ns|µs|ms|s\b|of\b)", prose.replace("95 % confidence", "")) == []


def gate_check(make_record: MakeRecord) -> GateCheck:
    record = make_record()
    planted = [
        GateTrial(
            commit="b", slowdown=0.05, planted="s/one", repeat=repeat, cases=30, slower=slower, seconds=50.0 + repeat,
        )
        for repeat, slower in enumerate([("s/one",), ("s/one", "s/two"), ()])
    ]  # fmt: skip
    equal = [
        GateTrial(commit="a", slowdown=0, repeat=repeat, cases=30, failed=5 if repeat == 1 else 0, seconds=60, load=1.5)
        for repeat in range(4)
    ]
    return GateCheck(
        id="check", created=record.created, finished=record.created, seed=1, slowdowns=(0.0, 0.05), repeats=6, cases=30,
        command="unitdocs bench selfcheck --revisions", environment=record.environment, trials=(*equal, *planted),
    )  # fmt: skip


def test_the_gate_shows_false_alarms_and_what_was_found(make_record: MakeRecord) -> None:
    content = page(gate=Study(gate_check(make_record), is_current=True))["trust/gate.md"]
    _, equal, slowed = content.split("<tbody>")[1].split("<tr>")
    # Clopper and Pearson: 0 of 4 has the 95 % interval 0 to 0.602, 1 of 3 0.0084 to 0.906, 2 of 3 0.094 to 0.992
    assert "0 of 4<br><small>0 % to 60.2 %" in equal
    assert "2 of 3<br><small>9.43 % to 99.2 %" in slowed
    assert "1 of 3<br><small>0.84 % to 90.6 %" in slowed
    assert "51 s, at most 52 s" in slowed
    assert ">5 of 120<" in equal
    assert ">0 of 90<" in slowed
    assert "on 2 commits of this project" in content
    assert "30 cases a run" in content
    assert "changed since" not in content
    assert "did not finish" not in content


def test_a_check_of_the_gate_that_is_old_or_was_stopped_says_so(make_record: MakeRecord) -> None:
    stopped = gate_check(make_record).model_copy(update={"finished": None})
    content = page(gate=Study(stopped, is_current=False))["trust/gate.md"]
    assert "The check did not finish: 7 of 9 runs." in content
    assert "The code that measures or decides has changed since." in content
    assert "The gate was not checked for this site." in page()["trust/gate.md"]
