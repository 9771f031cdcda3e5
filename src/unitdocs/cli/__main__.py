"""Let `python -m unitdocs.cli` work where the program is not on PATH."""

from unitdocs.cli import main

main()
