"""A small project whose versions are published, for the tests."""

import subprocess
from pathlib import Path

from unitdocs.publishing import Pages, published

BRANCH = "gh-pages"
SETTINGS = """\
site_name: a project
site_url: https://example.org/project/
strict: true
theme: mkdocs
exclude_docs: |
  *.toml
  generated/**/*.md
  benchmarks/cases/
plugins:
  - mike: { alias_type: copy, canonical_version: latest }
"""
CRITERION = '[[criteria]]\ntitle = "faster"\ncheck = { need = "improved", suites = ["units"] }\n'


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def content_of(repository: Path, path: str) -> str:
    return git(repository, "show", f"{BRANCH}:{path}")


def names(pages: Pages) -> list[str]:
    return [one.version for one in published(pages)]


def commit(project: Path, text: str) -> None:
    (project / "docs" / "index.md").write_text(f"# {text}\n")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", text)
