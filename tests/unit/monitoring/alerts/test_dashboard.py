"""Grafana's dashboard: its structure, and its expressions against Prometheus with the metrics of a game."""

import json
import math
import re
import threading
import time
from collections.abc import Iterator
from itertools import combinations, count
from pathlib import Path
from typing import Any

import pytest

from unitdocs.monitoring.alerts import exporting
from unitdocs.monitoring.alerts.dashboard import ROWS, WIDTH, dashboard
from unitdocs.monitoring.alerts.table import AlertPace
from unitdocs.monitoring.drill import stack
from unitdocs.monitoring.drill.game import SCREEN, Circumstances, DrillGame, bag
from unitdocs.monitoring.health.checks import HealthChecks
from unitdocs.monitoring.health.serving import start_server
from unitdocs.monitoring.metrics.families import FAMILIES
from unitdocs.units import create_system

PATIENCE = 120.0
"""Seconds until each expression has to give a series; a loaded machine takes longer."""
PANELS: list[dict[str, Any]] = dashboard()["panels"]
DRAWN = [panel for panel in PANELS if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in DRAWN for target in panel["targets"]]


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Return the port of a Prometheus that watches a game."""
    folder = tmp_path_factory.mktemp("watched")
    (port,) = stack.free_ports(1)
    game = DrillGame(folder, Circumstances(has_baseline=True, wrong_every=50))
    health = HealthChecks(game.monitor, flag_file=game.flag_file, events=game.events, records=game.records)
    ended = threading.Event()

    system = game.monitor.watch(create_system("refactored"))

    def play() -> None:
        for number in count():
            if ended.is_set():
                return
            game.play_frame()
            # A new scene, for which strategies are chosen.
            system.prepare(bag(10 + number % 100)).resolve(scene=SCREEN, viewport=SCREEN)

    thread = threading.Thread(target=play)
    thread.start()
    try:
        with start_server(game.monitor, health) as server:
            exporting.write_configuration(
                folder, targets=[f"127.0.0.1:{server.port}"], webhook="http://127.0.0.1:1/", pace=AlertPace(divisor=60)
            )
            with stack.start_prometheus(stack.find_tools(), folder / exporting.PROMETHEUS, folder, port) as daemon:
                daemon.wait_until_ready(stack.ready_url(port))
                yield port
    finally:
        ended.set()
        thread.join()
        game.close()


def has_values(port: int, expression: str) -> bool:
    """Return whether an expression gives a series whose value is a number."""
    filled = expression.replace("$job", "unitdocs").replace("$instance", ".*").replace("$__rate_interval", "10s")
    return any(not math.isnan(float(series["value"][1])) for series in stack.query(port, filled))


def test_each_expression_gives_a_series_in_prometheus(prometheus: int) -> None:
    waiting, end = EXPRESSIONS, time.monotonic() + PATIENCE
    while waiting and time.monotonic() < end:
        waiting = [expression for expression in waiting if not has_values(prometheus, expression)]
        time.sleep(0.2)
    assert waiting == []


def test_each_variable_of_the_dashboard_has_values_in_prometheus(prometheus: int) -> None:
    for variable in dashboard()["templating"]["list"][1:]:
        metric, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["definition"]).groups()  # type: ignore[union-attr]
        series = stack.query(prometheus, metric.replace("$job", "unitdocs"))
        assert label == variable["name"]
        assert all(label in one["metric"] for one in series)
        assert series


def test_the_dashboard_is_json_and_the_same_each_time() -> None:
    assert json.loads(json.dumps(dashboard())) == dashboard()


def test_each_family_is_on_the_dashboard() -> None:
    text = " ".join(EXPRESSIONS)
    assert [family.name for family in FAMILIES if family.name not in text] == []


def test_an_expression_uses_declared_metrics_alone() -> None:
    names = {family.name for family in FAMILIES}
    metrics = {re.sub("_bucket$", "", name) for name in re.findall(r"\bunitdocs_\w+", " ".join(EXPRESSIONS))}
    assert metrics == names


def test_each_series_is_of_the_chosen_job_and_instances() -> None:
    for expression in EXPRESSIONS:
        selectors = re.findall(r"\b(?:unitdocs_\w+|up)(\{[^}]*\})?", expression)
        assert all('job="$job", instance=~"$instance"' in selector for selector in selectors)


def test_panels_have_ids_and_titles_of_their_own() -> None:
    assert len({panel["id"] for panel in PANELS}) == len({panel["title"] for panel in PANELS}) == len(PANELS)
    for panel in DRAWN:
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


def test_no_two_panels_overlap_and_none_leaves_the_grid() -> None:
    places = [panel["gridPos"] for panel in PANELS]
    assert all(place["x"] >= 0 and place["x"] + place["w"] <= WIDTH for place in places)
    for one, other in combinations(places, 2):
        is_apart_across = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        is_apart_down = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert is_apart_across or is_apart_down


def test_everything_reads_the_data_source_that_is_chosen() -> None:
    sources = [target["datasource"] for panel in DRAWN for target in (panel, *panel["targets"])]
    assert all(source == {"type": "prometheus", "uid": "${datasource}"} for source in sources)
    assert dashboard()["templating"]["list"][0]["type"] == "datasource"


def test_rows_are_the_questions_of_who_watches() -> None:
    assert list(ROWS) == ["Is it healthy?", "Speed", "Cache", "Errors", "Telemetry and rollout"]
    assert [panel["title"] for panel in PANELS if panel["type"] == "row"] == list(ROWS)


def test_the_exported_file_is_the_dashboard(tmp_path: Path) -> None:
    exporting.write_configuration(tmp_path, targets=[], webhook="http://127.0.0.1:9/")
    assert json.loads((tmp_path / exporting.DASHBOARD).read_text(encoding="utf-8")) == dashboard()
