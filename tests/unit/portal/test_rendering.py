# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from unitdocs import analysis, portal, records, studies
from unitdocs.errors import InputError
from unitdocs.records import RunRecord
from unitdocs.studies import (
    AxeFindings,
    LighthouseScore,
    LoadingConditions,
    PageLoading,
    PageScores,
    RenderingScale,
    TargetMeasure,
)

MakeRecord = Callable[..., RunRecord]
ROOT = Path(__file__).parents[3]
PAGES = {
    "home": ROOT / "docs/index.md",
    "decision": ROOT / "docs/decision.md",
    "summary": ROOT / "docs/benchmarks/summary.md",
    "baseline": ROOT / "docs/benchmarks/baseline.md",
    "improved": ROOT / "docs/benchmarks/improved.md",
    "recommendations": ROOT / "docs/benchmarks/recommendations.md",
    "downloads": ROOT / "docs/benchmarks/data.md",
    "comparison": ROOT / "docs/benchmarks/comparison.md",
    "case-by-case": ROOT / "docs/benchmarks/case-by-case.md",
    "method": ROOT / "docs/benchmarks/method.md",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the folder of a project whose digest covers one suite, with one criterion."""
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["benchmarks/*.py"]\n')
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "suite.py").write_text("SUITE = 1\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "decision.toml").write_text(
        '[[criteria]]\ntitle = "faster"\ncheck = { need = "improved", suites = ["units"] }\n'
    )
    (tmp_path / "docs" / "excerpts.toml").write_text(
        "".join(
            f'[[excerpts]]\npage = "guides/tips.md"\nname = "{suite}"\ntitle = "Tip"\nsuites = ["{suite}"]\n'
            for suite in ("units", "scenes", "none")
        )
    )
    return tmp_path


def current(project: Path) -> str:
    return records.digest(project, ["benchmarks/*.py"])


def render(project: Path, reference: RunRecord, machine: RunRecord | None = None) -> dict[str, str]:
    """Render and return every generated file by its path below `generated`."""
    records.save(reference, project / "reference.json.gz")
    if machine:
        records.save(machine, project / "machine.json")
    portal.render(project / "reference.json.gz", project / "machine.json" if machine else None, project / "docs")
    folder = project / "docs" / "generated"
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_text(errors="backslashreplace") for path in paths}


def changed_files(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


class Elements(HTMLParser):
    """Collects the elements of a page, with their attributes."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def test_rendering_again_is_byte_identical(project: Path, make_record: MakeRecord) -> None:
    first = render(project, make_record())
    shutil.rmtree(project / "docs" / "generated")  # or the last rendering would be read back
    assert render(project, make_record()) == first


def test_every_snippet_that_a_page_includes_is_rendered(project: Path, make_record: MakeRecord) -> None:
    files = render(project, make_record())
    for name, page in PAGES.items():
        included = re.findall(r'--8<-- "generated/(.+)"', page.read_text())
        assert included
        assert {*included} == {file for file in files if file.startswith(f"{name}/")}


def test_every_file_that_a_snippet_links_to_is_rendered(project: Path, make_record: MakeRecord) -> None:
    files = render(project, make_record())
    addresses = [
        address
        for name, content in files.items()
        if name.endswith(".md")
        for _, attributes in Elements(content).found
        for address in (attributes.get("data-figure"), attributes.get("href"))
        if address and "generated/" in address
    ]
    targets = {address.partition("generated/")[2] for address in addresses}
    assert targets == {name for name in files if name.startswith(("figures/", "data/"))}


def test_one_changed_sample_changes_exactly_what_depends_on_it(project: Path, make_record: MakeRecord) -> None:
    before = render(project, make_record())
    after = render(project, make_record(changed=("small", 3)))
    # Round 3 of `scenes/small`: its own figure, the figures and tables of all times, the findings that name it.
    assert changed_files(before, after) == {
        "figures/rounds-scenes-small.json",
        "data/rounds-scenes-small.csv",
        "figures/comparison-scenes-time.json",
        "data/comparison-scenes-time.csv",
        "comparison/suites.md",
        "case-by-case/suites.md",
        "explore/data.json",
        "baseline/suites.md",
        "recommendations/short.md",
        "recommendations/worse.md",
        "data/records/reference.json.gz",
        "data/records/SHA256SUMS",
        "downloads/checksums.md",
        "downloads/figures.md",
        "figures/summary-time.json",
        "data/summary-time.csv",
        "summary/metrics.md",
        "home/suites.md",
        "home/answer.md",
        "scenarios/suites.md",
        "tips/scenes.md",
        "manifest.json",
    }


def test_an_excerpt_is_the_table_of_its_cases_and_says_where_there_are_none(
    project: Path, make_record: MakeRecord
) -> None:
    files = render(project, make_record())
    assert re.findall(r'<th scope="row">(\w+)', files["tips/scenes.md"]) == ["Big", "Small", "Odd"]
    assert re.findall(r'<th scope="row">(\w+)', files["tips/units.md"]) == ["Size"]
    assert "no such case" in files["tips/none.md"]
    assert "A processor" in files["tips/status.md"]


def test_an_excerpt_that_is_declared_wrongly_is_named_with_its_place(project: Path, make_record: MakeRecord) -> None:
    (project / "docs" / "excerpts.toml").write_text('[[excerpts]]\npage = "a.md"\nname = "a"\nsuite = "units"\n')
    with pytest.raises(InputError) as caught:
        render(project, make_record())
    places = [problem.split(": ")[1] for problem in caught.value.problems]
    assert places == ["excerpts[0].title", "excerpts[0].suite"]


def test_one_changed_sample_changes_one_row_of_a_figures_data(project: Path, make_record: MakeRecord) -> None:
    before = render(project, make_record())["data/rounds-scenes-small.csv"].splitlines()
    after = render(project, make_record(changed=("small", 3)))["data/rounds-scenes-small.csv"].splitlines()
    assert [row for row, other in zip(before, after, strict=True) if row != other] == [before[1 + 3]]


def test_a_case_that_is_gone_leaves_no_file(project: Path, make_record: MakeRecord) -> None:
    before = render(project, make_record())
    record = make_record()
    after = render(project, record.model_copy(update={"cases": record.cases[:2]}))
    assert {"figures/rounds-scenes-small.json", "data/rounds-scenes-small.csv"} <= before.keys() - after.keys()
    assert "figures/rounds-units-size.json" in after


def test_labels_and_reasons_with_markup_stay_text(project: Path, make_record: MakeRecord) -> None:
    record = make_record()
    bad = '</td><img src=x onerror="alert(1)">\n--8<-- "secret"\n*x* `y` [z](javascript:1) {: onclick=1 } | ~~a~~ $$'
    cases = tuple(case.model_copy(update={"title": bad, "reason": bad}) for case in record.cases)
    suites = tuple(suite.model_copy(update={"title": bad}) for suite in record.suites)
    files = render(project, record.model_copy(update={"cases": cases, "suites": suites, "command": bad}))
    for name, content in files.items():
        if name.endswith(".md"):
            found = Elements(content).found
            assert "img" not in {tag for tag, _ in found}
            assert not any(key.startswith("on") for _, attributes in found for key in attributes)
            assert not re.search(r"^\s*-+8<-+", content, re.MULTILINE)
            headings = [line for line in content.splitlines() if line.startswith("#")]
            assert not any(re.search(r"[*`<>\[\]|~$]|\{:", line.rpartition(" { #")[0]) for line in headings)
        if name.startswith("figures/"):
            assert "<img" not in content


def test_a_metric_that_does_not_apply_is_said_to_and_has_no_number(project: Path, make_record: MakeRecord) -> None:
    content = render(project, make_record())["summary/metrics.md"]
    section = content.partition("## Cache hit rate")[2]
    assert "Not applicable in 1 case: no arm counts a cache." in section
    assert "figure" not in section


def test_failed_cases_are_listed_with_their_reason(project: Path, make_record: MakeRecord) -> None:
    content = render(project, make_record())["summary/failed.md"]
    assert "Odd &lt;script&gt;alert(1)&lt;/script&gt;" in content
    assert "results differ at [3]: &lt;b&gt;1&lt;/b&gt; != 2" in content


def test_a_stale_record_says_so_on_every_page(project: Path, make_record: MakeRecord) -> None:
    files = render(project, make_record())
    fresh = render(project, make_record(digest=current(project)))
    for page in PAGES:
        stale = [name for name in files if name.startswith(f"{page}/") and "ud-stale" in files[name]]
        assert len(stale) == 1, page
        assert not any("ud-stale" in fresh[name] for name in fresh if name.startswith(f"{page}/"))


def test_a_stale_run_on_this_machine_is_told_from_a_stale_reference(project: Path, make_record: MakeRecord) -> None:
    files = render(project, make_record(digest=current(project)), make_record(id="machine"))
    assert "Stale: the run on this machine<" in files["summary/status.md"]


def test_every_page_says_when_where_and_on_what_it_was_measured(project: Path, make_record: MakeRecord) -> None:
    files = render(project, make_record())
    for name in (
        "home/answer.md",
        "decision/status.md",
        "summary/status.md",
        "baseline/status.md",
        "improved/status.md",
        "recommendations/status.md",
        "downloads/status.md",
        "comparison/status.md",
        "method/status.md",
    ):
        for fact in ("2026-11-23", "A processor", "CPython 3.11.7", "commit 0123456789", "margin 1 %"):
            assert fact in files[name], name


def test_a_run_that_did_not_finish_says_so(project: Path, make_record: MakeRecord) -> None:
    assert "did not finish" in render(project, make_record(finished=None))["summary/status.md"]
    assert "did not finish" not in render(project, make_record())["summary/status.md"]


def test_a_run_on_this_machine_stands_beside_the_reference(project: Path, make_record: MakeRecord) -> None:
    alone = render(project, make_record())
    files = render(project, make_record(), make_record(id="machine", changed=("size", 1)))
    for name in ("home/suites.md", "summary/metrics.md", "method/environment.md"):
        assert "his machine" in files[name]
        assert "his machine" not in alone[name]
    names = [trace["name"] for trace in json.loads(files["figures/summary-time.json"])["data"]]
    assert names == ["faster", "slower", "this machine"]


def test_the_reference_itself_does_not_stand_beside_itself(project: Path, make_record: MakeRecord) -> None:
    assert render(project, make_record(), make_record()) == render(project, make_record())


def test_the_home_page_gives_the_milliseconds_of_a_frame_from_the_frame_case(
    project: Path, make_record: MakeRecord
) -> None:
    record = make_record()
    effects = analysis.to_effects(record).set_index(["suite", "scenario", "metric"])
    base, head = effects.loc[("units", "size", "time"), ["base_mean", "head_mean"]]
    content = render(project, record)["home/suites.md"]
    # The frame of `units` does 1,000 operations of `size`.
    assert f"{base * 1000 * 1e3:.0f} ms" in content
    assert f"{head * 1000 * 1e3:.1f} ms" in content
    assert "A frame lasts 16.7 ms." in content
    assert re.search(r'Least: <span class="ud-verdict ud-worse">1\.5\d*× slower</span> \([^)]+\) in “Small”', content)
    average = re.search(r"([\d.]+)× faster</span><span>on average of 2 cases", content)
    assert average
    assert float(average[1]) == pytest.approx((4 / 1.5) ** 0.5, rel=0.01), "four times faster, and 1.5 times slower"


def test_the_answer_names_every_slower_case(project: Path, make_record: MakeRecord) -> None:
    content = render(project, make_record())["home/answer.md"]
    assert "<strong>Not yet: the refactored system is faster in 2 of 3 cases, slower in 1.</strong>" in content
    assert "<p>Time: Small is 1.5" in content
    assert "Peak memory: worse in 1 of 1 case. The worst: 3 kB instead of 2 kB, in “Big”." in content
    assert "1 of 4 scenarios failed, because answers differ or a round did not end:" in content
    open_ = tuple(case for case in make_record().cases if case.scenario != "odd")
    unmeasured = open_[1].model_copy(update={"scenario": "later", "status": records.Status.NOT_MEASURED, "rounds": ()})
    some = render(project, make_record(cases=(*open_, unmeasured)))["home/answer.md"]
    assert "In all 3 scenarios measured, both systems gave the same results" in some, "not of the one that was not"
    told = re.search(r"3 single operations: on average ([\d.]+)× faster \(([\d.]+)× to ([\d.]+)×\)\.", content)
    assert told, content
    mean, low, high = map(float, told.groups())
    assert mean == pytest.approx((10 * 4 / 1.5) ** (1 / 3), rel=0.01), "ten and four times faster, 1.5 times slower"
    assert low <= mean <= high
    assert low < high < 1.05 * low
    assert re.search(r"Least: 1\.5\d*× slower in “Small”\. Most: [\d.]+× faster in “Size”\.", content)
    for question in ("Go or no go", "Same result", "Speed", "Where it is worse", "How certain", "Measured"):
        assert f"<dt>{question}</dt>" in content
    assert "<dt>Missed frames</dt>" not in content, "no sequence was played"


def test_the_method_states_the_constants_of_the_record(project: Path, make_record: MakeRecord) -> None:
    record = make_record(margin=0.02, look_level=0.005, looks=(5, 9))
    rule = render(project, record)["method/rule.md"]
    assert "at least 5 rounds and at most 9" in rule
    assert "After 5 and 9 rounds" in rule
    assert "99.5 % confidence" in rule
    assert "within 2 % of 1" in rule


def test_the_method_page_says_what_was_not_measured() -> None:
    said = "Both systems are Python implementations of the rules, the game's own code was not measured."
    assert said in PAGES["method"].read_text()


def test_the_method_page_holds_how_a_page_loads_against_its_targets(project: Path, make_record: MakeRecord) -> None:
    record = make_record()
    assert "was not measured" in render(project, record)["method/loading.md"]
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
    records.save(loading, project / "page-loading.json")
    files = render(project, record)
    rows = re.findall(r"<th scope=.row.>(\w+)</th>(.*?)</tr>", files["method/loading.md"])
    told = {name: re.sub(r"<[^>]*>", " ", row).split() for name, row in rows}
    assert told == {
        "received": ["slow", "80", "kB", "120", "kB", "met"],
        "drawn": ["slow", "1.5", "s", "1.3", "s", "not", "met"],
        "painted": ["slow", "600", "ms", "–", "none"],
    }
    assert "10 Mbit/s, 40 ms extra latency per response, a processor 4 times slower" in files["method/loading.md"]
    assert json.loads(files["data/records/page-loading.json"])["page"] == "benchmarks/summary/"


def test_the_method_page_holds_how_long_rendering_takes_against_its_targets(
    project: Path, make_record: MakeRecord
) -> None:
    record = make_record()
    assert "was not measured" in render(project, record)["method/scale.md"]
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
    records.save(scale, project / "rendering-scale.json")
    files = render(project, record)
    rows = re.findall(r"<th scope=.row.>(\w+)</th>(.*?)</tr>", files["method/scale.md"])
    assert {name: re.sub(r"<[^>]*>", " ", row).split() for name, row in rows} == {
        "time": ["once", "70", "s", "60", "s", "not", "met"],
        "memory": ["once", "900", "MB", "1", "GB", "met"],
    }
    assert "a history of 50 records of 200 cases each" in files["method/scale.md"]
    assert "rendering-scale.json" in files["downloads/records.md"]


def test_the_method_page_holds_how_pages_are_judged_against_its_targets(project: Path, make_record: MakeRecord) -> None:
    record = make_record()
    assert "These pages were not scored" in render(project, record)["method/scores.md"]
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
    records.save(judged, project / "page-scores.json")
    content = render(project, record)["method/scores.md"]
    rows = re.findall(r"<th scope=.row.>([\w/]+)</th>(.*?)</tr>", content)
    assert {name: re.sub(r"<[^>]*>", " ", row).split() for name, row in rows} == {
        "home": ["90", "94", "nothing", "found"],
        "slow/": ["50", "100", "contrast,", "label"],
    }
    assert [re.findall(r"ud-(met|not-met)", row) for _, row in rows] == [["met", "not-met"], ["not-met", "met"]]
    assert "Performance at least 90, SEO at least 95" in content


def test_no_page_holds_a_measured_number() -> None:
    for page in PAGES.values():
        prose = re.sub(r"\[\[?.*?\]\(.*?\)|--8<--.*|^\d\. ", "", page.read_text(), flags=re.MULTILINE)
        assert re.findall(r"\d+(?:\.\d+)?\s*(?:×|%|ns|µs|ms|s\b|kB|MB)", prose) == [], page


def test_the_decision_is_shown_with_what_it_rests_on(project: Path, make_record: MakeRecord) -> None:
    files = render(project, make_record(digest=current(project)))
    assert '<p class="admonition-title">Go</p>' in files["decision/answer.md"]
    assert (
        '| faster | <span class="ud-verdict ud-met">met</span> | Better in 1 of 1 case' in files["decision/criteria.md"]
    )


def test_a_record_without_any_case_still_renders(project: Path, make_record: MakeRecord) -> None:
    files = render(project, make_record(cases=()))
    assert "No case of this record has a time." in files["home/answer.md"]


def test_names_that_look_alike_as_addresses_keep_files_of_their_own(project: Path, make_record: MakeRecord) -> None:
    record = make_record()
    twins = tuple(record.cases[1].model_copy(update={"scenario": name}) for name in ("a/b", "a-b"))
    files = render(project, record.model_copy(update={"cases": twins}))
    assert len([name for name in files if name.startswith("figures/rounds-")]) == 2


def test_the_method_page_says_how_often_the_same_code_was_called_different(
    project: Path, make_record: MakeRecord
) -> None:
    record = make_record()
    assert "did not measure the same code" in render(project, record)["method/same-code.md"]
    same = tuple(case for case in record.cases if case.scenario in {"size", "small"})
    content = render(project, record.model_copy(update={"same_code": same}))["method/same-code.md"]
    assert "the refactored system against itself: 2 of 2 cases were called different." in content
    assert content.count("<tr>") == 3


def test_the_method_page_shows_the_self_check_that_lies_beside_the_reference(
    project: Path, make_record: MakeRecord
) -> None:
    assert "not checked" in render(project, make_record())["method/selfcheck.md"]
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
    records.save(check, project / "selfcheck.json.gz")
    content = render(project, make_record())["method/selfcheck.md"]
    assert "75 %<br><small>19.4 % to 99.4 %" in content  # Clopper and Pearson: 3 of 4
    assert "1.5 s" in content
    assert "<strong>Slowed code was called slower in 3 of 4 verdicts.</strong>" in content
    assert json.loads((project / "docs/generated/figures/power-selfcheck.json").read_text())["data"][0]["y"] == [0.75]
    assert "Stale: the self-check" in content
    records.save(
        check.model_copy(update={"digest": studies.kind_of("selfcheck").digest(project)}), project / "selfcheck.json.gz"
    )
    assert "Stale" not in render(project, make_record())["method/selfcheck.md"]


def test_a_missing_record_is_one_sentence(project: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.json: cannot be read"):
        portal.render(project / "nowhere.json", None, project / "docs")
