"""What differs from one new portal to another: its title, what it measures, and which files that is."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from unitdocs.records.schema import Frozen

TOOLS = {
    "pytest": "Tests with pytest-benchmark's fixture",
    "asv": "Benchmarks of asv",
    "pyperf": "Benchmarks of pyperf",
}
"""Titles of the suites of other tools' benchmarks, by the names of the suites, which are options of `bench run` too."""


class SuiteName(Frozen):
    """A suite, as its page needs it.

    Args:
        name: its name in the record.
        title: its title.
    """

    name: str
    title: str


SAMPLE = SuiteName(name="joining", title="Joining text")
"""The suite of the templates, for a project that has none."""


class MeasuredBenchmarks(Frozen):
    """The benchmarks that a portal measures; without any it gets a sample.

    Args:
        suites: suites of the folder `benchmarks` that are written for unitdocs.
        others: files and folders with benchmarks of other tools, relative to the project, by a key of `TOOLS`.
    """

    suites: tuple[SuiteName, ...] = ()
    others: Mapping[str, str] = {}


class Portal(Frozen):
    """What a new portal is made from.

    Args:
        title: the name of the site.
        benchmarks: what it measures.
        digest: patterns of the files that a record covers.
        is_package: whether the project can be installed, as a workflow has to before it measures.
        docs: the folder of its pages.
        settings: the settings of its site.
        site: the folder that the site is built into.
        theme: the folder of the theme's additions; the default is that of portals whose manifest does not name it.
    """

    title: str
    benchmarks: MeasuredBenchmarks
    digest: tuple[str, ...]
    is_package: bool = False
    docs: str = "docs"
    settings: str = "mkdocs.yml"
    site: str = "site"
    theme: str = "overrides"

    @property
    def compares_revisions(self) -> bool:
        """Whether it compares two revisions: benchmarks of other tools have no arms."""
        return bool(self.benchmarks.others) and not self.benchmarks.suites

    @property
    def has_sample(self) -> bool:
        """Whether it gets the sample suite."""
        return not (self.benchmarks.suites or self.benchmarks.others)

    @property
    def suites(self) -> tuple[SuiteName, ...]:
        """The suites that get a page."""
        if self.compares_revisions:
            return tuple(SuiteName(name=tool, title=TOOLS[tool]) for tool in self.benchmarks.others)
        return self.benchmarks.suites or (SAMPLE,)

    @property
    def options(self) -> str:
        """Options of `bench run` that name the benchmarks, each after a space."""
        others = self.benchmarks.others.items() if self.compares_revisions else ()
        return "".join(f" --{tool} {shlex.quote(path)}" for tool, path in others)

    def run_command(self, base: str = "HEAD") -> str:
        """Return the command that measures; a gate, since benchmarks that exist are many and share its rounds."""
        return (
            f"unitdocs bench run --base {base}{self.options} --gate"
            if self.compares_revisions
            else "unitdocs bench run"
        )


def describe(project: Path, benchmarks: MeasuredBenchmarks, title: str | None = None) -> Portal:
    """Return what a new portal of a project is made from; a project with documentation keeps it apart from the portal.

    None of its folders is taken for a package by setuptools, which looks for the packages of a project that does not
    name them: it leaves out `docs`, `build` and what has no name of a module, such as `benchmark-portal`.

    Args:
        project: the folder of the project; it need not exist.
        benchmarks: what the portal measures.
        title: the name of the site (default: that of the folder).
    """
    has_docs = any((project / name).exists() for name in ("docs", "mkdocs.yml"))
    is_package = any((project / name).is_file() for name in ("pyproject.toml", "setup.py"))
    docs = "benchmark-portal" if has_docs else "docs"
    return Portal(
        title=" ".join((title or project.resolve().name).split()),
        benchmarks=benchmarks,
        digest=digest_patterns(project, benchmarks),
        is_package=is_package,
        docs=docs,
        settings="portal.yml" if has_docs else "mkdocs.yml",
        site="build/site" if has_docs or is_package else "site",
        theme=f"{docs}/overrides",
    )


def digest_patterns(project: Path, benchmarks: MeasuredBenchmarks) -> tuple[str, ...]:
    """Return patterns of the files of a project that its benchmarks measure: its code, and the benchmarks."""
    code = ["src/**/*.py"] if (project / "src").is_dir() else [f"{name}/**/*.py" for name in _packages(project)]
    measured = [
        path if path.endswith(".py") else f"{path}/**/*.py" if path != "." else "*.py"
        for path in benchmarks.others.values()
    ]
    own = ["benchmarks/*.py"] if benchmarks.suites or not benchmarks.others else []
    return tuple(dict.fromkeys([*code, *own, *measured]))


def _packages(project: Path) -> list[str]:
    """Return the names of the packages in a project's own folder."""
    others = {"tests", "test", "docs", "benchmarks"}
    return sorted(path.parent.name for path in project.glob("*/__init__.py") if path.parent.name not in others)
