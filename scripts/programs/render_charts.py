"""Render run records into figures, tables and snippets: `unitdocs render` in the project's environment.

Example: python scripts/render_charts.py
"""

import sys

from environment import enter


def main() -> None:
    """Render with the options given."""
    enter("portal")
    from unitdocs import cli  # noqa: PLC0415 -- inside the environment only

    cli.main(["render", *sys.argv[1:]])
