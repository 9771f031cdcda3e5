"""The settings on the page Recommendations: what was chosen and why, the front, and what the proof says."""

import json
from pathlib import Path

import made_records
import pytest
from page_building import current, files_of, stale

from unitdocs.portal.pages import tuned_settings
from unitdocs.records import RunRecord, SuiteInfo
from unitdocs.studies import (
    ChosenSettings,
    ScenarioMeasure,
    SearchedSetting,
    SearchScenario,
    SearchTrial,
    Study,
    TrialState,
    TuningSearch,
)

PLANS = SearchedSetting(
    place="plans.entries", title="Plans kept", default=16, choices=(4, 16, 64), reason="searched: it changes time"
)
POLICY = SearchedSetting(
    place="plans.policy", title="Policy of the plans", default="lru", choices=("lru",), reason="not searched: no change"
)
SUITES = (SuiteInfo(name="production", title="Production: default against chosen", arms=("default", "chosen")),)


def trial(number: int, plans: int, time: float, size: float) -> SearchTrial:
    return SearchTrial(
        number=number,
        point={"plans.entries": plans},
        state=TrialState.TIMED,
        time=time,
        bytes=size,
        measures=(ScenarioMeasure(scenario="screens/1", peak=round(1_000_000 * size)),),
        seconds=1.0,
    )


def chosen(environment: str, number: int, plans: int) -> ChosenSettings:
    return ChosenSettings(
        environment=environment,
        title=environment.capitalize(),
        purpose="Time counts.",
        more_bytes=2_000_000,
        trial=number,
        reason="Least time of 3 trials.",
        settings={"format_version": 1, "plans": {"entries": plans}},
    )


def search(*trials: SearchTrial) -> TuningSearch:
    return TuningSearch(
        created="2026-11-20T12:00:00Z",
        finished="2026-11-20T12:10:00Z",
        command="unitdocs tune run --budget 600s",
        digest="sha256:0",
        environment=made_records.ENVIRONMENT,
        seed=1,
        budget=600.0,
        seconds=600.0,
        sampler="one at a time",
        settings=(PLANS, POLICY),
        scenarios=(SearchScenario(name="screens/1", title="Some <screens>", group="session"),),
        trials=trials or (trial(0, 16, 1.0, 1.0), trial(1, 64, 0.7, 1.2), trial(2, 4, 1.1, 0.6)),
        front=(1, 0, 2),
        chosen=(chosen("staging", 1, 64), chosen("production", 1, 64), chosen("small", 0, 16)),
    )


def run(time: float = 0.5, sizes: tuple[int, int] = (10**6, 10**6)) -> RunRecord:
    about = {"scenario": "tour/101", "suite": "production"}
    times = made_records.with_ratios(*(time * (1 + i / 1e4) for i in range(8)), **about)
    return made_records.record(times, made_records.counted(sizes, sizes, **about), suites=SUITES)


def snippets(record: TuningSearch | None = None, tuned: RunRecord | None = None) -> dict[str, str]:
    study = Study(record or search(), is_current=True)
    of_run = None if tuned is None else current(tuned)
    return files_of(tuned_settings.build_page(study, of_run), tuned_settings.build_tip(study, of_run))


def test_a_site_without_a_search_says_so() -> None:
    files = files_of(tuned_settings.build_page(None, None), tuned_settings.build_tip(None, None))
    assert {text for path, text in files.items() if path.endswith(".md")} == {
        "<p>No search for settings is recorded for this site.</p>\n"
    }


def test_every_environment_has_its_settings_with_a_file_to_download() -> None:
    files = snippets()
    assert "Plans kept 64 instead of 16." in files["tuned-settings/chosen.md"]
    assert "<td>Nothing.<br>" in files["tuned-settings/chosen.md"]
    for environment, plans in (("staging", 64), ("production", 64), ("small", 16)):
        assert json.loads(files[f"tuned-settings/{environment}.json"])["plans"] == {"entries": plans}
        assert f"generated/tuned-settings/{environment}.json" in files["tuned-settings/chosen.md"]


def test_one_changed_trial_changes_exactly_what_shows_it() -> None:
    before = snippets()
    after = snippets(search(trial(0, 16, 1.0, 1.0), trial(1, 64, 0.65, 1.2), trial(2, 4, 1.1, 0.6)))
    assert {path for path in before if before[path] != after[path]} == {
        "tuned-settings/front.md",
        "tuned-settings/searched.md",
        "figures/pareto-front.json",
        "data/pareto-front.csv",
    }


def test_the_front_is_said_in_a_sentence_and_drawn_once_for_each_trial() -> None:
    files = snippets()
    assert (
        "Of 3 timed trials, 3 are on the front: from 30 % less time with 20 % more memory to 10 % more time with 40 % "
        "less memory." in files["tuned-settings/front.md"]
    )
    plot = json.loads(files["figures/pareto-front.json"])
    names = [trace["name"] for trace in plot["data"]]
    assert names == ["the Pareto front", "on the front", "before any search", "chosen for staging and production"]
    assert sum(len(trace["x"]) for trace in plot["data"][1:]) == 3


def test_a_setting_says_what_it_changes_alone() -> None:
    text = snippets()["tuned-settings/searched.md"]
    assert "\N{MINUS SIGN}30 % to +10 %" in text
    assert "nothing else" in text
    assert "Some &lt;screens&gt;" in text


@pytest.mark.parametrize(
    ("time", "sizes", "expected"),
    [
        (
            0.5,
            (10**6, 10**6),
            "At least 20 % less in 1 of 1 held-out session: CPU time a frame in 1, peak memory in 0.",
        ),
        (0.5, (10**6, 4 * 10**6), "More time, or more bytes than allowed, in 1: Title of tour/101 (production)."),
        (
            1.5,
            (10**6, 10**6),
            "in 1: Title of tour/101 (production; p &lt; 0.001 for its time, adjusted for all sessions).",
        ),
        (0.5, (10**6, 2 * 10**6), "more, as allowed"),
        (1.0, (10**6, 10**6), "No session is slower beyond the margin or holds more than allowed"),
    ],
)
def test_the_proof_is_judged_session_by_session(time: float, sizes: tuple[int, int], expected: str) -> None:
    assert expected in snippets(tuned=run(time, sizes))["tuned-settings/proof.md"]


def test_what_has_changed_since_is_called_stale() -> None:
    study = Study(search(), is_current=False)
    files = files_of(tuned_settings.build_page(study, stale(run())))
    assert "Stale: the search for settings" in files["tuned-settings/chosen.md"]
    assert "Stale: the run of the chosen settings" in files["tuned-settings/proof.md"]


def test_settings_that_were_chosen_after_the_run_are_not_proven() -> None:
    later = search().model_copy(update={"finished": run().created.replace(year=2027)})
    assert "The settings were chosen again after this run." in snippets(later, run())["tuned-settings/proof.md"]


def test_the_page_includes_each_snippet() -> None:
    docs = Path(__file__).parents[3] / "docs"
    page = (docs / tuned_settings.PAGE.source).read_text(encoding="utf-8")
    for name in ("chosen", "front", "searched", "proof"):
        assert f'"generated/tuned-settings/{name}.md"' in page
    assert '"generated/tuned-tip/tip.md"' in (docs / tuned_settings.TIPS.source).read_text(encoding="utf-8")
