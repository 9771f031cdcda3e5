"""From nothing to the portal in a browser: set up, measure, render, build, serve.

Example: python scripts/portal.py --reuse
"""

import startup

startup.begin(__name__)

from launching import launch

if __name__ == "__main__":
    launch("portal")
