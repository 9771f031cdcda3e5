"""Run the checks and the tests, all of them or by lane.

Example: python scripts/test.py --fast
"""

import startup

startup.begin(__name__)

from launching import launch

if __name__ == "__main__":
    launch("test")
