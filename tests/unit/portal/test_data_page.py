"""The page that offers the records and the data of every figure."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from page_building import files_of, page_of_downloads, stale
from pydantic import BaseModel

from unitdocs import records, studies
from unitdocs.analysis.criteria import Criteria
from unitdocs.portal.pages import cases, data, home, summary
from unitdocs.portal.site import output
from unitdocs.portal.site.inputs import Inputs
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/benchmarks/data.md"


def test_every_snippet_that_the_page_includes_is_made_and_the_page_is_in_the_navigation(
    project: Path, make_record: MakeRecord
) -> None:
    included = set(re.findall(r'--8<-- "generated/(.+)"', PAGE.read_text()))
    assert included
    files = page_of_downloads(project, make_record())
    assert included == {name for name in files if name.startswith("downloads/")}
    assert "benchmarks/data.md" in (ROOT / "mkdocs.yml").read_text()


def test_a_record_is_offered_byte_by_byte_with_its_checksum_and_can_be_read(
    project: Path, make_record: MakeRecord
) -> None:
    (project / "docs").mkdir()
    records.save(make_record(), project / "reference.json.gz")
    inputs = Inputs(project / "docs", project, project / "reference.json.gz", None)
    page = data.build_page(inputs.value("reference"), None, inputs.value("downloads"), [], {})
    content = (project / "reference.json.gz").read_bytes()
    assert page.files["generated/data/records/reference.json.gz"] == content
    line = f"{hashlib.sha256(content).hexdigest()}  reference.json.gz\n"
    assert page.files["generated/data/records/SHA256SUMS"] == line
    assert line in str(page.files["generated/downloads/checksums.md"])
    output.write(project / "docs", page.files, ["data/records"], {})
    assert records.load(project / "docs/generated/data/records/reference.json.gz").id == "20261123-reference"


def test_a_published_version_offers_a_compressed_record_in_fewer_bytes_and_with_their_checksum(
    project: Path, make_record: MakeRecord
) -> None:
    (project / "docs").mkdir()
    records.save(make_record(), project / "reference.json.gz")
    records.save(make_record(id="here"), project / "machine.json")
    inputs = Inputs(project / "docs", project, project / "reference.json.gz", project / "machine.json", small=True)
    page = data.build_page(inputs.value("reference"), inputs.value("machine"), inputs.value("downloads"), [], {})
    content = page.files["generated/data/records/reference.json.xz"]
    assert isinstance(content, bytes)
    assert f"{hashlib.sha256(content).hexdigest()}  reference.json.xz" in str(page.files[data.SUMS])
    assert page.files["generated/data/records/this-machine.json"] == (project / "machine.json").read_bytes()
    assert "<code>unitdocs compare reference.json.xz</code>" in str(page.files["generated/downloads/records.md"])
    (project / "downloaded.json.xz").write_bytes(content)
    assert records.load(project / "downloaded.json.xz") == records.load(project / "reference.json.gz")


def test_each_record_says_when_where_on_what_code_and_how_it_is_read(project: Path, make_record: MakeRecord) -> None:
    environment = make_record().environment.model_copy(update={"packages": {"unitdocs": "0.1.0"}, "dirty": True})
    record = make_record(environment=environment, finished=None)
    content = page_of_downloads(project, record)["downloads/records.md"]
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


def test_a_record_whose_code_is_unchanged_is_current(project: Path, make_record: MakeRecord) -> None:
    digest = records.digest(project, ["benchmarks/*.py"])
    content = page_of_downloads(project, make_record(digest=digest))["downloads/records.md"]
    assert "current" in content
    assert "stale" not in content


def test_every_record_that_the_site_shows_is_offered_and_the_run_on_this_machine_too(
    project: Path, make_record: MakeRecord
) -> None:
    about = {"created": make_record().created, "seed": 1, "environment": make_record().environment, "command": "x"}
    check = studies.SelfCheck(id="c", repeats=1, suite_size=0, suites=0, look_level=0.01, truths=(), **about)
    tools = studies.SideBySide(id="s", slowdowns=(0.0,), repeats={}, tools=(), **about)
    others = {"selfcheck": check, "side_by_side": tools, "peers": make_record(id="peers")}
    files = page_of_downloads(project, make_record(), machine=make_record(id="machine"), **others)
    offered = {name.removeprefix("data/records/") for name in files if name.startswith("data/records/")}
    names = {"peers.json.gz", "reference.json.gz", "selfcheck.json.gz", "side-by-side.json.gz", "this-machine.json"}
    assert offered == {*names, "SHA256SUMS"}
    content = files["downloads/records.md"]
    assert "studies.load_record(&#x27;selfcheck&#x27;, Path(&#x27;selfcheck.json.gz&#x27;))" in content
    assert "studies.load_record(&#x27;side_by_side&#x27;, Path(&#x27;side-by-side.json.gz&#x27;))" in content
    assert "unknown: this kind of record has no digest" in content
    without_machine = page_of_downloads(project, make_record())
    assert "data/records/this-machine.json" not in without_machine
    assert "this-machine" not in without_machine["downloads/records.md"]


def test_every_data_file_of_a_figure_is_listed_with_its_title_and_leads_to_its_page(
    project: Path, make_record: MakeRecord
) -> None:
    run = stale(make_record())
    pages = [summary.build_page(run, None), home.build_page(run, Criteria(), {})]
    (project / "docs" / "benchmarks").mkdir(parents=True)
    (project / "docs" / "index.md").write_text("# The project\n")
    (project / "docs" / "benchmarks" / "summary.md").write_text("# All <ratios>\n")
    files = {**files_of(*pages), **page_of_downloads(project, make_record(), *pages)}
    content = files["downloads/figures.md"]
    listed = set(re.findall(r'href="\.\./\.\./generated/(data/[^"]+)"', content))
    assert listed == {name for name in files if re.fullmatch(r"data/[^/]+\.csv", name)}
    assert '<a href="../summary/#summary-time">Refactored is faster in 2' in content
    assert "<summary>All &lt;ratios&gt;: 2 files</summary>" in content
    assert "<summary>Home: 1 file</summary>" in content


def test_the_data_of_all_cases_are_in_one_list_with_a_row_for_each_case(project: Path, make_record: MakeRecord) -> None:
    pages = cases.build_pages(stale(make_record()), {})
    content = page_of_downloads(project, make_record(), *pages)["downloads/figures.md"]
    assert content.count("<details>") == 1
    assert "<summary>Pages of cases: 3 files</summary>" in content  # one case failed
    rows = re.findall(r'<tr><th scope="row"><a href="\.\./cases/([^"]*)/">(\w+)</a></th><td>(.*?)</td>', content)
    assert [(address, title) for address, title, _ in rows] == [
        ("units/size", "Size"), ("scenes/big", "Big"), ("scenes/small", "Small"),
    ]  # fmt: skip
    assert 'href="../../generated/data/rounds-scenes-big.csv"' in rows[1][2]


@pytest.mark.parametrize(("name", "model"), data.schemas().items())
def test_each_kind_of_record_has_its_schema_which_knows_every_member(
    project: Path, make_record: MakeRecord, name: str, model: type[BaseModel]
) -> None:
    files = page_of_downloads(project, make_record())
    schema = json.loads(files[f"data/{name}.schema.json"])
    assert set(schema["properties"]) == set(model.model_fields)
    assert schema["additionalProperties"] is False
    content = files["downloads/schemas.md"]
    assert f'href="../../generated/data/{name}.schema.json"' in content
    assert str(model.model_fields["format"].default) in content


def test_no_number_of_the_page_is_typed_by_hand() -> None:
    prose = re.sub(r"--8<--.*|sha-?256", "", PAGE.read_text(), flags=re.IGNORECASE)
    assert re.findall(r"\d", prose) == []
