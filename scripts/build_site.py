"""Build the site into `site/`, strictly: a broken link or a missing snippet is an error.

Example: python scripts/build_site.py
"""

import subprocess
import sys

from environment import enter

enter("portal")

sys.exit(subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", *sys.argv[1:]], check=False).returncode)
