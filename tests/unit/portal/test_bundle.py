"""The site's one Plotly bundle: which one, checked how, and what stands in for it."""

import io
import shutil
import tarfile
from pathlib import Path

import plotly.offline
import pytest

from unitdocs.errors import InputError
from unitdocs.portal import bundle
from unitdocs.portal.bundle import PACKAGE, VERSION, Source, provide

SCRIPT = b"/* plotly */"


def test_the_pinned_version_is_the_one_that_the_installed_plotly_draws_for() -> None:
    assert plotly.offline.get_plotlyjs_version() == VERSION


@pytest.fixture
def without_npm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)


def archive_in(cache: Path, member: str = "package/plotly-cartesian.min.js") -> Path:
    """Put an archive where npm's would be kept."""
    cache.mkdir()
    path = cache / f"{PACKAGE}-{VERSION}.tgz"
    with tarfile.open(path, "w:gz") as files:
        entry = tarfile.TarInfo(member)
        entry.size = len(SCRIPT)
        files.addfile(entry, io.BytesIO(SCRIPT))
    return path


def pin(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an archive the expected one."""
    monkeypatch.setattr(bundle, "INTEGRITY", bundle.integrity(archive))


@pytest.mark.usefixtures("without_npm")
def test_a_kept_archive_with_the_right_checksum_serves_without_npm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin(archive_in(tmp_path / "cache"), monkeypatch)
    made = provide(tmp_path / "site" / "plotly.min.js", tmp_path / "cache")
    assert made.path.read_bytes() == SCRIPT
    assert made.source is Source.NPM
    assert made.is_publishable


@pytest.mark.usefixtures("without_npm")
def test_an_archive_with_another_checksum_is_refused_and_removed(tmp_path: Path) -> None:
    archive = archive_in(tmp_path / "cache")
    with pytest.raises(InputError, match=r"the checksum is sha512-.*, not sha512-o8GrFeusn"):
        provide(tmp_path / "plotly.min.js", tmp_path / "cache")
    assert not archive.exists()
    assert not (tmp_path / "plotly.min.js").exists()


@pytest.mark.usefixtures("without_npm")
def test_an_archive_without_the_script_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pin(archive_in(tmp_path / "cache", member="package/other.js"), monkeypatch)
    with pytest.raises(InputError, match=r"holds no package/plotly-cartesian\.min\.js"):
        provide(tmp_path / "plotly.min.js", tmp_path / "cache")


@pytest.mark.usefixtures("without_npm")
def test_without_npm_the_python_package_s_own_bundle_serves_but_not_for_publishing(tmp_path: Path) -> None:
    made = provide(tmp_path / "plotly.min.js", tmp_path / "cache")
    assert made.path.read_text() == plotly.offline.get_plotlyjs()
    assert made.source is Source.WHEEL
    assert not made.is_publishable


def test_npm_that_fails_is_npm_that_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: "false")
    assert provide(tmp_path / "plotly.min.js", tmp_path / "cache").source is Source.WHEEL
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.usefixtures("without_npm")
def test_another_version_of_plotly_brings_its_own_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pin(archive_in(tmp_path / "cache"), monkeypatch)
    monkeypatch.setattr(plotly.offline, "get_plotlyjs_version", lambda: "4.9.9")
    assert provide(tmp_path / "plotly.min.js", tmp_path / "cache").source is Source.WHEEL


@pytest.mark.usefixtures("without_npm")
def test_a_bundle_that_is_right_already_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pin(archive_in(tmp_path / "cache"), monkeypatch)
    target = tmp_path / "plotly.min.js"
    provide(target, tmp_path / "cache")
    written = target.stat().st_ino
    provide(target, tmp_path / "cache")
    assert target.stat().st_ino == written
