"""Files of records: read whole or not at all, written whole or not at all."""

import gzip
import json
import lzma
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_records import counted, missed, record, with_frames, with_ratios

from unitdocs.errors import InputError
from unitdocs.records import Pair, load, save, store

SOME = record(
    with_ratios(0.5, 0.6),
    counted((None, 2.0), scenario="two"),
    with_frames(([1, 2], [3, 4]), scenario="three"),
    missed((0, 1), scenario="three"),
    missed((0, 1), metric="error rate", messages=Pair(control={}, treatment={"NaN": "is no number"})),
)


def said(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        load(path)
    return str(raised.value)


def of_large_memory(text: bytes) -> bytes:
    """Return xz data that ask for hundreds of megabytes while they are unpacked."""
    return lzma.compress(text, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 512 * 1024**2, "mf": lzma.MF_HC3}])


@pytest.mark.parametrize("name", ["run.json", "run.json.gz", "deep/er/run.json"])
def test_a_record_comes_back_as_it_was_and_is_written_the_same_again(tmp_path: Path, name: str) -> None:
    path, again = tmp_path / name, tmp_path / "again" / name
    save(SOME, path)
    assert load(path) == SOME
    save(load(path), again)
    assert again.read_bytes() == path.read_bytes()


def test_a_compressed_record_is_known_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    save(SOME, tmp_path / "run.json.gz")
    renamed = (tmp_path / "run.json.gz").rename(tmp_path / "run.json")
    assert load(renamed) == SOME


def test_a_record_as_xz_data_is_read_as_any_other(tmp_path: Path) -> None:
    save(SOME, tmp_path / "run.json")
    content = (tmp_path / "run.json").read_bytes()
    (tmp_path / "run.json.xz").write_bytes(store.packed(content))
    assert load(tmp_path / "run.json.xz") == SOME
    assert store.packed(content) == store.packed(content)


def test_a_python_without_xz_data_says_what_to_do_and_reads_all_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(SOME, tmp_path / "run.json.gz")
    (tmp_path / "run.json.xz").write_bytes(lzma.compress(b"{}"))
    monkeypatch.setitem(sys.modules, "lzma", None)
    assert load(tmp_path / "run.json.gz") == SOME
    assert "is xz data, which this Python was built without" in said(tmp_path / "run.json.xz")
    assert "unpack it with `xz --decompress`" in said(tmp_path / "run.json.xz")
    with pytest.raises(InputError, match="use another Python"):
        store.packed(b"{}")


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.json"
    save(SOME, path)
    old = path.read_bytes()

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(record(), path)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_a_record_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(InputError, match=r"taken/run\.json: cannot be written"):
        save(SOME, tmp_path / "taken" / "run.json")


BAD_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: path.unlink(missing_ok=True), "cannot be read (No such file or directory)"),
    "a folder": (lambda path: path.mkdir(), "cannot be read (Is a directory)"),
    "empty": (lambda path: path.write_bytes(b""), "is not a JSON file"),
    "text": (lambda path: path.write_text("speed: 3x"), "is not a JSON file"),
    "binary": (lambda path: path.write_bytes(bytes(range(256))), "is not a JSON file"),
    "cut": (lambda path: path.write_text(SOME.model_dump_json()[:-100]), "is not a JSON file"),
    "cut gzip": (lambda path: path.write_bytes(gzip.compress(b"{}" * 100)[:-9]), "the compressed data end too early"),
    "broken gzip": (lambda path: path.write_bytes(b"\x1f\x8b" + bytes(50)), "is not a JSON file"),
    "deep": (lambda path: path.write_text("[" * 100_000), "is not a JSON file"),
    "a long number": (lambda path: path.write_text("9" * 10_000), "is not a JSON file"),
    "a list": (lambda path: path.write_text("[]"), "is not a run record: it holds no object"),
    "a number": (lambda path: path.write_text("1"), "is not a run record: it holds no object"),
    "another format": (lambda path: path.write_text('{"format": "x", "seed": 5}'), "its format is 'x'; give the path"),
    "no format": (lambda path: path.write_text('{"benchmarks": []}'), "it names no format of unitdocs; give"),
    "two gzip members": (lambda path: path.write_bytes(gzip.compress(b"{}") * 2), "a second part after the end"),
    "cut xz": (lambda path: path.write_bytes(lzma.compress(b"{}" * 100)[:-9]), "the compressed data end too early"),
    "broken xz": (lambda path: path.write_bytes(b"\xfd7zXZ\0" + bytes(50)), "is not a JSON file"),
    "two xz streams": (lambda path: path.write_bytes(lzma.compress(b"{}") * 2), "a second part after the end"),
    "xz for a large memory": (lambda path: path.write_bytes(of_large_memory(b"{}")), "Memory usage limit exceeded"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_one_sentence_with_its_name(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "run.json"
    make, reason = BAD_FILES[kind]
    make(path)
    message = said(path)
    assert message.startswith(f"{path}: ")
    assert reason in message
    assert "\n" not in message


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(SOME, tmp_path / "run.json")
    monkeypatch.setattr(store, "LARGEST_FILE", 100)
    assert "is larger than" in said(tmp_path / "run.json")


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress])
def test_a_compressed_file_is_held_to_the_same_limit_while_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compress: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "bomb.json").write_bytes(compress(b" " * 1_000_000))
    monkeypatch.setattr(store, "LARGEST_FILE", 100_000)
    assert "is, unpacked, larger than 0 MB, the limit of a run record" in said(tmp_path / "bomb.json")


def test_a_device_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LARGEST_FILE", 100_000)
    assert "is larger than" in said(Path("/dev/zero"))


def test_a_file_of_very_many_small_parts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lists.json").write_text("[" + "[]," * 1000 + "[]]")
    monkeypatch.setattr(store, "MOST_PARTS", 1000)
    assert "more than 1,000 lists, objects and quotation marks" in said(tmp_path / "lists.json")


def test_all_problems_of_a_record_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    data: Any = json.loads(SOME.model_dump_json())
    data["seed"] = "many"
    data["environment"]["cores"] = [2]
    data["cases"][0]["rounds"][1]["timing"]["order"] = "AC"
    data["cases"][1]["rounds"][0]["count"]["treatment"] = -1
    del data["cases"][1]["title"]
    path = tmp_path / "run.json"
    path.write_text(json.dumps(data))
    with pytest.raises(InputError) as raised:
        load(path)
    places = [problem.removeprefix(f"{path}: ").split(": ")[0] for problem in raised.value.problems]
    assert sorted(places) == [
        "$.cases[0].rounds[1].timing.order",
        "$.cases[1].rounds[0].count.treatment",
        "$.cases[1].title",
        "$.environment.cores",
        "$.seed",
    ]
