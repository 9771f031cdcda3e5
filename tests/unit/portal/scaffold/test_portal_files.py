"""The files of a portal on disk: written once, brought up to date, and never over what somebody changed."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from unitdocs.errors import InputError
from unitdocs.portal.scaffold import (
    FileOutcome,
    MeasuredBenchmarks,
    Portal,
    WrittenFile,
    create,
    describe,
    upgrade,
    writing,
)
from unitdocs.portal.scaffold.portal import SAMPLE
from unitdocs.portal.scaffold.templates import portal_files

ROOT = Path(__file__).parents[4]
THEME = ROOT / "src" / "unitdocs" / "portal" / "theme"
MEASURED = {
    "a sample": MeasuredBenchmarks(),
    "suites": MeasuredBenchmarks(suites=(SAMPLE,)),
    "tests": MeasuredBenchmarks(others={"pytest": "tests", "asv": "benchmarks"}),
}
every_kind = pytest.mark.parametrize("benchmarks", MEASURED.values(), ids=MEASURED)


def contents(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def described(changes: list[WrittenFile]) -> dict[str, FileOutcome]:
    return {changed.path: changed.outcome for changed in changes}


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return describe(tmp_path / "mine", MeasuredBenchmarks())


@pytest.fixture
def folder(tmp_path: Path, portal: Portal) -> Path:
    create(tmp_path / "mine", portal)
    return tmp_path / "mine"


def change_templates(monkeypatch: pytest.MonkeyPatch, **changed: str | None) -> None:
    """Replace what the templates have, as a later version does; None removes a file."""
    later = {name.replace("_", "."): text for name, text in changed.items()}

    def files(portal: Portal) -> dict[str, str]:
        return {path: text for path, text in {**portal_files(portal), **later}.items() if text is not None}

    monkeypatch.setattr(writing, "portal_files", files)


@every_kind
def test_every_word_of_a_template_is_filled_in_and_every_page_is_in_the_navigation(
    tmp_path: Path, benchmarks: MeasuredBenchmarks
) -> None:
    files = portal_files(describe(tmp_path, benchmarks, "My texts"))
    own = {path: text for path, text in files.items() if not path.startswith("docs/overrides/")}
    unfilled = {
        path for path, text in own.items() if "@" in text.replace("actions/checkout@", "").replace("python@", "")
    }
    assert unfilled == set()
    settings = files["mkdocs.yml"]
    assert 'site_name: "My texts"' in settings
    pages = [path.removeprefix("docs/") for path in files if path.endswith(".md") and path.startswith("docs/")]
    assert [page for page in pages if page not in settings] == []
    workflows = {path: yaml.safe_load(text) for path, text in files.items() if path.startswith(".github")}
    steps = [step for one in workflows.values() for job in one["jobs"].values() for step in job["steps"]]
    assert any("bench run --base" in step.get("run", "") for step in steps)


def test_styles_and_page_programs_are_those_of_this_project_s_site(folder: Path) -> None:
    assert contents(folder / "docs" / "overrides") == contents(THEME)
    assert f"custom_dir: {THEME.relative_to(ROOT)}\n" in (ROOT / "mkdocs.yml").read_text()


def test_the_settings_of_the_theme_are_those_of_this_project_s_site(folder: Path) -> None:
    def theme(text: str) -> dict[str, Any]:
        lines = text.replace("!ENV", "").splitlines()
        settings: dict[str, Any] = yaml.safe_load("\n".join(lines))
        return settings

    ours, theirs = theme((ROOT / "mkdocs.yml").read_text()), theme((folder / "mkdocs.yml").read_text())
    for name in ("markdown_extensions", "extra_css", "extra_javascript", "validation", "strict"):
        assert theirs[name] == ours[name], name
    assert theirs["theme"]["palette"] == ours["theme"]["palette"]
    assert set(theirs["theme"]["features"]) <= set(ours["theme"]["features"])


def test_tests_with_a_benchmark_need_pytest(tmp_path: Path) -> None:
    def requirements(benchmarks: MeasuredBenchmarks) -> list[str]:
        lines = portal_files(describe(tmp_path, benchmarks))["requirements/unitdocs.txt"].splitlines()
        return [line.partition(">")[0] for line in lines if not line.startswith("#")]

    assert requirements(MEASURED["tests"]) == ["unitdocs[measure,portal]", "pytest"]
    assert requirements(MEASURED["suites"]) == ["unitdocs[measure,portal]"]


@pytest.mark.parametrize("title", ['A "quoted" \\ title', "a: b # c", "Größe @nav@ <b>"])
def test_a_title_of_any_characters_is_that_of_the_site(tmp_path: Path, title: str) -> None:
    settings = yaml.safe_load(portal_files(describe(tmp_path, MeasuredBenchmarks(), title))["mkdocs.yml"])
    assert settings["site_name"] == title


def test_files_that_are_there_stay_and_what_the_portal_has_is_next_to_them(tmp_path: Path, portal: Portal) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "README.md").write_text("# Mine\n")
    (folder / "unitdocs.toml").write_text(portal_files(portal)["unitdocs.toml"])
    changes = described(create(folder, portal))
    assert changes["README.md"] is FileOutcome.YOURS
    assert "unitdocs.toml" not in changes, "it is the same"
    assert set(changes.values()) == {FileOutcome.ADDED, FileOutcome.YOURS}
    assert (folder / "README.md").read_text() == "# Mine\n"
    assert (folder / "README.md.new").read_text() == portal_files(portal)["README.md"]


@pytest.mark.parametrize("name", ["docs/index.md", "mkdocs.yml"])
def test_documentation_that_a_project_has_is_kept_apart(tmp_path: Path, name: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / name).write_text("mine")
    changes = described(create(tmp_path, describe(tmp_path, MeasuredBenchmarks())))
    assert set(changes.values()) == {FileOutcome.ADDED}
    pages = tmp_path / "benchmark-portal"
    assert {f"{pages.name}/index.md", f"{pages.name}/benchmarks/scenarios/joining.md", "portal.yml"} < set(changes)
    assert not any(path.startswith("docs/") or path == "mkdocs.yml" for path in changes)
    settings = yaml.safe_load((tmp_path / "portal.yml").read_text())
    assert (settings["docs_dir"], settings["site_dir"]) == (pages.name, "build/site")
    assert f"`{pages.name}/decision.toml`" in (pages / "decision.md").read_text()


@pytest.mark.parametrize("name", ["README.rst", "README.txt", "README"])
def test_a_project_with_a_readme_gets_no_second_one(
    tmp_path: Path, portal: Portal, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text("mine")
    (kept,) = [changed for changed in create(tmp_path, portal) if changed.outcome is FileOutcome.YOURS]
    assert (kept.path, kept.new) == (name, "README.md.new")
    assert (tmp_path / name).read_text() == "mine"
    assert not (tmp_path / "README.md").exists()
    assert upgrade(tmp_path) == [], "what was offered once is not offered again"
    change_templates(monkeypatch, README_md="later")
    assert described(upgrade(tmp_path)) == {name: FileOutcome.YOURS}
    assert (tmp_path / "README.md.new").read_text() == "later"


@pytest.mark.parametrize("docs", [(), ("docs/index.md",)], ids=["without documentation", "with documentation"])
def test_no_folder_of_a_portal_is_taken_for_a_package(tmp_path: Path, docs: tuple[str, ...]) -> None:
    for name in ("pyproject.toml", "texts/__init__.py", *docs):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    portal = describe(tmp_path, MeasuredBenchmarks())
    create(tmp_path, portal)
    (tmp_path / portal.site).mkdir(parents=True)  # as `unitdocs site build` makes it
    folders = {path.name for path in tmp_path.iterdir() if path.is_dir()}
    importable = {name for name in folders if name.isidentifier()}
    assert importable - {"benchmarks", "build", "docs", "requirements"} == {"texts"}, "setuptools leaves these out"
    if find_spec("setuptools"):
        found = [sys.executable, "-c", "import setuptools.discovery as d; print(*d.FlatLayoutPackageFinder.find('.'))"]
        packages = subprocess.run(found, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split()
        assert {name.partition(".")[0] for name in packages} == {"texts"}


def test_a_portal_made_before_keeps_its_folders(tmp_path: Path) -> None:
    places = {"docs": "portal", "settings": "portal.yml", "site": "build/site"}
    before = Portal(title="Texts", benchmarks=MeasuredBenchmarks(), digest=("*.py",), **places)
    create(tmp_path, before)
    manifest = tmp_path / ".unitdocs" / "init.json"
    stored = json.loads(manifest.read_text())
    del stored["portal"]["theme"]
    manifest.write_text(json.dumps(stored))
    written = contents(tmp_path)
    assert upgrade(tmp_path) == []
    assert set(contents(tmp_path)) == set(written)
    assert "overrides/main.html" in written
    assert yaml.safe_load(written["portal.yml"])["theme"]["custom_dir"] == "overrides"


def test_an_upgrade_to_the_same_templates_changes_nothing(folder: Path) -> None:
    (folder / "docs" / "index.md").write_text("# Mine\n")
    (folder / "benchmarks" / "joining.py").unlink()
    before = contents(folder)
    assert upgrade(folder) == []
    assert contents(folder) == before


def test_an_upgrade_updates_what_nobody_changed_and_leaves_the_rest(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "README.md").write_text("# Mine\n")
    (folder / "unitdocs.toml").unlink()
    change_templates(monkeypatch, README_md="later", mkdocs_yml="later", unitdocs_toml="later", added_md="later")
    expected = {
        "README.md": FileOutcome.YOURS,
        "mkdocs.yml": FileOutcome.UPDATED,
        "unitdocs.toml": FileOutcome.MISSING,
        "added.md": FileOutcome.ADDED,
    }
    assert described(upgrade(folder)) == expected
    files = contents(folder)
    assert files["README.md"] == "# Mine\n"
    assert files["README.md.new"] == files["mkdocs.yml"] == files["added.md"] == "later"
    assert "unitdocs.toml" not in files
    (folder / "README.md.new").unlink()
    assert upgrade(folder) == [], "what was offered once is not offered again"
    (folder / "README.md").write_text("later")
    change_templates(monkeypatch, README_md="latest", mkdocs_yml="later", unitdocs_toml="later", added_md="later")
    assert described(upgrade(folder)) == {"README.md": FileOutcome.UPDATED}, "it was taken over"


def test_a_file_that_no_template_has_any_more_is_removed_unless_somebody_changed_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "mkdocs.yml").write_text("mine")
    change_templates(monkeypatch, README_md=None, mkdocs_yml=None)
    assert described(upgrade(folder)) == {"README.md": FileOutcome.REMOVED}
    assert (folder / "mkdocs.yml").read_text() == "mine"
    assert not (folder / "README.md").exists()


def test_an_upgrade_keeps_the_title_and_the_benchmarks(tmp_path: Path) -> None:
    create(tmp_path / "mine", describe(tmp_path, MEASURED["tests"], "My texts"))
    (tmp_path / "mine").rename(tmp_path / "moved")
    assert upgrade(tmp_path / "moved") == []
    assert json.loads((tmp_path / "moved" / ".unitdocs" / "init.json").read_text())["portal"]["title"] == "My texts"


def test_what_cannot_be_written_or_upgraded_is_one_sentence(tmp_path: Path, folder: Path, portal: Portal) -> None:
    with pytest.raises(InputError, match="has a portal already; bring it up to date with `unitdocs init --upgrade"):
        create(folder, portal)
    with pytest.raises(InputError, match=r"init\.json: missing, so there is no portal to upgrade"):
        upgrade(tmp_path)
    (folder / ".unitdocs" / "init.json").write_text('{"format": "other"}')
    with pytest.raises(InputError, match=r"init\.json: is not a manifest that this version reads"):
        upgrade(folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="not a folder"):
        create(tmp_path / "file", portal)


def test_nothing_is_written_through_a_link_that_leads_elsewhere(tmp_path: Path, portal: Portal) -> None:
    folder, elsewhere = tmp_path / "mine", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "docs").symlink_to(elsewhere)
    with pytest.raises(InputError, match="leads out of the folder by a symbolic link"):
        create(folder, portal)
    assert contents(elsewhere) == {}
    assert not (folder / "mkdocs.yml").exists()
