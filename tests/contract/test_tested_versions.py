"""The versions of Python and NumPy that the compatibility page names: measured, and written by this file.

`python tests/contract/test_tested_versions.py PYTHON...` installs the latest release of each minor version of NumPy for
each interpreter, resolves the project's scenes with both systems, and writes the table again.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "compatibility.md"
TABLE = ROOT / "docs" / "reference" / "tested-versions.csv"
NUMPYS = ("2.2", "2.3", "2.4", "2.5")
HEADING = "python,numpy,scenes,elements,differences"
CHECK = """
import platform, sys
from pathlib import Path
import numpy
from unitdocs.units import load_scene
from unitdocs.units.comparison import compare_scene, default_sizes
scenes = [load_scene(path) for path in sorted(Path(sys.argv[1]).glob("*.json"))]
found = [one for scene in scenes for one in compare_scene(scene, default_sizes(scene), 1, place=scene.name)]
elements = sum(len(scene.elements) for scene in scenes)
print(platform.python_version(), numpy.__version__, len(scenes), elements, len(found), sep=",")
"""


def measure(python: str, numpy: str) -> str | None:
    """Return the row of one interpreter and one version of NumPy; None if there is no wheel for the two."""
    with tempfile.TemporaryDirectory() as folder:
        install = [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--target", folder]
        if subprocess.run([*install, f"numpy=={numpy}.*"], capture_output=True, check=False).returncode:
            return None
        environment = {"PYTHONPATH": f"{folder}:{ROOT / 'src'}"}
        command = [python, "-c", CHECK, str(ROOT / "benchmarks" / "scenes")]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()


def table(rows: list[str]) -> str:
    """Return rows as the page shows them."""
    lines = ["| Python | NumPy | scenes | elements | differences |", "| --- | --- | --: | --: | --: |"]
    return "\n".join([*lines, *(f"| {' | '.join(row.split(','))} |" for row in rows)])


def test_the_page_shows_the_versions_that_were_measured() -> None:
    heading, *rows = TABLE.read_text().splitlines()
    assert heading == HEADING
    assert table(rows) in PAGE.read_text()


def test_every_version_gave_the_same_numbers_with_both_systems() -> None:
    rows = [row.split(",") for row in TABLE.read_text().splitlines()[1:]]
    assert {row[-1] for row in rows} == {"0"}
    assert {".".join(row[0].split(".")[:2]) for row in rows} == {"3.11", "3.12", "3.13"}
    assert len({tuple(row[2:4]) for row in rows}) == 1


if __name__ == "__main__":
    measured = [row for python in sys.argv[1:] for numpy in NUMPYS if (row := measure(python, numpy))]
    old = TABLE.read_text().splitlines()[1:] if TABLE.exists() else []
    TABLE.write_text("\n".join([HEADING, *measured]) + "\n")
    PAGE.write_text(PAGE.read_text().replace(table(old), table(measured)))
