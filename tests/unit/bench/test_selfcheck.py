"""Self-checks: verdicts on work whose answer is known."""

import json
import os
import signal
from pathlib import Path

import pytest

from unitdocs.bench import calibration_suite, instructions
from unitdocs.bench.selfcheck import PlannedTrial, SelfCheckSettings, resume, selfcheck
from unitdocs.cli import main
from unitdocs.errors import InputError, Interrupted
from unitdocs.records import save
from unitdocs.studies import Truth, kind_of, load_record

TRUTHS = tuple(Truth(operation=operation, slowdown=0.2) for operation in calibration_suite.PASSES)


@pytest.mark.long
def test_the_slowed_arm_does_just_so_much_more_of_the_same() -> None:
    path = Path(calibration_suite.__file__)
    if not instructions.is_available():
        pytest.skip("needs valgrind: `sudo apt-get install valgrind` brings it")
    counted = {
        (arm, calls): instructions.instructions(path, arm, calibration_suite.scenario_name("0.5 ms", 0.2), calls)
        for arm in (calibration_suite.PLAIN, calibration_suite.SLOWED)
        for calls in (0, 2)
    }
    assert None not in counted.values()
    plain, slowed = (counted[arm, 2] - counted[arm, 0] for arm in (calibration_suite.PLAIN, calibration_suite.SLOWED))
    assert slowed / plain == pytest.approx(1.2, abs=0.01)


def test_every_slowdown_is_a_whole_number_of_passes() -> None:
    for passes in calibration_suite.PASSES.values():
        assert all(passes * share == pytest.approx(round(passes * share)) for share in calibration_suite.SLOWDOWNS)


def test_the_margin_is_half_the_slowdown_and_at_most_the_usual_one() -> None:
    margins = [PlannedTrial("5 µs", slowdown, 0).margin for slowdown in (0.0, 0.01, 0.02, 0.05)]
    assert margins == [0.01, 0.005, 0.01, 0.01]


def test_settings_that_will_not_do_are_named_all_at_once() -> None:
    with pytest.raises(InputError) as caught:
        SelfCheckSettings(repeats=0, slowdowns=(0.003, 0.5), suite_size=-1)
    assert len(caught.value.problems) == 4


def test_every_trial_is_in_the_record_with_its_truth(tmp_path: Path) -> None:
    announced: list[PlannedTrial] = []
    settings = SelfCheckSettings(repeats=1, slowdowns=(0.0, 0.2), suite_size=2)
    check, path = selfcheck(
        settings,
        root=tmp_path,
        out=tmp_path,
        command="…",
        on_trial=lambda trial, *_: announced.append(trial),
        truths=(),
    )
    assert load_record("selfcheck", path) == check
    assert check.finished is not None
    assert check.digest == kind_of("selfcheck").digest(path.parent)
    assert [(trial.operation, trial.slowdown, trial.suite) for trial in check.trials] == [
        ("5 µs", 0.0, None),
        ("5 µs", 0.2, None),
        ("0.5 ms", 0.0, None),
        ("0.5 ms", 0.2, None),
        ("5 µs", 0.0, 0),
        ("0.5 ms", 0.0, 0),
    ]
    assert len(announced) == 6
    assert [trial.verdict for trial in check.trials if trial.slowdown] == ["slower", "slower"]


def test_a_self_check_that_was_interrupted_keeps_its_trials_and_goes_on_after_them(tmp_path: Path) -> None:
    def interrupt(_trial: PlannedTrial, done: int, _all: int) -> None:
        if done == 1:
            os.kill(os.getpid(), signal.SIGTERM)

    settings = SelfCheckSettings(repeats=1, slowdowns=(0.2,), suite_size=2, seed=5)
    with pytest.raises(Interrupted) as stopped:
        selfcheck(settings, root=tmp_path, out=tmp_path, command="unitdocs", on_trial=interrupt, truths=TRUTHS)
    (path,) = tmp_path.iterdir()
    assert str(stopped.value) == (
        f"stopped; 1 of 4 trials are kept in {path}; continue with `unitdocs bench resume {path}`"
    )
    before = load_record("selfcheck", path)
    announced: list[int] = []
    check = resume(path, root=tmp_path, on_trial=lambda _trial, done, _all: announced.append(done))
    assert announced == [1, 2, 3]
    assert check.trials[:1] == before.trials
    assert check.finished is not None
    assert load_record("selfcheck", path) == check
    with pytest.raises(InputError, match="the self-check has finished"):
        resume(path, root=tmp_path, on_trial=interrupt)


def test_trials_that_are_not_those_of_the_settings_are_refused(tmp_path: Path) -> None:
    settings = SelfCheckSettings(repeats=1, slowdowns=(0.2,), suite_size=0)
    check, path = selfcheck(
        settings, root=tmp_path, out=tmp_path, command="unitdocs", on_trial=lambda *_: None, truths=TRUTHS
    )
    save(check.model_copy(update={"finished": None, "trials": check.trials[::-1]}), path)
    with pytest.raises(InputError, match="its trials are not those of its settings"):
        resume(path, root=tmp_path, on_trial=lambda *_: None)


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("--slowdown", "0,x", "commas"),
        ("--slowdown", "0.3", "--slowdown 0.3: expected a multiple of 0.5 percent from 0 to 20"),
        ("--format", "xml", "markdown"),
    ],
)
def test_a_wrong_option_is_one_sentence(option: str, value: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "selfcheck", option, value])
    assert ended.value.code == 2
    said = capsys.readouterr().err.strip()
    assert option in said
    assert word in said
    assert "\n" not in said


def test_the_command_answers_in_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(instructions, "is_available", lambda: False)  # counting takes minutes
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["bench", "selfcheck", "--repeats", "1", "--slowdown", "20", "--suite-size", "0", "--format", "json"])
    assert ended.value.code == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["operation"] for row in rows] == ["5 µs", "0.5 ms"]
    assert rows[0]["verdicts"] == {"slower": 1, "faster": 0, "equivalent": 0, "inconclusive": 0}
    assert {"slowdown", "repeats", "median_seconds", "coverage"} <= rows[0].keys()
