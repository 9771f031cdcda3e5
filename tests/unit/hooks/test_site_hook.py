"""The hook that renders the site's files before a build, where they are missing."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from mkdocs.config.base import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

HOOK = Path(__file__).parents[3] / "hooks" / "site.py"


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """Return the hook as a module; MkDocs loads it by its path too."""
    spec = importlib.util.spec_from_file_location("site_hook", HOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def config(tmp_path: Path) -> MkDocsConfig:
    (tmp_path / "docs").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["src/**/*.py"]\n')
    settings = tmp_path / "mkdocs.yml"
    settings.write_text("site_name: a project\nplugins: []\n")
    return load_config(str(settings))  # type: ignore[no-any-return]


def test_a_rendered_site_is_built_as_it_is(hook: ModuleType, config: MkDocsConfig) -> None:
    generated = Path(config.docs_dir) / "generated"
    for name in hook.LAST_FILES:
        (generated / name).parent.mkdir(parents=True, exist_ok=True)
        (generated / name).write_text("left alone")
    hook.on_pre_build(config)
    assert {path.read_text() for path in generated.rglob("*") if path.is_file()} == {"left alone"}


@pytest.mark.parametrize("name", ["this-machine.json", "this-machine.json.gz"])
def test_a_site_that_shows_the_run_on_this_machine_is_built_but_never_published(
    hook: ModuleType, config: MkDocsConfig, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    generated = Path(config.docs_dir) / "generated"
    for file in (*hook.LAST_FILES, f"data/records/{name}"):
        (generated / file).parent.mkdir(parents=True, exist_ok=True)
        (generated / file).touch()
    hook.on_pre_build(config)
    monkeypatch.setenv("MIKE_DOCS_VERSION", "1.0")
    with pytest.raises(PluginError, match="never published"):
        hook.on_pre_build(config)
    (generated / f"data/records/{name}").unlink()
    hook.on_pre_build(config)


def test_a_fresh_clone_without_its_record_is_one_sentence(hook: ModuleType, config: MkDocsConfig) -> None:
    with pytest.raises(PluginError, match=r"reference\.json\.gz"):
        hook.on_pre_build(config)
