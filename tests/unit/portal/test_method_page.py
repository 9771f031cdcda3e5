# ruff: noqa: RUF001 - a value that is missing is written as a dash
"""The page that explains how a verdict is made, with what was measured about the measuring."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from page_building import Files, files_of, page_of_downloads, stale

from unitdocs import records, studies
from unitdocs.portal.pages import method
from unitdocs.records import RunRecord
from unitdocs.studies import (
    AxeFindings,
    LighthouseScore,
    LoadingConditions,
    PageLoading,
    PageScores,
    RenderingScale,
    Study,
    TargetMeasure,
)

MakeRecord = Callable[..., RunRecord]
PAGE = Path(__file__).parents[3] / "docs/benchmarks/method.md"
STUDIES = ("selfcheck", "page_loading", "page_scores", "rendering_scale")


def page(record: RunRecord, *, is_current: bool = False, **measured: Any) -> Files:
    """Return the files of the page with records of studies, by the names of their kinds."""
    kept = {name: Study(measured[name], is_current) if name in measured else None for name in STUDIES}
    return files_of(method.build_page(reference=stale(record), **kept))


def test_the_method_states_the_constants_of_the_record(make_record: MakeRecord) -> None:
    record = make_record(margin=0.02, look_level=0.005, looks=(5, 9))
    rule = page(record)["method/rule.md"]
    assert "at least 5 rounds and at most 9" in rule
    assert "After 5 and 9 rounds" in rule
    assert "99.5 % confidence" in rule
    assert "within 2 % of 1" in rule


def test_the_method_page_says_what_was_not_measured() -> None:
    sentence = "Both systems are Python implementations of the rules. The game's own code was not measured."
    assert sentence in PAGE.read_text()


def test_the_method_page_holds_how_a_page_loads_against_its_targets(project: Path, make_record: MakeRecord) -> None:
    record = make_record()
    assert "was not measured" in page(record)["method/loading.md"]
    slow = LoadingConditions(name="slow", megabits=10, latency=0.04, slowdown=4)
    measures = (
        TargetMeasure(name="received", circumstances="slow", unit="B", values=(90e3, 70e3, 80e3), most=120e3),
        TargetMeasure(name="drawn", circumstances="slow", unit="s", values=(1.5,), most=1.3),
        TargetMeasure(name="painted", circumstances="slow", unit="s", values=(0.6,)),
    )
    loading = PageLoading(
        created=record.created,
        finished=record.created,
        page="benchmarks/summary/",
        figures=8,
        command="python measure.py",
        environment=record.environment,
        circumstances=(slow,),
        measures=measures,
    )
    files = page(record, page_loading=loading)
    rows = re.findall(r"<th scope=.row.>(\w+)</th>(.*?)</tr>", files["method/loading.md"])
    cells = {name: re.sub(r"<[^>]*>", " ", row).split() for name, row in rows}
    assert cells == {
        "received": ["slow", "80", "kB", "120", "kB", "met"],
        "drawn": ["slow", "1.5", "s", "1.3", "s", "not", "met"],
        "painted": ["slow", "600", "ms", "–", "none"],
    }
    assert "10 Mbit/s, 40 ms extra latency per response, a processor 4 times slower" in files["method/loading.md"]
    offered = page_of_downloads(project, record, page_loading=loading)
    assert json.loads(offered["data/records/page-loading.json"])["page"] == "benchmarks/summary/"


def test_the_method_page_holds_how_long_rendering_takes_against_its_targets(
    project: Path, make_record: MakeRecord
) -> None:
    record = make_record()
    assert "was not measured" in page(record)["method/scale.md"]
    measures = (
        TargetMeasure(name="time", circumstances="once", unit="s", values=(70.0,), most=60.0),
        TargetMeasure(name="memory", circumstances="once", unit="B", values=(9e8,), most=1e9),
    )
    scale = RenderingScale(
        created=record.created,
        finished=record.created,
        records=50,
        cases=200,
        command="python measure.py",
        environment=record.environment,
        measures=measures,
    )
    files = page(record, rendering_scale=scale)
    rows = re.findall(r"<th scope=.row.>(\w+)</th>(.*?)</tr>", files["method/scale.md"])
    assert {name: re.sub(r"<[^>]*>", " ", row).split() for name, row in rows} == {
        "time": ["once", "70", "s", "60", "s", "not", "met"],
        "memory": ["once", "900", "MB", "1", "GB", "met"],
    }
    assert "a history of 50 records of 200 cases each" in files["method/scale.md"]
    assert "rendering-scale.json" in page_of_downloads(project, record, rendering_scale=scale)["downloads/records.md"]


def test_the_method_page_holds_how_pages_are_judged_against_its_targets(make_record: MakeRecord) -> None:
    record = make_record()
    assert "These pages were not scored" in page(record)["method/scores.md"]
    judged = PageScores(
        created=record.created,
        finished=record.created,
        command="python score.py",
        environment=record.environment,
        programs={"lighthouse": "1.2.3", "axe-core": "4.5.6"},
        scores=(
            LighthouseScore(page="", category="performance", values=(0.8, 0.95, 0.9), least=0.9),
            LighthouseScore(page="", category="seo", values=(0.94,), least=0.95),
            LighthouseScore(page="slow/", category="performance", values=(0.5, 0.4, 0.99), least=0.9),
            LighthouseScore(page="slow/", category="seo", values=(1.0,), least=0.95),
        ),
        findings=(
            AxeFindings(page="", scheme="light", rules=()),
            AxeFindings(page="slow/", scheme="light", rules=("label",)),
            AxeFindings(page="slow/", scheme="dark", rules=("contrast", "label")),
        ),
    )
    content = page(record, page_scores=judged)["method/scores.md"]
    rows = re.findall(r"<th scope=.row.>([\w/]+)</th>(.*?)</tr>", content)
    assert {name: re.sub(r"<[^>]*>", " ", row).split() for name, row in rows} == {
        "home": ["90", "94", "nothing", "found"],
        "slow/": ["50", "100", "contrast,", "label"],
    }
    assert [re.findall(r"ud-(met|not-met)", row) for _, row in rows] == [["met", "not-met"], ["not-met", "met"]]
    assert "Performance at least 90, SEO at least 95" in content


def test_the_method_page_says_how_often_the_same_code_was_called_different(make_record: MakeRecord) -> None:
    record = make_record()
    assert "did not measure the same code" in page(record)["method/same-code.md"]
    same = tuple(case for case in record.cases if case.scenario in {"size", "small"})
    content = page(record.model_copy(update={"same_code": same}))["method/same-code.md"]
    assert "measured refactored against itself: 2 of 2 cases were called different." in content
    assert content.count("<tr>") == 3


def test_the_method_page_shows_the_self_check_with_its_state(project: Path, make_record: MakeRecord) -> None:
    kind = studies.kind_of("selfcheck")

    def files(check: studies.SelfCheck) -> Files:
        records.save(check, project / kind.file)
        study = studies.load_study(kind, project / kind.file, root=project)
        kept = dict.fromkeys(STUDIES) | {"selfcheck": study}
        return files_of(method.build_page(reference=stale(make_record()), **kept))

    assert "not checked" in page(make_record())["method/selfcheck.md"]
    truth = studies.Truth(operation="5 µs", slowdown=0.02)
    trials = tuple(
        studies.Trial(
            operation="5 µs", slowdown=0.02, margin=0.01, repeat=i, verdict=word, ratio=1.02, low=1.01, high=1.03,
            rounds=6, seconds=1.5,
        )
        for i, word in enumerate([studies.TimeVerdict.SLOWER] * 3 + [studies.TimeVerdict.EQUIVALENT])
    )  # fmt: skip
    check = studies.SelfCheck(
        id="check", created=make_record().created, seed=1, repeats=4, suite_size=0, suites=0, look_level=0.01,
        command="unitdocs bench selfcheck", environment=make_record().environment, truths=(truth,), trials=trials,
    )  # fmt: skip
    page_files = files(check)
    content = page_files["method/selfcheck.md"]
    assert "75 %<br><small>19.4 % to 99.4 %" in content  # Clopper and Pearson: 3 of 4
    assert "1.5 s" in content
    assert "<strong>Slowed code was called slower in 3 of 4 verdicts.</strong>" in content
    assert json.loads(page_files["figures/power-selfcheck.json"])["data"][1]["x"] == [0.75]
    assert "Stale: the self-check" in content
    unchanged = check.model_copy(update={"digest": kind.digest(project)})
    assert "Stale" not in files(unchanged)["method/selfcheck.md"]
