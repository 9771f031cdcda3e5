"""The page on the progress of a rollout: what it says in each state; nothing simulated looks like production."""

import csv
import inspect
import io
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import made_rollouts
import pytest
from page_building import Files, files_of

from unitdocs.portal.pages import decision, home, rollout_progress
from unitdocs.portal.pages.rollout_progress import SIMULATED, SNIPPETS
from unitdocs.studies import RolloutAction, RolloutRun, Study

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "deploy" / "rollout-progress.md"
MADE = {
    "one look": made_rollouts.one_look,
    "on hold": made_rollouts.on_hold,
    "without traffic": made_rollouts.without_traffic,
    "killed": made_rollouts.killed,
    "held by a person": made_rollouts.held_by_a_person,
    "complete": made_rollouts.complete,
    "without gates": made_rollouts.without_gates,
}
every_rollout = pytest.mark.parametrize("made", MADE.values(), ids=MADE)


def page(run: RolloutRun | None) -> Files:
    return files_of(rollout_progress.build_page(Study(run, is_current=True) if run else None))


def text(run: RolloutRun | None, name: str) -> str:
    """Return a snippet without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page(run)[f"rollout/{name}.md"])).split())


def figures(files: Files) -> dict[str, Any]:
    found = {name: json.loads(content) for name, content in files.items() if name.startswith("figures/")}
    return {name.removeprefix("figures/").removesuffix(".json"): plot for name, plot in found.items()}


@pytest.mark.parametrize("made", [lambda: None, *MADE.values()], ids=["no record", *MADE])
def test_every_snippet_that_the_page_includes_is_made(made: Callable[[], RolloutRun | None]) -> None:
    included = set(re.findall(r'--8<-- "generated/(rollout/.+)"', PAGE.read_text()))
    assert included == {f"rollout/{name}.md" for name in SNIPPETS}
    assert included <= page(made()).keys()


def test_without_a_record_the_page_says_so() -> None:
    assert text(None, "answer") == "No rollout is recorded for this site."


@pytest.mark.parametrize(
    ("name", "word", "sentence"),
    [
        ("one look", "On hold", "Only testers, by allowed keys, have the refactored system (stage 1 of 5, internal)."),
        ("on hold", "On hold", "10 % of players of a simulated fleet have the refactored system (stage 3 of 5,"),
        ("on hold", "On hold", "of 7 gates, frame time is not passed yet."),
        ("without traffic", "On hold", "of 7 gates, time, traffic, frame time, missed frame and error are not passed"),
        ("killed", "Killed", "No players of a simulated fleet have the refactored system: the rollout was killed in"),
        ("killed", "Killed", "by watch: Frame time: proven to be at least +6.20 % against the original, limit +5 %."),
        ("held by a person", "On hold", "grace holds it since 2026-03-10 09:00: A tournament this weekend."),
        ("complete", "Complete", "All players of a simulated fleet have the refactored system."),
        ("without gates", "Going on", "Decided 2026-03-02 09:00: start, because of: The pilot is over."),
    ],
)
def test_the_answer_says_who_has_the_system_what_was_decided_and_why(name: str, word: str, sentence: str) -> None:
    answer = text(MADE[name](), "answer")
    assert answer.startswith(word)
    assert sentence in answer


def test_a_metrics_gate_has_its_effect_with_bounds_margin_limit_and_what_is_missing() -> None:
    gates = text(made_rollouts.on_hold(), "gates")
    assert re.search(r"frame time waiting -0\.10 % -2\.60 % to \+2\.40 % \+2 % \+5 % about 14,400 more sessions", gates)
    assert re.search(r"sessions with an error passed .+ points to .+ points \+0\.5 points \+1 point nothing", gates)
    assert "What else has to hold" in gates


def test_a_gate_without_traffic_waits_and_is_listed_for_the_next_stage() -> None:
    run = made_rollouts.without_traffic()
    assert "traffic waiting No event for 12 hours, more than 6." in text(run, "gates")
    assert "traffic: No event for 12 hours, more than 6." in text(run, "next")


def test_the_next_stage_says_how_long_the_missing_sessions_take_at_this_pace() -> None:
    following = text(made_rollouts.on_hold(), "next")
    assert "The next stage is 50 percent: 50 % of players, for at least 3 days and 2,000 sessions" in following
    assert "At the pace of this stage, 720 sessions a day, that takes about 20 days." in following


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("killed", "only when a person resumes it"), ("complete", "There is no further stage.")],
)
def test_without_a_next_stage_the_page_says_what_could_follow(name: str, sentence: str) -> None:
    assert sentence in text(MADE[name](), "next")


def test_exposure_has_the_sessions_of_each_arm_by_version_with_the_shares_planned_and_seen() -> None:
    exposure = text(made_rollouts.on_hold(), "exposure")
    assert "3 1 percent 59,400 600 1 % 1 % 0" in exposure
    assert "4 10 percent 32,400 3,600 10 % 10 % 0" in exposure
    assert "Test for mismatch: As planned (p = 0.8)." in exposure
    assert "holds the rollout below p = 0.001" in exposure


def test_a_mismatch_is_shown_with_its_sentence() -> None:
    run = made_rollouts.on_hold()
    last = run.looks[-1]
    sentence = "assignment: the arms do not have their shares of sessions (p = 1e-05); find out why"
    gates = tuple(
        gate.model_copy(update={"state": "waiting", "sentence": sentence}) if gate.gate == "assignment" else gate
        for gate in last.gates
    )
    changed = run.model_copy(update={"looks": (*run.looks[:-1], last.model_copy(update={"gates": gates}))})
    assert "The arms do not have their shares of sessions (p = 1e-05)" in text(changed, "exposure")
    assert "assignment and frame time are not passed yet" in text(changed, "answer")


def test_each_metric_has_a_figure_with_a_mark_for_every_look_and_a_line_for_every_stage() -> None:
    run = made_rollouts.on_hold()
    plots = figures(page(run))
    assert set(plots) == {"rollout-frame-time", "rollout-missed-frame", "rollout-error"}
    plot = plots["rollout-frame-time"]
    looks = [look for look in run.looks if any(gate.estimate and gate.gate == "frame time" for gate in look.gates)]
    assert sum(len(trace["x"]) for trace in plot["data"]) == len(looks)
    starts = [shape["x0"] for shape in plot["layout"]["shapes"] if shape["x0"] == shape["x1"]]
    assert starts == [0.0, 1.5, 3.0]
    names = [note["text"] for note in plot["layout"]["annotations"]]
    assert {"internal", "1 %", "10 %", "margin", "limit"} <= set(names)


def test_no_bound_leaves_its_figure() -> None:
    for name, made in MADE.items():
        for plot in figures(page(made())).values():
            low, high = plot["layout"]["yaxis"]["range"]
            for trace in plot["data"]:
                ends = zip(trace["y"], trace["error_y"]["array"], trace["error_y"]["arrayminus"], strict=True)
                assert all(low - 1e-3 <= y - down <= y + up <= high + 1e-3 for y, up, down in ends), name


def test_a_look_that_proves_harm_is_drawn_as_such() -> None:
    plot = figures(page(made_rollouts.killed()))["rollout-frame-time"]
    assert [trace["name"] for trace in plot["data"]][-1] == "proven above the limit"


@every_rollout
def test_every_figure_of_a_simulated_fleet_says_so_in_title_caption_drawing_and_file(
    made: Callable[[], RolloutRun],
) -> None:
    files = page(made())
    content = files["rollout/effects.md"]
    plots = figures(files)
    captions = re.findall(r"<figcaption><strong>(.*?)</strong>(.*?)</figcaption>", content, re.DOTALL)
    assert len(captions) == len(plots)
    for title, caption in captions:
        assert title.lower().startswith(SIMULATED)
        assert SIMULATED in caption
    for key, plot in plots.items():
        assert any(SIMULATED in note["text"] for note in plot["layout"]["annotations"])
        rows = list(csv.DictReader(io.StringIO(files[f"data/{key}.csv"])))
        assert rows
        assert {row["source"] for row in rows} == {SIMULATED}


@every_rollout
def test_every_table_of_a_simulated_fleet_says_so(made: Callable[[], RolloutRun]) -> None:
    files = page(made())
    captions = [one for content in files.values() for one in re.findall(r"<caption>(.*?)</caption>", content)]
    assert captions
    assert [caption for caption in captions if SIMULATED not in caption] == []


def test_a_rollout_in_production_is_not_called_simulated() -> None:
    files = page(made_rollouts.complete(source="production"))
    assert not [name for name, content in files.items() if "simulated" in content]
    rows = list(csv.DictReader(io.StringIO(files["data/rollout-error.csv"])))
    assert {row["source"] for row in rows} == {"production"}


def test_nothing_of_a_rollout_is_evidence_for_the_decision() -> None:
    """The record may be of a simulated fleet; so no page that decides takes it."""
    for build in (decision.build_page, home.build_page):
        assert not {"rollout_run", "rollout_trials"} & set(inspect.signature(build).parameters)
    criteria = (ROOT / "docs" / "decision.toml").read_text()
    assert "rollout-progress" not in criteria


def test_looks_in_a_row_that_hold_are_one_row_of_the_decisions() -> None:
    run = made_rollouts.on_hold()
    rows = page(run)["rollout/log.md"].count("<tr>") - 1
    changes = [look for look in run.looks if look.action is not RolloutAction.HOLD]
    assert rows == len(changes) + 3
    assert "9 looks since" in text(run, "log")
    assert "1 percent → 10 percent advance watch All gates are passed; 10 percent is next." in text(run, "log")
    assert text(made_rollouts.held_by_a_person(), "log").count("grace A tournament this weekend.") == 1


def test_a_bound_that_excludes_nothing_is_called_none() -> None:
    run = made_rollouts.on_hold()
    changes = {"frame time": {"low": 0.0, "high": None}, "error": {"low": -1.0, "high": 1.0}}
    last = run.looks[-1]
    gates = tuple(gate.model_copy(update=changes.get(gate.gate, {})) for gate in last.gates)
    changed = run.model_copy(update={"looks": (*run.looks[:-1], last.model_copy(update={"gates": gates}))})
    assert text(changed, "gates").count("no bound to no bound") == 2
    assert figures(page(changed))


def test_names_of_a_record_are_shown_as_they_are() -> None:
    run = made_rollouts.on_hold()
    lines = (*run.looks[:-1], run.looks[-1].model_copy(update={"why": "<b>bold</b>", "who": "<i>eve</i>"}))
    content = page(run.model_copy(update={"looks": lines}))["rollout/log.md"]
    assert "<b>" not in content
    assert "<i>" not in content
