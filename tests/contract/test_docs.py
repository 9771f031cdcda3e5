"""What the hand-written reference must hold."""

import re
from collections import Counter
from pathlib import Path

from unitdocs import records, units

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
SETTINGS = {"ACTIVE_SYSTEM_VARIABLE", "SYSTEMS"}
"""Names that `create_system` explains."""


def test_every_public_name_of_the_unit_system_is_described_once() -> None:
    pages = "\n".join((REFERENCE / f"{page}.md").read_text() for page in ("units", "scenes"))
    described = Counter(re.findall(r"^::: unitdocs\.units\.(\w+)$", pages, re.MULTILINE))
    modules = {"composition", "explain", "scene"}
    assert set(described) - modules == set(units.__all__) - SETTINGS
    assert set(described.values()) == {1}


def test_every_public_name_of_the_records_is_described_once() -> None:
    pages = "\n".join(page.read_text() for page in REFERENCE.glob("*.md"))
    described = Counter(re.findall(r"^::: unitdocs\.records\.(?:digest\.(?=digest$))?(\w+)$", pages, re.MULTILINE))
    assert set(described) == set(records.__all__)
    assert set(described.values()) == {1}


def test_the_reference_shows_no_code_of_its_own() -> None:
    """Sources have pages, and schemas tables: shown in place they make a page heavy."""
    assert [page.name for page in REFERENCE.glob("*.md") if "show_source" in page.read_text()] == []


def test_every_word_of_the_glossary_stands_there_once() -> None:
    words = re.findall(r"^(\S.*)\n:   ", (REFERENCE / "glossary.md").read_text(), re.MULTILINE)
    assert len(words) > 40
    assert [word for word, count in Counter(words).items() if count > 1] == []
