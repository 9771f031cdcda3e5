"""Photograph the built site's benchmark page for the README.

Example: python scripts/take_screenshot.py
"""

import startup

startup.begin(__name__)

from launching import launch

if __name__ == "__main__":
    launch("take_screenshot")
