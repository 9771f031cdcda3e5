"""The files of a new portal: which there are, and their text with the words of the portal in it."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from unitdocs.portal.scaffold.portal import Portal, SuiteName

TEMPLATES = files("unitdocs.portal.scaffold") / "templates"
THEME = files("unitdocs.portal") / "theme"
PAGES = (
    "index.md",
    "decision.md",
    "decision.toml",
    *(f"benchmarks/{name}.md" for name in ("comparison", "data", "explore", "method", "summary")),
    "benchmarks/scenarios/index.md",
)
"""Files of the folder of the pages, besides the pages of suites."""
FILES: Mapping[str, str] = {
    "README.md": "README.md",
    ".gitignore": "gitignore",
    "unitdocs.toml": "unitdocs.toml",
    "requirements/unitdocs.txt": "requirements.txt",
    ".github/workflows/docs.yml": "github/docs.yml",
    ".github/workflows/gate.yml": "github/gate.yml",
}
"""Other templates, by the file that each becomes."""
SUITE_PAGE = "docs/benchmarks/scenarios/suite.md"
_WORD = re.compile(r"@([a-z_]+)@")
SAMPLE_SUITE = "benchmarks/joining.py"
IMPROVED = """
[[criteria]]
title = "A case faster in every suite, and none slower"
check = { need = "improved" }
evidence = "[All verdicts](benchmarks/summary.md)."
"""
PYTEST = "\n# It collects the tests with a benchmark; add what they import besides the project.\npytest"
ABOUT_REVISIONS = (
    "It compares the working tree with the commit after `--base`: any branch, tag or commit. With `HEAD`, that is\n"
    "what you have changed since the last commit."
)
ABOUT_SUITES = (
    "A suite compares two arms, its two ways to do the same work. For another suite, add a module to `benchmarks`,\n"
    "and a page with the same lines as the one in `@docs@/benchmarks/scenarios`; name that in `nav` of `@settings@`."
)


def portal_files(portal: Portal) -> dict[str, str]:
    """Return the text of each file of a portal, by its path."""
    words = _words(portal)
    texts = {target: _filled(_read(name), words) for target, name in FILES.items()}
    texts[portal.settings] = _filled(_read("mkdocs.yml"), words)
    for page in PAGES:
        texts[f"{portal.docs}/{page}"] = _filled(_read(f"docs/{page}"), words)
    for suite in portal.suites:
        named = {"suite": suite.name, "suite_title": suite.title}
        texts[f"{portal.docs}/{page_of(suite)}"] = _filled(_read(SUITE_PAGE), named)
    if portal.has_sample:
        texts[SAMPLE_SUITE] = _read(f"{SAMPLE_SUITE}.template")
    texts |= dict(_theme_files(THEME, portal.theme))
    return dict(sorted(texts.items()))


def page_of(suite: SuiteName) -> str:
    """Return the path of the page of a suite, below the folder of the pages."""
    return f"benchmarks/scenarios/{'suite-index' if suite.name == 'index' else suite.name}.md"


def _words(portal: Portal) -> dict[str, str]:
    """Return what replaces each word between two @ in a template."""
    revisions = portal.compares_revisions
    places = {"docs": portal.docs, "settings": portal.settings, "site": portal.site, "theme": portal.theme}
    install = " && python -m pip install ." if portal.is_package else ""
    return {
        "title": portal.title,
        **places,
        "title_in_yaml": _in_yaml(portal.title),
        "about_in_yaml": _in_yaml(f"Benchmarks of {portal.title}, with verdicts."),
        "question": "Did the change make it slower?" if revisions else "Is the second way better?",
        "nav": "\n".join(f"          - {page_of(suite)}" for suite in portal.suites),
        "digest": ", ".join(map(_in_yaml, portal.digest)),
        "requirement": _requirement() + (PYTEST if "pytest" in portal.benchmarks.others else ""),
        "run": portal.run_command(),
        "ci_run": portal.run_command("HEAD~1"),
        "options": portal.options,
        "install": install,
        "about_run": ABOUT_REVISIONS if revisions else _filled(ABOUT_SUITES, places),
        "places": "\n".join(f"| `{place}` | {what} |" for place, what in _places(portal)),
        "criteria": "" if revisions else IMPROVED,
    }


def _in_yaml(text: str) -> str:
    """Return a text between quotes, as JSON has it: YAML and TOML read the same."""
    return json.dumps(text, ensure_ascii=False)


def _places(portal: Portal) -> Iterator[tuple[str, str]]:
    """Yield where the benchmarks are."""
    if portal.compares_revisions:
        yield from ((path, f"benchmarks of {tool}") for tool, path in portal.benchmarks.others.items())
    else:
        yield "benchmarks/", "suites: what is measured"


def _requirement() -> str:
    """Return the package that a portal needs, at least as new as this one; a version of a commit is in no index."""
    own = version("unitdocs")
    is_release = own.replace(".", "").isdigit()
    return f"unitdocs[measure,portal]{f'>={own}' if is_release else ''}"


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _filled(text: str, words: Mapping[str, str]) -> str:
    """Return a template with its words filled in, in one pass: what is filled in may hold any text."""
    return _WORD.sub(lambda match: words[match[1]], text)


def _theme_files(folder: Traversable, place: str) -> Iterator[tuple[str, str]]:
    """Yield the files of a folder, and of those below it, with their texts."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _theme_files(entry, f"{place}/{entry.name}")
        else:
            yield f"{place}/{entry.name}", entry.read_text(encoding="utf-8")
