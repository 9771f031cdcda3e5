"""New portals: the files of a site for any project, written once and brought up to date later.

The files come from `templates` and from `unitdocs.portal.theme`, whose styles and page programs this project's own site
uses as well.
"""

from unitdocs.portal.scaffold.existing import find_benchmarks
from unitdocs.portal.scaffold.portal import MeasuredBenchmarks, Portal, SuiteName, describe
from unitdocs.portal.scaffold.writing import FileOutcome, WrittenFile, create, read_manifest, upgrade

__all__ = [
    "FileOutcome",
    "MeasuredBenchmarks",
    "Portal",
    "SuiteName",
    "WrittenFile",
    "create",
    "describe",
    "find_benchmarks",
    "read_manifest",
    "upgrade",
]
