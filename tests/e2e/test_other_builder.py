"""The same pages build under ProperDocs, which goes on with MkDocs 1.

It cannot stand in the tests' own environment: mike would build with it from then on.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from serving import QUIET, fresh_copy

PROPERDOCS = "properdocs==1.6.7"


@pytest.mark.long
def test_the_site_builds_strictly_under_properdocs(tmp_path: Path) -> None:
    project = fresh_copy(tmp_path / "project")
    python = tmp_path / "environment" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "environment")], check=True)
    told = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    # As a folder of packages, not a mere path: files in it name what is installed elsewhere, as unitdocs is.
    ours = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})"
    Path(told.stdout.strip(), "ours.pth").write_text(ours)
    subprocess.run([python, "-m", "pip", "install", "--quiet", PROPERDOCS], check=True, capture_output=True, text=True)
    held = {**os.environ, **QUIET, "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter"))}
    command = [str(python), "-m", "properdocs", "build", "--strict", "-f", "mkdocs.yml"]
    done = subprocess.run(command, cwd=project, env=held, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "figure" in (project / "site" / "benchmarks" / "comparison" / "index.html").read_text()
    sources = project / "site" / "reference" / "source"
    assert 'id="L1"' in (sources / "unitdocs.units.refactored.cache" / "index.html").read_text()
