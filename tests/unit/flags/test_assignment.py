"""Buckets of keys: uniform, the same for ever, growing shares move nobody out."""

import csv
import hashlib
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from scipy import stats

from unitdocs.flags import bucket
from unitdocs.flags.assignment import BUCKETS

VECTORS = Path(__file__).parents[3] / "docs" / "reference" / "flag-buckets.csv"
KEYS = [f"player-{number}" for number in range(100_000)]
STAGES = (100, 1_000, 5_000, 10_000)
"""Shares of 1, 10, 50 and 100 %."""


@pytest.fixture(scope="module")
def buckets() -> list[int]:
    return [bucket("unit-system", key) for key in KEYS]


def test_a_bucket_is_the_documented_hash() -> None:
    digest = hashlib.sha256(b"unit-system\0player-1").hexdigest()
    assert bucket("unit-system", "player-1") == int(digest[:16], 16) % 10_000


def test_the_published_vectors_hold() -> None:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1_000
    assert len({(row["salt"], row["key"]) for row in rows}) == 1_000
    assert [bucket(row["salt"], row["key"]) for row in rows] == [int(row["bucket"]) for row in rows]


def test_buckets_are_uniform(buckets: list[int]) -> None:
    counted = [0] * 100
    for number in buckets:
        counted[number * 100 // BUCKETS] += 1
    assert min(buckets) >= 0
    assert max(buckets) < BUCKETS
    assert stats.chisquare(counted).pvalue > 0.001


def test_ten_percent_of_100_000_keys_are_ten_percent(buckets: list[int]) -> None:
    share = sum(number < 1_000 for number in buckets) / len(buckets)
    assert abs(share - 0.1) < 0.003


def test_a_growing_share_moves_nobody_out(buckets: list[int]) -> None:
    cohorts = [{key for key, number in zip(KEYS, buckets, strict=True) if number < share} for share in STAGES]
    for smaller, larger in itertools.pairwise(cohorts):
        assert smaller < larger
    assert cohorts[-1] == set(KEYS)


def test_two_salts_are_independent(buckets: list[int]) -> None:
    others = [bucket("unit-semantics", key) for key in KEYS]
    table = [[0] * 4 for _ in range(4)]
    for first, second in zip(buckets, others, strict=True):
        table[first * 4 // BUCKETS][second * 4 // BUCKETS] += 1
    assert stats.chi2_contingency(table).pvalue > 0.001


def test_salt_and_key_are_kept_apart() -> None:
    assert bucket("a", "bc") != bucket("ab", "c")
    assert bucket("", "ab") != bucket("a", "b")


def test_every_text_has_a_bucket() -> None:
    assert all(0 <= bucket("salt", key) < BUCKETS for key in ("", "\ud800", "é", "e\u0301", "🙂", "\0", "x" * 10_000))
    assert bucket("salt", "é") != bucket("salt", "e\u0301")


def interpreters() -> list[str]:
    """Return this Python and every other one from 3.11 on that can be found."""
    versions = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    found = [shutil.which(f"python3.{minor}") for minor in range(11, 16)]
    found += [str(path) for minor in range(11, 16) for path in versions.glob(f"3.{minor}.*/bin/python3")]
    return [sys.executable, *(one for one in found if one and starts(one))]


def starts(python: str) -> bool:
    """Return whether a Python starts: version managers have names for those that are not active."""
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("python", interpreters())
def test_the_published_vectors_hold_in_every_python(python: str) -> None:
    program = (
        "import csv, sys; from unitdocs.flags import bucket; "
        "rows = list(csv.DictReader(open(sys.argv[1], encoding='utf-8', newline=''))); "
        "print(len(rows), all(bucket(row['salt'], row['key']) == int(row['bucket']) for row in rows))"
    )
    environment = {"PYTHONPATH": str(Path(__file__).parents[3] / "src")}
    done = subprocess.run(
        [python, "-c", program, str(VECTORS)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "1000 True\n", done.stderr


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_a_bucket_is_the_same_in_every_process(seed: str) -> None:
    program = "from unitdocs.flags import bucket; print([bucket('s', str(key)) for key in range(50)])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str([bucket("s", str(key)) for key in range(50)])
