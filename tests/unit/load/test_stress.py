"""A stress run on the unit systems: its record, and going on with it."""

import signal
from pathlib import Path

import numpy as np
import pytest

from unitdocs.cli import main
from unitdocs.errors import InputError, Interrupted
from unitdocs.load import stress as running
from unitdocs.load.open_loop import MachineClock, drive
from unitdocs.load.requests import SceneRequests
from unitdocs.load.scene_mix import read_mix
from unitdocs.records import save
from unitdocs.studies import LoadStep, LoadStress, StressSettings, load_record

SCENES = Path(__file__).parents[3] / "benchmarks" / "scenes"


def settings(**changes: object) -> StressSettings:
    """Return settings of a run of some seconds."""
    members = {
        "systems": ("original", "refactored"),
        "scenes": ("prize-wheel",),
        "updates": 0.3,
        "arrivals": "poisson",
        "clock": "cpu",
        "workers": 1,
        "seconds": 0.02,
        "requests": 100,
        "repeats": 1,
        "limit": 10.0,
        "factor": 2.0,
        "resolution": 0.5,
        "seed": 1,
    }
    return StressSettings.model_validate(members | changes)


def made(path: Path, on_step: running.StepListener, *, is_resumed: bool = False, **changes: object) -> LoadStress:
    """Make a stress run on the prize wheel."""
    run = running.scene_run(settings(**changes), read_mix(SCENES, 20, 1)[1:], on_step)
    return running.stress(run, path, root=path.parent, command="unitdocs load stress", is_resumed=is_resumed)


def test_a_signal_ends_the_run_after_the_step_and_it_goes_on_from_there(tmp_path: Path) -> None:
    path = tmp_path / "record.json"

    def interrupt(_: LoadStep) -> None:
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(Interrupted, match=r"1 steps are kept in .* --resume"):
        made(path, interrupt)
    kept = load_record("load_stress", path)
    assert isinstance(kept, LoadStress)
    assert (len(kept.steps), kept.finished) == (1, None)
    with pytest.raises(InputError, match="other settings"):
        made(path, lambda _: None, is_resumed=True, seed=2)
    record = made(path, lambda _: None, is_resumed=True)
    assert record.steps[0] == kept.steps[0]
    assert record.baselines[0] == kept.baselines[0]
    assert {knee.system for knee in record.knees} == {"original", "refactored"}
    assert load_record("load_stress", path) == record
    with pytest.raises(InputError, match="has finished"):
        made(path, lambda _: None, is_resumed=True)


def test_a_full_disk_leaves_the_record_of_the_step_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, written = tmp_path / "record.json", list[LoadStress]()

    def fill(record: LoadStress, place: Path) -> None:
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        save(record, place)
        written.append(record)

    monkeypatch.setattr(running, "save", fill)
    with pytest.raises(OSError, match="No space"):
        made(path, lambda _: None)
    assert load_record("load_stress", path) == written[-1]


def test_several_workers_serve_scenes_that_are_updated() -> None:
    requests = SceneRequests("original", read_mix(SCENES, 20, 1), 0.5, workers=3)
    requests.plan(300, 1)
    served = drive(np.zeros(300), requests.serve, MachineClock(), workers=3)
    assert not served.errors


def test_requests_alternate_between_the_two_states_and_take_new_viewports() -> None:
    mix = read_mix(SCENES, 20, 1)
    requests = SceneRequests("refactored", mix, 1.0)
    requests.plan(30, 1)
    for number in range(30):
        requests.serve(number)
    scenes = requests._scenes
    assert sum(one.resolved for one in scenes) == sum(one.updated for one in scenes) == 30


def test_the_command_ends_with_4_if_a_request_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: SceneRequests, number: int) -> None:
        raise RuntimeError(f"planted in {number}")

    monkeypatch.setattr(SceneRequests, "serve", broken)
    words = ["--seconds", "0.01", "--requests", "100", "--repeats", "1", "--system", "refactored"]
    with pytest.raises(SystemExit) as ended:
        main(["load", "stress", *words, "--scenes", str(SCENES), "--out", str(tmp_path / "record.json")])
    assert ended.value.code == 4
    assert "raised; the first: RuntimeError: planted in 0" in capsys.readouterr().err
