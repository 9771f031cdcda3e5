# ruff: noqa: RUF001 - figures are written with the multiplication sign and a dash
"""The site as a whole: its files, its links, what a change of one sample changes, and the state of its records."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import plotly.graph_objects as go
import pytest

from unitdocs import portal, records
from unitdocs.errors import InputError
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]
Files = dict[str, str]
ROOT = Path(__file__).parents[3]
PAGES = {
    "home": ROOT / "docs/index.md",
    "decision": ROOT / "docs/decision.md",
    "summary": ROOT / "docs/benchmarks/summary.md",
    "recommendations": ROOT / "docs/benchmarks/recommendations.md",
    "downloads": ROOT / "docs/benchmarks/data.md",
    "comparison": ROOT / "docs/benchmarks/comparison.md",
    "method": ROOT / "docs/benchmarks/method.md",
}


def new_project(folder: Path) -> Path:
    """Return the folder of a project whose digest covers one suite, with one criterion and three excerpts."""
    (folder / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["benchmarks/*.py"]\n')
    (folder / "benchmarks").mkdir()
    (folder / "benchmarks" / "suite.py").write_text("SUITE = 1\n")
    (folder / "docs").mkdir()
    (folder / "docs" / "decision.toml").write_text(
        '[[criteria]]\ntitle = "faster"\ncheck = { need = "improved", suites = ["units"] }\n'
    )
    (folder / "docs" / "excerpts.toml").write_text(
        "".join(
            f'[[excerpts]]\npage = "guides/tips.md"\nname = "{suite}"\ntitle = "Tip"\nsuites = ["{suite}"]\n'
            for suite in ("units", "scenes", "none")
        )
    )
    return folder


def render(project: Path, reference: RunRecord, machine: RunRecord | None = None) -> Files:
    """Render and return every generated file by its path below `generated`, pages of cases below `benchmarks`."""
    records.save(reference, project / "reference.json.gz")
    if machine:
        records.save(machine, project / "machine.json")
    portal.render(project / "reference.json.gz", project / "machine.json" if machine else None, project / "docs")
    folder, of_cases = project / "docs" / "generated", project / "docs" / "benchmarks"
    paths = {path: path.relative_to(folder) for path in folder.rglob("*")}
    paths |= {path: path.relative_to(of_cases) for path in of_cases.rglob("*")}
    return {str(name): path.read_text(errors="backslashreplace") for path, name in paths.items() if path.is_file()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return new_project(tmp_path)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, make_record: MakeRecord) -> Files:
    """Return the files of a site with a stale record, rendered once for all tests of this module."""
    return render(new_project(tmp_path_factory.mktemp("site")), make_record())


@pytest.fixture(scope="module")
def site_with_machine(tmp_path_factory: pytest.TempPathFactory, make_record: MakeRecord) -> Files:
    """Return the files of a site with a current record, and a stale run on this machine."""
    project = new_project(tmp_path_factory.mktemp("site-with-machine"))
    reference = make_record(digest=records.digest(project, ["benchmarks/*.py"]))
    return render(project, reference, make_record(id="machine", changed=("size", 1)))


class Elements(HTMLParser):
    """Collects the elements of a page, with their attributes."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))


def test_rendering_the_same_elsewhere_is_byte_identical(project: Path, site: Files, make_record: MakeRecord) -> None:
    assert render(project, make_record()) == site


def test_every_snippet_that_a_page_includes_is_rendered(site: Files) -> None:
    for name, page in PAGES.items():
        included = re.findall(r'--8<-- "generated/(.+)"', page.read_text())
        assert included
        assert {*included} <= {*site}
        assert {file for file in included if file.startswith(f"{name}/")} == {
            file for file in site if file.startswith(f"{name}/")
        }


def test_plotly_knows_every_property_of_every_figure(site: Files) -> None:
    """Figures are built as plain JSON; Plotly's own objects refuse what they do not know."""
    plots = [json.loads(text) for name, text in site.items() if name.startswith("figures/")]
    assert len(plots) > 5
    for plot in plots:
        go.Figure(plot)


def test_every_file_that_a_snippet_links_to_is_rendered(site: Files) -> None:
    addresses = [
        address
        for name, content in site.items()
        if name.endswith(".md")
        for _, attributes in Elements(content).elements
        for address in (attributes.get("data-figure"), attributes.get("href"))
        if address and "generated/" in address
    ]
    targets = {address.partition("generated/")[2] for address in addresses}
    assert targets == {name for name in site if name.startswith(("figures/", "data/"))}


def test_one_changed_sample_changes_exactly_what_depends_on_it(
    project: Path, site: Files, make_record: MakeRecord
) -> None:
    after = render(project, make_record(changed=("small", 3)))
    # Round 3 of `scenes/small`: its own figure, the figures and tables of all times, the findings that name it.
    changed = {name for name in site.keys() | after.keys() if site.get(name) != after.get(name)}
    # It states the size of the compressed record, which may be written alike before and after; nothing else changes.
    before, then = (re.sub(r"[\d.]+ kB", "size", files["downloads/records.md"]) for files in (site, after))
    assert before == then
    assert changed - {"downloads/records.md"} == {
        "cases/scenes/small.md",
        "figures/rounds-scenes-small.json",
        "data/rounds-scenes-small.csv",
        "figures/comparison-scenes-time.json",
        "data/comparison-scenes-time.csv",
        "comparison/suites.md",
        "explore/data.json",
        "recommendations/suites.md",
        "downloads/figures.md",
        "recommendations/worse.md",
        "data/records/reference.json.gz",
        "data/records/SHA256SUMS",
        "downloads/checksums.md",
        "figures/summary-time.json",
        "data/summary-time.csv",
        "summary/figures.md",
        "summary/table.md",
        "home/suites.md",
        "home/answer.md",
        "home/worse.md",
        "figures/home-suites.json",
        "data/home-suites.csv",
        "tips/scenes.md",
        "manifest.json",
    }


def test_a_case_that_is_gone_leaves_no_file(project: Path, make_record: MakeRecord) -> None:
    before = render(project, make_record())
    record = make_record()
    after = render(project, record.model_copy(update={"cases": record.cases[:2]}))
    gone = {"cases/scenes/small.md", "figures/rounds-scenes-small.json", "data/rounds-scenes-small.csv"}
    assert gone <= before.keys() - after.keys()
    assert "figures/rounds-units-size.json" in after


def test_labels_and_reasons_with_markup_stay_text(project: Path, make_record: MakeRecord) -> None:
    record = make_record()
    bad = '</td><img src=x onerror="alert(1)">\n--8<-- "secret"\n*x* `y` [z](javascript:1) {: onclick=1 } | ~~a~~ $$'
    cases = tuple(case.model_copy(update={"title": bad, "reason": bad}) for case in record.cases)
    suites = tuple(suite.model_copy(update={"title": bad}) for suite in record.suites)
    files = render(project, record.model_copy(update={"cases": cases, "suites": suites, "command": bad}))
    for name, content in files.items():
        if name.endswith(".md"):
            body = re.sub(
                r"\A---\n.*?\n---\n", "", content, flags=re.DOTALL
            )  # what is before it has a test in a browser
            elements = Elements(body).elements
            assert "img" not in {tag for tag, _ in elements}
            assert not any(key.startswith("on") for _, attributes in elements for key in attributes)
            assert not re.search(r"^\s*-+8<-+", content, re.MULTILINE)
            headings = [line for line in content.splitlines() if line.startswith("#")]
            assert not any(re.search(r"[*`<>\[\]|~$]|\{:", line.rpartition(" { #")[0]) for line in headings)
        if name.startswith("figures/"):
            assert "<img" not in content


def test_a_stale_record_says_so_on_every_page(site: Files) -> None:
    for page in PAGES:
        stale = [name for name in site if name.startswith(f"{page}/") and "ud-stale" in site[name]]
        assert len(stale) == 1, page


def test_a_current_record_is_stale_on_no_page(project: Path, make_record: MakeRecord) -> None:
    files = render(project, make_record(digest=records.digest(project, ["benchmarks/*.py"])))
    assert not any("ud-stale" in files[name] for name in files if name.partition("/")[0] in PAGES)


def test_a_stale_run_on_this_machine_is_not_taken_for_a_stale_reference(site_with_machine: Files) -> None:
    assert "Stale: the run on this machine<" in site_with_machine["summary/status.md"]


def test_every_page_says_when_where_and_on_what_it_was_measured(site: Files) -> None:
    assert "Measured on 2026-11-23, A processor, commit 0123456789." in site["home/sure.md"]
    for name in (
        "decision/status.md",
        "summary/status.md",
        "recommendations/status.md",
        "downloads/status.md",
        "comparison/status.md",
        "method/status.md",
    ):
        for fact in ("2026-11-23", "A processor", "CPython 3.11.7", "commit 0123456789", "margin 1 %"):
            assert fact in site[name], name


def test_a_run_on_this_machine_is_shown_in_addition_to_the_reference(site: Files, site_with_machine: Files) -> None:
    assert not any("his machine" in site_with_machine[name] for name in site if name.startswith("home/"))
    for name in ("summary/table.md", "explore/data.json"):
        assert "his machine" in site_with_machine[name]
        assert "his machine" not in site[name]
    names = [trace["name"] for trace in json.loads(site_with_machine["figures/summary-time.json"])["data"]]
    assert names == ["faster", "slower", "this machine"]


def test_the_reference_itself_is_not_shown_as_this_machine_too(
    project: Path, site: Files, make_record: MakeRecord
) -> None:
    assert render(project, make_record(), make_record()) == site


def test_a_record_without_any_case_still_renders(project: Path, make_record: MakeRecord) -> None:
    assert "No case of this record has a time." in render(project, make_record(cases=()))["home/answer.md"]


def test_no_page_holds_a_measured_number() -> None:
    for page in PAGES.values():
        prose = re.sub(r"\[\[?.*?\]\(.*?\)|--8<--.*|^\d\. ", "", page.read_text(), flags=re.MULTILINE)
        assert re.findall(r"\d+(?:\.\d+)?\s*(?:×|%|ns|µs|ms|s\b|kB|MB)", prose) == [], page


def test_a_missing_record_is_one_sentence(project: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.json: cannot be read"):
        portal.render(project / "nowhere.json", None, project / "docs")
