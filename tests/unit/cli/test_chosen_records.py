"""`unitdocs render`: which records it shows, and what it says about them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.cli.shown_records import choose_records, find_newest
from unitdocs.errors import InputError
from unitdocs.records import RunRecord, Status, SuiteInfo, load, save

REFERENCE = Path(__file__).parents[3] / "benchmarks" / "results" / "reference.json.gz"
RUNS = Path("build/records")
MakeRecord = Callable[..., RunRecord]
SaveRun = Callable[..., Path]
COMMANDS = SuiteInfo(name="commands", title="short and long", arms=("short", "long"), is_of_commands=True)
REVISIONS = SuiteInfo(name="pytest", title="Tests with pytest-benchmark's fixture", arms=("a", "b"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the pages of a project, in which the test is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    docs = Path("docs")
    (docs / "benchmarks" / "scenarios").mkdir(parents=True)
    return docs


@pytest.fixture
def save_run(make_record: MakeRecord) -> SaveRun:
    """Return a function that saves a run of a day of January 2026, with these members."""

    def save_run(day: int, **fields: object) -> Path:
        path = RUNS / f"202601{day:02}T000000Z-0000.json"
        save(make_record(id=path.stem, **fields), path)
        return path

    return save_run


def give_page(docs: Path, *suites: str) -> None:
    for suite in suites:
        (docs / f"benchmarks/scenarios/{suite}.md").write_text(f'--8<-- "generated/scenarios/{suite}/suite.md"\n')


def of_suite(make_record: MakeRecord, suite: SuiteInfo, status: Status = Status.MEASURED) -> dict[str, object]:
    """Return the members of a run of one suite."""
    case = make_record().cases[0].model_copy(update={"suite": suite.name, "status": status})
    return {"suites": (suite,), "cases": (case,)}


def test_the_newest_run_of_two_arms_is_shown_with_the_reference(tmp_path: Path) -> None:
    record = load(REFERENCE).model_copy(update={"cases": (), "same_code": ()})
    docs = tmp_path / "docs"
    assert find_newest(tmp_path, docs).path is None
    save(record.model_copy(update={"base": "a" * 40}), tmp_path / "20260103T000000Z-0000.json")
    assert find_newest(tmp_path, docs).path is None
    for day in (1, 2):
        save(record, tmp_path / f"2026010{day}T000000Z-0000.json")
    assert find_newest(tmp_path, docs).path == tmp_path / "20260102T000000Z-0000.json"


def test_it_says_which_records_are_shown(place: Path, save_run: SaveRun, make_record: MakeRecord) -> None:
    run = save_run(1)
    shown = choose_records([], place)
    assert (shown.first, shown.second) == (run, None)
    assert shown.notes == (f"Record: {run} (the newest run)",)
    reference = Path("benchmarks/results/reference.json.gz")
    save(make_record(id="reference"), reference)
    assert choose_records([], place).notes == (
        f"Record: {reference} (the reference record)",
        f"Second record: {run} (the newest run)",
    )
    assert choose_records([run], place).notes == (f"Record: {run} (named by --record)",)


def test_a_run_that_is_the_reference_record_is_not_shown_twice(
    place: Path, save_run: SaveRun, make_record: MakeRecord
) -> None:
    run = save_run(1)
    save(make_record(id=run.stem), Path("benchmarks/results/reference.json.gz"))
    shown = choose_records([], place)
    assert shown.second is None
    assert len(shown.notes) == 1


def test_a_run_of_commands_is_not_shown_in_pages_of_suites(
    place: Path, save_run: SaveRun, make_record: MakeRecord
) -> None:
    run, commands = save_run(1), save_run(2, **of_suite(make_record, COMMANDS))
    assert choose_records([], place).first == commands, "without pages of suites it is as good as any"
    give_page(place, "units")
    shown = choose_records([], place)
    assert shown.first == run
    reason = "it compares whole commands, and no page is of a suite in it"
    assert shown.notes == (
        f"Not shown: {commands}: {reason}; name it with --record to show it",
        f"Record: {run} (the newest run that fits the pages)",
    )
    assert choose_records([commands], place).first == commands
    give_page(place, "commands")
    assert choose_records([], place).first == commands, "it has a page now"


def test_a_run_of_commands_alone_is_no_run_for_pages_of_suites(
    place: Path, save_run: SaveRun, make_record: MakeRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    give_page(place, "units")
    commands = save_run(1, **of_suite(make_record, COMMANDS))
    with pytest.raises(InputError, match=r"no run in build/records; measure with `unitdocs bench run`"):
        choose_records([], place)
    assert f"Not shown: {commands}: it compares whole commands" in capsys.readouterr().err


def test_a_run_of_other_suites_is_better_for_pages_of_suites_than_one_of_commands(
    place: Path, save_run: SaveRun, make_record: MakeRecord
) -> None:
    give_page(place, "renamed")
    run, commands = save_run(1), save_run(2, **of_suite(make_record, COMMANDS))
    shown = choose_records([], place)
    assert shown.first == run
    assert shown.notes[0].startswith(f"Not shown: {commands}: it compares whole commands")


def test_a_run_that_lacks_a_suite_with_a_page_is_shown_if_no_other_has_it(
    place: Path, save_run: SaveRun, make_record: MakeRecord
) -> None:
    give_page(place, "units", "scenes", "new")
    whole, part = save_run(1), save_run(2, **of_suite(make_record, make_record().suites[0]))
    assert choose_records([], place).first == part, "neither has all"
    (place / "benchmarks/scenarios/new.md").unlink()
    shown = choose_records([], place)
    assert shown.first == whole
    assert shown.notes[0] == f"Not shown: {part}: it lacks a suite that has a page; name it with --record to show it"


@pytest.mark.parametrize("has_reference", [False, True])
def test_pages_of_other_tools_benchmarks_show_the_newest_run_of_two_revisions(
    place: Path, save_run: SaveRun, make_record: MakeRecord, *, has_reference: bool
) -> None:
    give_page(place, "pytest")
    revisions = of_suite(make_record, REVISIONS) | {"base": "a" * 40}
    if has_reference:
        save(make_record(id="reference", **revisions), Path("benchmarks/results/reference.json.gz"))
    save_run(1, **revisions)
    newest = save_run(2, **revisions)
    save_run(3)
    shown = choose_records([], place)
    assert (shown.second if has_reference else shown.first) == newest


def test_pages_of_suites_show_a_newer_run_of_two_revisions_only_if_there_is_no_other(
    place: Path, save_run: SaveRun
) -> None:
    give_page(place, "units", "scenes")
    revisions = save_run(2, base="a" * 40)
    assert choose_records([], place).first == revisions
    arms = save_run(1)
    shown = choose_records([], place)
    assert shown.first == arms
    assert shown.notes[0] == f"Not shown: {revisions}: it compares two revisions; name it with --record to show it"


def test_a_complete_run_is_preferred_to_one_that_was_interrupted_or_failed(
    place: Path, save_run: SaveRun, make_record: MakeRecord
) -> None:
    complete = save_run(1, **of_suite(make_record, COMMANDS))
    interrupted = save_run(2, **of_suite(make_record, COMMANDS), finished=None)
    shown = choose_records([], place)
    assert shown.first == complete
    assert shown.notes[0].startswith(f"Not shown: {interrupted}: it did not finish;")
    failed = save_run(3, **of_suite(make_record, COMMANDS, Status.FAILED))
    shown = choose_records([], place)
    assert shown.first == complete
    assert shown.notes[0].startswith(f"Not shown: {failed}: nothing in it was measured;")
    complete.unlink()
    assert choose_records([], place).first == failed, "any run is better than none"


def test_a_file_that_is_no_run_record_is_left_out_and_named(place: Path, save_run: SaveRun) -> None:
    run, notes = save_run(1), RUNS / "notes.json"
    notes.write_text('{"to do": "nothing"}')
    shown = choose_records([], place)
    assert shown.first == run
    assert shown.notes == (
        f"Left out: {notes}: is not a run record: it names no format of unitdocs",
        f"Record: {run} (the newest run)",
    )
    run.unlink()
    with pytest.raises(InputError, match="no run in build/records"):
        choose_records([], place)
