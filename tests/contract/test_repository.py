"""What holds for the committed files as a whole."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
# Spelled in pieces, so that this file does not hold what it looks for.
REGISTRY_HOSTS = ["pypi" + ".org", "files.python" + "hosted.org", "registry." + "npmjs.org", "deb." + "debian.org"]


def committed_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def pins(lock: Path) -> set[str]:
    """Return the lines that pin a version, each with its marker."""
    return {line.rstrip(" \\") for line in lock.read_text().splitlines() if "==" in line and not line.startswith(" ")}


def test_no_committed_file_names_a_registry_host() -> None:
    named = [
        f"{file.relative_to(ROOT)}: {host}"
        for file in committed_files()
        for host in REGISTRY_HOSTS
        if host.encode() in file.read_bytes()
    ]
    assert named == []


def test_no_lock_names_any_host() -> None:
    """Where packages come from is the business of the machine; npm also writes where to send money."""
    locks = [file for file in committed_files() if file.name.endswith(".lock") or file.name == "package-lock.json"]
    assert len(locks) > 4
    assert [file.relative_to(ROOT) for file in locks if "://" in file.read_text()] == []


def test_no_committed_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    here = f"{ROOT.parent}/".encode()
    assert [file for file in committed_files() if here in file.read_bytes()] == []


def test_no_committed_file_holds_an_unfinished_merge() -> None:
    marker = re.compile(rb"^(<{7}|>{7})( |$)", re.MULTILINE)
    assert [file.relative_to(ROOT) for file in committed_files() if marker.search(file.read_bytes())] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_an_exact_version_and_a_hash(lock: Path) -> None:
    requirements = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert len(requirements) > 50
    for requirement in requirements:
        assert re.match(r"[\w.\-\[\]]+==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_the_test_lock_holds_every_package_of_the_portal_lock_at_the_same_version() -> None:
    assert pins(ROOT / "requirements" / "portal.lock") - pins(ROOT / "requirements" / "test.lock") == set()


def test_no_committed_file_is_larger_than_three_megabytes() -> None:
    assert [file.name for file in committed_files() if file.stat().st_size > 3_000_000] == []
