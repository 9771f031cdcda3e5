"""Render run records into figures, tables and snippets.

Example: python scripts/render_charts.py
"""

import startup

startup.begin(__name__)

from launching import launch

if __name__ == "__main__":
    launch("render_charts")
