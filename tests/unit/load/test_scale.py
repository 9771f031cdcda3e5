"""Scale: growth of known costs, real measurements of small sizes, and where a run ends."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from unitdocs.cli import load_scale as command
from unitdocs.cli.load_part_progress import LoadProgress
from unitdocs.errors import InputError
from unitdocs.load.scale import run
from unitdocs.load.scale.trees import tree
from unitdocs.load.scale.worker import ScaleJob, measure_size
from unitdocs.records import Clock, Environment
from unitdocs.studies import LoadScale, ScaledCost, ScaleEnd, ScaleSeconds, ScaleSize, ScaleVerdict, TreeShape
from unitdocs.studies.load_scale import SCALE_START, log_sizes, verdict_of_power

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, tzinfo=UTC)
ENVIRONMENT = Environment(
    cpu="A processor",
    cores=2,
    system="Linux",
    python="3.11.7",
    implementation="CPython",
    packages={},
    clock=Clock.THREAD_CPU,
    clock_step_ns=1,
)
SIZES = tuple(log_sizes(1_000_000))


def size_of(elements: int, exponent: float, *, number: int = 1, factor: float = 1.0) -> ScaleSize:
    """Return a size whose times grow with a power, and whose bytes are proportional."""
    seconds = factor * 1e-6 * elements**exponent
    return ScaleSize(
        round=number,
        system="refactored",
        shape=TreeShape.WIDE,
        elements=elements,
        seconds=ScaleSeconds(build=1, first=seconds, first_uncollected=seconds, resolve=seconds, update=seconds),
        live_bytes=100 * elements,
        peak_bytes=200 * elements,
        result_bytes=40 * elements,
        wall=max(seconds, 0.001),
    )


def record_of(*measured: ScaleSize, **members: object) -> LoadScale:
    return LoadScale.model_validate(
        {
            "created": NOW,
            "command": "unitdocs load scale",
            "digest": "d",
            "environment": ENVIRONMENT,
            "sizes": SIZES,
            "shapes": (TreeShape.WIDE,),
            "systems": ("refactored",),
            "rounds": 1,
            "budget": 60,
            "most_bytes": 2**30,
            "measured": measured,
            **members,
        }
    )


def power_of_time(record: LoadScale) -> ScaleVerdict:
    return verdict_of_power(record.power("refactored", TreeShape.WIDE, ScaledCost.RESOLVE))


def test_sizes_are_log_steps_up_to_the_largest() -> None:
    assert SIZES == (10, 30, 100, 300, 1000, 3000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
    assert tuple(log_sizes(1_000)) == (10, 30, 100, 300, 1_000)
    assert tuple(log_sizes(10)) == (10,)


@pytest.mark.parametrize(
    ("exponent", "verdict"), [(1.0, ScaleVerdict.WITHIN), (1.05, ScaleVerdict.WITHIN), (1.2, ScaleVerdict.ABOVE)]
)
def test_a_known_exponent_has_its_verdict(exponent: float, verdict: ScaleVerdict) -> None:
    record = record_of(*(size_of(elements, exponent - 1e-9) for elements in SIZES))
    power = record.power("refactored", TreeShape.WIDE, ScaledCost.RESOLVE)
    assert power is not None
    assert power.exponent == pytest.approx(exponent)
    assert power.n == sum(elements >= SCALE_START for elements in SIZES)
    assert power_of_time(record) is verdict


def test_fixed_costs_below_the_start_do_not_lower_the_exponent() -> None:
    steep = [size_of(elements, 1.2) for elements in SIZES if elements >= SCALE_START]
    flat = [size_of(elements, 0.0, factor=1e3) for elements in SIZES if elements < SCALE_START]
    assert power_of_time(record_of(*flat, *steep)) is ScaleVerdict.ABOVE


def test_a_bend_is_shown_by_the_steepest_step() -> None:
    bent = [size_of(elements, 1.0 if elements <= 200_000 else 1.1) for elements in SIZES]
    step = record_of(*bent).steep_step("refactored", TreeShape.WIDE, ScaledCost.FIRST)
    assert step is not None
    assert (step.less, step.more) == (200_000, 500_000)
    assert step.exponent > 2


def test_too_few_sizes_have_no_exponent() -> None:
    assert power_of_time(record_of(*(size_of(elements, 1.0) for elements in (10, 100, 1_000)))) is ScaleVerdict.OPEN


def test_what_copying_adds_is_fitted_over_all_trees_and_systems() -> None:
    measured = [size_of(elements, 1.0) for elements in SIZES]
    assert record_of(*measured).copying_power() is None  # as in records without it
    copied = [
        one.model_copy(update={"seconds": one.seconds.model_copy(update={"copying": 1e-9 * one.elements**1.2})})
        for one in measured
    ]
    power = record_of(*copied).copying_power()
    assert power is not None
    assert power.exponent == pytest.approx(1.2)


def test_costs_are_medians_over_rounds() -> None:
    record = record_of(*(size_of(10_000, 1.0, number=n, factor=f) for n, f in ((1, 1.0), (2, 2.0), (3, 9.0))))
    assert record.costs("refactored", TreeShape.WIDE, ScaledCost.RESOLVE) == {10_000: pytest.approx(0.02)}


@pytest.mark.parametrize("shape", TreeShape)
def test_trees_have_their_shape(shape: TreeShape) -> None:
    levels = max(tree(shape, 64).levels) + 1
    assert levels == {TreeShape.WIDE: 2, TreeShape.NESTED: 7, TreeShape.CHAIN: 64}[shape]


@pytest.mark.parametrize("system", ["original", "refactored"])
def test_a_real_size_has_plausible_costs(system: str) -> None:
    result = measure_size(ScaleJob(system, TreeShape.WIDE, 60, 2**30))
    size = ScaleSize.model_validate(
        {"round": 1, "system": system, "shape": "wide", "elements": 60, "wall": 1, **result}
    )
    assert size.seconds.first > 0
    assert size.seconds.copying is not None
    assert size.peak_bytes >= size.result_bytes > 0
    assert 0 < size.live_bytes < 60 * 20_000


def test_a_size_that_would_take_too_long_is_not_begun() -> None:
    slow = size_of(500_000, 1.0).model_copy(update={"wall": 50.0})
    end = run.measure_part(record_of(slow), (1, "refactored", TreeShape.WIDE, 1_000_000))
    assert isinstance(end, ScaleEnd)
    assert end.reason == "it would take about 97 s, more than the 60 s of a size"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited on Linux alone")
def test_a_size_that_needs_too_much_memory_ends_with_the_reason() -> None:
    end = run.measure_part(record_of(most_bytes=150 * 2**20), (1, "refactored", TreeShape.WIDE, 200_000))
    assert isinstance(end, ScaleEnd)
    assert "GiB of memory" in end.reason or "its process" in end.reason


def test_a_run_goes_on_after_the_sizes_in_its_record(tmp_path: Path) -> None:
    path, begun = tmp_path / "scale.json", []
    settings = run.ScaleSettings(most=30, shapes=(TreeShape.WIDE,), systems=("refactored",), rounds=1)

    def stop_at_the_second(part: str, done: float, planned: float) -> None:
        assert done < planned
        begun.append(part)
        if len(begun) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.scale(settings, root=ROOT, path=path, command="unitdocs load scale", on_part=stop_at_the_second)
    record = run.resume(path, root=ROOT, on_part=lambda part, *_: begun.append(part))
    assert [one.elements for one in record.measured] == [10, 30]
    assert begun == [f"round 1, wide, {n} elements, refactored" for n in (10, 30, 30)]
    with pytest.raises(InputError, match="has finished"):
        run.resume(path, root=ROOT, on_part=lambda *_: None)


def test_after_an_end_larger_sizes_are_left_out() -> None:
    end = ScaleEnd(round=1, system="refactored", shape=TreeShape.WIDE, elements=1_000, reason="of memory")
    record = record_of(ends=(end,))
    assert run.is_done(record, (1, "refactored", TreeShape.WIDE, 3_000))
    assert not run.is_done(record, (1, "refactored", TreeShape.WIDE, 300))
    assert not run.is_done(record, (2, "refactored", TreeShape.WIDE, 3_000))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fail_on": "slow"}, "--fail-on slow: give one of above, open"),
        ({"tree": ["deep"]}, "--tree deep: give one of wide, nested, chain"),
        ({"most": 5}, "--most 5: expected 10 to 1,000,000 elements"),
        ({"rounds": 0}, "--rounds 0: expected 1 to 100"),
        ({"out": ROOT}, "is a folder"),
    ],
)
def test_wrong_calls_of_the_command_are_sentences(options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        command.scale(**options)


def test_progress_estimates_the_time_left_from_the_work_done_here() -> None:
    progress = LoadProgress("This takes a while.")
    progress.begin("first", 50, 100)
    assert "left" not in progress.progress.tasks[0].description
    progress.started = time.monotonic() - 10
    progress.begin("second", 75, 100)
    assert progress.progress.tasks[0].description == "about 10 s left   second"
