"""A game that plays while it is asked all the time: no request fails, and no count is lost."""

import http.client
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

RATE = 200
"""Requests a second."""
CLIENTS = 4
GAME = """
import sys, threading, time
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.health.checks import HealthChecks
from unitdocs.monitoring.health.self_test import SCENE
from unitdocs.monitoring.health.serving import start_server
from unitdocs.units import Extent, create_system

monitor = Monitor()
ended = threading.Event()
played = dict.fromkeys(("original", "refactored"), 0)

def play(name):
    system = monitor.watch(create_system(name))
    prepared, frames = system.prepare(SCENE), monitor.frames(name)
    monitor.session_began(name)
    while not ended.is_set():
        begun = time.perf_counter()
        for number in range(3):
            prepared.resolve(scene=Extent(1000.0 + (played[name] + number) % 7, 700.0))
        frames.count(time.perf_counter() - begun)
        played[name] += 1
        time.sleep(0.005)

players = [threading.Thread(target=play, args=(name,)) for name in played]
for player in players:
    player.start()
with start_server(monitor, HealthChecks(monitor)) as server:
    print(server.port, flush=True)
    sys.stdin.readline()
    ended.set()
    for player in players:
        player.join()
    print(played["original"], played["refactored"], *monitor.frames_of("original"), *monitor.frames_of("refactored"))
"""


@pytest.fixture
def game() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", GAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def ask_for(port: int, count: int, paths: tuple[str, ...]) -> tuple[Counter[int], list[float]]:
    """Ask one question after the other at a quarter of the rate; return the statuses and the seconds of each."""
    statuses: Counter[int] = Counter()
    seconds: list[float] = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    first = time.perf_counter()
    for number in range(count):
        time.sleep(max(0.0, first + number * CLIENTS / RATE - time.perf_counter()))
        begun = time.perf_counter()
        connection.request("GET", paths[number % len(paths)])
        response = connection.getresponse()
        response.read()
        seconds.append(time.perf_counter() - begun)
        statuses[response.status] += 1
    connection.close()
    return statuses, seconds


def ask_all_the_time(game: subprocess.Popen[str], seconds: int) -> None:
    assert game.stdout is not None
    port = int(game.stdout.readline())
    paths = ("/metrics", "/healthz", "/readyz", "/livez")
    count = seconds * RATE // CLIENTS
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda _: ask_for(port, count, paths), range(CLIENTS)))
    took = time.perf_counter() - begun
    output, errors = game.communicate("\n", timeout=60)
    statuses = sum((one for one, _ in answers), Counter[int]())
    times = sorted(time for _, one in answers for time in one)
    print(  # noqa: T201 -- with -s, for those who want to know
        f"{statuses.total() / took:.0f} requests/s, median {times[len(times) // 2] * 1e3:.1f} ms, "
        f"99 % {times[len(times) * 99 // 100] * 1e3:.1f} ms, most {times[-1] * 1e3:.1f} ms, frames {output.strip()}"
    )
    assert statuses == {200: count * CLIENTS}
    assert (game.returncode, errors) == (0, "")
    original, refactored, counted_original, _, counted_refactored, _ = map(int, output.split())
    assert (counted_original, counted_refactored) == (original, refactored)
    assert min(original, refactored) > 0


def test_a_game_is_asked_for_some_seconds(game: subprocess.Popen[str]) -> None:
    ask_all_the_time(game, 2)


@pytest.mark.long
def test_a_game_is_asked_200_times_a_second_for_a_minute(game: subprocess.Popen[str]) -> None:
    ask_all_the_time(game, 60)
