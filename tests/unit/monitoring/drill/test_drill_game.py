"""The game of a drill: each of its causes changes what its metrics say, and only while it lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from unitdocs.monitoring.drill import game as drill_game
from unitdocs.monitoring.drill.game import CIRCUMSTANCES, DrillGame, bag
from unitdocs.monitoring.health.checks import HealthChecks
from unitdocs.monitoring.metrics.exposition import exposition

FRAMES = 60


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill_game, "FRAME", 0.0)


@contextmanager
def game_of(anchor: str, folder: Path) -> Iterator[DrillGame]:
    game = DrillGame(folder, CIRCUMSTANCES[anchor][0])
    try:
        yield game
    finally:
        game.close()


def total(game: DrillGame, name: str, **labels: str) -> float:
    """Return the sum of the values of a metric with some labels."""
    families = text_string_to_metric_families(exposition(game.monitor).decode())
    samples = [sample for family in families for sample in family.samples if sample.name == f"unitdocs_{name}"]
    assert samples, name
    return sum(one.value for one in samples if labels.items() <= one.labels.items())


def growth(game: DrillGame, name: str, **labels: str) -> float:
    """Return by how much a metric grows during some frames."""
    before = total(game, name, **labels)
    for _ in range(FRAMES):
        game.play_frame()
    game.flush()
    return total(game, name, **labels) - before


@pytest.mark.parametrize(
    ("anchor", "name", "labels"),
    [
        ("errors-fast", "errors_total", {"kind": "update"}),
        ("missed-frames", "missed_frames_total", {}),
        ("eviction-storm", "cache_evictions_total", {"reason": "entries", "cache": "layouts"}),
        ("telemetry-stalled", "telemetry_dropped_total", {}),
        ("telemetry-dropped", "telemetry_dropped_total", {}),
    ],
)
def test_a_cause_makes_its_metric_grow(anchor: str, name: str, labels: dict[str, str], tmp_path: Path) -> None:
    _, meanwhile, after = CIRCUMSTANCES[anchor]
    with game_of(anchor, tmp_path) as game:
        quiet = growth(game, name, **labels)
        game.change(meanwhile)
        caused = growth(game, name, **labels)
        game.change(after)
        growth(game, "frames_total")
        assert caused > quiet + FRAMES / 10
        assert growth(game, name, **labels) < caused / 2


def test_new_sizes_of_the_window_are_in_no_cache(tmp_path: Path) -> None:
    _, meanwhile, _ = CIRCUMSTANCES["cache-hit-rate-low"]
    with game_of("cache-hit-rate-low", tmp_path) as game:
        assert growth(game, "cache_hits_total", cache="layouts") > FRAMES / 2
        game.change(meanwhile)
        assert growth(game, "cache_hits_total", cache="layouts") == 0


def test_a_larger_scene_is_slower_than_the_baseline(tmp_path: Path) -> None:
    _, meanwhile, _ = CIRCUMSTANCES["calculation-slow"]
    with game_of("calculation-slow", tmp_path) as game:
        game.change(meanwhile)
        fast = growth(game, "slowdown_ratio_bucket", le="1.5")
        resolves = growth(game, "slowdown_ratio_count")
        assert resolves > 0
        assert fast < resolves / 2


def test_a_cut_flag_file_cannot_be_used_until_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unitdocs.flags.watching.INTERVAL", 0.0)
    _, meanwhile, after = CIRCUMSTANCES["flag-file-invalid"]
    with game_of("flag-file-invalid", tmp_path) as game:
        valid = [total(game, "flag_valid")]
        for circumstances in (meanwhile, after):
            game.change(circumstances)
            valid.append(total(game, "flag_valid"))
        assert valid == [1, 0, 1]


def test_a_game_that_ignores_its_flag_plays_the_original_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unitdocs.flags.watching.INTERVAL", 0.0)
    _, meanwhile, after = CIRCUMSTANCES["rollout-without-data"]
    with game_of("rollout-without-data", tmp_path) as game:
        game.change(meanwhile)
        assert growth(game, "sessions_total", system="refactored") == 0
        assert total(game, "flag_share_ratio") == 0.5
        game.change(after)
        assert growth(game, "sessions_total", system="refactored") > 0


def test_the_record_store_is_down_without_its_folder(tmp_path: Path) -> None:
    _, meanwhile, after = CIRCUMSTANCES["component-down"]
    with game_of("component-down", tmp_path) as game:
        health = HealthChecks(game.monitor, records=game.records, keep=0.0)
        states = [health.states()["record_store"]]
        for circumstances in (meanwhile, after):
            game.change(circumstances)
            states.append(health.states()["record_store"])
        assert states == ["up", "down", "up"]


def test_a_bag_has_as_many_elements_as_asked_for() -> None:
    assert len(bag(40).elements) == 40
