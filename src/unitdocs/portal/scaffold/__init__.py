"""New portals: the files of a site for any project, written once and brought up to date later.

The files come from `templates` and from `unitdocs.portal.theme`, whose styles and page programs this project's own site
uses as well.
"""

from unitdocs.portal.scaffold.existing import find_benchmarks
from unitdocs.portal.scaffold.portal import MeasuredBenchmarks, Portal, SuiteName, describe
from unitdocs.portal.scaffold.writing import Change, ChangedFile, create, read_manifest, upgrade

__all__ = [
    "Change",
    "ChangedFile",
    "MeasuredBenchmarks",
    "Portal",
    "SuiteName",
    "create",
    "describe",
    "find_benchmarks",
    "read_manifest",
    "upgrade",
]
