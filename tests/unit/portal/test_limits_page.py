"""The page of limits: growth of memory over scenes and of cost over elements, from two records."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import made_rollouts
import pytest
from page_building import Files, files_of

from unitdocs.portal.pages import limits
from unitdocs.studies import (
    GrowthPlace,
    LeakTrial,
    LoadScale,
    LoadSoak,
    ScaleEnd,
    ScaleSeconds,
    ScaleSize,
    SoakCell,
    SoakMode,
    SoakVerdict,
    Study,
    TreeShape,
)

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, tzinfo=UTC)
SCENES = tuple(12 * (i + 1) for i in range(60))
SIZES = (10, 1_000, 10_000, 100_000, 1_000_000)


def part(system: str, level: Callable[[int], float], **members: object) -> SoakCell:
    held = tuple(round(level(scenes)) for scenes in SCENES)
    columns = {"scenes": SCENES, "bytes": held, "blocks": held, "resident": held}
    return SoakCell.model_validate({"mode": "caches", "system": system, "warm": 10, **columns, **members})


def trial(planted: int, verdict: SoakVerdict) -> LeakTrial:
    place = "unitdocs/load/soak/playing.py:1" if planted else None
    return LeakTrial(mode=SoakMode.CACHES, system="original", planted=planted, scenes=100, verdict=verdict, place=place)


def soak(*parts: SoakCell, trials: tuple[LeakTrial, ...] = ()) -> LoadSoak:
    return LoadSoak(
        created=NOW,
        finished=NOW,
        command="unitdocs load soak",
        digest="d",
        environment=made_rollouts.ENVIRONMENT,
        minutes=10,
        modes=(SoakMode.CACHES,),
        systems=("original", "refactored"),
        warm_share=0.25,
        parts=parts,
        trials=trials,
        trial_seconds=4,
    )


def scale(exponent: float, *ends: ScaleEnd) -> LoadScale:
    sizes = []
    for elements in SIZES:
        seconds = 1e-7 * elements**exponent
        times = ScaleSeconds(
            build=1, first=seconds, first_uncollected=seconds, resolve=seconds, update=seconds, copying=seconds
        )
        sizes.append(
            ScaleSize(
                round=1,
                system="refactored",
                shape=TreeShape.WIDE,
                elements=elements,
                seconds=times,
                live_bytes=100 * elements,
                peak_bytes=200 * elements,
                result_bytes=40 * elements,
                wall=1,
            )
        )
    return LoadScale(
        created=NOW,
        finished=NOW,
        command="unitdocs load scale",
        digest="d",
        environment=made_rollouts.ENVIRONMENT,
        sizes=SIZES,
        shapes=(TreeShape.WIDE,),
        systems=("refactored",),
        rounds=1,
        budget=60,
        most_bytes=2**30,
        measured=tuple(sizes),
        ends=ends,
    )


STEADY = (part("original", lambda _: 1e6), part("refactored", lambda _: 2e6))


def files(soaked: LoadSoak | None, scaled: LoadScale | None, *, is_current: bool = True) -> Files:
    return files_of(
        limits.build_page(
            soaked and Study(soaked, is_current=is_current),
            scaled and Study(scaled, is_current=is_current),
        )
    )


def text(content: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", content, flags=re.DOTALL))).split())


def test_growth_says_what_copying_alone_adds() -> None:
    shown = text(files(None, scale(1.2))["limits/scale.md"])
    assert (
        "Copying an array as large as a result has the exponent 1.2 (1.2 to 1.2) here: each byte of a large array"
        in shown
    )
    assert "has the exponent 0.9 (0.9 to 0.9) here." in text(files(None, scale(0.9))["limits/scale.md"])


def test_without_records_every_part_of_the_page_says_so() -> None:
    made = files(None, None)
    assert len(made) == len(limits.SNIPPETS)
    assert {text(content) for content in made.values()} == {"Nothing was measured for this site."}


def test_the_page_includes_every_snippet() -> None:
    written = (ROOT / "docs/benchmarks/limits.md").read_text()
    assert all(f"generated/limits/{name}.md" in written for name in limits.SNIPPETS)


def test_steady_parts_are_a_proof() -> None:
    summary = text(files(soak(*STEADY), None)["limits/summary.md"])
    assert "No part has a leak. In 2 of 2 parts of the soak the interval of the slope holds 0" in summary


def test_a_leak_is_named_with_its_line() -> None:
    place = GrowthPlace(place="unitdocs/units/refactored/cache.py:7", bytes=64, blocks=1)
    leaking = part("refactored", lambda scenes: 1e6 + 64 * scenes, places=(place,))
    made = files(soak(STEADY[0], leaking), None)
    assert "Memory grows in caches (refactored)." in text(made["limits/summary.md"])
    assert "caches (refactored): unitdocs/units/refactored/cache.py:7, 64 bytes a scene" in text(made["limits/soak.md"])
    assert "refactored 64 bytes a scene (64 to 64)" in text(made["limits/soak-figures.md"])


def test_a_part_that_failed_has_its_reason_and_no_figure() -> None:
    failed = SoakCell(mode=SoakMode.CACHES, system="original", failure="RuntimeError: no more scenes")
    made = files(soak(failed), None)
    assert "RuntimeError: no more scenes" in text(made["limits/soak.md"])
    assert not [name for name in made if name.endswith(".csv")]


def test_short_soaks_are_counted() -> None:
    trials = (trial(100, SoakVerdict.LEAK), trial(0, SoakVerdict.STEADY), trial(0, SoakVerdict.LEAK))
    made = text(files(soak(*STEADY, trials=trials), None)["limits/trials.md"])
    assert made.startswith("Of 1 short soaks with a leak of 100 bytes a scene")
    assert "Of 2 without a leak, 1 were called one." in made


@pytest.mark.parametrize(("exponent", "count"), [(1.0, "4 of 4"), (1.2, "0 of 4")])
def test_the_exponents_within_the_limit_are_counted(exponent: float, count: str) -> None:
    made = files(None, scale(exponent))
    assert f"at most 1.05 in {count} cases" in text(made["limits/summary.md"])
    assert ("It is above in" in text(made["limits/summary.md"])) is (exponent > 1.05)
    assert f"exponents of the refactored system are {exponent:g}." in text(made["limits/scale-figures.md"])


def test_the_end_of_a_system_has_its_reason() -> None:
    end = ScaleEnd(round=1, system="original", shape=TreeShape.CHAIN, elements=1_000_000, reason="it would take a day")
    made = text(files(None, scale(1.0, end))["limits/ends.md"])
    assert "original system: not 1,000,000 elements, since it would take a day." in made
    assert text(files(None, scale(1.0))["limits/ends.md"]).startswith("Every size was measured")


def test_a_stale_record_is_marked() -> None:
    assert "Stale: the soak" in text(files(soak(*STEADY), None, is_current=False)["limits/summary.md"])
    assert "Stale" not in text(files(soak(*STEADY), None)["limits/summary.md"])
