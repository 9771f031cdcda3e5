"""Build the package of a version: the wheel, locks with hashes, and checksums.

Example: python scripts/package.py 1.2 dist
"""

import startup

startup.begin(__name__)

from launching import launch

if __name__ == "__main__":
    launch("package")
