"""The performance report of a run."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from made_records import counted, record

from unitdocs import records
from unitdocs.analysis import compare_arms, find_findings
from unitdocs.bench.protocol import current_protocol
from unitdocs.cli import main
from unitdocs.portal.components.effect_marks import WIDTH
from unitdocs.portal.report import ReportFormat, report
from unitdocs.portal.report.markdown import MOST_CHARACTERS
from unitdocs.records import RunRecord, Status, save

MakeRecord = Callable[..., RunRecord]
RESULTS = Path(__file__).parents[2] / "data" / "results"
BAD = '</td><img src=x onerror="alert(1)"> | *x* `y` @everyone \x00 \N{BELL}'


class Page(HTMLParser):
    """Collects the elements of a page and the rows of its tables."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))


def named(record: RunRecord, title: str) -> RunRecord:
    cases = tuple(case.model_copy(update={"title": title, "reason": title}) for case in record.cases)
    return record.model_copy(update={"cases": cases, "command": title})


@pytest.mark.parametrize("form", ReportFormat)
def test_the_same_record_gives_the_same_report(make_record: MakeRecord, form: ReportFormat) -> None:
    assert report(make_record(), form) == report(make_record(), form)


def test_the_worst_case_comes_first_and_what_does_not_apply_is_left_out(make_record: MakeRecord) -> None:
    findings = find_findings(make_record())
    keys = [(case.scenario, case.metric) for case in findings.cases]
    assert set(keys[:2]) == {("small", "time"), ("big", "peak memory")}  # both half as much again
    assert keys[2:] == [("odd", "time"), ("big", "time"), ("size", "time")]
    assert findings.metrics == ["time", "peak memory"]


def test_markdown_heads_its_columns_in_words(make_record: MakeRecord) -> None:
    rows = [line for line in report(make_record(), ReportFormat.MARKDOWN).splitlines() if line.startswith("| Scenario")]
    assert rows == ["| Scenario | Time | Peak memory |"]


@pytest.mark.parametrize("form", [ReportFormat.MARKDOWN, ReportFormat.HTML])
def test_columns_of_suites_with_different_arms_are_named_by_role_and_each_row_names_its_arms(
    make_record: MakeRecord, form: ReportFormat
) -> None:
    record = make_record()
    first, second = (
        record.suites[0].model_copy(update={"name": name, "arms": arms})
        for name, arms in (("one", ("original", "refactored")), ("two", ("list", "array")))
    )
    cases = [case.model_copy(update={"suite": name}) for name in ("one", "two") for case in record.cases]
    text = report(record.model_copy(update={"suites": (first, second), "cases": tuple(cases)}), form)
    head = next(line for line in text.splitlines() if "Scenario" in line or "Verdict" in line)
    assert "original" not in head
    for arms in ("original, refactored", "list, array"):
        assert arms in text


@pytest.mark.parametrize("form", [ReportFormat.MARKDOWN, ReportFormat.HTML])
def test_control_characters_of_names_are_shown_as_escapes(make_record: MakeRecord, form: ReportFormat) -> None:
    text = report(named(make_record(), "\x1b[31mred\x07 \u202eback \x85 \ud800"), form)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800]", text)
    assert "x1b" in text
    assert "u202e" in text


def test_the_summary_counts_outcomes_and_names_the_worst_case(make_record: MakeRecord) -> None:
    first, second, worst = find_findings(make_record()).summary
    assert first == "Time: better in 2, worse in 1 and no verdict in 1 of 4 cases."
    assert second == "Peak memory: worse in 1 of 1 case."
    assert re.fullmatch(r"Worst case: Small, 50\.\d % slower \(49\.\d % to 51\.\d %\)\.", worst)


def test_the_summary_says_what_a_run_that_was_stopped_lacks(make_record: MakeRecord) -> None:
    stopped = make_record(finished=None)
    assert find_findings(stopped).summary[-1] == (
        "The run was stopped: more rounds might have decided what is inconclusive."
    )
    first = stopped.cases[0].model_copy(update={"status": Status.NOT_MEASURED, "rounds": ()})
    for cases in ((first, *stopped.cases[1:]), ()):
        lacking = stopped.model_copy(update={"cases": cases})
        assert find_findings(lacking).summary[-1] == "The run did not finish: cases are missing."


def test_advice_goes_from_what_failed_to_the_machine_each_with_its_evidence(make_record: MakeRecord) -> None:
    record = make_record()
    busy = record.environment.model_copy(update={"warnings": ("the machine was busy",)})
    advice = find_findings(record.model_copy(update={"environment": busy})).advice
    assert [sentence.partition(":")[0] for sentence in advice] == [
        "Fix what failed first",
        "Keep original where it is faster",
        "Switch to refactored where it gains most",
        "Check what it costs",
        "About the machine",
    ]
    assert "Small (50." in advice[1]
    assert advice[2].index("Size (") < advice[2].index("Big (")


def test_the_page_needs_no_other_file(make_record: MakeRecord) -> None:
    content = report(make_record(), ReportFormat.HTML)
    tags = Page(content).tags
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags}
    assert not any({"src", "href", "srcset"} & attributes.keys() for _, attributes in tags)
    assert "url(" not in content
    assert "@import" not in content


def test_the_page_draws_every_measured_case_with_its_interval_and_the_axis_holds_all(make_record: MakeRecord) -> None:
    content = report(make_record(), ReportFormat.HTML)
    cells = [cell.partition("</td>")[0] for cell in content.split("<td data-verdict=")[1:]]
    marks = [re.search(r'^"(\w+)".*<path class="mark.*?translate\(([\d.]+) 12\)', cell) for cell in cells]
    places = [(mark[1], float(mark[2])) for mark in marks if mark]
    assert sorted(kind for kind, _ in places) == ["better", "better", "worse", "worse"]
    assert all(0 < place < WIDTH and (place < WIDTH / 2) == (kind == "better") for kind, place in places)
    assert 'class="span"' in content


def test_the_page_says_that_a_gate_judges_times_by_ranks(make_record: MakeRecord) -> None:
    gate = make_record().model_copy(update={"protocol": current_protocol(is_shared=True)})
    assert "from 20 rounds on: of the typical ratio, by signed ranks" in report(gate, ReportFormat.HTML)
    assert "signed ranks" not in report(make_record(), ReportFormat.HTML)


@pytest.mark.parametrize("form", [ReportFormat.HTML, ReportFormat.MARKDOWN])
def test_markup_in_names_stays_text(make_record: MakeRecord, form: ReportFormat) -> None:
    content = report(named(make_record(), BAD), form)
    assert "<img" not in content
    if form is ReportFormat.HTML:
        assert not any(name.startswith("on") for _, attributes in Page(content).tags for name in attributes)
    else:
        assert "@everyone" not in content
        assert all(line.count("|") - line.count("\\|") == 4 for line in content.splitlines() if line.startswith("| "))


def test_markdown_fits_a_comment_whatever_the_number_of_cases(make_record: MakeRecord) -> None:
    record = make_record()
    title = "Size " + "x" * 1000
    many = tuple(record.cases[0].model_copy(update={"scenario": f"{i}", "title": title}) for i in range(100))
    content = report(record.model_copy(update={"cases": many}), ReportFormat.MARKDOWN)
    assert len(content) <= MOST_CHARACTERS
    rows = sum(line.startswith("| Size") for line in content.splitlines())
    assert f"{100 - rows} scenarios more: see the full report." in content


def test_junit_says_failure_for_worse_error_for_failed_and_skipped_for_undecided(make_record: MakeRecord) -> None:
    record = make_record()
    wide = record.cases[2].model_copy(
        update={"rounds": (record.cases[0].rounds[0], record.cases[2].rounds[1]), "scenario": "wide"}
    )
    root = ET.fromstring(report(record.model_copy(update={"cases": (*record.cases, wide)}), ReportFormat.JUNIT))
    states = {
        (test.get("classname"), test.get("name")): [child.tag for child in test] for test in root.iter("testcase")
    }
    assert states["scenes.time", "small"] == ["failure"]
    assert states["scenes.time", "odd"] == ["error"]
    assert states["units.time", "size"] == ["system-out"]
    assert states["scenes.time", "wide"] == ["skipped"]
    assert ("scenes.cache hit rate", "big") not in states
    suite = root.find("testsuite[@name='scenes']")
    assert suite is not None
    assert suite.get("tests") == str(len(suite))
    assert suite.get("errors") == "1"


def test_junit_is_xml_whatever_the_names_hold(make_record: MakeRecord) -> None:
    ET.fromstring(report(named(make_record(), BAD), ReportFormat.JUNIT))


def test_json_holds_the_comparison_with_summary_and_advice(make_record: MakeRecord) -> None:
    content = json.loads(report(make_record(), ReportFormat.JSON))
    assert content["run"]["id"] == "20261123-reference"
    assert [case["name"] for case in content["cases"] if case["metric"] == "time"] == ["size", "big", "small"]
    assert [(case["name"], case["side"]) for case in content["not_compared"]] == [("odd", "both")]
    assert {"geomean", "low", "high", "verdicts"} <= content["summary"].keys()
    assert content["sentences"][0].startswith("Time:")


def test_the_command_writes_a_file_or_to_standard_output(
    tmp_path: Path, make_record: MakeRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    records.save(make_record(), tmp_path / "run.json")
    with pytest.raises(SystemExit) as ended:
        main(["report", str(tmp_path / "run.json"), "--format", "markdown"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["report", str(tmp_path / "run.json"), "--format", "markdown", "--out", str(tmp_path / "report.md")])
    assert (tmp_path / "report.md").read_text() == printed


@pytest.mark.parametrize("form", ["table", "markdown", "json", "html", "junit"])
def test_report_and_compare_write_two_files_and_one_record_in_the_same_forms(
    form: str, make_record: MakeRecord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(RESULTS / f"pyperf-40-processes-{side}.json") for side in ("base", "head")]
    save(make_record(), tmp_path / "run.json")
    outputs = []
    for words in (["report", *files], ["compare", *files], ["report", str(tmp_path / "run.json")]):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--format", form])
        assert not ended.value.code
        outputs.append(capsys.readouterr().out)
    assert outputs[0].strip() == outputs[1].strip()
    assert all("split" in output for output in outputs[:2])
    assert "small" in outputs[2].lower()


def test_a_case_that_failed_in_several_metrics_is_named_once() -> None:
    failed = [counted(metric=name, status=Status.FAILED, reason="a crash") for name in ("peak memory", "blocks")]
    findings = find_findings(record(*failed))
    assert [case.metric for case in findings.cases] == ["peak memory"]
    (missing,) = compare_arms(record(*failed)).not_compared
    assert missing.metric == "peak memory, blocks"


def test_the_report_never_replaces_its_record(
    tmp_path: Path, make_record: MakeRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    records.save(make_record(), tmp_path / "run.json")
    content = (tmp_path / "run.json").read_bytes()
    (tmp_path / "link.json").symlink_to(tmp_path / "run.json")
    with pytest.raises(SystemExit) as ended:
        main(["report", str(tmp_path / "run.json"), "--out", str(tmp_path / "link.json")])
    assert ended.value.code == 2
    assert "is the run record itself" in capsys.readouterr().err
    assert (tmp_path / "run.json").read_bytes() == content


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.json"], "nowhere.json: cannot be read"),
        (["run.json", "--format", "pdf"], "'pdf' is not one of"),
    ],
)
def test_wrong_use_is_one_sentence(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["report", *words])
    assert ended.value.code == 2
    printed = capsys.readouterr().err.strip()
    assert message in printed
    assert "\n" not in printed


def test_no_folder_is_created_for_a_report(
    make_record: MakeRecord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records.save(make_record(), tmp_path / "run.json")
    with pytest.raises(SystemExit) as ended:
        main(["report", str(tmp_path / "run.json"), "--out", str(tmp_path / "new" / "report.html")])
    assert ended.value.code == 2
    assert f"there is no folder {tmp_path / 'new'}; create it" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
