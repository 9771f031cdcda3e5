"""Finds the uses of the original system in a tree of Python files, changes what is certain, and explains the rest.

```python
from pathlib import Path

from unitdocs.migrate import scan

for site in scan(Path("game")).left:
    print(f"{site.file}:{site.line}: {site.reason}")
```

It needs libcst, which the extra `migrate` adds.
"""

from unitdocs.migrate.files import Skipped, SourceFile, write
from unitdocs.migrate.scanning import ChangedFile, ChangedSite, LeftSite, Lines, Scan, scan
from unitdocs.migrate.surface import GUIDE, Topic

__all__ = [
    "GUIDE",
    "ChangedFile",
    "ChangedSite",
    "LeftSite",
    "Lines",
    "Scan",
    "Skipped",
    "SourceFile",
    "Topic",
    "scan",
    "write",
]
