"""Build the site into `site/`.

Example: python scripts/build_site.py
"""

import startup

startup.begin(__name__)

from launching import launch

if __name__ == "__main__":
    launch("build_site")
