"""The page Load: its numbers are those of the records, and without a record it says so."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from unitdocs.portal.pages import load
from unitdocs.records import Clock, Environment
from unitdocs.studies import (
    QUANTILES,
    Breakage,
    Interpreter,
    Knee,
    LoadStep,
    LoadStress,
    LoadThreads,
    ServiceBaseline,
    Sharing,
    StressSettings,
    Study,
    ThreadSettings,
    ThreadStep,
)

NOW = datetime(2026, 11, 29, tzinfo=UTC)
MACHINE = Environment(
    cpu="a processor",
    cores=2,
    system="Linux",
    python="3.11.7",
    implementation="CPython",
    packages={},
    commit=None,
    dirty=None,
    load_start=0.5,
    clock=Clock.THREAD_CPU,
    clock_step_ns=1,
)
SYSTEMS = ("original", "refactored")


def step(system: str, rate: float, p99: float) -> LoadStep:
    """Return a step of 5 ms allowed whose corrected latencies are a hundredth to twice the 99 % quantile."""
    scale = [min(2.0, 0.01 / max(1 - quantile, 0.005)) for quantile in QUANTILES]
    return LoadStep(
        system=system,
        repeat=0,
        rate=rate,
        requests=2_000,
        seconds=2_000 / rate,
        corrected=tuple(p99 * part for part in scale),
        uncorrected=tuple(0.001 * part for part in scale),
        allowed=0.005,
        backlog_first=0.1,
        backlog_last=0.2,
        backlog_growth=10,
        busy=0.5,
        cpu=0.9,
        collections=3,
        collecting=0.01,
        longest_collection=0.005,
        late=0,
        late_collecting=0,
        late_interrupted=0,
        lag=0,
        errors=0,
    )


def stress() -> LoadStress:
    """Return a run in which the original sustains 100 and 110 requests a second, the refactored 1,000 twice."""
    settings = StressSettings(
        systems=SYSTEMS,
        scenes=("one", "two"),
        updates=0.3,
        arrivals="poisson",
        clock="cpu",
        workers=1,
        seconds=2,
        requests=500,
        repeats=2,
        limit=10,
        factor=1.4,
        resolution=0.03,
        seed=1,
    )
    rates = {"original": (100.0, 110.0), "refactored": (1_000.0, 1_000.0)}
    return LoadStress(
        created=NOW,
        command="unitdocs load stress",
        digest="",
        settings=settings,
        generator=200_000,
        baselines=tuple(
            ServiceBaseline(system=system, repeat=0, mean=0.0005, median=0.0004, empty=5e-6) for system in SYSTEMS
        ),
        steps=tuple(
            step(system, rates[system][0] * factor, p99)
            for system in SYSTEMS
            for factor, p99 in ((0.5, 0.001), (1.0, 0.004), (1.03, 0.05))
        ),
        knees=tuple(
            Knee(system=system, repeat=repeat, rate=rate, above=1.03 * rate, breaks=Breakage.QUEUEING)
            for system in SYSTEMS
            for repeat, rate in enumerate(rates[system])
        ),
        environment=MACHINE,
    )


def threads(*, wrong: int = 0) -> LoadThreads:
    """Return a run in which two threads make half of the answers of one, and one of them three quarters of those."""
    settings = ThreadSettings(
        systems=SYSTEMS,
        scenes=("one",),
        threads=(1, 2),
        answers=1_000,
        original_part=0.05,
        update_every=50,
        viewports=10,
        seed=1,
        interpreters=(Interpreter(version="3.11.7", numpy="2.0", gil=True),),
    )
    return LoadThreads(
        created=NOW,
        command="unitdocs load threads",
        digest="",
        settings=settings,
        free_threaded="not measured: no free-threaded Python here",
        steps=tuple(
            ThreadStep(
                system=system,
                sharing=sharing,
                interpreter="3.11.7",
                gil=True,
                threads=count,
                answers=(1_000,) if count == 1 else (750, 250),
                wrong=wrong,
                updates=7,
                draws=0,
                seconds=count,
                cpu=count,
                switches=5,
                table="abc",
            )
            for system in SYSTEMS
            for sharing in Sharing
            for count in (1, 2)
        ),
        environment=MACHINE,
    )


def snippet(name: str, *, is_current: bool = True, wrong: int = 0) -> str:
    """Return a snippet without markup."""
    page = load.build_page(Study(stress(), is_current), Study(threads(wrong=wrong), is_current))
    return unescape(re.sub(r"<[^>]+>", " ", str(page.files[f"generated/load/{name}.md"])))


def test_the_table_has_the_mean_of_the_knees_with_their_interval() -> None:
    text = " ".join(snippet("knee").split())
    assert "105/s" in text
    assert "1,000/s" in text
    assert "requests that arrive close together wait for one another (2 of 2)" in text


def test_the_figure_names_both_knees_and_both_latencies() -> None:
    text = snippet("latency")
    assert "Sustained: the original system 105/s and the refactored system 1,000/s." in text
    assert "from the scheduled start" in text
    assert "from the actual start" in text


def test_the_step_above_the_knee_shows_what_the_uncorrected_latency_hides() -> None:
    text = snippet("corrected")
    assert "The original system at 103 requests a second" in text
    assert "at most 50 ms from their scheduled start, and 1 ms from their actual one" in text


def test_threads_are_compared_with_one_and_wrong_answers_are_counted() -> None:
    assert "2 threads that share a scene make 50 % of the answers of 1 (original)" in snippet("throughput")
    assert "none was wrong" in snippet("threads")
    assert "16 were wrong" in snippet("threads", wrong=1)
    assert "no free-threaded Python here" in snippet("threads")


def test_shares_and_jains_index_are_those_of_the_record() -> None:
    assert re.search(r"original\s+2\s+25 %\s+75 %\s+0\.8", snippet("fairness"))


@pytest.mark.parametrize("name", ["knee", "threads"])
def test_a_record_of_other_code_is_called_stale(name: str) -> None:
    assert "Stale" in snippet(name, is_current=False)
    assert "Stale" not in snippet(name)


def test_without_records_every_snippet_says_so() -> None:
    page = load.build_page(None, None)
    assert len(page.files) == len(load.SNIPPETS)
    assert all("not measured" in str(text) for text in page.files.values())
