"""One word for one thing, in plain words: what code, help and pages may not say."""

import ast
import re
import subprocess
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
DIALECT = re.compile(
    r"\b(tells?|told|beside|so many|where missing|what there is|that there is not|hears of|mind the|stands?|comes? to"
    r"|nobody cares)\b",
    re.IGNORECASE,
)
"""Turns that readers stumbled over: each has a plain verb or noun that says the same."""
READ = ("src", "docs", "scripts", "hooks", "benchmarks", "README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")
WRITTEN_IN = {".py", ".md", ".js", ".css", ".toml", ".html", ".mjs"}


def files(*places: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *places], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.suffix in WRITTEN_IN and path.is_file()]


def test_no_text_uses_the_projects_own_dialect() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in files(*READ)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in DIALECT.finditer(line)
    ]
    assert found == []


def test_no_two_classes_of_the_package_have_one_name() -> None:
    names = Counter(
        node.name
        for path in files("src")
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []
