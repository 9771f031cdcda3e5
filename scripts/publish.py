"""Publish versions of the site, and keep them.

Example: python scripts/publish.py deploy 1.2
"""

import startup

startup.begin(__name__)

from launching import launch

if __name__ == "__main__":
    launch("publish")
