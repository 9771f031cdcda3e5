# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""The home page: the answer as a band, four tiles, a row a suite, where it is worse, and how sure."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from page_building import Files, current, files_of, stale

from unitdocs import records
from unitdocs.analysis.case_result import CaseResult
from unitdocs.analysis.criteria import Budget, Check, ClosingStep, Criteria, Criterion, Need
from unitdocs.portal.components.markup import Page
from unitdocs.portal.figures.suite_overview import SuiteGain
from unitdocs.portal.pages import home
from unitdocs.records import Direction, Pair, Round, RunRecord, Status

MakeRecord = Callable[..., RunRecord]
FASTER = Criterion(title="faster", check=Check(need=Need.IMPROVED, suites=("units",)))
WATCHED = Criterion(
    title="Monitoring",
    open="nothing watches production",
    closes=ClosingStep(text="Set up alerts", page="deploy/game-loop.md"),
)
MEMORY = Budget(metric="peak memory", most=10_000, of="a layout", reason="as much as there is")
SUITES = {"units": Page("benchmarks/scenarios/calculators.md")}


def page(record: RunRecord, *criteria: Criterion, budgets: tuple[Budget, ...] = ()) -> Files:
    declared = Criteria(criteria=criteria or (FASTER,), budgets=budgets)
    return files_of(home.build_page(current(record), declared, SUITES))


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def without(record: RunRecord, *metrics: str) -> RunRecord:
    return record.model_copy(update={"cases": tuple(case for case in record.cases if case.metric not in metrics)})


def counts(record: RunRecord, metric: str, *pairs: tuple[float, float], unit: str = "1") -> RunRecord:
    """Return the record with a case whose rounds counted these."""
    rounds = tuple(
        Round(index=index, hash_seed=index, count=Pair(control=control, treatment=treatment))
        for index, (control, treatment) in enumerate(pairs)
    )
    case = records.Case(
        suite="scenes", scenario="big", title="Big", elements=10, unit=unit, direction=Direction.LOWER,
        metric=metric, rounds=rounds, status=Status.MEASURED,
    )  # fmt: skip
    return without(record, metric).model_copy(update={"cases": (*without(record, metric).cases, case)})


def exchanged(measured: Round) -> Round:
    """Return a timed round in which each arm has the times of the other."""
    assert measured.timing
    times = Pair(control=measured.timing.cpu.treatment, treatment=measured.timing.cpu.control)
    return measured.model_copy(update={"timing": measured.timing.model_copy(update={"cpu": times, "wall": times})})


def test_the_band_names_what_is_open_and_the_first_tile_what_closes_it(make_record: MakeRecord) -> None:
    answer = page(make_record(), FASTER, WATCHED)["home/answer.md"]
    assert "ud-not-yet" in answer
    assert "<strong>Nothing watches production.</strong>" in answer
    assert 'Open: <a href="deploy/game-loop/">Set up alerts</a>.' in answer
    assert "1 of 2 criteria met" in text_of(answer)


def test_the_band_says_how_often_it_is_faster_and_in_which_metrics_it_is_worse(make_record: MakeRecord) -> None:
    text = text_of(page(make_record())["home/answer.md"])
    assert "Refactored is faster in 2 of 3 cases, slower in 1. Worse in places: peak memory." in text
    only_faster = make_record(cases=make_record().cases[:1])
    assert "faster in 1 of 1 case. Nothing else is worse." in text_of(page(only_faster)["home/answer.md"])


def test_the_time_tile_has_the_average_with_its_range_and_how_sure_it_is(make_record: MakeRecord) -> None:
    text = text_of(page(make_record())["home/answer.md"])
    tile = re.search(r"Time ([\d.]+)× faster ([\d.]+)× to ([\d.]+)×, 99 % sure Average of 3 operations\.", text)
    assert tile, text
    mean, low, high = map(float, tile.groups())
    assert mean == pytest.approx((10 * 4 / 1.5) ** (1 / 3), rel=0.01), "ten and four times faster, 1.5 times slower"
    assert low <= mean <= high < 1.05 * low


def test_the_missed_frames_tile_has_the_range_over_the_rounds(make_record: MakeRecord) -> None:
    rounds = [(share, share / 10) for share in (0.08, 0.2, 0.73, 0.3, 0.3, 0.4)]
    text = text_of(page(counts(make_record(), "missed frames", *rounds))["home/answer.md"])
    assert "rounds: 8 to 73 % → 0.8 to 7.3 % Frames over 16.7 ms in the worst of 1 recording: “ Big ”" in text
    steady = text_of(page(counts(make_record(), "missed frames", *[(0.5, 0.25)] * 6))["home/answer.md"])
    assert "50 % → 25 % the same in each of 6 rounds" in steady
    none = text_of(page(counts(make_record(), "missed frames", *[(0.0, 0.0)] * 6))["home/answer.md"])
    assert "Missed frames None in 1 recording, with either arm" in none


def test_the_memory_tile_shows_the_worst_increase_in_bytes_and_as_a_share_of_the_budget(
    make_record: MakeRecord,
) -> None:
    text = text_of(page(make_record(), budgets=(MEMORY,))["home/answer.md"])
    assert (
        "Memory +1 kB 2 kB → 3 kB, 50 % more Worst increase, “ Big ”: 30 % of the 10 kB budget. None exceeds it."
        in text
    )
    assert "budget" not in text_of(page(make_record())["home/answer.md"])
    small = MEMORY.model_copy(update={"most": 1000.0})
    assert "300 % of the 1 kB budget. 1 of 1 increase exceeds it." in text_of(
        page(make_record(), budgets=(small,))["home/answer.md"]
    )
    less = counts(make_record(), "peak memory", *[(9000.0, 5000.0)] * 6, unit="B")
    text = text_of(page(less, budgets=(MEMORY,))["home/answer.md"])
    assert "Memory No more in 1 case Largest peak: 5 kB, was 9 kB. That is 50 % of the 10 kB budget." in text


@pytest.mark.parametrize(
    ("cases", "sentences"),
    [
        ((), ["No case of this record has a time.", "no peak memory", "Nothing watches"]),
        (slice(4, 5), ["No case of this record has a time.", "Worst increase"]),
        (slice(5, 6), ["no peak memory"]),
        (slice(3, 4), ["No case of this record has a time."]),
    ],
    ids=["no case", "memory alone", "nothing that applies", "failed alone"],
)
def test_a_record_that_lacks_something_says_so_in_words(
    make_record: MakeRecord, cases: tuple[()] | slice, sentences: list[str]
) -> None:
    chosen = make_record().cases[cases] if isinstance(cases, slice) else cases
    files = page(make_record(cases=chosen), WATCHED)
    for sentence in sentences:
        assert sentence in text_of(files["home/answer.md"])
    assert "No suite of this record has times to compare." in files["home/suites.md"]
    tiles = re.findall(r"<li>(.*?)</li>", files["home/answer.md"])
    assert len(tiles) == 3, "frames were not measured"
    assert all(len(text_of(tile).split()) > 3 for tile in tiles)


def test_every_suite_has_a_row_that_leads_to_its_page(make_record: MakeRecord) -> None:
    files = page(make_record())
    content = files["home/suites.md"]
    assert "1 of 2 suites faster on average" not in content, "both averages are"
    assert "2 of 2 suites faster on average" in content
    assert re.findall(r'<a href="([^"]+)" style="top', content) == ["benchmarks/scenarios/calculators/"]
    assert "Big" in content
    assert "Small" in content
    assert len(files["data/home-suites.csv"].splitlines()) == 3
    plot = json.loads(files["figures/home-suites.json"])
    assert plot["layout"]["yaxis"]["ticktext"][0] == "Single units<br>10× faster"


@pytest.mark.parametrize(
    ("averages", "caption"),
    [
        (["2.78× slower"], "0 of 1 suite faster on average, 2.78× slower."),
        (["-0.06 %"], "0 of 1 suite faster on average, -0.06 %."),
        (["3× slower", "4.2 % slower"], "0 of 2 suites faster on average, 4.2 % to 3× slower."),
        (["+0.1 %", "-0.3 %"], "0 of 2 suites faster on average, +0.1 % to -0.3 %."),
        (["4.2 % slower", "10× faster"], "1 of 2 suites faster on average, 4.2 % slower to 10× faster."),
        (["4.2 % faster", "10× faster"], "2 of 2 suites faster on average, 4.2 % to 10×."),
    ],
)
def test_the_caption_keeps_the_units_and_the_directions_of_the_averages(
    make_case: Callable[..., CaseResult], averages: list[str], caption: str
) -> None:
    case = make_case()
    gains = [
        SuiteGain("suite", gain=rank, low=low, high=low, words=words, extent="", least=case, most=case, titles=("one",))
        for rank, words in enumerate(averages)
        for low in [2.0 if words.endswith("faster") else 0.5 if words.endswith("slower") else None]
    ]
    assert home.describe_averages(gains) == caption


def test_the_lines_name_what_failed_what_is_slower_and_what_is_worse_and_link_the_cases(
    make_record: MakeRecord,
) -> None:
    worse = page(make_record())["home/worse.md"]
    lines = [text_of(line) for line in re.findall(r"<li>(.*?)</li>", worse)]
    assert lines[0] == "Failed: 1 of 4 scenarios, so without times; first Odd <script>alert(1)</script> ."
    assert re.fullmatch(r"Time: in 1 of 3; worst 50\.\d+ % slower, Small", lines[1])
    assert lines[2] == "Peak memory: in 1 of 1; worst 2 kB → 3 kB, Big"
    assert 'href="benchmarks/cases/scenes/small/"' in worse
    better = page(make_record(cases=make_record().cases[:2]))["home/worse.md"]
    assert "Nowhere, in anything that was measured." in better


def test_what_is_worse_by_less_than_the_margin_is_named_where_a_criterion_forbids_it(make_record: MakeRecord) -> None:
    only_faster = make_record(cases=make_record().cases[:1])
    record = counts(only_faster, "peak memory", *[(33_000.0, 33_040.0)] * 6, unit="B")
    no_more = Criterion(title="no more", check=Check(need=Need.NONE_WORSE, metric="peak memory"))
    files = page(record, no_more)
    answer = text_of(files["home/answer.md"])
    assert "“no more” is not met." in answer
    assert "Worse in places, below the margin: peak memory. Nothing else is worse." in answer
    assert "Memory 0 of 1 cases need no more Largest peak: 33 kB, was 33 kB." in answer
    line = "Peak memory: below the margin in 1 of 1; worst 0.12 % more, Big"
    assert text_of(files["home/worse.md"]) == line
    both = page(counts(record, "blocks", *[(10.0, 30.0)] * 6))
    assert "Worse in places: blocks; below the margin: peak memory." in text_of(both["home/answer.md"])
    assert text_of(both["home/worse.md"]) == f"Blocks: in 1 of 1; worst 10 → 30, Big {line}"


def test_a_time_that_is_slower_by_less_than_the_margin_is_not_called_about_the_same(make_record: MakeRecord) -> None:
    record = make_record()
    wide = make_record(cases=record.cases[2:3], margin=0.6)
    files = page(wide, FASTER.model_copy(update={"check": Check(need=Need.NONE_WORSE)}))
    answer = text_of(files["home/answer.md"])
    assert "“faster” is not met." in answer
    assert "Refactored is faster in 0 of 1 case, slower below the margin in 1. Nothing else is worse." in answer
    line = text_of(files["home/worse.md"])
    assert re.fullmatch(r"Time: below the margin in 1 of 1; worst 50\.\d+ % slower, Small", line)
    slowest = record.cases[1].model_copy(update={"rounds": tuple(map(exchanged, record.cases[1].rounds))})
    files = page(wide.model_copy(update={"cases": (slowest, record.cases[2])}))
    assert "slower in 1, slower below the margin in 1." in text_of(files["home/answer.md"])
    assert re.fullmatch(r"Time: in 1 of 2; worst [34]\.?\d*× slower, Big", text_of(files["home/worse.md"]))


def test_more_than_three_lines_become_three(make_record: MakeRecord) -> None:
    record = make_record()
    for metric in ("blocks", "handles", "threads"):
        record = counts(record, metric, *[(10.0, 30.0)] * 6)
    worse = page(record)["home/worse.md"]
    lines = re.findall(r"<li>(.*?)</li>", worse)
    assert len(lines) == 3
    assert text_of(lines[2]) == "4 more metrics ."


def test_it_says_how_sure_it_is_and_where_it_was_measured(make_record: MakeRecord) -> None:
    sure = text_of(page(make_record())["home/sure.md"])
    assert "At least 8 runs of each. Limits . Measured on 2026-11-23, A processor, commit 0123456789. Method ." in sure
    assert "Equal results" not in sure, "one scenario failed"
    whole = make_record(cases=make_record().cases[:3])
    assert "Equal results in 3 scenarios." in text_of(page(whole)["home/sure.md"])


def test_a_record_that_is_slower_everywhere_says_so_in_every_place(make_record: MakeRecord) -> None:
    worse = make_record(cases=(make_record().cases[2],))
    files = page(worse, FASTER.model_copy(update={"check": Check(need=Need.NONE_WORSE)}))
    answer = files["home/answer.md"]
    assert "ud-no-go" in answer
    assert "“faster” is not met" in answer
    assert re.search(r'class="ud-large ud-worse">50\.\d+ % slower<', answer)
    assert "0 of 1 suite faster on average" in files["home/suites.md"]


def test_a_stale_record_is_no_go_ahead_and_says_why(make_record: MakeRecord) -> None:
    files = files_of(home.build_page(stale(make_record()), Criteria(criteria=(FASTER,)), {}))
    assert "The code has changed since it was measured." in files["home/answer.md"]
    assert "ud-stale" in files["home/stale.md"]


def test_a_run_of_two_revisions_says_what_it_asks(make_record: MakeRecord) -> None:
    record = make_record()
    suites = tuple(suite.model_copy(update={"arms": ("1a2b3c4", "working tree")}) for suite in record.suites)
    of_revisions = record.model_copy(update={"base": "1a2b3c4" + "0" * 33, "suites": suites})
    question = "This run compares two revisions: is the working tree better than 1a2b3c4?"
    assert text_of(page(of_revisions)["home/stale.md"]) == question
    assert not text_of(page(record)["home/stale.md"])


def test_no_hostile_label_becomes_markup(make_record: MakeRecord) -> None:
    bad = '</a><img src=x onerror="alert(1)"> & "quoted"'
    record = make_record()
    cases = tuple(case.model_copy(update={"title": bad, "reason": bad}) for case in record.cases)
    suites = tuple(suite.model_copy(update={"title": bad}) for suite in record.suites)
    files = page(record.model_copy(update={"cases": cases, "suites": suites}), WATCHED)
    assert all("<img" not in content for name, content in files.items() if not name.endswith(".csv"))
