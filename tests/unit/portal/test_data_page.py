"""The page that offers the records and the data of every figure."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs import portal, records, studies
from unitdocs.portal.pages import data
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/benchmarks/data.md"


@pytest.fixture
def docs(tmp_path: Path, make_record: MakeRecord) -> Path:
    """Return the folder of a project's pages, with a compressed reference record beside it."""
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["*.py"]\n')
    (tmp_path / "suite.py").write_text("SUITE = 1\n")
    records.save(make_record(), tmp_path / "reference.json.gz")
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def render(docs: Path, machine: RunRecord | None = None) -> dict[str, bytes]:
    """Render and return every generated file by its path below `generated`."""
    here = docs.parent / "20261124-here.json"
    if machine:
        records.save(machine, here)
    portal.render(docs.parent / "reference.json.gz", here if machine else None, docs)
    folder = docs / "generated"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_snippet_that_the_page_includes_is_made_and_the_page_is_in_the_navigation(docs: Path) -> None:
    included = set(re.findall(r'--8<-- "generated/(.+)"', PAGE.read_text()))
    assert included
    assert included == {name for name in render(docs) if name.startswith("downloads/")}
    assert "benchmarks/data.md" in (ROOT / "mkdocs.yml").read_text()


def test_a_record_is_offered_byte_by_byte_with_its_checksum_and_can_be_read(docs: Path) -> None:
    files = render(docs)
    content = (docs.parent / "reference.json.gz").read_bytes()
    assert files["data/records/reference.json.gz"] == content
    line = f"{hashlib.sha256(content).hexdigest()}  reference.json.gz\n"
    assert files["data/records/SHA256SUMS"].decode() == line
    assert line in files["downloads/checksums.md"].decode()
    assert records.load(docs / "generated/data/records/reference.json.gz").id == "20261123-reference"


def test_each_record_says_when_where_on_what_code_and_how_it_is_read(docs: Path, make_record: MakeRecord) -> None:
    environment = make_record().environment.model_copy(update={"packages": {"unitdocs": "0.1.0"}, "dirty": True})
    records.save(make_record(environment=environment, finished=None), docs.parent / "reference.json.gz")
    content = render(docs)["downloads/records.md"].decode()
    for fact in (
        'href="../../generated/data/records/reference.json.gz" download=""',
        "2026-11-23",
        "A processor, 2 cores",
        "did not finish",
        "stale",
        "commit 0123456789 with uncommitted changes",
        "unitdocs 0.1.0",
        "format 1",
        "<code>unitdocs compare reference.json.gz</code>",
        "<code>unitdocs report reference.json.gz</code>",
    ):
        assert fact in content, fact


def test_a_record_whose_code_is_unchanged_is_current(docs: Path, make_record: MakeRecord) -> None:
    digest = records.digest(docs.parent, ["*.py"])
    records.save(make_record(digest=digest), docs.parent / "reference.json.gz")
    content = render(docs)["downloads/records.md"].decode()
    assert "current" in content
    assert "stale" not in content


def test_every_record_that_the_site_shows_is_offered_and_the_run_on_this_machine_too(
    docs: Path, make_record: MakeRecord
) -> None:
    about = {"created": make_record().created, "seed": 1, "environment": make_record().environment, "command": "x"}
    check = studies.SelfCheck(id="c", repeats=1, suite_size=0, suites=0, look_level=0.01, truths=(), **about)
    tools = studies.SideBySide(id="s", slowdowns=(0.0,), repeats={}, tools=(), **about)
    records.save(check, docs.parent / "selfcheck.json.gz")
    records.save(tools, docs.parent / "side-by-side.json.gz")
    records.save(make_record(id="peers"), docs.parent / "peers.json.gz")
    files = render(docs, make_record(id="machine"))
    offered = {name.removeprefix("data/records/") for name in files if name.startswith("data/records/")}
    names = {"peers.json.gz", "reference.json.gz", "selfcheck.json.gz", "side-by-side.json.gz", "this-machine.json"}
    assert offered == {*names, "SHA256SUMS"}
    content = files["downloads/records.md"].decode()
    assert "studies.load_record('selfcheck', Path(&#x27;selfcheck.json.gz&#x27;))" in content
    assert "studies.load_record('side_by_side', Path(&#x27;side-by-side.json.gz&#x27;))" in content
    assert "cannot be told: it has no digest" in content
    alone = render(docs)
    assert "data/records/this-machine.json" not in alone
    assert "this-machine" not in alone["downloads/records.md"].decode()


def test_every_data_file_of_a_figure_is_listed_with_its_title_and_leads_to_its_page(docs: Path) -> None:
    (docs / "benchmarks").mkdir()
    (docs / "benchmarks" / "summary.md").write_text("# All <ratios>\n")
    files = render(docs)
    content = files["downloads/figures.md"].decode()
    listed = set(re.findall(r'href="\.\./\.\./generated/(data/[^"]+)"', content))
    assert listed == {name for name in files if re.fullmatch(r"data/[^/]+\.csv", name)}
    assert '<a href="../summary/#summary-time">The refactored system is faster in 2' in content
    assert "<summary>All &lt;ratios&gt;: 2 files</summary>" in content
    assert "<summary>Home: 1 file</summary>" in content


@pytest.mark.parametrize(("name", "model"), data.SCHEMAS.items())
def test_each_kind_of_record_has_its_schema_which_knows_every_member(
    docs: Path, name: str, model: type[RunRecord]
) -> None:
    files = render(docs)
    schema = json.loads(files[f"data/{name}.schema.json"])
    assert set(schema["properties"]) == set(model.model_fields)
    assert schema["additionalProperties"] is False
    content = files["downloads/schemas.md"].decode()
    assert f'href="../../generated/data/{name}.schema.json"' in content
    assert str(model.model_fields["format"].default) in content


def test_no_number_of_the_page_is_typed_by_hand() -> None:
    prose = re.sub(r"--8<--.*|sha-?256", "", PAGE.read_text(), flags=re.IGNORECASE)
    assert re.findall(r"\d", prose) == []
