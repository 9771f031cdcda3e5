"""Render run records into figures, tables and snippets: `unitdocs render` in the project's environment.

Example: python scripts/render_charts.py
"""

import sys

from environment import enter

enter("portal")

from unitdocs.cli import main

main(["render", *sys.argv[1:]])
