"""Soaks: short parts in real processes, whose answers are known, and what is attacked."""

import json
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from unitdocs import records
from unitdocs.cli import load_soak as command
from unitdocs.errors import InputError
from unitdocs.load.soak.playing import LEAK, PlantedLeak
from unitdocs.load.soak.run import SoakSettings, resume, run_part
from unitdocs.load.soak.worker import SoakJob
from unitdocs.studies import LoadSoak, SoakCell, SoakMode, SoakVerdict, kind_of, load_record
from unitdocs.studies.load_soak import SOAK_LIMIT

ROOT = Path(__file__).parents[3]
SHORT = SoakJob(SoakMode.UPDATES, "refactored", 0.5)
BROKEN = """
import json, sys
from unitdocs.load.soak import worker
from unitdocs.load.soak.worker import SoakJob, soak
from unitdocs.studies import SoakMode
from unitdocs.units import create_system

def create():
    system = create_system("refactored")
{}
    return system

print(json.dumps(soak(SoakJob(SoakMode(sys.argv[1]), "refactored", 0.5), create)))
"""


def soaked(mode: SoakMode, change: str) -> SoakCell:
    """Return what a short soak of a system says that was changed by some lines of Python."""
    lines = "\n".join(f"    {line}" for line in change.splitlines())
    done = subprocess.run(
        [sys.executable, "-c", BROKEN.format(lines), mode], capture_output=True, text=True, check=True, timeout=100
    )
    return SoakCell.model_validate({"mode": mode, "system": "refactored", **json.loads(done.stdout)})


def test_a_planted_leak_is_found_and_its_line_is_named() -> None:
    part = run_part(replace(SHORT, planted=LEAK))
    assert part.verdict is SoakVerdict.LEAK
    assert part.slope is not None
    assert part.slope.value == pytest.approx(LEAK, rel=0.1)
    assert part.block_slope is not None
    assert part.block_slope.value == pytest.approx(1, rel=0.1)
    assert part.places[0].place.startswith("unitdocs/load/soak/playing.py:")


def test_a_steady_system_is_no_leak() -> None:
    part = run_part(SHORT)
    assert part.verdict is not SoakVerdict.LEAK
    assert part.slope is not None
    assert part.slope.low <= SOAK_LIMIT


def test_a_leak_inside_a_bounded_cache_is_found() -> None:
    part = soaked(
        SoakMode.CACHES,
        """
ghosts, put = [], system.plans.put
def remember(key, value, size):
    ghosts.append((key, bytes(400)))
    put(key, value, size)
system.plans.put = remember
""",
    )
    assert part.verdict is SoakVerdict.LEAK


def test_a_leak_only_in_threads_is_found() -> None:
    part = soaked(
        SoakMode.THREADS,
        """
import threading
kept, prepare = [], system.prepare
def remember(scene):
    if threading.current_thread() is not threading.main_thread():
        kept.append(bytes(2000))
    return prepare(scene)
system.prepare = remember
""",
    )
    assert part.verdict is SoakVerdict.LEAK


def test_garbage_in_cycles_is_no_leak() -> None:
    part = soaked(
        SoakMode.UPDATES,
        """
prepare = system.prepare
def cyclic(scene):
    prepared = prepare(scene)
    resolve = prepared.resolve
    def resolved(**extents):
        circle = [bytes(1000)]
        circle.append(circle)
        return resolve(**extents)
    prepared.resolve = resolved
    return prepared
system.prepare = cyclic
""",
    )
    assert part.verdict is not SoakVerdict.LEAK


def test_a_system_that_raises_ends_its_part_with_the_reason() -> None:
    part = soaked(
        SoakMode.THREADS,
        """
import threading
prepare = system.prepare
def refuse(scene):
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("no more scenes")
    return prepare(scene)
system.prepare = refuse
""",
    )
    assert part.failure == "RuntimeError: no more scenes"
    assert part.verdict is SoakVerdict.INCONCLUSIVE


def test_a_leak_of_100_bytes_is_100_bytes() -> None:
    leak = PlantedLeak(LEAK)
    tracemalloc.start()
    leak.grow(20_000)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held / 20_000 == pytest.approx(LEAK, rel=0.08)


SAMPLED = """
import tracemalloc
from unitdocs.load.soak.worker import Samples

tracemalloc.start()
samples = Samples()
for scenes in range(1000, 1300):
    samples.take(scenes)
tracemalloc.stop()
print(samples.count, len(set(samples.as_json()["bytes"][3:])))
"""


def test_samples_are_no_growth() -> None:
    command = [sys.executable, "-c", SAMPLED]  # other threads of this process allocate as well
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
    assert done.stdout.split() == ["300", "1"]


def part_of(levels: Callable[[int], float], count: int = 80) -> SoakCell:
    scenes = tuple(12 * (i + 1) for i in range(count))
    held = tuple(round(levels(one)) for one in scenes)
    return SoakCell(
        mode=SoakMode.CACHES,
        system="refactored",
        warm=20,
        scenes=scenes,
        bytes=held,
        blocks=held,
        resident=(0,) * count,
    )


def test_a_narrow_interval_that_holds_zero_is_a_proof() -> None:
    assert part_of(lambda _: 1e6).is_proof
    assert not part_of(lambda scenes: 1e6 + 0.5 * scenes).is_proof
    assert part_of(lambda scenes: 1e6 + 0.5 * scenes).verdict is SoakVerdict.STEADY


def test_tables_that_are_enlarged_are_no_leak() -> None:
    part = part_of(lambda scenes: 1e6 + 2_200 * (scenes > 400) + 2_200 * (scenes > 600) + 2_200 * (scenes > 800))
    assert part.slope is not None
    assert part.slope.low > SOAK_LIMIT
    assert part.verdict is SoakVerdict.INCONCLUSIVE


def test_what_happens_in_the_warm_up_does_not_count() -> None:
    assert part_of(lambda scenes: 1e6 + 100 * min(scenes, 200)).is_proof


def test_too_few_samples_decide_nothing() -> None:
    part = part_of(lambda scenes: 100 * scenes, count=30)
    assert part.slope is None
    assert part.verdict is SoakVerdict.INCONCLUSIVE


def recorded() -> LoadSoak:
    record = load_record("load_soak", ROOT / "benchmarks" / "results" / kind_of("load_soak").file)
    assert isinstance(record, LoadSoak)
    return record


def test_noise_of_recorded_soaks_is_never_a_leak_and_hides_none() -> None:
    """The errors of each recorded part, in another order by whole blocks, without a leak and with one."""
    rng, alarms, found, count = np.random.default_rng(5), 0, 0, 0
    for part in recorded().parts:
        if part.slope is None or part.verdict is SoakVerdict.INCONCLUSIVE:
            continue
        scenes, held = np.array(part.scenes[part.warm :]), np.array(part.bytes[part.warm :], float)
        for _ in range(13):
            noise = np.roll(
                held, int(rng.integers(len(held)))
            )  # keeps what neighbours have in common; one step at most
            for leak in (0, LEAK):
                levels = tuple(map(int, noise + leak * scenes))
                verdict = SoakCell(
                    mode=part.mode,
                    system=part.system,
                    scenes=tuple(map(int, scenes)),
                    bytes=levels,
                    blocks=levels,
                    resident=(0,) * len(levels),
                ).verdict
                found += bool(leak) and verdict is SoakVerdict.LEAK
                alarms += not leak and verdict is SoakVerdict.LEAK
            count += 1
    assert count >= 50
    assert (alarms, found) == (0, count)


def test_trials_are_evenly_mixed_and_take_modes_in_turn() -> None:
    jobs = SoakSettings(minutes=1, trials=(2, 10)).jobs
    assert len(jobs) == 9 + 12
    assert sum(bool(job.planted) for job in jobs) == 2
    assert len({(job.mode, job.system) for job in jobs[:9]}) == 9
    assert sum(job.seconds for job in jobs[:9]) == pytest.approx(60)


def test_wrong_settings_are_all_named() -> None:
    with pytest.raises(InputError) as raised:
        SoakSettings(minutes=0, trial_seconds=-1)
    assert len(raised.value.problems) == 2


def started(out: Path, *more: str) -> subprocess.Popen[str]:
    arguments = ["load", "soak", "--minutes", "0.1", "--mode", "updates", "--out", str(out), *more]
    code = "from unitdocs.cli import main; main()"
    return subprocess.Popen([sys.executable, "-c", code, *arguments], text=True, stderr=subprocess.PIPE, cwd=ROOT)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_soak_keeps_its_parts_and_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "soak.json"
    with started(out) as process:
        while not (out.is_file() and load_record("load_soak", out).parts):
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, message = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "1 of 2 parts are kept" in message
    assert "unitdocs load soak --resume" in message
    record = resume(out, root=ROOT, on_part=lambda *_: None)
    assert [part.system for part in record.parts] == ["original", "refactored"]
    assert record.finished
    with pytest.raises(InputError, match="has finished"):
        resume(out, root=ROOT, on_part=lambda *_: None)


def test_a_soak_of_other_code_is_not_continued(tmp_path: Path) -> None:
    out = tmp_path / "soak.json"
    records.save(recorded().model_copy(update={"digest": "other", "finished": None}), out)
    with pytest.raises(InputError, match="changed since the run was stopped"):
        resume(out, root=ROOT, on_part=lambda *_: None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fail_on": "slope"}, "--fail-on slope: give one of leak, inconclusive"),
        ({"mode": ["cache"]}, "--mode cache: give one of"),
        ({"minutes": -1.0}, "--minutes -1: expected more than 0"),
        ({"out": ROOT}, "is a folder"),
    ],
)
def test_wrong_calls_of_the_command_are_sentences(options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        command.soak(**options)


@pytest.mark.long
def test_of_short_soaks_all_leaks_are_found_and_no_others() -> None:
    """The full count takes long: half of it here, all of it in the record."""
    for job in SoakSettings(minutes=0.1, trials=(10, 50), trial_seconds=2).jobs[9:]:
        assert (run_part(job).verdict is SoakVerdict.LEAK) is bool(job.planted), job
