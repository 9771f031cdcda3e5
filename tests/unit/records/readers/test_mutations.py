"""Files changed by chance: whatever is in them, they give results that can be written and read again, or a sentence."""

import copy
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from result_files import FILES, parsed

from unitdocs.errors import InputError
from unitdocs.records.readers import read_results

ANY_CASE = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], derandomize=True
)
MANY_CASES = settings(ANY_CASE, max_examples=500, derandomize=False)
NASTY: list[Any] = [
    None, True, False, 0, -1, 2, 1e300, 10**30, 10**400, float("nan"), float("inf"), "", "1.0", "a\nb", "\ud800",
    [], {}, [[]], [1], [[1.0]], {"a": None}, "2026-11-24T16:29:05+00:00", "0001-01-01T00:00:00+14:00", [None], ["a"],
]  # fmt: skip
WORDS = st.sampled_from([
    "benchmarks", "version", "metadata", "runs", "values", "results", "context", "machine_info", "commit_hash",
    "format", "cases", "suites", "name", "command", "times", "stats", "data",
    "result_columns", "params", "samples", "type",
])  # fmt: skip
ANY_JSON = st.recursive(
    st.sampled_from(NASTY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


def check(content: bytes, folder: Path) -> None:
    path = folder / "file.json"
    path.write_bytes(content)
    try:
        results = read_results(path)
    except InputError as wrong:
        check_problems(wrong.problems)
        return
    again = folder / "again.json"
    again.write_text(results.model_dump_json(exclude_none=True))
    assert read_results(again) == results
    assert all(word.isprintable() for one in results.results for word in (one.suite, one.name, one.metric, one.unit))


def check_problems(problems: Sequence[str]) -> None:
    assert problems
    assert all(problem.isprintable() for problem in problems)


def places(data: Any) -> list[tuple[Any, Any]]:
    """Return every place of a file: the object or list that holds it, and the key or index."""
    waiting, found = [data], []
    while waiting:
        node = waiting.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
        found += [(node, key) for key in keys]
        waiting += [node[key] for key in keys]
    return found


def mutated(data: Any, chance: random.Random) -> Any:
    data = copy.deepcopy(data)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        if not (spots := places(data)):
            break
        # By depth: long lists of numbers must not hide the rest.
        node, key = chance.choice(
            [spot for spot in spots if chance.random() < 0.3 or isinstance(spot[1], str)] or spots
        )
        change = chance.choice(["replace", "replace", "delete", "swap", "add", "double"])
        if change == "delete":
            del node[key]
        elif change == "swap":
            other, place = chance.choice(spots)
            node[key] = copy.deepcopy(other[place])
        elif change == "double" and isinstance(node, list):
            node.append(copy.deepcopy(node[key]))
        elif change == "add" and isinstance(node, dict):
            node[chance.choice(["a\n", "version", "results"])] = chance.choice(NASTY)
        else:
            node[key] = copy.deepcopy(chance.choice(NASTY))
    return data


@pytest.mark.parametrize("kind", FILES)
@ANY_CASE
@given(seed=st.integers(0, 2**32))
def test_a_file_with_changed_nodes_gives_results_or_a_sentence(kind: str, seed: int, tmp_path: Path) -> None:
    check(json.dumps(mutated(parsed(kind), random.Random(seed))).encode(), tmp_path)


@pytest.mark.parametrize("kind", FILES)
@settings(ANY_CASE, max_examples=5)
@given(data=st.data())
def test_a_cut_or_disturbed_file_gives_results_or_a_sentence(kind: str, data: st.DataObject, tmp_path: Path) -> None:
    content = FILES[kind]().encode()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 200)))
    put = data.draw(st.binary(max_size=6) | st.sampled_from([b"NaN", b"null", b"1e999", b"]", b"{", b"\xff"]))
    check(content[:start], tmp_path)
    check(content[:start] + put + content[end:], tmp_path)


@settings(ANY_CASE, max_examples=100)
@given(data=ANY_JSON)
def test_any_json_gives_results_or_a_sentence(data: object, tmp_path: Path) -> None:
    check(json.dumps(data).encode(), tmp_path)


def test_a_name_of_a_suite_that_utf8_cannot_hold_is_a_sentence(tmp_path: Path) -> None:
    record = parsed("unitdocs run")
    record["suites"][0]["name"] = "\ud800"
    check(json.dumps(record).encode(), tmp_path)


@pytest.mark.parametrize("member", ["scenario", "title", "metric", "unit"])
def test_half_a_character_in_a_name_is_a_result_or_a_sentence(member: str, tmp_path: Path) -> None:
    record = parsed("unitdocs run")
    record["cases"][0][member] = "\ud800"
    check(json.dumps(record).encode(), tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("kind", FILES)
@MANY_CASES
@given(seed=st.integers(0, 2**64))
def test_thousands_of_changed_files_give_results_or_a_sentence(kind: str, seed: int, tmp_path: Path) -> None:
    check(json.dumps(mutated(parsed(kind), random.Random(seed))).encode(), tmp_path)


@pytest.mark.long
@MANY_CASES
@given(data=ANY_JSON)
def test_much_of_any_json_gives_results_or_a_sentence(data: object, tmp_path: Path) -> None:
    check(json.dumps(data).encode(), tmp_path)
