"""The schema of the index only grows, and what is written fits it: pages of old versions read the newest index."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from publishing_project import content_of

from unitdocs.publishing import Pages, roll_back
from unitdocs.publishing.pruning import prune
from unitdocs.publishing.site_index import INDEX_FILE, schema

ROOT = Path(__file__).parents[3]
OFFERED = ROOT / "docs" / "assets" / "site-index.schema.json"
FIRST = ROOT / "tests" / "data" / "site-index-first.schema.json"
"""The schema as the first version of the site offered it. It stays as it is."""


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def objects(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what a schema says of the index and of each object in it, by name."""
    return {described["title"]: described, **described["$defs"]}


def test_the_site_offers_the_schema_of_the_code() -> None:
    """Write it anew with `print(schema(), end="")`."""
    assert OFFERED.read_text() == schema()


def test_each_member_of_the_first_schema_is_still_there_and_means_the_same() -> None:
    now = objects(read(OFFERED))
    for name, first in objects(read(FIRST)).items():
        assert now[name]["properties"].items() >= first["properties"].items(), name
        assert set(now[name]["required"]) >= set(first["required"]), name


@pytest.mark.parametrize("file", [OFFERED, FIRST], ids=["offered", "first"])
def test_an_index_that_was_written_fits_the_schema(three: Pages, remote: Path, file: Path) -> None:
    roll_back("1.1", three, why="the charts are wrong")
    prune(three, keep=2)
    described = read(file)
    Draft202012Validator.check_schema(described)
    validator = Draft202012Validator(described, format_checker=Draft202012Validator.FORMAT_CHECKER)
    written = json.loads(content_of(remote, INDEX_FILE))
    validator.validate(written)
    assert written["pruned"]
    assert any(one["withdrawn"] for one in written["versions"])
    validator.validate({**written, "more": 1})
    del written["versions"][0]["record"]["machine"]
    with pytest.raises(ValidationError, match="'machine' is a required property"):
        validator.validate(written)
