"""`unitdocs compare`: three formats and the exit codes."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from statsmodels.stats.multitest import multipletests

from unitdocs.cli import main
from unitdocs.records import Direction, RunRecord, save
from unitdocs.records.results import Absence, LeftOut, Result, Results

GOLDEN = Path(__file__).parents[2] / "data" / "compare"
# No value repeats: values that do are taken for multiples of a clock's tick.
PROCESSES = (1.0003, 1.0201, 0.9902, 1.0104, 1.0109, 0.9807)
SAVED = {"statistic": "mean"}
WIDE = (1.0, 1.3, 0.8, 1.2, 0.9, 1.1)
Write = Callable[..., Path]
Run = Callable[..., int]


def result(name: str, values: tuple[float, ...], factor: float, *, by_process: bool = True, **about: object) -> Result:
    numbers = [value * factor for value in values]
    groups = tuple((number,) for number in numbers) if by_process else (tuple(numbers),)
    fields = {"suite": "shop", "name": name, "groups": groups, "by_process": by_process}
    return Result.model_validate(fields | about)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a writer of files of results in the current folder."""
    monkeypatch.chdir(tmp_path)

    def written(name: str, *results: Result) -> Path:
        path = Path(name)
        path.write_text(Results(tool="tool 1.0", source=name, results=results).model_dump_json())
        return path

    return written


@pytest.fixture
def run() -> Run:
    def code(*arguments: object) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["compare", *map(str, arguments)])
        return int(ended.value.code or 0)

    return code


def every_kind_of_answer(write: Write) -> tuple[Path, Path]:
    memory = {"metric": "peak memory", "unit": "B", "counted": True}
    rate = {"metric": "cache hit rate", "unit": "1", "direction": Direction.HIGHER}
    missed = {"metric": "missed frames", "unit": "1"}
    errors = {"metric": "error rate", "unit": "1", "counted": True}
    narrow = tuple(1 + (value - 1) / 10 for value in PROCESSES)
    pairs = [
        (result("load|all", PROCESSES, 1.2e-3), result("load|all", PROCESSES, 1.3e-3)),
        (result("save_*", PROCESSES, 5e-6), result("save_*", PROCESSES, 1e-6)),
        (result("short", narrow, 1e-3), result("short", narrow, 1.005e-3)),
        (result("same", narrow, 2e-3), result("same", narrow, 2e-3)),
        (result("noisy", WIDE, 1e-9), result("noisy", WIDE, 1.1e-9)),
        (result("\u753b\u50cf", PROCESSES[:1], 1.0), result("\u753b\u50cf", PROCESSES, 1.0)),
        (result("saved @me", (1.0,), 1.0, saved=SAVED), result("saved @me", (1.0,), 0.9, saved=SAVED)),
        (result("loose", PROCESSES, 1.0, by_process=False), result("loose", PROCESSES, 1.5, by_process=False)),
        (result("save_*", (1.0, 1.0), 12500, **memory), result("save_*", (1.0, 1.0), 25000, **memory)),
        (result("once", (1.0,), 12500, **memory), result("once", (1.0,), 13000, **memory)),
        (result("load|all", PROCESSES, 0.9, **rate), result("load|all", PROCESSES, 0.6, **rate)),
        (result("play", PROCESSES, 0.05, **missed), result("play", PROCESSES, 0.01, **missed)),
        (result("other", WIDE, 0.05, **missed), result("other", WIDE, 0.06, **missed)),
        (result("bad", (0.0, 0.0), 1.0, **errors), result("bad", (0.0, 0.0), 1.0, **errors)),
    ]
    only = result("gone", PROCESSES, 1.0)
    return (
        write("before.json", *(base for base, _ in pairs), only),
        write("after.json", *(head for _, head in pairs)),
    )


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_every_kind_of_answer_is_written_as_it_always_was(
    form: str, write: Write, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*every_kind_of_answer(write), "--format", form) == 0
    assert capsys.readouterr().out == (GOLDEN / f"every-kind.{form}").read_text(encoding="utf-8")


def test_every_kind_of_answer_has_its_members_in_the_json(
    write: Write, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*every_kind_of_answer(write), "--format", "json") == 0
    output = capsys.readouterr().out
    # The last digits of a number may differ from one machine and one version of a library to another.
    numbers = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
    expected = (GOLDEN / "every-kind.json").read_text(encoding="utf-8")
    assert numbers.sub("x", output) == numbers.sub("x", expected)
    golden = [float(number) for number in numbers.findall(expected)]
    assert [float(number) for number in numbers.findall(output)] == pytest.approx(golden, rel=1e-6)


def test_p_values_are_adjusted_by_holm_over_the_cases_of_a_metric_whether_or_not_it_is_a_gate(
    write: Write, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    files = every_kind_of_answer(write)
    outputs = []
    for gate in ([], ["--fail-on", "slower"]):
        run(*files, "--format", "json", *gate)
        outputs.append(json.loads(capsys.readouterr().out))
    explored, gated = outputs
    assert explored == gated
    assert explored["summary"]["correction"] == "holm"
    families: dict[str, list[tuple[float, float]]] = {}
    for case in explored["cases"]:
        if case["p"] is not None:
            families.setdefault(case["metric"], []).append((case["p"], case["p_adjusted"]))
    assert {metric: len(family) for metric, family in families.items()} == {
        "time": 6,
        "cache hit rate": 1,
        "missed frames": 2,
    }
    for family in families.values():
        # multipletests of statsmodels, another program, is the outside source.
        expected = multipletests([p for p, _ in family], method="holm")[1]
        assert [p_adjusted for _, p_adjusted in family] == pytest.approx(expected.tolist())


def test_the_columns_of_a_table_are_aligned(write: Write, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(*every_kind_of_answer(write), "--metric", "time")
    heading, *rows = capsys.readouterr().out.split("\n\n")[1].splitlines()
    for row in rows[:3]:
        assert row[heading.index("interval") - 1] == " " != row[heading.index("interval")]
        assert row[heading.index("verdict") - 2 : heading.index("verdict")] == "  "
        assert row[heading.index("base") + 3].isalpha()


@pytest.mark.parametrize(
    ("factors", "options", "code"),
    [
        ({"a": 1.2}, [], 0),
        ({"a": 1.2}, ["--fail-on", "slower"], 1),
        ({"a": 1.2}, ["--fail-on", "inconclusive"], 1),
        ({"a": 1.2}, ["--fail-on", "slower", "--margin", "50%"], 0),
        ({"a": 0.8}, ["--fail-on", "slower"], 0),
        ({"wide": 1.1}, ["--fail-on", "slower"], 0),
        ({"wide": 1.1}, ["--fail-on", "inconclusive"], 3),
        ({"wide": 1.1, "a": 1.2}, ["--fail-on", "inconclusive", "--fail-on", "slower"], 1),
        ({"few": 1.0}, ["--fail-on", "inconclusive"], 3),
    ],
)
def test_the_exit_code_is_that_of_the_failures_named(
    factors: dict[str, float], options: list[str], code: int, write: Write, run: Run
) -> None:
    values = {"a": PROCESSES, "wide": WIDE, "few": (1.0,)}
    base = write("a.json", *(result(name, values[name], 1.0) for name in factors))
    head = write("b.json", *(result(name, values[name], factor) for name, factor in factors.items()))
    assert run(base, head, *options) == code


@pytest.mark.parametrize(
    ("absence", "options", "code"),
    [
        (Absence.FAILED, [], 0),
        (Absence.FAILED, ["--fail-on", "slower"], 1),
        (Absence.FAILED, ["--fail-on", "missing"], 1),
        (Absence.SKIPPED, ["--fail-on", "slower"], 0),
        (Absence.SKIPPED, ["--fail-on", "missing"], 1),
        (None, ["--fail-on", "slower"], 0),
        (None, ["--fail-on", "missing"], 1),
    ],
)
def test_what_the_head_lost_is_named_in_every_form_and_is_a_gate(  # noqa: PLR0917 -- cases and fixtures
    absence: Absence | None, options: list[str], code: int, write: Write, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    base = write("a.json", result("a", PROCESSES, 1.0), result("gone", PROCESSES, 1.0))
    lost = LeftOut(suite="shop", name="gone", metric="time", absence=absence or Absence.FAILED, reason="a crash")
    head = Results(
        tool="t", source="b", results=(result("a", PROCESSES, 1.0),), left_out_cases=(lost,) if absence else ()
    )
    Path("b.json").write_text(head.model_dump_json())
    for form in ("table", "markdown", "json", "html", "junit"):
        assert run(base, "b.json", "--format", form, *options) == code
        output = capsys.readouterr().out
        assert "gone" in output
        assert ("a crash" if absence else "head does not have it") in output


def test_what_the_base_lacked_is_named_and_no_gate(write: Write, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    base = write("a.json", result("a", PROCESSES, 1.0))
    head = write("b.json", result("a", PROCESSES, 1.0), result("new", PROCESSES, 1.0))
    assert run(base, head, "--fail-on", "missing", "--fail-on", "slower") == 0
    assert "not compared: shop/new (time), base: base does not have it" in capsys.readouterr().out


def test_a_gate_that_wants_a_decision_fails_if_nothing_is_compared(write: Write, run: Run) -> None:
    base = write("a.json", result("a", PROCESSES, 1.0))
    lost = LeftOut(suite="shop", name="a", metric="time", absence=Absence.SKIPPED, reason="no time left")
    Path("b.json").write_text(Results(tool="t", source="b", results=(), left_out_cases=(lost,)).model_dump_json())
    assert run(base, "b.json", "--fail-on", "inconclusive") == 3


def test_two_runs_on_revisions_are_not_compared_with_each_other_by_chance(
    make_record: Callable[..., RunRecord],
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("first.json", "second.json"):
        save(make_record().model_copy(update={"base": "1a" * 20}), name)
    assert run("first.json", "second.json", "--fail-on", "slower") == 2
    assert capsys.readouterr().err == (
        "unitdocs: first.json and second.json: each run compares two revisions itself; give one of them, such as the "
        "newest, or write --against between them\n"
    )
    assert run("first.json", "--against", "second.json") == 0


@pytest.mark.parametrize("form", ["table", "markdown", "json", "html", "junit"])
def test_another_machine_is_a_caution_in_every_form(
    form: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, cpu in (("a.json", "one & two"), ("b.json", "three")):
        results = Results(tool="t", source=name, context={"CPU": cpu}, results=(result("a", PROCESSES, 1.0),))
        Path(name).write_text(results.model_dump_json())
    assert run("a.json", "b.json", "--format", form) == 0
    assert "base and head were measured with another CPU: one " in capsys.readouterr().out


def test_pairs_compare_names_with_each_other_in_one_file_or_two(
    write: Write, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    first = write("a.json", result("old --x", PROCESSES, 1.0), result("new --x", PROCESSES, 0.5), result("c", WIDE, 1))
    second = write("b.json", result("new --x", PROCESSES, 2.0))
    for files, verdict in ((["a.json"], "faster"), ([first, second], "slower")):
        assert run(*files, "--pair", "old --x", "shop/new --x", "--format", "json") == 0
        written = json.loads(capsys.readouterr().out)
        assert [(case["name"], case["verdict"]) for case in written["cases"]] == [("old --x vs shop/new --x", verdict)]
        assert written["not_compared"] == []
        assert written["summary"]["base"] == "a.json (tool 1.0): old --x"
        assert written["summary"]["head"].endswith(".json (tool 1.0): shop/new --x")
    assert run("a.json", "--pair", "old --x", "new --x", "--pair", "old --x", "c", "--format", "json") == 0
    assert len(json.loads(capsys.readouterr().out)["cases"]) == 2


def test_a_filter_and_margins_by_pattern_choose_by_suite_and_name(
    write: Write, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("parse/small", "parse/large [x]", "sum")
    base = write("a.json", *(result(name, PROCESSES, 1.0) for name in names))
    head = write("b.json", *(result(name, PROCESSES, 1.2) for name in names))
    outcomes = []
    for options in (
        ["--filter", "parse"],
        ["--filter", "*large [x]"],
        ["--margin", "50%"],
        ["--margin", "shop/parse/*=50%"],
    ):
        run(base, head, "--format", "json", *options)
        cases = json.loads(capsys.readouterr().out)["cases"]
        outcomes.append([(case["name"], case["below_margin"]) for case in cases])
    assert outcomes == [
        [("parse/small", False), ("parse/large [x]", False)],
        [("parse/large [x]", False)],
        [(name, True) for name in names],
        [("parse/small", True), ("parse/large [x]", True), ("sum", False)],
    ]


def test_a_margin_that_no_case_has_is_a_caution(write: Write, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("a.json", result("a", PROCESSES, 1.0))
    assert run(path, path, "--margin", "b=5%", "--margin", "shop/a=5%", "--absolute-margin", "speed=1") == 0
    out = capsys.readouterr().out
    assert "warning: --margin b: no case matches" in out
    assert "warning: --absolute-margin speed: no case has this metric" in out
    assert "shop/a: no case" not in out


def test_repetitions_are_given_before_and_after_against(
    write: Write, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    bases = [write(f"a{index}.json", result("a", PROCESSES, 1 + index / 1000)) for index in range(3)]
    heads = [write(f"b{index}.json", result("a", PROCESSES, 2 + index / 1000)) for index in range(3)]
    assert run(*bases, "--against", *heads, "--format", "json") == 0
    (case,) = json.loads(capsys.readouterr().out)["cases"]
    assert (case["replicate"], case["base"]["n"], case["verdict"]) == ("file", 3, "slower")


def test_names_in_markdown_are_no_markup_and_mention_nobody(
    write: Write, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    base = write("a.json", result("@octocat <b> | `x` *y* #12", PROCESSES, 1.0))
    assert run(base, base, "--format", "markdown") == 0
    output = capsys.readouterr().out
    assert "@" not in output
    assert "shop/&#64;octocat \\<b\\> \\| \\`x\\` \\*y\\* \\#12" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.json", "a.json"], "missing.json: cannot be read"),
        (["a.json", "a.json", "--metric", "speed"], "--metric speed: was not measured; give one of time"),
        (["a.json", "a.json", "--margin", "no"], "--margin no: expected a share between 0 and 1"),
        (["a.json"], "a.json: holds results of tool 1.0, not both arms of a run; give a second file"),
        (["a.json", "a.json", "a.json"], "3 files: give those of the base, then --against, then those of the head"),
        (["a.json", "--against"], "--against: give the files of the head"),
        (["a.json", "--pair", "a"], "--pair: give two names"),
        (["a.json", "--pair", "shop/b", "a"], "--pair shop/b: base has no case of this name; give one such as shop/a"),
        (["a.json", "--commit", "a"], "--commit: give one folder, and --commit twice"),
        (["a.json", "a.json", "--margin", "x=2"], "--margin 2: expected a share between 0 and 1"),
        (["a.json", "b.json"], "base has 'a', head has 'b'; compare files of the same benchmarks, or name two cases"),
        (
            ["a.json", "a.json", "--filter", "b", "--fail-on", "slower"],
            "--filter b: no case matches; cases are named such as",
        ),
        (
            ["a.json", "./a.json", "--against", "b.json"],
            "a.json: is given twice for one side; give each repetition once",
        ),
        (["a.json", "a.json", "--format", "xml"], "unitdocs: Invalid value for '--format': 'xml' is not one of"),
    ],
)
def test_wrong_input_gives_one_sentence_and_the_code_2(
    arguments: list[str], message: str, write: Write, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    write("a.json", result("a", PROCESSES, 1.0))
    write("b.json", result("b", PROCESSES, 1.0))
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert message in err
    assert len(err.splitlines()) == 1
    assert out == ""


def test_help_shows_an_example(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    assert "Example: unitdocs compare before.json after.json --fail-on slower" in capsys.readouterr().out
